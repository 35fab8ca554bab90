"""What an operator does with client files that do not exist yet: write, queue, take back, change, throw away.

A draft and its creation are one row in the vault (``domain.creation``). ``services.creating`` is what the machine does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.new_client_file import (
    FieldProblem,
    NewClientFile,
    NewDocument,
    ProblemCode,
    normalised,
    problems_of,
    remembered,
)
from tns_desktop.domain.roles import Duty
from tns_desktop.domain.workflow import Workflow
from tns_desktop.services.decisions import Demand
from tns_desktop.services.events import CreationsChanged, EventBus
from tns_desktop.services.ports import Clock, Move, NewIds, Vault

ROWS_A_TRANSACTION = 200
"""Few enough that making them is not felt in the window."""
NO_KINDS: Mapping[str, str] = {}


class Creations:
    """Drafts and creations, for the operator."""

    def __init__(self, vault: Vault, bus: EventBus, clock: Clock, new_id: NewIds, demand: Demand) -> None:
        self._store = vault.creations
        self._bus = bus
        self._clock = clock
        self._new_id = new_id
        self._demand = demand

    # --- drafts -------------------------------------------------------------------------------------------------------

    def new_draft_id(self) -> str:
        """For a draft that is begun with the first letter."""
        return self._new_id()

    async def begin(self, connection_id: str, new: NewClientFile, creation_id: str = "") -> Creation:
        """A new draft, in the vault at once. Raises RoleForbids.

        One ``creation_id`` is begun once: whoever was cut off while beginning does not know whether it was written.
        """
        self._demand(connection_id, Duty.CREATE)
        if creation_id and await self._store.get(creation_id) is not None:
            return await self.save(creation_id, new)
        now = self._clock.now()
        draft = Creation(creation_id or self._new_id(), connection_id, new, now, updated_at=now)
        await self._store.insert([draft])
        self._publish([draft])
        return draft

    async def save(
        self,
        creation_id: str,
        new: NewClientFile,
        kinds: Mapping[str, str] = NO_KINDS,
        left_out: Collection[str] = (),
    ) -> Creation:
        """What the form holds now: ``kinds`` of its documents and those ``left_out``, by identifier, whose bytes go.

        A document that the form does not know yet stays. Raises IllegalTransition when it is on its way.
        """

        def written(draft: Creation) -> Creation:
            documents = tuple(
                replace(one, kind=kinds.get(one.document_id, one.kind))
                for one in draft.documents
                if one.document_id not in left_out
            )
            return replace(draft, new=new, documents=documents)

        return await self._rewrite(creation_id, written, lambda move: self._store.update([move]))

    async def attach(self, creation_id: str, name: str, content: bytes, *, media_type: str, sha256: str) -> Creation:
        """One more document of a draft, its bytes in the vault. Raises IllegalTransition when it is on its way."""
        document = NewDocument(self._new_id(), name, "", media_type, len(content), sha256)
        lost = await self._store.lost_documents(creation_id)
        before = await self._existing(creation_id)
        found = [one for one in before.documents if one.document_id in lost and one.sha256 == sha256]
        if found:  # the very document that a damaged vault had lost: it is whole again, not there twice
            return await self._rewrite(
                creation_id, lambda draft: draft, lambda move: self._store.attach(move, found[0], content)
            )
        return await self._rewrite(
            creation_id,
            lambda draft: replace(draft, documents=(*draft.documents, document)),
            lambda move: self._store.attach(move, document, content),
        )

    async def reopen(self, creation_id: str) -> Creation:
        """Back to a draft: taken back, or to be changed after a refusal. Raises IllegalTransition when it may have left."""
        before = await self._existing(creation_id)
        if before.status is CreationStatus.DRAFT:
            return before
        if not before.can_be_taken_back:
            raise _illegal(before, CreationStatus.DRAFT)
        # Whoever looks at a conflict and changes the creation has decided that the file over there is another one.
        settled = before.status is CreationStatus.CONFLICT
        return await self._move(
            before, CreationStatus.DRAFT, due_at=None, maybe_created=before.maybe_created and not settled
        )

    async def take_back(self, creation_id: str) -> Creation:
        """Back to a draft before it leaves. Raises IllegalTransition once it may have left, and when a person is to decide:
        what the server has said of it is not settled by taking it back.
        """
        before = await self._existing(creation_id)
        if not (before.status.is_under_way and before.can_be_taken_back):
            raise _illegal(before, CreationStatus.DRAFT)
        return await self._move(before, CreationStatus.DRAFT, due_at=None)

    async def discard(self, creation_id: str) -> None:
        """Throws it away, and what was typed with it. Raises IllegalTransition when it may have left."""
        before = await self._existing(creation_id)
        if not before.can_be_changed:
            raise _illegal(before, CreationStatus.WITHDRAWN)
        await self._move(
            before, CreationStatus.WITHDRAWN, new=NewClientFile(participants=()), documents=(), due_at=None, seen=None
        )

    # --- on its way ---------------------------------------------------------------------------------------------------

    async def problems(
        self, connection_id: str, new: NewClientFile, workflow: Workflow | None, documents: Sequence[NewDocument] = (),
        *, but: str = "",
    ) -> tuple[FieldProblem, ...]:  # fmt: skip
        """What is wrong with it, also by what is known here of other files. ``but``: the creation that asks."""
        found = problems_of(new, workflow, documents)
        external_id = new.external_id.strip()
        if external_id and await self._store.taken(connection_id, {external_id}, but=but):
            found += (FieldProblem("external_id", ProblemCode.EXTERNAL_ID_TAKEN),)
        if but and documents and (lost := await self._store.lost_documents(but)):
            names = ", ".join(one.name for one in documents if one.document_id in lost)
            found += (FieldProblem("documents", ProblemCode.DOCUMENTS_LOST, names),) if names else ()
        return found

    async def queue(
        self, creation_id: str, workflow: Workflow | None, grace: timedelta = timedelta(0)
    ) -> tuple[Creation, tuple[FieldProblem, ...]]:
        """Sends a draft on its way after ``grace``, unless there are problems: then it stays what it is. Raises RoleForbids."""
        before = await self._existing(creation_id)
        self._demand(before.connection_id, Duty.CREATE)
        new = normalised(before.new)
        found = await self.problems(before.connection_id, new, workflow, before.documents, but=creation_id)
        if found:
            return before, found
        now = self._clock.now()
        if not new.external_id:
            new = replace(new, external_id=self._made_external_id(now))
        queued = await self._move(
            before,
            CreationStatus.QUEUED,
            new=new,
            request_id=self._new_id(),
            queued_at=now,
            due_at=now + grace,
            attempts=0,
            looks=0,
            error_code="",
            server_message="",
            problems=(),
            seen=None,
        )
        return queued, ()

    async def queue_all(self, connection_id: str, batch: str, rows: Sequence[tuple[int, NewClientFile]]) -> None:
        """Rows of an import that were found to be right, in one transaction. A missing external identifier is made.

        Raises RoleForbids.
        """
        self._demand(connection_id, Duty.CREATE)
        now = self._clock.now()
        made = [
            Creation(
                creation_id=self._new_id(),
                connection_id=connection_id,
                new=new if new.external_id else replace(new, external_id=self._made_external_id(now)),
                created_at=now,
                status=CreationStatus.QUEUED,
                request_id=self._new_id(),
                batch=batch,
                line=line,
                queued_at=now,
                due_at=now,
                updated_at=now,
            )
            for line, new in rows
        ]
        await self._store.insert(made)
        self._publish(made)

    async def send_now(self, creation_id: str) -> Creation:
        """Ends the grace period and any pause before the next try. Raises RoleForbids or IllegalTransition."""
        before = await self._existing(creation_id)
        self._demand(before.connection_id, Duty.CREATE)
        if before.status not in (CreationStatus.QUEUED, CreationStatus.RETRY_WAIT):
            raise _illegal(before, CreationStatus.SENDING)
        return await self._change(before, replace(before, due_at=self._clock.now()))

    async def send_again(self, creation_id: str) -> Creation:
        """What was refused, once more as it is. Raises RoleForbids, and IllegalTransition for anything else."""
        before = await self._existing(creation_id)
        self._demand(before.connection_id, Duty.CREATE)
        if before.status is not CreationStatus.REFUSED:
            raise _illegal(before, CreationStatus.QUEUED)
        return await self._move(
            before, CreationStatus.QUEUED, request_id=self._new_id(), due_at=self._clock.now(), problems=()
        )

    async def is_that_file(self, creation_id: str) -> Creation:
        """A person says that the file which they see in a conflict is the one. Raises IllegalTransition."""
        before = await self._existing(creation_id)
        if before.status is not CreationStatus.CONFLICT or before.seen is None:
            raise _illegal(before, CreationStatus.CREATED)
        seen = before.seen
        return await self._change(before, before.created_as(seen.uuid, seen.display_id, self._clock.now()))

    async def withdraw_batch(self, batch: str) -> int:
        """Takes back what an import has not sent yet; how many. What waits for a person goes on waiting for one."""
        taken, rows = 0, await self._store.batch(batch)
        for start in range(0, len(rows), ROWS_A_TRANSACTION):
            now = self._clock.now()
            moves = [
                (one, one.moved_to(CreationStatus.WITHDRAWN, now, new=remembered(one.new), due_at=None))
                for one in rows[start : start + ROWS_A_TRANSACTION]
                if one.status.is_under_way and one.can_be_taken_back
            ]
            moved = await self._store.update(moves) if moves else frozenset()
            taken += len(moved)
            self._publish([after for _before, after in moves if after.creation_id in moved])
            await asyncio.sleep(0)
        return taken

    # --- reading ------------------------------------------------------------------------------------------------------

    async def recent(self) -> list[Creation]:
        return [one for one in await self._store.recent() if one.status is not CreationStatus.WITHDRAWN]

    async def get(self, creation_id: str) -> Creation | None:
        return await self._store.get(creation_id)

    async def lost_documents(self, creation_id: str) -> frozenset[str]:
        """Documents of it whose bytes a damaged vault has lost, by identifier: they are to be attached again."""
        return await self._store.lost_documents(creation_id)

    async def of_batch(self, batch: str) -> list[Creation]:
        return await self._store.batch(batch)

    async def counts(self, batch: str = "") -> dict[CreationStatus, int]:
        """``batch``: of one import only."""
        return await self._store.counts(batch)

    async def taken(self, connection_id: str, external_ids: Iterable[str]) -> frozenset[str]:
        """Those that a file or another creation of that connection has already."""
        return await self._store.taken(connection_id, frozenset(external_ids))

    def new_batch(self) -> str:
        return self._new_id()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _made_external_id(self, now: datetime) -> str:
        """Short enough to be read out, and never met again."""
        return f"TNS-{now:%y%m%d}-{self._new_id().replace('-', '')[:12].upper()}"

    async def _existing(self, creation_id: str) -> Creation:
        found = await self._store.get(creation_id)
        if found is None:
            raise IllegalTransition("no such creation", facts={"before": "", "after": ""})
        return found

    async def _rewrite(
        self,
        creation_id: str,
        written: Callable[[Creation], Creation],
        store: Callable[[Move], Awaitable[object]],
    ) -> Creation:
        """Changes a draft. What is typed and what is attached come beside each other: the later one goes on from the other."""
        seen: Creation | None = None
        while True:
            before = await self._existing(creation_id)
            # Somebody else was quicker as often as the draft is another one; else it is the store that does not take it.
            if before.status is not CreationStatus.DRAFT or before == seen:
                break
            after = replace(written(before), updated_at=self._clock.now())
            if await store((before, after)):
                self._publish([after])
                return after
            seen = before
        raise _illegal(before, CreationStatus.DRAFT)

    async def _move(self, before: Creation, status: CreationStatus, **changes: object) -> Creation:
        return await self._change(before, before.moved_to(status, self._clock.now(), **changes))

    async def _change(self, before: Creation, after: Creation) -> Creation:
        if not await self._store.update([(before, after)]):
            raise _illegal(before, after.status)
        self._publish([after])
        return after

    def _publish(self, changed: Sequence[Creation]) -> None:
        if changed:
            ids = frozenset(one.creation_id for one in changed)
            self._bus.publish(CreationsChanged(changed[0].connection_id, ids))


def _illegal(before: Creation, after: CreationStatus) -> IllegalTransition:
    return IllegalTransition(
        f"{before.creation_id}: {before.status} -> {after}",
        facts={"before": before.status.value, "after": after.value},
    )
