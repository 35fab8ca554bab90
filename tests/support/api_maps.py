"""The API map that comes with the program, and edited copies of it."""

from __future__ import annotations

from pathlib import Path

DEFAULT_MAP = Path(__file__).parents[2] / "resources" / "api" / "trust_and_sign_v6.toml"


def default_map_text() -> str:
    return DEFAULT_MAP.read_text(encoding="utf-8")


def edited_map(folder: Path, *edits: tuple[str, str], name: str = "map.toml") -> Path:
    """A copy in ``folder`` with each text replaced once; an edit that does not apply is a mistake of the test."""
    text = default_map_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
