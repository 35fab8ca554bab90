"""What every test may rely on."""

from __future__ import annotations

import gc
import os

import pytest
from PySide6.QtWidgets import QApplication

from tns_desktop.ui.runtime.collector import collect_when_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the program: widgets that nobody holds any more must not be destroyed by a worker thread.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    collect_when_due()
    if (nextitem is None or nextitem.path != item.path) and QApplication.topLevelWidgets():
        # A window that only the collector can find would be taken for one of the next module's program.
        gc.collect()


@pytest.fixture
def anyio_backend() -> str:
    """Plain coroutine tests run on asyncio."""
    return "asyncio"
