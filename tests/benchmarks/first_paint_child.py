"""Starts the program, or a bare window, prints when it was painted, and ends at once.

``python -m tests.benchmarks.first_paint_child bare``, or ``window …`` for the window's first paint, or ``view …`` for the
first paint of what it then holds; the rest are arguments of the program. The figure is of the monotonic clock, which
processes of one machine share.

The widgets' own paint events tell it. A filter on all events would make PySide find a Python type for every object that
Qt has inside, which takes as long as the program does.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget


class _BareWindow(QMainWindow):
    pass


def _report_paint_of(kind: type[QWidget]) -> None:
    usual = kind.paintEvent

    def paint_event(self: QWidget, event: QPaintEvent) -> None:
        usual(self, event)
        os.write(1, f"{time.monotonic()}\n".encode())
        os._exit(0)

    kind.paintEvent = paint_event  # type: ignore[method-assign]


def main(arguments: list[str]) -> int:
    if arguments[0] == "bare":
        application = QApplication(sys.argv[:1])
        _report_paint_of(_BareWindow)
        window = _BareWindow()
        window.resize(1280, 800)
        window.show()
        return application.exec()
    if arguments[0] == "view":
        from tns_desktop.ui.views.desk_view import DeskView

        _report_paint_of(DeskView)
    else:
        from tns_desktop.ui.views.frame import Outlines

        _report_paint_of(Outlines)
    from tns_desktop.__main__ import main as start

    return start(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
