"""Full-text search of the vault: data and documents, words that come later, and words that are gone for good."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.test_vault_secrecy import opened
from tests.support.vaults import (
    CONNECTION_ID,
    NOON,
    TEST_KEY,
    FixedClock,
    sample_entry,
    sample_file,
    sample_key,
    store_archive,
    until_confirmed,
)
from tns_desktop.adapters.vault import open_vault, schema
from tns_desktop.adapters.vault.connection import Database
from tns_desktop.adapters.vault.content import dump_client_file
from tns_desktop.adapters.vault.rows import hash_of
from tns_desktop.domain.client_file import WAITING, ClientFileKey, ExternalInfo, Participant
from tns_desktop.domain.filters import fold, haystack_of, searchable_text, words_of
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.domain.retention import DropReason
from tns_desktop.domain.search import DocumentText, FoundDocument
from tns_desktop.services.ports import Vault

pytestmark = pytest.mark.anyio

PAYSLIP = FoundDocument("1", "payslip.pdf")


async def with_archive(
    vault: Vault, number: int = 1, text: str = "Salaire net à payer", content: bytes = b"zip"
) -> None:
    await vault.client_files.upsert([sample_file(number)])
    stored = await store_archive(vault, sample_key(number), content)
    assert await vault.search.put_documents(
        stored, [DocumentText("0", "report.json", "{}"), DocumentText("1", "payslip.pdf", text)]
    )


async def words_on(folder: Path) -> str:
    """Every word that both indexes hold, as the database has them now."""
    database = Database(folder)
    await database.open(TEST_KEY)

    def work(connection: apsw.Connection) -> str:
        connection.execute("CREATE VIRTUAL TABLE temp.a USING fts5vocab(main, client_file_words, row)")
        connection.execute("CREATE VIRTUAL TABLE temp.b USING fts5vocab(main, document_words, row)")
        found = connection.execute("SELECT term FROM temp.a UNION SELECT term FROM temp.b").fetchall()
        texts = connection.execute(
            "SELECT c0 FROM client_file_words_content UNION ALL SELECT c0 FROM document_words_content"
        ).fetchall()
        return "\n".join(str(text) for (text,) in (*found, *texts))

    try:
        return await database.read(work)
    finally:
        await database.close()


# --- data -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["lilas", "SAINT-etienne", "fr7630006", "FR76 3000", "0612345678", "06 12 34", "quality"]
)
async def test_finds_whatever_the_server_says_of_a_file(vault: Vault, typed: str) -> None:
    person = Participant(
        last_name="X", iban="FR76 3000 6000", postal_address="12 rue des Lilas, Saint-Étienne", phone="06 12 34 56 78"
    )
    await vault.client_files.upsert(
        [sample_file(1, participants=(person,), rejection_message="Poor quality"), sample_file(2)]
    )
    assert (await vault.search.find(CONNECTION_ID, typed)).files == {sample_key(1): None}


async def test_words_are_there_for_whoever_searches_and_can_be_written_before(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(number) for number in range(700)])
    assert len((await vault.search.find(CONNECTION_ID, "muller")).files) == 700
    assert not await vault.search.catch_up()
    await vault.client_files.upsert([sample_file(3, name="Neu")])
    assert await vault.search.catch_up()
    assert not await vault.search.catch_up()
    assert set((await vault.search.find(CONNECTION_ID, "neu")).files) == {sample_key(3)}


async def test_says_when_there_are_more_than_asked_for(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(number) for number in range(5)])
    few = await vault.search.find(CONNECTION_ID, "muller", most=3)
    assert (len(few.files), few.is_complete) == (3, False)
    assert (await vault.search.find(CONNECTION_ID, "muller", most=5)).is_complete


async def test_searches_one_connection(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(1), sample_file(1, key=ClientFileKey("c2", "x"))])
    assert set((await vault.search.find("c2", "muller")).files) == {ClientFileKey("c2", "x")}


_NAMES = st.text(st.sampled_from("aéÉbßçœłñ' -.9"), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(st.lists(_NAMES, min_size=1, max_size=5), st.lists(_NAMES, min_size=1, max_size=3))
def test_finds_what_plain_folding_finds_by_the_beginnings_of_words(names: list[str], queries: list[str]) -> None:
    files = [
        sample_file(number, participants=(Participant(last_name=name),), external_info=(ExternalInfo("", name),))
        for number, name in enumerate(names)
    ]

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            vault = await open_vault(Path(folder) / "vault", TEST_KEY, FixedClock())
            try:
                await vault.client_files.upsert(files)
                for query in (*names, *queries):
                    expected = {file.key for file in files if _plainly_holds(searchable_text(file), query)}
                    assert set((await vault.search.find(CONNECTION_ID, query)).files) == expected, query
            finally:
                await vault.close()

    asyncio.run(run())


def _plainly_holds(text: str, query: str) -> bool:
    """Every word's letters and figures, in their order, the last one as a beginning; nothing for no words."""
    tokens = re.findall(r"[^\W_]+", text)
    wanted = [found for word in words_of(query) if (found := re.findall(r"[^\W_]+", word))]
    return bool(wanted) and all(
        any(
            tokens[at : at + len(parts) - 1] == parts[:-1] and tokens[at + len(parts) - 1].startswith(parts[-1])
            for at in range(len(tokens) - len(parts) + 1)
        )
        for parts in wanted
    )


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("salaire", PAYSLIP),
        ("SALAIRE paye", PAYSLIP),
        ("sal", PAYSLIP),
        ("muller salaire", PAYSLIP),
        ("salaire muller zoe", PAYSLIP),
        ("muller", None),
    ],
)
async def test_names_the_document_that_is_needed_to_find_a_file(
    vault: Vault, typed: str, found: FoundDocument | None
) -> None:
    await with_archive(vault)
    await vault.client_files.upsert([sample_file(2, name="Other")])
    assert (await vault.search.find(CONNECTION_ID, typed)).files == {sample_key(1): found}


async def test_every_word_is_wanted_somewhere_in_the_file(vault: Vault) -> None:
    await with_archive(vault)
    await vault.client_files.upsert([sample_file(2, name="Other")])
    assert (await vault.search.find(CONNECTION_ID, "salaire other")).files == {}
    assert (await vault.search.find(CONNECTION_ID, "salaire nowhere")).files == {}


async def test_the_document_with_most_of_the_words_is_named(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(1)])
    stored = await store_archive(vault, sample_key(1), b"zip")
    texts = [
        DocumentText("a", "one.txt", "lilas"),
        DocumentText("b", "two.txt", "rue lilas"),
        DocumentText("c", "x", "rue"),
    ]
    assert await vault.search.put_documents(stored, texts)
    assert (await vault.search.find(CONNECTION_ID, "rue lilas")).files == {sample_key(1): FoundDocument("b", "two.txt")}


async def test_archives_are_named_until_their_words_are_there(vault: Vault) -> None:
    await vault.client_files.upsert([sample_file(1)])
    stored = await store_archive(vault, sample_key(1), b"zip")
    assert [(one.key, one.sha256) for one in await vault.search.without_words()] == [(stored.key, stored.sha256)]
    assert await vault.search.put_documents(stored, [])
    assert await vault.search.without_words() == []


async def test_words_of_an_archive_that_is_not_kept_any_more_are_refused(vault: Vault) -> None:
    await with_archive(vault)
    old = await vault.blobs.find(sample_key(1))
    assert old is not None
    await store_archive(vault, sample_key(1), b"another zip")
    assert not await vault.search.put_documents(old, [DocumentText("1", "old.pdf", "Vieux")])
    assert (await vault.search.find(CONNECTION_ID, "vieux")).files == {}
    await vault.blobs.drop(sample_key(1))
    assert not await vault.search.put_documents(old, [DocumentText("1", "old.pdf", "Vieux")])


async def test_a_replaced_archive_takes_its_words_along(vault: Vault) -> None:
    await with_archive(vault)
    await store_archive(vault, sample_key(1), b"another zip")
    assert (await vault.search.find(CONNECTION_ID, "salaire")).files == {}
    assert [one.key for one in await vault.search.without_words()] == [sample_key(1)]


# --- gone for good ----------------------------------------------------------------------------------------------------


async def test_a_dropped_archive_leaves_no_word_of_its_documents(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await with_archive(vault, 1, "PLANTEDWORD first")
    await with_archive(vault, 2, "keptword second", b"two")
    await until_confirmed(vault)
    await vault.blobs.drop(sample_key(1), DropReason.ASKED)
    log = vault_folder / "vault.db-wal"
    assert not log.exists() or log.stat().st_size == 0
    assert set((await vault.search.find(CONNECTION_ID, "keptword")).files) == {sample_key(2)}
    await vault.close()
    words = await words_on(vault_folder)
    assert "plantedword" not in words
    assert "keptword" in words


async def test_a_forgotten_connection_leaves_no_word(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await vault.client_files.upsert([sample_file(1, name="PLANTEDWORD")])
    assert await vault.search.catch_up()
    await vault.client_files.forget_connection(CONNECTION_ID)
    await vault.close()
    assert await words_on(vault_folder) == ""


async def test_a_file_that_changed_leaves_no_former_word(vault_folder: Path) -> None:
    vault = await opened(vault_folder)
    await vault.client_files.upsert([sample_file(1, name="Formername")])
    assert await vault.search.catch_up()
    await vault.client_files.upsert([sample_file(1, name="Nowname")])
    assert await vault.search.catch_up()
    await vault.close()
    words = await words_on(vault_folder)
    assert "formername" not in words
    assert "nowname" in words


# --- rows of older versions -------------------------------------------------------------------------------------------


async def test_a_vault_of_the_version_before_keeps_everything_and_gets_its_list(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        sample_file(1, profiles=("salarié", "cadre")),
        sample_file(2, name="Łukasz", signed=True, rejection_cause="UNREADABLE"),
    ]
    every = schema.migrations()
    monkeypatch.setattr(schema, "migrations", lambda: every[:3])
    database = Database(vault_folder)
    await database.open(TEST_KEY)

    def old_rows(connection: apsw.Connection) -> None:
        for file in files:
            content = json.dumps(json.loads(dump_client_file(file)), separators=(",", ":"), sort_keys=True)
            assert content.isascii()
            assert content != dump_client_file(file)
            version, extra = hash_of(content.encode()), file.extra.encode()
            connection.execute(
                "INSERT INTO client_files (connection_id, uuid, state, started_at, content, extra, version, row_version,"
                " seen_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(file.key.connection_id, file.uuid, file.state.name, file.started_at, content, extra),
                    *(version, hash_of(content.encode() + b"\0" + extra), b"seen" if file is files[0] else version),
                ),
            )
        connection.execute(
            "INSERT INTO client_files (connection_id, uuid, state, content, extra, version, row_version)"
            " VALUES ('c1', 'broken', 'WAITING', '{', x'', x'', x'')"
        )

    await database.write(old_rows)
    await database.close()
    monkeypatch.undo()
    vault = await opened(vault_folder)
    assert await vault.client_files.load(CONNECTION_ID) == files
    assert await vault.client_files.changed_since_seen(CONNECTION_ID) == {sample_key(1)}
    rows = await vault.client_files.listed(CONNECTION_ID)
    told = [(row.uuid, row.display_name, row.all_profiles) for row in rows]
    assert told == [(file.uuid, file.display_name, file.all_profiles) for file in files]
    assert await vault.client_files.rejection_causes(CONNECTION_ID) == ["UNREADABLE"]
    assert set((await vault.search.find(CONNECTION_ID, "lukasz")).files) == set()  # ł is a letter of its own
    assert set((await vault.search.find(CONNECTION_ID, fold("Łukasz"))).files) == {sample_key(2)}
    assert await vault.client_files.upsert(files) == frozenset()
    await vault.outbox.insert(sample_entry(1))
    await vault.close()


# --- rows of the list -------------------------------------------------------------------------------------------------


async def test_the_list_reads_what_it_shows(vault: Vault) -> None:
    file = sample_file(
        1,
        external_id="E",
        workflow_label="Prêt",
        validation_mode="MANUAL",
        signed=False,
        start_date=NOON,
        profiles=("salarié", "\ud800"),
    )
    await vault.client_files.upsert([sample_file(2, start_date=None), file])
    first, second = await vault.client_files.listed(CONNECTION_ID)
    assert first == ListedFile(
        file.key,
        WAITING,
        "ID-1",
        "E",
        "Prêt",
        "Müller, Zoé",
        NOON.timestamp(),
        "MANUAL",
        False,
        first.version,
        haystack_of(file),
        ("salarié", "\ud800"),
    )
    assert (first.start_date, first.display_id, second.start_date, second.signed) == (NOON, "ID-1", None, None)
    await vault.client_files.upsert([replace(file, rejection_message="Visible elsewhere only")])
    assert (await vault.client_files.listed(CONNECTION_ID))[0] != first
    assert await vault.client_files.get(file.key) == replace(file, rejection_message="Visible elsewhere only")
    assert await vault.client_files.get(sample_key(9)) is None


async def test_remembers_which_answer_a_row_was_read_from(vault: Vault) -> None:
    one, two = sample_file(1), sample_file(2)
    await vault.client_files.upsert([one, two], {one.key: b"1", two.key: b"2"})
    assert await vault.client_files.answers(CONNECTION_ID) == {b"1": one.key, b"2": two.key}
    # Nothing new, told in other words.
    assert not await vault.client_files.upsert([one, two], {one.key: b"1b"})
    assert await vault.client_files.answers(CONNECTION_ID) == {b"1b": one.key, b"2": two.key}
    # Read by itself: what the list said last no longer stands for the row.
    assert await vault.client_files.upsert([sample_file(2, name="New")]) == {two.key}
    assert await vault.client_files.answers(CONNECTION_ID) == {b"1b": one.key}


async def test_some_rows_of_many_are_read_by_their_keys(vault: Vault) -> None:
    others = ClientFileKey("another", "uuid-1")
    files = [sample_file(number) for number in range(1, 4)]
    await vault.client_files.upsert([*files, replace(files[0], key=others)])
    everything = {row.key: row for row in await vault.client_files.listed(CONNECTION_ID)}
    wanted = {files[0].key, files[2].key, sample_key(9), others}
    assert {row.key: row for row in await vault.client_files.listed(CONNECTION_ID, wanted)} == {
        key: everything[key] for key in (files[0].key, files[2].key)
    }
    assert await vault.client_files.listed(CONNECTION_ID, frozenset()) == []
    # More than one query may name.
    many = wanted | {ClientFileKey(CONNECTION_ID, f"none-{number}") for number in range(1_200)}
    assert len(await vault.client_files.listed(CONNECTION_ID, many)) == 2
