"""Two parts, the second below the first or beside it, as there is room; each way keeps the sizes it was given."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

BELOW, BESIDE = Qt.Orientation.Vertical, Qt.Orientation.Horizontal


class TurningSplitter(QSplitter):
    """Begins with the second part below."""

    def __init__(self, below: list[int], beside: list[int], parent: QWidget | None = None) -> None:
        """Sizes of both parts in pixels, for as long as nobody has moved the handle."""
        super().__init__(BELOW, parent)
        self._usual = {BELOW: below, BESIDE: beside}
        self._left: dict[Qt.Orientation, QByteArray] = {}
        """How each way was when it was left."""
        self.setSizes(below)

    @property
    def is_beside(self) -> bool:
        return self.orientation() == BESIDE

    def turn(self, *, beside: bool) -> None:
        if beside == self.is_beside:
            return
        self._left[self.orientation()] = self.saveState()
        self._show(BESIDE if beside else BELOW)

    def states(self) -> list[QByteArray]:
        """Below, then beside; empty for a way that was never shown."""
        self._left[self.orientation()] = self.saveState()
        return [self._left.get(way, QByteArray()) for way in (BELOW, BESIDE)]

    def restore(self, states: list[QByteArray]) -> None:
        """What cannot be read is ignored."""
        self._left = {way: state for way, state in zip((BELOW, BESIDE), states, strict=False) if not state.isEmpty()}
        self._show(self.orientation())

    def _show(self, way: Qt.Orientation) -> None:
        self.setOrientation(way)
        if not self.restoreState(self._left.get(way, QByteArray())):
            self.setSizes(self._usual[way])
        self.setOrientation(way)  # a state that somebody wrote may say another
