"""The probe of web hooks: how far a request came, and what was in its way."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.support.certificates import self_signed_server
from tests.support.hooks import HEADER, VALUE, free_port
from tests.support.wire_server import json_reply, running_wire_server
from tns_desktop.adapters.api.hook_probe import HttpHookProbe
from tns_desktop.adapters.api.transport import TrustedRoots
from tns_desktop.domain.errors import CertificateNotTrusted, ConnectionInvalid, ServerUnreachable

pytestmark = pytest.mark.anyio


async def test_it_posts_as_the_server_would_and_follows_nothing() -> None:
    with running_wire_server() as server:
        server.respond = lambda _request: json_reply({}, 307, Location="https://elsewhere.example.com/")
        answer = await HttpHookProbe().post(f"http://{server.host}/hooks/x?test=1", HEADER, VALUE, b'{"events": []}')
        (seen,) = server.requests
    assert (answer.status, answer.plain, answer.addresses, answer.error) == (307, True, ("127.0.0.1",), None)
    assert (seen.method, seen.headers[HEADER.lower()], seen.body) == ("POST", VALUE, b'{"events": []}')


async def test_a_certificate_is_named_or_said_to_be_unknown(tmp_path: Path) -> None:
    authority, tls = self_signed_server(tmp_path)
    with running_wire_server(tls) as server:
        server.respond = lambda _request: json_reply({})
        url = f"https://{server.host}/hooks/x"
        roots = TrustedRoots(lambda: ssl.create_default_context(cafile=str(authority)))
        trusted = await HttpHookProbe(roots).post(url, HEADER, VALUE, b"{}")
        unknown = await HttpHookProbe(TrustedRoots(ssl.create_default_context)).post(url, HEADER, VALUE, b"{}")
    assert (trusted.status, trusted.issuer) == (200, "Loopback Authority")
    assert (unknown.status, unknown.untrusted) == (0, True)
    assert isinstance(unknown.error, CertificateNotTrusted)


async def test_nobody_there_and_no_such_name_are_told_apart() -> None:
    nobody = await HttpHookProbe().post(f"http://127.0.0.1:{free_port()}/hooks/x", HEADER, VALUE, b"{}")
    assert isinstance(nobody.error, ServerUnreachable)
    assert nobody.addresses == ("127.0.0.1",)
    nameless = await HttpHookProbe().post("https://hooks.invalid/hooks/x", HEADER, VALUE, b"{}")
    assert nameless.addresses == ()
    assert nameless.error is not None


async def test_a_secret_never_leaves_this_computer_in_clear() -> None:
    refused = await HttpHookProbe().post("http://hooks.example.com/hooks/x", HEADER, VALUE, b"{}")
    assert isinstance(refused.error, ConnectionInvalid)
    assert refused.status == 0
