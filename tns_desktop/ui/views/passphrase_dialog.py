"""Setting, changing or removing the vault's passphrase: the present one, the new one twice, and what cannot be undone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

PRESENT, NEW, AGAIN = "present", "new", "again"
_WIDTH = 500


class PassphraseStep(StrEnum):
    SET = "set"
    CHANGE = "change"
    REMOVE = "remove"


_FIELDS = {
    PassphraseStep.SET: (NEW, AGAIN),
    PassphraseStep.CHANGE: (PRESENT, NEW, AGAIN),
    PassphraseStep.REMOVE: (PRESENT,),
}


class PassphraseDialog(QDialog):
    """Nothing typed here is shown. What is under way is not called back: it is over within seconds."""

    confirmed = Signal()

    def __init__(self, step: PassphraseStep, shortest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self.setWindowTitle(tr(f"passphrase.title.{step.value}"))
        self.setFixedWidth(_WIDTH)
        self.fields: dict[str, QLineEdit] = {}
        self._errors: dict[str, QLabel] = {}
        column = body(self, 4)
        column.addWidget(wrapped(tr(f"passphrase.text.{step.value}"), "muted"))
        for name in _FIELDS[step]:
            column.addSpacing(8)
            self._add(name, column)
            if name == NEW:
                column.addWidget(wrapped(tr("passphrase.length", count=shortest), "muted"))
        self.warning = Banner()
        if step is not PassphraseStep.REMOVE:
            self.warning.show_message("warning", tr("passphrase.warning"))
        self.problem = Banner()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("passphrase.busy"))
        self._busy_text = wrapped(tr("passphrase.busy"), "muted")
        column.addSpacing(8)
        for widget in (self.warning, self.problem, self._busy_text, self.progress):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addLayout(self._buttons())
        self._busy = False
        self.set_busy(False)

    def text(self, name: str) -> str:
        """Empty where this step does not ask for it."""
        return self.fields[name].text() if name in self.fields else ""

    def show_field_error(self, name: str, text: str) -> None:
        """Beside the field; the cursor goes there, over what was typed."""
        self._set_error(name, text)
        self.fields[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self.fields[name].selectAll()
        self.adjustSize()

    def clear_errors(self) -> None:
        self.problem.clear()
        for name in self.fields:
            self._set_error(name, "")
        self.adjustSize()

    def show_problem(self, text: str) -> None:
        self.problem.show_message("error", text)
        self.adjustSize()

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (*self.fields.values(), self.confirm, self.cancel):
            widget.setEnabled(not busy)
        self.progress.setVisible(busy)
        self._busy_text.setVisible(busy)
        self.adjustSize()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _set_error(self, name: str, text: str) -> None:
        field, note = self.fields[name], self._errors[name]
        theme.mark_invalid(field, text)
        note.setText(text)
        note.setVisible(bool(text))

    def _add(self, name: str, column: QVBoxLayout) -> None:
        field = QLineEdit()
        field.setObjectName(name)
        field.setEchoMode(QLineEdit.EchoMode.Password)
        caption = label(tr(f"passphrase.field.{name}"))
        caption.setBuddy(field)
        field.setAccessibleName(caption.text())
        note = wrapped(role="error")
        note.hide()
        for widget in (caption, field, note):
            column.addWidget(widget)
        self.fields[name], self._errors[name] = field, note

    def _buttons(self) -> QHBoxLayout:
        self.confirm = primary_button(tr(f"passphrase.confirm.{self.step.value}"))
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.confirmed)
        self.cancel = cancel_button(self)
        return foot(self.cancel, self.confirm)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape does not pretend that what is under way was stopped."""
        if not (self._busy and event.key() == Qt.Key.Key_Escape):
            super().keyPressEvent(event)
