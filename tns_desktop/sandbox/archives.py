"""Archives, made on first request and kept within bounds.

Making one again gives the same bytes, so forgetting one costs time and nothing else. The makers are imported late: a
sandbox that is only asked for lists never loads the PDF and imaging libraries.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import replace

from tns_desktop.sandbox.bodies import CHUNK, Body, FileBody, MemoryBody
from tns_desktop.sandbox.records import Record

CREATED_RECIPES = ("created", "finished")
CACHE_BYTES = 96 * 1024 * 1024


class ArchiveStore:
    """Archives by client file. Used from the event loop; makes archives in a worker thread, one at a time."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, MemoryBody] = OrderedDict()
        self._revisions: dict[str, int] = {}
        self._given: dict[str, Body] = {}
        self._lock = asyncio.Lock()

    def reset(self) -> None:
        """Forgets replacements, and files that were created; what was made from the seed may stay."""
        self._revisions.clear()
        for name in [name for name in self._made if name.split("/")[1] in CREATED_RECIPES]:
            del self._made[name]
        for body in self._given.values():
            if isinstance(body, FileBody):
                body.close()
        self._given.clear()

    async def body(self, record: Record) -> Body:
        """The archive of a client file as it was first known: later states do not change its bytes."""
        given = self._given.get(record.uuid)
        if given is not None:
            return given
        revised = replace(record, archive_revision=self._revisions.get(record.uuid, 0))
        name = f"{record.uuid}/{record.recipe}/{revised.archive_revision}"
        async with self._lock:
            made = self._made.get(name)
            if made is None:
                made = self._made[name] = MemoryBody(await asyncio.to_thread(_build_blocking, revised))
                while len(self._made) > 1 and sum(body.size for body in self._made.values()) > CACHE_BYTES:
                    self._made.popitem(last=False)
            self._made.move_to_end(name)
            return made

    async def replace(self, record: Record, content: bytes | None, *, keep_etag: bool = False) -> Body:
        """Gives a file other bytes: ``content``, or a new making of its archive with one document more.

        ``keep_etag``: under the tag of the old ones, as a server does that makes its tags from something else.
        """
        tag = (await self.body(record)).etag if keep_etag else ""
        previous = self._given.pop(record.uuid, None)
        if isinstance(previous, FileBody):
            previous.close()
        if content is not None:
            self._given[record.uuid] = MemoryBody(content)
        else:
            self._revisions[record.uuid] = self._revisions.get(record.uuid, 0) + 1
        body = await self.body(record)
        if tag:
            body.etag = tag
        return body

    async def make_big(self, record: Record, megabytes: int) -> Body:
        """Gives a file an archive of about ``megabytes`` (1024 * 1024 bytes each)."""
        self._given[record.uuid] = body = await asyncio.to_thread(_build_big_blocking, record, megabytes)
        return body


def load_makers_blocking() -> None:
    """Imports what archives are made with, ahead of the first one: about a second of work."""
    from tns_desktop.sandbox.samples import archive as _archive  # noqa: F401


def _build_blocking(record: Record) -> bytes:
    from tns_desktop.sandbox.samples.archive import build_archive_blocking

    return build_archive_blocking(record)


def _build_big_blocking(record: Record, megabytes: int) -> FileBody:
    from tns_desktop.sandbox.samples.big import build_big_archive_blocking

    stream = build_big_archive_blocking(record, megabytes)
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(CHUNK):
        digest.update(piece)
    return FileBody(stream, f'"{digest.hexdigest()[:32]}"')
