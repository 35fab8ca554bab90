"""A long text to be read: it arrives in pieces, is coloured where one looks, and folds where its structure allows.

Nothing is done to all of it at once: ten megabytes fill the editor while one reads the first lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLayout,
)
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QWidget

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.syntax import Token, tokens_of
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.folding import Folding
from tns_desktop.ui.preview.long_text import LongText

MARGIN_WIDTH = 20
SIGN = 8.0
"""Side of the triangle that folds."""
CHIP_GAP = 8
CHIP_SHARE = 0.85
"""Of the text's size, for the number of lines that are folded away."""
LINES_CLEARED_AT_ONCE = 8_000
COLOURED = 1
"""State of a line whose colours are there."""

_TOKENS = {
    Token.NAME: "syntax_name",
    Token.STRING: "syntax_string",
    Token.NUMBER: "syntax_number",
    Token.WORD: "syntax_word",
    Token.TAG: "syntax_tag",
    Token.ASIDE: "text_muted",
}


class TextEditor(QPlainTextEdit):
    """Read-only. What is selected is copied as the document has it, parts that are folded away included."""

    loaded = Signal()
    """All of the text is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.long = LongText("")
        self._kind = DocumentKind.TEXT
        self._formats = _formats()
        self._wanted: int | None = None
        self.folding = Folding(self)
        self.folding.changed.connect(self._lines_changed)
        self.folding.settled.connect(self._go_on)
        self._margin = _FoldMargin(self)
        self._margin.hide()
        self._loading = QTimer(self)
        self._loading.setInterval(0)
        self._loading.timeout.connect(self._load_more)
        self._leaving: list[QTextDocument] = []
        self._clearing = QTimer(self)
        self._clearing.setInterval(0)
        self._clearing.timeout.connect(self._clear_more)
        self.updateRequest.connect(lambda _rect, _dy: self._margin.update())

    @property
    def is_complete(self) -> bool:
        return self.long.is_complete

    def show_text(self, text: str, kind: DocumentKind, folds: tuple[int, ...] = ()) -> None:
        self._loading.stop()
        self._wanted = None
        self.long = LongText(text)
        self._kind = kind
        self._leave_document()
        self.setPlainText(self.long.next_piece())
        self.folding.set_text(self.document(), self.long, folds)
        self._margin.setVisible(self.folding.has_folds)
        self._place_margin()
        self.setAccessibleDescription("")
        if self.long.is_complete:
            self.loaded.emit()
        else:
            self._loading.start()

    def _leave_document(self) -> None:
        """A long text takes a second to be cleared: it goes in pieces, as it came, while the next one is shown."""
        former = self.document()
        if former.blockCount() < LINES_CLEARED_AT_ONCE:
            return
        self.setExtraSelections([])
        empty = QTextDocument(self)
        empty.setDocumentLayout(QPlainTextDocumentLayout(empty))
        empty.setDefaultFont(self.font())
        empty.setUndoRedoEnabled(False)
        # Qt deletes a document with the editor it was made for; as a child of this object it lives until it is empty.
        former.setParent(self)
        self.setDocument(empty)
        former.setDocumentLayout(None)  # type: ignore[arg-type]  # Qt allows it; nobody lays out what is leaving
        self._leaving.append(former)
        self._clearing.start()

    def _clear_more(self) -> None:
        former = self._leaving[0]
        kept = former.blockCount() - LINES_CLEARED_AT_ONCE
        if kept > 0:
            cursor = QTextCursor(former.findBlockByNumber(kept))
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            return
        self._leaving.pop(0).deleteLater()
        if not self._leaving:
            self._clearing.stop()

    def _load_more(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        # Whoever stands at the end goes on standing there, not at what is to come.
        own = self.textCursor()
        stands_at_end = own.position() == cursor.position()
        cursor.insertText(self.long.next_piece())
        if stands_at_end:
            self.setTextCursor(own)
        if self.long.is_complete:
            self._loading.stop()
            self._go_on()
            self.loaded.emit()

    # --- places -------------------------------------------------------------------------------------------------------

    def go_to(self, offset: int) -> None:
        """Brings a character into the middle of the view, as soon as it is there; what hides it is unfolded."""
        self._wanted = offset
        self.folding.reveal(offset)
        self._go_on()

    def _go_on(self) -> None:
        """Where somebody wanted to go and could not yet."""
        if self._wanted is None or self._wanted > self.long.taken or not self.folding.is_settled:
            return
        cursor = self.cursor_of(self._wanted, self._wanted)
        self._wanted = None
        self.setTextCursor(cursor)
        self.centerCursor()

    def cursor_of(self, first: int, last: int) -> QTextCursor:
        """With ``[first, last)``, in characters of the text, selected."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.long.place(first))
        cursor.setPosition(self.long.place(last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    # --- folding ------------------------------------------------------------------------------------------------------

    def toggle_fold(self) -> None:
        """What the caret stands in, or, where the caret is out of view, the first part that begins in view."""
        number = self.folding.around(self.long.offset(self.textCursor().position())) if self._caret_in_view() else None
        if number is None:
            number = next((fold for fold, _rect in self._folds_in_view()), None)
        if number is not None:
            self._toggle(number)

    def toggle_all_folds(self) -> None:
        """Folds every part; unfolds all where anything is folded."""
        if self.folding.folded:
            self.folding.unfold_all()
            self.setAccessibleDescription(tr("preview.fold.none"))
        elif self.folding.has_folds and self.is_complete:
            self.folding.fold_all()
            self.setAccessibleDescription(tr("preview.fold.all"))
        self.ensureCursorVisible()

    def _toggle(self, number: int) -> None:
        folds = not self.folding.is_folded(number)
        self.folding.set_folded(number, folds)
        if folds:
            # The caret would be lost in what is not shown.
            cursor = QTextCursor(self.document())
            cursor.setPosition(self.long.place(self.folding.start_of(number)))
            self.setTextCursor(cursor)
        lines = self.folding.hidden_lines(number)
        self.setAccessibleDescription(tr("preview.fold.folded" if folds else "preview.fold.unfolded", count=lines))

    def _caret_in_view(self) -> bool:
        return self.viewport().rect().intersects(self.cursorRect())

    def _lines_changed(self) -> None:
        self.viewport().update()
        self._margin.update()

    def _folds_in_view(self) -> Iterator[tuple[int, QRectF]]:
        for block, rect in self._blocks_in_view():
            first = self.long.offset(block.position())
            fold = self.folding.starting_in(first, self.long.offset(block.position() + block.length()))
            if fold is not None:
                yield fold, rect

    def _blocks_in_view(self) -> Iterator[tuple[QTextBlock, QRectF]]:
        document, bottom = self.document(), self.viewport().height()
        block = self.firstVisibleBlock()
        rect = self.blockBoundingGeometry(block).translated(self.contentOffset())
        top = rect.top()
        while block.isValid() and top <= bottom:
            if block.isVisible():
                rect = self.blockBoundingRect(block).translated(rect.left(), top)
                top += rect.height()
                yield block, rect
            # Hidden lines may be many, and count for none: the next one that does not is looked up.
            block = document.findBlockByLineNumber(block.firstLineNumber() + block.lineCount())

    # --- colours ------------------------------------------------------------------------------------------------------

    def _colour_view(self) -> None:
        """Lines in view that have no colours yet, neighbours together."""
        if self._kind not in (DocumentKind.JSON, DocumentKind.XML):
            return
        run: list[QTextBlock] = []
        for block, _rect in list(self._blocks_in_view()):
            if block.userState() == COLOURED:
                continue
            if run and run[-1].blockNumber() + 1 != block.blockNumber():
                self._colour(run)
                run = []
            run.append(block)
        if run:
            self._colour(run)

    def _colour(self, blocks: list[QTextBlock]) -> None:
        place, begin = self.long.place, self.long.offset(blocks[0].position())
        end = self.long.offset(blocks[-1].position() + blocks[-1].length() - 1)
        ranges: list[list[QTextLayout.FormatRange]] = [[] for _ in blocks]
        position = 0
        for first, last, token in tokens_of(self._kind, self.long.text, begin, end):
            start, stop = place(first), place(last)
            while position + 1 < len(blocks) and blocks[position + 1].position() <= start:
                position += 1
            here = position
            while here < len(blocks) and blocks[here].position() < stop:
                ranges[here].append(_range_in(blocks[here], start, stop, self._formats[token]))
                here += 1
        for block, found in zip(blocks, ranges, strict=True):
            block.setUserState(COLOURED)
            if found:
                block.layout().setFormats(found)

    # --- the margin ---------------------------------------------------------------------------------------------------

    def _place_margin(self) -> None:
        # Not isVisible: the margin is placed before the editor is on screen.
        width = 0 if self._margin.isHidden() else MARGIN_WIDTH
        self.setViewportMargins(width, 0, 0, 0)
        inside = self.contentsRect()
        self._margin.setGeometry(QRect(inside.left(), inside.top(), MARGIN_WIDTH, inside.height()))

    def paint_margin(self, painter: QPainter) -> None:
        """A triangle before each line that folds: it points down while the part is there."""
        line = self.fontMetrics().height()
        for number, rect in self._folds_in_view():
            middle = QPointF(MARGIN_WIDTH / 2, rect.top() + line / 2)
            painter.drawPolygon(_triangle(middle, points_down=not self.folding.is_folded(number)))

    def fold_at(self, y: float) -> None:
        for number, rect in self._folds_in_view():
            if rect.top() <= y < rect.top() + self.fontMetrics().height():
                self._toggle(number)
                return

    def _paint_chips(self) -> None:
        """After the first line of what is folded: how many lines are away."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        small = QFont(self.font())
        small.setPointSizeF(small.pointSizeF() * CHIP_SHARE)
        painter.setFont(small)
        for _number, rect, words in self._chips():
            painter.setPen(colours.colour("border_strong"))
            painter.setBrush(colours.colour("surface_alt"))
            painter.drawRoundedRect(rect, 4, 4)
            painter.setPen(colours.colour("accent"))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), words)

    def _chips(self) -> Iterator[tuple[int, QRectF, str]]:
        for number, rect in self._folds_in_view():
            if self.folding.is_folded(number):
                words = tr("preview.fold.hidden", count=self.folding.hidden_lines(number))
                block = self.document().findBlock(self.long.place(self.folding.start_of(number)))
                layout = block.layout()
                last = layout.lineAt(layout.lineCount() - 1)
                left = rect.left() + last.naturalTextRect().right() + CHIP_GAP
                top = rect.top() + last.y()
                width = self.fontMetrics().horizontalAdvance(words) + 12
                yield number, QRectF(left, top, width, last.height() - 1), words

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def createMimeDataFromSelection(self) -> QMimeData:
        """The document's characters: Qt would make plain spaces of those that keep words together."""
        cursor = self.textCursor()
        text, first, last = self.long.text, self.long.offset(cursor.selectionStart()), cursor.selectionEnd()
        everything = last >= self.document().characterCount() - 1
        data = QMimeData()
        data.setText(text[first:] if everything else text[first : self.long.offset(last)])
        return data

    def paintEvent(self, event: QPaintEvent) -> None:
        self._colour_view()
        super().paintEvent(event)
        if self.folding.folded:
            self._paint_chips()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_margin()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.folding.folded:
            for number, rect, _words in self._chips():
                if rect.contains(event.position()):
                    self._toggle(number)
                    return
        super().mousePressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._margin.update()


class _FoldMargin(QWidget):
    """The edge where a click folds. Keys do the same, so it takes no focus."""

    def __init__(self, editor: TextEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setAccessibleName(tr("preview.fold.margin"))
        self.setToolTip(tr("preview.fold.margin"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.current().colour("surface_alt"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour("text_muted"))
        self._editor.paint_margin(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._editor.fold_at(event.position().y())


def _triangle(middle: QPointF, *, points_down: bool) -> QPolygonF:
    half = SIGN / 2
    across = [(-half, -half / 2), (half, -half / 2), (0.0, half)]
    corners = across if points_down else [(y, -x) for x, y in across]
    return QPolygonF([QPointF(middle.x() + x, middle.y() + y) for x, y in corners])


def _formats() -> dict[Token, QTextCharFormat]:
    made = {}
    for token, name in _TOKENS.items():
        shape = QTextCharFormat()
        shape.setForeground(theme.current().colour(name))
        made[token] = shape
    return made


def _range_in(block: QTextBlock, start: int, stop: int, shape: QTextCharFormat) -> QTextLayout.FormatRange:
    """The part of ``[start, stop)`` that is in the block, in Qt's places."""
    found = QTextLayout.FormatRange()
    first = max(0, start - block.position())
    found.start = first
    found.length = min(stop - block.position(), block.length() - 1) - first
    found.format = shape
    return found
