"""Looks for words in a text, however long it is, a piece at a time: the window goes on meanwhile."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, QTimer, Signal

from tns_desktop.domain.finding import pattern_for

PIECE = 131_072
"""Characters looked through at once: some ten milliseconds."""
REACH = 4_096
"""Characters beyond a piece that a place which begins in it may reach to; more blanks than that part words."""
PLACES_LIMIT = 1_000
"""Places marked in one text; with more, nobody steps through them."""


class TextSearch(QObject):
    """The first piece is looked through at once."""

    changed = Signal(int)
    """How many places were known before; also when the end is reached."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.places: list[tuple[int, int]] = []
        self._text = ""
        self._pattern: re.Pattern[str] | None = None
        self._at = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)

    @property
    def may_be_more(self) -> bool:
        return self._pattern is not None and self._at < len(self._text)

    def look_for(self, words: str, text: str) -> None:
        """Anew; for nothing where ``words`` are none."""
        self._timer.stop()
        self._pattern = pattern_for(words)
        self._text = text if self._pattern is not None else ""
        self.places = []
        self._at = 0
        if self._pattern is not None:
            self._look()

    def _look(self) -> None:
        assert self._pattern is not None
        before = len(self.places)
        end = min(len(self._text), self._at + PIECE)
        for found in self._pattern.finditer(self._text, self._at, min(len(self._text), end + REACH)):
            if found.start() >= end or len(self.places) == PLACES_LIMIT:
                break
            if found.end() > found.start():
                self.places.append(found.span())
        self._at = max(end, self.places[-1][1] if self.places else 0)
        if self.may_be_more and len(self.places) < PLACES_LIMIT:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit(before)
