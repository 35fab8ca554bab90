"""Text of a document: plain, coloured XML and JSON that fold, or an e-mail with its headers and attachments."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QTextCharFormat
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.formatted import FormattedText
from tns_desktop.domain.preview import MailPart, TextContent
from tns_desktop.ui import formatting, theme
from tns_desktop.ui.i18n import has_text, tr
from tns_desktop.ui.preview.formatted_view import FormattedView
from tns_desktop.ui.preview.hits import FOUND, PRESENT
from tns_desktop.ui.preview.text_editor import TextEditor
from tns_desktop.ui.preview.text_search import TextSearch
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped

SMALLEST_POINTS = 6
LARGEST_POINTS = 32


class TextView(QWidget):
    """Read-only. What the server sent is shown as text, never interpreted: no markup, no links, no remote picture."""

    found_changed = Signal()
    link_chosen = Signal(str)
    """An address of a formatted e-mail: to be asked about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._present = 0
        self._remarks: tuple[list[str], list[str]] = ([], [])
        """Said above the plain text, and above the formatted one."""
        self._marked: tuple[int, int] | None = None
        self._is_clear = False
        self._search = TextSearch(self)
        self._search.changed.connect(self._more_found)
        self._headers = QWidget()
        self._header_rows = QFormLayout(self._headers)
        self._header_rows.setContentsMargins(16, 12, 16, 8)
        self._note = wrapped(role="muted")
        self._note.setContentsMargins(16, 4, 16, 4)
        self._text = TextEditor()
        self._text.setObjectName("textPreview")
        self._text.setFont(theme.fixed_font())
        self._text.setAccessibleName(tr("preview.accessible_name"))
        self._text.loaded.connect(self._show_marks)
        self._formatted = FormattedView()
        self._formatted.link_chosen.connect(self.link_chosen)
        self._formatted.built.connect(self._built)
        self._words = ""
        self._switch = QPushButton()
        self._switch.setProperty("kind", "link")
        self._switch.clicked.connect(self.switch_form)
        self._faces = QStackedWidget()
        self._faces.addWidget(self._text)
        self._faces.addWidget(self._formatted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._headers)
        column.addWidget(self._note)
        self._above = QWidget()
        row = QHBoxLayout(self._above)
        row.setContentsMargins(10, 0, 16, 4)
        row.addWidget(self._switch)
        row.addStretch(1)
        column.addWidget(self._above)
        column.addWidget(self._faces, 1)

    @property
    def text(self) -> str:
        return self._text.long.text

    @property
    def is_formatted(self) -> bool:
        """Whether an e-mail is shown as its author laid it out."""
        return self._faces.currentWidget() is self._formatted

    @property
    def can_be_formatted(self) -> bool:
        return not self._above.isHidden()

    @property
    def note(self) -> str:
        """What is said above the text; empty for nothing."""
        return self._note.text()

    @property
    def _face(self) -> TextEditor | FormattedView:
        return self._formatted if self.is_formatted else self._text

    def set_spoken_name(self, name: str) -> None:
        """What a screen reader calls the text, in either form."""
        for face in (self._text, self._formatted):
            face.setAccessibleName(name)

    def show_content(self, content: TextContent) -> None:
        self._is_clear = False
        while self._header_rows.rowCount():
            self._header_rows.removeRow(0)
        for part in content.headers:
            self._header_rows.addRow(label(_header_name(part.name), "muted"), ElidedLabel(_header_value(part)))
        for part in content.attachments:
            self._header_rows.addRow(label(tr("preview.attachment"), "muted"), ElidedLabel(_attachment_line(part)))
        self._headers.setVisible(bool(content.headers or content.attachments))
        self._text.show_text(content.text, content.kind, content.folds)
        formatted = content.formatted
        self._formatted.show_formatted(formatted or FormattedText())
        self._above.setVisible(formatted is not None)
        self._remarks = (
            [tr("preview.text_truncated")] if content.truncated else [],
            [] if formatted is None else _remarks_of(formatted),
        )
        self._show_face(is_formatted=formatted is not None)

    def switch_form(self) -> None:
        """From formatted to plain and back; nothing for what has one form."""
        if self.can_be_formatted:
            had_focus = self._face.hasFocus()
            self._show_face(is_formatted=not self.is_formatted)
            self._marked = None
            self.find_words(self._words)
            if had_focus:
                self._face.setFocus(Qt.FocusReason.OtherFocusReason)

    def step_link(self) -> None:
        if self.is_formatted:
            self._formatted.step_link()

    def _show_face(self, *, is_formatted: bool) -> None:
        self._faces.setCurrentWidget(self._formatted if is_formatted else self._text)
        self.setFocusProxy(self._face)
        self._switch.setText(tr("preview.mail.as_text" if is_formatted else "preview.mail.as_formatted"))
        remarks = self._remarks[is_formatted]
        self._note.setText("\n".join(remarks))
        self._note.setVisible(bool(remarks))

    def clear(self) -> None:
        """Nothing to do for what is empty: it is asked for before every page, and would take as long as laying it out."""
        if self._is_clear:
            return
        self._is_clear = True
        self.find_words("")
        self._marked = None
        self._text.show_text("", DocumentKind.TEXT)
        self._formatted.clear_all()
        self._above.hide()
        self._remarks = ([], [])
        self._show_face(is_formatted=False)
        self._show_marks()

    def show_mark(self, start: int, end: int) -> None:
        """Marks characters ``[start, end)`` of the plain text and brings them into view."""
        if self.is_formatted:
            self.switch_form()
        self._marked = (start, end)
        self._show_marks()
        self._text.go_to(start)

    @property
    def marked(self) -> str:
        """The text that is marked; empty when nothing is."""
        return "".join(mark.cursor.selectedText() for mark in self._face.extraSelections())

    # --- folding ------------------------------------------------------------------------------------------------------

    def toggle_fold(self) -> None:
        self._text.toggle_fold()

    def toggle_all_folds(self) -> None:
        self._text.toggle_all_folds()

    # --- finding ------------------------------------------------------------------------------------------------------

    @property
    def found(self) -> tuple[int, int]:
        """Which of the found places is the present one, from 1, and how many there are so far."""
        places = self._search.places
        return (self._present + 1 if places else 0), len(places)

    @property
    def is_looking(self) -> bool:
        """Whether there may be more places than are known."""
        return self._search.may_be_more

    def find_words(self, words: str) -> None:
        """Marks every place where ``words`` stand, up to a limit, and goes to the first."""
        self._present = 0
        self._marked = None
        self._words = words
        self._search.look_for(words, self._face.long.text)
        self._show_marks()

    def step(self, by: int) -> None:
        if self._search.places:
            self._present = (self._present + by) % len(self._search.places)
            self._show_marks()
            self._face.go_to(self._search.places[self._present][0])

    def _built(self) -> None:
        """What was looked for meanwhile was looked for in a part."""
        if self.is_formatted and self._words:
            self.find_words(self._words)
            self.found_changed.emit()

    def _more_found(self, before: int) -> None:
        if before == 0 and self._search.places:
            self._face.go_to(self._search.places[0][0])
        if len(self._search.places) > before:
            self._show_marks()
        self.found_changed.emit()

    def _show_marks(self) -> None:
        """Those whose text is there; the others when it has come."""
        marks = []
        if self._marked is not None:
            shape = QTextCharFormat()
            shape.setBackground(theme.current().colour("selection"))
            shape.setForeground(theme.current().colour("selection_text"))
            shape.setFontWeight(QFont.Weight.Bold)
            marks.append((*self._marked, shape))
        found, present = _on_paper(FOUND), _on_paper(PRESENT)
        marks += [
            (begin, end, present if number == self._present else found)
            for number, (begin, end) in enumerate(self._search.places)
        ]
        face = self._face
        face.setExtraSelections(
            [_marked_place(face, begin, end, shape) for begin, end, shape in marks if end <= face.long.taken]
        )

    def zoom_by(self, factor: float) -> None:
        for face in (self._text, self._formatted):
            font = face.font()
            step = 1 if factor > 1 else -1
            font.setPointSize(min(LARGEST_POINTS, max(SMALLEST_POINTS, font.pointSize() + step)))
            face.setFont(font)

    def reset_zoom(self) -> None:
        self._text.setFont(theme.fixed_font())
        self._formatted.setFont(self.font())


def _marked_place(
    face: TextEditor | FormattedView, begin: int, end: int, shape: QTextCharFormat
) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    mark.cursor = face.cursor_of(begin, end)
    mark.format = shape
    return mark


def _remarks_of(formatted: FormattedText) -> list[str]:
    """What is missing, and what its author did not want to be seen."""
    remarks = [tr("preview.text_truncated")] if formatted.truncated else []
    if formatted.pictures:
        remarks.append(tr("preview.mail.pictures", count=formatted.pictures))
    if formatted.hidden:
        remarks.append(tr("preview.mail.hidden", count=formatted.hidden))
    return remarks


def _on_paper(filling: QColor) -> QTextCharFormat:
    """As on a page, black on the colour over white: in the dark theme, too, what was found must be read."""
    share = filling.alphaF()
    mixed = [round(part * share + 255 * (1 - share)) for part in (filling.red(), filling.green(), filling.blue())]
    shape = QTextCharFormat()
    shape.setBackground(QColor(*mixed))
    shape.setForeground(Qt.GlobalColor.black)
    return shape


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
