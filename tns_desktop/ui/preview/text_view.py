"""Text of a document: plain, indented XML and JSON, or an e-mail with its headers and attachments."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFormLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from tns_desktop.domain.finding import pattern_for, places_of
from tns_desktop.domain.preview import MailPart, TextContent
from tns_desktop.ui import formatting, theme
from tns_desktop.ui.i18n import has_text, tr
from tns_desktop.ui.preview.hits import FOUND, PRESENT
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped

SMALLEST_POINTS = 6
LARGEST_POINTS = 32
PLACES_LIMIT = 1_000
"""Places marked in one text; with more, nobody steps through them."""


class TextView(QWidget):
    """Read-only. What the server sent is shown as text, never interpreted: no markup, no links, no remote picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: list[tuple[int, int]] = []
        self._present = 0
        self._headers = QWidget()
        self._header_rows = QFormLayout(self._headers)
        self._header_rows.setContentsMargins(16, 12, 16, 8)
        self._note = wrapped(role="muted")
        self._note.setContentsMargins(16, 4, 16, 4)
        self._text = QPlainTextEdit()
        self._text.setObjectName("textPreview")
        self._text.setReadOnly(True)
        self._text.setFont(theme.fixed_font())
        self._text.setAccessibleName(tr("preview.accessible_name"))
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._headers)
        column.addWidget(self._note)
        column.addWidget(self._text, 1)

    @property
    def text(self) -> str:
        return self._text.toPlainText()

    def show_content(self, content: TextContent) -> None:
        while self._header_rows.rowCount():
            self._header_rows.removeRow(0)
        for part in content.headers:
            self._header_rows.addRow(label(_header_name(part.name), "muted"), ElidedLabel(_header_value(part)))
        for part in content.attachments:
            self._header_rows.addRow(label(tr("preview.attachment"), "muted"), ElidedLabel(_attachment_line(part)))
        self._headers.setVisible(bool(content.headers or content.attachments))
        self._note.setText(tr("preview.text_truncated"))
        self._note.setVisible(content.truncated)
        self._text.setPlainText(content.text)

    def clear(self) -> None:
        self.find_words("")
        self._text.clear()
        self._text.setExtraSelections([])

    def show_mark(self, start: int, end: int) -> None:
        """Marks characters ``[start, end)`` of the text and brings them into view."""
        text = self.text
        begin = _qt_position(text, start)
        shape = QTextCharFormat()
        shape.setBackground(theme.current().colour("selection"))
        shape.setForeground(theme.current().colour("selection_text"))
        shape.setFontWeight(QFont.Weight.Bold)
        self._text.setExtraSelections([self._marked_place(begin, _qt_position(text, end), shape)])
        self._go_to(begin)

    @property
    def marked(self) -> str:
        """The text that is marked; empty when nothing is."""
        return "".join(mark.cursor.selectedText() for mark in self._text.extraSelections())

    # --- finding ------------------------------------------------------------------------------------------------------

    @property
    def found(self) -> tuple[int, int]:
        """Which of the found places is the present one, from 1, and how many there are."""
        return (self._present + 1 if self._places else 0), len(self._places)

    def find_words(self, words: str) -> None:
        """Marks every place where ``words`` stand, up to a limit, and goes to the first."""
        pattern = pattern_for(words)
        text = self._text.toPlainText() if pattern is not None else ""
        # Qt counts in units of UTF-16: what lies beyond its first plane would shift every mark after it.
        text = text if text.isascii() else "".join(one if one < "\U00010000" else one + "\0" for one in text)
        self._places = list(islice(places_of(pattern, text), PLACES_LIMIT)) if pattern is not None else []
        self._present = 0
        self._mark_places()

    def step(self, by: int) -> None:
        if self._places:
            self._present = (self._present + by) % len(self._places)
            self._mark_places()

    def _mark_places(self) -> None:
        marks = []
        for number, (begin, end) in enumerate(self._places):
            shape = QTextCharFormat()
            shape.setBackground(PRESENT if number == self._present else FOUND)
            marks.append(self._marked_place(begin, end, shape))
        self._text.setExtraSelections(marks)
        if self._places:
            self._go_to(self._places[self._present][0])

    def _marked_place(self, begin: int, end: int, shape: QTextCharFormat) -> QTextEdit.ExtraSelection:
        """In Qt's positions, as below."""
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        mark = QTextEdit.ExtraSelection()
        mark.cursor = cursor
        mark.format = shape
        return mark

    def _go_to(self, position: int) -> None:
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(position)
        self._text.setTextCursor(cursor)
        self._text.centerCursor()

    def zoom_by(self, factor: float) -> None:
        font = self._text.font()
        step = 1 if factor > 1 else -1
        font.setPointSize(min(LARGEST_POINTS, max(SMALLEST_POINTS, font.pointSize() + step)))
        self._text.setFont(font)

    def reset_zoom(self) -> None:
        self._text.setFont(theme.fixed_font())


def _qt_position(text: str, position: int) -> int:
    """Qt counts UTF-16 units, Python counts characters."""
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


def _header_name(name: str) -> str:
    key = f"preview.header.{name.lower()}"
    return tr(key) if has_text(key) else name


def _header_value(part: MailPart) -> str:
    """A date is shown as every other date; what the sender did not write as one is shown as it stands."""
    if part.name.lower() != "date":
        return part.value
    try:
        return formatting.date_time(parsedate_to_datetime(part.value))
    except (ValueError, TypeError, OverflowError, OSError):
        return part.value


def _attachment_line(part: MailPart) -> str:
    if not part.value.isdecimal():
        return part.name
    return tr("preview.attachment_line", name=part.name, size=formatting.size(int(part.value)))
