"""Makes text safe to look at: nothing invisible changes what the operator reads. Runs in the decoder only."""

from __future__ import annotations

import re

CONTROL_PICTURES = 0x2400
DELETE_PICTURE = 0x2421
REPLACEMENT = "\ufffd"
# Marks that reorder or hide what stands around them (Unicode TR 36): shown by their code instead of being obeyed.
DECEPTIVE = (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
# Qt takes these two, which are no characters, for the edges of a frame: they would break lines where there is none.
FRAMES = (0xFDD0, 0xFDD1)

_TABLE: dict[int, str] = {
    **{code: chr(CONTROL_PICTURES + code) for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: chr(DELETE_PICTURE),
    **dict.fromkeys(range(0x80, 0xA0), REPLACEMENT),
    0x2028: "\n",
    0x2029: "\n",
    **{code: f"⟨U+{code:04X}⟩" for code in (*DECEPTIVE, *FRAMES)},
    **dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT),
}

_TO_BE_SHOWN = re.compile("[" + "".join(re.escape(chr(code)) for code in _TABLE) + "]")


def make_visible(text: str) -> str:
    """``text`` with plain line ends, and with its control, bidirectional and lone surrogate characters shown."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Most texts hold nothing of the kind, and looking is ten times as quick as translating.
    return text if _TO_BE_SHOWN.search(text) is None else text.translate(_TABLE)


def clip(text: str, limit: int) -> tuple[str, bool]:
    """At most ``limit`` characters, and whether any were left out."""
    return text[:limit], len(text) > limit
