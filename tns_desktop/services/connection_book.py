"""Which connections there are: the operator's own and those of the administrator's preset, without one of them twice.

A preset connection is one with the operator's own when both lead to the same product of the same address: it then keeps the
identifier of the own one, and with it the secret key and everything in the vault. Once its secret key was entered it is also
noted among the operator's own, so that its documents and decisions stay in reach should the administrator drop it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import ConnectionInvalid
from tns_desktop.domain.preset_errors import SettingFixed
from tns_desktop.services.connection_records import connection_from, record_of
from tns_desktop.services.settings import CONNECTION_RECORDS, PresetConnection, Settings

AS_PRESET = "as_preset"
"""Marks a record that says what the preset said: where the preset still has the connection, the preset's word counts."""

LEADS_THERE = frozenset({"environment", "base_url", "public_id", "api_map_path", "role"})
"""What the preset decides of its connections also where it leaves it out; the rest only where it names it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """``connection`` None: a record that somebody broke by hand."""

    connection_id: str
    connection: Connection | None
    preset: PresetConnection | None = None


class ConnectionBook:
    """Reads settings and preset anew each time: it keeps nothing itself."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> list[Connection]:
        """Every connection that can be used: those of the preset first, in its order."""
        return [entry.connection for entry in self._entries() if entry.connection is not None]

    def ids(self) -> set[str]:
        """Of every connection that may have left something here, of broken records too."""
        return {entry.connection_id for entry in self._entries()}

    def is_preset(self, connection_id: str) -> bool:
        return self._preset_of(connection_id) is not None

    def fixed_fields(self, connection_id: str) -> frozenset[str]:
        """Empty where the operator may change everything, and may remove it."""
        preset = self._preset_of(connection_id) if self._settings.are_connections_fixed else None
        return LEADS_THERE | preset.named if preset is not None else frozenset()

    def refuse_change(self, connection: Connection) -> None:
        """Raises SettingFixed where ``connection`` is not what the administrator has decided."""
        present = next((one for one in self.all() if one.connection_id == connection.connection_id), None)
        fixed = self.fixed_fields(connection.connection_id)
        if present is not None and any(getattr(present, name) != getattr(connection, name) for name in fixed):
            raise SettingFixed("a fixed connection", facts={"key": CONNECTION_RECORDS})

    def refuse_removal(self, connection_id: str) -> None:
        """Raises SettingFixed for one that the administrator keeps."""
        if self.fixed_fields(connection_id):
            raise SettingFixed("a fixed connection", facts={"key": CONNECTION_RECORDS})

    def keep(self, connection: Connection) -> None:
        """One that is known keeps its place: an edited connection must not move in the menu and in the list of connections."""
        fresh, known = record_of(connection), self._settings.records(CONNECTION_RECORDS)
        preset = self._preset_of(connection.connection_id)
        if preset is not None and _says_the_same(connection, preset):
            fresh[AS_PRESET] = True
        if all(item.get("connection_id") != connection.connection_id for item in known):
            known.append(fresh)
        self._settings.set_records(
            CONNECTION_RECORDS,
            [fresh if item.get("connection_id") == connection.connection_id else item for item in known],
        )

    def forget(self, connection_id: str) -> None:
        """One of the preset is noted as not wanted first: it must not come back at the next start."""
        preset = self._preset_of(connection_id)
        if preset is not None:
            self._settings.hide_preset_connection(preset.connection.connection_id)
        known = self._settings.records(CONNECTION_RECORDS)
        self._settings.set_records(
            CONNECTION_RECORDS, [item for item in known if item.get("connection_id") != connection_id]
        )

    # --- inside -------------------------------------------------------------------------------------------------------

    def _preset_of(self, connection_id: str) -> PresetConnection | None:
        return next((entry.preset for entry in self._entries() if entry.connection_id == connection_id), None)

    def _entries(self) -> Iterator[_Entry]:
        own = [_own_entry(record) for record in self._settings.records(CONNECTION_RECORDS)]
        for preset in self._settings.preset.connections:
            record, entry = _match(own, preset) or ({}, None)
            if entry is not None:
                own.remove((record, entry))
                yield self._merged(record, entry, preset)
            elif self._settings.is_wanted(preset):
                yield _Entry(preset.connection.connection_id, preset.connection, preset)
        yield from (entry for _record, entry in own)

    def _merged(self, record: dict[str, Any], entry: _Entry, preset: PresetConnection) -> _Entry:
        """The administrator's word where it is fixed or nobody has changed it; else the operator's."""
        own = entry.connection
        if own is not None and not self._settings.are_connections_fixed and not record.get(AS_PRESET):
            return replace(entry, preset=preset)
        merged = replace(preset.connection, connection_id=entry.connection_id)
        if own is not None:
            free = {name: getattr(own, name) for name in PRESET_LEAVES_OPEN if name not in preset.named}
            merged = replace(merged, **free)
        return _Entry(entry.connection_id, merged, preset)


PRESET_LEAVES_OPEN = ("label", "operator_uuid", "operator_name")
"""The operator's to fill in, unless the preset names it."""


def _own_entry(record: dict[str, Any]) -> tuple[dict[str, Any], _Entry]:
    name = str(record.get("connection_id", ""))
    try:
        return record, _Entry(name, connection_from(record))
    except (ConnectionInvalid, ValueError, KeyError, TypeError):
        return record, _Entry(name, None)


def _match(own: list[tuple[dict[str, Any], _Entry]], preset: PresetConnection) -> tuple[dict[str, Any], _Entry] | None:
    """By its identifier first: an operator may have changed where it leads."""
    wanted = preset.connection
    for item in own:
        if item[1].connection_id == wanted.connection_id:
            return item
    for item in own:
        found = item[1].connection
        if found is not None and (found.base_url, found.public_id) == (wanted.base_url, wanted.public_id):
            return item
    return None


def _says_the_same(connection: Connection, preset: PresetConnection) -> bool:
    return all(getattr(connection, name) == getattr(preset.connection, name) for name in LEADS_THERE | preset.named)
