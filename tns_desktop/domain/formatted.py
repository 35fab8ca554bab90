"""Formatted text as values: what is left of a stranger's HTML once it can do nothing but be read.

No colours, sizes, places or pictures of the author: nothing can be hidden with them, and nothing is loaded for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class RunKind(StrEnum):
    """What a run stands for; all but ``TEXT`` stand in the place of what is not shown, ``text`` being its description."""

    TEXT = "text"
    PICTURE = "picture"
    OBJECT = "object"
    FIELD = "field"


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    PREFORMATTED = "preformatted"
    ROW = "row"
    """Of a table; rows that follow each other are one."""
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text of one kind. A line end in it is one. ``hidden``: the author meant it not to be seen. ``link``: believe nothing."""

    text: str = field(repr=False)
    kind: RunKind = RunKind.TEXT
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    fixed: bool = False
    hidden: bool = False
    link: str = field(default="", repr=False)


Runs = tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class TextBlock:
    """``level``: of a heading, 1 to 6, or of a list's item, from 1. ``quote``: how often it was quoted. ``marker``: the
    item's number or bullet. ``cells``: of a row only, which has no ``runs``.
    """

    kind: BlockKind
    runs: Runs = ()
    level: int = 0
    quote: int = 0
    marker: str = ""
    cells: tuple[Runs, ...] = ()


@dataclass(frozen=True, slots=True)
class FormattedText:
    """``pictures``: not shown and not loaded. ``hidden``: passages the author hid, which are shown. ``truncated``: there
    is more.
    """

    blocks: tuple[TextBlock, ...] = ()
    pictures: int = 0
    hidden: int = 0
    truncated: bool = False
