"""Creating over HTTP: the parts that the map names, what an answer must name, and the look for what was created."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.api_connection import MakeApi
from tests.support.api_maps import edited_map
from tests.support.model_creations import sample_new
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process  # noqa: F401
from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.api.creation import _named, described_file
from tns_desktop.adapters.api.factory import make_api_factory
from tns_desktop.adapters.api.workflow_file import TomlWorkflowFile
from tns_desktop.domain.client_file import ExternalInfo, Participant
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.errors import ApiMapInvalid, ConnectionCut, ExternalIdTaken, RequestInvalid, WorkflowsInvalid
from tns_desktop.domain.new_client_file import NewClientFile, NewDocument
from tns_desktop.domain.workflow import Information, Kind, ParticipantType
from tns_desktop.services.ports import ClientFileApi

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NEW = sample_new(
    external_id="TNS-é1",
    profiles=("salarié",),
    participants=(
        Participant(type="emprunteur", last_name="Müller", first_name="Zoé", email="z@c.test", profiles=("p",)),
    ),
    external_info=(ExternalInfo("agence", "Lyon"),),
)
DOCUMENT = NewDocument("d", "rib é.pdf", "RIB", "application/pdf", 5)


def creation(connection_id: str = "c1", new: NewClientFile = NEW, request_id: str = "r-1") -> Creation:
    return Creation("c", connection_id, new, NOON, request_id=request_id)


@pytest.fixture
async def to_sandbox(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[ClientFileApi]:  # noqa: F811
    connection = Connection("c1", "Sandbox", Environment.OTHER, sandbox.base_url, sandbox.public_id)
    api = make_api_factory(edited_map(tmp_path))(connection, sandbox.secret_key)
    yield api
    await api.close()


async def test_what_was_asked_for_is_created(to_sandbox: ClientFileApi, sandbox: SandboxProcess) -> None:  # noqa: F811
    made = await to_sandbox.create(creation(), [(DOCUMENT, b"%PDF-")])
    seen = await to_sandbox.read_client_file(made.uuid)
    assert (seen.external_id, seen.workflow_label, seen.profiles) == ("TNS-é1", "Crédit", ("salarié",))
    assert replace(seen.participants[0], uuid="") == NEW.participants[0]
    assert seen.external_info == NEW.external_info
    assert made.display_id == seen.id
    assert [(one.uuid, bool(one.access_token)) for one in made.invited] == [(seen.participants[0].uuid, True)]
    assert made.invited[0].access_token not in repr(made)
    assert sandbox.log()["created"] == 1
    with pytest.raises(ExternalIdTaken):
        await to_sandbox.create(creation(request_id="r-2"), [])


async def test_what_a_cut_answer_left_is_found_by_its_identifier(
    to_sandbox: ClientFileApi,
    sandbox: SandboxProcess,  # noqa: F811
) -> None:
    sandbox.set_faults("create:commit-then-cut*1")
    with pytest.raises(ConnectionCut):
        await to_sandbox.create(creation(), [])
    found = await to_sandbox.find_created(frozenset({"TNS-é1", "nobody's"}))
    assert list(found) == ["TNS-é1"]
    assert found["TNS-é1"].participants[0].last_name == "Müller"


async def test_an_identity_check_is_created(to_sandbox: ClientFileApi, sandbox: SandboxProcess) -> None:  # noqa: F811
    check = NewClientFile(Kind.IDENTITY_CHECK, "Facematch", "ID-1", participants=())
    made = await to_sandbox.create(creation(new=check), [(DOCUMENT, b"x")])
    assert made.uuid
    assert (await to_sandbox.find_created(frozenset({"ID-1"})))["ID-1"].uuid == made.uuid
    with pytest.raises(RequestInvalid):
        await to_sandbox.create(creation(new=replace(check, workflow_label="x" * 65, external_id="ID-2")), [])


async def test_the_map_asks_a_server_that_knows_identifiers(
    sandbox: SandboxProcess,  # noqa: F811
    tmp_path: Path,
) -> None:
    """The sandbox lists everything to whoever names no state: what is not the asked file is passed over."""
    route = (
        '[routes.find_by_external_id]\nmethod = "GET"\npath = "/client-files"\n'
        'query = { externalId = "{external_id}" }\nsuccess = [200]\nanswer = ["application/json"]\n'
        'items = "clientFiles"\n\n[fields.client_file]\n'
    )
    path = edited_map(tmp_path, ("[fields.client_file]\n", route))
    connection = Connection("c1", "Sandbox", Environment.OTHER, sandbox.base_url, sandbox.public_id)
    api = make_api_factory(path)(connection, sandbox.secret_key)
    made = await api.create(creation(), [])
    found = await api.find_created(frozenset({"TNS-é1", "nobody's"}))
    await api.close()
    assert {name: one.uuid for name, one in found.items()} == {"TNS-é1": made.uuid}


async def test_without_its_route_an_identity_check_is_not_sent(make_api: MakeApi, tmp_path: Path) -> None:
    text = edited_map(tmp_path).read_text("utf-8")
    before, _, rest = text.partition("[routes.create_identity_check]")
    _table, _, after = rest.partition("# A creation that ended")
    path = tmp_path / "without.toml"
    path.write_text(before + "#" + after, "utf-8")
    api = make_api(api_map=path)
    with pytest.raises(ApiMapInvalid):
        await api.create(creation(new=NewClientFile(Kind.IDENTITY_CHECK, "F", "1", participants=())), [])


def test_what_a_document_is_goes_where_the_map_wants_it() -> None:
    assert _named("documents", DOCUMENT) == ("documents", "RIB - rib é.pdf")
    assert _named("documents", replace(DOCUMENT, kind="")) == ("documents", "rib é.pdf")
    assert _named("documents", replace(DOCUMENT, name="r\udce9.pdf", kind="R\ud800")) == ("documents", "R? - r?.pdf")
    assert _named("document_{kind}", DOCUMENT) == ("document_RIB", "rib é.pdf")


def test_the_map_names_every_part(tmp_path: Path) -> None:
    path = edited_map(
        tmp_path,
        ('last_name = "lastName"', 'last_name = "identity.family"'),
        ('participants = "participants"', 'participants = "people"'),
        ('value = "value"', 'value = "content"'),
        ('profiles = "profiles"                # GUESS', 'profiles = "dossier.profils"           # GUESS'),
    )
    described = described_file(NEW, load_api_map(path))
    assert described == {
        "dossier": {"profils": ["salarié"]},
        "people": [
            {
                "type": "emprunteur",
                "identity": {"family": "Müller"},
                "firstName": "Zoé",
                "email": "z@c.test",
                "profiles": ["p"],
            }
        ],
        "externalInfo": [{"name": "agence", "content": "Lyon"}],
    }


async def test_workflows_are_read_from_a_file_and_a_mistake_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "workflows.toml"
    assert await TomlWorkflowFile(path).load("") == []
    whole = (
        'format = 1\n\n[workflows."Crédit"]\nprofiles = ["salarié"]\nrequired = ["email"]\nmost_participants = 1\n\n'
        '[workflows."Crédit".participants]\nemprunteur = ["salarié"]\n\n'
        '[workflows."Crédit".information]\nagence = { required = true, choices = ["Lyon"] }\n'
    )
    path.write_text(whole, "utf-8")
    (found,) = await TomlWorkflowFile(path).load("")
    assert (found.label, found.written, found.required, found.most_participants) == ("Crédit", True, ("email",), 1)
    assert found.participant_types == (ParticipantType("emprunteur", ("salarié",)),)
    assert found.information == (Information("agence", True, ("Lyon",)),)
    for wrong, line, reason in (
        (('["email"]', '["mail"]'), "5", "not_one_of"),
        (("most_participants = 1", "most_participants = 3"), "6", "out_of_range"),
        (('["salarié"]\n\n[workflows."Crédit".i', '"salarié"\n\n[workflows."Crédit".i'), "9", "wrong_type"),
        (("required = true", "needed = true"), "12", "unknown_key"),
        (("format = 1", "format = "), "1", "toml_syntax"),
        (('"Crédit"]\np', f'"{"x" * 65}"]\np'), "3", "out_of_range"),
    ):
        path.write_text(whole.replace(*wrong), "utf-8")
        with pytest.raises(WorkflowsInvalid) as caught:
            await TomlWorkflowFile(path).load("")
        assert (caught.value.facts["line"], caught.value.facts["reason"]) == (line, reason)
    with pytest.raises(WorkflowsInvalid):
        await TomlWorkflowFile(path).load(str(tmp_path / "nowhere.toml"))
