"""Creating against the sandbox: offline, cut, refused, locked away and found again; never twice, never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import DeskUnderTest, account_of, desk, opened_desk  # noqa: F401
from tests.support.model_creations import sample_new
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process  # noqa: F401
from tns_desktop.domain.client_file import PENDING
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.new_client_file import ProblemCode
from tns_desktop.domain.table_mapping import ColumnMapping
from tns_desktop.services.ports import Table

pytestmark = pytest.mark.anyio
S = CreationStatus


async def queued(desk: DeskUnderTest, external_id: str = "", name: str = "Martin") -> Creation:  # noqa: F811
    creations = desk.desk.creation.creations
    draft = await creations.begin(desk.connection_id, sample_new(name, external_id=external_id))
    row, problems = await creations.queue(draft.creation_id, None)
    assert problems == ()
    return row


async def now_of(desk: DeskUnderTest, row: Creation) -> Creation:  # noqa: F811
    found = await desk.vault.creations.get(row.creation_id)
    assert found is not None
    return found


async def test_a_cut_after_the_creation_does_not_create_twice(desk: DeskUnderTest, sandbox: SandboxProcess) -> None:  # noqa: F811
    sandbox.set_faults("create:commit-then-cut*1")
    row = await queued(desk)
    await desk.create()
    assert (await now_of(desk, row)).status is S.OUTCOME_UNKNOWN
    desk.clock.advance(30)
    desk.desk.creation.sender.wake()
    assert await desk.create() is None
    done = await now_of(desk, row)
    assert (done.status, sandbox.log()["created"]) == (S.CREATED, 1)
    seen = await (await desk.desk.connections.api_for(desk.connection_id)).read_client_file(done.file_uuid)
    assert seen.external_id == row.new.external_id


async def test_made_offline_it_is_created_once_the_line_is_back(desk: DeskUnderTest, sandbox: SandboxProcess) -> None:  # noqa: F811
    sandbox.set_faults("create:503(5)")
    rows = [await queued(desk, name=f"N{number}") for number in range(3)]
    assert (await desk.create()) is not None
    sandbox.set_faults("")
    for _ in range(4):
        desk.clock.advance(30)
        desk.desk.creation.sender.wake()
        await desk.create()
    assert {(await now_of(desk, row)).status for row in rows} == {S.CREATED}
    assert sandbox.log()["created"] == 3


async def test_an_identifier_in_use_comes_back_to_the_draft(desk: DeskUnderTest, sandbox: SandboxProcess) -> None:  # noqa: F811
    await desk.refresh()
    known = (await desk.waiting())[0].external_id
    creations = desk.desk.creation.creations
    draft = await creations.begin(desk.connection_id, sample_new(external_id=known))
    _row, problems = await creations.queue(draft.creation_id, None)
    assert [one.code for one in problems] == [ProblemCode.EXTERNAL_ID_TAKEN]
    await creations.discard(draft.creation_id)
    # A file that this desk has not seen yet is found by the server alone.
    await desk.vault.client_files.forget_connection(desk.connection_id)
    row = await queued(desk, external_id=known)
    await desk.create()
    refused = await now_of(desk, row)
    assert (refused.status, refused.problems[0].field) == (S.REFUSED, "external_id")
    assert refused.problems[0].words
    again = await creations.reopen(row.creation_id)
    assert again.new == row.new
    await creations.save(row.creation_id, replace(again.new, external_id="CRM-free"))
    await creations.queue(row.creation_id, None)
    await desk.create()
    assert (await now_of(desk, row)).status is S.CREATED


async def test_drafts_and_documents_are_there_after_a_restart(tmp_path: Path, sandbox: SandboxProcess) -> None:  # noqa: F811
    account = account_of(sandbox)
    document = tmp_path / "rib.pdf"
    document.write_bytes(b"%PDF-1.4 specimen")
    async with opened_desk(tmp_path / "profile", account) as first:
        draft = await first.desk.creation.creations.begin(first.connection_id, sample_new())
        await first.desk.creation.attach(draft.creation_id, document)
        secrets = first.secrets
    async with opened_desk(tmp_path / "profile", account, secrets=secrets) as second:
        (found,) = await second.desk.creation.creations.recent()
        assert found.documents[0].media_type == "application/pdf"
        await second.desk.creation.creations.queue(found.creation_id, None)
        await second.create()
        done = await now_of(second, found)
        assert done.status is S.CREATED
        archive = await second.desk.archives.open(second.key(done.file_uuid))
        assert [entry.path for entry in archive.index.entries if entry.path.endswith(".pdf")] == [
            "documents/commun/rib.pdf"
        ]
        assert await second.vault.creations.document(found.creation_id, found.documents[0].document_id) is None


async def test_a_table_is_mapped_tried_and_created(
    desk: DeskUnderTest,  # noqa: F811
    tmp_path: Path,
) -> None:
    await desk.refresh()
    path = tmp_path / "clients.csv"
    path.write_bytes(
        "Civilité;Nom;Prénom;E-mail;Date de naissance;Référence;Agence\r\n"
        "Mme;Lefèvre;Zoé;zoe@courriel.test;01/02/1980;R-1;Lyon\r\n"
        ";Roux;Jean;pas une adresse;;R-2;\r\n"
        "M.;Diallo;Awa;;;R-1;\r\n".encode("cp1252")
    )
    importing, workflows = desk.desk.creation.importing, await desk.desk.creation.workflows.of(desk.connection_id)
    workflow = next(one for one in workflows if one.label == "Crédit à la consommation")
    table: Table = await importing.read(path)
    mapping = ColumnMapping(await importing.proposed(table, workflow), workflow_label=workflow.label)
    trial = await importing.try_out(table, mapping, desk.connection_id, workflows)
    assert [(line, [code for _field, code in wrong]) for line, _name, wrong in trial.lines] == [
        (2, []),
        (3, ["not_an_email"]),
        (4, ["external_id_taken"]),
    ]
    batch = await importing.run(trial, desk.connection_id)
    await desk.create()
    (done,) = await importing.outcomes(batch)
    assert (done.status, done.line) == (S.CREATED, 2)
    seen = await (await desk.desk.connections.api_for(desk.connection_id)).read_client_file(done.file_uuid)
    assert (seen.participants[0].civility, seen.participants[0].birth_date) == ("MRS", "1980-02-01")
    assert [(info.name, info.value) for info in seen.external_info] == [("agence", "Lyon")]
    await importing.remember(table, mapping)
    assert await importing.proposed(table, None) == mapping.columns


async def test_a_created_files_links_come_with_its_answer_and_outlive_refreshes(
    desk: DeskUnderTest,  # noqa: F811
    sandbox: SandboxProcess,  # noqa: F811
) -> None:
    row = await queued(desk)
    await desk.create()
    done = await now_of(desk, row)
    for _ in range(2):
        await desk.refresh()
    found = await desk.desk.follow_up.invited(desk.key(done.file_uuid))
    assert found is not None
    (person,) = found[1]
    assert person.link.startswith("https://127.0.0.1:")
    assert "/contract/signbook/signbook.html?token=" in person.link
    pending = [one for one in await desk.vault.client_files.load(desk.connection_id) if one.state == PENDING]
    with_link = [one for one in pending if all(each.access_token for each in one.participants)]
    assert 0 < len(with_link) < len(pending), "some of the sample files have links, some have none"
    log = "".join(path.read_text("utf-8", "replace") for path in desk.folder.rglob("*.log"))
    assert person.link.rpartition("=")[2] not in log
