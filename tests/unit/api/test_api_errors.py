"""Statuses and exceptions as the desk's errors."""

from __future__ import annotations

import datetime as dt
import ssl
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from tests.support.api_connection import SECRET_KEY, MakeApi, connection_to
from tests.support.api_maps import DEFAULT_MAP
from tests.support.certificates import self_signed_server
from tests.support.wire_server import Reply, WireServer, json_reply, running_wire_server
from tns_desktop.adapters.api.errors import MAX_RETRY_AFTER, retry_after_seconds, transport_error
from tns_desktop.adapters.api.factory import make_api_factory
from tns_desktop.adapters.api.proxies import proxy_for_blocking, without_credentials
from tns_desktop.adapters.api.transport import TrustedRoots
from tns_desktop.domain.errors import (
    AccessForbidden,
    AnswerNotUnderstood,
    CertificateNotTrusted,
    ClientFileNotFound,
    ConnectionCut,
    CredentialsRefused,
    RedirectRefused,
    RequestInvalid,
    RequestTimedOut,
    ServerError,
    ServerFailed,
    ServerUnreachable,
    StateConflict,
    TnsError,
    TooManyRequests,
)
from tns_desktop.services.ports import ClientFileApi

pytestmark = pytest.mark.anyio

ENVELOPE = {"error": {"message": "Server error", "code": 1000}}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestInvalid),
        (401, CredentialsRefused),
        (403, AccessForbidden),
        (404, ClientFileNotFound),
        (409, StateConflict),
        (418, RequestInvalid),
        (429, TooManyRequests),
        (500, ServerFailed),
        (503, ServerFailed),
        (599, ServerFailed),
    ],
)
async def test_each_status_has_its_error(
    status: int, expected: type[ServerError], api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: json_reply(ENVELOPE, status)
    with pytest.raises(ServerError) as caught:
        await api.read_client_file("u-1")
    assert type(caught.value) is expected
    assert (caught.value.status, caught.value.server_message, caught.value.server_code) == (
        status,
        "Server error",
        1000,
    )


@pytest.mark.parametrize("status", [300, 301, 304, 307, 308])
async def test_each_redirect_is_refused(status: int, api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(status, b"", {"Location": "https://elsewhere.example/x"})
    with pytest.raises(RedirectRefused) as caught:
        await api.read_client_file("u-1")
    assert caught.value.facts["host"] == "elsewhere.example"


async def test_says_which_parameters_were_invalid(api: ClientFileApi, server: WireServer) -> None:
    body = {"error": {"message": "Bad", "code": "12", "invalidParameters": ["rejectionCause", {"name": "x"}]}}
    server.respond = lambda _: json_reply(body, 400)
    with pytest.raises(RequestInvalid) as caught:
        await api.read_client_file("u-1")
    assert caught.value.facts["invalid_parameters"] == "rejectionCause, x"
    assert caught.value.server_code == 12


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"null", b"[]", b'{"error": null}', b'{"error": {"code": 1.5, "message": null}}', b"\xff"]
)
async def test_a_failure_without_envelope_keeps_its_status(body: bytes, api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(500, body, {"Content-Type": "application/json"})
    with pytest.raises(ServerFailed) as caught:
        await api.read_client_file("u-1")
    assert (caught.value.status, caught.value.server_message, caught.value.server_code) == (500, None, None)


async def test_reads_only_the_beginning_of_a_huge_error(
    api: ClientFileApi, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tns_desktop.adapters.api.transport.MAX_ERROR_BYTES", 1_000)
    server.respond = lambda _: Reply(500, b"x" * 400_000, {"Content-Type": "text/plain"})
    with pytest.raises(ServerFailed):
        await api.read_client_file("u-1")


async def test_honours_retry_after(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply(ENVELOPE, 503, Retry_After="7")
    with pytest.raises(ServerFailed) as caught:
        await api.read_client_file("u-1")
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", "", 120.0),
        (" 0 ", "", 0.0),
        ("99999999999999999999", "", MAX_RETRY_AFTER),
        ("7200", "", MAX_RETRY_AFTER),
        ("Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:27:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Thu, 22 Oct 2015 07:27:00 GMT", "Wed, 21 Oct 2015 07:28:00 GMT", MAX_RETRY_AFTER),
        ("", "", None),
        ("soon", "", None),
        ("-5", "", None),
        ("²", "", None),
        ("1.5", "", None),
    ],
)
def test_reads_both_forms_of_retry_after(value: str, date: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, date) == seconds


def test_measures_retry_after_from_now_without_a_date() -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=100)
    seconds = retry_after_seconds(format_datetime(later, usegmt=True))
    assert seconds is not None
    assert 90 < seconds <= 100


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.ConnectError("x"), ServerUnreachable),
        (httpx.ConnectTimeout("x"), ServerUnreachable),
        (httpx.PoolTimeout("x"), ServerUnreachable),
        (httpx.ProxyError("x"), ServerUnreachable),
        (httpx.ReadTimeout("x"), RequestTimedOut),
        (httpx.WriteTimeout("x"), RequestTimedOut),
        (TimeoutError(), RequestTimedOut),
        (httpx.ReadError("x"), ConnectionCut),
        (httpx.WriteError("x"), ConnectionCut),
        (httpx.RemoteProtocolError("x"), ConnectionCut),
        (httpx.DecodingError("x"), AnswerNotUnderstood),
    ],
)
def test_only_failures_before_the_first_byte_are_certainly_not_sent(error: Exception, expected: type[TnsError]) -> None:
    translated = transport_error(error, host="h", proxy="http://p")
    assert type(translated) is expected
    certainly_not_sent = not getattr(translated, "request_sent", True)
    assert certainly_not_sent == (expected is ServerUnreachable)


async def test_tls_is_verified_and_its_issuer_named(make_api: MakeApi, tmp_path: Path) -> None:
    certificate, tls = self_signed_server(tmp_path)
    with running_wire_server(tls) as server:
        server.respond = lambda _: json_reply({"clientFiles": [], "total": 0})

        with pytest.raises(CertificateNotTrusted) as caught:
            await make_api(base_url=server.base_url).read_client_file("u-1")
        assert not caught.value.request_sent
        assert "self-signed" in caught.value.facts["problem"]
        assert server.requests == []

        roots = TrustedRoots(lambda: ssl.create_default_context(cafile=certificate))
        trusting = make_api_factory(DEFAULT_MAP, roots=roots)(connection_to(server.base_url), SECRET_KEY)
        checks = await trusting.check()
        await trusting.close()
        assert checks[0].understood
        assert checks[0].issuer == "Loopback Authority"


async def test_plain_text_where_tls_is_expected_is_unreachable(make_api: MakeApi, server: WireServer) -> None:
    with pytest.raises(ServerUnreachable):
        await make_api(base_url=server.base_url.replace("http://", "https://")).read_client_file("u-1")


def test_finds_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "no_proxy", "all_proxy", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "user:pw@proxy.example:3128")
    assert proxy_for_blocking("https://api.ekeynox.net/x") == "http://user:pw@proxy.example:3128"
    assert without_credentials("http://user:pw@proxy.example:3128") == "http://proxy.example:3128"
    assert proxy_for_blocking("https://127.0.0.1:8443/x") == ""
    assert proxy_for_blocking("https://localhost/x") == ""
    monkeypatch.setenv("NO_PROXY", "ekeynox.net")
    assert proxy_for_blocking("https://api.ekeynox.net/x") == ""


async def test_a_proxy_that_refuses_means_certainly_not_sent(
    make_api: MakeApi, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.respond = lambda _: Reply(407)
    monkeypatch.setattr(
        "tns_desktop.adapters.api.transport.proxy_for_blocking", lambda _: f"http://user:pw@{server.host}"
    )
    with pytest.raises(ServerUnreachable) as caught:
        await make_api(base_url="https://api.example/base").read_client_file("u-1")
    assert caught.value.facts["proxy"] == f"http://{server.host}"
    assert server.requests[0].method == "CONNECT"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "gopher://127.0.0.1"])
async def test_a_proxy_of_an_unknown_kind_is_named(
    proxy: str, make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tns_desktop.adapters.api.transport.proxy_for_blocking", lambda _: proxy)
    with pytest.raises(ServerUnreachable) as caught:
        await make_api(base_url="https://api.example/base").read_client_file("u-1")
    assert caught.value.facts["problem"] == "proxy_unsupported"
