"""Makes the API of a connection: its map, its line to the server, its transfers."""

from __future__ import annotations

from pathlib import Path

from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.api.client import TrustAndSignApi
from tns_desktop.adapters.api.conversation import Conversation
from tns_desktop.adapters.api.download import Downloads
from tns_desktop.adapters.api.download_attempts import DownloadLimits
from tns_desktop.adapters.api.transport import Timeouts, Transport, TrustedRoots
from tns_desktop.domain.connection import Connection
from tns_desktop.services.ports import ApiFactory


def make_api_factory(
    default_map: Path,
    *,
    timeouts: Timeouts | None = None,
    limits: DownloadLimits | None = None,
    roots: TrustedRoots | None = None,
) -> ApiFactory:
    """A factory that reads ``default_map`` for connections that name no map of their own.

    The map is read anew for each connection, so that an edited file counts at the next connect. The trusted certificates
    are loaded once for all connections, at the first request and off the loop.
    """
    timeouts = timeouts or Timeouts()
    limits = limits or DownloadLimits()
    roots = roots or TrustedRoots()

    def make_api(connection: Connection, secret: str) -> TrustAndSignApi:
        """Raises ApiMapInvalid, and ConnectionInvalid for a connection or secret that cannot be used."""
        api_map = load_api_map(connection.api_map_path or default_map)
        transport = Transport(
            connection, secret, operator_header=api_map.operator_header, timeouts=timeouts, roots=roots
        )
        conversation = Conversation(
            api_map, transport, connection_id=connection.connection_id, operator=connection.operator_uuid
        )
        return TrustAndSignApi(connection.connection_id, conversation, Downloads(api_map, transport, limits))

    return make_api
