"""The inbox of web hooks: what arrives is kept before it is answered, many requests in one transaction.

Works in the receiver's thread, on its loop, and tells the desk's loop what has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.ports import Clock, Notice, NoticeStore

Told = Callable[[str], None]
"""Called with the connection that something arrived for; in the receiver's thread."""


class HookInbox:
    """The ``WebHookIntake`` port, one for each opening of the receiver."""

    def __init__(self, store: NoticeStore, clock: Clock, told: Told) -> None:
        self._store = store
        self._clock = clock
        self._told = told
        self._waiting: list[tuple[str, Sequence[Notice], asyncio.Future[int]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, connection_id: str, notices: Sequence[Notice]) -> int:
        """While one transaction is on its way to the disk, the requests behind it gather for the next."""
        if not notices:
            return 0
        kept: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((connection_id, notices, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write())
        return await kept

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                new = await self._store.put([(name, notices) for name, notices, _kept in batch], self._clock.now())
            except TnsError as error:
                for _name, _notices, kept in batch:
                    if not kept.done():
                        kept.set_exception(error)
                continue
            for (_name, _notices, kept), count in zip(batch, new, strict=True):
                if not kept.done():
                    kept.set_result(count)
            for name in {name for name, _notices, _kept in batch}:
                self._told(name)
