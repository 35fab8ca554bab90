"""Who acts: the operators of a product by name, asked for with an Admin's login, which the keychain alone keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.operator import Admin, Operator, by_name
from tns_desktop.services.connections import admin_name
from tns_desktop.services.ports import OperatorsApiFactory, SecretStore


class Operators:
    """The list is fetched when somebody asks, and kept nowhere."""

    def __init__(self, secrets: SecretStore, api_factory: OperatorsApiFactory) -> None:
        self._secrets = secrets
        self._api_factory = api_factory

    async def fetch(self, connection: Connection, admin: Admin) -> Sequence[Operator]:
        """Every active operator, by name; ``connection`` need not be saved.

        Raises TransportError, AdminRefused, AdminNotAllowed, another ServerError, AnswerNotUnderstood, ApiMapInvalid or
        ConnectionInvalid.
        """
        api = self._api_factory(connection, admin)
        try:
            return by_name(list(await api.list_operators()))
        finally:
            await api.close()

    async def kept(self, connection_id: str) -> Admin | None:
        """The login that the keychain holds for that connection. What somebody else wrote there is none."""
        text = await self._secrets.get(admin_name(connection_id))
        try:
            email, password = json.loads(text or "[]")
        except (ValueError, TypeError):
            return None
        return Admin(email, password) if isinstance(email, str) and isinstance(password, str) else None

    async def keep(self, connection_id: str, admin: Admin) -> None:
        """In the keychain, or for this session where there is none; goes with the connection."""
        await self._secrets.set(admin_name(connection_id), json.dumps([admin.email, admin.password]))

    async def forget(self, connection_id: str) -> None:
        await self._secrets.delete(admin_name(connection_id))
