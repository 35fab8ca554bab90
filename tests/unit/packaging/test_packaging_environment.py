"""Which Python is taken, when the virtual environment is kept, and what the lock promises."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.devtools import ROOT, dev_module

pythons = dev_module("devtools.pythons")
environment = dev_module("devtools.environment")
failures = dev_module("devtools.failures")

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "supported"),
    [
        ((3, 8, 20), False),
        ((3, 10, 99), False),
        ((3, 11, 0), True),
        ((3, 14, 9), True),
        ((3, 15, 0), False),
        ((4, 0), False),
    ],
)
def test_supports_what_the_project_says(version: tuple[int, ...], supported: bool) -> None:
    assert pythons.is_supported(version) is supported
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={pythons.dotted(pythons.OLDEST)},<3.{pythons.NEWEST[1] + 1}"


def test_takes_the_running_python_if_it_will_do() -> None:
    assert pythons.find_python(running=(3, 12, 1), executable="this", which=no_which) == "this"


def test_takes_the_newest_other_python_and_says_so() -> None:
    said: list[str] = []
    there = {"python3.11": "/a/python3.11", "python3.13": "/a/python3.13"}
    found = pythons.find_python(
        running=(3, 9, 2), executable="old", which=there.get, probe=lambda path: (3, int(path[-2:]), 4), say=said.append
    )
    assert found == "/a/python3.13"
    assert said == ["This is Python 3.9.2; TnS Desktop needs 3.11 to 3.14. Using /a/python3.13 (3.13.4) instead."]


def test_passes_over_a_shim_that_does_not_run() -> None:
    there = {"python3.11": "/a/python3.11", "python3.13": "/a/shim"}
    answers = {"/a/python3.11": (3, 11, 2)}
    found = pythons.find_python(running=(3, 9), executable="old", which=there.get, probe=answers.get, say=ignore)
    assert found == "/a/python3.11"


def test_says_which_python_is_needed_when_there_is_none() -> None:
    with pytest.raises(
        failures.Stop, match=r"This is Python 3\.15\.0; TnS Desktop needs 3\.11 to 3\.14, and there is no"
    ):
        pythons.find_python(running=(3, 15, 0), executable="new", which=no_which, say=ignore)


def test_an_interpreter_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    assert pythons.version_of(str(tmp_path / "python")) is None


@given(st.binary(max_size=40), st.binary(max_size=40), st.integers(11, 14), st.integers(11, 14))
def test_the_stamp_tells_locks_and_pythons_apart(one: bytes, other: bytes, minor: int, other_minor: int) -> None:
    same = (one, minor) == (other, other_minor)
    stamps = environment.stamp_for(one, (3, minor, 0)), environment.stamp_for(other, (3, other_minor, 0))
    assert (stamps[0] == stamps[1]) is same


def test_the_stamp_tells_versions_of_the_set_up_apart() -> None:
    assert environment.stamp_for(b"", (3, 11, 1), 1) != environment.stamp_for(b"", (3, 11, 1), 2)


def test_an_environment_in_line_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, lock = prepared(tmp_path)
    forbid_work(monkeypatch)
    assert environment.ensure(folder, lock, say=ignore) == environment.python_in(folder)


def test_an_environment_of_another_lock_is_brought_in_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, lock = prepared(tmp_path)
    lock.write_bytes(b"other==2\n")
    done: list[str] = []
    monkeypatch.setattr(environment, "_sync", lambda *_: done.append("synced"))
    monkeypatch.setattr(environment, "_drop_strangers", lambda _, locked, __: done.append(*locked))
    environment.ensure(folder, lock, say=ignore)
    assert done == ["synced", "other"]
    forbid_work(monkeypatch)
    environment.ensure(folder, lock, say=ignore)


def test_an_interrupted_set_up_is_taken_up_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, lock = prepared(tmp_path)
    lock.write_bytes(b"other==2\n")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "_sync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environment.ensure(folder, lock, say=ignore)
    assert not (folder / environment.STAMP_NAME).exists()


def test_a_folder_that_is_no_environment_is_not_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    (tmp_path / "lock").write_bytes(b"")
    with pytest.raises(failures.Stop, match="in the way"):
        environment.ensure(folder, tmp_path / "lock", say=ignore)
    assert (folder / "thesis.txt").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian's way to split Python")
def test_the_venv_package_of_debian_is_installed_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = tmp_path / "python3.13"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o755)
    installed: list[str] = []
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(environment.system, "install", lambda packages, _: installed.extend(packages))
    environment._ensure_venv_module(str(bare), (3, 13, 5), ignore)
    assert installed == ["python3.13-venv"]


def test_without_room_nothing_is_begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"")
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(failures.Stop, match="disk is full"):
        environment.ensure(tmp_path / "venv", tmp_path / "lock", say=ignore)
    assert not (tmp_path / "venv").exists()


def test_names_are_compared_as_indexes_compare_them() -> None:
    assert environment.normalised("Backports.Tar_file--x") == "backports-tar-file-x"
    assert environment.locked_names("Some_Thing==1 \\\n    --hash=sha256:0\nb.c==2 ; sys_platform == 'win32'\n") == {
        "some-thing",
        "b-c",
    }


def test_every_requirement_of_the_lock_has_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == len(environment.locked_names(LOCK)) > 40
    for block in blocks:
        first, *hashes = block.splitlines()
        assert re.fullmatch(r"[a-z0-9.-]+==[^\s;]+( ; .+)? \\", first), first
        assert hashes, first
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes), first


def test_the_lock_names_no_index_and_no_file() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-i|-f|-e|--(?!hash))", LOCK, re.MULTILINE)
    assert " @ " not in LOCK


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", failures.DISK_FULL),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(…): Failed to establish'\n"
            "ERROR: No matching distribution found for anyio==4",
            failures.NO_NETWORK,
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "A downloaded package does not match its hash in requirements.lock. Nothing was installed from it.",
        ),
        (
            "ERROR: No matching distribution found for lxml==6.1",
            "pip finds no ready-made package for this machine: No matching distribution found for lxml==6.1",
        ),
        ("Segmentation fault", "pip could not install the dependencies: it did not say why."),
    ],
)
def test_what_pip_says_becomes_one_sentence(output: str, expected: str) -> None:
    assert failures.explain_pip(output) == expected


def prepared(tmp_path: Path) -> tuple[Path, Path]:
    """A virtual environment in line with a lock; its interpreter is a script that only knows its version."""
    folder, lock = tmp_path / "venv", tmp_path / "lock"
    lock.write_bytes(b"some==1\n")
    python = environment.python_in(folder)
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 3 12 7\n")
    python.chmod(0o755)
    stamp = environment.stamp_for(lock.read_bytes(), (3, 12, 7))
    (folder / environment.STAMP_NAME).write_text(stamp)
    assert json.loads(stamp)["python"] == "3.12.7"
    return folder, lock


def forbid_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*_: object) -> None:
        raise AssertionError("there was nothing to do")

    for name in ("_make", "_sync", "_drop_strangers"):
        monkeypatch.setattr(environment, name, work)


def no_which(_: str) -> None:
    return None


def ignore(_: str) -> None:
    return None
