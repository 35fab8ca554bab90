"""What a role forbids is refused by the use cases themselves, whoever asks; and it is kept, for older versions too."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.desks import FakeClock
from tests.support.fake_desk import World
from tests.support.files import a_connection
from tests.support.model_server import ModelApi, ModelConnections, ModelOutbox, ModelServer, model_vault
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import RoleForbids
from tns_desktop.domain.operator import Admin
from tns_desktop.domain.roles import Role
from tns_desktop.services.connections import forget_secrets
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.events import EventBus
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.ports import StoredArchive
from tns_desktop.services.sending import DecisionSender
from tns_desktop.services.settings import CONNECTION_RECORDS

pytestmark = pytest.mark.anyio

LOGIN = Admin("claire@example.test", "se:same")


class Office:
    """A connection whose role the test sets, its decisions and their sender, and a server that logs what was carried out."""

    def __init__(self) -> None:
        self.server, self.outbox, self.clock, bus = ModelServer(), ModelOutbox(), FakeClock(), EventBus()
        self.connections = ModelConnections(ModelApi(self.server))
        vault = model_vault(self.outbox)
        ids = iter(range(100))
        self.decisions = Decisions(vault, bus, self.clock, lambda: f"d{next(ids)}", self.connections.demand)
        self.sender = DecisionSender(self.connections.as_port(), vault, Lines(bus), bus, self.clock, ConnectionLocks())

    async def decide(self) -> OutboxEntry:
        file = self.server.add("a")
        return await self.decisions.decide(file, Verdict.ACCEPT, StoredArchive(file.key, "0" * 64, 1))

    async def entry(self) -> OutboxEntry:
        (entry,) = await self.outbox.all()
        return entry

    async def push(self) -> None:
        await self.sender.push_due((await self.entry()).key.connection_id)


async def test_an_auditor_cannot_write_a_decision_down() -> None:
    office = Office()
    office.connections.role = Role.READ_ONLY
    with pytest.raises(RoleForbids):
        await office.decide()
    assert await office.outbox.all() == []


async def test_a_decision_made_before_the_role_changed_stays_says_why_and_goes_on_once_it_may() -> None:
    office = Office()
    await office.decide()
    office.connections.role = Role.READ_ONLY
    await office.push()
    held = await office.entry()
    assert (held.status, held.error_code, held.can_be_withdrawn) == (OutboxStatus.QUEUED, "role_forbids", True)
    for step in (office.decisions.send_now, office.decisions.send_again):
        with pytest.raises(RoleForbids):
            await step(held.decision.decision_id)
    office.clock.advance(timedelta(hours=2).total_seconds())
    await office.push()
    assert office.server.carried_out == []
    office.connections.role = Role.OPERATOR
    await office.push()
    assert [decision.decision_id for decision in office.server.carried_out] == [held.decision.decision_id]
    assert (await office.entry()).status is OutboxStatus.CONFIRMED


async def test_an_outcome_is_still_looked_up_by_reading() -> None:
    office = Office()
    entry = await office.decide()
    sending = entry.moved_to(OutboxStatus.SENDING, office.clock.now(), maybe_carried_out=True)
    await office.outbox.update(sending, expected=entry)
    assert office.server.receive(entry.decision), "it had arrived before the program was cut off"
    office.connections.role = Role.READ_ONLY
    await office.push()
    assert (await office.entry()).status is OutboxStatus.CONFIRMED
    assert [decision.decision_id for decision in office.server.carried_out] == [entry.decision.decision_id]


# --- kept ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "role"),
    [
        ({}, Role.OPERATOR),
        ({"read_only": True}, Role.READ_ONLY),
        ({"role": "read_only"}, Role.READ_ONLY),
        ({"role": "operator", "read_only": True}, Role.READ_ONLY),
        ({"role": "operator", "read_only": False}, Role.OPERATOR),
    ],
)
async def test_settings_of_every_version_are_understood_and_the_stricter_word_counts(
    keys: dict[str, Any], role: Role
) -> None:
    world = World()
    await world.connect(replace(a_connection(), operator_name="Léa Martin"))
    (record,) = world.settings.records(CONNECTION_RECORDS)
    bare = {name: value for name, value in record.items() if name not in ("role", "read_only")}
    world.settings.set_records(CONNECTION_RECORDS, [{**bare, **keys}])
    (connection,) = world.desk.connections.all()
    assert (connection.role, connection.operator_name) == (role, "Léa Martin")


async def test_a_role_that_nobody_knows_makes_no_operator() -> None:
    world = World()
    await world.connect()
    (record,) = world.settings.records(CONNECTION_RECORDS)
    world.settings.set_records(CONNECTION_RECORDS, [{**record, "role": "auditor"}])
    assert world.desk.connections.all() == []


async def test_an_older_version_reads_an_auditor_as_read_only() -> None:
    world = World()
    await world.connect(a_connection(read_only=True))
    (record,) = world.settings.records(CONNECTION_RECORDS)
    assert (record["role"], record["read_only"]) == ("read_only", True)


async def test_an_admins_login_lies_in_the_keychain_only_and_goes_with_the_connection() -> None:
    world = World()
    connection = await world.connect()
    operators = world.desk.operators
    await operators.keep(connection.connection_id, LOGIN)
    assert await operators.kept(connection.connection_id) == LOGIN
    assert LOGIN.password not in repr(world.store.values)
    assert LOGIN.email not in repr(world.store.values)
    await world.desk.connections.remove(connection.connection_id)
    assert world.secrets.values == {}


async def test_forgetting_every_secret_forgets_admins_too() -> None:
    world = World()
    connection = await world.connect()
    await world.desk.operators.keep(connection.connection_id, LOGIN)
    await forget_secrets(world.settings, world.secrets)
    assert world.secrets.values == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '["a"]', '["a", 1]', "7", json.dumps(["a", "b", "c"])])
async def test_what_somebody_else_wrote_into_the_keychain_is_no_login(text: str) -> None:
    world = World()
    connection = await world.connect()
    world.secrets.values[f"connection/{connection.connection_id}/admin"] = text
    assert await world.desk.operators.kept(connection.connection_id) is None
