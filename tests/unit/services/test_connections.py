"""Connections: secrets first, broken records left alone, clients made anew when anything changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import CONNECTION_ID, connection_for
from tests.support.model_desk import ACCOUNT, ModelDesk, opened_model_desk
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.errors import ConnectionInvalid, KeychainLocked, SecretMissing
from tns_desktop.services.connection_records import BASE_URLS, checked_connection

pytestmark = pytest.mark.anyio


class LockableSecrets(SessionSecretStore):
    """A keychain that can be locked."""

    def __init__(self) -> None:
        super().__init__()
        self.locked = False

    async def set(self, name: str, value: str) -> None:
        self._refuse()
        await super().set(name, value)

    async def delete(self, name: str) -> None:
        self._refuse()
        await super().delete(name)

    def _refuse(self) -> None:
        if self.locked:
            raise KeychainLocked("locked")


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def other(connection_id: str) -> Connection:
    return connection_for(ACCOUNT, connection_id=connection_id)


async def test_a_connection_survives_a_restart_and_its_secret_is_not_in_the_file(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        await model.desk.desk.connections.save(replace(other("c2"), label="Ünïque"), "s3cr3t-of-c2")
    written = everything_in(tmp_path)
    assert b"s3cr3t-of-c2" not in written
    assert "Ünïque".encode() in written
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        found = model.desk.desk.connections.find("c2")
        assert found == replace(other("c2"), label="Ünïque")
        assert await model.desk.desk.connections.has_secret("c2")


async def test_a_connection_whose_secret_was_not_kept_is_not_kept(tmp_path: Path) -> None:
    secrets = LockableSecrets()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        secrets.locked = True
        with pytest.raises(KeychainLocked):
            await model.desk.desk.connections.save(other("c2"), "secret")
        assert model.desk.desk.connections.find("c2") is None


async def test_a_secret_that_cannot_be_deleted_keeps_its_connection_in_sight(tmp_path: Path) -> None:
    secrets = LockableSecrets()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        connections = model.desk.desk.connections
        secrets.locked = True
        with pytest.raises(KeychainLocked):
            await connections.remove(CONNECTION_ID)
        assert connections.find(CONNECTION_ID) is not None
        secrets.locked = False
        await connections.remove(CONNECTION_ID)
        assert connections.find(CONNECTION_ID) is None
        assert not await connections.has_secret(CONNECTION_ID)
        with pytest.raises(ConnectionInvalid):
            await connections.api_for(CONNECTION_ID)


async def test_saving_without_a_secret_keeps_the_one_that_is_there(model: ModelDesk) -> None:
    connections = model.desk.desk.connections
    await connections.save(replace(other(CONNECTION_ID), label="renamed"), None)
    await connections.api_for(CONNECTION_ID)
    assert [(connection.label, secret) for _, connection, secret in model.made] == [("renamed", "secret")]


async def test_a_client_is_made_once_and_anew_after_a_change(model: ModelDesk) -> None:
    connections = model.desk.desk.connections
    first = await connections.api_for(CONNECTION_ID)
    assert await connections.api_for(CONNECTION_ID) is first
    await connections.save(other(CONNECTION_ID), "another secret")
    assert model.made[0][0].closed
    assert await connections.api_for(CONNECTION_ID) is not first
    assert [secret for _, _, secret in model.made] == ["secret", "another secret"]


async def test_a_client_that_is_being_made_of_the_old_record_does_not_stay(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        connections = model.desk.desk.connections
        asked, go_on, get = asyncio.Event(), asyncio.Event(), secrets.get

        async def slow_get(name: str) -> str | None:
            asked.set()
            await go_on.wait()
            return await get(name)

        secrets.get = slow_get  # type: ignore[method-assign]
        making = asyncio.create_task(connections.api_for(CONNECTION_ID))
        await asked.wait()
        saving = asyncio.create_task(connections.save(replace(other(CONNECTION_ID), label="new"), None))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(making, saving)
        await connections.api_for(CONNECTION_ID)
        assert model.made[-1][1].label == "new"


async def test_without_a_secret_no_client_is_made(tmp_path: Path) -> None:
    secrets = SessionSecretStore()
    async with opened_model_desk(tmp_path, secrets=secrets) as model:
        await secrets.delete(f"connection/{CONNECTION_ID}/secret-key")
        with pytest.raises(SecretMissing):
            await model.desk.desk.connections.api_for(CONNECTION_ID)


async def test_switching_is_remembered_and_falls_back_on_the_first(model: ModelDesk) -> None:
    connections = model.desk.desk.connections
    await connections.save(other("c2"), "secret")
    assert connections.current() == other(CONNECTION_ID)
    connections.choose("c2")
    assert connections.current() == other("c2")
    await connections.remove("c2")
    assert connections.current() == other(CONNECTION_ID)
    await connections.remove(CONNECTION_ID)
    assert connections.current() is None


@pytest.mark.parametrize(
    "broken",
    [
        {"public_id": "p"},
        {"connection_id": "x", "environment": "moon", "public_id": "p"},
        {"connection_id": "x", "environment": "other", "base_url": "http://example.test", "public_id": "p"},
        {"connection_id": "x", "environment": "production", "public_id": "a:b"},
        {"connection_id": "x", "environment": "production", "public_id": "p", "operator_uuid": "nobody"},
    ],
)
async def test_a_record_broken_by_hand_is_left_out_and_stays_in_the_file(
    model: ModelDesk, broken: dict[str, str]
) -> None:
    desk = model.desk.desk
    desk.settings.set_records("connections", [broken, *desk.settings.records("connections")])
    assert [found.connection_id for found in desk.connections.all()] == [CONNECTION_ID]
    await desk.connections.save(other("c2"), "secret")
    assert broken in desk.settings.records("connections")


async def test_a_check_closes_what_it_opened(model: ModelDesk) -> None:
    connections = model.desk.desk.connections
    await connections.check(other("unsaved"), "typed")
    await connections.check(other(CONNECTION_ID), None)
    assert [(secret, api.closed) for api, _, secret in model.made] == [("typed", True), ("secret", True)]
    with pytest.raises(ConnectionInvalid):
        await connections.check(other("unsaved"), None)


@pytest.mark.parametrize("environment", [Environment.INTEGRATION, Environment.PREPRODUCTION, Environment.PRODUCTION])
def test_a_known_environment_has_its_own_address(environment: Environment) -> None:
    made = checked_connection(
        connection_id="x", label=" ", environment=environment, base_url="ignored", public_id="p", operator_uuid=""
    )
    assert made.base_url == BASE_URLS[environment]
    assert made.label == "p"
