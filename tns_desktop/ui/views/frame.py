"""The window itself, as the desktop knows it: there from the first instant, around whatever the program puts into it.

It knows no text, no icon and no use case, so that it can be on screen before the rest of the program is even read
(docs/adr/0012). Until then it shows the outlines of the desk.
"""

from __future__ import annotations

import base64

from PySide6.QtCore import QByteArray, QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QMainWindow, QWidget

from tns_desktop.ui import theme

REFERENCE_SIZE = QSize(1280, 800)
SMALLEST_SIZE = QSize(1024, 680)

_HEADER_HEIGHT = 44
_QUEUES_WIDTH = 180
_FILES_WIDTH = 440


class Outlines(QWidget):
    """Where header, queues, files and review are going to be; nothing at all for somebody who has no connection yet."""

    def __init__(self, *, of_desk: bool) -> None:
        super().__init__()
        self._of_desk = of_desk
        self.was_painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        self.was_painted = True
        width, height, top = self.width(), self.height(), _HEADER_HEIGHT
        painter = QPainter(self)
        _fill(painter, QRect(0, 0, width, height), "window")
        if self._of_desk:
            _fill(painter, QRect(0, 0, width, top), "surface")
            _fill(painter, QRect(_QUEUES_WIDTH, top, _FILES_WIDTH, height - top), "surface")
            _fill(painter, QRect(0, top, width, 1), "border")
            for x in (_QUEUES_WIDTH, _QUEUES_WIDTH + _FILES_WIDTH):
                _fill(painter, QRect(x, top, 1, height - top), "border")
        painter.end()


def _fill(painter: QPainter, rect: QRect, token: str) -> None:
    """A rectangle of one colour. By way of a pixmap, because brushes and pens make PySide build all of the ``Qt`` enums,
    which takes 15 ms that the first paint would wait for.
    """
    dot = QPixmap(1, 1)
    dot.fill(theme.current().colour(token))
    painter.drawPixmap(rect, dot)


class Frame(QMainWindow):
    """Holds one content at a time. What the desktop wants of the window comes out as signals."""

    close_requested = Signal()
    got_focus = Signal()
    archives_dropped = Signal(list)
    """Paths of the files that were dropped, in their order."""

    def __init__(self) -> None:
        super().__init__()
        # The program's name is the same in every language.
        self.setWindowTitle("TnS Desktop")
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(REFERENCE_SIZE)
        self.setAcceptDrops(True)

    def show_outlines(self, *, of_desk: bool) -> Outlines:
        outlines = Outlines(of_desk=of_desk)
        self.hold(outlines)
        self.show()
        return outlines

    def hold(self, content: QWidget) -> None:
        """Shows ``content`` from now on; what was held before is deleted by Qt when the event loop turns next."""
        self.setCentralWidget(content)
        content.show()

    def cover(self, content: QWidget) -> QWidget | None:
        """Shows ``content`` from this instant on. What was held before is handed back, hidden, for its owner to delete."""
        former = self.takeCentralWidget()
        if former is not None:
            former.hide()
        self.hold(content)
        return former

    def come_forward(self) -> None:
        """Somebody looks for this window: out of the task bar, over the others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # --- kept between runs --------------------------------------------------------------------------------------------

    def geometry_text(self) -> str:
        return text_of(self.saveGeometry())

    def restore_geometry_text(self, geometry: str) -> None:
        """What cannot be read is ignored: the reference size is a good one."""
        if geometry:
            self.restoreGeometry(bytes_of(geometry))

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.got_focus.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The program closes in its own time: work in hand is stopped and written first."""
        event.ignore()
        self.close_requested.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if urls and all(url.isLocalFile() for url in urls):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.archives_dropped.emit([url.toLocalFile() for url in event.mimeData().urls()])
        event.acceptProposedAction()


def text_of(data: QByteArray) -> str:
    """Bytes of Qt's as text that a settings file can keep."""
    return base64.b64encode(bytes(data.data())).decode("ascii")


def bytes_of(text: str) -> QByteArray:
    """The other way; empty for a text that is none of ours."""
    try:
        return QByteArray(base64.b64decode(text, validate=True))
    except ValueError:
        return QByteArray()
