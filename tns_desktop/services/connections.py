"""Connections: kept in the settings, their secret keys in the keychain, their API clients in a pool."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tns_desktop.domain.connection import Connection, checked_secret_key
from tns_desktop.domain.errors import ConnectionInvalid, SecretMissing
from tns_desktop.domain.roles import Duty
from tns_desktop.services.connection_book import ConnectionBook
from tns_desktop.services.ports import ApiFactory, ClientFileApi, KeychainInfo, NewIds, RouteCheck, SecretStore
from tns_desktop.services.settings import CURRENT_CONNECTION, SHOW_ALL_CONNECTIONS, Settings

SAMPLE_CONNECTION_IDS = ("sample-files", "sample-files-2")
"""Of the products of the local server with sample files: it runs while one of them is shown, and ends with the program."""

HOOK_HEADER_VALUE = "webhooks/header-value"
"""Under which name the keychain keeps what each web hook has to carry."""


class Connections:
    """Keeps connections, hands out their API clients, and switches between them."""

    def __init__(self, settings: Settings, secrets: SecretStore, api_factory: ApiFactory, new_id: NewIds) -> None:
        self._settings = settings
        self._book = ConnectionBook(settings)
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
        return self._book.all()

    def fixed_fields(self, connection_id: str) -> frozenset[str]:
        """What of that connection the administrator has decided, by the names of ``Connection``; empty for one's own."""
        return self._book.fixed_fields(connection_id)

    def is_preset(self, connection_id: str) -> bool:
        """Whether an administrator has set it up."""
        return self._book.is_preset(connection_id)

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

        The secret goes first: a connection whose secret could not be kept is not kept either. Raises SettingFixed.
        """
        self._book.refuse_change(connection)
        if secret is not None:
            await self._secrets.set(_secret_name(connection.connection_id), checked_secret_key(secret))
        self._book.keep(connection)
        await self._discard_api(connection.connection_id)

    async def remove(self, connection_id: str) -> None:
        """The secret goes first here too: what cannot be taken out of the keychain is not left behind unseen.

        Raises SettingFixed for one that the administrator keeps.
        """
        self._book.refuse_removal(connection_id)
        for name in secret_names(connection_id):
            await self._secrets.delete(name)
        self._book.forget(connection_id)
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


async def forget_secrets(settings: Settings, secrets: SecretStore) -> None:
    """Takes every connection's secrets, and that of web hooks, out of the keychain; they are asked for again."""
    await secrets.delete(HOOK_HEADER_VALUE)
    for connection_id in ConnectionBook(settings).ids():
        for name in secret_names(connection_id):
            await secrets.delete(name)


def admin_name(connection_id: str) -> str:
    """Under which name the keychain holds an Admin's e-mail address and password, where there are some."""
    return f"connection/{connection_id}/admin"


def secret_names(connection_id: str) -> tuple[str, ...]:
    """Everything that the keychain may hold of a connection."""
    return _secret_name(connection_id), admin_name(connection_id)


def _secret_name(connection_id: str) -> str:
    return f"connection/{connection_id}/secret-key"
