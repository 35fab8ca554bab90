"""Creating client files: what the documentation demands, and what comes back."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import httpx
import pytest

from tests.support.sandbox import SandboxProcess

PEOPLE = [
    {"type": "titulaire", "civility": "MRS", "lastName": "Lefèvre", "firstName": "Zoé", "email": "zoe@courriel.test"},
    {"type": "co-titulaire", "lastName": "Müller", "firstName": "Hugo", "profiles": ["salarié"]},
]


def create(
    api: httpx.Client,
    *,
    label: str = "Crédit à la consommation",
    external_id: str = "CRM-1",
    client_file: Any = None,
    documents: dict[str, bytes] | None = None,
) -> httpx.Response:
    body = {"participants": PEOPLE} if client_file is None else client_file
    parts: list[tuple[str, Any]] = [
        ("workflowLabel", (None, label)),
        ("externalId", (None, external_id)),
        ("clientFile", (None, body if isinstance(body, str) else json.dumps(body), "application/json")),
    ]
    parts += [("documents", (name, content)) for name, content in (documents or {}).items()]
    return api.post("/client-files", files=parts)


def test_a_created_file_is_pending_with_one_token_a_participant(api: httpx.Client, sandbox: SandboxProcess) -> None:
    answer = create(api, client_file={"participants": PEOPLE, "externalInfo": [{"name": "agence", "value": "Lyon"}]})
    assert answer.status_code == 201
    item = answer.json()
    assert item["state"] == "PENDING"
    tokens = [person["accessToken"] for person in item["participants"]]
    assert len(set(tokens)) == 2
    assert all(re.fullmatch(r"\d{8}_\w{30}", token) for token in tokens)
    read = api.get(f"/client-files/{item['uuid']}").json()
    assert read["participants"][0]["lastName"] == "Lefèvre"
    assert read["externalInfo"] == [{"name": "agence", "value": "Lyon"}]
    assert "accessToken" not in read["participants"][0]
    assert item["uuid"] in sandbox.uuids("PENDING")
    assert sandbox.log()["created"] == 1


def test_a_created_file_has_its_signed_contract_once_the_person_has_finished(
    api: httpx.Client, sandbox: SandboxProcess
) -> None:
    uuid = create(api, documents={"rib.pdf": b"%PDF-1"}).json()["uuid"]
    api.get(f"/client-files/{uuid}/archive")
    assert sandbox.finish(uuid)["state"] == "WAITING"
    names = zipfile.ZipFile(io.BytesIO(api.get(f"/client-files/{uuid}/archive").content)).namelist()
    assert {"report.json", "signed/contrat.pdf", "proof/preuve.pdf", "documents/commun/rib.pdf"} <= set(names)
    assert len(names) > 6
    assert api.get(f"/client-files/{uuid}").json()["signed"] is True
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.finish(uuid)


def test_documents_sent_with_it_are_in_its_archive(api: httpx.Client) -> None:
    item = create(api, documents={"../rib.pdf": b"%PDF-1", "note": b"x"}).json()
    archive = zipfile.ZipFile(io.BytesIO(api.get(f"/client-files/{item['uuid']}/archive").content))
    assert archive.namelist() == ["report.json", "documents/commun/rib.pdf", "documents/commun/note.bin"]
    assert archive.read("documents/commun/rib.pdf") == b"%PDF-1"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"label": ""}, "workflowLabel"),
        ({"label": "é" * 65}, "workflowLabel"),
        ({"client_file": "{"}, "clientFile"),
        ({"client_file": {"participants": []}}, "clientFile"),
        ({"client_file": {"participants": ["Zoé"]}}, "clientFile"),
    ],
)
def test_a_bad_part_is_named(api: httpx.Client, sandbox: SandboxProcess, change: dict[str, Any], part: str) -> None:
    answer = create(api, **change)
    assert answer.status_code == 400
    assert answer.json()["error"]["invalidParameters"] == [part]
    assert sandbox.log()["created"] == 0


def test_a_label_of_64_characters_passes_whatever_its_bytes(api: httpx.Client) -> None:
    assert create(api, label="é" * 64).status_code == 201


def test_an_external_id_is_unique_in_its_product_only(api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert create(api).status_code == 201
    assert create(api).json()["error"]["invalidParameters"] == ["externalId"]
    with sandbox.api(product=1) as other:
        assert create(other).status_code == 201


def test_a_body_that_is_not_multipart_is_refused(api: httpx.Client) -> None:
    assert api.post("/client-files", json={}).status_code == 400
    broken = api.post("/client-files", content=b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400
