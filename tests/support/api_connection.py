"""A connection for tests of the API, and the type of the fixture that opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.support.api_maps import DEFAULT_MAP
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.services.ports import ClientFileApi

OPERATOR = "2e891756-cbbb-11e3-9d6a-57f4740d8223"
PUBLIC_ID = "john123456"
SECRET_KEY = "azerty"

MakeApi = Callable[..., ClientFileApi]


def connection_to(base_url: str, *, api_map: Path = DEFAULT_MAP, operator: str = OPERATOR) -> Connection:
    """A connection with the documented test vector's login."""
    return Connection(
        connection_id="c1",
        label="test",
        environment=Environment.OTHER,
        base_url=base_url,
        public_id=PUBLIC_ID,
        operator_uuid=operator,
        api_map_path=str(api_map),
    )
