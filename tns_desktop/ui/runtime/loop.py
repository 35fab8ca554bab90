"""One thread for Qt and asyncio: the only module that knows qasync (docs/adr/0004)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication


def new_event_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application, already_running=False)
    return loop


def run_with_qt(application: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Runs ``main()`` on a loop that also turns Qt's, and returns its result.

    ``asyncio.run`` takes a ``loop_factory`` from Python 3.12 on only, hence the Runner.
    """
    with asyncio.Runner(loop_factory=lambda: new_event_loop(application)) as runner:
        return runner.run(main())
