"""A scripted server and an API that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.support.api_maps import DEFAULT_MAP
from tests.support.wire_server import WireServer, running_wire_server
from tns_desktop.adapters.api.download_attempts import DownloadLimits
from tns_desktop.adapters.api.factory import make_api_factory
from tns_desktop.adapters.api.transport import Timeouts
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.services.ports import ClientFileApi

OPERATOR = "2e891756-cbbb-11e3-9d6a-57f4740d8223"

MakeApi = Callable[..., ClientFileApi]


@pytest.fixture
def server() -> Iterator[WireServer]:
    with running_wire_server() as running:
        yield running


@pytest.fixture
async def make_api(server: WireServer) -> AsyncIterator[MakeApi]:
    made: list[ClientFileApi] = []

    def make(
        *,
        api_map: Path = DEFAULT_MAP,
        base_url: str | None = None,
        operator: str = OPERATOR,
        timeouts: Timeouts | None = None,
        limits: DownloadLimits | None = None,
    ) -> ClientFileApi:
        connection = Connection(
            connection_id="c1",
            label="test",
            environment=Environment.OTHER,
            base_url=base_url or server.base_url,
            public_id="john123456",
            operator_uuid=operator,
            api_map_path=str(api_map),
        )
        factory = make_api_factory(DEFAULT_MAP, timeouts=timeouts or Timeouts(read=5, exchange=10), limits=limits)
        made.append(factory(connection, "azerty"))
        return made[-1]

    yield make
    for api in made:
        await api.close()


@pytest.fixture
def api(make_api: MakeApi) -> ClientFileApi:
    return make_api()
