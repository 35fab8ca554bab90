"""Reads the description of the routes, so that another map makes another server without another line of code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ROUTE_NAMES: Mapping[str, str] = {
    "list_client_files": "list",
    "read_client_file": "read",
    "archive": "archive",
    "accept": "accept",
    "reject": "reject",
    "create_client_file": "create",
    "list_operators": "operators",
    "create_identity_check": "facematch",
}
"""Names in the map, and the short names used by faults and by the log."""

OPTIONAL_ROUTES = ("list_operators", "create_identity_check")
"""Left out of a map: not served."""

PAGING_STYLES = ("none", "offset", "page", "cursor", "link")

_MEANINGS = {
    "request_invalid": 400,
    "credentials_refused": 401,
    "access_forbidden": 403,
    "client_file_not_found": 404,
    "state_conflict": 409,
    "server_failed": 500,
}
_HOOK_FIELDS = {
    "events": "events",
    "id": "id",
    "client_file": "clientFileUuid",
    "event": "event",
    "product": "publicId",
    "date": "date",
}
"""For maps that say nothing of web hooks."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class RouteMapInvalid(ValueError):
    """The description of the routes cannot be used; the text says which key and why."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut. ``limit`` is the page size where the request names none."""

    style: str = "none"
    position_param: str = ""
    limit_param: str = ""
    first: int = 0
    limit: int = 200
    next: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One route: what recognises a request, and how it is answered."""

    name: str
    method: str
    path: str
    query: Mapping[str, str]
    success: int
    body: Mapping[str, Any] = field(default_factory=dict)
    body_type: str = "application/json"
    parts: Mapping[str, str] = field(default_factory=dict)
    item: str = ""
    items: str = ""
    total: str = ""
    media: str = ""
    at_host: bool = False
    """Its path begins at the root of the host, not at the API's base."""
    paging: Paging = field(default_factory=Paging)

    def match(self, method: str, path: str, query: Mapping[str, str]) -> dict[str, str] | None:
        """The values of the placeholders in path and query, or None when the request is another one's.

        ``path`` is still percent-encoded and relative to the API's base.
        """
        if method != self.method:
            return None
        pattern = "".join(
            f"(?P<{piece}>[^/]+)" if index % 2 else re.escape(piece)
            for index, piece in enumerate(_PLACEHOLDER.split(self.path))
        )
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        values = {name: unquote(text) for name, text in found.groupdict().items()}
        for name, template in self.query.items():
            placeholder = _PLACEHOLDER.fullmatch(template)
            if placeholder is None:
                if query.get(name) != template:
                    return None
            elif name in query:
                values[placeholder[1]] = query[name]
            elif placeholder[1] == "uuid":
                return None
        return values


@dataclass(frozen=True, slots=True)
class RouteMap:
    """The whole description."""

    routes: tuple[Route, ...]
    operator_header: str
    idempotency_header: str
    state_words: Mapping[str, str]
    """Documented state -> the word on the wire."""
    client_file: Mapping[str, str]
    external_info: Mapping[str, str]
    participant: Mapping[str, str]
    operator: Mapping[str, str]
    webhooks: Mapping[str, str]
    """Where a notification holds what."""
    error_message: str
    error_code: str
    error_parameters: str
    statuses: Mapping[str, int]
    """Meaning of a failure -> the status that says it."""
    conflict_code: int
    taken_code: int

    def route(self, name: str) -> Route:
        return next(route for route in self.routes if route.name == name)

    def candidates(
        self, method: str, path: str, query: Mapping[str, str], *, at_host: bool = False
    ) -> list[tuple[Route, dict[str, str]]]:
        """Every route that the request may mean: two decisions may share a path and differ by their body."""
        found = [(route, route.match(method, path, query)) for route in self.routes if route.at_host == at_host]
        return [(route, values) for route, values in found if values is not None]

    def state_word(self, state: str) -> str:
        return self.state_words.get(state, state)

    def state_of_word(self, word: str) -> str:
        return next((state for state, known in self.state_words.items() if known == word), word)


def load_route_map(path: Path | None) -> RouteMap:
    """The map in ``path``, or the sandbox's own. Raises RouteMapInvalid, also for a file that cannot be read."""
    try:
        if path is None:
            text = resources.files("tns_desktop.sandbox").joinpath("routes.toml").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise RouteMapInvalid(f"the map cannot be read: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RouteMapInvalid(f"the map is not TOML: {error}") from error
    return parse_route_map(data)


def parse_route_map(data: Mapping[str, Any]) -> RouteMap:
    """Raises RouteMapInvalid. Keys that only the desk needs are passed over."""
    try:
        return _route_map(data)
    except RouteMapInvalid:
        raise
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise RouteMapInvalid(f"a value of the map is not what it should be: {error}") from error


def _route_map(data: Mapping[str, Any]) -> RouteMap:
    headers = _table(data, "headers")
    fields = _table(data, "fields")
    errors = _table(data, "errors")
    routes = _table(data, "routes")
    meanings: dict[str, str] = _table(_table(data, "states"), "meaning")
    statuses = dict(_MEANINGS)
    for status, meaning in reversed(_table(errors, "status").items()):
        statuses[str(meaning)] = int(status)
    codes = _table(errors, "decision_codes").get("state_conflict") or [2001]
    return RouteMap(
        routes=tuple(
            _route(name, short, _table(routes, name))
            for name, short in ROUTE_NAMES.items()
            if name in routes or name not in OPTIONAL_ROUTES
        ),
        operator_header=str(headers.get("operator", "")),
        idempotency_header=str(headers.get("idempotency", "")),
        state_words={state: word for word, state in reversed(meanings.items())},
        client_file=_table(fields, "client_file"),
        external_info=_table(fields, "external_info"),
        participant=_table(fields, "participant"),
        operator=_table(fields, "operator"),
        webhooks={key: str(value) for key, value in (_table(data, "webhooks") or _HOOK_FIELDS).items()},
        error_message=str(errors.get("message", "error.message")),
        error_code=str(errors.get("code", "error.code")),
        error_parameters=str(errors.get("invalid_parameters", "error.invalidParameters")),
        statuses=statuses,
        conflict_code=int(codes[0]),
        taken_code=int((_table(errors, "creation_codes").get("external_id_taken") or [1011])[0]),
    )


def _route(name: str, short: str, table: Mapping[str, Any]) -> Route:
    for key in ("method", "path"):
        if not isinstance(table.get(key), str):
            raise RouteMapInvalid(f"routes.{name}.{key} is missing")
    success = table.get("success") or [200]
    paging = _table(table, "paging")
    style = paging.get("style", "none")
    if style not in PAGING_STYLES:
        raise RouteMapInvalid(f"routes.{name}.paging.style is {style!r}, not one of {', '.join(PAGING_STYLES)}")
    return Route(
        name=short,
        method=table["method"],
        path=table["path"],
        query={key: str(value) for key, value in _table(table, "query").items()},
        success=int(success[0]),
        body=_table(table, "body"),
        body_type=str(table.get("body_type", "application/json")),
        parts=_table(table, "parts"),
        item=str(table.get("item", "")),
        items=str(table.get("items", "")),
        total=str(table.get("total", "")),
        media=str((table.get("answer") or [""])[0]),
        at_host=table.get("base") == "host",
        paging=Paging(**{key: paging[key] for key in Paging.__slots__ if key in paging}),
    )


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise RouteMapInvalid(f"{key} is not a table")
    return value
