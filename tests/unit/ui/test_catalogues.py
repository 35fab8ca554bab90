"""Both catalogues are complete, agree with each other and with the code: a missing text is a failed test, not a blank."""

from __future__ import annotations

import re
from itertools import product
from string import Formatter

import pytest

from tests.support.catalogue_keys import (
    assembled_texts,
    literal_keys,
    patterns,
    placeholders_given,
    string_constants,
)
from tests.support.windows import translators
from tns_desktop.domain.archive import ArchiveProblem, DocumentKind, EntryProblem, EntryRole
from tns_desktop.domain.archive_comparison import Change
from tns_desktop.domain.client_file import KnownState
from tns_desktop.domain.connection import ConnectionState, Environment
from tns_desktop.domain.creation import CreationStatus
from tns_desktop.domain.decision import DecisionBlock, LegalArchiving, OutboxStatus, Verdict
from tns_desktop.domain.errors import all_error_types
from tns_desktop.domain.facts import FACT_FIELDS
from tns_desktop.domain.follow_up import Urgency
from tns_desktop.domain.handover import CsvIndex, HandoverStatus, Layout, Occasion
from tns_desktop.domain.hygiene import Hygiene
from tns_desktop.domain.invitation import Purpose
from tns_desktop.domain.link_address import Oddity
from tns_desktop.domain.narrowing import Period, RowMark
from tns_desktop.domain.new_client_file import CIVILITIES, PERSON_FIELDS, ProblemCode
from tns_desktop.domain.palette import Find
from tns_desktop.domain.reported import CheckVerdict
from tns_desktop.domain.review import Mark, ProblemReason
from tns_desktop.domain.roles import Role
from tns_desktop.domain.signatures import LaterChanges, RootsState, SignatureLevel, SignatureVerdict
from tns_desktop.domain.verdict import Conclusion
from tns_desktop.domain.workflow import Kind
from tns_desktop.services.follow_up import NoLink
from tns_desktop.ui.actions import ACTIONS, Place
from tns_desktop.ui.i18n import LANGUAGES, Translator
from tns_desktop.ui.models.client_files import Column
from tns_desktop.ui.models.creations import CreationColumn
from tns_desktop.ui.models.documents import Grouping
from tns_desktop.ui.models.outbox import OutboxColumn
from tns_desktop.ui.models.trial_rows import TrialColumn
from tns_desktop.ui.presenters.preferences import PAGES
from tns_desktop.ui.presenters.rejecting import SUGGESTED_CAUSES
from tns_desktop.ui.views.creations_view import ACTS
from tns_desktop.ui.views.handover_dialog import SCHEDULES
from tns_desktop.ui.views.handover_log import COLUMNS as HANDOVER_COLUMNS
from tns_desktop.ui.views.passphrase_dialog import PassphraseStep
from tns_desktop.ui.views.welcome import DOORS

CATALOGUES = translators()
ENGLISH, FRENCH = CATALOGUES["en"], CATALOGUES["fr"]
TOPS = frozenset(key.split(".")[0] for key in ENGLISH.keys())  # noqa: SIM118 - a method of ours, not a dict's

VERDICTS = [verdict.value for verdict in Verdict]
STATUSES = [status.value for status in OutboxStatus]
STATES = [state.value.lower() for state in KnownState]
ENVIRONMENTS = [environment.value for environment in Environment]
CODES = [error.code for error in all_error_types()]
PREFERENCES = [field for page in PAGES for field in page.fields]
DOOR_NAMES = [name for name, _icon in DOORS]
CREATION_FIELDS = [
    "workflow_label",
    "external_id",
    "profiles",
    "participants",
    "type",
    "documents",
    *PERSON_FIELDS,
]
FIELDS = ["environment", "base_url", "public_id", "secret_key", "role", "operator_uuid", "label", "api_map"]
CONNECTION_REASONS = [
    "empty",
    "not_a_url",
    "https_needed",
    "credentials_in_url",
    "query_in_url",
    "bad_public_id",
    "bad_operator_uuid",
    "not_an_email",
    "unknown",
]
RULE_FIELDS = ["product", "folder", "template", "schedule", "layout", "csv", "command"]
RULE_REASONS = [
    "empty",
    "unknown_placeholder",
    "date_format",
    "brace",
    "empty_folder",
    "too_many_folders",
    "hours",
    "time",
    "program",
    "batch",
    "not_absolute",
    "too_long",
]
HOOK_PROBLEMS = [
    "not_an_address",
    "empty",
    "not_a_url",
    "https_needed",
    "credentials_in_url",
    "query_in_url",
    "bad_header_name",
    "taken_header",
    "too_short",
    "too_long",
    "bad_characters",
]
HOOK_REFUSALS = [
    "header_missing",
    "header_wrong",
    "unknown_path",
    "method",
    "encoding",
    "too_large",
    "too_slow",
    "too_many",
    "not_json",
    "not_understood",
    "not_kept",
    "locked",
    "cut",
]
HOOK_STEPS = {
    "listening": ("there", "off", "trouble"),
    "name": ("found", "unknown", "proxy"),
    "certificate": ("trusted", "unnamed", "plain", "untrusted", "not_reached"),
    "answer": ("success", "refused", "none"),
    "arrival": ("here", "nowhere", "other_path"),
    "header": ("right", "wrong", "missing", "not_seen"),
}

MADE_WHILE_RUNNING: dict[str, list[tuple[str, ...]]] = {
    "action.{}": [(spec.action_id,) for spec in ACTIONS],
    "audit.dialog.{}": [(name,) for name in ("comment", "auditor", "certificate", "passphrase")],
    "compare.change.{}": [(change.value,) for change in Change],
    "compare.column.{}": [(name,) for name in ("what", "before", "after", "field", "value_before", "value_after")],
    "compare.line.{}": [(change.value,) for change in Change if change not in (Change.SAME, Change.UNKNOWN)],
    "audit.conclusion.{}": [(conclusion.value,) for conclusion in Conclusion],
    "archive_problem.{}": [(problem.value,) for problem in ArchiveProblem],
    "banner.{}": [(ConnectionState.SIGNED_OUT.value,), (ConnectionState.WRONG_CREDENTIALS.value,)],
    "banner.named.{}": [(ConnectionState.SIGNED_OUT.value,), (ConnectionState.WRONG_CREDENTIALS.value,)],
    "bar.archiving.{}": [(archiving.value,) for archiving in LegalArchiving],
    "bar.block.{}": [(block.value,) for block in DecisionBlock],
    "bulk.confirm.{}": [(verdict,) for verdict in VERDICTS],
    "bulk.heading.{}": [(verdict,) for verdict in VERDICTS],
    "bulk.title.{}": [(verdict,) for verdict in VERDICTS],
    "connection.check_column.{}": [("request",), ("answer",), ("understood",)],
    "connection.error.{}": [(reason,) for reason in CONNECTION_REASONS],
    "connection.field.{}": [(field,) for field in FIELDS],
    "connection.role.{}": [(role.value,) for role in Role],
    "creation.act.{}": [(act,) for act in ACTS],
    "creation.civility.{}": [(civility.lower(),) for civility in CIVILITIES],
    "creation.column.{}": [(column.name.lower(),) for column in CreationColumn],
    "creation.field.{}": [(name,) for name in CREATION_FIELDS],
    "creation.hint.{}": [(name,) for name in ("birth_date", "mobile_phone", "iban")],
    "creation.kind.{}": [(kind.value,) for kind in Kind],
    "creation.problem.{}": [(code.value,) for code in ProblemCode],
    "creation.sentence.{}": [(status.value,) for status in CreationStatus],
    "creation.status.{}": [(status.value,) for status in CreationStatus],
    "customer.reason.{}": [(reason.value,) for reason in ProblemReason],
    "documents.grouping.{}": [(grouping.value,) for grouping in Grouping],
    "documents.group.{}": [(role.value,) for role in EntryRole],
    "entry_problem.{}": [(problem.value,) for problem in EntryProblem],
    "environment.badge.{}": [(environment,) for environment in ENVIRONMENTS],
    "environment.{}": [(environment,) for environment in ENVIRONMENTS],
    "error.{}.title": [(code,) for code in CODES],
    "error.{}.sentence": [(code,) for code in CODES],
    "error.{}.remedy": [(code,) for code in CODES],
    "filter.field.{}": [("workflow",), ("profile",), ("started",)],
    "filter.mark.{}": [(mark.value,) for mark in RowMark],
    "filter.period.{}": [(period.value,) for period in Period],
    "filter.term.{}": [
        *((mark.value,) for mark in RowMark),
        *((period.value,) for period in Period if period is not Period.ANY),
        *(("since",), ("until",)),
    ],
    "handover.column.{}": [(name,) for name in HANDOVER_COLUMNS],
    "handover.csv.{}": [(kind.value,) for kind in CsvIndex],
    "handover.error.{}": [(reason,) for reason in RULE_REASONS],
    "handover.field.{}": [(field,) for field in RULE_FIELDS],
    "handover.layout.{}": [(layout.value,) for layout in Layout],
    "handover.occasion.{}": [(occasion.value,) for occasion in Occasion],
    "handover.schedule.{}": [(schedule,) for schedule in SCHEDULES],
    "handover.status.{}": [(status.value,) for status in HandoverStatus],
    "follow_up.button.{}": [("write",), ("copy",), ("qr",)],
    "follow_up.button.{}_of": [("write",), ("copy",), ("qr",)],
    "follow_up.no_link.{}": [(reason.value,) for reason in NoLink],
    "follow_up.urgency.{}": [(urgency.name.lower(),) for urgency in Urgency],
    "help.place.{}": [(place.value,) for place in Place],
    "import.column.{}": [(column.name.lower(),) for column in TrialColumn],
    "import.report.{}": [(name,) for name in ("line", "name", "external_id", "status", "file", "words")],
    "import.separator.{}": [(name,) for name in ("semicolon", "comma", "tab", "bar")],
    "kind.{}": [(kind.value,) for kind in DocumentKind],
    "language.{}": [(language,) for language in LANGUAGES],
    "line.{}": [(state.value,) for state in ConnectionState],
    "link.odd.{}": [(oddity.value,) for oddity in Oddity],
    "list.column.{}": [(column.name.lower(),) for column in Column],
    "mark.{}": [(mark.value,) for mark in Mark if mark is not Mark.PROBLEM],
    "message.field.{}": [("purpose",), ("language",), ("subject",), ("email",), ("text",)],
    "message.own.{}.{}": list(product([purpose.value for purpose in Purpose], ["subject", "email", "text"])),
    "message.purpose.{}": [(purpose.value,) for purpose in Purpose],
    "operators.field.{}": [("admin_email",), ("admin_password",)],
    "outbox.column.{}": [(column.name.lower(),) for column in OutboxColumn],
    "outbox.reason.{}": [("archive_changed",)],
    "outbox.sentence.{}": [(status,) for status in STATUSES],
    "outbox.status.{}": [(status,) for status in STATUSES],
    "palette.kind.{}": [(find.value,) for find in Find],
    "pace.column.{}": [(name,) for name in ("queue", "waiting", "oldest", "decided", "median")],
    "pending.{}.{}": list(product(VERDICTS, STATUSES)),
    "pending.short.{}": [(status,) for status in STATUSES],
    "preview.header.{}": [("from",), ("to",), ("cc",), ("date",), ("subject",)],
    "passphrase.confirm.{}": [(step.value,) for step in PassphraseStep],
    "passphrase.done.{}": [(step.value,) for step in PassphraseStep],
    "passphrase.field.{}": [("present",), ("new",), ("again",)],
    "passphrase.text.{}": [(step.value,) for step in PassphraseStep],
    "passphrase.title.{}": [(step.value,) for step in PassphraseStep],
    "preferences.action.{}": [(action,) for item in PREFERENCES for action in item.actions],
    "preferences.captures.{}": [(obstacle,) for obstacle in ("system", "macos_15")],
    "preferences.choice.{}": [(choice or "window",) for item in PREFERENCES for choice in item.choices],
    "views.{}": [("rename",), ("remove",), ("up",), ("down",)],
    "preferences.field.{}": [(item.name,) for item in PREFERENCES],
    "preferences.note.{}": [(item.name,) for item in PREFERENCES],
    "preferences.page.{}": [(page.name,) for page in PAGES],
    "problem_reason.{}": [(reason.value,) for reason in ProblemReason],
    "field.{}": [(field,) for field in FACT_FIELDS],
    "identity.title.{}": [(verdict.value,) for verdict in CheckVerdict],
    "hygiene.{}.title": [(kind.value,) for kind in Hygiene],
    "hygiene.{}.text": [(kind.value,) for kind in Hygiene],
    "signature.changes.{}": [(changes.value,) for changes in LaterChanges],
    "signature.level.{}": [(level.value,) for level in SignatureLevel],
    "signature.meaning.{}": [("altered",), ("removed",), ("unreadable",)],
    "signature.roots.{}": [(state.value,) for state in RootsState],
    "signature.stamp.{}": [(verdict.value,) for verdict in SignatureVerdict],
    "signature.trust.{}": [("trusted",), ("not_trusted",)],
    "signature.verdict.{}": [(verdict.value,) for verdict in SignatureVerdict],
    "queue.{}": [(state,) for state in STATES],
    "reminders.column.{}": [("urgency",), ("name",), ("id",), ("age",), ("due",), ("origin",)],
    "reject.suggested.{}": [(cause,) for cause in SUGGESTED_CAUSES],
    "snackbar.bulk.{}": [(verdict,) for verdict in VERDICTS],
    "snackbar.bulk.{}_countdown": [(verdict,) for verdict in VERDICTS],
    "snackbar.{}.{}": list(product(VERDICTS, STATUSES)),
    "snackbar.{}.queued": [(verdict,) for verdict in VERDICTS],
    "snackbar.{}.queued_countdown": [(verdict,) for verdict in VERDICTS],
    "state.{}": [(state,) for state in STATES],
    "tray.alarm.{}": [("conflict",), ("refused",)],
    "verdict.{}": [(verdict,) for verdict in VERDICTS],
    "webhooks.count.{}": [("accepted",), ("duplicates",), ("foreign",)],
    "webhooks.problem.{}": [(reason,) for reason in HOOK_PROBLEMS],
    "webhooks.refused.{}": [(reason,) for reason in HOOK_REFUSALS],
    "webhooks.step.{}": [(f"{name}_{word}",) for name, words in HOOK_STEPS.items() for word in words],
    "welcome.{}.title": [(door,) for door in DOOR_NAMES],
    "welcome.{}.text": [(door,) for door in DOOR_NAMES],
}
"""Every shape of a key that is put together while the program runs, and everything that may be put in."""

ASKED_IF_THERE = {
    "identity.code.{}": "a code without words of its own is shown with the report's",
    "identity.type.{}": "a check that nobody documented keeps its own name",
    "webhooks.hint.{}": "not every step of the self-test has something that can be done",
    "reason.{}": "a reason without words of its own is shown as it came",
}
"""Shapes whose key may be missing, because the code asks first."""

PUT_TOGETHER_ON_PURPOSE: frozenset[str] = frozenset()
"""Places where a translated text may be part of a longer one; keep it short."""


def _expanded() -> frozenset[str]:
    return frozenset(shape.format(*values) for shape, every in MADE_WHILE_RUNNING.items() for values in every)


def _forms(catalogue: Translator, key: str) -> list[str]:
    raw = catalogue.raw(key)
    return list(raw.values()) if isinstance(raw, dict) else [raw]


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _literal, name, _spec, _conversion in Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_keys() -> None:
    assert ENGLISH.keys() == FRENCH.keys()


@pytest.mark.parametrize("key", sorted(ENGLISH.keys()))
def test_every_form_of_a_text_uses_the_same_values_in_both_languages(key: str) -> None:
    used = {_placeholders(form) for catalogue in (ENGLISH, FRENCH) for form in _forms(catalogue, key)}
    assert len(used) == 1, f"{key}: {used}"
    assert all(form.strip() for catalogue in (ENGLISH, FRENCH) for form in _forms(catalogue, key))


def test_plural_texts_are_plural_in_both_languages_and_use_count() -> None:
    for key in ENGLISH.keys():  # noqa: SIM118
        plural = isinstance(ENGLISH.raw(key), dict)
        assert plural is isinstance(FRENCH.raw(key), dict), key
        if plural:
            assert "count" in _placeholders(_forms(ENGLISH, key)[0]), key


def test_french_counts_none_and_one_as_one() -> None:
    assert FRENCH.text("quit.unsent.sentence", count=0).startswith("0 décision ou création n’est")
    assert FRENCH.text("quit.unsent.sentence", count=1).startswith("1 décision ou création n’est")
    assert ENGLISH.text("quit.unsent.sentence", count=0).startswith("0 decisions, creations or drafts are")
    assert ENGLISH.text("quit.unsent.sentence", count=1).startswith("1 decision or creation is")


def test_every_written_out_key_exists() -> None:
    missing = [f"{found.place}: {found.text}" for found in literal_keys() if not ENGLISH.has(found.text)]
    assert missing == []


def test_every_shape_of_a_made_key_is_listed_here() -> None:
    known = MADE_WHILE_RUNNING.keys() | ASKED_IF_THERE.keys()
    unlisted = sorted({f"{found.place}: {found.text}" for found in patterns(TOPS) if found.text not in known})
    assert unlisted == []


def test_every_made_key_exists() -> None:
    for catalogue in CATALOGUES.values():
        assert sorted(key for key in _expanded() if not catalogue.has(key)) == []


def test_no_text_is_unused() -> None:
    asked_if_there = tuple(shape.removesuffix("{}") for shape in ASKED_IF_THERE)
    used = string_constants() | _expanded()
    unused = [key for key in ENGLISH.keys() if key not in used and not key.startswith(asked_if_there)]  # noqa: SIM118
    assert sorted(unused) == []


def test_every_written_out_call_gives_exactly_the_values_of_its_text() -> None:
    wrong = []
    for key, given, place in placeholders_given():
        if ENGLISH.has(key) and given != _placeholders(_forms(ENGLISH, key)[0]):
            wrong.append(f"{place}: {key} is given {sorted(given)}")
    assert wrong == []


def test_no_text_is_assembled_from_pieces() -> None:
    assert sorted(set(assembled_texts()) - PUT_TOGETHER_ON_PURPOSE) == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_typography_is_the_language_s(name: str) -> None:
    catalogue = CATALOGUES[name]
    for key in catalogue.keys():  # noqa: SIM118
        for form in _forms(catalogue, key):
            words = re.sub(r"\{\w+\}|https?://\S+", "", form)
            assert "..." not in words, f"{key}: three dots instead of an ellipsis"
            if name == "fr":
                assert "'" not in words, f"{key}: a straight apostrophe"
                assert '"' not in words, f"{key}: straight quotation marks"
                assert not re.search(r"[^\s\u00a0\u202f:][;!?]", words.replace("« ? »", "")), f"{key}: no space before"


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_text_names_a_key_that_can_be_changed(name: str) -> None:
    key_names = re.compile(r"\b(Ctrl|Shift|Maj|Alt)\+|\bF\d{1,2}\b|\((/|\?|[A-Z])\)|\b[A-Z] (and|et) [A-Z]\b")
    catalogue = CATALOGUES[name]
    named = [key for key in catalogue.keys() for form in _forms(catalogue, key) if key_names.search(form)]  # noqa: SIM118
    assert named == [], "give it the key as a value, from the action"


def test_an_unknown_key_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        ENGLISH.text("no.such.key")
