"""What is answered to a request: bounded in every direction, and a success only after its events are kept.

A sender repeats what was not answered with a 2xx, for hours: so 2xx says "kept", 503 "not now", and a request that nobody
can ever use is refused in a way that shows in the sender's own log. The order of the checks gives nothing away: without the
right header, nothing is said about which addresses there are.
"""

from __future__ import annotations

import asyncio
import hmac
import logging

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tns_desktop.adapters.webhooks.desk_side import DeskSide, Limits
from tns_desktop.adapters.webhooks.notices import NoticeRefused, read_notices
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.webhooks import TEST_PARAMETER
from tns_desktop.services.ports import Arrival, HeaderVerdict, HookPath

_LOG = logging.getLogger(__name__)

KEEPING_SECONDS = 10.0
"""The sender waits 20 seconds for its answer (KNOWN, public documentation ``appendices/webhooks``)."""
RETRY_AFTER_SECONDS = 5


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class HookApp:
    """The ASGI application."""

    def __init__(self, side: DeskSide, limits: Limits) -> None:
        self._side = side
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            await self._take(Request(scope, receive))
        except _Refused as refused:
            self._side.refused[refused.reason] += 1
            _LOG.info("a web hook was refused: %s", refused.reason)
            # What is left of the request is not read: the line ends with the answer.
            headers = {"Connection": "close"}
            if refused.status == 503:
                headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            if refused.status == 405:
                headers["Allow"] = "POST"
            await Response(status_code=refused.status, headers=headers)(scope, receive, send)
        except ClientDisconnect:
            self._side.refused["cut"] += 1
        except Exception:
            # A fault of ours: what the web server would log is not kept anywhere.
            _LOG.exception("a web hook could not be worked on")
            await Response(status_code=500, headers={"Connection": "close"})(scope, receive, send)
        else:
            await Response(status_code=200)(scope, receive, send)

    async def _take(self, request: Request) -> None:
        if (intake := self._side.intake) is None:
            raise _Refused(503, "locked")
        path = self._admitted(request)
        body = await self._body(request)
        try:
            notices = read_notices(body, path)
        except NoticeRefused as refused:
            raise _Refused(413 if refused.reason == "too_many" else 400, refused.reason) from None
        if self._is_test(request):
            return  # it came back in: there is no file to be read again
        try:
            async with asyncio.timeout(KEEPING_SECONDS):
                new = await intake.take(path.connection_id, notices.mine)
        except (TnsError, TimeoutError):
            raise _Refused(503, "not_kept") from None
        self._side.accepted += new
        self._side.duplicates += len(notices.mine) - new
        self._side.foreign += notices.foreign

    def _admitted(self, request: Request) -> HookPath:
        header = self._verdict(request)
        path = self._side.plan.paths.get(request.url.path)
        if self._is_test(request):
            self._side.arrival = Arrival(header, path is not None)
        if header is not HeaderVerdict.RIGHT:
            raise _Refused(401, f"header_{header.value}")
        if path is None:
            # Not a success: an address with a typing mistake must show at the sender, which tries again for hours.
            raise _Refused(404, "unknown_path")
        if request.method != "POST":
            raise _Refused(405, "method")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise _Refused(415, "encoding")
        return path

    def _is_test(self, request: Request) -> bool:
        token = request.query_params.get(TEST_PARAMETER, "")
        return bool(self._side.watched) and hmac.compare_digest(token.encode(), self._side.watched.encode())

    def _verdict(self, request: Request) -> HeaderVerdict:
        """Always one comparison, whose time says nothing about how much of the value was right."""
        sent = request.headers.getlist(self._side.plan.header_name)
        value = sent[0] if len(sent) == 1 else ""
        right = hmac.compare_digest(value.encode("latin-1", "replace"), self._side.plan.header_value.encode())
        if right and self._side.plan.header_value:
            return HeaderVerdict.RIGHT
        return HeaderVerdict.WRONG if sent else HeaderVerdict.MISSING

    async def _body(self, request: Request) -> bytes:
        """Never more than the limit is held, whatever the request says of itself."""
        most = self._limits.body_bytes
        said = request.headers.get("content-length", "")
        if said.isdigit() and int(said[:12]) > most:
            raise _Refused(413, "too_large")
        pieces, size = [], 0
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                async for piece in request.stream():
                    size += len(piece)
                    if size > most:
                        raise _Refused(413, "too_large")
                    pieces.append(piece)
        except TimeoutError:
            raise _Refused(408, "too_slow") from None
        return b"".join(pieces)
