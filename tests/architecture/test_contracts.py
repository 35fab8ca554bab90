"""The import contracts of pyproject.toml hold: who may know whom."""

from __future__ import annotations

import subprocess
import sys

from tests.support.sources import REPOSITORY


def test_every_import_contract_is_kept() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    linted = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert " 0 broken" in linted.stdout
