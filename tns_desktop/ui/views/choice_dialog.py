"""A decision is needed: what happened, and the ways out as buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from tns_desktop.domain.connection import Connection
from tns_desktop.ui.messages import Message
from tns_desktop.ui.widgets.dialog_parts import body
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.origin import Origin


class ChoiceDialog(QDialog):
    """A sentence and two or three buttons; ``choice`` is the id of the one that was pressed, or empty.

    The last choice is the one that loses nothing: it has the focus, and Enter takes it.
    """

    def __init__(
        self,
        message: Message,
        choices: dict[str, str],
        parent: QWidget | None = None,
        *,
        connection: Connection | None = None,
    ) -> None:
        """``connection`` is whose file it is about, where the list holds those of several."""
        super().__init__(parent)
        self.choice = ""
        safest = list(choices)[-1]
        self.setWindowTitle(message.title)
        self.setMinimumWidth(480)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for choice, text in choices.items():
            button = QPushButton(text)
            button.clicked.connect(lambda _checked=False, choice=choice: self._choose(choice))
            button.setDefault(choice == safest)
            if choice == safest:
                button.setFocus()
            buttons.addWidget(button)
        self.origin = Origin()
        self.origin.show_connection(connection)
        column = body(self, 12)
        column.addWidget(label(message.title, "title"))
        column.addWidget(self.origin)
        column.addWidget(wrapped(message.sentence))
        column.addWidget(wrapped(message.remedy, "muted"))
        column.addLayout(buttons)

    def _choose(self, choice: str) -> None:
        self.choice = choice
        self.accept()
