"""The integration API itself: list, read, archive, accept, reject, create, check an identity."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from tns_desktop.sandbox.archives import ArchiveStore
from tns_desktop.sandbox.creation import CreationRefused, created_record
from tns_desktop.sandbox.operators import may_ask, users_json
from tns_desktop.sandbox.ranges import answer_body
from tns_desktop.sandbox.records import Record
from tns_desktop.sandbox.routes import Route
from tns_desktop.sandbox.wire import client_file_json, constants_fit, encode, find, path_of, put, wrapped
from tns_desktop.sandbox.world import Product, World, WrongState, basic_login

MAX_PAGE = 1000


class Api:
    """Answers requests whose route is known. Options switch off what not every server has."""

    def __init__(
        self, world: World, archives: ArchiveStore, *, etag: bool = True, ranges: bool = True, idempotency: bool = False
    ) -> None:
        self._world = world
        self._archives = archives
        self._etag = etag
        self._ranges = ranges
        self._idempotency = idempotency

    async def choose(
        self, request: Request, candidates: list[tuple[Route, dict[str, str]]]
    ) -> tuple[Route, dict[str, str]]:
        """The route meant by a request: where several share a path, the constants in the body decide."""
        if len(candidates) > 1:
            body = await _read_body(request)
            for route, values in candidates:
                if route.body and constants_fit(route.body, body):
                    return route, values
        return candidates[0]

    async def answer(self, request: Request, route: Route, values: dict[str, str]) -> Response:
        if route.name == "operators":
            return self._operators(request, route)
        product = self._world.product_of(request.headers.get("authorization", ""))
        if product is None:
            challenge = {"WWW-Authenticate": 'Basic realm="sandbox"'}
            return self.failure("credentials_refused", "Bad credentials", 1001, headers=challenge)
        if route.name == "list":
            return self._list(request, route, values, product)
        if route.name in ("create", "facematch"):
            return await self._create(request, route, product)
        record = product.records.get(values.get("uuid", ""))
        if record is None:
            return self.failure("client_file_not_found", "Client file not found", 1004)
        if route.name == "read":
            return _json(route.success, wrapped(json.loads(self._world.json_of(record)), route.item))
        if route.name == "archive":
            body = await self._archives.body(product.origins[record.uuid])
            return answer_body(
                request,
                body,
                name=f"{record.id}.zip",
                media=route.media or "application/zip",
                with_etag=self._etag,
                with_range=self._ranges,
            )
        return await self._decide(request, route, product, record)

    def failure(
        self,
        meaning: str,
        message: str,
        code: int,
        *,
        invalid: list[str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The error envelope, at the status that the map gives to ``meaning``."""
        route_map = self._world.route_map
        body: dict[str, Any] = {}
        put(body, route_map.error_message, message)
        put(body, route_map.error_code, code)
        if invalid:
            put(body, route_map.error_parameters, invalid)
        return _json(route_map.statuses[meaning], body, headers)

    # --- operators ----------------------------------------------------------------------------------------------------

    def _operators(self, request: Request, route: Route) -> Response:
        """The management API has a login of its own: an Admin's."""
        login = basic_login(request.headers.get("authorization", ""))
        asks = may_ask(*login) if login is not None else None
        if asks is None:
            challenge = {"WWW-Authenticate": 'Basic realm="sandbox management"'}
            return self.failure("credentials_refused", "Bad credentials", 1001, headers=challenge)
        if not asks:
            return self.failure("access_forbidden", "Admin operators only", 1003)
        with_inactive = request.query_params.get("withInactive", "true") != "false"
        users = users_json(self._world.route_map.operator, with_inactive=with_inactive)
        return _json(route.success, wrapped(users, route.items))

    # --- list ---------------------------------------------------------------------------------------------------------

    def _list(self, request: Request, route: Route, values: dict[str, str], product: Product) -> Response:
        word = values.get("state")
        state = None if word is None else self._world.route_map.state_of_word(word)
        uuids = self._world.uuids(product, state)
        paging = route.paging
        query = request.query_params
        try:
            wanted = int(query.get(paging.limit_param, paging.limit)) if paging.limit_param else paging.limit
            limit = min(wanted, MAX_PAGE)
            start = _start_of(paging.style, query.get(paging.position_param), paging.first, limit)
        except ValueError:
            wrong = [name for name in (paging.position_param, paging.limit_param) if name in query]
            return self.failure("request_invalid", "Invalid parameters", 1010, invalid=wrong)
        if paging.style == "none":
            start, limit = 0, len(uuids)
        page = uuids[start : start + limit]
        more = start + limit < len(uuids)
        items = b"[" + b",".join(self._world.json_of(product.records[one]) for one in page) + b"]"
        headers = {}
        if paging.style == "link" and more:
            parameters = {**query, paging.position_param or "from": str(start + limit)}
            headers["Link"] = f'<{request.url.path}?{urlencode(parameters)}>; rel="next"'
        if not route.items:
            return Response(items, route.success, headers, "application/json")
        body: dict[str, Any] = {"sandboxGeneratedBy": "TnS sandbox"}
        put(body, route.items, "\0items")
        if route.total:
            put(body, route.total, len(uuids))
        if paging.style == "cursor" and paging.next and more:
            put(body, paging.next, f"c{start + limit}")
        text = encode(body).replace(b'"\\u0000items"', items)
        return Response(text, route.success, headers, "application/json")

    # --- decisions ----------------------------------------------------------------------------------------------------

    async def _decide(self, request: Request, route: Route, product: Product, record: Record) -> Response:
        verdict = "ACCEPTED" if route.name == "accept" else "REJECTED"
        body = await _read_body(request)
        if body is None:
            return self.failure("request_invalid", "Body is not understood", 1010)
        cause, message = (text or "" for text in _rejection(route, body))
        if route.name == "reject":
            missing = [
                path_of(route.body, wanted)
                for wanted, text in (("{cause}", cause), ("{message}", message))
                if not text and path_of(route.body, wanted)
            ]
            if missing:
                return self.failure("request_invalid", "Invalid parameters", 1010, invalid=missing)
        key = request.headers.get(self._world.route_map.idempotency_header or "x-none", "")
        if self._idempotency and self._world.was_carried_out(record.uuid, verdict, key):
            return self._decided(route, product.records[record.uuid])
        try:
            decided = self._world.decide(
                product,
                record,
                verdict,
                cause=cause,
                message=message,
                operator=request.headers.get(self._world.route_map.operator_header or "x-none", ""),
                idempotency=key,
            )
        except WrongState as error:
            text = f"Client file is not in the expected state (it is {error})"
            return self.failure("state_conflict", text, self._world.route_map.conflict_code)
        return self._decided(route, decided)

    def _decided(self, route: Route, record: Record) -> Response:
        if route.success == 204:
            return Response(status_code=204)
        return Response(self._world.json_of(record), route.success, media_type="application/json")

    # --- creation -----------------------------------------------------------------------------------------------------

    async def _create(self, request: Request, route: Route, product: Product) -> Response:
        key = request.headers.get(self._world.route_map.idempotency_header or "x-none", "")
        if self._idempotency and (known := product.created.get(key)) is not None:
            return self._created(route, product.records[known])
        try:
            record = await created_record(request, route, self._world, product)
        except CreationRefused as error:
            return self.failure("request_invalid", str(error), error.code, invalid=error.parameters)
        self._world.store(product, record)
        if key:
            product.created[key] = record.uuid
        return self._created(route, record)

    def _created(self, route: Route, record: Record) -> Response:
        answer = client_file_json(record, self._world.route_map, with_tokens=True)
        return _json(route.success, wrapped(answer, route.item))


def _start_of(style: str, position: str | None, first: int, limit: int) -> int:
    """The index of a page's first item. Raises ValueError."""
    if limit < 1:
        raise ValueError("limit")
    if not position:
        return 0
    if style == "cursor":
        number = int(position.removeprefix("c"))
    elif style == "page":
        number = (int(position) - first) * limit
    elif style == "link":
        number = int(position)
    else:
        number = int(position) - first
    if number < 0:
        raise ValueError("position")
    return number


def _rejection(route: Route, body: object) -> tuple[str | None, str | None]:
    cause, message = (path_of(route.body, wanted) for wanted in ("{cause}", "{message}"))
    return _text(find(body, cause)) if cause else None, _text(find(body, message)) if message else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


async def _read_body(request: Request) -> dict[str, Any] | None:
    """The body as an object, by its media type; None when it is neither empty nor understood."""
    content = await request.body()
    if not content:
        return {}
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content.decode("utf-8", "replace")))
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _json(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(encode(value), status, dict(headers or {}), "application/json")
