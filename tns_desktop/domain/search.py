"""Search beyond names: what the vault found, and through which document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tns_desktop.domain.client_file import ClientFileKey


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """The document whose text holds what was searched. ``entry_id`` is its place in the archive."""

    entry_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document's text on its way into the index. ``name`` is what the operator is shown."""

    entry_id: str
    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Files that hold every word searched for: in their data (None), or only with the help of a document.

    ``is_complete`` is False where there are more than were asked for.
    """

    files: dict[ClientFileKey, FoundDocument | None] = field(default_factory=dict)
    is_complete: bool = True

    @classmethod
    def of_all(cls, results: Iterable[SearchResult]) -> SearchResult:
        """Those of several connections together."""
        files: dict[ClientFileKey, FoundDocument | None] = {}
        is_complete = True
        for result in results:
            files.update(result.files)
            is_complete = is_complete and result.is_complete
        return cls(files, is_complete)
