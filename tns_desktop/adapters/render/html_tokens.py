"""HTML as a row of tags and texts, in a time that grows with its length only. Runs in the decoder only.

What is no tag by these rules is text and will be seen: a mistake here shows too much, never too little.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Nothing outside of quotation marks reaches over another "<": each character is looked at a few times, never once a tag.
_TAG = re.compile(
    r"(<!--)|<[!?][^<>]*+>|<(/?)([a-zA-Z][^\s/<>\"']*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
)
_ATTRIBUTE = re.compile(r"([^\s=>/\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?")
RAW = frozenset({"script", "style", "title", "iframe", "noembed", "noframes"})
"""Elements whose content is no HTML and is not shown."""
ATTRIBUTES_LIMIT = 50
"""Attributes of one tag that are looked at; the first of a name counts."""


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    closes: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def tokens_of(markup: str) -> Iterator[Tag | str]:
    """Tags, names in small letters, and the texts between them, entities replaced."""
    at = said = 0
    """Looked through, and told, up to there."""
    unclosed: set[str] = set()
    """Beginnings after which there is no end: what is never closed hides nothing."""
    while (found := _TAG.search(markup, at)) is not None:
        at = found.end()
        name = (found[3] or "").lower()
        if found[1]:
            end = -1 if "<!--" in unclosed else _end_of_comment(markup, found.start())
            if end < 0:
                unclosed.add("<!--")
                continue
            at = end
        if found.start() > said:
            yield html.unescape(markup[said : found.start()])
        said = at
        if not name:
            continue
        closes = bool(found[2])
        yield Tag(name, closes, {} if closes else _attributes(found[4]))
        if name in RAW and not closes and name not in unclosed:
            end_of_raw = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(markup, at)
            if end_of_raw is None:
                unclosed.add(name)
            else:
                at = said = end_of_raw.start()
    if said < len(markup):
        yield html.unescape(markup[said:])


def _end_of_comment(markup: str, start: int) -> int:
    """As browsers end it, also at once (``<!-->``); -1 where they would find no end."""
    ends = [found + len(end) for end in ("-->", "--!>") if (found := markup.find(end, start + 2)) >= 0]
    return min(ends, default=-1)


def _attributes(text: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for count, found in enumerate(_ATTRIBUTE.finditer(text)):
        if count == ATTRIBUTES_LIMIT:
            break
        value = next((group for group in found.groups()[1:] if group is not None), "")
        made.setdefault(found[1].lower(), html.unescape(value))
    return made
