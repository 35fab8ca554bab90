"""A dressed application and coroutine tests on the loop that Qt and asyncio share.

``run_in_qt`` is how a test of a presenter runs: on qasync, as the program does, never on a plain asyncio loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.bootstrap import new_application
from tns_desktop.dressing import dress
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import LANGUAGES, Translator
from tns_desktop.ui.runtime.loop import finishing_generators, new_event_loop

T = TypeVar("T")

TEST_SECONDS = 20.0
WAIT_SECONDS = 8.0
LOOK_EVERY_SECONDS = 0.005
THEMES = ("light", "dark")


def dressed(language: str = "en", theme_name: str = "light") -> QApplication:
    """The application with texts, colours, icons and a fixed font; widgets made afterwards wear them."""
    application = new_application()
    theme.install(resource_path("themes"))
    dress(application, language, theme_name)
    return application


def translators() -> dict[str, Translator]:
    return {
        language: Translator(language, resource_path("i18n", f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


def run_in_qt(
    application: QApplication, work: Callable[[], Coroutine[Any, Any, T]], *, seconds: float = TEST_SECONDS
) -> T:
    """Runs ``work()`` on a qasync loop. Raises what it raises, TimeoutError after ``seconds``."""

    async def bounded() -> T:
        return await asyncio.wait_for(work(), seconds)

    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: new_event_loop(application)) as runner:
        return runner.run(finishing_generators(bounded()))


async def until(holds: Callable[[], object], what: str = "", *, seconds: float = WAIT_SECONDS) -> None:
    """Waits for a condition, while Qt and asyncio both turn. Raises AssertionError when it does not come."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not holds():
        assert loop.time() < end, f"waited {seconds:.0f} s for {what or holds}"
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def turns(number: int = 3) -> None:
    """Lets everything that is ready run, for tests that something does *not* happen."""
    for _ in range(number):
        await asyncio.sleep(0)


def move_mouse(widget: QWidget, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """Within the turn of the loop: QTest's own way turns it once more, and a task that waits may be lost."""
    place = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(widget.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QCoreApplication.sendEvent(widget, event)


def delete(widget: QWidget) -> None:
    """Takes a window out of the world now, not when the collector finds it."""
    widget.hide()
    widget.deleteLater()
    # Named: without an event type, a deletion that was asked for outside of any loop waits for one.
    QCoreApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)
