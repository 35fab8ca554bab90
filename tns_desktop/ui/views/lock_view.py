"""The locked window: nothing of the desk, and how it is opened again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

_CARD_WIDTH = 480
_ICON_SIZE = 48


class LockView(QWidget):
    """Enter unlocks. ``waiting`` is how much in the outbox is not done; a number is all that is ever said of them.

    ``quit_keys`` are the desk's own for it.
    """

    unlock_requested = Signal(str)
    forgotten = Signal()
    quit_requested = Signal()

    def __init__(self, waiting: int = 0, quit_keys: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = wrapped(tr("lock.closing"), "muted")
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setAccessibleName(tr("lock.passphrase"))
        self._caption = label(tr("lock.passphrase"))
        self._caption.setBuddy(self.passphrase)
        self.error = wrapped(role="error")
        self.waiting = wrapped(tr("lock.waiting", count=waiting), "muted")
        self.waiting.setVisible(waiting > 0)
        self.unlock = primary_button(tr("lock.unlock"))
        self.unlock.clicked.connect(self._unlock)
        self.forgot = QPushButton(tr("lock.forgotten.button"))
        self.forgot.setProperty("kind", "link")
        self.forgot.clicked.connect(self.forgotten)
        quit_button = QPushButton(tr("button.quit"))
        quit_button.clicked.connect(self.quit_requested)
        for key in quit_keys:
            QShortcut(QKeySequence(key), self).activated.connect(self.quit_requested)
        self._lay_out(quit_button)
        self._asks = False
        self.set_busy(True)
        for widget in (self._caption, self.passphrase, self.error, self.forgot):
            widget.hide()

    def ask(self, *, passphrase: bool, text: str) -> None:
        """Ready to be opened, by a passphrase or by one button."""
        self._asks = passphrase
        self.text.setText(text)
        for widget in (self._caption, self.passphrase, self.forgot):
            widget.setVisible(passphrase)
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        self.unlock.setEnabled(not busy)
        self.passphrase.setEnabled(not busy)
        if not busy:
            (self.passphrase if self._asks else self.unlock).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, text: str) -> None:
        """Empty: nothing is wrong. A passphrase that was wrong is gone from its field."""
        self.passphrase.clear()
        theme.mark_invalid(self.passphrase, text if self._asks else "")
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def _unlock(self) -> None:
        if self.unlock.isEnabled():
            self.unlock_requested.emit(self.passphrase.text())

    def _lay_out(self, quit_button: QPushButton) -> None:
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(_CARD_WIDTH)
        emblem = label()
        colour = theme.current().colours["accent"]
        emblem.setPixmap(icons.pixmap("lock", colour, _ICON_SIZE, self.devicePixelRatioF()))
        buttons = foot(quit_button, self.unlock, left=[self.forgot])
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 32, 32, 24)
        column.setSpacing(12)
        for text in (emblem, label(tr("lock.title"), "heading"), self.text, self.waiting):
            column.addWidget(text)
        column.addSpacing(4)
        column.addWidget(self._caption)
        column.addWidget(self.passphrase)
        column.addWidget(self.error)
        column.addSpacing(4)
        column.addLayout(buttons)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Field and buttons leave Return to whoever is around them."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._unlock()
        else:
            super().keyPressEvent(event)
