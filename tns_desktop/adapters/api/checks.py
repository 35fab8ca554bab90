"""The connection dialog's check: each read-only route is asked once, and what came back is shown, understood or not.

It must find a wrong line of the API map in a minute, so an error is a result here, never an exception.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tns_desktop.adapters.api.conversation import PERHAPS_NO_HEAD, Conversation
from tns_desktop.adapters.api.creation import find_request, understand_found
from tns_desktop.adapters.api.json_body import media_type_of, not_understood
from tns_desktop.adapters.api.paging import Position
from tns_desktop.adapters.api.requests import Request
from tns_desktop.adapters.api.transport import Answer
from tns_desktop.domain.client_file import ClientFile, ClientFileState
from tns_desktop.domain.errors import ClientFileNotFound, TnsError
from tns_desktop.services.ports import Page, RouteCheck, RouteMeaning

_ZIP_START = b"PK"
_START_BYTES = 4
NOBODYS_IDENTIFIER = "TNS-check-no-client-file-has-this-identifier"
"""The desk makes none like it, and nobody else would."""


@dataclass(slots=True)
class _Attempt:
    """One request, filled in as far as it got."""

    route: str
    method: str
    url: str
    answer: Answer | None = None
    error: TnsError | None = None
    items: int | None = None
    sample: str = ""
    meaning: RouteMeaning = RouteMeaning.AS_READ

    def result(self, proxy: str) -> RouteCheck:
        return RouteCheck(
            route=self.route,
            method=self.method,
            url=self.url,
            status=self.answer.status if self.answer else 0,
            understood=self.answer is not None and self.error is None,
            items=self.items,
            sample=self.sample,
            meaning=self.meaning,
            error=self.error,
            proxy=proxy,
            issuer=self.answer.issuer if self.answer else "",
        )


async def check_routes(conversation: Conversation) -> list[RouteCheck]:
    """One line each for list, read, archive and the look for what was created; a list that goes on gets a second line for its
    second page.

    Where no queue holds a file, read and archive cannot be tried: ``status`` 0, not understood, no error.
    """
    listing, first = await _check_list(conversation)
    uuid = first.uuid if first else None
    attempts = [
        *listing,
        await _check_read(conversation, uuid),
        await _check_archive(conversation, uuid),
        await _check_find(conversation),
    ]
    return [attempt.result(conversation.transport.proxy) for attempt in attempts]


async def _check_list(conversation: Conversation) -> tuple[list[_Attempt], ClientFile | None]:
    """Asks queue after queue until one holds a file."""
    attempts: list[_Attempt] = []
    for queue in conversation.map.queues:
        state = ClientFileState(queue)
        attempt, page = await _check_page(conversation, state, None)
        attempts = [attempt]
        if page is None:
            break
        if page.next_cursor is not None and page.items:
            second, _ = await _check_page(conversation, state, page.next_cursor)
            attempts.append(second)
        if page.items:
            return attempts, page.items[0]
    return attempts, None


async def _check_page(
    conversation: Conversation, state: ClientFileState, cursor: str | None
) -> tuple[_Attempt, Page | None]:
    route = conversation.map.list_client_files
    attempt = _Attempt(route.name, route.method, conversation.page_request(state, Position()).url)
    pages: list[Page] = []

    async def understand(answer: Answer) -> None:
        page = await conversation.understand_page(state, cursor, answer)
        pages.append(page)
        attempt.items = len(page.items)
        attempt.sample = _sample_of(page.items[0]) if page.items else ""

    await _run(attempt, lambda: conversation.ask_page(state, cursor), understand)
    return attempt, pages[0] if pages else None


async def _check_read(conversation: Conversation, uuid: str | None) -> _Attempt:
    route = conversation.map.read_client_file
    if uuid is None:
        return _Attempt(route.name, route.method, conversation.transport.base_url + route.path)
    attempt = _attempt_of(route.name, conversation.file_request(uuid))

    async def understand(answer: Answer) -> None:
        attempt.sample = _sample_of(await conversation.understand_file(uuid, answer))

    await _run(attempt, lambda: conversation.ask_file(uuid), understand)
    return attempt


async def _check_archive(conversation: Conversation, uuid: str | None) -> _Attempt:
    """HEAD, or the first bytes where the server does not seem to know HEAD."""
    route = conversation.map.archive
    if uuid is None:
        return _Attempt(route.name, route.method, conversation.transport.base_url + route.path)
    attempt = _attempt_of(route.name, conversation.archive_request(uuid))
    attempt.method = "HEAD"

    async def understand(answer: Answer) -> None:
        if answer.status not in PERHAPS_NO_HEAD:
            _describe_archive(conversation, attempt, answer)

    await _run(attempt, lambda: conversation.ask_archive_head(uuid), understand)
    if attempt.answer is None or attempt.answer.status not in PERHAPS_NO_HEAD:
        return attempt

    attempt.method = route.method

    async def understand_start(answer: Answer) -> None:
        _describe_archive(conversation, attempt, answer)
        if not answer.body.startswith(_ZIP_START):
            raise not_understood(route.name, "not_an_archive")

    await _run(attempt, lambda: conversation.ask_archive_start(uuid, _START_BYTES), understand_start)
    return attempt


async def _check_find(conversation: Conversation) -> _Attempt:
    """Asks for an identifier that no file has: whatever comes back was not asked for."""
    route = conversation.map.find_by_external_id
    if route is None:
        return _Attempt("find_by_external_id", "", "", meaning=RouteMeaning.NOT_IN_MAP)
    attempt = _attempt_of(route.name, find_request(conversation, route, NOBODYS_IDENTIFIER))

    async def understand(answer: Answer) -> None:
        try:
            found = understand_found(conversation, route, answer)
        except ClientFileNotFound:
            attempt.meaning = RouteMeaning.NOT_FOUND
            return
        attempt.meaning = RouteMeaning.NOTHING_THERE
        if found:
            raise not_understood(route.name, "not_asked_for")

    await _run(
        attempt, lambda: conversation.carry(route, find_request(conversation, route, NOBODYS_IDENTIFIER)), understand
    )
    return attempt


def _describe_archive(conversation: Conversation, attempt: _Attempt, answer: Answer) -> None:
    conversation.understand_archive(answer)
    headers = answer.headers
    size = headers.get("content-range", "").rpartition("/")[2] or headers.get("content-length", "")
    parts = (media_type_of(headers.get("content-type", "")), size, headers.get("etag", ""))
    attempt.sample = " · ".join(part for part in parts if part)


async def _run(
    attempt: _Attempt, ask: Callable[[], Awaitable[Answer]], understand: Callable[[Answer], Awaitable[None]]
) -> None:
    attempt.answer = None
    try:
        attempt.answer = await ask()
        attempt.url = attempt.answer.url
        await understand(attempt.answer)
    except TnsError as error:
        attempt.error = error


def _attempt_of(route: str, request: Request) -> _Attempt:
    return _Attempt(route, request.method, request.url)


def _sample_of(client_file: ClientFile) -> str:
    """What tells a person that the right fields were found, without anybody's personal data."""
    started = client_file.start_date.date().isoformat() if client_file.start_date else ""
    parts = (client_file.state.name, client_file.display_id, client_file.workflow_label, started)
    return " · ".join(part for part in parts if part)
