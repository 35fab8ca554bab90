"""Carries the faults out, on the wire.

An answer that breaks off needs a connection that breaks off: the protocol class of ``server.py`` hands the connection's
``abort`` to the application in ``scope["state"]``. Everything else is plain ASGI.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tns_desktop.sandbox.faults import STATUS_FAULTS, FaultRule
from tns_desktop.sandbox.routes import RouteMap
from tns_desktop.sandbox.wire import encode, put

HUGE_BYTES = 10 * 1024 * 1024
_MISSING_BYTES = 512
_SLOW_SECONDS = 2.0
_SLOW_STEPS = 8
_PROXY_PAGE = (
    "<!DOCTYPE html><html lang=fr><head><title>Accès filtré</title></head><body><h1>Accès filtré</h1>"
    "<p>La passerelle de votre réseau demande une identification.</p></body></html>"
).encode()
_MESSAGES = {
    "401": ("Bad credentials", 1001),
    "403": ("Access denied", 1003),
    "404": ("Client file not found", 1004),
    "409": ("Client file is not in the expected state", 2001),
    "429": ("Too many requests", 1029),
    "500": ("Server error", 1000),
    "503": ("Service unavailable", 1000),
}


class CollectedAnswer:
    """An application's whole answer, held back. Faults spoil small JSON answers and archives alike."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        else:
            self.body += message.get("body", b"")

    def with_header(self, name: bytes, value: bytes) -> list[tuple[bytes, bytes]]:
        return [header for header in self.headers if header[0].lower() != name] + [(name, value)]


async def strike(
    rule: FaultRule, route_map: RouteMap, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answers one request with the fault of ``rule``."""
    kind = rule.kind
    if kind == "hang":
        await _until_gone(receive)
    elif kind in STATUS_FAULTS:
        await _status(rule, route_map, send)
    elif kind == "html":
        await _whole(send, 200, b"text/html; charset=utf-8", _PROXY_PAGE)
    elif kind == "redirect":
        location = (b"location", b"https://portail.exemple.test/connexion")
        await _whole(send, 302, b"text/html; charset=utf-8", _PROXY_PAGE, location)
    elif kind == "huge-json":
        await _huge(send)
    else:
        await _spoil(rule, app, scope, receive, send)


async def _spoil(rule: FaultRule, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if rule.kind in ("cut", "wrong-length"):
        await _break_off(rule.kind, app, scope, receive, send)
        return
    answer = CollectedAnswer()
    await app(scope, receive, answer.send)
    match rule.kind:
        case "commit-then-cut":
            await _abort(scope, receive)
        case "slow":
            await _slowly(answer, _SLOW_SECONDS if rule.number is None else rule.number, send)
        case "invalid-json":
            text = bytes(answer.body).rstrip(b"}]") or b'{"state": '
            await _whole(send, answer.status, b"application/json", text)
        case _:
            await _start(send, answer.status, answer.with_header(b"content-type", b"application/x-unexpected"))
            await send({"type": "http.response.body", "body": bytes(answer.body)})


async def _break_off(kind: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Passes an answer on, however large, with a length that is not kept; the server then drops the connection."""
    left = 0
    without_body = False

    async def shortened(message: Message) -> None:
        nonlocal left, without_body
        if message["type"] == "http.response.start":
            headers = [header for header in message.get("headers", []) if header[0].lower() != b"content-length"]
            length = int(next((value for name, value in message["headers"] if name == b"content-length"), 0))
            without_body = message["status"] in (204, 304)
            left = length // 2 if kind == "cut" else length
            promised = max(length, 2) if kind == "cut" else length + _MISSING_BYTES
            if not without_body:
                await _start(send, message["status"], [*headers, (b"content-length", str(promised).encode())])
        elif not without_body:
            piece = message.get("body", b"")[:left]
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})

    await app(scope, receive, shortened)
    if without_body:
        await _abort(scope, receive)


async def _slowly(answer: CollectedAnswer, seconds: float, send: Send) -> None:
    """Headers at once, then the body in pieces over ``seconds``."""
    body = bytes(answer.body)
    await _start(send, answer.status, answer.headers)
    size = max(1, -(-len(body) // _SLOW_STEPS))
    for step in range(_SLOW_STEPS):
        await asyncio.sleep(seconds / _SLOW_STEPS)
        await send({"type": "http.response.body", "body": body[step * size : (step + 1) * size], "more_body": True})
    await send({"type": "http.response.body"})


async def _status(rule: FaultRule, route_map: RouteMap, send: Send) -> None:
    message, code = _MESSAGES[rule.kind]
    body: dict[str, object] = {}
    put(body, route_map.error_message, message)
    put(body, route_map.error_code, code)
    headers = []
    if rule.kind in ("429", "503"):
        headers.append((b"retry-after", str(int(1 if rule.number is None else rule.number)).encode()))
    if rule.kind == "401":
        headers.append((b"www-authenticate", b'Basic realm="sandbox"'))
    await _whole(send, int(rule.kind), b"application/json", encode(body), *headers)


async def _huge(send: Send) -> None:
    """One valid JSON object, far larger than any answer has reason to be."""
    head, tail = b'{"padding":"', b'"}'
    filler = b"x" * (HUGE_BYTES - len(head) - len(tail))
    await _whole(send, 200, b"application/json", head + filler + tail)


async def _whole(send: Send, status: int, media: bytes, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await _start(send, status, [(b"content-type", media), length, *headers])
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _abort(scope: Scope, receive: Receive) -> None:
    """Drops the connection without an answer and waits until the server has noticed."""
    scope["state"]["abort"]()
    await _until_gone(receive)
