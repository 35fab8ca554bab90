"""Answers of the server turned into client files by the API map's field paths.

Tolerant of what the documentation announces (unknown fields, which are kept) and of nulls; strict where a guess would be
dangerous: without uuid or state nothing is shown, and one unusable item makes the whole list not understood, since an
incomplete list must not be taken for a complete one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from tns_desktop.adapters.api.json_body import MISSING, decode_json, find, not_understood, text_of
from tns_desktop.adapters.api.map_values import ApiMap, ErrorRules, ListRoute
from tns_desktop.adapters.api.quick_reading import QuickReader
from tns_desktop.adapters.api.wire_values import MAX_IDENTIFIER, date_of, language_of, texts_of, truth_of
from tns_desktop.domain.client_file import ClientFile, ClientFileKey, ExternalInfo, Participant
from tns_desktop.domain.errors import AnswerNotUnderstood

READING_RULES = 2
"""Counted up whenever the same answer is read as something else: what was read before is then read again."""

MAX_SERVER_MESSAGE = 2_000
"""Characters of the server's words that are kept."""


@dataclass(frozen=True, slots=True)
class ErrorEnvelope:
    """The server's own words about a failure; empty where the body is not the documented envelope."""

    message: str | None = None
    code: int | None = None
    invalid_parameters: str = ""


class ClientFileReader:
    """Reads client files of one connection by one map."""

    def __init__(self, api_map: ApiMap, connection_id: str) -> None:
        self._map = api_map
        self._connection_id = connection_id
        words = sorted(api_map.state_meaning.items())
        fields = (api_map.client_file, api_map.participant, api_map.external_info)
        rules = repr((READING_RULES, connection_id, words, fields))
        self._rules = hashlib.sha256(rules.encode("utf-8", "backslashreplace")).digest()
        self._quick = QuickReader(api_map, connection_id)

    def fingerprint_of(self, raw: bytes) -> bytes:
        """By which the same item is known again, while the same map is read by the same rules."""
        return hashlib.blake2b(raw, digest_size=16, key=self._rules).digest()

    def read_raw(self, raw: bytes, route: str, index: int) -> ClientFile:
        """An item of a list, as it came, in UTF-8. Raises AnswerNotUnderstood as ``read`` does."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise not_understood(route, "invalid_json", problem="UnicodeDecodeError") from None
        return self._quick.read(raw, text) or self.read(decode_json(raw, "", route), route, index, text)

    def read(self, item: object, route: str, index: int | None = None, raw: str = "") -> ClientFile:
        """One client file. ``index`` (from 0) is its place in a list, for the error's facts; ``raw`` is the item as JSON,
        where the caller has it already.

        Raises AnswerNotUnderstood with ``route``, ``path`` and ``index``.
        """
        place = {} if index is None else {"index": str(index)}
        if not isinstance(item, dict):
            raise not_understood(route, "not_an_object", path="", **place)
        fields = self._map.client_file

        def text(path: str) -> str:
            return text_of(find(item, path))

        def identifier(path: str) -> str:
            value = find(item, path)
            if value is None or value is MISSING or isinstance(value, (dict, list, bool)) or not text_of(value).strip():
                raise not_understood(route, "missing_field", path=path, **place)
            if len(text_of(value)) > MAX_IDENTIFIER:
                raise not_understood(route, "too_long", path=path, **place)
            return text_of(value)

        try:
            return ClientFile(
                key=ClientFileKey(self._connection_id, identifier(fields.uuid)),
                state=self._map.state_of(identifier(fields.state)),
                id=text(fields.id),
                external_id=text(fields.external_id),
                workflow_label=text(fields.workflow_label),
                start_date=date_of(find(item, fields.start_date)),
                finish_date=date_of(find(item, fields.finish_date)),
                validation_date=date_of(find(item, fields.validation_date)),
                rejection_cause=text(fields.rejection_cause),
                rejection_message=text(fields.rejection_message),
                participants=self._participants(find(item, fields.participants)),
                external_info=self._external_info(find(item, fields.external_info)),
                profiles=texts_of(find(item, fields.profiles)),
                signed=truth_of(find(item, fields.signed)),
                legally_archived=truth_of(find(item, fields.legally_archived)),
                validation_mode=text(fields.validation_mode),
                language=self._language(item),
                consent_protocol=text(fields.consent_protocol) if fields.consent_protocol else "",
                extra=raw or json.dumps(item, separators=(",", ":")),
            )
        except _UnusableParticipants:
            raise not_understood(route, "wrong_type", path=fields.participants, **place) from None

    def invited(self, item: object) -> tuple[Participant, ...]:
        """Those who have an access token in the answer to a creation, which need not be a whole client file. Never raises:
        the file is created, whatever the rest of the answer is.
        """
        try:
            people = self._participants(find(item, self._map.client_file.participants))
        except _UnusableParticipants:
            return ()
        return tuple(person for person in people if person.access_token)

    def _language(self, item: dict[str, object]) -> str:
        """The file's own, else that of the first participant that has one."""
        people = find(item, self._map.client_file.participants)
        places: list[tuple[object, str]] = [(item, self._map.client_file.language)]
        places += [
            (person, self._map.participant.language) for person in (people if isinstance(people, list) else [people])
        ]
        return next((named for place, path in places if path and (named := language_of(find(place, path)))), "")

    def _participants(self, value: object) -> tuple[Participant, ...]:
        if value is None or value is MISSING:
            return ()
        people = value if isinstance(value, list) else [value]
        return tuple(self._participant(person) for person in people if person is not None)

    def _participant(self, person: object) -> Participant:
        if not isinstance(person, dict):
            raise _UnusableParticipants
        fields = self._map.participant
        return Participant(
            uuid=text_of(find(person, fields.uuid)),
            type=text_of(find(person, fields.type)),
            civility=text_of(find(person, fields.civility)),
            last_name=text_of(find(person, fields.last_name)),
            first_name=text_of(find(person, fields.first_name)),
            birth_name=text_of(find(person, fields.birth_name)),
            birth_date=text_of(find(person, fields.birth_date)),
            birth_place=text_of(find(person, fields.birth_place)),
            email=text_of(find(person, fields.email)),
            mobile_phone=text_of(find(person, fields.mobile_phone)),
            phone=text_of(find(person, fields.phone)),
            postal_address=text_of(find(person, fields.postal_address)),
            iban=text_of(find(person, fields.iban)),
            profiles=texts_of(find(person, fields.profiles)),
            access_token=text_of(find(person, fields.access_token)),
        )

    def _external_info(self, value: object) -> tuple[ExternalInfo, ...]:
        """A list of objects or of bare values, one object, or one bare value."""
        if value is None or value is MISSING:
            return ()
        lines: list[ExternalInfo] = []
        for item in value if isinstance(value, list) else [value]:
            lines.extend(self._external_info_lines(item))
        return tuple(lines)

    def _external_info_lines(self, item: object) -> list[ExternalInfo]:
        if item is None:
            return []
        if not isinstance(item, dict):
            return [ExternalInfo("", text_of(item))]
        fields = self._map.external_info
        name, value = find(item, fields.name), find(item, fields.value)
        if name is not MISSING and value is not MISSING:
            return [ExternalInfo(text_of(name), text_of(value))]
        return [ExternalInfo(text_of(key), text_of(child)) for key, child in item.items()]


class _UnusableParticipants(Exception):
    """A participant that is not an object; becomes AnswerNotUnderstood where route and index are known."""


def list_items(document: object, route: ListRoute) -> list[object]:
    """The items of a list answer, as they came. An explicit null is an empty list, a missing one is not.

    Raises AnswerNotUnderstood.
    """
    items = find(document, route.items)
    if items is None and route.items:
        return []
    if not isinstance(items, list):
        raise not_understood(route.name, "not_a_list", path=route.items)
    return items


def list_total(document: object, route: ListRoute) -> int | None:
    """The number of all items, or None where the server does not say. Raises AnswerNotUnderstood."""
    if not route.total:
        return None
    total = find(document, route.total)
    if total is None or total is MISSING:
        return None
    if isinstance(total, str) and total.isascii() and total.isdigit() and len(total) < 16:
        total = int(total)
    if type(total) is not int or total < 0:
        raise not_understood(route.name, "wrong_type", path=route.total)
    return total


def read_envelope(body: bytes, content_type: str, rules: ErrorRules) -> ErrorEnvelope:
    """The error envelope (``management_api``: ``{"error": {"message", "code"}}``). Never raises."""
    try:
        document = decode_json(body, content_type, "")
    except AnswerNotUnderstood:
        return ErrorEnvelope()
    code_text = text_of(find(document, rules.code))
    code = int(code_text) if code_text.lstrip("-").isdecimal() and code_text.isascii() and len(code_text) < 16 else None
    parameters = find(document, rules.invalid_parameters) if rules.invalid_parameters else MISSING
    return ErrorEnvelope(
        message=_words(text_of(find(document, rules.message))) or None,
        code=code,
        invalid_parameters=_words(text_of(parameters)),
    )


def _words(text: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in text)
    return printable.strip()[:MAX_SERVER_MESSAGE]
