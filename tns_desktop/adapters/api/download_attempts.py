"""One archive with its second attempts: resumed where the server proves that the bytes are still the same, else begun again.

A resume needs a strong entity tag (RFC 9110, 13.1.5): If-Range makes the server send the rest only of the same bytes, and
everything if they changed. Without a tag nothing proves that two halves belong together, so the transfer starts over.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

import httpx

from tns_desktop.adapters.api.body_pieces import body_pieces
from tns_desktop.adapters.api.download_line import DownloadLine
from tns_desktop.adapters.api.errors import status_error
from tns_desktop.adapters.api.json_body import check_media_type, not_understood
from tns_desktop.adapters.api.map_values import ErrorRules, Route
from tns_desktop.adapters.api.requests import Request
from tns_desktop.adapters.api.transport import MAX_ERROR_BYTES
from tns_desktop.domain.errors import ArchiveTooLarge, ConnectionCut, RequestTimedOut, TnsError
from tns_desktop.domain.pace import Pace
from tns_desktop.services.ports import ArchiveReceipt, ArchiveSink, Progress

GIB = 1024**3
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_PAUSE_STEP = 0.2
_PROGRESS_INTERVAL = 0.05
_PACE_STEP = 0.05


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """``max_bytes`` of one archive; how often a cut transfer is resumed, and begun again."""

    max_bytes: int = GIB * 5 // 2
    resumes: int = 3
    restarts: int = 2


class DownloadStopped(Exception):
    """The coroutine behind the transfer was cancelled; nobody waits for a result."""


class _Next(Enum):
    DONE = auto()
    AGAIN = auto()


class ArchiveDownload:
    """One transfer, in one worker thread."""

    def __init__(
        self,
        *,
        line: DownloadLine,
        request: Request,
        rules: ErrorRules,
        route: Route,
        translate: Callable[[Exception], TnsError],
        limits: DownloadLimits,
        sink: ArchiveSink,
        progress: Progress,
        stop: threading.Event,
        pace: Pace | None = None,
    ) -> None:
        self.line_is_clean = False
        self._line = line
        self._request = request
        self._rules = rules
        self._route = route
        self._translate = translate
        self._limits = limits
        self._sink = sink
        self._progress = progress
        self._stop = stop
        self._pace = pace
        self._received = 0
        self._etag = ""
        self._total: int | None = None
        self._resumes = 0
        self._restarts = 0
        self._told_at = 0.0

    def run_blocking(self) -> ArchiveReceipt:
        """Receives the archive.

        Raises TransportError (ConnectionCut once the second attempts are used up), ServerError, AnswerNotUnderstood,
        ArchiveTooLarge, and whatever the sink raises.
        """
        while True:
            try:
                outcome = self._attempt_blocking()
            except (httpx.HTTPError, httpx.StreamError) as error:
                self._raise_if_stopped()
                self._prepare_another_blocking(self._translate(error), error)
                continue
            if outcome is _Next.DONE:
                self.line_is_clean = True
                self._tell(force=True)
                return ArchiveReceipt(size=self._received, etag=self._etag)

    # --- attempts

    def _attempt_blocking(self) -> _Next:
        self._raise_if_stopped()
        headers = {**self._request.headers, "Accept-Encoding": "identity"}
        resuming = self._received > 0
        if resuming:
            headers |= {"Range": f"bytes={self._received}-", "If-Range": self._etag}
        with self._line.client.stream(
            self._request.method, self._request.url, headers=headers, extensions={"trace": self._line.trace}
        ) as response:
            if resuming and response.status_code == 416:
                self._begin_again()
                return _Next.AGAIN
            if response.status_code not in self._route.success:
                raise self._status_error_blocking(response)
            check_media_type(response.headers.get("content-type", ""), self._route.answer, self._route.name)
            if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
                raise not_understood(self._route.name, "bad_encoding")
            if response.status_code == 206:
                if not resuming:
                    raise not_understood(self._route.name, "unasked_part")
                if not self._continues(response.headers):
                    self._begin_again()
                    return _Next.AGAIN
            else:
                if resuming:
                    self._forget()
                self._etag = response.headers.get("etag", "")
                self._total = _length_of(response.headers)
            if self._total is not None and self._total > self._limits.max_bytes:
                raise self._too_large(self._total)
            self._tell(force=True)
            self._receive_blocking(response)
        if self._total is not None and self._received != self._total:
            raise httpx.RemoteProtocolError(f"{self._received} of {self._total} bytes")
        return _Next.DONE

    def _receive_blocking(self, response: httpx.Response) -> None:
        """Writes every piece as it comes: should the line be cut, a resume begins where the sink ends."""
        for piece in body_pieces(response):
            self._raise_if_stopped()
            if self._received + len(piece) > self._limits.max_bytes:
                raise self._too_large(self._received + len(piece))
            self._sink.write_blocking(piece)
            self._received += len(piece)
            self._tell()
            self._keep_pace_blocking(len(piece))

    def _keep_pace_blocking(self, size: int) -> None:
        """In short steps: the limit may be lifted, or the transfer stopped, at any moment."""
        if self._pace is None:
            return
        self._pace.take(size, time.monotonic())
        while (seconds := self._pace.wait(time.monotonic())) > 0 and not self._stop.wait(min(seconds, _PACE_STEP)):
            pass

    def _continues(self, headers: Mapping[str, str]) -> bool:
        """Whether this part begins where we are, of the same bytes."""
        found = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if found is None or int(found.group(1)) != self._received:
            return False
        if headers.get("etag", self._etag) != self._etag:
            return False
        total = None if found.group(3) == "*" else int(found.group(3))
        if total is not None and int(found.group(2)) != total - 1:
            return False
        return total is None or self._total in (None, total)

    # --- between two attempts

    def _prepare_another_blocking(self, error: TnsError, cause: Exception) -> None:
        """Returns when another attempt is due. Raises ``error`` when it is of no use, ConnectionCut when it was the last."""
        began = self._received > 0
        if not (isinstance(error, ConnectionCut) or (isinstance(error, RequestTimedOut) and began)):
            raise error from cause
        can_resume = began and self._etag.startswith('"')
        if can_resume and self._resumes < self._limits.resumes:
            self._resumes += 1
        elif not can_resume and self._restarts < self._limits.restarts:
            self._restarts += 1
            if began:
                self._forget()
        else:
            facts = {**error.facts, "received": str(self._received)}
            if self._total is not None:
                facts["expected"] = str(self._total)
            raise ConnectionCut(error.detail, facts=facts) from cause
        self._stop.wait(_PAUSE_STEP * (self._resumes + self._restarts))

    def _begin_again(self) -> None:
        """From byte 0, because the server cannot go on from where we are. Raises ConnectionCut when that repeats itself."""
        if self._restarts >= self._limits.restarts:
            raise ConnectionCut("no part fits", facts={"received": str(self._received)})
        self._restarts += 1
        self._forget()

    def _forget(self) -> None:
        self._sink.restart_blocking()
        self._received = 0
        self._etag = ""
        self._total = None

    def _raise_if_stopped(self) -> None:
        if self._stop.is_set():
            raise DownloadStopped

    # --- words for others

    def _tell(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if force or now - self._told_at >= _PROGRESS_INTERVAL:
            self._told_at = now
            self._progress(self._received, self._total)

    def _too_large(self, size: int) -> ArchiveTooLarge:
        return ArchiveTooLarge(f"{size} bytes", facts={"size": str(size), "limit": str(self._limits.max_bytes)})

    def _status_error_blocking(self, response: httpx.Response) -> TnsError:
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) >= MAX_ERROR_BYTES:
                break
        return status_error(
            self._rules,
            route=self._route.name,
            url=str(response.url),
            status=response.status_code,
            headers=response.headers,
            body=bytes(body[:MAX_ERROR_BYTES]),
        )


def _length_of(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
