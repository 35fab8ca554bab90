"""Profiles to tick, and a line for others where others are allowed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from tns_desktop.ui.i18n import tr


class ProfileChoice(QWidget):
    """``changed`` when the operator ticked or typed; not when a program did."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[QCheckBox] = []
        self.others = QLineEdit()
        self.others.setPlaceholderText(tr("creation.other_profiles"))
        self.others.setAccessibleName(tr("creation.other_profiles"))
        self.others.textEdited.connect(lambda _text: self.changed.emit())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self.others, 1)
        self.setFocusProxy(self.others)

    @property
    def values(self) -> tuple[str, ...]:
        """Those ticked, then those typed."""
        ticked = [box.text() for box in self.boxes if box.isChecked()]
        typed = [part.strip() for part in self.others.text().split(",")]
        return tuple(dict.fromkeys(filter(None, [*ticked, *typed])))

    def offer(self, known: Sequence[str], values: Sequence[str] | None = None) -> None:
        """Other profiles to tick; what was chosen stays chosen. ``values`` replaces it."""
        if values is None and list(known) == [box.text() for box in self.boxes]:
            return
        chosen = list(self.values if values is None else values)
        for box in self.boxes:
            self._row.removeWidget(box)
            box.deleteLater()
        self.boxes = [QCheckBox(name) for name in known]
        for index, box in enumerate(self.boxes):
            box.setChecked(box.text() in chosen)
            box.clicked.connect(lambda _checked: self.changed.emit())
            self._row.insertWidget(index, box)
        self.others.setText(", ".join(name for name in chosen if name not in known))
