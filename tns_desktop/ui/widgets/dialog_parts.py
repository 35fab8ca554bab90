"""What every dialog has: margins, and at its foot what leads elsewhere on the left, what ends it on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui.i18n import tr

MARGIN = 20


def body(dialog: QWidget, spacing: int = 10) -> QVBoxLayout:
    """The one column of a dialog, from its title down to its foot."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    column.setSpacing(spacing)
    return column


def foot(*ends: QWidget, left: Sequence[QWidget] = ()) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in left:
        row.addWidget(widget)
    row.addStretch(1)
    for widget in ends:
        row.addWidget(widget)
    return row


class _Cancel(QPushButton):
    """Return presses it while it has the keyboard, and never from elsewhere in the dialog.

    Qt offers one or the other: ``autoDefault`` makes it a candidate for Return anywhere, and without it Return goes past it
    to the dialog's default: somebody on *Cancel* would have confirmed.
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def cancel_button(dialog: QDialog) -> QPushButton:
    button = _Cancel(tr("button.cancel"))
    button.setAutoDefault(False)
    button.clicked.connect(dialog.reject)
    return button


def primary_button(text: str) -> QPushButton:
    """The one that does what the dialog is for."""
    button = QPushButton(text)
    button.setProperty("kind", "primary")
    return button
