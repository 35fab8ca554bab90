"""One thread for Qt and asyncio: the only module that knows qasync (docs/adr/0004)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication

T = TypeVar("T")


SWITCH_SECONDS = 0.0001
"""How long a thread may keep the interpreter while another waits for it. Qt's bindings let go of it and take it back many times
in one event, and with Python's own 5 ms each time costs up to as much: while 10,000 rows were stored the window stood still
for 150 to 220 ms; with this for 20 to 40, and the rows took no longer (docs/adr/0004).
"""


def new_event_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(application, already_running=False)
    sys.setswitchinterval(SWITCH_SECONDS)
    return loop


def run_with_qt(application: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Runs ``main()`` on a loop that also turns Qt's, and returns its result.

    ``asyncio.run`` takes a ``loop_factory`` from Python 3.12 on only, hence the Runner.
    """
    with asyncio.Runner(loop_factory=lambda: new_event_loop(application)) as runner:
        return runner.run(finishing_generators(main()))


async def finishing_generators(main: Coroutine[Any, Any, T]) -> T:
    """asyncio's own loops finish the asynchronous generators that somebody left half-way; qasync's does not.

    httpx leaves one behind whenever a streamed answer is not read to its end.
    """
    loop = asyncio.get_running_loop()

    def finish(generator: AsyncGenerator[Any, Any]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: loop.create_task(generator.aclose()))

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=finish)
    try:
        return await main
    finally:
        sys.set_asyncgen_hooks(*before)
