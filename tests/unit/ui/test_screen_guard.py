"""Every window of the program is left out of captures before it is seen, and given back; nothing is asked while that is off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from tests.support.fake_desk import MemoryShield
from tests.support.windows import delete
from tns_desktop.ui.runtime.screen_guard import ScreenGuard


@pytest.fixture
def shield() -> MemoryShield:
    return MemoryShield()


@pytest.fixture
def guard(english: QApplication, shield: MemoryShield) -> Iterator[ScreenGuard]:
    made = ScreenGuard(shield)
    yield made
    made.close()


@pytest.fixture
def window(english: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    yield made
    delete(made)


def test_windows_that_are_there_and_that_come_are_covered_and_given_back(
    guard: ScreenGuard, shield: MemoryShield, window: QWidget
) -> None:
    window.show()
    assert shield.covered == set()
    guard.use(True)
    assert int(window.winId()) in shield.covered
    dialog, menu = QDialog(window), QMenu(window)
    menu.addAction("An action")
    dialog.open()
    menu.popup(QPoint(5, 5))
    shown = {int(one.winId()) for one in (window, dialog, menu)}
    assert shown <= shield.covered
    guard.use(False)
    assert not shown & shield.covered
    menu.close()
    dialog.close()
    dialog.open()
    assert int(dialog.winId()) not in shield.covered


def test_a_window_is_covered_before_it_is_seen(guard: ScreenGuard, window: QWidget) -> None:
    seen: list[bool] = []

    class Noting(MemoryShield):
        def cover(self, window_id: int, covered: bool) -> bool:
            handle = window.windowHandle()
            seen.append(handle is not None and handle.isExposed())
            return super().cover(window_id, covered)

    noting = ScreenGuard(Noting())
    noting.use(True)
    window.show()
    noting.close()
    assert seen[:1] == [False]


def test_where_the_system_cannot_nothing_is_asked(guard: ScreenGuard, shield: MemoryShield, window: QWidget) -> None:
    shield.obstacle, shield.refuses = "system", True
    guard.use(True)
    window.show()
    assert not guard.was_refused


def test_a_refusal_is_told_once(
    guard: ScreenGuard, shield: MemoryShield, window: QWidget, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[None] = []
    guard.refused.connect(lambda: told.append(None))
    shield.refuses = True
    guard.use(True)
    window.show()
    window.hide()
    window.show()
    assert len(told) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "a window is not left out of captures: the system refused"
    ]
    shield.refuses = False
    guard.use(False)
    guard.use(True)
    assert not guard.was_refused
    assert len(told) == 1
    assert int(window.winId()) in shield.covered
