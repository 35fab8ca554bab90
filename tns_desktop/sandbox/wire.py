"""Client files as JSON, with the names and places that the map gives to the fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tns_desktop.sandbox.records import CONSENT_PROTOCOLS, Person, Record, iso
from tns_desktop.sandbox.routes import RouteMap


def encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def client_file_json(record: Record, route_map: RouteMap, *, with_tokens: bool = False) -> dict[str, Any]:
    """The client file as an answer shows it. Two fields are undocumented on purpose: a client has to live with such."""
    info = route_map.external_info
    values: dict[str, Any] = {
        "uuid": record.uuid,
        "id": record.id,
        "external_id": record.external_id,
        "workflow_label": record.workflow,
        "state": route_map.state_word(record.state),
        "start_date": iso(record.start),
        "finish_date": iso(record.finish),
        "validation_date": iso(record.validation),
        "rejection_cause": record.rejection_cause or None,
        "rejection_message": record.rejection_message or None,
        "external_info": [
            placed(
                {"name": name, "value": value}, {"name": info.get("name", "name"), "value": info.get("value", "value")}
            )
            for name, value in record.external_info
        ],
        "participants": [
            placed(person_values(person, with_token=with_tokens or record.shows_tokens), route_map.participant)
            for person in record.participants
        ],
        "profiles": list(record.profiles),
        "signed": record.signed,
        "legally_archived": record.legally_archived,
        "validation_mode": record.validation_mode,
        "consent_protocol": CONSENT_PROTOCOLS.get(record.workflow),
    }
    answer = placed(values, route_map.client_file)
    answer["sandboxWorkflowVersion"] = 3
    answer["sandboxTags"] = [{"label": "specimen", "weight": 0.5}]
    return answer


def person_values(person: Person, *, with_token: bool = False) -> dict[str, Any]:
    """By our names; None where there is nothing."""
    names = [name for name in Person.__slots__ if name not in ("profiles", "access_token")]
    values: dict[str, Any] = {name: getattr(person, name) or None for name in names}
    values["profiles"] = list(person.profiles)
    values["access_token"] = person.access_token if with_token else None
    return values


def placed(values: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """``values`` under the dotted paths of ``places``; what is None or has no place is left out."""
    answer: dict[str, Any] = {}
    for name, value in values.items():
        if value is not None and places.get(name):
            put(answer, places[name], value)
    return answer


def put(target: dict[str, Any], path: str, value: object) -> None:
    """Sets a dotted path, making the objects on the way."""
    *parents, last = path.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
    target[last] = value


def wrapped(value: object, path: str) -> object:
    """``value`` at a dotted path of a new object; the value itself for an empty path."""
    if not path:
        return value
    answer: dict[str, Any] = {}
    put(answer, path, value)
    return answer


def find(data: object, path: str) -> Any:
    """What stands at a dotted path, or None."""
    for name in path.split("."):
        if not isinstance(data, Mapping) or name not in data:
            return None
        data = data[name]
    return data


def path_of(template: object, wanted: str) -> str:
    """The dotted path in a body template that holds the text ``wanted``; empty when it has none."""
    if isinstance(template, Mapping):
        for name, value in template.items():
            if value == wanted:
                return str(name)
            if deeper := path_of(value, wanted):
                return f"{name}.{deeper}"
    return ""


def constants_fit(template: object, body: object) -> bool:
    """True when the body has every constant that the template has: it tells two decisions on one path apart."""
    if isinstance(template, Mapping):
        return isinstance(body, Mapping) and all(
            constants_fit(value, body.get(name)) for name, value in template.items()
        )
    if isinstance(template, str) and "{" in template:
        return True
    return template == body
