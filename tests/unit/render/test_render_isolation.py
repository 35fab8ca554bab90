"""What the decoder cannot do any more once it has limited itself; tried in a process that did the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tns_desktop.adapters.render import isolation, landlock
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.limits import MEMORY_LIMIT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

ROOT = Path(__file__).resolve().parents[3]
_TRIAL = """
import ctypes, json, os, resource, socket, subprocess, sys, threading
sys.path.insert(0, {root!r})
from tns_desktop.adapters.render import isolation, landlock, limits
achieved = limits.apply() + landlock.apply() + isolation.apply()

def attempt(action):
    try:
        action()
    except BaseException as error:
        return type(error).__name__
    return "worked"

def run_thread():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()

def decode():
    import io, pypdfium2, pi_heif
    from PIL import Image
    image = io.BytesIO()
    Image.new("RGB", (9, 9)).save(image, "PNG")
    Image.open(image).load()

tried = {{
    "memory": attempt(lambda: bytearray(4 * 1024**3)),
    "connect": attempt(lambda: socket.socket()),
    "fork": attempt(os.fork),
    "run": attempt(lambda: subprocess.run(["true"])),
    "exec": attempt(lambda: os.execv("/bin/true", ["true"])),
    "create": attempt(lambda: open({folder!r} + "/made", "w")),
    "append": attempt(lambda: open({existing!r}, "a")),
    "remove": attempt(lambda: os.unlink({existing!r})),
    "kill_parent": attempt(lambda: os.kill(os.getppid(), 0)),
    "signal_parent": ctypes.CDLL(None).syscall({tgkill}, os.getppid(), os.getppid(), 0),
    "read": attempt(lambda: open({existing!r}).read()),
    "read_memory_of_parent": attempt(lambda: open(f"/proc/{{os.getppid()}}/mem", "rb").close()),
    "list": attempt(lambda: os.listdir({folder!r})),
    "thread": attempt(run_thread),
    "decode": attempt(decode),
}}
print(json.dumps([achieved, tried]))
"""


def _try(tmp_path: Path) -> tuple[list[str], dict[str, object]]:
    existing = tmp_path / "existing"
    existing.write_text("x")
    architecture = isolation.current_architecture()
    code = _TRIAL.format(
        root=str(ROOT),
        folder=str(tmp_path),
        existing=str(existing),
        tgkill=architecture.signal_thread if architecture is not None else 0,
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=60, check=True)
    assert existing.read_text() == "x"
    achieved, tried = json.loads(done.stdout)
    return achieved, tried


def test_a_limited_process_can_decode_and_little_else(tmp_path: Path) -> None:
    achieved, tried = _try(tmp_path)
    assert {"memory", "open_files", "written_bytes", "core_dumps", "no_new_privileges"} <= set(achieved)
    assert (tried["memory"], tried["thread"], tried["decode"]) == ("MemoryError", "worked", "worked")
    if "file_system" in achieved:
        hidden = ("read", "read_memory_of_parent", "list")
        assert {name: tried[name] for name in hidden} == dict.fromkeys(hidden, "PermissionError")
    if "system_calls" not in achieved:
        pytest.skip("this kernel takes no system call filter")
    forbidden = ("connect", "fork", "run", "exec", "create", "append", "remove", "kill_parent")
    assert {name: tried[name] for name in forbidden} == dict.fromkeys(forbidden, "PermissionError")
    assert tried["signal_parent"] == -1


def test_the_memory_limit_leaves_room_for_the_decoders() -> None:
    assert 512 * 1024**2 < MEMORY_LIMIT < 4 * 1024**3


@pytest.mark.anyio
async def test_the_host_knows_which_limits_hold() -> None:
    host = RenderHost()
    await host.start()
    assert {"memory", "core_dumps", "dies_with_parent", "no_new_privileges"} <= set(host.isolation)
    await host.close()


@pytest.mark.parametrize(("version", "size"), [(1, 8), (3, 8), (4, 16), (5, 16), (6, 24), (9, 24)])
def test_asks_of_each_landlock_version_only_what_it_knows(version: int, size: int) -> None:
    attributes = landlock.ruleset_attributes(version)
    assert len(attributes) == size
    assert int.from_bytes(attributes[:8], sys.byteorder) >= 2**13 - 1


def test_the_operators_home_is_not_readable_for_the_decoder() -> None:
    readable = landlock.readable_paths()
    assert Path.home() not in readable
    assert Path("/") not in readable


@pytest.mark.parametrize("architecture", [isolation.X86_64, isolation.ARM_64])
def test_every_jump_of_the_filter_lands_inside_it(architecture: isolation.Architecture) -> None:
    program = isolation.filter_program(architecture, 1)
    count = len(program) // 8
    for position in range(count):
        code, if_true, if_false = program[8 * position], program[8 * position + 2], program[8 * position + 3]
        if code in (isolation.JUMP_EQUAL, isolation.JUMP_AT_LEAST, isolation.JUMP_ANY_BIT):
            assert position + 1 + max(if_true, if_false) < count
    assert program[-8] == isolation.RETURN
    assert count < 4096
