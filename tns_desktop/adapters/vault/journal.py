"""The outbox a second time: a file beside the database from which what is unfinished comes back when that is lost.

Every change of the outbox is appended here, on the disk, before the database commits it: what the operator was told is in
both places. The file is a row of records that do not need each other. Each is sealed by itself (AES-256-GCM, a random nonce),
begins with a mark and carries its number, so damage costs the records it hits and no other, and is noticed. Its key is made
from the vault's.

Record: mark, size of the sealed text, number, nonce (all of it authenticated), sealed text. Number 0 says only that the key
is right. The others hold one decision as it stood after a change, with the steps that led there: the last one, or all of them
where the file was written anew; or one creation or draft, as it stood after a change. It is written anew when the vault is
opened and the file holds more than what is unfinished, when it has doubled, when it is closed and something in it is
finished, and when a connection is removed, so that nothing of it stays.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tns_desktop.adapters.vault.content import load_entry
from tns_desktop.adapters.vault.creation_content import load_creation
from tns_desktop.adapters.vault.failures import from_os_error
from tns_desktop.adapters.vault.files import JOURNAL_NAME, replace_file_blocking
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import VaultError

MARK = b"TNSJRNL1"
GROWN_BYTES = 256 * 1024
"""A file that has grown by this much since it was written anew, and to twice what it was then, is written anew: many thousand
rows on their way are not written as often as they change."""
_HEADER = struct.Struct(">8sIQ12s")
_TAG_SIZE = 16
_KEY_LABEL = b"TnS Desktop outbox journal 1"
_NONCE_SIZE = 12

StepRow = tuple[str, str, str]
"""When, which status, which error code: as the columns of the history hold them."""


@dataclass(frozen=True, slots=True)
class JournaledDecision:
    """A decision as it stood after its ``count``-th step. ``steps`` are the last of them, or all."""

    content: str
    count: int
    steps: tuple[StepRow, ...]

    @property
    def entry(self) -> OutboxEntry:
        """Raises ValueError, KeyError or TypeError when another program wrote it."""
        return load_entry(self.content)

    @property
    def is_final(self) -> bool:
        """As the last of its steps says."""
        return bool(self.steps) and OutboxStatus(self.steps[-1][1]).is_final


@dataclass(frozen=True, slots=True)
class JournaledCreation:
    """A creation, or a draft, as it stood after its ``count``-th change. Its documents are not here: their names are."""

    creation_id: str
    content: str
    count: int
    is_final: bool = field(default=False, compare=False)

    @property
    def creation(self) -> Creation:
        """Raises ValueError, KeyError or TypeError when another program wrote it."""
        return load_creation(self.content)


Journaled = JournaledDecision | JournaledCreation


@dataclass(slots=True)
class JournalContent:
    """What could be read. ``intact``: all that was ever written since the file was begun, as far as one can tell.

    ``key_is_right``: at least one record opened. ``size`` in bytes, 0 when there is no file.
    """

    decisions: dict[str, JournaledDecision] = field(default_factory=dict)
    creations: dict[str, JournaledCreation] = field(default_factory=dict)
    intact: bool = True
    key_is_right: bool = False
    records: int = 0
    size: int = 0


class OutboxJournal:
    """The journal of one vault. For the database's thread, and while the database is open: that keeps others out."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._path = folder / JOURNAL_NAME
        self._cipher = _Sealer(key)
        self._file: BinaryIO | None = None
        self._number = 0
        self._size = 0
        self._size_when_new = 0
        self._size_before = self._number_before = 0

    def read_blocking(self) -> JournalContent:
        """Raises VaultError when the file is there and the system does not give it."""
        return read_journal_blocking(self._path, self._cipher)

    def rewrite_blocking(self, rows: Iterable[Journaled]) -> None:
        """Holds these and nothing else afterwards. Raises DiskFull or VaultReadOnly; the old file is still there then."""
        self.close_blocking()
        records = [self._cipher.seal(0, b"{}")]
        records += [self._cipher.seal(number, _dump(one)) for number, one in enumerate(rows, start=1)]
        content = b"".join(records)
        try:
            replace_file_blocking(self._path, content)
            self._file = self._path.open("rb+", buffering=0)
        except OSError as error:
            raise from_os_error(error, self._path) from error
        self._number = len(records)
        self._size = self._size_when_new = len(content)
        self.begin_blocking()

    def continue_blocking(self, found: JournalContent) -> None:
        """Goes on behind what was read. Raises DiskFull or VaultReadOnly."""
        try:
            self._file = self._path.open("rb+", buffering=0)
        except OSError as error:
            raise from_os_error(error, self._path) from error
        self._number = found.records
        self._size = self._size_when_new = found.size
        self.begin_blocking()

    def begin_blocking(self) -> None:
        """A transaction of the database begins: this is where ``undo_blocking`` goes back to."""
        self._size_before, self._number_before = self._size, self._number

    def append_blocking(self, rows: Sequence[Journaled]) -> None:
        """All of them on the disk when it returns. Raises DiskFull or VaultReadOnly, and nothing was added then."""
        if self._file is None:
            raise VaultError("the journal is closed", facts={"reason": "closed"})
        if not rows:
            return
        record = b"".join(self._cipher.seal(number, _dump(row)) for number, row in enumerate(rows, start=self._number))
        try:
            self._file.seek(self._size)
            rest = memoryview(record)
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            self._cut(self._size)
            raise from_os_error(error, self._path) from error
        self._size += len(record)
        self._number += len(rows)

    def undo_blocking(self) -> None:
        """Takes back what was appended since ``begin_blocking``: the database did not commit what it tells."""
        if self._size_before < self._size:
            self._size, self._number = self._size_before, self._number_before
            self._cut(self._size)

    @property
    def has_grown(self) -> bool:
        return self._size > self._size_when_new + max(GROWN_BYTES, self._size_when_new)

    def close_blocking(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _cut(self, size: int) -> None:
        """What cannot be cut off is written over by the next record; the next opening sees that something was there."""
        if self._file is None:
            return
        try:
            self._file.truncate(size)
            os.fsync(self._file.fileno())
        except OSError:
            return


def read_journal_blocking(path: Path, cipher: _Sealer) -> JournalContent:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return JournalContent(intact=False)
    except OSError as error:
        raise from_os_error(error, path) from error
    found = JournalContent(size=len(raw))
    at = 0
    while at < len(raw):
        clear, number, end = cipher.open_at(raw, at)
        if clear is None:
            found.intact = False
            at = raw.find(MARK, at + 1)
            if at < 0:
                break
            continue
        found.key_is_right = True
        found.intact &= number == found.records
        found.records = number + 1
        at = end
        if number:
            _add(found, clear)
    found.intact &= found.records > 0
    return found


def key_opens_journal_blocking(folder: Path, key: bytes) -> bool:
    """True when ``key`` opens at least one record: then it is the vault's. False proves nothing."""
    try:
        return read_journal_blocking(folder / JOURNAL_NAME, _Sealer(key)).key_is_right
    except VaultError:
        return False


class _Sealer:
    """Seals and opens records under a key of their own, made from the vault's."""

    def __init__(self, key: bytes) -> None:
        # Imported late: loading OpenSSL costs start-up time.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(hmac.new(key, _KEY_LABEL, hashlib.sha256).digest())

    def seal(self, number: int, clear: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_SIZE)
        header = _HEADER.pack(MARK, len(clear) + _TAG_SIZE, number, nonce)
        return header + self._cipher.encrypt(nonce, clear, header)

    def open_at(self, raw: bytes, at: int) -> tuple[bytes | None, int, int]:
        """The clear text, its number and where the next record begins; None when there is no whole record at ``at``."""
        from cryptography.exceptions import InvalidTag

        header = raw[at : at + _HEADER.size]
        if len(header) < _HEADER.size:
            return None, 0, at
        mark, size, number, nonce = _HEADER.unpack(header)
        start, end = at + _HEADER.size, at + _HEADER.size + size
        if mark != MARK or end > len(raw) or size < _TAG_SIZE:
            return None, 0, at
        try:
            return self._cipher.decrypt(nonce, raw[start:end], header), number, end
        except InvalidTag:
            return None, 0, at


def _dump(row: Journaled) -> bytes:
    stored: dict[str, object] = {"content": row.content, "count": row.count}
    if isinstance(row, JournaledCreation):
        stored["creation"] = row.creation_id
    else:
        stored["steps"] = row.steps
    return json.dumps(stored, separators=(",", ":")).encode()


def _add(found: JournalContent, clear: bytes) -> None:
    """Steps of earlier records are kept where the later one continues them."""
    try:
        stored = json.loads(clear)
        if "creation" in stored:
            row = JournaledCreation(str(stored["creation"]), str(stored["content"]), int(stored["count"]))
            earlier = found.creations.get(row.creation_id)
            if earlier is None or row.count >= earlier.count:
                found.creations[row.creation_id] = row
            return
        steps = tuple((str(at), str(status), str(code)) for at, status, code in stored["steps"])
        decision = JournaledDecision(stored["content"], int(stored["count"]), steps)
        decision_id = decision.entry.decision.decision_id
    except (ValueError, KeyError, TypeError):
        found.intact = False
        return
    before = found.decisions.get(decision_id)
    if before is not None and before.count + len(steps) == decision.count:
        decision = JournaledDecision(decision.content, decision.count, before.steps + steps)
    if before is None or decision.count >= before.count:
        found.decisions[decision_id] = decision
