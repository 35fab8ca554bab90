"""One life of the decoder's process: how it is started, spoken to and ended.

Everything here blocks and belongs to the host's thread, except ``kill``, which any thread may call.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import select
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, cast

import tns_desktop
from tns_desktop.adapters.render.protocol import (
    ASIDE_ARGUMENT,
    EndOfStream,
    Payload,
    ProtocolViolation,
    ReadablePipe,
    WritablePipe,
    read_frame,
    write_frame,
)
from tns_desktop.adapters.render.shared import SharedPixels
from tns_desktop.adapters.render.windows_job import DecoderJob, confined

FROZEN_ARGUMENT = "--render-worker"
"""The first argument with which a frozen application becomes the decoder instead of the desk."""
PIPE_SIZE = 1024 * 1024
"""Bytes; the most an ordinary Linux user may ask for. The default of 64 KiB makes a page of pixels a hundred waits."""
EXIT_PATIENCE = 0.5
"""Seconds an idle process gets to leave by itself once its pipe is closed."""
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR")
COMPLAINTS_LIMIT = 16 * 1024
"""Bytes of standard error that are looked at, for one process."""

# Only lines of this form are logged: a library's message may quote the document it complains about.
_SAFE_COMPLAINT = re.compile(r'Fatal Python error: [\w ]+|unexpected \w+| *File "[^"]+", line \d+ in [\w.<>]+')
# A folder that is on the path already (an installed wheel's) keeps its place there, after the standard library.
_BOOT = (
    "import sys; {root!r} in sys.path or sys.path.insert(0, {root!r}); "
    "from tns_desktop.adapters.render.worker import main; sys.exit(main())"
)

_log = logging.getLogger(__name__)


class WorkerDied(Exception):
    """The process is gone, or its pipe is."""


def worker_command(*, aside: bool = False) -> list[str]:
    """The command that starts the decoder, from a source checkout, an installed wheel or a frozen application.

    ``aside``: it yields the processor to others.

    ``-I`` keeps the environment, the user's packages and the current folder out; the package is therefore named by
    the folder it was loaded from.
    """
    arguments = [ASIDE_ARGUMENT] if aside else []
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN_ARGUMENT, *arguments]
    root = str(Path(tns_desktop.__file__).resolve().parent.parent)
    return [sys.executable, "-I", "-c", _BOOT.format(root=root), *arguments]


def worker_environment() -> dict[str, str]:
    """The few variables a program needs to run at all; nothing else of the desk's environment reaches the decoder."""
    return {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}


class WorkerProcess:
    """A running decoder. Raises WorkerDied when it cannot even be started."""

    def __init__(self, command: list[str]) -> None:
        self.shared = _shared_pixels()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=worker_environment(),
                cwd=_neutral_folder(),
                close_fds=True,
                pass_fds=() if self.shared is None else (self.shared.descriptor,),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            if self.shared is not None:
                self.shared.close()
            raise WorkerDied from error
        self._job = _job_around(self._process)
        if self._process.stdin is None or self._process.stdout is None or self._process.stderr is None:
            raise WorkerDied
        self._requests = cast(WritablePipe, self._process.stdin)
        self._answers = cast(ReadablePipe, self._process.stdout)
        _enlarge(self._process.stdin.fileno())
        _enlarge(self._process.stdout.fileno())
        self._listener = threading.Thread(target=self._listen_blocking, name="render-complaints", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def greet_blocking(self) -> tuple[str, ...]:
        """Waits for the first frame: the names of the limits that hold. Raises WorkerDied and ProtocolViolation."""
        hello, _ = self._read_blocking(payload_limit=0)
        names = hello.get("isolation")
        if hello.get("hello") != 1 or not isinstance(names, list) or len(names) > 50:
            raise ProtocolViolation("not a greeting")
        if not all(isinstance(name, str) and re.fullmatch(r"[a-z_]{1,40}", name) for name in names):
            raise ProtocolViolation("not a greeting")
        around = self._job.holds if self._job is not None else ()
        return (*around, *names)

    def exchange_blocking(
        self, request: dict[str, Any], content: Payload, *, payload_limit: int
    ) -> tuple[dict[str, Any], bytearray]:
        """One request and its answer. Raises WorkerDied and ProtocolViolation."""
        try:
            write_frame(self._requests, request, content)
        except (OSError, ValueError) as error:
            raise WorkerDied from error
        return self._read_blocking(payload_limit=payload_limit)

    def is_usable(self) -> bool:
        """False when it has ended, or says something nobody asked for."""
        return self._process.poll() is None and not self._has_unread_output()

    def kill(self) -> None:
        """Ends it at once. Everything that waits for it returns."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def finish_blocking(self, patience: float = 0.0) -> None:
        """Closes the pipes, waits ``patience`` seconds, kills what is still there, and leaves nothing behind."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if patience:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        self.kill()
        self._process.wait()
        self._listener.join(EXIT_PATIENCE)
        if self._job is not None:
            self._job.close()
        if self.shared is not None:
            self.shared.close()

    def _read_blocking(self, *, payload_limit: int) -> tuple[dict[str, Any], bytearray]:
        try:
            return read_frame(self._answers, payload_limit=payload_limit)
        except (EndOfStream, OSError, ValueError) as error:
            raise WorkerDied from error

    def _has_unread_output(self) -> bool:
        if sys.platform == "win32" or self._process.stdout is None:
            return False  # a pipe cannot be asked there; the request number of the next answer tells
        poll = select.poll()
        poll.register(self._process.stdout, select.POLLIN)
        return bool(poll.poll(0))

    def _listen_blocking(self) -> None:
        """Empties standard error, so that the process never waits for it, and logs what cannot quote a document."""
        stream = self._process.stderr
        if stream is None:
            return
        with contextlib.suppress(OSError, ValueError), stream:
            kept = b""
            while chunk := stream.read(4096):
                kept += chunk[: COMPLAINTS_LIMIT - len(kept)]
            for line in kept.decode("utf-8", "replace").splitlines():
                if _SAFE_COMPLAINT.fullmatch(line):
                    _log.debug("decoder %d: %s", self.pid, line.strip())


def _job_around(process: subprocess.Popen[bytes]) -> DecoderJob | None:
    """At once: it has no document yet."""
    if sys.platform == "win32":
        return confined(int(process._handle))  # type: ignore[attr-defined] # the only name it has
    return None


def _neutral_folder() -> str:
    """A folder that says nothing about the operator and that is not on any search path of ours."""
    return tempfile.gettempdir() if sys.platform == "win32" else "/"


def _shared_pixels() -> SharedPixels | None:
    try:
        return SharedPixels()
    except OSError:
        return None  # pixels come through the pipe


def _enlarge(descriptor: int) -> None:
    if sys.platform == "linux":
        import fcntl

        # Refused once the user's pipes hold too much in all; the default size works as well, only slower.
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
