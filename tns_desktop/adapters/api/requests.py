"""Requests built from the API map's routes: address, headers and body, with every value encoded for its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from tns_desktop.adapters.api.map_values import BodyType, DecisionRoute, Route
from tns_desktop.adapters.api.templates import fill, fill_value, path_segment, placeholders


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be carried. Its ``repr`` holds no header and no body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)


def build_request(
    route: Route, base_url: str, values: Mapping[str, str], params: Mapping[str, str] | None = None
) -> Request:
    """A request without a body. A query parameter whose placeholder has no value is left out.

    ``params`` are added to the route's own, as they are.
    """
    query = {
        key: fill(template, values)
        for key, template in route.query.items()
        if all(name in values for name in placeholders(template))
    }
    query.update(params or {})
    url = base_url + fill(route.path, values, path_segment)
    if query:
        url += "?" + urlencode(query, quote_via=quote, errors="replace")
    return Request(route.method, url, {"Accept": ", ".join(route.answer)})


def build_decision_request(route: DecisionRoute, base_url: str, values: Mapping[str, str]) -> Request:
    """A request with the route's body, its placeholders filled in."""
    bare = build_request(route, base_url, values)
    if route.body_type is BodyType.NOTHING:
        return bare
    body = fill_value(route.body, values)
    if route.body_type is BodyType.FORM and isinstance(body, dict):
        content = urlencode({key: _form_text(value) for key, value in body.items()}, errors="replace").encode("ascii")
    else:
        content = json.dumps(body).encode("ascii")
    return Request(bare.method, bare.url, {**bare.headers, "Content-Type": route.body_type.value}, content)


def _form_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
