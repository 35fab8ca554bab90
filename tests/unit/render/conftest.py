"""One decoder for all tests that only decode; misbehaving ones are made by the tests themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.support import fake_decoder
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.inspection_host import InspectionHost


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """As everywhere; module-wide, so that a decoder can live as long as a module's tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def host(anyio_backend: str) -> AsyncIterator[RenderHost]:
    host = RenderHost(time_limit=60)
    yield host
    await host.close()


@pytest.fixture(scope="module")
async def inspector(anyio_backend: str) -> AsyncIterator[InspectionHost]:
    """The other decoder, for what stands beside the pages."""
    inspector = InspectionHost(time_limit=60)
    yield inspector
    await inspector.close()


MakeHost = Callable[..., RenderHost]


@pytest.fixture
async def fake_host(tmp_path: Path) -> AsyncIterator[MakeHost]:
    """Makes hosts with a decoder of ``tests.support.fake_decoder``; its files are in ``tmp_path``."""
    made: list[RenderHost] = []

    def make(behaviour: str, *, time_limit: float = 60.0, **limits: float) -> RenderHost:
        host = RenderHost(command=fake_decoder.command(behaviour, tmp_path), time_limit=time_limit, **limits)  # type: ignore[arg-type]
        made.append(host)
        return host

    yield make
    for host in made:
        await host.close()
