"""What every test may rely on."""

from __future__ import annotations

import gc
import os

import pytest

from tns_desktop.ui.runtime.collector import collect_when_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the program: widgets that nobody holds any more must not be destroyed by a worker thread.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    collect_when_due()


@pytest.fixture
def anyio_backend() -> str:
    """Plain coroutine tests run on asyncio."""
    return "asyncio"
