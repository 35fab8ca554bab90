"""The text layer of a document, ready to be looked into: words without case and accents, and where each stands.

A page counts as having text only with a few words on it: a scan with a page number printed over it has nothing to look
into, and saying "not found" of it would be a lie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tns_desktop.domain.filters import fold
from tns_desktop.domain.preview import DocumentKey

ENOUGH_CHARACTERS = 24
"""Letters and digits from which on a page counts as having text."""

# Letters and digits; an underscore fills forms and separates like a dot.
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)`` of a page's text, counted as the decoder counted them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageWords:
    """The folded words of one page with the span of each, all of them joined, and where each begins in that."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    joined: str
    starts: dict[int, int] = field(repr=False)
    """Position in ``joined`` → number of the word that begins there."""

    @property
    def has_text(self) -> bool:
        return len(self.joined) >= ENOUGH_CHARACTERS


@dataclass(frozen=True, slots=True)
class TextLayer:
    """Pages of one document. ``truncated``: there is more than was read."""

    key: DocumentKey
    pages: tuple[str, ...] = field(repr=False)
    truncated: bool = False


def words_of_page(text: str) -> PageWords:
    """Words as people read them: hyphens, apostrophes, dots and signs separate, accents and case do not count."""
    words: list[str] = []
    spans: list[Span] = []
    starts: dict[int, int] = {}
    position = 0
    for match in _WORD.finditer(text):
        folded = fold(match.group())
        if not folded:
            continue
        starts[position] = len(words)
        position += len(folded)
        words.append(folded)
        spans.append(Span(match.start(), match.end()))
    return PageWords(tuple(words), tuple(spans), "".join(words), starts)


def joined_words(text: str) -> str:
    """The letters and digits of ``text``, folded, without anything between them."""
    return "".join(fold(match.group()) for match in _WORD.finditer(text))


def split_words(text: str) -> list[str]:
    """The folded words of ``text``."""
    return [fold(match.group()) for match in _WORD.finditer(text)]
