"""The program is told to stop, as a terminal or a session that ends would: it leaves cleanly, and nothing behind."""

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


@pytest.mark.skipif(os.name != "posix", reason="signals to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sign_of_life", ["logs", "session-vault/vault.db"])
def test_a_demonstration_that_is_told_to_stop_leaves_nothing(
    tmp_path: Path, number: signal.Signals, sign_of_life: str
) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "tns_desktop", "--demo", "--language", "en"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + SECONDS
    while not list(tmp_path.glob(f"tns-desktop-demo-*/{sign_of_life}")):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
    running.send_signal(number)
    _, complaints = running.communicate(timeout=SECONDS)

    assert "Traceback" not in complaints
    assert running.returncode == 0
    assert list(tmp_path.glob("tns-desktop-demo-*")) == []
