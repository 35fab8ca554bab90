"""The desk's memory is closed to other programs; tried in a process of its own, since it cannot be undone safely."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TRIAL = f"""
import json, resource, sys
sys.path.insert(0, {str(ROOT)!r})
from tns_desktop.adapters.platform.hardening import forbid_dumps
import ctypes
held = forbid_dumps()
print(json.dumps([held, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0]]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="attributes of Linux")
def test_no_core_file_and_no_other_reader() -> None:
    done = subprocess.run([sys.executable, "-I", "-c", TRIAL], capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout) == [["core_dumps", "not_dumpable"], 0, 0]
