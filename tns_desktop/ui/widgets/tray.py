"""The icon beside the clock: how many files wait, and notices for somebody who looks elsewhere.

Where a desktop has no such place, nothing is shown and nothing is missing. What is said here may be seen by anybody who
passes: never a name, never a number of a client.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon

from tns_desktop.ui import formatting, icons, theme
from tns_desktop.ui.i18n import tr

_SIZE = 64
_MOST_SHOWN = 99
_NOTICE_MS = 8000


class Tray(QObject):
    """``wanted`` tells that the window is looked for."""

    wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = -1
        self._icon: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(icons.application_icon(), self)
            self._icon.activated.connect(lambda _reason: self.wanted.emit())
            self._icon.messageClicked.connect(self.wanted)
            self._icon.show()

    def show_count(self, count: int) -> None:
        """Files that still need a decision."""
        if count == self._count:
            return
        self._count = count
        _set_badge(count)
        if self._icon is not None:
            self._icon.setIcon(icon_with_count(count))
            self._icon.setToolTip(tr("tray.count", count=count))

    def notify(self, title: str, text: str) -> None:
        if self._icon is not None and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, _NOTICE_MS)

    def close(self) -> None:
        _set_badge(0)
        if self._icon is not None:
            self._icon.hide()


def _set_badge(count: int) -> None:
    """On the program's icon in the task bar or dock, where the desktop shows such a thing."""
    application = QGuiApplication.instance()
    if isinstance(application, QGuiApplication):
        application.setBadgeNumber(count)


def icon_with_count(count: int) -> QIcon:
    """The application's icon, with a disc that holds the number; more than 99 is shown as "99+"."""
    base = icons.application_icon()
    if count <= 0:
        return base
    drawn = QPixmap(base.pixmap(_SIZE, _SIZE))
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    disc = QRect(_SIZE // 3, _SIZE // 3, _SIZE * 2 // 3, _SIZE * 2 // 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.current().colours["negative"]))
    painter.drawEllipse(disc)
    font = QFont(painter.font())
    font.setPixelSize(disc.height() // 2)
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(theme.current().colour("negative_text"))
    text = formatting.count(count) if count <= _MOST_SHOWN else tr("tray.many", count=_MOST_SHOWN)
    painter.drawText(disc, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.end()
    return QIcon(drawn)
