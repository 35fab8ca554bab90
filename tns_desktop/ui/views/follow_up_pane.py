"""Above an open file's documents: how old it is, when it is due, and for each participant a link, a QR code, a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tns_desktop.domain.follow_up import Standing
from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import standing_sentence, urgency_look, urgency_words
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped

_ROWS_SEEN = 3
_ROW_HEIGHT = 40


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One participant. ``why_no_link`` is a sentence, empty where there is one; ``why_no_message`` the same for writing."""

    name: str
    contact: str
    why_no_link: str = ""
    why_no_message: str = ""


class FollowUpPane(QFrame):
    """Emits the number of the participant that something is asked for."""

    write_requested = Signal(int)
    copy_requested = Signal(int)
    qr_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self._icon = label()
        self.word = label()
        self.sentence = ElidedLabel(role="muted")
        self.note = wrapped(role="muted")
        self._people: list[PersonLine] = []
        self._buttons: list[tuple[QPushButton, QPushButton, QPushButton]] = []
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self.word)
        head.addWidget(self.sentence, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName(tr("follow_up.participants"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._scroll)
        column.addWidget(self.note)
        self.hide()

    # --- what the presenter says --------------------------------------------------------------------------------------

    def show_standing(self, standing: Standing) -> None:
        """At once; who takes part comes from the vault a moment later."""
        look = urgency_look(standing.urgency)
        colour = theme.current().colours[look.token]
        self._icon.setPixmap(icons.pixmap(look.icon, colour, 18, self.devicePixelRatioF()))
        self.word.setText(urgency_words(standing.urgency))
        self.word.setStyleSheet(f"color: {colour}; font-weight: 600;")
        self.sentence.setText(standing_sentence(standing))
        self.show()

    def show_people(self, people: Sequence[PersonLine], problem: str = "") -> None:
        """``problem``: why nobody is shown, or what else is to be said below."""
        if list(people) != self._people or not self._buttons:
            self._people = list(people)
            self._build()
        reasons = dict.fromkeys(one.why_no_link for one in people if one.why_no_link)
        text = "\n".join([*reasons, *([problem] if problem else [])])
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def clear(self) -> None:
        self.hide()
        self._people, self._buttons = [], []
        self._scroll.takeWidget()
        self._scroll.hide()
        self.note.hide()

    @property
    def current(self) -> int:
        """The participant whose row has the focus, else the first with a link, else the first; -1 without any."""
        for number, buttons in enumerate(self._buttons):
            if any(button.hasFocus() for button in buttons):
                return number
        with_link = (number for number, one in enumerate(self._people) if not one.why_no_link)
        return next(with_link, 0 if self._people else -1)

    def buttons_of(self, number: int) -> tuple[QPushButton, QPushButton, QPushButton]:
        """Write, copy the link, show the QR code."""
        return self._buttons[number]

    # --- inside -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._buttons = []
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for number, one in enumerate(self._people):
            # One above the other: in the smallest window a name and an address need the same few pixels.
            both = QVBoxLayout()
            both.setSpacing(0)
            both.addWidget(ElidedLabel(one.name))
            if one.contact:
                both.addWidget(ElidedLabel(one.contact, "muted"))
            grid.addLayout(both, number, 0)
            self._buttons.append(self._buttons_for(number, one))
            for column, button in enumerate(self._buttons[-1], 1):
                grid.addWidget(button, number, column)
        grid.setRowStretch(len(self._people), 1)
        self._scroll.setWidget(holder)
        rows = min(len(self._people), _ROWS_SEEN)
        self._scroll.setFixedHeight(rows * _ROW_HEIGHT)
        self._scroll.setVisible(bool(rows))

    def _buttons_for(self, number: int, one: PersonLine) -> tuple[QPushButton, QPushButton, QPushButton]:
        made = []
        for name, icon, why_not, wish in (
            ("write", "mail", one.why_no_message, self.write_requested),
            ("copy", "link", one.why_no_link, self.copy_requested),
            ("qr", "qr", one.why_no_link, self.qr_requested),
        ):
            button = QPushButton(tr(f"follow_up.button.{name}"))
            button.setIcon(icons.icon(icon))
            button.setAccessibleName(tr(f"follow_up.button.{name}_of", name=one.name))
            button.setAccessibleDescription(why_not)
            button.setEnabled(not why_not)
            button.setToolTip(why_not)
            button.clicked.connect(lambda _checked=False, wish=wish: wish.emit(number))
            made.append(button)
        return made[0], made[1], made[2]
