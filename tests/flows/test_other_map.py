"""Another Trust and Sign: other paths, other names, other states, another paging. The map decides, not the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.api_maps import edited_map
from tests.support.desks import account_of, connection_for, opened_desk
from tests.support.sandbox import SandboxProcess
from tns_desktop.domain.client_file import ACCEPTED, REJECTED
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import ApiMapInvalid

pytestmark = pytest.mark.anyio

EDITS = (
    ('path = "/client-files"\nquery = { state = "{state}" }', 'path = "/dossiers"\nquery = { etat = "{state}" }'),
    ('items = "clientFiles"', 'items = "page.content"'),
    ('total = "total"', 'total = "page.count"'),
    ('style = "offset"\nposition_param = "offset"\nlimit_param = "limit"\nfirst = 0\nlimit = 200',
     'style = "page"\nposition_param = "p"\nlimit_param = "n"\nfirst = 1\nlimit = 7'),
    ('path = "/client-files/{uuid}"\n', 'path = "/dossiers/{uuid}"\n'),
    ('item = ""                            # where', 'item = "dossier"                     # where'),
    ('path = "/client-files/{uuid}/archive"', 'path = "/dossiers/{uuid}/zip"'),
    ('path = "/client-files/{uuid}/accept"', 'path = "/dossiers/{uuid}/validation"'),
    ('path = "/client-files/{uuid}/reject"', 'path = "/dossiers/{uuid}/refus"'),
    ('body = { rejectionCause = "{cause}", rejectionMessage = "{message}" }',
     'body = { motif = "{cause}", texte = "{message}" }'),
    ('state = "state"', 'state = "suivi.etat"'),
    ('rejection_cause = "rejectionCause"', 'rejection_cause = "suivi.motif"'),
    ('rejection_message = "rejectionMessage"', 'rejection_message = "suivi.texte"'),
    ('last_name = "lastName"', 'last_name = "identite.nom"'),
)  # fmt: skip


async def test_the_main_job_goes_through_a_map_that_matches(tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, *EDITS)
    with SandboxProcess("--map", str(api_map)) as server:
        async with opened_desk(tmp_path / "profile", account_of(server), api_map=str(api_map)) as desk:
            connection = connection_for(account_of(server), api_map=str(api_map))
            checks = await desk.desk.connections.check(connection, server.secret_key)
            assert [check.error for check in checks] == [None] * len(checks)
            await desk.refresh()
            waiting = await desk.waiting()
            assert len(waiting) == 24
            assert all(one.participants[0].last_name for one in waiting)
            archive = await desk.desk.archives.open(waiting[0].key)
            document = await desk.desk.archives.read(archive, archive.index.entries[0].entry_id)
            assert document.content
            accepted = await desk.decide(waiting[0].uuid)
            rejected = await desk.decide(waiting[1].uuid, Verdict.REJECT, cause="Flou", message="À refaire")
            for entry in (accepted, rejected):
                assert (await desk.settle(entry.decision.decision_id)).status is OutboxStatus.CONFIRMED
            assert (await desk.row(waiting[0].uuid)).client_file.state == ACCEPTED
            shown = await desk.desk.catalogue.file(waiting[1].key)
            assert shown is not None
            assert (shown.state, shown.rejection_cause, shown.rejection_message) == (REJECTED, "Flou", "À refaire")


async def test_a_map_that_does_not_match_is_told_by_the_check(sandbox: SandboxProcess, tmp_path: Path) -> None:
    wrong = edited_map(tmp_path, ('items = "clientFiles"', 'items = "dossiers"'))
    async with opened_desk(tmp_path / "profile", account_of(sandbox), api_map=str(wrong)) as desk:
        checks = await desk.desk.connections.check(
            connection_for(account_of(sandbox), api_map=str(wrong)), sandbox.secret_key
        )
    assert checks[0].status == 200
    assert not checks[0].understood


async def test_a_broken_map_names_file_line_and_key(sandbox: SandboxProcess, tmp_path: Path) -> None:
    broken = edited_map(tmp_path, ('style = "offset"', 'style = "spiral"'))
    line = broken.read_text(encoding="utf-8").splitlines().index('style = "spiral"') + 1
    async with opened_desk(tmp_path / "profile", account_of(sandbox), api_map=str(broken)) as desk:
        with pytest.raises(ApiMapInvalid) as caught:
            await desk.refresh()
    facts = caught.value.facts
    assert (facts["file"], facts["line"], facts["key"]) == (
        str(broken),
        str(line),
        "routes.list_client_files.paging.style",
    )
