"""A view that is moved with the mouse: dragging pans, the wheel scrolls or zooms at the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea

ZOOM_STEP = 1.2
WHEEL_NOTCH = 120
"""What Qt counts for one step of a wheel; finer ones zoom less."""


class PannedView(QAbstractScrollArea):
    """What is zoomed, and by what, is its subclass's business."""

    _dragged_from: QPoint | None = None

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Keeps the point under ``at`` (of the viewport; default its middle) where it is."""
        raise NotImplementedError

    def wheel_zooms(self) -> bool:
        """Whether the wheel zooms without Ctrl too."""
        return False

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if turned and (zooms or self.wheel_zooms()):
            self.zoom_by(ZOOM_STEP ** (turned / WHEEL_NOTCH), event.position().toPoint())
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            here = event.position().toPoint()
            moved, self._dragged_from = here - self._dragged_from, here
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self.viewport().unsetCursor()
