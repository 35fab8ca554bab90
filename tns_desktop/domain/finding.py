"""Finding words in a text as people type them: case, accents, line ends and hyphens at line ends do not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

NEEDLE_LIMIT = 200
"""Characters of the words looked for that count."""

_BLOCKS = ((0x00C0, 0x0250), (0x0370, 0x0530), (0x1E00, 0x2000), (0xFF21, 0xFF5B))
"""Where letters with accents, and other letters with two cases, stand (Latin, Greek, Cyrillic, full width)."""
_ACCENTS = frozenset(map(chr, range(0x0300, 0x0370)))
_APOSTROPHES = "'\u2018\u2019\u02bc\u00b4`"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\u0002"
_QUOTES = '"\u201c\u201d\u00ab\u00bb'
# PDFium writes a hyphen that only ends a line as U+0002 or U+FFFE; the line goes on in the next.
_BETWEEN = "[\u0300-\u036f]*(?:[\u00ad\u0002\ufffe-]\\r?\\n)?"

_every_variant: dict[str, str] = {}
"""Computed when somebody first looks for something."""


def pattern_for(words: str) -> re.Pattern[str] | None:
    """What finds ``words``; None when nothing of them can be found (blanks only)."""
    needle = " ".join(unicodedata.normalize("NFKC", words[:NEEDLE_LIMIT]).split())
    if not needle:
        return None
    letters = [_bare(character) for character in needle if character not in _ACCENTS]
    return re.compile(_BETWEEN.join(map(_class_of, letters))) if letters else None


def places_of(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Beginning and end of every place, from the first to the last; none of them empty."""
    for found in pattern.finditer(text):
        if found.end() > found.start():
            yield found.start(), found.end()


def _bare(character: str) -> str:
    """The letter without its accents; what is not a letter with accents (a Hangul syllable, say) stays whole."""
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if all(part in _ACCENTS for part in parts[1:]) else character


def _class_of(letter: str) -> str:
    if letter.isspace():
        return r"\s+"
    for alike in (_APOSTROPHES, _DASHES, _QUOTES):
        if letter in alike:
            return f"[{re.escape(alike)}]"
    base = letter.casefold()
    every = {letter, letter.lower(), letter.upper(), *_variants().get(base, ())}
    single = sorted(one for one in every if len(one) == 1)
    return f"[{''.join(re.escape(one) for one in single)}]"


def _variants() -> dict[str, str]:
    """Every letter that is another one with an accent or in the other case, by that other one."""
    if not _every_variant:
        _every_variant.update(_computed_variants())
    return _every_variant


def _computed_variants() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for first, last in _BLOCKS:
        for code in range(first, last):
            letter = chr(code)
            base = unicodedata.normalize("NFKD", letter)[:1].casefold()
            if base and base != letter and len(base) == 1:
                found.setdefault(base, set()).add(letter)
    return {base: "".join(sorted(letters)) for base, letters in found.items()}
