"""How a list goes on from one page to the next, for the five styles of the API map.

The position travels inside the opaque cursor, so that the client keeps nothing between two calls. The rules that keep an
incomplete list from passing for a complete one are here too: a server that repeats itself or ends early is not understood.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urljoin, urlsplit

from tns_desktop.adapters.api.errors import redirect_error
from tns_desktop.adapters.api.json_body import MISSING, find, not_understood, text_of
from tns_desktop.adapters.api.map_values import ListRoute, PagingStyle

MAX_PAGES = 10_000
REMEMBERED_PAGES = 64
"""How many earlier pages are recognised when they come again; longer circles end at MAX_PAGES."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page begins.

    ``word``: which of the server's words for the state; ``at``: the value of the position parameter, or a URL for style
    "link"; ``seen``: items before it; ``page``: pages before it; ``earlier``: fingerprints of those.
    """

    word: int = 0
    at: str = ""
    seen: int = 0
    page: int = 0
    earlier: tuple[str, ...] = ()

    def as_cursor(self) -> str:
        return json.dumps([self.word, self.at, self.seen, self.page, *self.earlier], separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What of one answer decides how it goes on. ``links`` is the target of the Link header's rel="next"."""

    document: object
    items: tuple[str, ...]
    """The uuid of each item."""
    total: int | None
    next_link: str


def position_from(cursor: str | None, route: str) -> Position:
    """Raises AnswerNotUnderstood (``bad_cursor``) for a cursor that is none of ours."""
    if cursor is None:
        return Position()
    try:
        word, at, seen, page, *earlier = json.loads(cursor)
    except (ValueError, TypeError, RecursionError):
        raise not_understood(route, "bad_cursor") from None
    numbers_fine = all(type(number) is int and number >= 0 for number in (word, seen, page))
    if not numbers_fine or any(not isinstance(text, str) for text in (at, *earlier)):
        raise not_understood(route, "bad_cursor")
    return Position(word, at, seen, page, tuple(earlier))


def page_params(route: ListRoute, position: Position) -> dict[str, str]:
    """The query parameters that ask for the page at ``position``."""
    paging = route.paging
    params = {paging.limit_param: str(paging.limit)} if paging.limit_param else {}
    if paging.style in (PagingStyle.OFFSET, PagingStyle.PAGE):
        params[paging.position_param] = position.at or str(paging.first)
    elif paging.style is PagingStyle.CURSOR and position.at:
        params[paging.position_param] = position.at
    return params


def next_position(route: ListRoute, position: Position, facts: PageFacts, url: str) -> Position | None:
    """Where the next page begins, or None after the last.

    Raises AnswerNotUnderstood: ``page_repeated``, ``too_many_pages``, ``incomplete_list``; RedirectRefused for a link to
    another host.
    """
    seen = position.seen + len(facts.items)
    at = _next_at(route, position, facts, seen, url)
    if at is None:
        if facts.total is not None and seen < facts.total:
            raise not_understood(route.name, "incomplete_list", expected=str(facts.total), received=str(seen))
        return None
    marks = [_fingerprint(at)] if route.paging.style in (PagingStyle.CURSOR, PagingStyle.LINK) else []
    if facts.items:
        marks.append(_fingerprint("\n".join(facts.items)))
    if any(mark in position.earlier for mark in marks):
        raise not_understood(route.name, "page_repeated", page=str(position.page + 1))
    if position.page + 1 >= MAX_PAGES:
        raise not_understood(route.name, "too_many_pages", limit=str(MAX_PAGES))
    earlier = (*position.earlier, *marks)[-2 * REMEMBERED_PAGES :]
    return replace(position, at=at, seen=seen, page=position.page + 1, earlier=earlier)


def _next_at(route: ListRoute, position: Position, facts: PageFacts, seen: int, url: str) -> str | None:
    paging = route.paging
    match paging.style:
        case PagingStyle.NONE:
            return None
        case PagingStyle.OFFSET | PagingStyle.PAGE:
            # A short page proves nothing: the server may allow fewer items a page than we ask for.
            if not facts.items or (facts.total is not None and seen >= facts.total):
                return None
            return str(paging.first + (seen if paging.style is PagingStyle.OFFSET else position.page + 1))
        case PagingStyle.CURSOR:
            value = find(facts.document, paging.next)
            if value is None or value is MISSING:
                return None
            if isinstance(value, (dict, list, bool)):
                raise not_understood(route.name, "wrong_type", path=paging.next)
            return text_of(value) or None
        case PagingStyle.LINK:
            return _checked_link(facts.next_link, url) if facts.next_link else None


def _checked_link(link: str, url: str) -> str:
    """The absolute URL of the next page. Raises RedirectRefused when it leaves the server."""
    try:
        target = urljoin(url, link)
        there, here = urlsplit(target), urlsplit(url)
        same = _origin(there) == _origin(here) and there.username is None and there.password is None
    except ValueError:
        same, target = False, ""
    if not same:
        raise redirect_error(url, target or link)
    return target


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _fingerprint(text: str) -> str:
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
