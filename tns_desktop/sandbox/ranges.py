"""Range requests (RFC 9110, section 14) for one range; several at once are answered with the whole body."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tns_desktop.sandbox.bodies import Body

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def answer_body(request: Request, body: Body, *, name: str, media: str, with_etag: bool, with_range: bool) -> Response:
    """200 with all of it, 206 with a part, 416 when the part lies outside, 304 when the client has it already."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if with_etag:
        headers["ETag"] = body.etag
        if body.etag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers={"ETag": body.etag})
    if with_range:
        headers["Accept-Ranges"] = "bytes"
    start, stop, status = 0, body.size, 200
    wanted = _RANGE.fullmatch(request.headers.get("range", "").strip()) if with_range else None
    condition = request.headers.get("if-range")
    if wanted and (wanted[1] or wanted[2]) and (condition is None or (with_etag and condition == body.etag)):
        if wanted[1]:
            start = int(wanted[1])
            stop = min(int(wanted[2]) + 1, body.size) if wanted[2] else body.size
        else:
            start = max(body.size - int(wanted[2]), 0)
        if start >= stop:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{body.size}"})
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{body.size}"
    headers["Content-Length"] = str(stop - start)

    async def stream() -> AsyncIterator[bytes]:
        for piece in body.pieces(start, stop):
            yield piece
            await asyncio.sleep(0)  # lets the loop notice that the client has gone

    return StreamingResponse(stream(), status_code=status, media_type=media, headers=headers)
