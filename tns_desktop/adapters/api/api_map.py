"""The API map: everything about the vendor's API that is not documented, read from a TOML file and checked to the last key.

Routes, paging, field paths, the meaning of a status: one edit of one file repairs a wrong guess, so a mistake in that file
must be found at once and by its line, never later as a strange answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from tns_desktop.adapters.api.map_hooks import webhook_rules
from tns_desktop.adapters.api.map_table import MapTable
from tns_desktop.adapters.api.map_values import (
    ApiMap,
    BodyType,
    ClientFileFields,
    CreateParts,
    CreateRoute,
    DecisionRoute,
    ErrorRules,
    ExternalInfoFields,
    FindRoute,
    IdentityParts,
    IdentityRoute,
    ItemRoute,
    ListRoute,
    OperatorFields,
    OperatorsRoute,
    Paging,
    PagingStyle,
    ParticipantFields,
    Route,
    RouteBase,
    StatusMeaning,
)
from tns_desktop.adapters.api.templates import BadTemplate, placeholders
from tns_desktop.adapters.platform.toml_source import KeyPath, TomlSource, read_toml_source
from tns_desktop.domain.client_file import KnownState

FORMAT = 1
DECISION_PLACEHOLDERS = frozenset({"uuid", "cause", "message", "decision_id", "operator"})

# RFC 9110, 5.6.2: the characters of a token.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_RESERVED_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "if-range",
        "proxy-authorization",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_BAD_IN_PATH = re.compile(r"[\x00-\x20?#\\\x7f]|//|/\.{1,2}(?:/|$)")

LINK_PLACEHOLDERS = frozenset({"host", "token"})
_LINK_START = "https://{host}/"
"""A link is handed to a customer: it leads to the connection's own host, and by https."""

Fields = TypeVar(
    "Fields", ClientFileFields, ExternalInfoFields, ParticipantFields, OperatorFields, CreateParts, IdentityParts
)


def load_api_map(location: str | Path) -> ApiMap:
    """The map in that file.

    Raises ApiMapInvalid for the first mistake, with ``facts``: ``file``, ``line`` (1-based; "?" when the file itself
    cannot be read), ``key`` (dotted; empty for a syntax error), ``reason`` and, where it helps, ``expected`` and ``value``.
    """
    return read_api_map(read_toml_source(location))


def read_api_map(source: TomlSource) -> ApiMap:
    """The map in a text that was read already. Raises ApiMapInvalid, as ``load_api_map`` does."""
    top = MapTable(source, source.values())
    top.integer("format", minimum=FORMAT, maximum=FORMAT)
    name = top.text("name", empty=False)
    headers, states, decisions = top.table("headers"), top.table("states"), top.table("decisions")
    routes, field_paths, errors = top.table("routes"), top.table("fields"), top.table("errors")
    signing = top.table("signbook", optional=True)
    webhooks = top.table("webhooks", optional=True)
    top.finish()

    queues = states.texts("queues", at_least=1)
    meaning = _state_meaning(states.table("meaning"))
    states.finish()
    automatic = frozenset(decisions.texts("automatic_validation_modes"))
    decisions.finish()
    built = ApiMap(
        name=name,
        operator_header=_header(headers, "operator"),
        idempotency_header=_header(headers, "idempotency"),
        queues=queues,
        state_meaning=meaning,
        automatic_validation_modes=automatic,
        list_client_files=_list_route(routes.table("list_client_files")),
        read_client_file=_read_route(routes.table("read_client_file")),
        archive=_archive_route(routes.table("archive")),
        accept=_decision_route(routes.table("accept"), "accept", needed=("uuid",)),
        reject=_decision_route(routes.table("reject"), "reject", needed=("uuid", "cause", "message")),
        create_client_file=_create_route(routes.table("create_client_file")),
        create_identity_check=_identity_route(routes),
        find_by_external_id=_find_route(routes),
        client_file=_field_paths(field_paths.table("client_file"), ClientFileFields),
        external_info=_field_paths(field_paths.table("external_info"), ExternalInfoFields, empty=True),
        participant=_field_paths(field_paths.table("participant"), ParticipantFields),
        errors=_error_rules(errors),
        list_operators=_operators_route(routes) if "list_operators" in routes.keys else None,
        operator=_field_paths(field_paths.table("operator"), OperatorFields)
        if "list_operators" in routes.keys
        else None,
        signing_link=_signing_link(signing) if signing.keys else "",
        webhooks=webhook_rules(webhooks) if webhooks.keys else None,
    )
    for table in (headers, routes, field_paths, signing):
        table.finish()
    return built


def _header(table: MapTable, key: str) -> str:
    name = table.text(key)
    if name and not _HEADER_NAME.fullmatch(name):
        raise table.error(key, "bad_header_name", value=name)
    if name.lower() in _RESERVED_HEADERS:
        raise table.error(key, "reserved_header", value=name)
    return name


def _state_meaning(table: MapTable) -> dict[str, str]:
    meaning = {word: table.one_of(word, [state.value for state in KnownState]) for word in table.keys}
    if "" in meaning:
        raise table.error("", "empty", expected="the server's word")
    return meaning


def _route_parts(
    table: MapTable, name: str, *, methods: Collection[str], allowed: Collection[str] = ()
) -> dict[str, Any]:
    """What every route has, as keyword arguments of Route."""
    success = table.integers("success", at_least=1)
    if any(not 200 <= status <= 299 for status in success):
        raise table.error("success", "out_of_range", expected="200 … 299")
    answer = tuple(media.lower() for media in table.texts("answer", at_least=1))
    for media in answer:
        if not _MEDIA_TYPE.fullmatch(media):
            raise table.error("answer", "bad_media_type", value=media)
    path = table.text("path")
    if not path.startswith("/") or _BAD_IN_PATH.search(path):
        raise table.error("path", "bad_path", expected="/…", value=path)
    _check_template(table, "path", path, allowed)
    query_table = table.table("query", optional=True)
    query = {key: query_table.text(key) for key in query_table.keys}
    for key, template in query.items():
        _check_template(query_table, key, template, allowed)
    return {
        "name": name,
        "method": table.one_of("method", methods),
        "path": path,
        "query": query,
        "success": frozenset(success),
        "answer": answer,
    }


def _check_template(table: MapTable, key: str, template: str, allowed: Collection[str], inside: KeyPath = ()) -> None:
    expected = ", ".join(sorted(f"{{{name}}}" for name in allowed))
    try:
        names = placeholders(template)
    except BadTemplate:
        raise table.error(key, "bad_placeholder", inside=inside, expected=expected, value=template) from None
    for name in names:
        if name not in allowed:
            raise table.error(key, "bad_placeholder", inside=inside, expected=expected, value=f"{{{name}}}")


def _need_placeholders(table: MapTable, needed: Collection[str], templates: Collection[str]) -> None:
    """A request that does not say which file it means, or that loses the operator's words, must never leave."""
    present = {name for template in templates for name in placeholders(template)}
    for name in needed:
        if name not in present:
            raise table.error("path", "missing_placeholder", expected=f"{{{name}}}")


def _list_route(table: MapTable) -> ListRoute:
    parts = _route_parts(table, "list_client_files", methods=("GET",), allowed=("state",))
    route = ListRoute(
        **parts,
        items=table.field_path("items"),
        total=table.field_path("total", default=""),
        paging=_paging(table.table("paging"), taken_params=parts["query"]),
    )
    table.finish()
    return route


def _paging(table: MapTable, taken_params: Collection[str]) -> Paging:
    style = PagingStyle(table.one_of("style", [style.value for style in PagingStyle]))
    counted = style in (PagingStyle.OFFSET, PagingStyle.PAGE)
    positioned = counted or style is PagingStyle.CURSOR
    paging = Paging(
        style=style,
        position_param=table.text("position_param", default=None if positioned else "", empty=not positioned),
        limit_param=table.text("limit_param", default=""),
        first=table.integer("first", default=None if counted else 0),
        limit=table.integer("limit", default=0),
        next=table.field_path(
            "next", default=None if style is PagingStyle.CURSOR else "", empty=style is not PagingStyle.CURSOR
        ),
    )
    if paging.limit_param and paging.limit < 1:
        raise table.error("limit", "out_of_range", expected="1 …", value=str(paging.limit))
    used = [*taken_params]
    for key, param in (("position_param", paging.position_param), ("limit_param", paging.limit_param)):
        if param and param in used:
            raise table.error(key, "duplicate_parameter", value=param)
        used.append(param)
    table.finish()
    return paging


def _read_route(table: MapTable) -> ItemRoute:
    parts = _route_parts(table, "read_client_file", methods=("GET",), allowed=("uuid",))
    _need_placeholders(table, ("uuid",), [parts["path"], *parts["query"].values()])
    route = ItemRoute(**parts, item=table.field_path("item", default=""))
    table.finish()
    return route


def _archive_route(table: MapTable) -> Route:
    parts = _route_parts(table, "archive", methods=("GET",), allowed=("uuid",))
    _need_placeholders(table, ("uuid",), [parts["path"], *parts["query"].values()])
    table.finish()
    return Route(**parts)


def _operators_route(routes: MapTable) -> OperatorsRoute:
    table = routes.table("list_operators")
    route = OperatorsRoute(
        **_route_parts(table, "list_operators", methods=("GET",)),
        base=RouteBase(table.one_of("base", [base.value for base in RouteBase])),
        items=table.field_path("items"),
    )
    table.finish()
    return route


def _signing_link(table: MapTable) -> str:
    link = table.text("link")
    if link:
        _check_template(table, "link", link, LINK_PLACEHOLDERS)
        if "token" not in placeholders(link):
            raise table.error("link", "missing_placeholder", expected="{token}")
        if not link.startswith(_LINK_START) or any(char.isspace() or not char.isprintable() for char in link):
            raise table.error("link", "bad_path", expected=f"{_LINK_START}…", value=link)
    return link


def _decision_route(table: MapTable, name: str, *, needed: Collection[str]) -> DecisionRoute:
    parts = _route_parts(table, name, methods=("POST", "PUT", "PATCH"), allowed=DECISION_PLACEHOLDERS)
    kinds = (BodyType.NOTHING, BodyType.JSON, BodyType.FORM)
    body_type = BodyType(table.one_of("body_type", [kind.value for kind in kinds]))
    body = table.raw("body", {})
    if not isinstance(body, dict):
        raise table.error("body", "wrong_type", expected="table")
    if body and body_type is BodyType.NOTHING:
        raise table.error("body", "body_without_type", expected="body_type")
    texts: list[str] = []
    for inside, value in _leaves(body):
        if isinstance(value, str):
            _check_template(table, "body", value, DECISION_PLACEHOLDERS, inside)
            texts.append(value)
        elif not isinstance(value, (bool, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
            raise table.error("body", "wrong_type", inside=inside, expected="text, number, true or false")
        if body_type is BodyType.FORM and len(inside) > 1:
            raise table.error("body", "wrong_type", inside=inside, expected="a flat table")
    _need_placeholders(table, needed, [parts["path"], *parts["query"].values(), *texts])
    table.finish()
    return DecisionRoute(**parts, body_type=body_type, body=body)


def _leaves(value: object, inside: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, (*inside, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(child, (*inside, str(index)))
    else:
        yield inside, value


def _create_route(table: MapTable) -> CreateRoute:
    parts = _route_parts(table, "create_client_file", methods=("POST", "PUT"))
    route = CreateRoute(
        **parts,
        body_type=BodyType(table.one_of("body_type", [BodyType.MULTIPART.value])),
        parts=_texts_of(table.table("parts"), CreateParts),
        item=table.field_path("item", default=""),
    )
    table.finish()
    return route


def _identity_route(routes: MapTable) -> IdentityRoute | None:
    table = routes.table("create_identity_check", optional=True)
    if not table.keys:
        return None
    parts = _route_parts(table, "create_identity_check", methods=("POST", "PUT"))
    route = IdentityRoute(
        **parts,
        body_type=BodyType(table.one_of("body_type", [BodyType.MULTIPART.value])),
        parts=_texts_of(table.table("parts"), IdentityParts),
        item=table.field_path("item", default=""),
    )
    table.finish()
    return route


def _find_route(routes: MapTable) -> FindRoute | None:
    table = routes.table("find_by_external_id", optional=True)
    if not table.keys:
        return None
    parts = _route_parts(table, "find_by_external_id", methods=("GET",), allowed=("external_id",))
    _need_placeholders(table, ("external_id",), [parts["path"], *parts["query"].values()])
    route = FindRoute(**parts, items=table.field_path("items"))
    table.finish()
    return route


def _field_paths(table: MapTable, kind: type[Fields], *, empty: bool = False) -> Fields:
    """Those with a default may be left out or empty: nothing is read then."""
    paths = {
        one.name: table.field_path(one.name, empty=empty)
        if one.default is MISSING
        else table.field_path(one.name, default=one.default)
        for one in fields(kind)
    }
    table.finish()
    return kind(**paths)


def _texts_of(table: MapTable, kind: type[Fields]) -> Fields:
    """Those with a default may be left out or empty."""
    texts = {
        one.name: table.text(one.name, empty=False)
        if one.default is MISSING
        else table.text(one.name, default=one.default)
        for one in fields(kind)
    }
    table.finish()
    return kind(**texts)


def _error_rules(table: MapTable) -> ErrorRules:
    status_table = table.table("status")
    status: dict[int, StatusMeaning] = {}
    for key in status_table.keys:
        if not re.fullmatch(r"[45]\d\d", key, re.ASCII):
            raise status_table.error(key, "out_of_range", expected="400 … 599", value=key)
        status[int(key)] = StatusMeaning(status_table.one_of(key, [meaning.value for meaning in StatusMeaning]))
    codes_table = table.table("decision_codes", optional=True)
    codes = frozenset(codes_table.integers("state_conflict")) if codes_table.keys else frozenset()
    codes_table.finish()
    creation_table = table.table("creation_codes", optional=True)
    taken = frozenset(creation_table.integers("external_id_taken")) if creation_table.keys else frozenset()
    creation_table.finish()
    rules = ErrorRules(
        message=table.field_path("message", empty=False),
        code=table.field_path("code", empty=False),
        invalid_parameters=table.field_path("invalid_parameters", default=""),
        status=status,
        state_conflict_codes=codes,
        external_id_taken_codes=taken,
    )
    table.finish()
    return rules
