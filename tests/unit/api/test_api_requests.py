"""What leaves: addresses, credentials, bodies; and how answers to single requests are understood."""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.api_connection import OPERATOR, MakeApi
from tests.support.api_maps import edited_map
from tests.support.wire_server import Reply, WireServer, archive_reply, json_reply, running_wire_server
from tns_desktop.adapters.api.conversation import size_of_archive
from tns_desktop.adapters.api.transport import Timeouts, basic_authorization
from tns_desktop.domain.client_file import ACCEPTED, WAITING, ClientFileKey
from tns_desktop.domain.decision import Decision, Verdict
from tns_desktop.domain.errors import (
    AnswerNotUnderstood,
    ClientFileNotFound,
    ConnectionCut,
    ConnectionInvalid,
    DecisionNotAllowed,
    RedirectRefused,
    RequestTimedOut,
    ServerUnreachable,
    StateConflict,
    TnsError,
)
from tns_desktop.services.ports import ArchiveNow, ClientFileApi

pytestmark = pytest.mark.anyio

FILE = {"uuid": "u-1", "id": "2018-000123", "state": "WAITING"}
MOMENT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ACCEPTANCE = Decision(
    decision_id="d-1",
    key=ClientFileKey("c1", "u-1"),
    verdict=Verdict.ACCEPT,
    reviewed_state=WAITING,
    archive_sha256="0" * 64,
    decided_at=MOMENT,
    send_after=MOMENT,
    internal_note="for us only",
)
REJECTION = replace(ACCEPTANCE, verdict=Verdict.REJECT, cause="Qualité", message='Pièce {illisible} "€"')


def test_encodes_the_documented_credentials() -> None:
    assert basic_authorization("john123456", "azerty") == "Basic am9objEyMzQ1NjphemVydHk="


def test_encodes_credentials_as_utf8() -> None:
    assert basic_authorization("zoé", "pâté€") == "Basic em/DqTpww6J0w6nigqw="


async def test_sends_credentials_operator_and_no_more(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply(FILE)
    await api.read_client_file("u-1")
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/base/client-files/u-1")
    assert request.headers["authorization"] == "Basic am9objEyMzQ1NjphemVydHk="
    assert request.headers["user"] == OPERATOR
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("TnS-Desktop/")


@pytest.mark.skipif(importlib.util.find_spec("sniffio") is not None, reason="somebody else brought sniffio")
async def test_a_request_does_not_look_through_the_disk_for_what_is_not_there(
    api: ClientFileApi, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.respond = lambda _: json_reply(FILE)
    await api.read_client_file("u-1")  # whatever is imported at the first request
    looked_for: list[str] = []

    class Notes:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            looked_for.append(name)

    monkeypatch.setattr(sys, "meta_path", [Notes, *sys.meta_path])
    await api.read_client_file("u-1")
    assert looked_for == []


async def test_leaves_the_operator_out_where_there_is_none(make_api: MakeApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply(FILE)
    await make_api(operator="").read_client_file("u-1")
    assert "user" not in server.requests[0].headers


@pytest.mark.parametrize("uuid", ["a/b?c#d%2F é", "..", ".", "x" * 300])
async def test_a_strange_uuid_stays_one_path_segment(uuid: str, api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({**FILE, "uuid": uuid})
    assert (await api.read_client_file(uuid)).uuid == uuid
    assert server.requests[0].target.count("/") == 3
    assert server.requests[0].path == f"/base/client-files/{uuid}"


async def test_never_takes_another_file_for_the_asked_one(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({**FILE, "uuid": "u-2"})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.read_client_file("u-1")
    assert caught.value.facts["reason"] == "wrong_uuid"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}), "wrong_media_type"),
        (Reply(200, b'{"uuid": ', {"Content-Type": "application/json"}), "invalid_json"),
        (Reply(200, b"", {"Content-Type": "application/json"}), "invalid_json"),
        (Reply(200, b'{"uuid": NaN}', {"Content-Type": "application/json"}), "invalid_json"),
        (Reply(200, b'{"uuid": 1e999}', {"Content-Type": "application/json"}), "invalid_json"),
        (Reply(200, b"[" * 5000 + b"]" * 5000, {"Content-Type": "application/json"}), "too_deep"),
        (Reply(200, b"[" * 70 + b"]" * 70, {"Content-Type": "application/json"}), "too_deep"),
        (Reply(200, b"zz", {"Content-Type": "application/json", "Content-Encoding": "gzip"}), "bad_encoding"),
        (Reply(200, b'{"uuid": "u-1"}', {"Content-Type": "application/json"}), "missing_field"),
        (Reply(200, b"[]", {"Content-Type": "application/json"}), "not_an_object"),
        (Reply(204), "unexpected_status"),
        (Reply(206, b"{}", {"Content-Type": "application/json"}), "unexpected_status"),
    ],
)
async def test_a_success_that_is_not_what_the_map_says(
    reply: Reply, reason: str, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: reply
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.read_client_file("u-1")
    assert caught.value.facts["reason"] == reason
    assert caught.value.facts.get("route", "read_client_file") == "read_client_file"


async def test_reads_the_charset_that_the_answer_names(api: ClientFileApi, server: WireServer) -> None:
    body = json.dumps({**FILE, "workflowLabel": "Crédit"}, ensure_ascii=False).encode("latin-1")
    server.respond = lambda _: Reply(200, body, {"Content-Type": "application/json; charset=ISO-8859-1"})
    assert (await api.read_client_file("u-1")).workflow_label == "Crédit"


async def test_refuses_an_answer_without_end(
    api: ClientFileApi, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tns_desktop.adapters.api.transport.MAX_ANSWER_BYTES", 300_000)
    server.respond = lambda _: json_reply({**FILE, "more": "x" * 400_000})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.read_client_file("u-1")
    assert caught.value.facts["reason"] == "too_large"


async def test_parses_a_long_answer_off_the_loop(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({**FILE, "more": "x" * 400_000})
    assert (await api.read_client_file("u-1")).id == "2018-000123"


@pytest.mark.parametrize("reply", [Reply(cut_after=-1), Reply(200, b'{"uuid": "u-1"}', cut_after=4)])
async def test_a_cut_line_may_have_been_an_answer(reply: Reply, api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: reply
    with pytest.raises(ConnectionCut) as caught:
        await api.send_decision(ACCEPTANCE)
    assert caught.value.request_sent


async def test_a_body_shorter_than_announced_is_a_cut(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: replace(json_reply(FILE), declared_length=5_000)
    with pytest.raises(ConnectionCut):
        await api.read_client_file("u-1")


async def test_nobody_listening_means_certainly_not_sent(make_api: MakeApi) -> None:
    with running_wire_server() as closed:
        url = closed.base_url
    with pytest.raises(ServerUnreachable) as caught:
        await make_api(base_url=url).send_decision(ACCEPTANCE)
    assert not caught.value.request_sent


async def test_silence_times_out(make_api: MakeApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(hang=True)
    with pytest.raises(RequestTimedOut) as caught:
        await make_api(timeouts=Timeouts(read=0.1)).send_decision(ACCEPTANCE)
    assert caught.value.request_sent


async def test_an_exchange_ends_even_when_bytes_keep_coming(make_api: MakeApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(200, b"{" * 10, declared_length=100, cut_after=5, hang=True)
    with pytest.raises(RequestTimedOut):
        await make_api(timeouts=Timeouts(read=30, exchange=0.15)).read_client_file("u-1")


async def test_never_follows_a_redirect(api: ClientFileApi, server: WireServer) -> None:
    with running_wire_server() as other:
        server.respond = lambda _: Reply(302, b"", {"Location": f"http://x:y@{other.host}/base/client-files/u-1"})
        with pytest.raises(RedirectRefused) as caught:
            await api.read_client_file("u-1")
        assert caught.value.facts["host"] == other.host
        assert other.connections == 0


async def test_sends_a_rejection_by_the_map(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(204)
    await api.send_decision(REJECTION)
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/base/client-files/u-1/reject")
    assert json.loads(request.body) == {"rejectionCause": "Qualité", "rejectionMessage": 'Pièce {illisible} "€"'}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-request-id"] == "d-1"
    assert b"for us only" not in request.body


async def test_sends_an_acceptance_by_the_map(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"anything": 1})
    await api.send_decision(ACCEPTANCE)
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("POST", "/base/client-files/u-1/accept", b"{}")


async def test_another_map_sends_another_decision(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(
        tmp_path,
        ('method = "POST"\npath = "/client-files/{uuid}/reject"\nquery = {}', 'method = "PUT"\npath = "/decide"'),
        (
            'body_type = "application/json"\nbody = { rejectionCause = "{cause}", rejectionMessage = "{message}" }',
            'body_type = "application/x-www-form-urlencoded"\nbody = { dossier = "{uuid}", why = "{cause}", '
            'text = "{message}", by = "{operator}", final = true }',
        ),
        ('idempotency = "X-Request-Id"', 'idempotency = ""'),
        ('operator = "USER"', 'operator = "X-Agent"'),
    )
    server.respond = lambda _: Reply(200)
    await make_api(api_map=api_map).send_decision(replace(REJECTION, message="a&b=é"))
    (request,) = server.requests
    assert (request.method, request.path) == ("PUT", "/base/decide")
    assert request.body.decode() == f"dossier=u-1&why=Qualit%C3%A9&text=a%26b%3D%C3%A9&by={OPERATOR}&final=true"
    assert "x-request-id" not in request.headers
    assert request.headers["x-agent"] == OPERATOR


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html></html>", {"Content-Type": "text/html"}),
        Reply(200, b"{", {"Content-Type": "application/json"}),
        Reply(206),
    ],
)
async def test_a_decision_answered_strangely_is_not_understood(
    reply: Reply, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: reply
    with pytest.raises(AnswerNotUnderstood):
        await api.send_decision(ACCEPTANCE)


async def test_a_decision_never_goes_to_another_connection(api: ClientFileApi, server: WireServer) -> None:
    with pytest.raises(DecisionNotAllowed):
        await api.send_decision(replace(ACCEPTANCE, key=ClientFileKey("c2", "u-1")))
    assert server.requests == []


async def test_a_code_of_the_map_means_a_conflict_whatever_the_status(
    make_api: MakeApi, server: WireServer, tmp_path: Path
) -> None:
    api_map = edited_map(tmp_path, ("state_conflict = []", "state_conflict = [4711]"))
    server.respond = lambda _: json_reply({"error": {"message": "Wrong state", "code": 4711}}, 400)
    with pytest.raises(StateConflict) as caught:
        await make_api(api_map=api_map).send_decision(ACCEPTANCE)
    assert (caught.value.server_message, caught.value.server_code) == ("Wrong state", 4711)


@pytest.mark.parametrize(
    ("reply", "etag"),
    [
        (Reply(200, b"", {"Content-Type": "application/zip", "ETag": '"v1"'}), '"v1"'),
        (Reply(200, b"", {"Content-Type": "application/zip"}), ""),
    ],
)
async def test_asks_for_the_entity_tag_without_the_archive(
    reply: Reply, etag: str, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: reply
    assert await api.archive_now("u-1") == ArchiveNow(etag)
    assert server.requests[0].method == "HEAD"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
async def test_asks_for_the_first_byte_where_head_is_unknown(
    status: int, api: ClientFileApi, server: WireServer
) -> None:
    part = archive_reply(b"P", 206, ETag='"v1"', Content_Range="bytes 0-0/9")
    server.respond = lambda request: Reply(status) if request.method == "HEAD" else part
    assert await api.archive_now("u-1") == ArchiveNow('"v1"', 9)
    assert server.requests[1].headers["range"] == "bytes=0-0"


@pytest.mark.parametrize(
    ("status", "headers", "size"),
    [
        (200, {"content-length": "1234"}, 1234),
        (200, {"content-length": "0"}, None),
        (200, {"content-length": "1234", "content-encoding": "gzip"}, None),
        (200, {"content-length": "12 34"}, None),
        (200, {}, None),
        (206, {"content-length": "1", "content-range": "bytes 0-0/1234"}, 1234),
        (206, {"content-length": "1", "content-range": "bytes 0-0/*"}, None),
    ],
)
def test_the_length_of_an_archive_is_believed_only_where_it_is_said(
    status: int, headers: dict[str, str], size: int | None
) -> None:
    assert size_of_archive(status, headers) == size


async def test_an_archive_that_is_gone_has_no_entity_tag(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"error": {"message": "Gone", "code": 3}}, 404)
    with pytest.raises(ClientFileNotFound) as caught:
        await api.archive_now("u-1")
    assert caught.value.server_message == "Gone"


async def test_a_sign_in_page_has_no_entity_tag(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(200, b"", {"Content-Type": "text/html", "ETag": '"portal"'})
    with pytest.raises(AnswerNotUnderstood):
        await api.archive_now("u-1")


async def test_queues_and_modes_come_from_the_map(api: ClientFileApi) -> None:
    assert api.queues[0] == WAITING
    assert ACCEPTED in api.queues
    assert api.automatic_validation_modes == {"AUTOMATIC"}


async def test_after_closing_nothing_is_sent(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply(FILE)
    await api.read_client_file("u-1")
    await api.close()
    with pytest.raises(ServerUnreachable):
        await api.read_client_file("u-1")
    assert len(server.requests) == 1


async def test_nothing_of_a_request_is_logged(
    api: ClientFileApi, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.respond = lambda _: json_reply(FILE)
    with caplog.at_level(logging.INFO):
        await api.read_client_file("u-1")
    assert [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))] == []


async def test_errors_hold_no_secret(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(200, b'{"uuid": ', {"Content-Type": "application/json"})
    with pytest.raises(TnsError) as caught:
        await api.read_client_file("u-1")
    shown = f"{caught.value!r} {caught.value.detail} {caught.value.facts}"
    assert "azerty" not in shown
    assert "am9obj" not in shown


@pytest.mark.parametrize(
    "url", ["http://example.com/base", "https://user:pw@example.com", "https://exa\x01mple.com", "x"]
)
async def test_refuses_a_base_url_that_would_leak(url: str, make_api: MakeApi) -> None:
    with pytest.raises(ConnectionInvalid):
        make_api(base_url=url)


async def test_ten_megabytes_for_one_file_are_a_file(api: ClientFileApi, server: WireServer) -> None:
    """They fit the limit, are read off the loop, and what nobody shows is not kept twice."""
    server.respond = lambda _: json_reply({**FILE, "externalInfo": [{"name": "notes", "value": "x" * 10_000_000}]})
    found = await api.read_client_file("u-1")
    assert len(found.external_info[0].value) == 10_000_000


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, b"<html>Welcome to the hotel</html>", {"Content-Type": "text/html"}),
        Reply(200, b"<html>Welcome to the hotel</html>", {"Content-Type": "application/json"}),
        Reply(200, b"<html>Welcome to the hotel</html>"),
        json_reply({"portal": "hotel", "login": "https://portal.example/"}),
        json_reply([]),
        json_reply(True),
    ],
)
async def test_a_portal_before_the_network_is_neither_a_list_nor_a_file(
    answer: Reply, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: answer
    with pytest.raises(AnswerNotUnderstood):
        await api.list_client_files(WAITING)
    with pytest.raises(AnswerNotUnderstood):
        await api.read_client_file("u-1")
    assert await _etag_or_error(api) in ("", "answer_not_understood")


async def _etag_or_error(api: ClientFileApi) -> str:
    try:
        return (await api.archive_now("u-1")).etag
    except TnsError as error:
        return error.code
