"""Asking and understanding, apart: "Check this connection" needs the status of an answer that was not understood."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import httpx

from tns_desktop.adapters.api.errors import status_error
from tns_desktop.adapters.api.json_body import check_media_type, decode_json, find, not_understood
from tns_desktop.adapters.api.map_values import ApiMap, ListRoute, Route
from tns_desktop.adapters.api.paging import PageFacts, Position, next_position, page_params, position_from
from tns_desktop.adapters.api.quick_reading import split_list
from tns_desktop.adapters.api.requests import Request, build_decision_request, build_request
from tns_desktop.adapters.api.templates import fill, path_segment
from tns_desktop.adapters.api.transport import Answer, Transport
from tns_desktop.adapters.api.wire import ClientFileReader, list_items, list_total
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState
from tns_desktop.domain.decision import Decision, Verdict
from tns_desktop.services.ports import NOTHING_KNOWN, Known, Page

PARSED_ON_THE_LOOP = 32 * 1024
"""Bytes; a longer answer is parsed in a worker thread so that the window does not stutter."""

PERHAPS_NO_HEAD = frozenset({400, 403, 404, 405, 501})
"""Statuses with which servers and gateways answer a HEAD that they do not know."""

PARTIAL = 206

Result = TypeVar("Result")


class Conversation:
    """One connection's requests and what their answers mean, by the map."""

    def __init__(self, api_map: ApiMap, transport: Transport, *, connection_id: str, operator: str) -> None:
        self.map = api_map
        self.transport = transport
        self._operator = operator
        self._reader = ClientFileReader(api_map, connection_id)

    def signing_link(self, token: str) -> str:
        """On the connection's host, the token encoded for its place; empty in a map without links."""
        values = {"host": self.transport.host, "token": path_segment(token)}
        return fill(self.map.signing_link, values)

    # --- lists

    def page_request(self, state: ClientFileState | None, position: Position) -> Request:
        route = self.map.list_client_files
        words = self._words(state)
        if position.word >= len(words):
            raise not_understood(route.name, "bad_cursor")
        word = words[position.word]
        values = {} if word is None else {"state": word}
        if position.at and route.paging.style == "link":
            return replace(build_request(route, self.transport.base_url, values), url=position.at)
        return build_request(route, self.transport.base_url, values, page_params(route, position))

    async def ask_page(self, state: ClientFileState | None, cursor: str | None) -> Answer:
        route = self.map.list_client_files
        return await self.carry(route, self.page_request(state, position_from(cursor, route.name)))

    async def understand_page(
        self, state: ClientFileState | None, cursor: str | None, answer: Answer, known: Known = NOTHING_KNOWN
    ) -> Page:
        """Raises ServerError, RedirectRefused, AnswerNotUnderstood."""
        return await _parsed(lambda: self._page(state, cursor, answer, known), answer)

    def _page(self, state: ClientFileState | None, cursor: str | None, answer: Answer, known: Known) -> Page:
        route = self.map.list_client_files
        document, raw_items = self._split(route, answer)
        if not route.asks_by_state:
            known = NOTHING_KNOWN  # which of the files are in the wanted state shows only once they are read
        items, unchanged, keys, answers = self._read_items(raw_items, route.name, known)
        total = list_total(document, route)
        position = position_from(cursor, route.name)
        facts = PageFacts(document, tuple(key.uuid for key in keys), total, _next_link(answer))
        following = next_position(route, position, facts, answer.url)
        words = self._words(state)
        if following is None and position.word + 1 < len(words):
            following = Position(word=position.word + 1)
        if not route.asks_by_state and state is not None:
            items, total = tuple(item for item in items if item.state == state), None
        return Page(
            items=items,
            next_cursor=following.as_cursor() if following else None,
            total=total if len(words) == 1 else None,
            unchanged=unchanged,
            answers=answers,
        )

    def _split(self, route: ListRoute, answer: Answer) -> tuple[object, list[bytes]]:
        """The answer for whoever looks for its total or its next page, and each item as it came."""
        self._check(route, answer)
        content_type = answer.headers.get("content-type", "")
        if (quick := split_list(answer.body, content_type, route.items)) is not None:
            return quick
        document = decode_json(answer.body, content_type, route.name)
        return document, [json.dumps(item, separators=(",", ":")).encode() for item in list_items(document, route)]

    def _read_items(
        self, raw_items: list[bytes], route: str, known: Known
    ) -> tuple[tuple[ClientFile, ...], tuple[ClientFileKey, ...], list[ClientFileKey], dict[ClientFileKey, bytes]]:
        """New files, those that are known, the key of every item, and every file's fingerprint."""
        items: list[ClientFile] = []
        unchanged: list[ClientFileKey] = []
        keys: list[ClientFileKey] = []
        answers: dict[ClientFileKey, bytes] = {}
        for index, raw in enumerate(raw_items):
            fingerprint = self._reader.fingerprint_of(raw)
            key = known.get(fingerprint)
            if key is None:
                items.append(self._reader.read_raw(raw, route, index))
                key = items[-1].key
            else:
                unchanged.append(key)
            keys.append(key)
            answers[key] = fingerprint
        return tuple(items), tuple(unchanged), keys, answers

    def _words(self, state: ClientFileState | None) -> tuple[str | None, ...]:
        """The server's words to ask for, one after the other; None asks for every state at once."""
        route = self.map.list_client_files
        if not route.asks_by_state:
            return (None,)
        if state is not None:
            return self.map.words_for(state)
        if "{state}" in route.path:  # a path cannot leave it out: each queue in turn
            return tuple(word for queue in self.map.queues for word in self.map.words_for(ClientFileState(queue)))
        return (None,)

    # --- one file

    def file_request(self, uuid: str) -> Request:
        return build_request(self.map.read_client_file, self.transport.base_url, {"uuid": uuid})

    async def ask_file(self, uuid: str) -> Answer:
        return await self.carry(self.map.read_client_file, self.file_request(uuid))

    async def understand_file(self, uuid: str, answer: Answer) -> ClientFile:
        """Raises ServerError, RedirectRefused, AnswerNotUnderstood (``wrong_uuid``: another file than the asked one)."""
        return await _parsed(lambda: self._file(uuid, answer), answer)

    def _file(self, uuid: str, answer: Answer) -> ClientFile:
        route = self.map.read_client_file
        item = find(self.document(route, answer), route.item)
        client_file = self._reader.read(item, route.name)
        if client_file.uuid != uuid:
            raise not_understood(route.name, "wrong_uuid", expected=uuid, received=client_file.uuid)
        return client_file

    # --- its archive

    def archive_request(self, uuid: str) -> Request:
        return build_request(self.map.archive, self.transport.base_url, {"uuid": uuid})

    async def ask_archive_head(self, uuid: str) -> Answer:
        """The headers alone; a status of PERHAPS_NO_HEAD says nothing about the archive."""
        request = self.archive_request(uuid)
        headers = {**request.headers, "Accept-Encoding": "identity"}  # else its length is not that of the archive
        return await self.carry(self.map.archive, replace(request, method="HEAD", headers=headers))

    async def ask_archive_start(self, uuid: str, size: int) -> Answer:
        """The first bytes; a server that knows no ranges sends all of them, and the rest is not read."""
        request = self.archive_request(uuid)
        headers = {**request.headers, "Range": f"bytes=0-{size - 1}", "Accept-Encoding": "identity"}
        return await self.carry(self.map.archive, replace(request, headers=headers), max_bytes=size)

    def understand_archive(self, answer: Answer) -> None:
        """Raises ServerError, RedirectRefused, AnswerNotUnderstood."""
        self._check(self.map.archive, answer)

    # --- decisions

    async def decide(self, decision: Decision) -> None:
        """Sends it, once. Returns when a success was understood."""
        route = self.map.accept if decision.verdict is Verdict.ACCEPT else self.map.reject
        values = {
            "uuid": decision.key.uuid,
            "cause": decision.cause,
            "message": decision.message,
            "decision_id": decision.decision_id,
            "operator": self._operator,
        }
        request = build_decision_request(route, self.transport.base_url, values)
        if self.map.idempotency_header:
            headers = {**request.headers, self.map.idempotency_header: decision.decision_id}
            request = replace(request, headers=headers)
        answer = await self.carry(route, request)
        self._check_status(route, answer)
        if answer.body.strip():
            self.document(route, answer)

    # --- shared

    @property
    def reader(self) -> ClientFileReader:
        return self._reader

    async def carry(self, route: Route, request: Request, max_bytes: int | None = None) -> Answer:
        """One request and its whole answer, whatever its status. Raises TransportError or AnswerNotUnderstood."""
        return await self.transport.exchange(
            request.method,
            request.url,
            headers=request.headers,
            content=request.content,
            max_bytes=max_bytes,
            route=route.name,
        )

    def document(self, route: Route, answer: Answer) -> object:
        """The answer as JSON. Raises ServerError, RedirectRefused, AnswerNotUnderstood."""
        self._check(route, answer)
        return decode_json(answer.body, answer.headers.get("content-type", ""), route.name)

    def _check(self, route: Route, answer: Answer) -> None:
        self._check_status(route, answer)
        check_media_type(answer.headers.get("content-type", ""), route.answer, route.name)

    def _check_status(self, route: Route, answer: Answer) -> None:
        if answer.status not in route.success:
            raise status_error(
                self.map.errors,
                route=route.name,
                url=answer.url,
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
            )


def size_of_archive(status: int, headers: Mapping[str, str]) -> int | None:
    """The length of the whole archive in bytes, by the headers of an answer; None where they do not say it.

    Nought is not believed: there are servers that answer every HEAD so, and no archive is empty.
    """
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return None
    text = (
        headers.get("content-range", "").rpartition("/")[2] if status == PARTIAL else headers.get("content-length", "")
    )
    text = text.strip()
    return (int(text) or None) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _next_link(answer: Answer) -> str:
    """The target of the Link header's rel="next" (RFC 8288), or an empty string."""
    header = answer.headers.get("link", "")
    links = httpx.Response(200, headers={"link": header}).links if header else {}
    return links.get("next", {}).get("url") or ""


async def _parsed(parse: Callable[[], Result], answer: Answer) -> Result:
    if len(answer.body) <= PARSED_ON_THE_LOOP:
        return parse()
    return await asyncio.to_thread(parse)
