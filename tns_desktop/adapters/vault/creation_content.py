"""Creations as JSON text, both ways; written out field by field, as ``content`` does for decisions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tns_desktop.adapters.vault.content import dump_participant, dump_time, load_participant
from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.creation import Creation, CreationStatus, SeenFile
from tns_desktop.domain.new_client_file import FieldProblem, NewClientFile, NewDocument, ProblemCode
from tns_desktop.domain.workflow import Kind

_TEXTS = ("request_id", "batch", "error_code", "server_message", "file_uuid", "display_id")
_NUMBERS = ("line", "attempts", "looks")
_TIMES = ("queued_at", "due_at", "updated_at")


def dump_creation(creation: Creation) -> str:
    """The whole row. Times are brought to UTC, so equal rows give equal text."""
    new, seen = creation.new, creation.seen
    stored: dict[str, Any] = {
        "creation_id": creation.creation_id,
        "connection_id": creation.connection_id,
        "created_at": dump_time(creation.created_at),
        "status": creation.status.value,
        "kind": new.kind.value,
        "workflow_label": new.workflow_label,
        "external_id": new.external_id,
        "participants": [dump_participant(person) for person in new.participants],
    }
    if new.profiles:
        stored["profiles"] = list(new.profiles)
    if new.external_info:
        stored["external_info"] = [[info.name, info.value] for info in new.external_info]
    if creation.documents:
        stored["documents"] = [
            [one.document_id, one.name, one.kind, one.media_type, one.size, one.sha256] for one in creation.documents
        ]
    if creation.problems:
        stored["problems"] = [[one.field, one.code.value, one.words] for one in creation.problems]
    if creation.maybe_created:
        stored["maybe_created"] = True
    if seen is not None:
        began = "" if seen.start_date is None else dump_time(seen.start_date)
        stored["seen"] = [seen.uuid, seen.display_id, seen.display_name, began]
    for name in (*_TEXTS, *_NUMBERS):
        if value := getattr(creation, name):
            stored[name] = value
    for name in _TIMES:
        if (value := getattr(creation, name)) is not None:
            stored[name] = dump_time(value)
    return json.dumps(stored, separators=(",", ":"), sort_keys=True)


def load_creation(content: str) -> Creation:
    """Raises ValueError, KeyError or TypeError for a text that ``dump_creation`` did not write."""
    stored = json.loads(content)
    times: dict[str, Any] = {name: _time(stored.get(name, "")) for name in _TIMES}
    new = NewClientFile(
        kind=Kind(stored["kind"]),
        workflow_label=stored["workflow_label"],
        external_id=stored["external_id"],
        profiles=tuple(stored.get("profiles", ())),
        participants=tuple(load_participant(person) for person in stored["participants"]),
        external_info=tuple(ExternalInfo(name, value) for name, value in stored.get("external_info", ())),
    )
    seen = stored.get("seen")
    return Creation(
        creation_id=stored["creation_id"],
        connection_id=stored["connection_id"],
        new=new,
        created_at=datetime.fromisoformat(stored["created_at"]),
        status=CreationStatus(stored["status"]),
        documents=tuple(NewDocument(*values) for values in stored.get("documents", ())),
        problems=tuple(
            FieldProblem(field, ProblemCode(code), words) for field, code, words in stored.get("problems", ())
        ),
        maybe_created=stored.get("maybe_created", False),
        seen=None if seen is None else SeenFile(seen[0], seen[1], seen[2], _time(seen[3])),
        **{name: stored.get(name, "") for name in _TEXTS},
        **{name: stored.get(name, 0) for name in _NUMBERS},
        **times,
    )


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
