"""Giving a verdict: what is concluded, in whose name, and with which certificate it is signed."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.verdict import Conclusion
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import conclusion_words
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

MOST_LETTERS = 4_000


@dataclass(frozen=True, slots=True)
class VerdictDraft:
    """``certificate`` is the path of a PKCS#12 file, or empty for a verdict that nobody signs."""

    conclusion: Conclusion | None = None
    comment: str = ""
    auditor: str = ""
    certificate: str = ""
    passphrase: str = field(default="", repr=False)


class VerdictDialog(QDialog):
    """Stays open until what it asks for was tried out; what is wrong is said in it."""

    save_requested = Signal()
    browse_requested = Signal()

    def __init__(self, heading: str, summary: str, draft: VerdictDraft, parent: QWidget | None = None) -> None:
        """``summary`` says what the marks say; nothing is concluded from them here."""
        super().__init__(parent)
        self.setWindowTitle(tr("audit.dialog.title"))
        self.setMinimumWidth(560)
        self.conclusions = {conclusion: QRadioButton(conclusion_words(conclusion)) for conclusion in Conclusion}
        self._group = QButtonGroup(self)
        for conclusion, button in self.conclusions.items():
            self._group.addButton(button)
            button.setChecked(conclusion is draft.conclusion)
        self.comment = QPlainTextEdit(draft.comment)
        self.comment.setAccessibleName(tr("audit.dialog.comment"))
        self.comment.setTabChangesFocus(True)
        self.comment.setFixedHeight(96)
        self.auditor = QLineEdit(draft.auditor)
        self.auditor.setMaxLength(200)
        self.certificate = QLineEdit(draft.certificate)
        self.certificate.setPlaceholderText(tr("audit.dialog.no_certificate"))
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        browse = QPushButton(tr("button.browse"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self.browse_requested)
        self.error = wrapped("", "error")
        self.error.hide()
        self.confirm = primary_button(tr("audit.dialog.save"))
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._confirm)
        cancel = cancel_button(self)
        certificate = QHBoxLayout()
        certificate.addWidget(self.certificate, 1)
        certificate.addWidget(browse)
        buttons = foot(cancel, self.confirm)
        column = body(self, 8)
        column.addWidget(wrapped(heading, "title"))
        column.addWidget(wrapped(summary, "muted"))
        for button in self.conclusions.values():
            column.addWidget(button)
        self._add(column, "comment", self.comment)
        self._add(column, "auditor", self.auditor)
        self._add(column, "certificate", self.certificate, certificate)
        self._add(column, "passphrase", self.passphrase)
        column.addWidget(wrapped(tr("audit.dialog.what_is_written"), "muted"))
        column.addWidget(self.error)
        column.addLayout(buttons)
        self.certificate.textChanged.connect(lambda text: self.passphrase.setEnabled(bool(text.strip())))
        self.passphrase.setEnabled(bool(draft.certificate))
        next(iter(self.conclusions.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def draft(self) -> VerdictDraft:
        chosen = next((conclusion for conclusion, button in self.conclusions.items() if button.isChecked()), None)
        return VerdictDraft(
            chosen,
            self.comment.toPlainText().strip()[:MOST_LETTERS],
            self.auditor.text().strip(),
            self.certificate.text().strip(),
            self.passphrase.text(),
        )

    def show_problem(self, text: str) -> None:
        """What was asked for cannot be done; the passphrase has to be typed again."""
        self.error.setText(text)
        self.error.show()
        self.passphrase.clear()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _add(self, column: QVBoxLayout, name: str, field_: QWidget, line: QHBoxLayout | None = None) -> None:
        caption = label(tr(f"audit.dialog.{name}"))
        caption.setBuddy(field_)
        field_.setAccessibleName(caption.text())
        column.addWidget(caption)
        if line is None:
            column.addWidget(field_)
        else:
            column.addLayout(line)

    def _confirm(self) -> None:
        draft = self.draft
        if draft.conclusion is None:
            self.show_problem(tr("audit.dialog.conclusion_needed"))
        elif not draft.auditor:
            self.show_problem(tr("audit.dialog.auditor_needed"))
        elif draft.conclusion is not Conclusion.CONFORMING and not draft.comment:
            self.show_problem(tr("audit.dialog.comment_needed"))
        else:
            self.error.hide()
            self.save_requested.emit()
