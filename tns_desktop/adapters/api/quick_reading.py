"""Lists in their usual shape, taken apart by compiled decoders; whatever is unusual is left to ``wire``.

A listing of ten thousand files is read as fast as it arrives, or somebody waits. ``wire`` reads anything; it takes ten times
as long. So there is a second way for the shape that nearly every answer has: texts where texts are expected, no number in
their place, no dotted path in the map. Both ways give the same value or this one gives none (a property test compares them).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any, NamedTuple

import msgspec

from tns_desktop.adapters.api.json_body import MAX_DEPTH
from tns_desktop.adapters.api.map_values import ApiMap
from tns_desktop.adapters.api.wire_values import date_of, is_identifier, language_of
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ExternalInfo, Participant

_Members = dict[str, msgspec.Raw]

_split_members = msgspec.json.Decoder(_Members).decode
_split_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_anything = msgspec.json.Decoder().decode

_PARTICIPANT_TEXTS = tuple(field.name for field in dataclass_fields(Participant) if field.name != "profiles")


class SplitList(NamedTuple):
    """``rest`` is the answer without its items; ``items`` are the items as they came."""

    rest: object
    items: list[bytes]


def split_list(body: bytes, content_type: str, path: str) -> SplitList | None:
    """The answer with the list at ``path`` cut into its items; None where it takes a closer look."""
    header = content_type.lower()
    if "charset" in header and "utf-8" not in header:
        return None
    try:
        return _split(body, path.split(".") if path else [])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        return None


def _split(body: bytes | msgspec.Raw, path: list[str]) -> SplitList | None:
    if not path:
        return SplitList(None, [bytes(raw) for raw in _split_list(body)])
    members = _split_members(body)
    inner = _split(members.pop(path[0]), path[1:])
    if inner is None or any(_may_be_too_deep(bytes(raw)) for raw in members.values()):
        return None
    rest: dict[str, object] = {name: _anything(raw) for name, raw in members.items()}
    rest[path[0]] = inner.rest
    return SplitList(rest, inner.items)


def _may_be_too_deep(raw: bytes) -> bool:
    return raw.count(b"[") + raw.count(b"{") > MAX_DEPTH


_OPTIONAL = ("language", "consent_protocol")


class QuickReader:
    """Reads client files of one connection by one map, where map and file have the usual shape."""

    def __init__(self, api_map: ApiMap, connection_id: str) -> None:
        self._map = api_map
        self._connection_id = connection_id
        self._decode = _decoder_for(api_map)

    def read(self, raw: bytes, text: str) -> ClientFile | None:
        """The client file; None where ``wire`` has to look. ``text`` is ``raw`` decoded."""
        if self._decode is None or _may_be_too_deep(raw):
            return None
        try:
            item = self._decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if not is_identifier(item.uuid) or not is_identifier(item.state):
            return None
        people = item.participants or ()
        return ClientFile(
            ClientFileKey(self._connection_id, item.uuid),
            self._map.state_of(item.state),
            item.id or "",
            item.external_id or "",
            item.workflow_label or "",
            date_of(item.start_date),
            date_of(item.finish_date),
            date_of(item.validation_date),
            item.rejection_cause or "",
            item.rejection_message or "",
            tuple([_participant(person) for person in people]),
            tuple([ExternalInfo(info.name, info.value) for info in item.external_info or ()]),
            _texts(item.profiles),
            item.signed,
            item.legally_archived,
            item.validation_mode or "",
            _language(item, people),
            item.consent_protocol or "",
            text,
        )


def _language(item: Any, people: Any) -> str:
    for place in (item, *people):
        if place.language and (named := language_of(place.language)):
            return named
    return ""


def _participant(person: Any) -> Participant:
    return Participant(
        uuid=person.uuid or "",
        type=person.type or "",
        civility=person.civility or "",
        last_name=person.last_name or "",
        first_name=person.first_name or "",
        birth_name=person.birth_name or "",
        birth_date=person.birth_date or "",
        birth_place=person.birth_place or "",
        email=person.email or "",
        mobile_phone=person.mobile_phone or "",
        phone=person.phone or "",
        postal_address=person.postal_address or "",
        iban=person.iban or "",
        profiles=_texts(person.profiles),
        access_token=person.access_token or "",
    )


def _texts(values: list[str] | None) -> tuple[str, ...]:
    return tuple([value for value in values if value]) if values else ()


def _decoder_for(api_map: ApiMap) -> Callable[[bytes], Any] | None:
    """None where the map's paths are not plain names, or two of them are the same."""
    text, texts = str | None, list[str] | None
    person = _struct("Person", api_map.participant, {**dict.fromkeys(_PARTICIPANT_TEXTS, text), "profiles": texts})
    info = _struct("Info", api_map.external_info, {"name": str, "value": str}, required=True)
    if person is None or info is None:
        return None
    special = {
        "external_info": list[info] | None,  # type: ignore[valid-type]
        "participants": list[person] | None,  # type: ignore[valid-type]
        "profiles": texts,
        "signed": bool | None,
        "legally_archived": bool | None,
    }
    names = [field.name for field in dataclass_fields(api_map.client_file) if field.name not in _OPTIONAL]
    item = _struct("Item", api_map.client_file, {name: special.get(name, text) for name in names})
    return None if item is None else msgspec.json.Decoder(item).decode


def _struct(name: str, paths: object, types: dict[str, Any], *, required: bool = False) -> Any:
    """A structure whose fields are read from the map's paths; those in ``_OPTIONAL`` may have none."""
    there = [field for field in _OPTIONAL if getattr(paths, field, "")]
    wanted = {**types, **dict.fromkeys(there, str | None)}
    rename = {field: getattr(paths, field) for field in wanted}
    plain = all(path and "." not in path for path in rename.values()) and len(set(rename.values())) == len(rename)
    if not plain:
        return None
    fields = [(field, kind) if required else (field, kind, None) for field, kind in wanted.items()]
    namespace = {field: None for field in _OPTIONAL if field not in there}
    with contextlib.suppress(TypeError, ValueError):  # a name that msgspec cannot take
        return msgspec.defstruct(name, fields, rename=rename, gc=False, namespace=namespace)
    return None
