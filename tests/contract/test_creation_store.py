"""The store of creations: nothing is lost, nothing is moved twice, what is done takes its documents along."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from tests.support.model_creations import sample_new
from tests.support.vaults import CONNECTION_ID, NOON, TEST_KEY, FixedClock, sample_file
from tns_desktop.adapters.vault import open_vault, recover_vault
from tns_desktop.adapters.vault.connection import unlock
from tns_desktop.adapters.vault.creations import VaultCreations
from tns_desktop.adapters.vault.journal import Journaled, OutboxJournal
from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.creation import Creation, CreationStatus, SeenFile
from tns_desktop.domain.errors import IllegalTransition, VaultError
from tns_desktop.domain.new_client_file import FieldProblem, NewDocument, ProblemCode, remembered
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio
S = CreationStatus
DOCUMENT = NewDocument("d1", "rib.pdf", "RIB", "application/pdf", 3, "00")


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    opened = await open_vault(tmp_path / "vault", TEST_KEY, FixedClock())
    yield opened
    await opened.close()


def creation(number: int = 1, status: S = S.QUEUED, **values: object) -> Creation:
    fields: dict[str, object] = {
        "new": sample_new(external_id=f"CRM-{number}"), "created_at": NOON + timedelta(seconds=number),
        "status": status, "due_at": NOON, "updated_at": NOON, "line": number,
    }  # fmt: skip
    return Creation(f"c{number}", CONNECTION_ID, **{**fields, **values})  # type: ignore[arg-type]


async def test_a_row_comes_back_as_it_was(vault: Vault) -> None:
    whole = creation(
        new=sample_new(profiles=("a",), external_info=(ExternalInfo("agence", "Lyon \ud800"),)),
        documents=(DOCUMENT,), request_id="r", batch="b", queued_at=NOON, attempts=2, looks=1, maybe_created=True,
        error_code="x", server_message="y", problems=(FieldProblem("form", ProblemCode.REFUSED_BY_SERVER, "non"),),
        seen=SeenFile("u", "24-1", "Martin", NOON), file_uuid="u", display_id="24-1",
    )  # fmt: skip
    await vault.creations.insert([whole])
    assert await vault.creations.get("c1") == whole
    assert await vault.creations.batch("b") == [whole]


async def test_of_two_that_move_a_row_one_comes_too_late(vault: Vault) -> None:
    row, other = creation(1), creation(2)
    await vault.creations.insert([row, other])
    back = row.moved_to(S.DRAFT, NOON)
    assert await vault.creations.update([(row, back)]) == {"c1"}
    moved = await vault.creations.update([(one, one.moved_to(S.SENDING, NOON)) for one in (row, other)])
    assert moved == {"c2"}
    assert await vault.creations.get("c1") == back


async def test_what_is_on_its_way_is_not_rewritten(vault: Vault) -> None:
    row = creation(1, S.OUTCOME_UNKNOWN, maybe_created=True)
    await vault.creations.insert([row])
    with pytest.raises(IllegalTransition):
        await vault.creations.update([(row, replace(row, new=sample_new("Roux")))])
    with pytest.raises(IllegalTransition):
        await vault.creations.update([(row, replace(row, status=S.DRAFT))])
    done = row.moved_to(S.CREATED, NOON, new=remembered(row.new))
    assert await vault.creations.update([(row, done)]) == {"c1"}


async def test_documents_go_with_what_names_them(vault: Vault) -> None:
    row = creation(1, S.DRAFT)
    await vault.creations.insert([row])
    with_one = replace(row, documents=(DOCUMENT,))
    second = replace(DOCUMENT, document_id="d2")
    with_two = replace(row, documents=(DOCUMENT, second))
    assert await vault.creations.attach((row, with_one), DOCUMENT, b"abc")
    assert await vault.creations.attach((with_one, with_two), second, b"def")
    assert not await vault.creations.attach((row, with_one), DOCUMENT, b"late")
    left = replace(row, documents=(second,))
    await vault.creations.update([(with_two, left)])
    assert await vault.creations.document("c1", "d1") is None
    assert await vault.creations.document("c1", "d2") == b"def"
    await vault.creations.update([(left, left.moved_to(S.WITHDRAWN, NOON))])
    assert await vault.creations.document("c1", "d2") is None


async def test_what_is_due_comes_in_its_order(vault: Vault) -> None:
    later = NOON + timedelta(seconds=30)
    rows = [
        creation(1, due_at=later),
        creation(2),
        creation(3, S.RETRY_WAIT, due_at=later),
        creation(4, S.DRAFT),
        creation(5, due_at=NOON + timedelta(days=2)),
        creation(6, S.REFUSED),
    ]
    await vault.creations.insert(rows)
    store = vault.creations
    assert [one.creation_id for one in await store.due(CONNECTION_ID, NOON, 9)] == ["c2", "c5"]
    assert [one.creation_id for one in await store.due(CONNECTION_ID, NOON, 9, hastened=True)] == ["c2", "c3", "c5"]
    assert await store.next_due() == {CONNECTION_ID: NOON}
    assert await store.unfinished_of(CONNECTION_ID) == 5
    assert await store.counts() == {S.QUEUED: 3, S.RETRY_WAIT: 1, S.DRAFT: 1, S.REFUSED: 1}
    await store.insert([creation(90, batch="b"), creation(91, S.CREATED, batch="b")])
    assert await store.counts("b") == {S.QUEUED: 1, S.CREATED: 1}
    assert [one.creation_id for one in await store.recent(2)] == ["c6", "c4"]


async def test_identifiers_of_files_and_of_creations_are_taken(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(1, external_id="CRM-7")])
    await vault.creations.insert([creation(1), creation(2, S.WITHDRAWN)])
    asked = {"CRM-1", "CRM-2", "CRM-7", "CRM-9", ""}
    assert await vault.creations.taken(CONNECTION_ID, asked) == {"CRM-1", "CRM-7"}
    assert await vault.creations.taken(CONNECTION_ID, asked, but="c1") == {"CRM-7"}
    assert await vault.creations.taken("another", asked) == frozenset()


async def test_a_recovered_vault_sends_nothing_without_a_look(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    opened = await open_vault(folder, TEST_KEY, FixedClock())
    await opened.creations.insert([creation(1), creation(2, S.DRAFT), creation(3, S.CREATED)])
    await opened.close()
    await recover_vault(folder, TEST_KEY, FixedClock())
    again = await open_vault(folder, TEST_KEY, FixedClock())
    found = {one.creation_id: one for one in await again.creations.recent()}
    await again.close()
    assert (found["c1"].status, found["c1"].maybe_created) == (S.OUTCOME_UNKNOWN, True)
    assert (found["c2"].status, found["c2"].maybe_created) == (S.DRAFT, True)
    assert found["c3"] == creation(3, S.CREATED)


async def test_what_became_of_a_creation_is_written_down_step_by_step(vault: Vault) -> None:
    row = creation(1, updated_at=NOON)
    sending = row.moved_to(S.SENDING, NOON + timedelta(seconds=1))
    later = replace(sending, due_at=NOON + timedelta(seconds=9))
    refused = later.moved_to(S.REFUSED, NOON + timedelta(seconds=2), error_code="request_invalid")
    await vault.creations.insert([row])
    for move in ((row, sending), (sending, later), (later, refused)):
        assert await vault.creations.update([move])
    assert isinstance(vault.creations, VaultCreations)
    assert await vault.creations.history("c1") == [
        (NOON, S.QUEUED, ""),
        (NOON + timedelta(seconds=1), S.SENDING, ""),
        (NOON + timedelta(seconds=2), S.REFUSED, "request_invalid"),
    ]


async def test_a_document_whose_creation_cannot_be_read_any_more_does_not_outlive_a_recovery(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    opened = await open_vault(folder, TEST_KEY, FixedClock())
    rows = [creation(number, S.DRAFT) for number in (1, 2)]
    await opened.creations.insert(rows)
    for row in rows:
        assert await opened.creations.attach((row, replace(row, documents=(DOCUMENT,))), DOCUMENT, b"abc")
    await opened.close()
    with closing(apsw.Connection(str(folder / "vault.db"))) as connection:
        unlock(connection, TEST_KEY)
        connection.execute("UPDATE creations SET content = 'nonsense' WHERE creation_id = 'c1'")
    (folder / "outbox.journal").unlink()
    await recover_vault(folder, TEST_KEY, FixedClock())
    again = await open_vault(folder, TEST_KEY, FixedClock())
    left = [await again.creations.document(name, DOCUMENT.document_id) for name in ("c1", "c2")]
    await again.close()
    assert left == [None, b"abc"]


async def test_a_row_that_the_database_cannot_read_any_more_comes_back_from_the_journal(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    opened = await open_vault(folder, TEST_KEY, FixedClock())
    row, whole = creation(1, S.DRAFT), creation(1, S.DRAFT, documents=(DOCUMENT,))
    await opened.creations.insert([row])
    assert await opened.creations.attach((row, whole), DOCUMENT, b"abc")
    await opened.close()
    with closing(apsw.Connection(str(folder / "vault.db"))) as connection:
        unlock(connection, TEST_KEY)
        connection.execute("UPDATE creations SET content = 'nonsense' WHERE creation_id = 'c1'")
        connection.execute("DELETE FROM creation_documents")
    recovery = await recover_vault(folder, TEST_KEY, FixedClock())
    assert (recovery.creations, recovery.incomplete) == (1, 1)
    again = await open_vault(folder, TEST_KEY, FixedClock())
    found = await again.creations.get("c1")
    assert found == replace(whole, maybe_created=True)  # should it have been created, that shows before it is sent
    assert await again.creations.lost_documents("c1") == {DOCUMENT.document_id}
    assert await again.creations.attach((found, found), DOCUMENT, b"abc")
    assert await again.creations.lost_documents("c1") == frozenset()
    await again.close()


async def test_the_journal_forgets_what_is_finished_once_the_vault_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    opened = await open_vault(folder, TEST_KEY, FixedClock())
    rows = [creation(number) for number in range(1, 4)]
    await opened.creations.insert(rows)
    moves = [(row, row.moved_to(S.WITHDRAWN, NOON, new=remembered(row.new))) for row in rows[:2]]
    assert len(await opened.creations.update(moves)) == 2
    assert len(OutboxJournal(folder, TEST_KEY).read_blocking().creations) == 3
    await opened.close()
    found = OutboxJournal(folder, TEST_KEY).read_blocking()
    assert (list(found.creations), found.intact, found.records) == (["c3"], True, 2)


async def test_many_rows_do_not_make_the_journal_be_written_ever_again(tmp_path: Path) -> None:
    """It is written anew once it has doubled, not each time that it has grown by as much as a few decisions are."""
    folder = tmp_path / "vault"
    opened = await open_vault(folder, TEST_KEY, FixedClock())
    written, rewrite = [], OutboxJournal.rewrite_blocking

    def counting(journal: OutboxJournal, rows: Sequence[Journaled]) -> None:
        written.append(len(rows))
        rewrite(journal, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OutboxJournal, "rewrite_blocking", counting)
        for start in range(0, 4000, 200):
            await opened.creations.insert([creation(start + number) for number in range(200)])
    await opened.close()
    assert 0 < len(written) <= 4
    assert sum(written) < 2 * 4000


async def test_a_change_that_the_database_refuses_is_not_in_the_journal_either(vault: Vault, tmp_path: Path) -> None:
    row = creation(1)
    await vault.creations.insert([row])
    before = (tmp_path / "vault" / "outbox.journal").read_bytes()
    with pytest.raises(VaultError):
        await vault.creations.insert([creation(2), row])  # the second one is there
    assert (tmp_path / "vault" / "outbox.journal").read_bytes() == before
    assert await vault.creations.get("c2") is None


async def test_nothing_of_a_forgotten_connection_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    opened = await open_vault(folder, TEST_KEY, FixedClock())
    row = creation(1, S.DRAFT)
    await opened.creations.insert([row])
    await opened.creations.attach((row, replace(row, documents=(DOCUMENT,))), DOCUMENT, b"abc")
    await opened.creations.forget_connection(CONNECTION_ID)
    assert OutboxJournal(folder, TEST_KEY).read_blocking().records == 1
    await opened.close()
    with closing(apsw.Connection(str(folder / "vault.db"))) as connection:
        unlock(connection, TEST_KEY)
        for table in ("creations", "creation_documents", "creation_history", "creation_revisions"):
            assert connection.execute(f"SELECT count(*) FROM {table}").get == 0
