"""Which parts of a text are folded away, and bringing that to the lines of an editor in steps that nobody notices."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextBlock, QTextDocument

from tns_desktop.ui.preview.long_text import LongText

BLOCKS_AT_ONCE = 4_000
"""Lines shown or hidden in one step: some ten milliseconds."""

AT_ONCE = 200_000
"""Characters up to which lines appear and go before the call that wants it returns."""


class Folding(QObject):
    """Folds are known by their number, in the order of their beginnings; places and offsets are those of ``LongText``."""

    changed = Signal()
    """Lines appeared or went; further ones may follow."""
    settled = Signal()
    """Every line is as the folds say."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._document: QTextDocument | None = None
        self._long = LongText("")
        self._starts: tuple[int, ...] = ()
        self._ends: tuple[int, ...] = ()
        self._folded: set[int] = set()
        self._waiting: deque[tuple[int, int]] = deque()
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def set_text(self, document: QTextDocument, long: LongText, folds: tuple[int, ...]) -> None:
        self._timer.stop()
        self._work = None
        self._waiting.clear()
        self._document, self._long = document, long
        self._starts, self._ends = folds[0::2], folds[1::2]
        self._folded = set()

    @property
    def has_folds(self) -> bool:
        return bool(self._starts)

    @property
    def is_settled(self) -> bool:
        return self._work is None and not self._waiting

    @property
    def folded(self) -> frozenset[int]:
        return frozenset(self._folded)

    def is_folded(self, number: int) -> bool:
        return number in self._folded

    def starting_in(self, first: int, last: int) -> int | None:
        """The outermost fold that begins in ``[first, last)``, once all of it is in the editor."""
        number = bisect_left(self._starts, first)
        if number == len(self._starts) or self._starts[number] >= last or self._ends[number] >= self._long.taken:
            return None
        return number if self.hidden_part(number) is not None else None

    def around(self, offset: int) -> int | None:
        """The innermost fold whose lines hold that character."""
        line_end = self._long.text.find("\n", offset)
        last = bisect_left(self._starts, len(self._long.text) if line_end < 0 else line_end)
        line_start = self._long.text.rfind("\n", 0, offset) + 1
        found = self.starting_in(line_start, len(self._long.text) if line_end < 0 else line_end)
        if found is not None:
            return found
        for number in range(last - 1, -1, -1):
            if self._starts[number] < offset <= self._ends[number] and self.hidden_part(number) is not None:
                return number if self._ends[number] < self._long.taken else None
        return None

    def start_of(self, number: int) -> int:
        return self._starts[number]

    def hidden_part(self, number: int) -> tuple[int, int] | None:
        """The lines between the first and the last one of a fold; None where there are none."""
        text, start, end = self._long.text, self._starts[number], self._ends[number]
        first = text.find("\n", start, end) + 1
        last = text.rfind("\n", start, end) + 1
        return (first, last) if 0 < first < last else None

    def hidden_lines(self, number: int) -> int:
        part = self.hidden_part(number)
        return self._long.text.count("\n", *part) if part is not None else 0

    # --- folding ------------------------------------------------------------------------------------------------------

    def set_folded(self, number: int, is_folded: bool) -> None:
        part = self.hidden_part(number)
        if part is None or is_folded == (number in self._folded):
            return
        (self._folded.add if is_folded else self._folded.discard)(number)
        self._begin(*part)

    def fold_all(self) -> None:
        """All but what holds the whole text: its parts are what one looks for."""
        holds_all = len(self._starts) > 1 and self._starts[-1] < self._ends[0]
        first = 1 if holds_all else 0
        self._folded = set(range(first, len(self._starts)))
        self._begin(0, self._long.taken)

    def unfold_all(self) -> None:
        self._folded = set()
        self._begin(0, self._long.taken)

    def reveal(self, offset: int) -> None:
        """Unfolds whatever hides that character."""
        hiding = []
        for number in self._folded:
            if self._starts[number] < offset <= self._ends[number]:
                part = self.hidden_part(number)
                if part is not None and part[0] <= offset < part[1]:
                    hiding.append((number, part))
        if hiding:
            self._folded.difference_update(number for number, _ in hiding)
            self._begin(min(part[0] for _, part in hiding), max(part[1] for _, part in hiding))

    # --- lines --------------------------------------------------------------------------------------------------------

    def _begin(self, first: int, last: int) -> None:
        self._waiting.append((first, last))
        if self._work is None and last - first < AT_ONCE:
            self._go_on()
        else:
            self._timer.start()

    def _go_on(self) -> None:
        if self._work is None and self._waiting:
            self._work = self._show_and_hide(*self._waiting.popleft())
        if self._work is not None and next(self._work, self) is self:
            self._work = None
        self.changed.emit()
        if self.is_settled:
            self._timer.stop()
            self.settled.emit()
        else:
            self._timer.start()

    def _show_and_hide(self, first: int, last: int) -> Iterator[None]:
        """The lines from ``first`` to ``last``, as the folds are now. A step ends with each ``yield``."""
        document, place = self._document, self._long.place
        if document is None:
            return
        parts = self._hidden_parts(first, last)
        upcoming = next(parts, None)
        hidden_until = -1
        block = document.findBlock(place(first))
        end = place(last)
        dirty = max(0, block.position() - 1)
        count = 0
        while block.isValid() and block.position() < end:
            here = block.position()
            while upcoming is not None and place(upcoming[0]) <= here:
                hidden_until = max(hidden_until, place(upcoming[1]))
                upcoming = next(parts, None)
            block.setVisible(here >= hidden_until)
            block = block.next()
            count += 1
            if count % BLOCKS_AT_ONCE == 0:
                _lay_out_anew(document, dirty, block)
                dirty = here
                yield
        _lay_out_anew(document, dirty, block)

    def _hidden_parts(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """What the folds hide of ``[first, last)``, by its beginning."""
        touching = [one for one in self._folded if self._starts[one] < last and self._ends[one] > first]
        for number in sorted(touching):
            part = self.hidden_part(number)
            if part is not None:
                yield part


def _lay_out_anew(document: QTextDocument, first: int, block: QTextBlock) -> None:
    """Two lines at least: for one alone, Qt does not look whether it is visible."""
    last = block.position() + 1 if block.isValid() else document.characterCount()
    document.markContentsDirty(first, max(1, last - first))
