"""Folders of the firm on a real disk: whole or not at all, nothing written over, trouble in the desk's own words."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from tests.support.vaults import is_root
from tns_desktop.adapters.handover import DiskFolders
from tns_desktop.adapters.handover.folders import SIGN_NAME
from tns_desktop.adapters.handover.origin_mark import LINUX_ATTRIBUTE, ZONE_STREAM, mark_blocking
from tns_desktop.domain.handover import CsvIndex
from tns_desktop.domain.handover_errors import HandoverFolderFull, HandoverFolderGone


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    DiskFolders().prepare_blocking(folder)
    return folder


def deliver(target: Path, names: tuple[str, ...] = ("a", "b"), handover_id: str = "h1") -> bool:
    delivery = DiskFolders().begin_blocking(target, names, handover_id)
    delivery.write_blocking(["documents", "x.txt"], [b"one ", b"two"])
    return delivery.commit_blocking()


def test_a_delivery_appears_when_it_is_committed(target: Path) -> None:
    delivery = DiskFolders().begin_blocking(target, ("a", "b"), "h1")
    written = delivery.write_blocking(["documents", "x.txt"], [b"one ", b"two"])
    assert (written.path, written.size) == ("documents/x.txt", 7)
    assert not (target / "a" / "b").exists()
    assert delivery.commit_blocking()
    DiskFolders().settle_blocking(target, [("a", "b")])
    assert (target / "a" / "b" / "documents" / "x.txt").read_bytes() == b"one two"
    assert os.listdir(target / "a") == ["b"]


def test_what_is_there_is_never_written_over(target: Path) -> None:
    assert deliver(target)
    (target / "a" / "b" / "documents" / "x.txt").write_text("theirs")
    assert not deliver(target, handover_id="h2")
    assert (target / "a" / "b" / "documents" / "x.txt").read_text() == "theirs"
    (target / "a" / "c").write_text("a file")
    assert not deliver(target, ("a", "c"), "h3")
    assert (target / "a" / "c").read_text() == "a file"


def test_a_name_that_appears_in_the_last_instant_is_left_alone(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert deliver(target)
    answers = [False]  # at the first look
    real = os.path.lexists
    monkeypatch.setattr("os.path.lexists", lambda path: answers.pop() if answers else real(path))
    assert not deliver(target, handover_id="h2")
    assert not answers


def test_an_aborted_delivery_leaves_nothing_and_half_of_one_is_cleared(target: Path) -> None:
    delivery = DiskFolders().begin_blocking(target, ("a", "b"), "h1")
    delivery.write_blocking(["x"], [b"1"])
    delivery.abort_blocking()
    assert os.listdir(target / "a") == []
    DiskFolders().begin_blocking(target, ("a", "b"), "h1").write_blocking(["x"], [b"half"])
    assert deliver(target)
    assert os.listdir(target / "a") == ["b"]


def test_a_folder_without_its_sign_is_not_written_to(target: Path) -> None:
    (target / SIGN_NAME).unlink()
    with pytest.raises(HandoverFolderGone) as raised:
        deliver(target)
    assert raised.value.facts["reason"] == "sign_missing"
    with pytest.raises(HandoverFolderGone):
        DiskFolders().write_indexes_blocking(target, [], csv=CsvIndex.COMMA, json=True)
    assert os.listdir(target) == []
    DiskFolders().prepare_blocking(target)
    assert deliver(target)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path / "file"):
        (tmp_path / "file").write_text("")
        with pytest.raises(HandoverFolderGone) as raised:
            DiskFolders().prepare_blocking(path)
        assert raised.value.facts["reason"] == "path_gone"


@pytest.mark.skipif(sys.platform == "win32" or is_root(), reason="rights do not bind here")
def test_a_folder_that_cannot_be_written_is_said(target: Path) -> None:  # pragma: no cover
    target.chmod(0o500)
    try:
        with pytest.raises(HandoverFolderGone) as raised:
            DiskFolders().prepare_blocking(target)
        assert raised.value.facts["reason"] == "not_allowed"
    finally:
        target.chmod(0o700)


def test_a_share_that_vanishes_in_the_middle_is_said_and_a_full_one_too(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = DiskFolders().begin_blocking(target, ("a",), "h1")
    for number, kind in ((errno.ENOSPC, HandoverFolderFull), (errno.EIO, HandoverFolderGone)):

        def fail(_descriptor: int, _piece: object, number: int = number) -> int:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched:
            patched.setattr("os.write", fail)
            with pytest.raises(kind):
                delivery.write_blocking([f"x{number}"], [b"1"])


def test_a_share_without_sync_keeps_the_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.EINVAL, "no such call here")

    monkeypatch.setattr("os.fsync", refuse)
    monkeypatch.setattr("os.fdatasync", refuse, raising=False)
    assert deliver(target)


def test_manifests_are_read_and_strangers_told_apart(target: Path) -> None:
    disk = DiskFolders()
    assert disk.manifest_blocking(target, ("a",)) is None
    (target / "a").mkdir()
    assert disk.manifest_blocking(target, ("a",)) == b""
    (target / "a" / "manifest.json").write_bytes(b"{}")
    assert disk.manifest_blocking(target, ("a",)) == b"{}"
    (target / "f").write_bytes(b"file")
    assert disk.manifest_blocking(target, ("f",)) == b""


def test_the_marks_of_windows_and_linux(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"")
    mark_blocking(path, "https://host.example/", "win32")
    assert (tmp_path / f"x.zip:{ZONE_STREAM}").read_bytes().startswith(b"[ZoneTransfer]\r\nZoneId=3\r\n")
    mark_blocking(tmp_path / "gone" / "x.zip", "https://host.example/", "linux")
    mark_blocking(path, "https://host.example/", "darwin")  # where the system has no such call, nothing happens
    if sys.platform == "linux":
        mark_blocking(path, "https://host.example/", "linux")
        try:
            assert os.getxattr(path, LINUX_ATTRIBUTE) == b"https://host.example/"
        except OSError:
            pytest.skip("this file system has no such attributes")
