"""Trust and Sign for one connection: the port that the use cases speak to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tns_desktop.adapters.api.checks import check_routes
from tns_desktop.adapters.api.conversation import PERHAPS_NO_HEAD, Conversation, size_of_archive
from tns_desktop.adapters.api.creation import Creating
from tns_desktop.adapters.api.download import Downloads
from tns_desktop.domain.client_file import ClientFile, ClientFileState
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.decision import Decision
from tns_desktop.domain.errors import DecisionNotAllowed
from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.domain.pace import Pace
from tns_desktop.services.ports import (
    NOTHING_KNOWN,
    ArchiveNow,
    ArchiveReceipt,
    ArchiveSink,
    CreatedFile,
    Known,
    Page,
    Progress,
    RouteCheck,
)


class TrustAndSignApi:
    """Implements ``ClientFileApi`` over HTTP.

    Every call may raise TransportError, ServerError and AnswerNotUnderstood. Only ServerUnreachable and
    CertificateNotTrusted say that the server certainly never saw the request.
    """

    def __init__(self, connection_id: str, conversation: Conversation, downloads: Downloads) -> None:
        self._connection_id = connection_id
        self._conversation = conversation
        self._downloads = downloads
        self._creating = Creating(conversation)

    @property
    def queues(self) -> tuple[ClientFileState, ...]:
        return tuple(ClientFileState(name) for name in self._conversation.map.queues)

    @property
    def automatic_validation_modes(self) -> frozenset[str]:
        return self._conversation.map.automatic_validation_modes

    def signing_link(self, token: str) -> str:
        return self._conversation.signing_link(token)

    async def list_client_files(
        self, state: ClientFileState | None, cursor: str | None = None, known: Known = NOTHING_KNOWN
    ) -> Page:
        """One page; go on with ``next_cursor`` until it is None.

        Raises AnswerNotUnderstood also where the server repeats a page or ends before its own total.
        """
        answer = await self._conversation.ask_page(state, cursor)
        return await self._conversation.understand_page(state, cursor, answer, known)

    async def read_client_file(self, uuid: str) -> ClientFile:
        """Raises AnswerNotUnderstood (``wrong_uuid``) when the answer is about another file."""
        return await self._conversation.understand_file(uuid, await self._conversation.ask_file(uuid))

    async def download_archive(
        self, uuid: str, sink: ArchiveSink, progress: Progress, pace: Pace | None = None
    ) -> ArchiveReceipt:
        """Raises ArchiveTooLarge as well. ``progress`` and ``sink`` are called in the thread of the transfer."""
        return await self._downloads.fetch(self._conversation.archive_request(uuid), sink, progress, pace)

    async def archive_now(self, uuid: str) -> ArchiveNow:
        """By HEAD, or by asking for the first byte where the server does not seem to know HEAD."""
        answer = await self._conversation.ask_archive_head(uuid)
        if answer.status in PERHAPS_NO_HEAD:
            answer = await self._conversation.ask_archive_start(uuid, 1)
        self._conversation.understand_archive(answer)
        return ArchiveNow(answer.headers.get("etag", ""), size_of_archive(answer.status, answer.headers))

    async def send_decision(self, decision: Decision) -> None:
        """Sends it once. After AnswerNotUnderstood, RequestTimedOut and ConnectionCut the outcome is unknown."""
        if decision.key.connection_id != self._connection_id:
            raise DecisionNotAllowed("the decision belongs to another connection")
        await self._conversation.decide(decision)

    async def create(self, creation: Creation, documents: Sequence[tuple[NewDocument, bytes]]) -> CreatedFile:
        """Sends it once. After AnswerNotUnderstood, RequestTimedOut and ConnectionCut the outcome is unknown.

        Raises ExternalIdTaken, and ApiMapInvalid where the map has no route for identity checks.
        """
        if creation.connection_id != self._connection_id:
            raise DecisionNotAllowed("the creation belongs to another connection")
        return await self._creating.create(creation, documents)

    async def find_created(self, external_ids: frozenset[str]) -> Mapping[str, ClientFile]:
        """By the map's own route where it has one, else through the listings, newest kind of state first."""
        return await self._creating.find(external_ids)

    async def check(self) -> Sequence[RouteCheck]:
        """Never raises a TnsError: what went wrong stands in the line of its route."""
        return await check_routes(self._conversation)

    async def close(self) -> None:
        """Cancels transfers and joins their threads; requests that are under way end with ConnectionCut."""
        await self._downloads.close()
        await self._conversation.transport.close()
