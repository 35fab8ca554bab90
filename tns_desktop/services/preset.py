"""An administrator's preset, read to the last key: the first mistake refuses all of it, and nothing like a secret is taken."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Protocol

from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.errors import ConnectionInvalid, TnsError
from tns_desktop.domain.roles import Role
from tns_desktop.services.connection_records import checked_connection
from tns_desktop.services.settings import (
    ALL_SETTINGS,
    CONNECTION_RECORDS,
    CONNECTIONS_HIDDEN,
    REMEMBERED,
    TRUSTED_ROOTS,
    WORKFLOWS_FILE,
    Preset,
    PresetConnection,
    Setting,
)

FIXED = "fixed"

_DEEPEST = 8
"""Tables in tables; nothing that is known has more than three."""

KeyPath = tuple[str, ...]

_SETTINGS: dict[KeyPath, Setting[Any]] = {
    tuple(setting.key.split(".")): setting for setting in ALL_SETTINGS if setting is not CONNECTIONS_HIDDEN
}
_TABLES = {path[:length] for path in _SETTINGS for length in range(1, len(path))}
_PATHS = (TRUSTED_ROOTS, WORKFLOWS_FILE)
_CONNECTION_KEYS = frozenset(
    {"environment", "base_url", "public_id", "role", "operator_uuid", "operator_name", "label", "api_map_path"}
)
_SECRET_NAME = re.compile(
    r"secret|passw|passphrase|pwd|motdepasse|token|credential|apikey|privatekey|authorization|accesskey"
)
_SECRET_VALUE = re.compile(r"PRIVATE KEY-----|^\s*(?:basic|bearer)\s+\S|://[^/\s?#]*:[^/\s?#]*@", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]")


class PresetSource(Protocol):
    """A text that was read: its values, and an error that knows where a key stands."""

    def values(self) -> dict[str, Any]:
        """A copy that may be changed."""
        ...

    def error(self, path: KeyPath, reason: str, **facts: str) -> TnsError:
        """A PresetInvalid. In a list of tables ``path`` has the table's number, from 0."""
        ...


def read_preset(source: PresetSource) -> Preset:
    """All of it or nothing. Raises PresetInvalid for the first mistake."""
    table = source.values()
    _refuse_secrets(source, table)
    records, fixed = table.pop(CONNECTION_RECORDS, []), table.pop(FIXED, [])
    values = dict(_values(source, table, ()))
    connections = _connections(source, records)
    return Preset(values, _fixed(source, fixed, values, connections), connections)


def _refuse_secrets(source: PresetSource, table: Mapping[str, Any]) -> None:
    """In a loop of its own: keys with thousands of dots would exhaust the recursion of Python."""
    left: list[tuple[KeyPath, Any]] = [((), table)]
    while left:
        path, value = left.pop()
        if len(path) > _DEEPEST:
            raise source.error(path[:_DEEPEST], "too_deep")
        named = bool(path) and _SECRET_NAME.search(_NOT_IN_A_NAME.sub("", path[-1].lower()))
        if named or (isinstance(value, str) and _SECRET_VALUE.search(value)):
            raise source.error(path, "looks_like_secret")
        if isinstance(value, Mapping):
            left += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            left += [((*path, str(number)), inner) for number, inner in enumerate(value)]


def _values(source: PresetSource, table: Mapping[str, Any], above: KeyPath) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        path = (*above, key)
        setting = _SETTINGS.get(path)
        if setting is not None:
            yield setting.key, _checked(source, setting, value, path)
        elif path in _TABLES and isinstance(value, Mapping):
            yield from _values(source, value, path)
        else:
            raise source.error(path, "wrong_type" if path in _TABLES else "unknown_key")


def _checked(source: PresetSource, setting: Setting[Any], value: Any, path: KeyPath) -> Any:
    if not setting.accepts(value):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        raise source.error(path, "out_of_range" if setting.bounds and is_number else "not_one_of")
    if setting in _PATHS and value and not PurePath(value).is_absolute():
        # Otherwise it would be looked for where the program happened to be started.
        raise source.error(path, "not_absolute")
    return value


def _fixed(
    source: PresetSource, names: Any, values: Mapping[str, Any], connections: tuple[PresetConnection, ...]
) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise source.error((FIXED,), "wrong_type")
    known = {setting.key for setting in _SETTINGS.values()} | {CONNECTION_RECORDS}
    for name in names:
        if name not in known:
            raise source.error((FIXED,), "unknown_key", key=f"{FIXED}: {name}")
        if name in REMEMBERED:
            raise source.error((FIXED,), "not_to_be_fixed", key=f"{FIXED}: {name}")
        if name not in values and not (name == CONNECTION_RECORDS and connections):
            raise source.error((FIXED,), "fixed_without_value", key=f"{FIXED}: {name}")
    return frozenset(names)


def _connections(source: PresetSource, records: Any) -> tuple[PresetConnection, ...]:
    if not isinstance(records, list) or not all(isinstance(record, Mapping) for record in records):
        raise source.error((CONNECTION_RECORDS,), "wrong_type")
    found: list[PresetConnection] = []
    for number, record in enumerate(records):
        made = _connection(source, record, (CONNECTION_RECORDS, str(number)))
        if any(made.connection.connection_id == other.connection.connection_id for other in found):
            raise source.error((CONNECTION_RECORDS, str(number), "public_id"), "twice")
        found.append(made)
    return tuple(found)


def _connection(source: PresetSource, record: Mapping[str, Any], path: KeyPath) -> PresetConnection:
    for key, value in record.items():
        if key not in _CONNECTION_KEYS:
            raise source.error((*path, key), "unknown_key")
        if not isinstance(value, str):
            raise source.error((*path, key), "wrong_type")
    environment = _one_of(source, record, path, "environment", Environment)
    role = _one_of(source, record, path, "role", Role) if "role" in record else Role.OPERATOR
    needed = ("public_id", "base_url") if environment is Environment.OTHER else ("public_id",)
    for key in needed:
        if key not in record:
            raise source.error((*path, key), "missing_key")
    if "base_url" in record and environment is not Environment.OTHER:
        raise source.error((*path, "base_url"), "not_its_address")
    if record.get("operator_name") and not record.get("operator_uuid"):
        raise source.error((*path, "operator_uuid"), "missing_key")
    api_map = record.get("api_map_path", "").strip()
    if api_map and not PurePath(api_map).is_absolute():
        raise source.error((*path, "api_map_path"), "not_absolute")
    try:
        connection = checked_connection(
            connection_id="",
            label=record.get("label", ""),
            environment=environment,
            base_url=record.get("base_url", ""),
            public_id=record["public_id"],
            operator_uuid=record.get("operator_uuid", ""),
            api_map_path=api_map,
            role=role,
            operator_name=record.get("operator_name", ""),
        )
    except ConnectionInvalid as error:
        raise source.error((*path, error.facts["field"]), error.facts["reason"]) from None
    named = {name for name in ("label", "operator_uuid") if record.get(name, "").strip()}
    if "operator_uuid" in named:
        named.add("operator_name")
    return PresetConnection(_with_id(connection), frozenset(named))


def _with_id(connection: Connection) -> Connection:
    """Made of where it leads: a preset that leads elsewhere never gets the secret key of what it led to before."""
    where = f"{connection.base_url}#{connection.public_id}"
    return replace(connection, connection_id=str(uuid.uuid5(uuid.NAMESPACE_URL, where)))


def _one_of(source: PresetSource, record: Mapping[str, Any], path: KeyPath, key: str, kind: Any) -> Any:
    if key not in record:
        raise source.error((*path, key), "missing_key")
    try:
        return kind(record[key])
    except ValueError:
        raise source.error((*path, key), "not_one_of") from None
