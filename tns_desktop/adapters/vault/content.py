"""Client files and outbox rows as JSON text, both ways.

Written out field by field, so that a change of the domain's classes is seen here and cannot silently change what is
stored. Fields with an empty value are left out; what is missing is read as empty. Text that UTF-8 cannot hold (lone
surrogates) survives too: such a JSON is pure ASCII.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec

from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ClientFileState, ExternalInfo, Participant
from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus, Verdict

_PARTICIPANT_TEXTS = (
    "uuid",
    "type",
    "civility",
    "last_name",
    "first_name",
    "birth_name",
    "birth_date",
    "birth_place",
    "email",
    "mobile_phone",
    "phone",
    "postal_address",
    "iban",
)
_CLIENT_FILE_TEXTS = (
    "id",
    "external_id",
    "workflow_label",
    "rejection_cause",
    "rejection_message",
    "validation_mode",
    "language",
    "consent_protocol",
)
_participant_values: Callable[[Participant], tuple[Any, ...]] = attrgetter(*_PARTICIPANT_TEXTS, "profiles")
_client_file_values: Callable[[ClientFile], tuple[Any, ...]] = attrgetter(
    *_CLIENT_FILE_TEXTS, "profiles", "signed", "legally_archived"
)
_encode = msgspec.json.Encoder(order="sorted").encode
_Person = msgspec.defstruct(
    "_Person", [*((name, str, "") for name in _PARTICIPANT_TEXTS), ("profiles", tuple, ())],
    omit_defaults=True, gc=False,
)  # fmt: skip
_File = msgspec.defstruct(
    "_File",
    [
        ("key", tuple), ("state", str), *((name, str, "") for name in _CLIENT_FILE_TEXTS), ("profiles", tuple, ()),
        ("signed", object, None), ("legally_archived", object, None), ("start_date", object, None),
        ("finish_date", object, None), ("validation_date", object, None), ("participants", list, []),
        ("external_info", list, []),
    ],
    omit_defaults=True, gc=False,
)  # fmt: skip
"""What is stored of a file, and of a person, in the encoder's own terms: a third of the time of dictionaries."""
_CLIENT_FILE_TIMES = ("start_date", "finish_date", "validation_date")
_DECISION_TEXTS = (
    "archive_sha256",
    "archive_etag",
    "cause",
    "message",
    "internal_note",
    "operator",
    "display_name",
    "display_id",
)
_ENTRY_TEXTS = ("error_code", "server_message", "observed_cause")


def dump_client_file(client_file: ClientFile) -> str:
    """Everything of it except ``extra``, which is stored beside."""
    key = client_file.key
    stored = _File(
        (key.connection_id, key.uuid),
        client_file.state.name,
        *_client_file_values(client_file),
        _iso(client_file.start_date),
        _iso(client_file.finish_date),
        _iso(client_file.validation_date),
        [_Person(*_participant_values(person)) for person in client_file.participants],
        [(info.name, info.value) for info in client_file.external_info],
    )
    try:
        return _encode(stored).decode()
    except UnicodeEncodeError:
        return _json(msgspec.to_builtins(stored))


def load_client_file(content: str, extra: str) -> ClientFile:
    """Raises ValueError, KeyError or TypeError for a text that ``dump_client_file`` did not write."""
    stored = json.loads(content)
    times: dict[str, Any] = {
        name: datetime.fromisoformat(stored[name]) for name in _CLIENT_FILE_TIMES if name in stored
    }
    texts = {name: stored[name] for name in _CLIENT_FILE_TEXTS if name in stored}
    return ClientFile(
        key=ClientFileKey(*stored["key"]),
        state=ClientFileState(stored["state"]),
        participants=tuple(load_participant(person) for person in stored.get("participants", ())),
        external_info=tuple(ExternalInfo(name, value) for name, value in stored.get("external_info", ())),
        profiles=tuple(stored.get("profiles", ())),
        signed=stored.get("signed"),
        legally_archived=stored.get("legally_archived"),
        extra=extra,
        **times,
        **texts,
    )


def dump_entry(entry: OutboxEntry) -> str:
    """The whole row. Times are brought to UTC, so equal rows give equal text."""
    decision = entry.decision
    stored: dict[str, Any] = {
        "decision_id": decision.decision_id,
        "key": [decision.key.connection_id, decision.key.uuid],
        "verdict": decision.verdict.value,
        "reviewed_state": decision.reviewed_state.name,
        "decided_at": dump_time(decision.decided_at),
        "send_after": dump_time(decision.send_after),
        "status": entry.status.value,
        "attempts": entry.attempts,
        "maybe_carried_out": entry.maybe_carried_out,
        "override_conflict": entry.override_conflict,
        **_texts(decision, _DECISION_TEXTS),
        **_texts(entry, _ENTRY_TEXTS),
    }
    if entry.not_before is not None:
        stored["not_before"] = dump_time(entry.not_before)
    if entry.updated_at is not None:
        stored["updated_at"] = dump_time(entry.updated_at)
    if entry.observed_state is not None:
        stored["observed_state"] = entry.observed_state.name
    return _json(stored)


def load_entry(content: str) -> OutboxEntry:
    """Raises ValueError, KeyError or TypeError for a text that ``dump_entry`` did not write."""
    stored = json.loads(content)
    texts = {name: stored.get(name, "") for name in _DECISION_TEXTS}
    decision = Decision(
        decision_id=stored["decision_id"],
        key=ClientFileKey(*stored["key"]),
        verdict=Verdict(stored["verdict"]),
        reviewed_state=ClientFileState(stored["reviewed_state"]),
        decided_at=datetime.fromisoformat(stored["decided_at"]),
        send_after=datetime.fromisoformat(stored["send_after"]),
        **texts,
    )
    observed = stored.get("observed_state")
    return OutboxEntry(
        decision=decision,
        status=OutboxStatus(stored["status"]),
        attempts=stored["attempts"],
        maybe_carried_out=stored["maybe_carried_out"],
        override_conflict=stored["override_conflict"],
        not_before=_load_time(stored.get("not_before")),
        updated_at=_load_time(stored.get("updated_at")),
        observed_state=None if observed is None else ClientFileState(observed),
        **{name: stored.get(name, "") for name in _ENTRY_TEXTS},
    )


def dump_time(value: datetime) -> str:
    """UTC, always with microseconds: the order of the texts is the order of the times."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def column_text(text: str) -> str:
    """``text`` as a column can hold it: what UTF-8 cannot encode is escaped, the rest is unchanged."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _load_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def dump_participant(person: Participant) -> dict[str, Any]:
    """What is there of a person."""
    stored: dict[str, Any] = msgspec.to_builtins(_Person(*_participant_values(person)))
    return stored


def load_participant(stored: dict[str, Any]) -> Participant:
    """The person that ``dump_participant`` wrote."""
    texts = {name: stored[name] for name in _PARTICIPANT_TEXTS if name in stored}
    return Participant(profiles=tuple(stored.get("profiles", ())), **texts)


def _texts(source: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(source, name))}


def _json(stored: dict[str, Any]) -> str:
    return json.dumps(stored, separators=(",", ":"), sort_keys=True)
