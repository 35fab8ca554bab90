"""First run: three doors."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped

DOORS = (("connect", "plug"), ("sample", "sample"), ("archive", "archive"))


EMBLEM = QRect(4, 4, 56, 56)


class Welcome(QWidget):
    """``door_chosen`` carries connect, sample or archive."""

    door_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(560)
        column = QVBoxLayout(card)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(12)
        emblem = QLabel()
        # Without the margin that an application icon keeps around itself: its edge stands above the text's.
        emblem.setPixmap(icons.application_icon().pixmap(QSize(64, 64)).copy(EMBLEM))
        column.addWidget(emblem)
        column.addWidget(label(tr("welcome.title"), "heading"))
        column.addWidget(wrapped(tr("welcome.text"), "muted"))
        column.addSpacing(8)
        self.doors: dict[str, QPushButton] = {}
        for name, icon in DOORS:
            door = QPushButton(tr(f"welcome.{name}.title"))
            door.setProperty("kind", "door")
            door.setIcon(icons.icon(icon, "accent"))
            door.setIconSize(QSize(24, 24))
            door.setAccessibleDescription(tr(f"welcome.{name}.text"))
            door.clicked.connect(lambda _checked=False, name=name: self.door_chosen.emit(name))
            column.addWidget(door)
            note = wrapped(tr(f"welcome.{name}.text"), "muted")
            note.setContentsMargins(20, 0, 20, 4)
            column.addWidget(note)
            self.doors[name] = door
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(middle)
        outer.addStretch(1)
