"""How the program ends: told to stop it leaves cleanly and nothing behind; started twice, the second one makes way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


def started(temporary: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tns_desktop", *arguments, "--language", "en"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(running: subprocess.Popen[str], folder: Path, sign_of_life: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not list(folder.glob(sign_of_life)):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline


@pytest.mark.skipif(os.name != "posix", reason="signals to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sign_of_life", ["logs", "session-vault/vault.db"])
def test_a_demonstration_that_is_told_to_stop_leaves_nothing(
    tmp_path: Path, number: signal.Signals, sign_of_life: str
) -> None:
    running = started(tmp_path, "--demo")
    wait_for(running, tmp_path, f"tns-desktop-demo-*/{sign_of_life}")
    running.send_signal(number)
    _, complaints = running.communicate(timeout=SECONDS)

    assert "Traceback" not in complaints
    assert running.returncode == 0
    assert list(tmp_path.glob("tns-desktop-demo-*")) == []


def test_a_second_start_makes_way_for_the_first(tmp_path: Path) -> None:
    """Also when it was to open a file: the first one has it then. A marker that a crash left is no obstacle."""
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "running").write_text("left by a crash")
    first = started(tmp_path, "--demo", "--profile-dir", str(profile))
    try:
        wait_for(first, profile, "session-vault/vault.db")
        second = started(tmp_path, "--demo", "--profile-dir", str(profile), "--open", str(tmp_path / "some.zip"))
        _, complaints = second.communicate(timeout=SECONDS)
        assert second.returncode == 0, complaints
        assert first.poll() is None
    finally:
        first.terminate()
        _, complaints = first.communicate(timeout=SECONDS)
    assert first.returncode == 0, complaints
    assert "Traceback" not in complaints
    assert not (profile / "running").exists()
