"""A scripted server and an API that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.api_connection import OPERATOR, SECRET_KEY, MakeApi, connection_to
from tests.support.api_maps import DEFAULT_MAP
from tests.support.wire_server import WireServer, running_wire_server
from tns_desktop.adapters.api.download_attempts import DownloadLimits
from tns_desktop.adapters.api.factory import make_api_factory
from tns_desktop.adapters.api.transport import Timeouts
from tns_desktop.services.ports import ClientFileApi


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
        connection = connection_to(base_url or server.base_url, api_map=api_map, operator=operator)
        factory = make_api_factory(DEFAULT_MAP, timeouts=timeouts or Timeouts(read=5, exchange=10), limits=limits)
        made.append(factory(connection, SECRET_KEY))
        return made[-1]

    yield make
    for api in made:
        await api.close()


@pytest.fixture
def api(make_api: MakeApi) -> ClientFileApi:
    return make_api()
