"""Python's cyclic garbage collector, kept to the thread that Qt's objects belong to.

Left alone, it runs in whichever thread happens to make the object too many, and destroys there what it finds: also widgets
and item models, which Qt allows on the main thread only. That is a crash once in thousands of runs. So it is switched off at
the start of the process (which shortens the start, too), and a timer does its work here (docs/adr/0012).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 1000


def collect_when_due() -> bool:
    """What the interpreter would have done by itself: the oldest generation that has reached its threshold."""
    for generation, (count, threshold) in reversed(
        list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
    ):
        if count > threshold:
            gc.collect(generation)
            return True
    return False


def collect_everything() -> None:
    """Also what is frozen: once a view was dropped, in a moment in which nobody minds a tenth of a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Collector(QObject):
    """Made on the main thread, once the view is read: what is there by then stays, and is not looked through again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_when_due)
        self._timer.start(LOOK_EVERY_MS)

    def freeze(self) -> None:
        """More was read that stays."""
        gc.freeze()

    def close(self) -> None:
        """The interpreter's end is its own business again, and so is what was frozen."""
        self._timer.stop()
        gc.unfreeze()
