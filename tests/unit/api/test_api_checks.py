"""The connection dialog's check: one line a route, and never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.api_connection import MakeApi
from tests.support.api_maps import edited_map
from tests.support.wire_server import Reply, SeenRequest, WireServer, archive_reply, json_reply, running_wire_server
from tns_desktop.adapters.api.checks import NOBODYS_IDENTIFIER
from tns_desktop.domain.errors import (
    AnswerNotUnderstood,
    ClientFileNotFound,
    CredentialsRefused,
    ServerUnreachable,
    TnsError,
)
from tns_desktop.services.ports import ClientFileApi, RouteMeaning

pytestmark = pytest.mark.anyio

FILE = {
    "uuid": "u-1",
    "id": "2018-000123",
    "state": "WAITING",
    "workflowLabel": "Crédit",
    "startDate": "2018-03-04T16:45:00Z",
    "participants": [{"lastName": "Müller"}],
}


def healthy(request: SeenRequest) -> Reply:
    if request.path.endswith("/archive"):
        return archive_reply(b"PK\3\4 and so on", ETag='"v1"')
    if request.path.endswith("/u-1"):
        return json_reply(FILE)
    found = [FILE] if request.query["state"] == "PENDING" else []
    return json_reply({"clientFiles": found, "total": len(found)})


async def test_every_route_is_understood(api: ClientFileApi, server: WireServer) -> None:
    server.respond = healthy
    listing, reading, archive, finding = await api.check()
    assert (finding.meaning, finding.status, finding.error) == (RouteMeaning.NOT_IN_MAP, 0, None)
    assert all(check.understood and check.status == 200 for check in (listing, reading, archive))
    assert [check.route for check in (listing, reading, archive)] == [
        "list_client_files",
        "read_client_file",
        "archive",
    ]
    assert listing.url.startswith(f"{server.base_url}/client-files?state=PENDING")
    assert listing.items == 1
    assert listing.sample == reading.sample == "WAITING · 2018-000123 · Crédit · 2018-03-04"
    assert (archive.method, archive.sample) == ("HEAD", 'application/zip · 14 · "v1"')
    assert (listing.proxy, listing.issuer) == ("", "")
    assert all(request.method in ("GET", "HEAD") for request in server.requests)


async def test_without_head_the_first_bytes_are_asked_for(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda request: Reply(405) if request.method == "HEAD" else healthy(request)
    archive = (await api.check())[2]
    assert (archive.method, archive.status, archive.understood) == ("GET", 200, True)
    assert server.requests[-1].headers["range"] == "bytes=0-3"


async def test_bytes_that_are_no_archive_are_not_understood(api: ClientFileApi, server: WireServer) -> None:
    def respond(request: SeenRequest) -> Reply:
        if request.path.endswith("/archive"):
            return Reply(501) if request.method == "HEAD" else archive_reply(b"%PDF-1.7")
        return healthy(request)

    server.respond = respond
    archive = (await api.check())[2]
    assert not archive.understood
    assert isinstance(archive.error, AnswerNotUnderstood)


async def test_a_second_page_is_tried_where_there_is_one(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, ('total = "total"', 'total = ""'))
    server.respond = lambda request: (
        json_reply({"clientFiles": [FILE]}) if request.path.endswith("files") else healthy(request)
    )
    first, second, *_ = await make_api(api_map=api_map).check()
    assert first.understood
    assert isinstance(second.error, AnswerNotUnderstood)
    assert second.error.facts["reason"] == "page_repeated"


async def test_a_wrong_line_of_the_map_is_shown_with_its_status(
    make_api: MakeApi, server: WireServer, tmp_path: Path
) -> None:
    api_map = edited_map(tmp_path, ('path = "/client-files/{uuid}"', 'path = "/client-file/{uuid}"'))
    server.respond = lambda request: Reply(404) if "/client-file/" in request.path else healthy(request)
    listing, reading, archive, _finding = await make_api(api_map=api_map).check()
    assert (listing.understood, reading.understood, archive.understood) == (True, False, True)
    assert reading.status == 404
    assert isinstance(reading.error, ClientFileNotFound)


async def test_wrong_fields_are_shown(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, ('items = "clientFiles"', 'items = "files"'))
    server.respond = healthy
    listing, reading, archive, _finding = await make_api(api_map=api_map).check()
    assert (listing.status, listing.understood, listing.items) == (200, False, None)
    assert isinstance(listing.error, AnswerNotUnderstood)
    assert listing.error.facts["path"] == "files"
    assert (reading.status, reading.understood, reading.error) == (0, False, None)
    assert archive.url.endswith("/client-files/{uuid}/archive")


@pytest.mark.parametrize(
    ("answer", "meaning", "reason"),
    [
        (json_reply({"clientFiles": []}), RouteMeaning.NOTHING_THERE, None),
        (Reply(404), RouteMeaning.NOT_FOUND, None),
        (json_reply({"clientFiles": [FILE]}), RouteMeaning.NOTHING_THERE, "not_asked_for"),
        (json_reply({"files": []}), RouteMeaning.AS_READ, "not_an_object"),
    ],
    ids=["nothing", "404", "another file", "another shape"],
)
async def test_the_look_for_what_was_created_is_tried_with_an_identifier_that_nobody_has(
    make_api: MakeApi,
    server: WireServer,
    tmp_path: Path,
    answer: Reply,
    meaning: RouteMeaning,
    reason: str | None,
) -> None:
    route = (
        '[routes.find_by_external_id]\nmethod = "GET"\npath = "/found"\nquery = { externalId = "{external_id}" }\n'
        'success = [200]\nanswer = ["application/json"]\nitems = "clientFiles"\n\n[fields.client_file]\n'
    )
    api_map = edited_map(tmp_path, ("[fields.client_file]\n", route))
    server.respond = lambda request: answer if request.path.endswith("/found") else healthy(request)
    finding = (await make_api(api_map=api_map).check())[-1]
    assert (finding.route, finding.method, finding.meaning) == ("find_by_external_id", "GET", meaning)
    assert NOBODYS_IDENTIFIER in finding.url
    assert finding.understood is (reason is None)
    assert reason is None or (isinstance(finding.error, TnsError) and finding.error.facts["reason"] == reason)
    assert server.requests[-1].method == "GET"


async def test_refused_credentials_are_shown(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(401)
    listing = (await api.check())[0]
    assert listing.status == 401
    assert isinstance(listing.error, CredentialsRefused)
    assert len(server.requests) == 1


async def test_empty_queues_leave_the_other_routes_untried(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"clientFiles": [], "total": 0})
    listing, reading, archive, _finding = await api.check()
    assert (listing.understood, listing.items) == (True, 0)
    assert not reading.understood
    assert not archive.understood
    assert len(server.requests) == 5


async def test_no_server_is_a_result_too(make_api: MakeApi) -> None:
    with running_wire_server() as closed:
        url = closed.base_url
    checks = await make_api(base_url=url).check()
    assert [check.status for check in checks] == [0, 0, 0, 0]
    assert isinstance(checks[0].error, ServerUnreachable)
