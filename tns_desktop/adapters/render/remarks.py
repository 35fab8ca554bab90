"""Remarks about what a document carries with it, as they travel back to the desk. Runs in the decoder only."""

from __future__ import annotations

from tns_desktop.adapters.render.protocol import FINDINGS_LIMIT, SIGNATURE_VALUE_LIMIT
from tns_desktop.adapters.render.visible import clip, make_visible


class Remarks:
    """One line a kind of remark: how often it was met, and the first name or address that came with it."""

    def __init__(self) -> None:
        self._found: dict[str, list[object]] = {}

    def add(self, code: str, *, count: int = 1, detail: str = "") -> None:
        shown = clip(make_visible(" ".join(detail.split())), SIGNATURE_VALUE_LIMIT)[0]
        entry = self._found.setdefault(code, [code, 0, ""])
        entry[1] = int(str(entry[1])) + count
        entry[2] = entry[2] or shown

    def as_list(self) -> list[list[object]]:
        return list(self._found.values())[:FINDINGS_LIMIT]
