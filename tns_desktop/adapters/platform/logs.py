"""The log files of a profile: small, rotating, redacted before anything is written."""

from __future__ import annotations

import contextlib
import copy
import logging
import os
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tns_desktop.adapters.platform.os_reasons import reason_of
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.domain.errors import LogNotWritten

LOG_FILE_NAME = "tns-desktop.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 5
FILE_MODE = 0o600
LINE_FORMAT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
NOISY_LOGGERS = ("httpx", "httpcore", "keyring", "PIL", "uvicorn.access", "asyncio")
"""Libraries whose chatter (request lines, queries) has no place in the log below a warning."""


class RedactingFormatter(logging.Formatter):
    """Redacts the message and the traceback, not the time in front of them."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(LINE_FORMAT)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        clean = copy.copy(record)  # other handlers see the record too
        clean.msg, clean.args = self._redactor.redact(record.getMessage()), None
        if record.exc_info:
            clean.exc_text = self._redactor.redact(self.formatException(record.exc_info))
        elif record.exc_text:
            clean.exc_text = self._redactor.redact(record.exc_text)
        if record.stack_info:
            clean.stack_info = self._redactor.redact(record.stack_info)
        return super().format(clean)


class PrivateRotatingFileHandler(RotatingFileHandler):
    """A rotating file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, FILE_MODE)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding, errors=self.errors)  # type: ignore[return-value]

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """A full disk costs the log line, not the program."""


def logging_if_possible(
    folder: Path, level: int | str, redactor: Redactor
) -> tuple[Callable[[], None], LogNotWritten | None]:
    """``start_logging``, or the reason why there is no log: a desk without one is still a desk."""
    try:
        return start_logging(folder, level, redactor), None
    except LogNotWritten as error:
        return (lambda: None), error


def start_logging(folder: Path, level: int | str, redactor: Redactor) -> Callable[[], None]:
    """Writes everything from ``level`` on to a file in ``folder``; returns the function that ends it.

    Raises LogNotWritten when the file cannot be opened.
    """
    file = folder / LOG_FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = PrivateRotatingFileHandler(
            file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as error:
        raise LogNotWritten(str(error), facts={"path": str(file), "reason": reason_of(error)}) from error
    handler.setFormatter(RedactingFormatter(redactor))
    root = logging.getLogger()
    former_level = root.level
    former_levels = {name: logging.getLogger(name).level for name in NOISY_LOGGERS}
    root.addHandler(handler)
    root.setLevel(level)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))

    def stop() -> None:
        root.removeHandler(handler)
        root.setLevel(former_level)
        for name, former in former_levels.items():
            logging.getLogger(name).setLevel(former)
        with contextlib.suppress(OSError):
            handler.close()

    return stop
