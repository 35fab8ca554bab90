"""A QR code: black on white in both themes, with the quiet zone that readers need, drawn in whole pixels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004, 9.1)."""


def qr_image(text: str, pixels: int) -> QImage | None:
    """At most ``pixels`` wide and high; None for a text that no QR code can hold (about 2,900 bytes)."""
    # Read when somebody wants a code: it would take a thirtieth of a second of every start.
    import segno

    try:
        matrix = segno.make(text, micro=False).matrix
    except ValueError:
        return None
    side = len(matrix) + 2 * QUIET_ZONE
    scale = max(1, pixels // side)
    image = QImage(side * scale, side * scale, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    black = QColor(Qt.GlobalColor.black)
    for row, modules in enumerate(matrix, QUIET_ZONE):
        for column, dark in enumerate(modules, QUIET_ZONE):
            if dark:
                painter.fillRect(column * scale, row * scale, scale, scale, black)
    painter.end()
    return image


class QrCode(QLabel):
    """``name`` is what a screen reader says in place of the picture: never the text in it."""

    def __init__(self, image: QImage, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ratio = self.devicePixelRatioF()
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(ratio)
        self.setPixmap(picture)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(name)
