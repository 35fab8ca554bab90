"""What is handed to the system: an address that somebody has read and agreed to, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_address(address: str) -> bool:
    """Opens an address with the program that the system has for it. False when it has none, or it is no address."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    return url.isValid() and QDesktopServices.openUrl(url)
