"""Delivering one file: its archive or documents, a manifest of them, and their checksums, into a folder of its own.

Runs in a worker thread. What an archive holds goes through the bounded reader, entry by entry, and under names that are safe
everywhere; what must not be unpacked is left out, and the manifest says so.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tns_desktop import __version__
from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, EntryProblem, EntryRole
from tns_desktop.domain.errors import ArchiveError
from tns_desktop.domain.handover import Handover, Layout
from tns_desktop.domain.handover_errors import HandoverRefused
from tns_desktop.domain.safe_names import (
    MOST_CHARACTERS,
    MOST_IN_A_PATH,
    fitted,
    name_key,
    numbered,
    numbered_file,
    safe_file_name,
    safe_name,
    units,
)
from tns_desktop.services.ports import ArchiveReader, Delivery, HandoverFolders, WrittenFile

FORMAT = "tns-desktop-handover/1"
MANIFEST_NAME = "manifest.json"
SUMS_NAME = "SHA256SUMS"
DOCUMENTS_FOLDER = "documents"
ZIP_ENDING = ".zip"
STEP_BYTES = 256 * 1024
"""As the vault seals them: each is decrypted once, and handed on without a copy."""
_INNER_FOLDERS = 2
_REFUSED = (EntryProblem.UNSAFE_PATH, EntryProblem.ABSOLUTE_PATH, EntryProblem.ENCRYPTED)


class DeliveryStopped(Exception):
    """The program ends: nothing of the delivery stays, and it is done again."""


@dataclass(frozen=True, slots=True)
class DeliveryJob:
    """What is delivered where. ``data`` is the client file for the manifest, ``origin`` the server's address."""

    handover: Handover
    index: ArchiveIndex
    stream: BinaryIO
    data: Mapping[str, object]
    origin: str
    at: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """``written`` False: something has that name by now. How many documents there are, and how many were left out."""

    written: bool
    documents: int = 0
    left_out: int = 0


def deliver_blocking(
    job: DeliveryJob, folders: HandoverFolders, reader: ArchiveReader, is_stopped: Callable[[], bool]
) -> Delivered:
    """Whole, or not at all. Closes the job's stream.

    Raises HandoverError, ArchiveError, VaultError or DeliveryStopped.
    """
    handover = job.handover
    with job.stream:
        delivery = folders.begin_blocking(Path(handover.folder), handover.names, handover.handover_id)
        try:
            files: list[WrittenFile]
            left_out: list[tuple[str, str]] = []
            if handover.layout is Layout.ZIP:
                files = [_write_zip(job, delivery, is_stopped)]
            else:
                files, left_out = _write_documents(job, delivery, reader, is_stopped)
            zipped = handover.layout is Layout.ZIP
            documents = len([one for one in job.index.entries if "/" not in one.entry_id]) if zipped else len(files)
            _write_manifest(job, delivery, files, left_out, documents)
            return Delivered(delivery.commit_blocking(), documents, len(left_out))
        finally:
            delivery.abort_blocking()


@dataclass(frozen=True, slots=True)
class Found:
    """A delivery that lies there already: under which id, and what was delivered."""

    handover_id: str
    delivered: Delivered


def same_delivery(manifest: bytes, handover: Handover) -> Found | None:
    """The very same file, delivered already; None for anything else that is there."""
    try:
        found = json.loads(manifest)
        same = (
            found["format"] == FORMAT
            and found["client_file"]["uuid"] == handover.key.uuid
            and found["archive"]["sha256"] == handover.archive_sha256
            and found["layout"] == handover.layout.value
        )
        if not same:
            return None
        return Found(str(found["handover"]), Delivered(True, int(found["documents"]), len(found["left_out"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _write_zip(job: DeliveryJob, delivery: Delivery, is_stopped: Callable[[], bool]) -> WrittenFile:
    name = job.handover.names[-1] + ZIP_ENDING
    job.stream.seek(0)
    written = delivery.write_blocking([name], _pieces(job.stream, is_stopped), origin=job.origin)
    if written.sha256 != job.handover.archive_sha256:
        raise HandoverRefused("other bytes", facts={"name": job.handover.display_id, "reason": "other_bytes"})
    return written


def _pieces(stream: BinaryIO, is_stopped: Callable[[], bool]) -> Iterator[bytes]:
    while piece := stream.read(STEP_BYTES):
        if is_stopped():
            raise DeliveryStopped
        yield piece


def _write_documents(
    job: DeliveryJob, delivery: Delivery, reader: ArchiveReader, is_stopped: Callable[[], bool]
) -> tuple[list[WrittenFile], list[tuple[str, str]]]:
    only_signed = job.handover.layout is Layout.SIGNED
    names = _InnerNames(job.handover, flat=only_signed)
    files: list[WrittenFile] = []
    left_out: list[tuple[str, str]] = []
    for entry in job.index.entries:
        if "/" in entry.entry_id or (only_signed and entry.role is not EntryRole.SIGNED_DOCUMENT):
            continue  # what lies within a document goes with it
        if is_stopped():
            raise DeliveryStopped
        reason = _why_left_out(entry)
        content = None
        if not reason:
            try:
                content = reader.read_blocking(job.stream, entry.entry_id)
            except ArchiveError as error:
                reason = error.code
        if content is None:
            left_out.append((entry.path, reason))
        else:
            files.append(delivery.write_blocking(names.of(entry.path), [content], origin=job.origin))
    if not files:
        reason = "no_signed_document" if only_signed else "nothing_readable"
        raise HandoverRefused(reason, facts={"name": job.handover.display_id, "reason": reason})
    return files, left_out


def _why_left_out(entry: ArchiveEntry) -> str:
    problems = [problem for problem in entry.problems if problem in _REFUSED or problem.blocks_reading]
    return problems[0].value if problems else ""


class _InnerNames:
    """Names below the documents' folder: safe, short enough with what is above them, and each given once."""

    def __init__(self, handover: Handover, *, flat: bool) -> None:
        above = units(handover.folder) + units(handover.place) + len(DOCUMENTS_FOLDER) + 3
        self._room = MOST_IN_A_PATH - above
        self._flat = flat
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def of(self, path: str) -> list[str]:
        *folders, name = path.split("/")
        kept: list[str] = []
        if folders and not self._flat:
            for folder in fitted([safe_name(one) for one in folders[-_INNER_FOLDERS:]], self._room // 2):
                kept.append(self._free(kept, folder, self._files, numbered))
                self._folders.add(name_key(kept))
        left = min(MOST_CHARACTERS, self._room - sum(units(one) + 1 for one in kept))
        first = safe_file_name(name, left)
        kept.append(self._free(kept, first, self._files | self._folders, numbered_file, left))
        self._files.add(name_key(kept))
        return [DOCUMENTS_FOLDER, *kept]

    def _free(
        self,
        above: list[str],
        name: str,
        taken: set[str],
        number: Callable[[str, int, int], str],
        most: int = MOST_CHARACTERS,
    ) -> str:
        """``name``, or the first of its numbered likes that nothing has: a folder and a file cannot share one either."""
        return next(
            wanted
            for count in itertools.count(1)
            if name_key([*above, wanted := number(name, count, most)]) not in taken
        )


def _write_manifest(
    job: DeliveryJob, delivery: Delivery, files: list[WrittenFile], left_out: list[tuple[str, str]], documents: int
) -> None:
    handover = job.handover
    content = {
        "format": FORMAT,
        "handover": handover.handover_id,
        "handed_over_at": job.at,
        "program": f"TnS Desktop {__version__}",
        "product": handover.line.get("product", ""),
        "layout": handover.layout.value,
        "archive": {
            "sha256": handover.archive_sha256,
            "size": handover.size,
            "reviewed_sha256": handover.reviewed_sha256,
        },
        "client_file": job.data,
        "documents": documents,
        "files": [{"path": one.path, "sha256": one.sha256, "size": one.size} for one in files],
        "left_out": [{"name": name, "reason": reason} for name, reason in left_out],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    manifest = delivery.write_blocking([MANIFEST_NAME], [text.encode("utf-8", "replace")])
    sums = "".join(f"{one.sha256}  {one.path}\n" for one in [*files, manifest])
    delivery.write_blocking([SUMS_NAME], [sums.encode()])
