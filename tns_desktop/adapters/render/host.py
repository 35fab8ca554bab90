"""The desk's side of the decoder: one process, fed one document at a time, bounded and restarted.

A thread of its own does the waiting, so that any event loop can await the results (asyncio's subprocesses depend on the
loop, and Windows' pipes cannot be given time limits). A process that is late, dead or that breaks the protocol is
killed; only the request it was working on fails, the next one meets a fresh process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any, cast

from tns_desktop.adapters.render.answers import check_identity, description_of, raster_of, refusal_of
from tns_desktop.adapters.render.answers_text import TEXT_PAYLOAD_LIMIT, found_of, letters_of, text_of
from tns_desktop.adapters.render.findings import Inquiry
from tns_desktop.adapters.render.held import HELD_LIMIT, HeldDocuments
from tns_desktop.adapters.render.jobs import Job, JobStack
from tns_desktop.adapters.render.orders import FindOrder, LettersOrder, Order, RenderOrder
from tns_desktop.adapters.render.process import EXIT_PATIENCE, WorkerDied, WorkerProcess, worker_command
from tns_desktop.adapters.render.protocol import DOCUMENT_LIMIT, ProtocolViolation
from tns_desktop.adapters.render.watchdog import Watchdog
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.errors import DocumentUnsupported, RenderCrashed, RenderError, RenderTimedOut, RenderTooLarge
from tns_desktop.domain.preview import (
    DocumentDescription,
    FoundHits,
    PageText,
    PixelArea,
    Raster,
    RenderDocument,
    TextContent,
)
from tns_desktop.services.ports import Renderer

TIME_LIMIT = 10.0
"""Seconds for one request, the document's way to the decoder included."""
START_LIMIT = 10.0
"""Seconds from the start of the process to its greeting."""
CANCEL_GRACE = 0.5
"""Seconds a request nobody waits for may go on, before its process is killed for the sake of the next one."""

_log = logging.getLogger(__name__)


class RenderHost(Renderer):
    """The ``Renderer`` of the application. Create it anywhere; nothing is started before it is needed.

    ``command`` starts another decoder than ours (tests). Limits are in seconds and bytes.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] | None = None,
        time_limit: float = TIME_LIMIT,
        start_limit: float = START_LIMIT,
        cancel_grace: float = CANCEL_GRACE,
        held_limit: int = HELD_LIMIT,
    ) -> None:
        self._command = list(command) if command is not None else None
        self._time_limit = time_limit
        self._start_limit = start_limit
        self._cancel_grace = cancel_grace
        self._held_limit = held_limit
        self._jobs = JobStack()
        self._lock = threading.Lock()
        self._running: Job | None = None
        self._closed = False
        self._thread: threading.Thread | None = None
        self._ended: Job | None = None
        self._watchdog = Watchdog()
        # The rest belongs to the thread.
        self._worker: WorkerProcess | None = None
        self._held = HeldDocuments(held_limit)
        self._last_number = 0
        self._isolation: tuple[str, ...] = ()

    @property
    def isolation(self) -> tuple[str, ...]:
        """The names of the limits that the present decoder could put on itself; empty before the first start."""
        return self._isolation

    @property
    def worker_pid(self) -> int | None:
        """The decoder's process, for diagnostics; None while none runs."""
        worker = self._worker
        return worker.pid if worker is not None else None

    async def describe(self, document: RenderDocument) -> DocumentDescription:
        """Page sizes, or none for a text. Raises RenderError."""
        return cast(DocumentDescription, await self._ask("describe", document))

    async def render_page(
        self,
        document: RenderDocument,
        page: int,
        *,
        scale: float,
        rotation: int = 0,
        max_pixels: int = 40_000_000,
        area: PixelArea | None = None,
        adjustment: Adjustment = NEUTRAL,
    ) -> Raster:
        """The pixels of a page, or of an ``area`` of it as it is scaled and turned, adjusted. Raises RenderError.

        ``page`` counts from 0. A whole page comes at a smaller scale where ``max_pixels`` would be exceeded. Raises
        ValueError for a scale, rotation, area or limit that means nothing.
        """
        order = RenderOrder(page, float(scale), rotation, max_pixels, area, adjustment)
        return cast(Raster, await self._ask("render", document, order))

    async def page_text(self, document: RenderDocument, page: int) -> PageText:
        """The letters and links of a page, from 0; none of a picture. Raises RenderError."""
        return cast(PageText, await self._ask("letters", document, LettersOrder(page)))

    async def find(
        self, document: RenderDocument, words: str, first_page: int, pages: int, seconds: float
    ) -> FoundHits:
        """Looks through up to ``pages`` pages from ``first_page`` on, for about ``seconds``. Raises RenderError."""
        return cast(FoundHits, await self._ask("find", document, FindOrder(words, first_page, pages, seconds)))

    async def extract_text(self, document: RenderDocument) -> TextContent:
        """The text of a text, XML, JSON or e-mail, or the text layer of a PDF. Raises RenderError."""
        return cast(TextContent, await self._ask("text", document))

    async def inquire(self, operation: str, document: RenderDocument, inquiry: Inquiry) -> object:
        """Anything else the decoder can tell of a document of any kind. Raises RenderError."""
        return await self._submit(operation, document, inquiry=inquiry)

    async def forget(self, archive_sha256: str) -> None:
        """Drops every document of that archive. A decoder that does not answer is killed, and they with it."""
        if self._thread is None or self._closed:
            return
        with contextlib.suppress(RenderError):
            await self._submit("drop", archive_sha256=archive_sha256)

    async def start(self) -> None:
        """Starts the process and loads its decoders. A failure is logged: the first document will report it."""
        try:
            await self._submit("warm")
        except RenderError as error:
            _log.warning("the decoder could not be started ahead of time: %s", error.code)

    async def close(self) -> None:
        """Ends the process and the threads. Whoever still waits gets RenderCrashed with the reason ``closed``."""
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        self._ended = Job("close", loop, loop.create_future())
        with self._lock:
            self._closed = True
            self._watchdog.shorten(0)
        for job in self._jobs.close():
            job.fail(_closed_error(job))
        if self._thread is not None:
            await self._ended.future
            self._thread.join()  # it has nothing left to do

    # --- on the loop --------------------------------------------------------------------------------------------------

    async def _ask(self, operation: str, document: RenderDocument, order: Order | None = None) -> object:
        if not (document.kind.is_paged or document.kind.is_text):
            raise DocumentUnsupported("kind", facts={"name": document.name, "reason": document.kind.value})
        if len(document.content) > DOCUMENT_LIMIT:
            raise RenderTooLarge("content", facts={"name": document.name, "reason": "content"})
        return await self._submit(operation, document, order)

    async def _submit(
        self,
        operation: str,
        document: RenderDocument | None = None,
        order: Order | None = None,
        archive_sha256: str = "",
        inquiry: Inquiry | None = None,
    ) -> object:
        loop = asyncio.get_running_loop()
        job = Job(operation, loop, loop.create_future(), document, order, archive_sha256, inquiry)
        if not self._jobs.put(job):
            raise _closed_error(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run_blocking, name="render-host", daemon=True)
            self._thread.start()
        try:
            return await job.future
        except asyncio.CancelledError:
            self._withdraw(job)
            raise

    def _withdraw(self, job: Job) -> None:
        if self._jobs.remove(job):
            return
        with self._lock:
            job.abandoned = True
            if self._running is job:
                self._watchdog.shorten(self._cancel_grace)

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _run_blocking(self) -> None:
        self._watchdog.start()
        try:
            while (job := self._jobs.take_blocking()) is not None:
                self._serve_blocking(job)
        finally:
            self._drop_worker_blocking(EXIT_PATIENCE)
            self._watchdog.close_blocking()
            if self._ended is not None:
                self._ended.succeed(None)

    def _serve_blocking(self, job: Job) -> None:
        try:
            value = self._perform_blocking(job)
        except RenderError as error:
            job.fail(error)
        except Exception as error:
            # A bug of ours: the awaiter reports it; the process may be in the middle of a frame.
            self._drop_worker_blocking()
            job.fail(error)
        else:
            job.succeed(value)

    def _perform_blocking(self, job: Job) -> object:
        if job.operation == "drop":
            self._held.drop_archive(job.archive_sha256)
            if self._worker is None:
                return None
        try:
            worker = self._usable_worker_blocking(job)
            with self._deadline(job, self._time_limit, worker):
                value = self._exchange_blocking(worker, job)
        except _TimeIsUp as error:
            self._drop_worker_blocking()
            if self._closed:
                raise _closed_error(job) from error
            raise RenderTimedOut("time limit", facts=_facts(job, "time_limit")) from error
        except (WorkerDied, ProtocolViolation) as error:
            self._drop_worker_blocking()
            reason = "protocol" if isinstance(error, ProtocolViolation) else "died"
            _log.warning("the decoder was given up: %s %s", reason, error)
            raise RenderCrashed(reason, facts=_facts(job, reason)) from error
        if isinstance(value, RenderError):
            raise value
        return value

    def _usable_worker_blocking(self, job: Job) -> WorkerProcess:
        if self._worker is not None and self._worker.is_usable():
            return self._worker
        self._drop_worker_blocking()
        worker = self._worker = WorkerProcess(self._command or worker_command())
        with self._deadline(job, self._start_limit, worker):
            self._isolation = worker.greet_blocking()
        _log.info("decoder %d started: %s", worker.pid, ", ".join(self._isolation) or "no limits")
        return worker

    def _exchange_blocking(self, worker: WorkerProcess, job: Job) -> object:
        self._last_number += 1
        request: dict[str, Any] = {"op": job.operation, "number": self._last_number}
        document, order = job.document, job.order
        if document is None:
            request["drop"] = self._held.take_drops()
            answer, _ = worker.exchange_blocking(request, b"", payload_limit=0)
            if worker.shared is not None:
                worker.shared.clear()
            if answer.get("number") != self._last_number:
                raise ProtocolViolation("answer to another request")
            return None
        number, sends = self._held.use(document)
        request |= {
            "drop": self._held.take_drops(),
            "document": number,
            "sends": sends,
            "key": [document.key.archive_sha256, document.key.entry_id],
            "kind": document.kind.value,
            "password": document.password,
        }
        payload_limit = 0
        if order is not None:
            request |= order.as_request()
            if isinstance(order, RenderOrder):
                shared = worker.shared
                request["shared"] = None if shared is None else [shared.descriptor, shared.size]
            payload_limit = order.payload_limit
        elif job.operation == "text":
            payload_limit = TEXT_PAYLOAD_LIMIT
        elif job.inquiry is not None:
            request |= job.inquiry.fields
            payload_limit = job.inquiry.payload_limit
        content = document.content if sends else b""
        answer, payload = worker.exchange_blocking(request, content, payload_limit=payload_limit)
        check_identity(answer, document, self._last_number)
        refusal = refusal_of(answer, document)
        if refusal is not None:
            self._held.drop(document.key)
            return refusal
        if isinstance(order, RenderOrder):
            return raster_of(answer, payload, document, order, worker.shared)
        if job.inquiry is not None:
            return job.inquiry.read(answer, payload, document)
        if isinstance(order, LettersOrder):
            return letters_of(answer, payload, document, order)
        if isinstance(order, FindOrder):
            return found_of(answer, payload, document, order)
        if job.operation == "text":
            return text_of(answer, payload, document)
        return description_of(answer, payload, document)

    @contextlib.contextmanager
    def _deadline(self, job: Job, seconds: float, worker: WorkerProcess) -> Iterator[None]:
        """When the time is up the process is killed, what waits for it returns, and _TimeIsUp is raised."""
        with self._lock:
            self._running = job
            limit = 0.0 if self._closed else min(seconds, self._cancel_grace) if job.abandoned else seconds
            self._watchdog.arm(limit, worker.kill)
        passed = False
        try:
            yield
        except (WorkerDied, ProtocolViolation) as error:
            passed = self._stop_clock()
            if passed:
                raise _TimeIsUp from error
            raise
        finally:
            # Also true when it was killed while its answer was already complete: that answer counts.
            if self._stop_clock() or passed:
                self._drop_worker_blocking()

    def _stop_clock(self) -> bool:
        with self._lock:
            self._running = None
            return self._watchdog.disarm()

    def _drop_worker_blocking(self, patience: float = 0.0) -> None:
        worker, self._worker = self._worker, None
        self._held = HeldDocuments(self._held_limit)
        if worker is not None:
            worker.finish_blocking(patience)


class _TimeIsUp(Exception):
    """The process was killed because its time was up."""


def _facts(job: Job, reason: str) -> dict[str, str]:
    return {"name": job.document.name if job.document is not None else "", "reason": reason}


def _closed_error(job: Job) -> RenderCrashed:
    return RenderCrashed("closed", facts=_facts(job, "closed"))
