"""A program that is killed while it sends, at any step, again and again: no decision is lost and none is sent twice.

``TNS_LONG=1`` kills 200 times, ``TNS_KILLS`` as often as it says; ``TNS_SEED`` chooses other moments.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.long_run import examples
from tests.support.sandbox import SandboxProcess
from tests.support.vaults import REPOSITORY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="fork and kill -9 are POSIX")

KILLS = int(os.environ.get("TNS_KILLS", examples(40, 200)))
SEED = int(os.environ.get("TNS_SEED", "20261124"))
DECISIONS = 24 + KILLS
SECONDS_A_KILL = 5
# Lost answers on top of it: every third decision is carried out without a word, or met by a server in trouble.
FAULTS = ",".join(f"decision:{fault}*1@{after}" for after, fault in
                  ((2, "commit-then-cut"), (5, "503(1)"), (9, "commit-then-cut"), (12, "invalid-json")))  # fmt: skip


def test_no_kill_loses_or_doubles_a_decision(tmp_path: Path) -> None:
    with SandboxProcess(files=DECISIONS * 3) as server:
        uuids = server.uuids()[:DECISIONS]
        server.set_faults(FAULTS)
        order = {
            "base_url": server.base_url,
            "public_id": server.public_id,
            "secret_key": server.secret_key,
            "uuids": uuids,
            "kills": KILLS,
            "seed": SEED,
        }
        finished = subprocess.run(
            [sys.executable, "-m", "tests.support.decision_killer", str(tmp_path / "profile")],
            input=json.dumps(order),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60 + SECONDS_A_KILL * KILLS,
            check=False,
        )
        carried_out = server.decisions()
    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout)
    assert answer["kills"] == KILLS
    assert sorted(row["uuid"] for row in answer["rows"]) == sorted(uuids)
    assert Counter(row["status"] for row in answer["rows"]) == {"confirmed": DECISIONS}
    told = {(row["uuid"], row["decision_id"], row["verdict"]) for row in answer["rows"]}
    assert sorted(told) == sorted((one["uuid"], one["idempotency"], one["verdict"]) for one in carried_out)
