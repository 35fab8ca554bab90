"""An archive of a chosen size, for measuring downloads: the usual documents, and large photographs that do open."""

from __future__ import annotations

import io
import random
import tempfile
import zipfile
from typing import BinaryIO

from tns_desktop.sandbox.records import Record
from tns_desktop.sandbox.samples.archive import build_archive_blocking, entry_info
from tns_desktop.sandbox.samples.identity import card_back
from tns_desktop.sandbox.samples.scans import jpeg

MEGABYTE = 1024 * 1024
_PHOTO_MEGABYTES = 8
_SEGMENT = 65_000


def build_big_archive_blocking(record: Record, megabytes: int) -> BinaryIO:
    """The archive of ``record`` with annexes up to ``megabytes`` in all, in a temporary file that vanishes with it."""
    stream: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the caller, who closes it
    picture = jpeg(card_back("1 rue du Spécimen, 75000 Paris", random.Random(0), record.start.date()))
    left = megabytes * MEGABYTE
    number = 0
    with zipfile.ZipFile(io.BytesIO(build_archive_blocking(record))) as usual, zipfile.ZipFile(stream, "w") as archive:
        for info in usual.infolist():
            archive.writestr(entry_info(info.filename), usual.read(info))
            left -= info.compress_size
        while left > 0:
            number += 1
            size = min(left, _PHOTO_MEGABYTES * MEGABYTE)
            content = _padded(picture, size, number)
            archive.writestr(entry_info(f"documents/commun/Annexe {number:03}.jpg"), content)
            left -= len(content)
    return stream


def _padded(picture: bytes, size: int, number: int) -> bytes:
    """``picture`` with comment segments (marker FFFE) behind its first marker, up to ``size`` bytes."""
    filler = random.Random(number).randbytes(_SEGMENT)
    segment = b"\xff\xfe" + (_SEGMENT + 2).to_bytes(2, "big") + filler
    count = max((size - len(picture)) // len(segment), 0)
    return picture[:2] + segment * count + picture[2:]
