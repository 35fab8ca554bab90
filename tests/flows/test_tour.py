"""The main job, as a person does it: the tour's real clicks and keys in the real program, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 180


def _toured(pictures: Path, *options: str) -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "tns_desktop",
            "--demo", "--tour", str(pictures), *options,
            "--profile-dir", str(pictures.with_name("profile")), "--language", "en",
        ],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_newcomer_connects_reviews_accepts_rejects_and_sees_the_confirmation(tmp_path: Path) -> None:
    pictures = tmp_path / "tour"
    _toured(pictures)
    names = [found.name for found in sorted(pictures.iterdir()) if found.is_file()]
    assert [name[:2] for name in names] == [f"{number:02d}" for number in range(1, len(names) + 1)]
    assert names[0] == "01-welcome.png"
    for chapter in ("accepted-confirmed", "outbox-confirmed", "web-hooks-tested", "signbook-link", "handed-over"):
        assert any(chapter in name for name in names), chapter
    listing = next(pictures.glob("*-handed-over.txt")).read_text("utf-8")
    assert all(part in listing for part in (".zip", "manifest.json", "index.csv"))


@pytest.mark.slow
def test_an_auditor_without_an_account_gives_a_verdict_checks_it_and_compares(tmp_path: Path) -> None:
    pictures = tmp_path / "tour"
    _toured(pictures, "--auditor")
    names = [picture.name.partition("-")[2] for picture in sorted(pictures.glob("*.png"))]
    assert names[0] == "welcome.png"
    assert names[-4:] == ["verdict-checked.png", "comparison.png", "fields-compared.png", "two-versions.png"]
