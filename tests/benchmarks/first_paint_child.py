"""Starts the program, or a bare window, prints when its window was first painted, and ends at once.

``python -m tests.benchmarks.first_paint_child bare`` or ``… desk [arguments of the program]``. The figure is of the
monotonic clock, which processes of one machine share.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow


class FirstPaint(QObject):
    """Ends the process at the first paint event of a main window."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            os.write(1, f"{time.monotonic()}\n".encode())
            os._exit(0)
        return False


def main(arguments: list[str]) -> int:
    application = QApplication(sys.argv[:1])
    watcher = FirstPaint()
    application.installEventFilter(watcher)
    if arguments[0] == "bare":
        window = QMainWindow()
        window.resize(1280, 800)
        window.show()
        return application.exec()
    from tns_desktop import bootstrap, cli

    return bootstrap.run(cli.parse(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
