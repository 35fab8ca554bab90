"""Connections: kept in the settings, their secret keys in the keychain, their API clients in a pool."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tns_desktop.domain.connection import (
    Connection,
    Environment,
    checked_base_url,
    checked_operator_uuid,
    checked_public_id,
    checked_secret_key,
)
from tns_desktop.domain.errors import ConnectionInvalid, SecretMissing
from tns_desktop.domain.roles import Duty, Role
from tns_desktop.services.ports import ApiFactory, ClientFileApi, KeychainInfo, NewIds, RouteCheck, SecretStore
from tns_desktop.services.settings import CURRENT_CONNECTION, SHOW_ALL_CONNECTIONS, Settings

# KNOWN, public documentation `integration_api_v6`.
BASE_URLS = {
    Environment.INTEGRATION: "https://integration-api.ekeynox.net/contract/v6/integration",
    Environment.PREPRODUCTION: "https://preprod-api.ekeynox.net/contract/v6/integration",
    Environment.PRODUCTION: "https://api.ekeynox.net/contract/v6/integration",
}

SAMPLE_CONNECTION_IDS = ("sample-files", "sample-files-2")
"""Of the products of the local server with sample files: it runs while one of them is shown, and ends with the program."""

HOOK_HEADER_VALUE = "webhooks/header-value"
"""Under which name the keychain keeps what each web hook has to carry."""

CONNECTION_RECORDS = "connections"
"""Under which name the settings keep them."""


def checked_connection(
    *,
    connection_id: str,
    label: str,
    environment: Environment,
    base_url: str,
    public_id: str,
    operator_uuid: str,
    api_map_path: str = "",
    role: Role = Role.OPERATOR,
    operator_name: str = "",
) -> Connection:
    """A connection from what was typed. Raises ConnectionInvalid with ``facts["field"]``.

    The operator's name goes with the UUID: without one there is nobody to be named.
    """
    url = BASE_URLS.get(environment) or checked_base_url(base_url)
    public = checked_public_id(public_id)
    operator = checked_operator_uuid(operator_uuid)
    return Connection(
        connection_id=connection_id,
        label=label.strip() or public,
        environment=environment,
        base_url=url,
        public_id=public,
        operator_uuid=operator,
        api_map_path=api_map_path.strip(),
        role=role,
        operator_name=operator_name.strip() if operator else "",
    )


class Connections:
    """Keeps connections, hands out their API clients, and switches between them."""

    def __init__(self, settings: Settings, secrets: SecretStore, api_factory: ApiFactory, new_id: NewIds) -> None:
        self._settings = settings
        self._secrets = secrets
        self._api_factory = api_factory
        self._new_id = new_id
        self._apis: dict[str, ClientFileApi] = {}
        self._lock = asyncio.Lock()

    def new_id(self) -> str:
        return self._new_id()

    async def keychain(self) -> KeychainInfo:
        return await self._secrets.describe()

    def all(self) -> list[Connection]:
        """Every connection that can be used; a record that somebody broke by hand is left out, and stays in the file."""
        found = []
        for record in self._settings.records(CONNECTION_RECORDS):
            try:
                found.append(_connection_from(record))
            except (ConnectionInvalid, ValueError, KeyError, TypeError):
                continue
        return found

    def find(self, connection_id: str) -> Connection | None:
        return next((item for item in self.all() if item.connection_id == connection_id), None)

    def demand(self, connection_id: str, duty: Duty) -> None:
        """Raises RoleForbids when that connection's role does not allow it. One that is gone has no role to ask."""
        connection = self.find(connection_id)
        if connection is not None:
            connection.demand(duty)

    def may(self, connection_id: str, duty: Duty) -> bool:
        connection = self.find(connection_id)
        return connection is None or connection.allows(duty)

    def current(self) -> Connection | None:
        """The connection last chosen, or the first one."""
        everything = self.all()
        chosen = self._settings.get(CURRENT_CONNECTION)
        return next(
            (item for item in everything if item.connection_id == chosen), everything[0] if everything else None
        )

    def shown(self) -> list[Connection]:
        """What the window shows: all of several where that was chosen, else the current one; empty without any."""
        everything = self.all()
        if len(everything) > 1 and self._settings.get(SHOW_ALL_CONNECTIONS):
            return everything
        current = self.current()
        return [current] if current is not None else []

    def choose(self, connection_id: str) -> None:
        self._settings.set(CURRENT_CONNECTION, connection_id)
        self._settings.set(SHOW_ALL_CONNECTIONS, False)

    def choose_all(self) -> None:
        self._settings.set(SHOW_ALL_CONNECTIONS, True)

    async def save(self, connection: Connection, secret: str | None) -> None:
        """Stores the connection; ``secret`` None keeps the one that is in the keychain.

        The secret goes first: a connection whose secret could not be kept is not kept either.
        """
        if secret is not None:
            await self._secrets.set(_secret_name(connection.connection_id), checked_secret_key(secret))
        self._settings.set_records(CONNECTION_RECORDS, self._records_with(connection))
        await self._discard_api(connection.connection_id)

    async def remove(self, connection_id: str) -> None:
        """The secret goes first here too: what cannot be taken out of the keychain is not left behind unseen."""
        for name in secret_names(connection_id):
            await self._secrets.delete(name)
        self._settings.set_records(CONNECTION_RECORDS, self._records_without(connection_id))
        if len(self.all()) < 2:
            # Whoever adds another one later has chosen nothing about it yet.
            self._settings.set(SHOW_ALL_CONNECTIONS, False)
        await self._discard_api(connection_id)

    async def has_secret(self, connection_id: str) -> bool:
        return await self._secrets.get(_secret_name(connection_id)) is not None

    async def api_for(self, connection_id: str) -> ClientFileApi:
        """The client of that connection, made on first use.

        Raises ConnectionInvalid, SecretMissing, a SecretStoreError or ApiMapInvalid.
        """
        async with self._lock:
            if (api := self._apis.get(connection_id)) is not None:
                return api
            connection = self.find(connection_id)
            if connection is None:
                raise ConnectionInvalid("unknown connection", facts={"field": "connection", "reason": "unknown"})
            secret = await self._secrets.get(_secret_name(connection_id))
            if secret is None:
                raise SecretMissing("no secret key", facts={"name": connection.label})
            api = self._apis[connection_id] = self._api_factory(connection, secret)
            return api

    async def check(self, connection: Connection, secret: str | None) -> Sequence[RouteCheck]:
        """Calls each read-only route with what was typed, saved or not. ``secret`` None: the one in the keychain."""
        if secret is None:
            secret = await self._secrets.get(_secret_name(connection.connection_id))
        api = self._api_factory(connection, checked_secret_key(secret or ""))
        try:
            return await api.check()
        finally:
            await api.close()

    async def close(self) -> None:
        apis, self._apis = self._apis, {}
        for api in apis.values():
            await api.close()

    async def _discard_api(self, connection_id: str) -> None:
        async with self._lock:  # a client that is being made of the old record must be found here
            api = self._apis.pop(connection_id, None)
        if api is not None:
            await api.close()

    def _records_with(self, connection: Connection) -> list[dict[str, Any]]:
        """One that is known keeps its place: an edited connection must not move in the menu and in the list of connections."""
        fresh, known = _record_of(connection), self._settings.records(CONNECTION_RECORDS)
        if all(item.get("connection_id") != connection.connection_id for item in known):
            return [*known, fresh]
        return [fresh if item.get("connection_id") == connection.connection_id else item for item in known]

    def _records_without(self, connection_id: str) -> list[dict[str, Any]]:
        return [
            item for item in self._settings.records(CONNECTION_RECORDS) if item.get("connection_id") != connection_id
        ]


async def forget_secrets(settings: Settings, secrets: SecretStore) -> None:
    """Takes every connection's secrets, and that of web hooks, out of the keychain; they are asked for again."""
    await secrets.delete(HOOK_HEADER_VALUE)
    for record in settings.records(CONNECTION_RECORDS):
        for name in secret_names(str(record.get("connection_id", ""))):
            await secrets.delete(name)


def admin_name(connection_id: str) -> str:
    """Under which name the keychain holds an Admin's e-mail address and password, where there are some."""
    return f"connection/{connection_id}/admin"


def secret_names(connection_id: str) -> tuple[str, ...]:
    """Everything that the keychain may hold of a connection."""
    return _secret_name(connection_id), admin_name(connection_id)


def _secret_name(connection_id: str) -> str:
    return f"connection/{connection_id}/secret-key"


def _record_of(connection: Connection) -> dict[str, Any]:
    return {
        "connection_id": connection.connection_id,
        "label": connection.label,
        "environment": connection.environment.value,
        "base_url": connection.base_url,
        "public_id": connection.public_id,
        "operator_uuid": connection.operator_uuid,
        "api_map_path": connection.api_map_path,
        "operator_name": connection.operator_name,
        "role": connection.role.value,
        # What older versions read: a desk that goes back to one must not begin to decide.
        "read_only": not connection.allows(Duty.DECIDE),
    }


def _connection_from(record: dict[str, Any]) -> Connection:
    return checked_connection(
        connection_id=str(record["connection_id"]),
        label=str(record.get("label", "")),
        environment=Environment(record["environment"]),
        base_url=str(record.get("base_url", "")),
        public_id=str(record["public_id"]),
        operator_uuid=str(record.get("operator_uuid", "")),
        api_map_path=str(record.get("api_map_path", "")),
        role=_role_of(record),
        operator_name=str(record.get("operator_name", "")),
    )


def _role_of(record: dict[str, Any]) -> Role:
    """The stricter of the two that a record may have. Raises ValueError for a role that nobody knows."""
    role = Role(record.get("role", Role.OPERATOR))
    return Role.READ_ONLY if record.get("read_only", False) else role
