"""Folders on the disk or on a share: filled beside their place, and given their name only once everything is on the disk.

A share that is not mounted leaves an empty folder where it was, and writing there would fill the wrong disk. So the folder of
a rule carries a sign, and nothing is written where it is missing.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tns_desktop.adapters.handover.failures import spoken_of
from tns_desktop.adapters.handover.index_files import write_csv_blocking, write_json_blocking
from tns_desktop.adapters.handover.origin_mark import mark_blocking
from tns_desktop.domain.handover import CsvIndex
from tns_desktop.domain.handover_errors import HandoverFolderGone
from tns_desktop.services.ports import WrittenFile

SIGN_NAME = "tns-desktop-handover.txt"
SIGN_TEXT = (
    "TnS Desktop hands files over to this folder and knows it by this note. Please leave it here.\n"
    "TnS Desktop remet des dossiers dans ce répertoire et le reconnaît à cette note. Merci de la laisser ici.\n"
)
MANIFEST_NAME = "manifest.json"
MOST_OF_A_MANIFEST = 8 << 20
_PROBE_NAME = ".tns-desktop-probe"
_CANNOT_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
_IS_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})


class DiskFolders:
    """The ``HandoverFolders`` port."""

    def prepare_blocking(self, folder: Path) -> None:
        with spoken_of(folder):
            if not folder.is_dir():
                raise HandoverFolderGone("not a folder", facts={"path": str(folder), "reason": "path_gone"})
            probe = folder / f"{_PROBE_NAME}.{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
            sign = folder / SIGN_NAME
            if not sign.exists():
                sign.write_text(SIGN_TEXT, encoding="utf-8")

    def look_blocking(self, folder: Path) -> None:
        _must_be_known(folder)

    def manifest_blocking(self, folder: Path, names: Sequence[str]) -> bytes | None:
        _must_be_known(folder)
        place = folder.joinpath(*names)
        with spoken_of(folder):
            if not os.path.lexists(place):
                return None
            try:
                with (place / MANIFEST_NAME).open("rb") as stream:
                    return stream.read(MOST_OF_A_MANIFEST)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return b""

    def begin_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> FolderDelivery:
        _must_be_known(folder)
        self.clear_blocking(folder, names, handover_id)
        return FolderDelivery(folder, names, _half_of(folder, names, handover_id))

    def clear_blocking(self, folder: Path, names: Sequence[str], handover_id: str) -> None:
        _remove(_half_of(folder, names, handover_id))

    def settle_blocking(self, folder: Path, places: Sequence[Sequence[str]]) -> None:
        above = {folder.joinpath(*names[:depth]) for names in places for depth in range(len(names))}
        with spoken_of(folder):
            for one in sorted(above, reverse=True):
                _sync_folder(one)

    def write_indexes_blocking(
        self, folder: Path, lines: Sequence[Mapping[str, str]], *, csv: CsvIndex, json: bool
    ) -> None:
        _must_be_known(folder)
        with spoken_of(folder):
            if csv is not CsvIndex.NONE:
                write_csv_blocking(folder, lines, ";" if csv is CsvIndex.SEMICOLON else ",")
            if json:
                write_json_blocking(folder, lines)
            _sync_folder(folder)


class FolderDelivery:
    """The ``Delivery`` port."""

    def __init__(self, folder: Path, names: Sequence[str], half: Path) -> None:
        self._folder = folder
        self._names = names
        self._half = half
        self._written: list[tuple[int, Path]] = []
        self._is_over = False
        with spoken_of(folder):
            half.parent.mkdir(parents=True, exist_ok=True)
            half.mkdir()

    def write_blocking(
        self, names: Sequence[str], pieces: Iterable[bytes], *, origin: str | None = None
    ) -> WrittenFile:
        path = self._half.joinpath(*names)
        digest, size = hashlib.sha256(), 0
        with spoken_of(self._folder):
            if len(names) > 1:
                path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("xb", buffering=0)
        try:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                with spoken_of(self._folder):
                    _write_all(stream.fileno(), piece)
        finally:
            with spoken_of(self._folder):
                stream.close()
        if origin is not None:
            mark_blocking(path, origin)
        self._written.append((size, path))
        return WrittenFile("/".join(names), digest.hexdigest(), size)

    def commit_blocking(self) -> bool:
        """All of it is asked onto the disk here, small files first: what follows finds their entries there already."""
        place = self._folder.joinpath(*self._names)
        with spoken_of(self._folder):
            for _size, path in sorted(self._written):
                _sync_path(path, only_content=True)
            depth = len(self._half.parts)
            inner = {one for _size, path in self._written for one in path.parents if len(one.parts) >= depth}
            for folder in sorted(inner, reverse=True):
                _sync_folder(folder)
            if os.path.lexists(place):
                return False
            try:
                # No system renames a folder onto a file, or onto a folder that is not empty.
                self._half.rename(place)
            except OSError as error:
                if error.errno in _IS_TAKEN and os.path.lexists(place):
                    return False
                raise
            self._is_over = True
        return True

    def abort_blocking(self) -> None:
        if not self._is_over:
            self._is_over = True
            _remove(self._half)


def _must_be_known(folder: Path) -> None:
    try:
        is_there = (folder / SIGN_NAME).is_file()
    except OSError:
        is_there = False
    if not is_there:
        raise HandoverFolderGone("no sign", facts={"path": str(folder), "reason": "sign_missing"})


def _half_of(folder: Path, names: Sequence[str], handover_id: str) -> Path:
    """Beside the place itself, so that giving it its name is one step of one file system."""
    return folder.joinpath(*names[:-1]) / f".{handover_id}.part"


def _remove(half: Path) -> None:
    """As far as it can be reached: what stays is cleared when the same hand-over begins again."""
    with contextlib.suppress(OSError):
        shutil.rmtree(half)


def _write_all(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync(descriptor: int, *, only_content: bool = False) -> None:
    """A share that has no such call keeps the file as well as it can.

    ``only_content``: with what is needed to read it, and without its times, which would be another wait.
    """
    try:
        if only_content and hasattr(os, "fdatasync"):
            os.fdatasync(descriptor)
        else:
            os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def _sync_folder(folder: Path) -> None:
    if sys.platform != "win32":  # a folder cannot be opened there, and its entries are journaled
        _sync_path(folder)


def _sync_path(path: Path, *, only_content: bool = False) -> None:
    descriptor = os.open(path, os.O_RDONLY if sys.platform != "win32" else os.O_RDWR)
    try:
        _sync(descriptor, only_content=only_content)
    finally:
        os.close(descriptor)
