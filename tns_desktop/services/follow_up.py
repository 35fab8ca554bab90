"""Following up: each participant's SignBook link, and the firm's rules of age.

A link lets whoever has it act as the participant. It is made when somebody asks, of a token that lies in the vault; it is kept
nowhere, and the log's redactor knows it before anybody else does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFile, ClientFileKey, Participant
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.follow_up import FollowUpRules
from tns_desktop.domain.roles import Duty
from tns_desktop.services.connections import Connections
from tns_desktop.services.ports import Vault
from tns_desktop.services.settings import EXPIRES_DAYS, LATE_DAYS, WARN_DAYS, Settings


class NoLink(StrEnum):
    """Why there is no link to hand out; each has its sentence."""

    ROLE = "role"
    NO_TOKEN = "no_token"  # noqa: S105  (the name of a reason)
    NOT_IN_THE_MAP = "not_in_the_map"
    NO_CONNECTION = "no_connection"
    """The connection cannot be used as it is: its secret key is missing, its map is broken."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A participant, and the link: empty where ``why_not`` says why there is none."""

    participant: Participant
    link: str = field(default="", repr=False)
    why_not: NoLink | None = None


class FollowUp:
    """``hide`` is told each secret before it is used."""

    def __init__(self, vault: Vault, connections: Connections, settings: Settings, hide: Callable[[str], None]) -> None:
        self._vault = vault
        self._connections = connections
        self._settings = settings
        self._hide = hide

    @property
    def rules(self) -> FollowUpRules:
        return FollowUpRules(
            late_after=self._settings.get(LATE_DAYS),
            expires_after=self._settings.get(EXPIRES_DAYS),
            warn_before=self._settings.get(WARN_DAYS),
        )

    async def invited(self, key: ClientFileKey) -> tuple[ClientFile, list[Invited]] | None:
        """The file and everybody who takes part in it, in its order; None for a file that is not here. Raises VaultError.

        Neither holds a token: whoever is shown needs the link at most.
        """
        client_file = await self._vault.client_files.get(key)
        if client_file is None:
            return None
        people = client_file.participants
        without = tuple(replace(one, access_token="") for one in people)
        client_file = replace(client_file, participants=without)
        if not self._connections.may(key.connection_id, Duty.FOLLOW_UP):
            return client_file, [Invited(one, why_not=NoLink.ROLE) for one in without]
        return client_file, [
            await self._invited(key, shown, one.access_token) for shown, one in zip(without, people, strict=True)
        ]

    async def _invited(self, key: ClientFileKey, person: Participant, token: str) -> Invited:
        if not token:
            return Invited(person, why_not=NoLink.NO_TOKEN)
        self._hide(token)
        try:
            api = await self._connections.api_for(key.connection_id)
        except TnsError:
            return Invited(person, why_not=NoLink.NO_CONNECTION)
        link = api.signing_link(token)
        return Invited(person, link) if link else Invited(person, why_not=NoLink.NOT_IN_THE_MAP)
