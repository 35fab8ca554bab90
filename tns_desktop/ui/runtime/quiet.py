"""What is over within a blink is not announced."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

QUIET_MS = 300


def quiet_timer(parent: QObject, say: Callable[[], None]) -> QTimer:
    """Says that something takes its time, unless it is stopped before: a message that only flickers disturbs."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(QUIET_MS)
    timer.timeout.connect(say)
    return timer
