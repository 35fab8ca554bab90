"""Secrets on the clipboard: marked as such where a system knows a mark, and taken off again after a while, if still there."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_HINTS = {"x-kde-passwordManagerHint": b"secret"}
"""Klipper, and clipboard managers that follow it, keep no history of what carries it."""
_WINDOWS_HINTS = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
}
"""Microsoft, "Clipboard Formats": cloud clipboard and clipboard history formats."""


class SecretClipboard(QObject):
    """One secret at a time. macOS knows marks too, but Qt cannot set them: there, the delay alone protects."""

    cleared = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)

    def copy(self, text: str, seconds: float | None = None) -> None:
        """For so long, and never longer than its owner is there; None: as long as that."""
        data = QMimeData()
        data.setText(text)
        hints = {**_HINTS, **(_WINDOWS_HINTS if sys.platform == "win32" else {})}
        for kind, value in hints.items():
            data.setData(kind, value)
        QGuiApplication.clipboard().setMimeData(data)
        self._text = text
        if seconds is None:
            self._timer.stop()
        else:
            self._timer.start(round(seconds * 1000))

    def clear(self) -> None:
        """Takes it off; whatever somebody has copied since stays."""
        self._timer.stop()
        text, self._text = self._text, ""
        clipboard = QGuiApplication.clipboard()
        if text and clipboard.text() == text:
            clipboard.clear()
            self.cleared.emit()
