"""Creating client files and identity checks: the multipart request, what its answer names, the look for what was created."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import httpx

from tns_desktop.adapters.api.conversation import Conversation
from tns_desktop.adapters.api.json_body import find, not_understood, text_of
from tns_desktop.adapters.api.map_values import ApiMap, CreateRoute, FindRoute, IdentityRoute
from tns_desktop.adapters.api.requests import Request, build_request
from tns_desktop.adapters.api.transport import Answer
from tns_desktop.adapters.api.wire_values import MAX_IDENTIFIER
from tns_desktop.domain.client_file import PENDING, ClientFile, ClientFileState, Participant
from tns_desktop.domain.creation import Creation
from tns_desktop.domain.errors import ApiMapInvalid, ClientFileNotFound
from tns_desktop.domain.new_client_file import PERSON_FIELDS, NewClientFile, NewDocument
from tns_desktop.domain.workflow import Kind
from tns_desktop.services.ports import CreatedFile

_MAX_PAGES = 10_000
_BUILT_ON_THE_LOOP = 256 * 1024
"""Bytes of documents; a longer body is put together in a thread, so that the window does not stutter."""
_UNNAMED = "document"
_KIND = "{kind}"
_TEXT = "text/plain; charset=utf-8"

Document = tuple[NewDocument, bytes]


class Creating:
    """What a connection's conversation can do beyond files that exist."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._map = conversation.map

    async def create(self, creation: Creation, documents: Sequence[Document]) -> CreatedFile:
        """Sends it, once. Raises ServerError (ExternalIdTaken among them), TransportError, AnswerNotUnderstood."""
        route = self._route(creation.new.kind)
        if sum(len(content) for _document, content in documents) > _BUILT_ON_THE_LOOP:
            request = await asyncio.to_thread(self._request, route, creation, documents)
        else:
            request = self._request(route, creation, documents)
        answer = await self._conversation.carry(route, request)
        item = find(self._conversation.document(route, answer), route.item)
        fields = self._map.client_file
        uuid, display_id = text_of(find(item, fields.uuid)).strip(), text_of(find(item, fields.id)).strip()
        if creation.new.kind is Kind.IDENTITY_CHECK:
            uuid = uuid or display_id
        if not uuid or len(uuid) > MAX_IDENTIFIER:
            raise not_understood(route.name, "missing_field", path=fields.uuid)
        invited = self._conversation.reader.invited(item) if creation.new.kind is Kind.CLIENT_FILE else ()
        return CreatedFile(uuid, display_id[:MAX_IDENTIFIER], invited)

    async def find(self, external_ids: frozenset[str]) -> Mapping[str, ClientFile]:
        """Those that are there. Raises what a listing raises."""
        if self._map.find_by_external_id is not None:
            return await self._ask_each(self._map.find_by_external_id, external_ids)
        return await self._look_through(external_ids)

    # --- inside

    def _route(self, kind: Kind) -> CreateRoute | IdentityRoute:
        if kind is Kind.CLIENT_FILE:
            return self._map.create_client_file
        if self._map.create_identity_check is None:
            raise ApiMapInvalid(
                "no route for identity checks",
                facts={
                    "file": self._map.name,
                    "line": "?",
                    "key": "routes.create_identity_check",
                    "reason": "missing_key",
                },
            )
        return self._map.create_identity_check

    def _request(
        self, route: CreateRoute | IdentityRoute, creation: Creation, documents: Sequence[Document]
    ) -> Request:
        bare = build_request(route, self._conversation.transport.base_url, {})
        parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
            (route.parts.workflow_label, (None, creation.new.workflow_label.encode(), _TEXT)),
            (route.parts.external_id, (None, creation.new.external_id.encode(), _TEXT)),
        ]
        if isinstance(route, CreateRoute):
            described = json.dumps(described_file(creation.new, self._map), separators=(",", ":")).encode()
            parts.append((route.parts.client_file, (None, described, "application/json")))
        if route.parts.documents:
            for document, content in documents:
                media_type = document.media_type or "application/octet-stream"
                part, name = _named(route.parts.documents, document)
                parts.append((part, (name, content, media_type)))
        built = httpx.Request(bare.method, bare.url, files=parts)
        headers = {**bare.headers, "Content-Type": built.headers["content-type"]}
        if self._map.idempotency_header:
            headers[self._map.idempotency_header] = creation.request_id
        return replace(bare, headers=headers, content=built.read())

    async def _ask_each(self, route: FindRoute, external_ids: frozenset[str]) -> dict[str, ClientFile]:
        found: dict[str, ClientFile] = {}
        for external_id in sorted(external_ids):
            answer = await self._conversation.carry(route, find_request(self._conversation, route, external_id))
            try:
                client_files = understand_found(self._conversation, route, answer)
            except ClientFileNotFound:
                continue
            found |= {one.external_id: one for one in client_files if one.external_id == external_id}
        return found

    async def _look_through(self, external_ids: frozenset[str]) -> dict[str, ClientFile]:
        """Through the listing of every state, the one in which files begin first."""
        found: dict[str, ClientFile] = {}
        queues = [ClientFileState(name) for name in self._map.queues]
        states = [PENDING, *(state for state in queues if state != PENDING)] if PENDING in queues else queues
        for state in states:
            cursor: str | None = None
            for _ in range(_MAX_PAGES):
                answer = await self._conversation.ask_page(state, cursor)
                page = await self._conversation.understand_page(state, cursor, answer)
                found |= {one.external_id: one for one in page.items if one.external_id in external_ids}
                cursor = page.next_cursor
                if cursor is None or len(found) == len(external_ids):
                    break
            if len(found) == len(external_ids):
                break
        return found


def find_request(conversation: Conversation, route: FindRoute, external_id: str) -> Request:
    """The look for one file by its external identifier."""
    return build_request(route, conversation.transport.base_url, {"external_id": external_id})


def understand_found(conversation: Conversation, route: FindRoute, answer: Answer) -> list[ClientFile]:
    """The files that came back, asked for or not. Raises ClientFileNotFound (404) or what a listing raises."""
    items = find(conversation.document(route, answer), route.items)
    return [conversation.reader.read(item, route.name) for item in (items if isinstance(items, list) else [items])]


def _named(template: str, document: NewDocument) -> tuple[str, str]:
    """The part's name and the file's. What the document is goes where the map wants it, else before the file's name."""
    name, kind = _sendable(document.name or _UNNAMED), _sendable(document.kind)
    if _KIND in template:
        return template.replace(_KIND, kind or _UNNAMED), name
    return template, f"{kind} - {name}" if kind else name


def _sendable(text: str) -> str:
    """A file's name may hold what UTF-8 cannot (lone surrogates): it must not keep everything behind it from leaving."""
    return text.encode("utf-8", "replace").decode()


def described_file(new: NewClientFile, api_map: ApiMap) -> dict[str, object]:
    """The client file as the map names its fields; what is empty is left out."""
    fields, described = api_map.client_file, dict[str, object]()
    _put(described, fields.profiles, list(new.profiles))
    _put(described, fields.participants, [_described_person(person, api_map) for person in new.participants])
    names = api_map.external_info
    _put(
        described,
        fields.external_info,
        [_external_info(info.name, info.value, names.name, names.value) for info in new.external_info],
    )
    return described


def _described_person(person: Participant, api_map: ApiMap) -> dict[str, object]:
    described: dict[str, object] = {}
    for name in ("type", *PERSON_FIELDS):
        _put(described, getattr(api_map.participant, name), getattr(person, name))
    _put(described, api_map.participant.profiles, list(person.profiles))
    return described


def _external_info(name: str, value: str, name_path: str, value_path: str) -> dict[str, object]:
    line: dict[str, object] = {}
    _put(line, name_path, name)
    _put(line, value_path, value)
    return line


def _put(target: dict[str, object], path: str, value: object) -> None:
    """Sets a dotted path, making the objects on the way; nothing for what is empty or has no place."""
    if not path or value in ("", []):
        return
    *parents, last = path.split(".")
    place = target
    for parent in parents:
        inside = place.setdefault(parent, {})
        assert isinstance(inside, dict)
        place = inside
    place[last] = value
