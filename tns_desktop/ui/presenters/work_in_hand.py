"""What an operator was at when the desk locked: which file, which archives from disk, and the rejections that were begun.

As a text, so that it can be sealed with the vault's key and read again once the vault is open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.rejection import MessageLine, RejectionDraft

Files = tuple[ClientFileKey, ...]
Drafts = Mapping[Files, RejectionDraft]
"""By the files that the words are for: those for all of many are not those for one of them."""


def about(keys: Iterable[ClientFileKey]) -> Files:
    """The same for the same files, in whatever order they were chosen."""
    return tuple(sorted(keys, key=lambda key: (key.connection_id, key.uuid)))


@dataclass(frozen=True, slots=True)
class WorkInHand:
    key: ClientFileKey | None = None
    drafts: Drafts = field(default_factory=dict, repr=False)
    archives: tuple[Path, ...] = field(default=(), repr=False)
    """Open from disk; the one on screen is the first."""

    @property
    def as_text(self) -> str:
        return json.dumps(
            {
                "key": [self.key.connection_id, self.key.uuid] if self.key is not None else None,
                "drafts": [
                    [
                        [[key.connection_id, key.uuid] for key in keys],
                        [draft.language, draft.cause, draft.message, draft.note, draft.is_for_all],
                        [[line.key, line.text] for line in draft.composed],
                    ]
                    for keys, draft in self.drafts.items()
                ],
                "archives": [str(path) for path in self.archives],
            }
        )


def work_of(text: str) -> WorkInHand:
    """The other way."""
    found = json.loads(text)
    return WorkInHand(
        ClientFileKey(*found["key"]) if found["key"] is not None else None,
        {
            about(ClientFileKey(*key) for key in keys): RejectionDraft(
                language, cause, message, note, tuple(MessageLine(*line) for line in lines), is_for_all
            )
            for keys, (language, cause, message, note, is_for_all), lines in found["drafts"]
        },
        tuple(map(Path, found["archives"])),
    )
