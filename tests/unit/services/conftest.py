"""A desk in front of a model server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.model_desk import ModelDesk, opened_model_desk


@pytest.fixture
async def model(tmp_path: Path) -> AsyncIterator[ModelDesk]:
    async with opened_model_desk(tmp_path / "profile") as opened:
        yield opened
