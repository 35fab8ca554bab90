"""What holds a decoder on Windows and macOS, by content: sizes, numbers, the order of calls, the words of a profile.

Neither is run here. What the system makes of it is told by the decoder and its desk, and stands in the log.
"""

from __future__ import annotations

import ctypes
import re
import struct
import sys

import pytest

from tns_desktop.adapters.render import macos_profile, windows_job
from tns_desktop.adapters.render.limits import MEMORY_LIMIT
from tns_desktop.adapters.render.windows_job import BasicLimits, DecoderJob, ExtendedLimits, limits_for

PROCESS = 77
bits_64 = pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes of 64-bit Windows")


class FakeJobs:
    """The system's edge, in memory. ``refuses`` names calls, and ``ui`` for limits of the user interface."""

    def __init__(self, *refuses: str) -> None:
        self._refuses = refuses
        self.calls: list[str] = []
        self.jobs: dict[int, dict[int, bytes]] = {}
        self.inside: dict[int, int] = {}

    def create(self) -> int:
        self.calls.append("create")
        if "create" in self._refuses:
            return 0
        job = 100 + len(self.calls)
        self.jobs[job] = {}
        return job

    def set_information(self, job: int, kind: int, content: bytes) -> bool:
        self.calls.append("set")
        self.jobs[job][kind] = content
        return "set" not in self._refuses

    def assign(self, job: int, process: int) -> bool:
        self.calls.append("assign")
        has_ui = windows_job.BASIC_UI_RESTRICTIONS in self.jobs[job]
        if "assign" in self._refuses or ("ui" in self._refuses and has_ui):
            return False
        self.inside[job] = process
        return True

    def close(self, handle: int) -> None:
        self.calls.append("close")
        del self.jobs[handle]
        self.inside.pop(handle, None)


# --- Windows ----------------------------------------------------------------------------------------------------------


@bits_64
def test_structures_have_the_sizes_and_places_of_winnt_h() -> None:
    assert ctypes.sizeof(BasicLimits) == 64
    assert ctypes.sizeof(ExtendedLimits) == 144
    assert [BasicLimits.flags.offset, BasicLimits.active_processes.offset] == [16, 40]
    assert ExtendedLimits.process_memory.offset == 112


@bits_64
def test_limits_are_one_process_its_memory_and_its_end_with_the_desk() -> None:
    content = bytes(limits_for(1))
    flags, processes = struct.unpack_from("<I", content, 16)[0], struct.unpack_from("<I", content, 40)[0]
    assert flags == 0x8 | 0x100 | 0x400 | 0x2000
    assert processes == 1
    assert struct.unpack_from("<Q", content, 112)[0] == MEMORY_LIMIT
    used = {*range(16, 20), *range(40, 44), *range(112, 120)}
    assert all(byte == 0 for place, byte in enumerate(content) if place not in used)


def test_the_decoder_is_put_into_a_job_with_every_limit() -> None:
    api = FakeJobs()
    job = DecoderJob(api, PROCESS, through_launcher=False)
    assert job.holds == ("dies_with_parent", "memory", "no_new_processes", "user_interface")
    assert list(api.inside.values()) == [PROCESS]
    (kept,) = api.jobs.values()
    assert kept[windows_job.BASIC_UI_RESTRICTIONS] == b"\xff\0\0\0"
    assert kept[windows_job.EXTENDED_LIMIT_INFORMATION] == bytes(limits_for(1))
    job.close()
    job.close()
    assert api.jobs == {}


def test_where_limits_of_the_interface_cannot_be_nested_the_others_hold() -> None:
    api = FakeJobs("ui")
    job = DecoderJob(api, PROCESS, through_launcher=False)
    assert job.holds == ("dies_with_parent", "memory", "no_new_processes")
    assert list(api.inside.values()) == [PROCESS]
    assert len(api.jobs) == 1, "the first job is closed"


def test_a_launcher_may_start_the_decoder_and_nothing_else() -> None:
    api = FakeJobs()
    DecoderJob(api, PROCESS, through_launcher=True)
    (kept,) = api.jobs.values()
    assert kept == {windows_job.EXTENDED_LIMIT_INFORMATION: bytes(limits_for(2))}


@pytest.mark.parametrize("refused", ["create", "set", "assign"])
def test_a_system_that_refuses_leaves_no_job_behind_and_nothing_is_claimed(refused: str) -> None:
    api = FakeJobs(refused)
    job = DecoderJob(api, PROCESS, through_launcher=False)
    assert job.holds == ()
    assert api.jobs == {}
    job.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there it has one")
def test_other_systems_have_no_job() -> None:
    assert windows_job.confined(PROCESS) is None


# --- macOS ------------------------------------------------------------------------------------------------------------


def test_the_profile_forbids_network_writing_programs_and_the_homes_and_then_allows_the_program_itself() -> None:
    lines = macos_profile.profile(["/Applications/TnS Desktop.app", '/Users/o"dd\\']).splitlines()
    assert lines[:2] == ["(version 1)", "(allow default)"]
    assert {
        *("(deny network*)", "(deny file-write*)", "(deny process-fork)", "(deny process-exec*)"),
        "(deny signal (target others))",
    } <= set(lines)
    assert '(subpath "/Users")' in lines[-2]
    assert lines[-2].startswith("(deny file-read-data")
    assert lines[-1] == '(allow file-read-data (subpath "/Applications/TnS Desktop.app") (subpath "/Users/o\\"dd\\\\"))'


def test_every_bracket_of_the_profile_is_closed() -> None:
    for readable in ([], ["/a"], ["/a b", "/c"]):
        text = re.sub(r'"(?:[^"\\]|\\.)*"', "", macos_profile.profile(readable))
        assert text.count("(") == text.count(")")


def test_the_program_s_own_folders_are_whole_paths_and_never_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/")
    folders = macos_profile.own_folders()
    assert folders
    assert "/" not in folders
    assert all(folder.startswith("/") for folder in folders)


@pytest.mark.skipif(sys.platform == "darwin", reason="there it would hold for this process")
def test_elsewhere_no_profile_is_applied_and_none_is_claimed() -> None:
    assert macos_profile.apply() == []
