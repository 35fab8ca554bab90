"""A formatted e-mail, built from values: no markup of a stranger's ever reaches Qt, and nothing is ever loaded.

Every link says where it leads, every picture that it is not shown, every hidden passage that it was hidden.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from tns_desktop.domain.formatted import BlockKind, FormattedText, RunKind, Runs, TextBlock, TextRun
from tns_desktop.domain.link_address import shown_address
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.long_text import LongText

AT_ONCE = 4_000
"""Characters built at once, each paragraph counting for a hundred more: some ten milliseconds."""
INDENT = 22
"""Pixels of a quotation, and of a level of a list."""
GAP = 8
ADDRESS_SHOWN = 72
"""Characters of an address beside its link; all of it is in the question that is asked before it is opened."""
_HEADING_SIZES = {1: 3, 2: 2, 3: 1}
_SEPARATORS = {0x2029: "\n", 0x2028: "\n", 0xFDD0: "\n", 0xFDD1: "\n"}


class _EmptyHanded(QTextDocument):
    """Asks nobody for anything, whatever stands in it."""

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        return None


class FormattedView(QTextEdit):
    """Read-only."""

    link_chosen = Signal(str)
    """An address as its author wrote it: to be asked about."""
    built = Signal()
    """All of it is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textPreview")
        self.setAccessibleName(tr("preview.accessible_name"))
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setMouseTracking(True)
        self.long = LongText("")
        self._links: list[tuple[int, int, str]] = []
        self._link: int | None = None
        self._pressed = ""
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_built(self) -> bool:
        return self._work is None

    def show_formatted(self, formatted: FormattedText) -> None:
        self._timer.stop()
        document = _EmptyHanded(self)
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(self.font())
        former = self.document()
        self.setExtraSelections([])
        self.setDocument(document)
        if isinstance(former, _EmptyHanded):
            former.deleteLater()
        # Until this one is built there is nothing to be found in it, least of all what was found in the one before.
        self.long = LongText("")
        self._links, self._link, self._pressed = [], None, ""
        self.setAccessibleDescription("")
        self._work = self._build(formatted)
        self._go_on()

    def clear_all(self) -> None:
        self.show_formatted(FormattedText())

    # --- places -------------------------------------------------------------------------------------------------------

    def go_to(self, offset: int) -> None:
        self.setTextCursor(self.cursor_of(offset, offset))
        self.ensureCursorVisible()

    def cursor_of(self, first: int, last: int) -> QTextCursor:
        """With ``[first, last)``, in characters of ``long.text``, selected."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.long.place(first))
        cursor.setPosition(self.long.place(last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def step_link(self) -> None:
        """Goes to the next link from here on; Return then chooses it."""
        if not self._links:
            return
        starts = [start for start, _end, _address in self._links]
        here = bisect_left(starts, self.textCursor().selectionEnd()) if self._link is not None else 0
        self._link = here % len(starts)
        start, end, address = self._links[self._link]
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setAccessibleDescription(shown_address(address))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- building -----------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._work is not None and next(self._work, self) is not self:
            self._timer.start()
            return
        self._timer.stop()
        self._work = None
        text = self.document().toRawText().translate(_SEPARATORS)
        self.long = LongText(text, longest_line=len(text) + 1)
        while not self.long.is_complete:
            self.long.next_piece()
        self.built.emit()

    def _build(self, formatted: FormattedText) -> Iterator[None]:
        cursor = QTextCursor(self.document())
        is_first = True
        rows: list[TextBlock] = []
        weight = 0
        for block in formatted.blocks:
            if rows and (block.kind is not BlockKind.ROW or len(block.cells) != len(rows[0].cells)):
                self._insert_table(cursor, rows)
                rows, is_first = [], False
            if block.kind is BlockKind.ROW:
                rows.append(block)
            else:
                _begin_block(cursor, block, is_first=is_first)
                is_first = False
                self._insert_block(cursor, block)
            weight += 100 + sum(len(run.text) for run in block.runs)
            if weight > AT_ONCE:
                weight = 0
                yield
        if rows:
            self._insert_table(cursor, rows)

    def _insert_block(self, cursor: QTextCursor, block: TextBlock) -> None:
        base = QTextCharFormat()
        base.setForeground(theme.current().colour("text"))
        if block.kind is BlockKind.HEADING:
            base.setFontWeight(QFont.Weight.Bold)
            base.setProperty(QTextCharFormat.Property.FontSizeAdjustment, _HEADING_SIZES.get(block.level, 0))
        if block.marker:
            cursor.insertText(block.marker + "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}", base)
        if block.kind is BlockKind.RULE:
            base.setForeground(theme.current().colour("border_strong"))
            cursor.insertText("\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 24, base)
        self._insert_runs(cursor, block.runs, base)

    def _insert_table(self, cursor: QTextCursor, rows: list[TextBlock]) -> None:
        columns = len(rows[0].cells)
        shape = QTextTableFormat()
        shape.setCellPadding(4)
        shape.setCellSpacing(0)
        shape.setBorder(1)
        shape.setBorderCollapse(True)
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderBrush(theme.current().colour("border_strong"))
        shape.setTopMargin(GAP)
        shape.setLeftMargin(INDENT * rows[0].quote)
        shape.setColumnWidthConstraints([QTextLength()] * columns)
        table = cursor.insertTable(len(rows), columns, shape)
        base = QTextCharFormat()
        base.setForeground(theme.current().colour("text"))
        for row, block in enumerate(rows):
            for column, runs in enumerate(block.cells):
                self._insert_runs(table.cellAt(row, column).firstCursorPosition(), runs, base)
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _insert_runs(self, cursor: QTextCursor, runs: Runs, base: QTextCharFormat) -> None:
        muted = QTextCharFormat(base)
        muted.setForeground(theme.current().colour("text_muted"))
        before: TextRun | None = None
        for run in (*runs, None):
            if before is not None and before.link and (run is None or run.link != before.link):
                cursor.insertText(f" ⟨{_short(before.link)}⟩", muted)
            if run is None:
                return
            if run.hidden and (before is None or not before.hidden):
                cursor.insertText(tr("preview.mail.hidden_text"), muted)
                cursor.insertText(" ", muted)
            begin = cursor.position()
            if run.kind is RunKind.TEXT:
                cursor.insertText(run.text.replace("\n", "\u2028"), _shape(run, base))
            else:
                cursor.insertText(_stand_in(run), _shape(run, muted))
            if run.link:
                self._links.append((begin, cursor.position(), run.link))
            before = run

    def _link_at(self, event: QMouseEvent) -> str:
        """The link under the pointer; beside the text there is none."""
        at = event.position().toPoint()
        return self.anchorAt(at)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:
        """Text only, as it stands here."""
        data = QMimeData()
        data.setText(self.textCursor().selectedText().translate(_SEPARATORS))
        return data

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._link_at(event) if event.button() is Qt.MouseButton.LeftButton else ""
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = bool(self._link_at(event)) and event.buttons() == Qt.MouseButton.NoButton
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, ""
        if pressed and self._link_at(event) == pressed and not self.textCursor().hasSelection():
            self.link_chosen.emit(pressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self._link
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if is_return and chosen is not None and self.textCursor().selectionStart() == self._links[chosen][0]:
            self.link_chosen.emit(self._links[chosen][2])
        else:
            super().keyPressEvent(event)


def _begin_block(cursor: QTextCursor, block: TextBlock, *, is_first: bool) -> None:
    shape = QTextBlockFormat()
    depth = block.quote + (block.level if block.kind is BlockKind.ITEM else 0)
    shape.setLeftMargin(INDENT * depth)
    shape.setTopMargin(0 if is_first else 2 if block.kind is BlockKind.ITEM else GAP)
    if block.quote:
        shape.setBackground(theme.current().colour("surface_alt"))
    if block.kind is BlockKind.HEADING:
        shape.setHeadingLevel(block.level)
    if is_first:
        cursor.setBlockFormat(shape)
    else:
        cursor.insertBlock(shape)


def _shape(run: TextRun, base: QTextCharFormat) -> QTextCharFormat:
    shape = QTextCharFormat(base)
    colours = theme.current()
    if run.bold:
        shape.setFontWeight(QFont.Weight.Bold)
    shape.setFontItalic(run.italic)
    shape.setFontUnderline(run.underline or bool(run.link))
    shape.setFontStrikeOut(run.strike)
    if run.fixed:
        shape.setFontFamilies([theme.fixed_font().family()])
    if run.link:
        shape.setForeground(colours.colour("accent"))
        shape.setAnchor(True)
        shape.setAnchorHref(run.link)
        shape.setToolTip("")
    if run.hidden:
        shape.setBackground(colours.colour("banner_warning"))
        shape.setForeground(colours.colour("banner_text"))
    return shape


def _stand_in(run: TextRun) -> str:
    """In words what is not shown."""
    if run.kind is RunKind.PICTURE:
        return tr("preview.mail.picture_named", text=run.text) if run.text else tr("preview.mail.picture")
    if run.kind is RunKind.OBJECT:
        return tr("preview.mail.object_named", text=run.text) if run.text else tr("preview.mail.object")
    return tr("preview.mail.field_named", text=run.text) if run.text else tr("preview.mail.field")


def _short(address: str) -> str:
    shown = shown_address(address)
    return shown if len(shown) <= ADDRESS_SHOWN else shown[:ADDRESS_SHOWN] + "…"
