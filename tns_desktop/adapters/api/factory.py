"""Makes the API of a connection: its map, its line to the server, its transfers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.api.client import TrustAndSignApi
from tns_desktop.adapters.api.conversation import Conversation
from tns_desktop.adapters.api.download import Downloads
from tns_desktop.adapters.api.download_attempts import DownloadLimits
from tns_desktop.adapters.api.map_values import RouteBase
from tns_desktop.adapters.api.operators import OperatorDirectory
from tns_desktop.adapters.api.transport import Timeouts, Transport, TrustedRoots
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.operator import Admin
from tns_desktop.services.ports import ApiFactory, OperatorsApiFactory, WebHookRules


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


def make_operators_factory(
    default_map: Path, *, timeouts: Timeouts | None = None, roots: TrustedRoots | None = None
) -> OperatorsApiFactory:
    """A factory for the management API's list of operators, which only an Admin may ask for."""
    timeouts = timeouts or Timeouts()
    roots = roots or TrustedRoots()

    def make_directory(connection: Connection, admin: Admin) -> OperatorDirectory:
        """Raises ApiMapInvalid, and ConnectionInvalid for a connection or a login that cannot be used."""
        api_map = load_api_map(connection.api_map_path or default_map)
        route = api_map.list_operators
        base_url = connection.base_url
        if route is None or route.base is RouteBase.HOST:
            base_url = urlunsplit((*urlsplit(base_url)[:2], "", "", ""))
        asked = replace(connection, base_url=base_url, public_id=admin.email, operator_uuid="")
        return OperatorDirectory(
            api_map, Transport(asked, admin.password, operator_header="", timeouts=timeouts, roots=roots)
        )

    return make_directory


def make_rules_for(default_map: Path) -> Callable[[Connection], WebHookRules]:
    """How web hooks of a connection are read: by its own map, or by ``default_map`` where that one says nothing of them."""

    def rules_for(connection: Connection) -> WebHookRules:
        """Raises ApiMapInvalid."""
        rules = load_api_map(connection.api_map_path or default_map).webhooks or load_api_map(default_map).webhooks
        assert rules is not None, "the map that comes with the program describes them"
        return rules

    return rules_for
