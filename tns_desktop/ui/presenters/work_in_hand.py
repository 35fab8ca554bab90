"""What an operator was at when the desk locked: which file, and the rejections that were being written.

As a text, so that it can be sealed with the vault's key and read again once the vault is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.rejection import MessageLine
from tns_desktop.ui.views.reject_dialog import RejectionDraft


@dataclass(frozen=True, slots=True)
class WorkInHand:
    key: ClientFileKey | None = None
    drafts: Mapping[ClientFileKey, RejectionDraft] = field(default_factory=dict, repr=False)

    @property
    def as_text(self) -> str:
        return json.dumps(
            {
                "key": [self.key.connection_id, self.key.uuid] if self.key is not None else None,
                "drafts": [
                    [
                        [key.connection_id, key.uuid],
                        [draft.language, draft.cause, draft.message, draft.note],
                        [[line.key, line.text] for line in draft.composed],
                    ]
                    for key, draft in self.drafts.items()
                ],
            }
        )


def work_of(text: str) -> WorkInHand:
    """The other way."""
    found = json.loads(text)
    return WorkInHand(
        ClientFileKey(*found["key"]) if found["key"] is not None else None,
        {
            ClientFileKey(*key): RejectionDraft(
                language, cause, message, note, tuple(MessageLine(*line) for line in lines)
            )
            for key, (language, cause, message, note), lines in found["drafts"]
        },
    )
