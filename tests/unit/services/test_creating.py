"""Single turns in the life of a creation that the machine does not take by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from tests.support.desks import CONNECTION_ID, START, FakeClock
from tests.support.model_creations import ModelCreations, sample_new
from tests.support.model_server import FAULTS, ModelApi, ModelConnections, ModelOutbox, ModelServer, model_vault
from tns_desktop.adapters.archive.table_reader import TableFiles
from tns_desktop.domain.client_file import PENDING, ClientFile, ClientFileKey
from tns_desktop.domain.creation import Creation, CreationStatus, SeenFile
from tns_desktop.domain.errors import CredentialsRefused, DiskFull, IllegalTransition, RoleForbids, ServerFailed
from tns_desktop.domain.new_client_file import NewDocument, ProblemCode
from tns_desktop.domain.roles import Duty, Role
from tns_desktop.domain.table_mapping import ColumnMapping
from tns_desktop.services.creating import CreationSender
from tns_desktop.services.creation import ROWS_A_TRANSACTION, Creations
from tns_desktop.services.events import EventBus
from tns_desktop.services.importing import Importing
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.ports import CELLS_END, Table

pytestmark = pytest.mark.anyio
S = CreationStatus


class Workshop:
    """Both use cases in front of a model of the server."""

    def __init__(self) -> None:
        self.server, self.store, self.clock = ModelServer(), ModelCreations(), FakeClock()
        vault, bus, numbers = model_vault(ModelOutbox(), self.store), EventBus(), count()
        self.connections = ModelConnections(ModelApi(self.server))
        self.creations = Creations(vault, bus, self.clock, lambda: f"id{next(numbers):012}", self.demand)
        self.sender = CreationSender(
            self.connections.as_port(), vault, Lines(bus), bus, self.clock, ConnectionLocks()
        )  # fmt: skip
        self.forbidden = False

    def demand(self, _connection_id: str, _duty: Duty) -> None:
        if self.forbidden:
            raise RoleForbids

    async def push(self) -> None:
        self.clock.advance(60)
        self.sender.unpark(CONNECTION_ID)
        while await self.sender.push_due(CONNECTION_ID):
            pass

    def put(self, status: CreationStatus, **values: object) -> Creation:
        fields: dict[str, object] = {
            "new": sample_new(external_id="CRM-1"), "created_at": START, "status": status, "due_at": START,
            "queued_at": START, "request_id": "r",
        }  # fmt: skip
        row = Creation("c1", CONNECTION_ID, **{**fields, **values})  # type: ignore[arg-type]
        self.store.rows["c1"] = row
        return row

    @property
    def row(self) -> Creation:
        return self.store.rows["c1"]


@pytest.fixture
def shop() -> Workshop:
    return Workshop()


async def test_what_cannot_be_told_is_for_a_person_who_says_that_it_is_this_file(shop: Workshop) -> None:
    shop.put(S.OUTCOME_UNKNOWN, maybe_created=True)
    key = ClientFileKey(CONNECTION_ID, "u1")
    shop.server.files["u1"] = ClientFile(
        key, PENDING, id="24-1", external_id="CRM-1", start_date=START - timedelta(days=9),
        workflow_label="Crédit", participants=sample_new().participants,
    )  # fmt: skip
    await shop.push()
    assert shop.row.status is S.CONFLICT
    assert shop.row.seen is not None
    assert (shop.row.seen.uuid, shop.row.seen.display_id) == ("u1", "24-1")
    await shop.creations.is_that_file("c1")
    assert (shop.row.status, shop.row.file_uuid, shop.server.created) == (S.CREATED, "u1", [])


@pytest.mark.parametrize("status", [S.QUEUED, S.SENDING, S.OUTCOME_UNKNOWN, S.CONFLICT, S.REFUSED])
async def test_a_file_that_nobody_sees_is_not_said_to_be_the_one(shop: Workshop, status: CreationStatus) -> None:
    before = shop.put(status)
    with pytest.raises(IllegalTransition):
        await shop.creations.is_that_file("c1")
    assert shop.row == before


async def test_what_a_person_settles_keeps_no_word_of_what_went_wrong(shop: Workshop) -> None:
    shop.put(S.CONFLICT, seen=SeenFile("u1", "24-1"), error_code="external_id_taken", server_message="already used")
    done = await shop.creations.is_that_file("c1")
    assert (done.status, done.display_id, done.error_code, done.server_message) == (S.CREATED, "24-1", "", "")


async def test_an_identifier_that_is_used_and_cannot_be_seen_is_for_a_person(shop: Workshop) -> None:
    shop.put(S.OUTCOME_UNKNOWN, maybe_created=True, error_code="external_id_taken")
    await shop.push()
    assert (shop.row.status, shop.row.seen) == (S.CONFLICT, None)
    changed = await shop.creations.reopen("c1")
    assert (changed.status, changed.maybe_created) == (S.DRAFT, False)


async def test_a_creation_without_its_document_does_not_leave(shop: Workshop) -> None:
    shop.put(S.QUEUED, documents=(NewDocument("d1", "rib.pdf"),))
    await shop.push()
    assert (shop.row.status, [one.field for one in shop.row.problems]) == (S.REFUSED, ["documents"])
    assert shop.row.is_incomplete
    assert shop.server.created == []


async def test_what_is_typed_and_what_is_attached_beside_each_other_is_all_there(shop: Workshop) -> None:
    """Each of them may find that the other one was quicker, and goes on from that."""
    shop.put(S.DRAFT)
    names = [f"document-{number}.pdf" for number in range(4)]
    get = shop.store.get

    async def slow(creation_id: str) -> Creation | None:
        row = await get(creation_id)
        await asyncio.sleep(0)  # whoever reads loses its turn before it writes
        return row

    shop.store.get = slow  # type: ignore[method-assign]
    typed = [sample_new("M" * length, external_id="CRM-1") for length in range(1, 5)]
    await asyncio.gather(
        *(
            shop.creations.attach("c1", name, name.encode(), media_type="application/pdf", sha256=name)
            for name in names
        ),
        *(shop.creations.save("c1", one) for one in typed),
    )
    assert {one.name for one in shop.row.documents} == set(names)
    assert shop.row.new in typed
    assert await shop.creations.lost_documents("c1") == frozenset()


async def test_a_lost_document_is_asked_for_by_name_and_known_by_its_bytes(shop: Workshop) -> None:
    """The very same bytes make it whole; other ones are another document, and the lost one is left out by hand."""
    lost = (NewDocument("d1", "rib.pdf", "RIB", sha256="aa"), NewDocument("d2", "pay.pdf", sha256="bb"))
    shop.put(S.DRAFT, documents=lost)
    _row, problems = await shop.creations.queue("c1", None)
    assert [(one.field, one.code, one.words) for one in problems] == [
        ("documents", ProblemCode.DOCUMENTS_LOST, "rib.pdf, pay.pdf")
    ]
    whole = await shop.creations.attach("c1", "scan 0017.pdf", b"RIB", media_type="application/pdf", sha256="aa")
    assert whole.documents == lost
    other = await shop.creations.attach("c1", "pay-2.pdf", b"PAY", media_type="application/pdf", sha256="cc")
    assert [one.name for one in other.documents] == ["rib.pdf", "pay.pdf", "pay-2.pdf"]
    assert await shop.creations.lost_documents("c1") == {"d2"}
    await shop.creations.save("c1", shop.row.new, left_out={"d2"})
    assert (await shop.creations.queue("c1", None))[1] == ()
    await shop.push()
    assert shop.row.status is S.CREATED


async def test_wrong_credentials_keep_everything_until_there_are_others(shop: Workshop) -> None:
    shop.put(S.QUEUED)
    shop.server.send_faults.append("401")
    with pytest.raises(CredentialsRefused):
        await shop.push()
    assert (shop.row.status, shop.row.maybe_created) == (S.RETRY_WAIT, False)
    await shop.push()
    assert shop.row.status is S.CREATED


async def test_a_role_that_forbids_it_lets_nobody_begin_or_send(shop: Workshop) -> None:
    shop.put(S.DRAFT)
    shop.forbidden = True
    for step in (
        shop.creations.begin(CONNECTION_ID, sample_new()),
        shop.creations.queue("c1", None),
        shop.creations.queue_all(CONNECTION_ID, "b", [(1, sample_new())]),
    ):
        with pytest.raises(RoleForbids):
            await step
    assert list(shop.store.rows) == ["c1"]


async def test_a_second_draft_may_not_take_the_same_identifier(shop: Workshop) -> None:
    shop.put(S.QUEUED)
    draft = await shop.creations.begin(CONNECTION_ID, sample_new("Roux", external_id=" CRM-1 "))
    _row, problems = await shop.creations.queue(draft.creation_id, None)
    assert [one.field for one in problems] == ["external_id"]
    await shop.creations.save(draft.creation_id, replace(draft.new, external_id=""))
    queued, problems = await shop.creations.queue(draft.creation_id, None)
    assert problems == ()
    assert queued.new.external_id.startswith("TNS-261124-")


async def test_an_import_that_was_cut_off_goes_on_where_it_was(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows have no identifier of their own: nobody, not even the server, would notice that they came twice."""
    names = [f"Nom{number}" for number in range(ROWS_A_TRANSACTION + 1)]
    table = Table(
        "t.csv",
        ("Nom", "Prénom"),
        tuple(range(2, len(names) + 2)),
        tuple(CELLS_END.join((one, "Léa")) for one in names),
    )
    mapping = ColumnMapping(("participants.0.last_name", "participants.0.first_name"), "Crédit")
    insert, tries = shop.store.insert, count()

    async def full_in_the_middle(creations: Sequence[Creation]) -> None:
        if next(tries) == 1:
            raise DiskFull
        await insert(creations)

    monkeypatch.setattr(shop.store, "insert", full_in_the_middle)
    with ThreadPoolExecutor(1) as pool:
        importing = Importing(shop.creations, shop.store, TableFiles(), pool)
        trial = await importing.try_out(table, mapping, CONNECTION_ID, ())
        with pytest.raises(DiskFull):
            await importing.run(trial, CONNECTION_ID)
        batch = await importing.run(trial, CONNECTION_ID)
        assert [row.new.participants[0].last_name for row in await importing.outcomes(batch)] == names
    assert len(shop.store.rows) == len(names)


async def test_a_role_that_changed_under_a_request_means_that_nothing_was_sent(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversation itself refuses to send then: nothing is in doubt, and it can be taken back."""
    shop.put(S.QUEUED)
    monkeypatch.setitem(FAULTS, "role", RoleForbids)
    shop.server.send_faults.append("role")
    with pytest.raises(RoleForbids):
        await shop.push()
    assert (shop.row.status, shop.row.maybe_created, shop.row.error_code) == (S.RETRY_WAIT, False, "role_forbids")
    assert shop.row.can_be_taken_back


async def test_what_was_queued_before_the_role_changed_stays_says_why_and_leaves_once_it_may(shop: Workshop) -> None:
    shop.put(S.QUEUED)
    shop.connections.role = Role.READ_ONLY
    await shop.push()
    assert (shop.row.status, shop.row.error_code, shop.server.created) == (S.QUEUED, "role_forbids", [])
    shop.connections.role = Role.OPERATOR
    await shop.push()
    assert (shop.row.status, len(shop.server.created)) == (S.CREATED, 1)


async def test_a_look_that_fails_keeps_back_only_those_that_are_to_be_looked_up(shop: Workshop) -> None:
    unsure = shop.put(S.OUTCOME_UNKNOWN, maybe_created=True)
    shop.store.rows["c2"] = replace(
        unsure, creation_id="c2", new=sample_new("Roux", external_id="CRM-2"), status=S.QUEUED, maybe_created=False
    )
    shop.server.read_faults.extend(["500", "500"])
    waits = []
    for _ in range(2):
        with pytest.raises(ServerFailed):
            await shop.push()
        assert shop.row.due_at is not None
        waits.append((shop.row.due_at - shop.clock.now()).total_seconds())
    assert (shop.row.status, shop.store.rows["c2"].status) == (S.OUTCOME_UNKNOWN, S.CREATED)
    assert waits[1] > waits[0]


async def test_what_always_ends_without_an_answer_is_tried_ever_more_rarely(shop: Workshop) -> None:
    shop.put(S.OUTCOME_UNKNOWN, maybe_created=True, attempts=7)
    await shop.push()
    assert shop.row.due_at is not None
    assert (shop.row.due_at - shop.clock.now()).total_seconds() > 60


async def test_a_line_with_a_cell_too_many_is_not_created(shop: Workshop) -> None:
    """A comma in an address that nobody quoted moves everything behind it into the next field."""
    rows = tuple(map(CELLS_END.join, (["Martin", "Léa", "Lyon", "", ""], ["Roux", "Jean", "12", " rue Haute"])))
    table = Table("t.csv", ("Nom", "Prénom", "Adresse"), (2, 3), rows)
    mapping = ColumnMapping(
        ("participants.0.last_name", "participants.0.first_name", "participants.0.postal_address"), "Crédit"
    )
    with ThreadPoolExecutor(1) as pool:
        importing = Importing(shop.creations, shop.store, TableFiles(), pool)
        trial = await importing.try_out(table, mapping, CONNECTION_ID, ())
        assert [(line, wrong) for line, _name, wrong in trial.lines] == [(2, ()), (3, (("form", "more_cells"),))]
        (made,) = await importing.outcomes(await importing.run(trial, CONNECTION_ID))
    assert made.new.display_name == "Martin, Léa"
