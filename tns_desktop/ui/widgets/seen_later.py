"""A scrolled part that is laid out once somebody can see it: behind another tab nothing is made."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class SeenLater(QScrollArea):
    """What is to be seen is made by ``_content``, whenever ``_renew`` has said that it is something else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._is_stale = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.catch_up)

    @property
    def is_laid_out(self) -> bool:
        """False while what can be seen is about to be there."""
        return not self._is_stale or not self.isVisible()

    def catch_up(self) -> None:
        """Lays out what is to be seen at once, whether it can be seen or not."""
        self._later.stop()
        if self._is_stale:
            self._is_stale = False
            self.setWidget(self._content())

    # --- inside -------------------------------------------------------------------------------------------------------

    def _renew(self, *, after_ms: int = 0) -> None:
        """What was there is gone at once; what comes, where it can be seen, after so long."""
        self._is_stale = True
        if self.isVisible() and not after_ms:
            self.catch_up()
            return
        gone = self.takeWidget()
        if gone is not None:
            gone.deleteLater()
        if self.isVisible():
            self._later.start(after_ms)

    def _content(self) -> QWidget:
        raise NotImplementedError

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self.catch_up()
        super().showEvent(event)
