"""Sample archives on disk, for an auditor's tour: made by the sandbox in a process of its own, as everything of its kind."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tns_desktop.adapters.samples.server import sandbox_command

_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class AuditorSamples:
    """Two archives, a later one of the first's client file, and a certificate with its passphrase; all of them specimens."""

    first: Path
    second: Path
    later: Path
    certificate: Path
    passphrase: str


def auditor_samples_blocking(folder: Path) -> AuditorSamples:
    """Writes them into ``folder``. Raises OSError or subprocess.SubprocessError."""
    subprocess.run(
        [*sandbox_command(), "--auditor-samples", str(folder)],
        check=True,
        timeout=_PATIENCE_SECONDS,
        capture_output=True,
    )
    return AuditorSamples(
        folder / "dossier-1.zip",
        folder / "dossier-2.zip",
        folder / "dossier-1-suite.zip",
        folder / "auditor.p12",
        "specimen",
    )
