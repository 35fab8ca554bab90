"""What an API map says, as frozen values: routes, paging, field paths and meanings that nothing has to check again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tns_desktop.domain.client_file import ClientFileState
from tns_desktop.services.ports import WebHookRules


class PagingStyle(StrEnum):
    NONE = "none"
    OFFSET = "offset"
    PAGE = "page"
    CURSOR = "cursor"
    LINK = "link"


class BodyType(StrEnum):
    """Media type of a request's body; NOTHING sends none."""

    NOTHING = ""
    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"
    MULTIPART = "multipart/form-data"


class RouteBase(StrEnum):
    """What a route's path is appended to."""

    INTEGRATION = "integration"
    """The connection's base URL."""
    HOST = "host"
    """The root of the connection's host."""


class StatusMeaning(StrEnum):
    """What a status may mean; the values are the codes of the ServerError classes."""

    REQUEST_INVALID = "request_invalid"
    CREDENTIALS_REFUSED = "credentials_refused"
    ACCESS_FORBIDDEN = "access_forbidden"
    CLIENT_FILE_NOT_FOUND = "client_file_not_found"
    STATE_CONFLICT = "state_conflict"
    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_FAILED = "server_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a list goes on. ``first`` is the first position, ``limit`` the page size in items."""

    style: PagingStyle
    position_param: str = ""
    limit_param: str = ""
    first: int = 0
    limit: int = 0
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One request. ``path`` is appended to the connection's base URL; ``answer`` holds media types in lower case."""

    name: str
    method: str
    path: str
    query: Mapping[str, str]
    success: frozenset[int]
    answer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRoute(Route):
    items: str
    total: str
    paging: Paging

    @property
    def asks_by_state(self) -> bool:
        """False when the server sends every state and the selection is ours to make."""
        return any("{state}" in template for template in (self.path, *self.query.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRoute(Route):
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRoute(Route):
    body_type: BodyType
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorsRoute(Route):
    """Asked with the credentials of an Admin, not with the product's."""

    base: RouteBase
    items: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateParts:
    """Names of the parts of a creation."""

    workflow_label: str
    external_id: str
    client_file: str
    documents: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoute(ItemRoute):
    body_type: BodyType
    parts: CreateParts


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityParts:
    """Names of the parts of an identity check's creation; ``documents`` empty where none go along."""

    workflow_label: str
    external_id: str
    documents: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRoute(ItemRoute):
    body_type: BodyType
    parts: IdentityParts


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRoute(Route):
    """``items``: where the files stand in the answer, a list or a single one."""

    items: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFileFields:
    uuid: str
    id: str
    external_id: str
    workflow_label: str
    state: str
    start_date: str
    finish_date: str
    validation_date: str
    rejection_cause: str
    rejection_message: str
    external_info: str
    participants: str
    profiles: str
    signed: str
    legally_archived: str
    validation_mode: str
    language: str = ""
    consent_protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalInfoFields:
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantFields:
    uuid: str
    type: str
    civility: str
    last_name: str
    first_name: str
    birth_name: str
    birth_date: str
    birth_place: str
    email: str
    mobile_phone: str
    phone: str
    postal_address: str
    iban: str
    profiles: str
    access_token: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFields:
    uuid: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRules:
    """Where the error envelope holds what, and what a status means."""

    message: str
    code: str
    invalid_parameters: str
    status: Mapping[int, StatusMeaning]
    state_conflict_codes: frozenset[int]
    external_id_taken_codes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMap:
    """The whole map. Header names are empty where a header is left out.

    ``list_operators`` and ``operator`` are None together, ``create_identity_check`` and ``find_by_external_id`` each by itself,
    and ``signing_link`` is empty, in a map that leaves them out.
    """

    name: str
    operator_header: str
    idempotency_header: str
    queues: tuple[str, ...]
    state_meaning: Mapping[str, str]
    automatic_validation_modes: frozenset[str]
    list_client_files: ListRoute
    read_client_file: ItemRoute
    archive: Route
    accept: DecisionRoute
    reject: DecisionRoute
    create_client_file: CreateRoute
    create_identity_check: IdentityRoute | None
    find_by_external_id: FindRoute | None
    client_file: ClientFileFields
    external_info: ExternalInfoFields
    participant: ParticipantFields
    errors: ErrorRules
    list_operators: OperatorsRoute | None = None
    operator: OperatorFields | None = None
    signing_link: str = ""
    """Of a participant, with ``{host}`` and ``{token}``."""
    webhooks: WebHookRules | None = None
    """None: a map that was made before there were any."""

    def state_of(self, word: str) -> ClientFileState:
        """The state behind the server's word; a word that the map does not have stays as it is."""
        return ClientFileState(self.state_meaning.get(word, word))

    def words_for(self, state: ClientFileState) -> tuple[str, ...]:
        """The server's words for a state: several where the server is finer than the documentation."""
        words = tuple(word for word, meaning in self.state_meaning.items() if meaning == state.name)
        return words or (state.name,)
