"""The people of report.json: participants, the checks of their identity, and what else it says of them.

The names of a participant's fields are documented; what a check holds is not. Everything odd is skipped, everything
unknown is kept verbatim, nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tns_desktop.domain.client_file import ExternalInfo, Participant
from tns_desktop.domain.reported import CheckRemark, CheckVerdict, IdentityCheck, ReportedPerson

LONGEST_VALUE = 1_000
"""Characters of one value that are kept."""
MOST_OF_EACH = 100
"""Participants, checks of one of them, remarks of a check, and unknown fields, at most."""


@dataclass(frozen=True, slots=True)
class PeopleLayout:
    """Names in a participant (KNOWN: report_json_v6) and in a check (GUESS, but for ``live_accepted``)."""

    fields: tuple[tuple[str, str], ...] = (
        ("uuid", "uuid"),
        ("type", "type"),
        ("civility", "civility"),
        ("lastName", "last_name"),
        ("firstName", "first_name"),
        ("birthName", "birth_name"),
        ("birthDate", "birth_date"),
        ("birthPlace", "birth_place"),
        ("email", "email"),
        ("mobilePhone", "mobile_phone"),
        ("phone", "phone"),
        ("postalAddress", "postal_address"),
        ("iban", "iban"),
    )
    profiles: str = "profiles"
    checks: str = "identityChecks"
    check_type: str = "type"
    check_status: str = "status"
    check_remarks: tuple[str, ...] = ("warnings", "errors")
    remark_code: str = "code"
    remark_message: str = "message"
    live_accepted: str = "liveCheckStatusAccepted"
    document_number: tuple[str, ...] = ("documentNumber", "idNumber")
    expires: tuple[str, ...] = ("expiryDate", "expirationDate", "documentExpiryDate")
    passed_words: tuple[str, ...] = ("ok", "accepted", "valid", "success", "passed")
    warning_words: tuple[str, ...] = ("warning", "to_check", "pending")
    failed_words: tuple[str, ...] = ("ko", "failed", "rejected", "invalid", "error", "refused")


DEFAULT_PEOPLE = PeopleLayout()


def read_people(participants: object, layout: PeopleLayout = DEFAULT_PEOPLE) -> tuple[ReportedPerson, ...]:
    """The participants of a report's list; empty when it is none."""
    return tuple(_person(item, layout) for item in _objects(participants))


def read_external_info(value: object) -> tuple[ExternalInfo, ...]:
    """The business information: a list of names and values, or of bare values."""
    if not isinstance(value, list):
        return ()
    found = [
        ExternalInfo(_text(item.get("name")), _text(item.get("value"))) if isinstance(item, dict) else _bare(item)
        for item in value[:MOST_OF_EACH]
    ]
    return tuple(info for info in found if info.value)


def _person(item: Mapping[str, Any], layout: PeopleLayout) -> ReportedPerson:
    values = {ours: _text(item.get(theirs)) for theirs, ours in layout.fields}
    profiles = item.get(layout.profiles)
    texts = (
        tuple(text for each in profiles[:MOST_OF_EACH] if (text := _text(each))) if isinstance(profiles, list) else ()
    )
    known = {theirs for theirs, _ours in layout.fields} | {layout.profiles, layout.checks}
    return ReportedPerson(
        Participant(**values, profiles=texts),
        tuple(_check(check, layout) for check in _objects(item.get(layout.checks))),
        _others(item, known),
    )


def _check(item: Mapping[str, Any], layout: PeopleLayout) -> IdentityCheck:
    status = _text(item.get(layout.check_status))
    live = item.get(layout.live_accepted)
    known = {layout.check_type, layout.check_status, *layout.check_remarks, layout.live_accepted}
    known |= {*layout.document_number, *layout.expires}
    return IdentityCheck(
        type=_text(item.get(layout.check_type)),
        status=status,
        verdict=_verdict(status, layout),
        remarks=tuple(_remark(each, layout) for name in layout.check_remarks for each in _objects(item.get(name))),
        live_accepted=live if isinstance(live, bool) else None,
        document_number=_first(item, layout.document_number),
        expires=_first(item, layout.expires),
        others=_others(item, known),
    )


def _verdict(status: str, layout: PeopleLayout) -> CheckVerdict:
    word = status.casefold()
    for words, verdict in (
        (layout.passed_words, CheckVerdict.PASSED),
        (layout.warning_words, CheckVerdict.WARNING),
        (layout.failed_words, CheckVerdict.FAILED),
    ):
        if word in words:
            return verdict
    return CheckVerdict.UNKNOWN


def _remark(item: Mapping[str, Any], layout: PeopleLayout) -> CheckRemark:
    code = _text(item.get(layout.remark_code))
    return CheckRemark(int(code) if code.isdecimal() and len(code) < 10 else 0, _text(item.get(layout.remark_message)))


def _others(item: Mapping[str, Any], known: set[str]) -> tuple[ExternalInfo, ...]:
    """Fields that have no name of ours and hold one value, or a list of such values."""
    found: list[ExternalInfo] = []
    for name, value in item.items():
        if name in known or len(found) == MOST_OF_EACH:
            continue
        values = value[:MOST_OF_EACH] if isinstance(value, list) else [value]
        text = ", ".join(text for each in values if (text := _text(each)))
        if text:
            found.append(ExternalInfo(_text(name), text[:LONGEST_VALUE]))
    return tuple(found)


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value[:MOST_OF_EACH] if isinstance(item, dict))


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _text(item.get(name)))), "")


def _bare(item: object) -> ExternalInfo:
    return ExternalInfo("", _text(item))


def _text(value: object) -> str:
    """One line; numbers as they are written, yes and no as JSON has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return " ".join(str(value).split())[:LONGEST_VALUE]
    return ""
