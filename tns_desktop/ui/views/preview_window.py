"""A window of its own for the previews, for a second screen. Its title names no client."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.frame import bytes_of, text_of
from tns_desktop.ui.widgets.tab_order import move_focus

SIZE = QSize(900, 1000)
SMALLEST_SIZE = QSize(460, 320)


class PreviewWindow(QWidget):
    """A child of the desk's window, so that it cannot outlive it; the desk's keys work in it."""

    close_requested = Signal()

    def __init__(self, previews: QWidget, desk: QWidget) -> None:
        super().__init__(desk, Qt.WindowType.Window)
        self.setObjectName("root")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(tr("preview.away.window"))
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(SIZE)
        self.addActions(desk.actions())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(previews)
        previews.show()

    def geometry_text(self) -> str:
        return text_of(self.saveGeometry())

    def restore_geometry_text(self, geometry: str) -> None:
        """What cannot be read is ignored. A screen that is not there any more: Qt brings the window to one that is."""
        if geometry:
            self.restoreGeometry(bytes_of(geometry))

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward=forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The preview goes back first; the window follows."""
        event.ignore()
        self.close_requested.emit()
