"""A participant's link as a QR code, large enough to be read from the screen by the participant's own phone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.qr_code import QrCode

PIXELS = 340


class QrDialog(QDialog):
    """Shown and closed; the link itself is nowhere to be read in it."""

    def __init__(self, name: str, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("follow_up.qr.title"))
        self.code = QrCode(image, tr("follow_up.qr.spoken", name=name))
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(name, "title"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.code)
        text = wrapped(tr("follow_up.qr.text"), "muted")
        text.setMinimumWidth(PIXELS)
        column.addWidget(text)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
