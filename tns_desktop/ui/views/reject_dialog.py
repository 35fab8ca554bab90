"""Rejecting: a cause, a message for the customer that grows from the marks, and a note that stays here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.rejection import RejectionDraft
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.rejection_fields import Compose, RejectionFields, nothing
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.origin import Origin


class RejectDialog(QDialog):
    """No cause is chosen beforehand: the operator says why. Accepted only with both cause and message."""

    templates_requested = Signal()

    def __init__(
        self,
        heading: str,
        causes: Sequence[str],
        parent: QWidget | None = None,
        *,
        compose: Compose = nothing,
        draft: RejectionDraft | None = None,
        connection: Connection | None = None,
        confirm_keys: Sequence[QKeySequence] = (),
    ) -> None:
        """``connection`` is whose file it is, where the list holds those of several. ``confirm_keys`` confirm from anywhere in
        the dialog.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("reject.title"))
        self.setMinimumWidth(560)
        self.fields = RejectionFields(causes)
        self.cause, self.language = self.fields.cause, self.fields.language
        self.message, self.note = self.fields.message, self.fields.note
        self.templates = QPushButton(tr("reject.templates"))
        self.templates.setAutoDefault(False)
        self.templates.clicked.connect(self.templates_requested)
        self.error = wrapped(role="error")
        self.error.hide()
        self.confirm = QPushButton(tr("reject.confirm"))
        self.confirm.setProperty("kind", "reject")
        self.confirm.clicked.connect(self._confirm)
        # Enter in a text makes a new line; these decide from anywhere in the dialog.
        for key in confirm_keys:
            QShortcut(key, self).activated.connect(self._confirm)
        if confirm_keys:
            shown = confirm_keys[0].toString(QKeySequence.SequenceFormat.NativeText)
            self.confirm.setToolTip(tr("action.tip", text=tr("action.confirm"), keys=shown))
        self.origin = Origin()
        self.origin.show_connection(connection)
        self._lay_out(heading)
        self.fields.show_draft(draft or RejectionDraft(), compose)
        self.cause.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, heading: str) -> None:
        cancel = cancel_button(self)
        buttons = foot(cancel, self.confirm, left=[self.templates])
        column = body(self, 6)
        column.addWidget(wrapped(heading, "title"))
        column.addWidget(self.origin)
        column.addSpacing(6)
        column.addWidget(self.fields, 1)
        column.addSpacing(4)
        column.addWidget(self.error)
        column.addLayout(buttons)
        # By the keyboard: why, what the customer reads, what stays here, done; the language is chosen once a day.
        for before, after in (
            (self.cause, self.message),
            (self.message, self.note),
            (self.note, self.confirm),
            (self.confirm, cancel),
            (cancel, self.language),
            (self.language, self.templates),
        ):
            QWidget.setTabOrder(before, after)

    @property
    def values(self) -> tuple[str, str, str]:
        """Cause, message, internal note."""
        return self.draft.values

    @property
    def draft(self) -> RejectionDraft:
        """Everything as it stands, to go on from later."""
        return self.fields.draft

    def compose_again(self) -> None:
        """After templates changed."""
        self.fields.compose_again()

    def _confirm(self) -> None:
        self.fields.mark_missing()
        if self.draft.is_complete:
            self.accept()
            return
        self.error.setText(tr("reject.incomplete"))
        self.error.show()
