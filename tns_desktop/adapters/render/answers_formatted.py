"""What the decoder made of a stranger's HTML, checked as everything it says (``answers``).

Only the values of ``domain.formatted`` come out of here: text, five looks, and addresses that somebody may be asked about.
"""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from tns_desktop.adapters.render.protocol import (
    ADDRESS_LIMIT,
    BLOCKS_LIMIT,
    COLUMNS_LIMIT,
    RUN_TEXT_LIMIT,
    RUNS_LIMIT,
    ProtocolViolation,
)
from tns_desktop.domain.formatted import BlockKind, FormattedText, RunKind, Runs, TextBlock, TextRun

DEEPEST = 8
MOST_COUNTED = 1_000_000
MARKER_LIMIT = 12
_LOOKS = "biuskh"
_BLOCK_KINDS = {kind.value: kind for kind in BlockKind}
_RUN_KINDS = {kind.value: kind for kind in RunKind}


def formatted_of(raw: bytes) -> FormattedText:
    """Raises ProtocolViolation for anything else than blocks of runs within the limits."""
    try:
        told = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolViolation("not a formatted text") from error
    if not isinstance(told, list) or len(told) != 4:
        raise ProtocolViolation("not a formatted text")
    blocks, pictures, hidden, truncated = told
    counted = _is_within(pictures, MOST_COUNTED) and _is_within(hidden, MOST_COUNTED) and isinstance(truncated, bool)
    if not counted or not isinstance(blocks, list) or len(blocks) > BLOCKS_LIMIT:
        raise ProtocolViolation("not a formatted text")
    made = tuple(map(_block, blocks))
    if sum(len(block.runs) + sum(map(len, block.cells)) for block in made) > RUNS_LIMIT + BLOCKS_LIMIT * COLUMNS_LIMIT:
        raise ProtocolViolation("too many runs")
    return FormattedText(made, pictures, hidden, truncated)


def _block(value: object) -> TextBlock:
    if not isinstance(value, list) or len(value) != 6:
        raise ProtocolViolation("not a block")
    kind, level, quote, marker, runs, cells = value
    if (
        not isinstance(kind, str)
        or kind not in _BLOCK_KINDS
        or not isinstance(marker, str)
        or len(marker) > MARKER_LIMIT
    ):
        raise ProtocolViolation("not a block")
    if not _is_within(level, DEEPEST) or not _is_within(quote, DEEPEST):
        raise ProtocolViolation("not a block")
    if not isinstance(cells, list) or len(cells) > COLUMNS_LIMIT or bool(cells) != (kind == BlockKind.ROW):
        raise ProtocolViolation("not cells")
    return TextBlock(_BLOCK_KINDS[kind], _runs(runs), level, quote, marker, tuple(map(_runs, cells)))


def _runs(value: object) -> Runs:
    if not isinstance(value, list) or len(value) > RUNS_LIMIT:
        raise ProtocolViolation("not runs")
    return tuple(map(_run, value))


def _run(value: object) -> TextRun:
    if not isinstance(value, list) or len(value) != 4 or not all(isinstance(part, str) for part in value):
        raise ProtocolViolation("not a run")
    text, kind, look, link = value
    if len(text) > RUN_TEXT_LIMIT or len(link) > ADDRESS_LIMIT or kind not in _RUN_KINDS:
        raise ProtocolViolation("not a run")
    if len(look) > len(_LOOKS) or not set(look) <= set(_LOOKS):
        raise ProtocolViolation("not a look")
    bold, italic, underline, strike, fixed, hidden = (letter in look for letter in _LOOKS)
    return TextRun(text, _RUN_KINDS[kind], bold, italic, underline, strike, fixed, hidden, link)


def _is_within(value: Any, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
