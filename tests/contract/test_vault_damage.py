"""A damaged vault costs no decision and no creation: every unfinished one is there again exactly once, none is sent blindly.

``TNS_LONG=1`` tries many more places (CONTRIBUTING.md).
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.damage import (
    ARCHIVES,
    DATABASE,
    FILES,
    JOURNAL,
    KEY_CHECK,
    LOG,
    PAGE,
    UNFINISHED,
    UNFINISHED_CREATIONS,
    Damage,
    Reopened,
    a_mark,
    cut,
    evidence_of,
    flip,
    garble,
    is_safe,
    is_safe_creation,
    make_working_vault,
    remove,
    reopen,
    seen_of,
    zero,
)
from tests.support.long_run import examples
from tests.support.vaults import CONNECTION_ID, NOON, TEST_KEY, FixedClock, sample_entry, sample_file, sample_key
from tns_desktop.adapters.vault import open_vault, recover_vault
from tns_desktop.adapters.vault.connection import Database, unlock
from tns_desktop.adapters.vault.journal import GROWN_BYTES, OutboxJournal
from tns_desktop.adapters.vault.journaled import Note
from tns_desktop.adapters.vault.outbox import VaultOutbox
from tns_desktop.adapters.vault.salvage import CARRIED
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import VaultDamaged, VaultError, VaultKeyWrong
from tns_desktop.services.ports import VaultRecovery

S = CreationStatus
PLACES = st.integers(0, 1 << 24)
BITS = st.integers(0, 7)


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a killed program leaves it: a database, a log that was not emptied, a journal."""
    folder = tmp_path_factory.mktemp("damage") / "vault"
    asyncio.run(make_working_vault(folder))
    assert (folder / LOG).stat().st_size > 4 * PAGE
    return folder


@contextmanager
def damaged(working: Path, *damages: Damage) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "vault"
        shutil.copytree(working, folder)
        for damage in damages:
            damage(folder)
        yield folder


@dataclass(frozen=True, slots=True)
class After:
    """What the outbox holds once the vault is open again; ``lost`` are documents of creations, by identifier."""

    entries: list[OutboxEntry]
    creations: list[Creation]
    lost: frozenset[str]
    recovery: VaultRecovery | None

    @property
    def unfinished(self) -> dict[str, OutboxEntry]:
        return {one.decision.decision_id: one for one in self.entries if not one.status.is_final}

    @property
    def unfinished_creations(self) -> dict[str, Creation]:
        return {one.creation_id: one for one in self.creations if not one.status.is_final}


def after(folder: Path) -> After:
    async def run() -> After:
        reopened: Reopened = await reopen(folder)
        creations = reopened.vault.creations
        try:
            found = await creations.recent()
            lost = [await creations.lost_documents(one.creation_id) for one in found]
            return After(await reopened.vault.outbox.all(), found, frozenset().union(*lost), reopened.recovery)
        finally:
            await reopened.vault.close()

    return asyncio.run(run())


def assert_nothing_lost(working: Path, *damages: Damage) -> VaultRecovery | None:
    with damaged(working, *damages) as folder:
        found = after(folder)
        recovery, unfinished = found.recovery, found.unfinished
        assert max(Counter(entry.decision.decision_id for entry in found.entries).values()) == 1
        assert unfinished.keys() == UNFINISHED.keys()
        for decision_id, before in UNFINISHED.items():
            assert is_safe(before, unfinished[decision_id]), decision_id
        assert found.unfinished_creations.keys() == UNFINISHED_CREATIONS.keys()
        for creation_id, status in UNFINISHED_CREATIONS.items():
            creation = found.unfinished_creations[creation_id]
            assert is_safe_creation(int(creation_id[1:]), status, creation), (creation_id, creation)
            missing = not found.lost.isdisjoint(one.document_id for one in creation.documents)
            certain = creation.status.is_under_way and not creation.maybe_created
            assert not (missing and certain), creation_id
        if recovery is not None:
            assert recovery.decisions == len(UNFINISHED)
            assert recovery.creations == len(UNFINISHED_CREATIONS)
            assert not {one.status for one in found.unfinished_creations.values()} & {S.QUEUED, S.RETRY_WAIT, S.SENDING}
            incomplete = [
                one for one in found.unfinished_creations.values() if one.documents[0].document_id in found.lost
            ]
            assert recovery.incomplete == len(incomplete)
            assert recovery.complete
            assert recovery.copy.is_dir()
        # Opened once more it is the same, and needs no recovery.
        again = after(folder)
        assert again.recovery is None
        assert (again.unfinished, again.unfinished_creations) == (unfinished, found.unfinished_creations)
        return recovery


def test_a_killed_program_leaves_nothing_to_recover(working: Path) -> None:
    assert assert_nothing_lost(working) is None


@settings(max_examples=examples(40, 2000), deadline=None)
@given(PLACES, BITS)
def test_no_flipped_bit_in_the_database_costs_a_decision(working: Path, at: int, bit: int) -> None:
    assert_nothing_lost(working, flip(DATABASE, at, bit))


@settings(max_examples=examples(25, 1000), deadline=None)
@given(PLACES, BITS)
def test_no_flipped_bit_in_the_log_costs_a_decision(working: Path, at: int, bit: int) -> None:
    assert_nothing_lost(working, flip(LOG, at, bit))


@settings(max_examples=examples(25, 1000), deadline=None)
@given(PLACES, BITS)
def test_no_flipped_bit_in_the_journal_costs_a_decision(working: Path, at: int, bit: int) -> None:
    assert assert_nothing_lost(working, flip(JOURNAL, at, bit)) is None


def test_no_page_of_the_database_is_worth_a_decision(working: Path) -> None:
    """Each page zeroed, and the file cut at each page; every page in the long run."""
    pages = (working / DATABASE).stat().st_size // PAGE
    for page in range(0, pages, 1 if examples(0, 1) else 5):
        assert assert_nothing_lost(working, zero(DATABASE, page * PAGE, PAGE), remove(LOG)) is not None or page > 0
        assert_nothing_lost(working, cut(DATABASE, page * PAGE))


def test_no_page_of_the_log_is_worth_a_decision(working: Path) -> None:
    for at in range(0, (working / LOG).stat().st_size, PAGE if examples(0, 1) else 7 * PAGE):
        assert_nothing_lost(working, cut(LOG, at))


@pytest.mark.parametrize(
    "damages",
    [
        (zero(DATABASE, 0, 100),),
        (zero(DATABASE, 0, 100), remove(LOG)),
        (zero(DATABASE, 0, 100), remove(KEY_CHECK)),
        (zero(DATABASE, 0, 100), garble(KEY_CHECK)),
        (garble(DATABASE),),
        (garble(DATABASE), garble(LOG)),
        (cut(DATABASE, 0),),
        (cut(DATABASE, 0), remove(LOG), remove(KEY_CHECK)),
        (remove(DATABASE),),
        (remove(DATABASE), remove(LOG)),
        (remove(DATABASE), remove(LOG), remove(KEY_CHECK)),
        (remove(LOG),),
        (garble(LOG),),
        (cut(LOG, 0),),
        (remove(KEY_CHECK),),
        (garble(KEY_CHECK),),
        (remove(JOURNAL),),
        (garble(JOURNAL),),
        (cut(JOURNAL, 0),),
        (garble(JOURNAL), remove(KEY_CHECK)),
    ],
    ids=lambda damages: str(len(damages)),
)
def test_no_loss_of_a_whole_file_costs_a_decision(working: Path, damages: tuple[Damage, ...]) -> None:
    assert_nothing_lost(working, *damages)


@settings(max_examples=examples(40, 2000), deadline=None)
@given(PLACES, PLACES, BITS)
def test_where_both_are_damaged_all_that_can_be_read_comes_back_and_the_rest_is_admitted(
    working: Path, in_database: int, in_journal: int, bit: int
) -> None:
    with damaged(working, flip(DATABASE, in_database, bit), flip(JOURNAL, in_journal, bit), remove(LOG)) as folder:
        found = after(folder)
        entries, recovery = found.entries, found.recovery
        assert all(count == 1 for count in Counter(entry.decision.decision_id for entry in entries).values())
        # One record of the journal is lost at most, and it may be the last one of its decision.
        missing = UNFINISHED.keys() - {entry.decision.decision_id for entry in entries}
        missing |= UNFINISHED_CREATIONS.keys() - {one.creation_id for one in found.creations}
        assert len(missing) <= 1
        assert not missing or (recovery is not None and not recovery.complete) or recovery is None
        if recovery is not None:
            assert not {entry.status for entry in entries} & {OutboxStatus.QUEUED, OutboxStatus.SENDING}
            assert not {one.status for one in found.creations} & {S.QUEUED, S.RETRY_WAIT, S.SENDING}


def test_where_nothing_can_be_read_the_copy_is_kept_and_it_is_said(working: Path) -> None:
    with damaged(working, garble(DATABASE), garble(LOG), cut(JOURNAL, 0)) as folder:
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        found = after(folder)
        recovery = found.recovery
        assert (found.entries, found.creations) == ([], [])
        assert recovery is not None
        assert not recovery.complete
        assert {path.name: path.read_bytes() for path in recovery.copy.iterdir() if path.is_file()} == before


def test_what_can_be_read_of_the_rest_is_taken_over(working: Path) -> None:
    """A page behind the list and the archives is damaged: both are there again, with their bytes."""

    async def run(folder: Path) -> None:
        with pytest.raises(VaultDamaged):
            await open_vault(folder, TEST_KEY, FixedClock())
        recovery = await recover_vault(folder, TEST_KEY, FixedClock())
        assert (recovery.files, recovery.archives) == (FILES, ARCHIVES)
        assert not list((recovery.copy / "blobs").iterdir())
        vault = await open_vault(folder, TEST_KEY, FixedClock())
        assert len(await vault.client_files.load(CONNECTION_ID)) == FILES
        for stored in await vault.blobs.stored():
            stream = await vault.blobs.open(stored.key)
            assert stream is not None
            with stream:
                assert len(stream.read()) == 30_000
            number = int(stored.key.uuid.rpartition("-")[2]) - 100
            assert await vault.reviews.load(stored.key) == [a_mark(stored, number)]
            assert await vault.evidence.views(stored.key, stored.sha256) == seen_of(number)
        for number in range(1, ARCHIVES + 1):
            kept = await vault.disk.load(f"{number:064x}")
            assert (kept.marks["0"].content_sha256, kept.views) == (f"{number:064x}", seen_of(number))
        for entry in await vault.outbox.all():
            decision_id = entry.decision.decision_id
            assert await vault.evidence.of(decision_id) == evidence_of(int(decision_id.removeprefix("d")))
        assert await vault.reviews.begun(CONNECTION_ID) == {
            sample_key(100 + number) for number in range(1, ARCHIVES + 1)
        }
        assert await vault.blobs.on_purpose() == {
            sample_key(base + number) for base in (100, 200) for number in range(1, ARCHIVES + 1)
        }
        assert (await vault.search.find(CONNECTION_ID, sample_file(3).display_name)).files.keys() >= {sample_key(3)}
        assert len(await vault.search.without_words(10)) == ARCHIVES
        assert isinstance(vault.outbox, VaultOutbox)
        assert [step.status.value for step in await vault.outbox.history("d9")] == [
            "queued",
            "sending",
            "sent",
            "confirmed",
        ]
        await vault.close()

    with damaged(working, _page_of("decisions_in_order")) as folder:
        asyncio.run(run(folder))


def test_marks_of_archives_from_disk_outlive_the_row_that_they_hang_on(working: Path) -> None:
    async def run(folder: Path) -> None:
        reopened = await reopen(folder)
        assert reopened.recovery is not None
        for number in range(1, ARCHIVES + 1):
            kept = await reopened.vault.disk.load(f"{number:064x}")
            assert kept.marks["0"].content_sha256 == f"{number:064x}"
        await reopened.vault.disk.forget_untouched_since(FixedClock().now())
        assert (await reopened.vault.disk.load(f"{1:064x}")).marks  # they are as old as the recovery
        await reopened.vault.close()

    with damaged(working, _page_of("disk_reviews")) as folder:
        asyncio.run(run(folder))


def test_no_table_is_forgotten_by_the_recovery(working: Path) -> None:
    """Whoever adds a table says what becomes of it: taken over as it stands, or named here with its reason."""
    in_their_own_way = {
        "client_files",
        "client_file_contents",
        "decisions",
        "decision_history",
        "archives",
        "purge_log",
    }
    made_anew = {"client_file_words", "documents", "document_words"}
    with damaged(working) as folder, closing(apsw.Connection(str(folder / DATABASE))) as connection:
        unlock(connection, TEST_KEY)
        rows = connection.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()
    tables = {name for name, kind in rows if kind in ("table", "virtual") and not str(name).startswith("sqlite_")}
    assert tables == CARRIED.keys() | in_their_own_way | made_anew


def test_a_program_that_ends_in_the_middle_of_the_exchange_finishes_it_at_the_next_start(working: Path) -> None:
    with damaged(working, garble(DATABASE)) as folder:
        renames: list[Path] = []
        rename = Path.rename

        def ending(self: Path, target: Path) -> Path:
            renames.append(self)
            if len(renames) == 3:
                raise KeyboardInterrupt
            return rename(self, target)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "rename", ending)
            with pytest.raises(KeyboardInterrupt):
                asyncio.run(recover_vault(folder, TEST_KEY, FixedClock()))
        assert not folder.exists()
        found = after(folder)
        assert found.recovery is None
        assert found.unfinished.keys() == UNFINISHED.keys()
        assert found.unfinished_creations.keys() == UNFINISHED_CREATIONS.keys()


def test_another_key_recovers_nothing_and_touches_nothing(working: Path) -> None:
    with damaged(working) as folder:
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        with pytest.raises(VaultKeyWrong):
            asyncio.run(open_vault(folder, bytes(32), FixedClock()))
        after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        assert after == before


@pytest.mark.parametrize("fails_first", [True, False], ids=["before it is journaled", "after"])
def test_a_change_that_the_database_refuses_is_not_in_the_journal_either(tmp_path: Path, fails_first: bool) -> None:
    journal = tmp_path / "vault" / JOURNAL

    async def run() -> None:
        vault = await open_vault(tmp_path / "vault", TEST_KEY, FixedClock())
        outbox = vault.outbox
        assert isinstance(outbox, VaultOutbox)
        await outbox.insert(sample_entry(1))
        before = journal.read_bytes()

        def refused(connection: apsw.Connection, note: Note) -> None:
            outbox._add_step(connection, sample_entry(1), note)
            if fails_first:
                raise ZeroDivisionError
            # The transaction is refused after the journal has it: a deferred key is checked at the end of all.
            connection.execute("PRAGMA defer_foreign_keys = ON")
            connection.execute(
                "INSERT INTO decision_history (decision_id, at, status, error_code) VALUES ('?', '', '', '')"
            )

        undo, sizes = outbox._journaled._journal.undo_blocking, list[int]()

        def noting() -> None:
            sizes.append(journal.stat().st_size)
            undo()

        outbox._journaled._journal.undo_blocking = noting  # type: ignore[method-assign]
        with pytest.raises((ZeroDivisionError, VaultError)):
            await outbox._journaled.write(refused)
        assert (sizes[0] > len(before)) is not fails_first
        assert journal.read_bytes() == before
        await outbox.insert(sample_entry(2))
        await vault.close()

    asyncio.run(run())
    assert OutboxJournal(tmp_path / "vault", TEST_KEY).read_blocking().intact


def test_the_journal_does_not_grow_for_ever_and_forgets_what_is_finished(tmp_path: Path) -> None:
    async def run() -> None:
        vault = await open_vault(tmp_path / "vault", TEST_KEY, FixedClock())
        for number in range(1, 60):
            entry = sample_entry(number, server_message="x" * 20_000)
            await vault.outbox.insert(entry)
            if number > 1:
                gone = entry.moved_to(OutboxStatus.WITHDRAWN, NOON)
                await vault.outbox.update(gone, expected=entry)
        assert (tmp_path / "vault" / JOURNAL).stat().st_size < 2 * GROWN_BYTES
        await vault.close()
        vault = await open_vault(tmp_path / "vault", TEST_KEY, FixedClock())
        assert OutboxJournal(tmp_path / "vault", TEST_KEY).read_blocking().decisions.keys() == {"d1"}
        await vault.close()

    asyncio.run(run())


def test_nothing_of_a_connection_that_was_removed_stays_in_the_journal(tmp_path: Path) -> None:
    async def run() -> None:
        vault = await open_vault(tmp_path / "vault", TEST_KEY, FixedClock())
        entry = sample_entry(1)
        await vault.outbox.insert(entry)
        await vault.outbox.update(entry.moved_to(OutboxStatus.WITHDRAWN, NOON), expected=entry)
        assert OutboxJournal(tmp_path / "vault", TEST_KEY).read_blocking().decisions
        await vault.outbox.forget_connection(CONNECTION_ID)
        found = OutboxJournal(tmp_path / "vault", TEST_KEY).read_blocking()
        assert (found.decisions, found.records, found.intact) == ({}, 1, True)
        await vault.close()

    asyncio.run(run())


def _page_of(name: str) -> Damage:
    """Zeroes the first page of a table or an index."""

    def damage(folder: Path) -> None:
        async def page() -> int:
            copy = folder.with_name("looked-at")
            shutil.copytree(folder, copy)
            database = Database(copy)
            await database.open(TEST_KEY)
            number = await database.read(
                lambda connection: int(
                    connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).get
                )
            )
            await database.close()
            shutil.copyfile(copy / DATABASE, folder / DATABASE)
            (folder / LOG).unlink()
            shutil.rmtree(copy)
            return number

        zero(DATABASE, (asyncio.run(page()) - 1) * PAGE, PAGE)(folder)

    return damage
