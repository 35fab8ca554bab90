"""The command that follows: arguments as they are, few variables, an end in time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from tns_desktop.adapters.handover import ProcessRunner
from tns_desktop.adapters.handover.command import kept_environment
from tns_desktop.domain.handover_errors import HandoverCommandFailed

pytestmark = pytest.mark.anyio


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-S", "-E", "-c", code, *arguments]


async def test_arguments_arrive_as_they_are_and_the_environment_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TNS_SECRET", "not for anybody")
    target = tmp_path / "seen.json"
    code = (
        "import json,os,sys;open(sys.argv[1],'w').write(json.dumps([sys.argv[2:],dict(os.environ)]));print('x'*100000)"
    )
    odd = ["a b", "$HOME", "`id`", ";rm -rf /", '"', "*", "é"]
    assert await ProcessRunner().run(python(code, str(target), *odd), 20) == 0
    arguments, environment = json.loads(target.read_text())
    assert arguments == odd
    assert "TNS_SECRET" not in environment
    assert "PATH" in environment
    assert set(kept_environment()) < set(os.environ)


async def test_its_exit_status_is_told() -> None:
    assert await ProcessRunner().run(python("raise SystemExit(7)"), 20) == 7


@pytest.mark.parametrize(
    ("command", "reason"), [(["/no/such/program"], "path_gone"), ([sys.executable, "a\0b"], "file_operation")]
)
async def test_a_program_that_does_not_start_is_said(command: list[str], reason: str) -> None:
    with pytest.raises(HandoverCommandFailed) as raised:
        await ProcessRunner().run(command, 20)
    assert raised.value.facts["reason"] == reason


async def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(HandoverCommandFailed) as raised:
        await ProcessRunner().run(python("import time;time.sleep(60)"), 0.1)
    assert raised.value.facts["reason"] == "too_slow"


async def test_cancelling_ends_the_program(tmp_path: Path) -> None:
    sign = tmp_path / "pid"
    code = "import os,sys,time;open(sys.argv[1],'w').write(str(os.getpid()));time.sleep(60)"
    running = asyncio.ensure_future(ProcessRunner().run(python(code, str(sign)), 60))
    deadline = time.monotonic() + 10
    while not (sign.exists() and sign.read_text()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ProcessLookupError):
        os.kill(int(sign.read_text()), 0)
