"""What every test may rely on."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def anyio_backend() -> str:
    """Plain coroutine tests run on asyncio."""
    return "asyncio"
