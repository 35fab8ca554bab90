"""The palette: what can be found by typing, and which of it stands first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tns_desktop.domain.filters import fold, words_of

MOST_SHOWN = 50


class Find(StrEnum):
    """What an item is."""

    DOCUMENT = "document"
    VIEW = "view"
    ACTION = "action"
    FILE = "file"


_ORDER = list(Find)


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """``title`` is what is read, ``detail`` stands beside it. ``target``: an action's or an entry's id,
    a view's name, or a file's key.

    ``haystack`` is what typed words are looked for in, folded; empty: title and detail.
    """

    find: Find
    title: str
    target: object
    detail: str = ""
    haystack: str = ""

    def rank(self, words: tuple[str, ...]) -> int | None:
        """0 is best; None when a word is nowhere in it. No words: everything fits alike."""
        haystack = self.haystack or fold(f"{self.title}\n{self.detail}")
        if not all(word in haystack for word in words):
            return None
        title = fold(self.title)
        if not words or title.startswith(words[0]):
            return 0
        begun = title.replace("’", " ").replace("-", " ").split()
        return 1 if all(any(one.startswith(word) for one in begun) for word in words) else 2


def best_of(items: Iterable[PaletteItem], text: str, most: int = MOST_SHOWN) -> list[PaletteItem]:
    """The items that hold every word of ``text``, best first; of the same rank documents, then views, actions and files."""
    words = words_of(text)
    ranked = (
        (rank, _ORDER.index(item.find), number, item)
        for number, item in enumerate(items)
        if (rank := item.rank(words)) is not None
    )
    return [item for _rank, _find, _number, item in sorted(ranked, key=lambda one: one[:3])[:most]]
