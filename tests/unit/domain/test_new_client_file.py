"""What is wrong with a client file that does not exist yet, field by field; what a workflow is learned from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.client_file import PENDING, ClientFile, ClientFileKey, ExternalInfo, Participant
from tns_desktop.domain.creation import Creation, CreationStatus, Found, judge_found
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.new_client_file import (
    NewClientFile,
    NewDocument,
    ProblemCode,
    iban_problem,
    iso_date,
    normalised,
    problems_of,
    remembered,
)
from tns_desktop.domain.workflow import Information, Kind, Observer, ParticipantType, Workflow, merged

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PERSON = Participant(type="emprunteur", last_name="Martin", first_name="Léa")
NEW = NewClientFile(workflow_label="Crédit", external_id="CRM-1", participants=(PERSON,))


def codes(new: NewClientFile, workflow: Workflow | None = None) -> dict[str, ProblemCode]:
    return {one.field: one.code for one in problems_of(new, workflow)}


def person(**values: str) -> NewClientFile:
    return replace(NEW, participants=(replace(PERSON, **values),))  # type: ignore[arg-type]


def test_a_name_and_a_workflow_are_enough() -> None:
    assert problems_of(NEW) == ()
    assert codes(NewClientFile()) == {
        "workflow_label": ProblemCode.MISSING,
        "participants.0.last_name": ProblemCode.MISSING,
        "participants.0.first_name": ProblemCode.MISSING,
    }


def test_a_label_has_64_characters_whatever_they_take_in_utf_8() -> None:
    assert codes(replace(NEW, workflow_label="é" * 64)) == {}
    assert codes(replace(NEW, workflow_label="𝄞" * 64)) == {}
    assert codes(replace(NEW, workflow_label="a" * 65)) == {"workflow_label": ProblemCode.TOO_LONG}
    assert codes(replace(NEW, workflow_label="\ud800")) == {"workflow_label": ProblemCode.NOT_PRINTABLE}


@pytest.mark.parametrize(
    ("field", "good", "bad", "code"),
    [
        ("email", "lea.martin+x@courriel.example", "lea@localhost", ProblemCode.NOT_AN_EMAIL),
        ("email", "l@é-à.fr", "lea martin@courriel.example", ProblemCode.NOT_AN_EMAIL),
        ("mobile_phone", "+33 6 12.34.56-78", "06", ProblemCode.NOT_A_PHONE),
        ("phone", "(0)1 02 03 04 05", "call me", ProblemCode.NOT_A_PHONE),
        ("birth_date", "31/12/1999", "31/02/1999", ProblemCode.NOT_A_DATE),
        ("birth_date", "1999-12-31", "0099-12-31", ProblemCode.NOT_A_DATE),
        ("civility", "MRS", "Mme", ProblemCode.NOT_A_CIVILITY),
        ("iban", "fr76 3000 6000 0112 3456 7890 189", "FR76 3000 6000 0112 3456 7890 188", ProblemCode.IBAN_CHECK_DIGITS),
        ("iban", "DE89370400440532013000", "DE8937040044053201300", ProblemCode.NOT_AN_IBAN),
    ],
)  # fmt: skip
def test_shapes_of_single_fields(field: str, good: str, bad: str, code: ProblemCode) -> None:
    assert codes(person(**{field: good})) == {}
    assert codes(person(**{field: bad})) == {f"participants.0.{field}": code}


@settings(max_examples=60)
@given(
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=11, max_size=20), st.integers(0, 19), st.integers(1, 35)
)
def test_one_wrong_letter_of_an_iban_is_found(rest: str, at: int, by: int) -> None:
    """ISO 7064, modulo 97: every single wrong digit is found; a letter that changes its number of digits need not be."""
    digits = "".join(str(int(letter, 36)) for letter in rest + "XK00")
    whole = f"XK{98 - int(digits) % 97:02}{rest}"
    assert iban_problem(whole) is None
    at = 4 + at % len(rest)
    if whole[at].isdigit():
        wrong = whole[:at] + str((int(whole[at]) + 1 + by % 9) % 10) + whole[at + 1 :]
        assert iban_problem(wrong) is (None if wrong == whole else ProblemCode.IBAN_CHECK_DIGITS)


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_what_is_no_date_is_no_date(text: str) -> None:
    day = iso_date(text)
    assert day is None or len(day) == 10


def test_a_written_workflow_says_what_is_allowed_and_a_learned_one_does_not() -> None:
    asked = Workflow(
        "Crédit",
        profiles=("salarié",),
        participant_types=(ParticipantType("titulaire", ("retraité",)),),
        information=(Information("agence", required=True),),
        required=("last_name", "first_name", "email"),
        most_participants=1,
        written=True,
    )
    new = replace(NEW, profiles=("autre",), participants=(PERSON, PERSON))
    assert codes(new, asked) == {
        "profiles": ProblemCode.NOT_A_PROFILE,
        "participants": ProblemCode.TOO_MANY_PARTICIPANTS,
        "participants.0.type": ProblemCode.NOT_A_TYPE,
        "participants.0.email": ProblemCode.MISSING,
        "participants.1.type": ProblemCode.NOT_A_TYPE,
        "participants.1.email": ProblemCode.MISSING,
        "information.agence": ProblemCode.MISSING,
    }
    assert set(codes(new, replace(asked, written=False))) == {
        "participants", "participants.0.email", "participants.1.email", "information.agence",
    }  # fmt: skip


def test_an_identity_check_asks_for_nobody_and_documents_have_a_limit() -> None:
    assert codes(NewClientFile(Kind.IDENTITY_CHECK, "Facematch", participants=())) == {}
    large = NewDocument("d", "a.pdf", size=26 * 1024 * 1024)
    assert [one.code for one in problems_of(NEW, None, [large])] == [ProblemCode.DOCUMENTS_TOO_LARGE]


def test_what_is_sent_has_no_white_space_around_and_iso_dates() -> None:
    typed = person(last_name=" Martin ", birth_date="1/2/1980", iban="fr76 30", email=" a@b.fr")
    sent = normalised(replace(typed, external_info=(ExternalInfo("agence", " Lyon "), ExternalInfo("vide", " "))))
    assert (sent.participants[0].last_name, sent.participants[0].birth_date) == ("Martin", "1980-02-01")
    assert sent.participants[0].iban == "FR7630"
    assert sent.external_info == (ExternalInfo("agence", "Lyon"),)
    assert normalised(sent) == sent


def test_of_what_is_created_only_names_are_remembered() -> None:
    kept = remembered(person(iban="FR76", email="a@b.fr", birth_date="1980-01-01"))
    assert kept.participants == (PERSON,)


# --- what a lookup says -----------------------------------------------------------------------------------------------

CREATION = Creation("c", "k", NEW, NOON, CreationStatus.OUTCOME_UNKNOWN, queued_at=NOON, maybe_created=True)
SHOWN = ClientFile(
    ClientFileKey("k", "u"), PENDING, external_id="CRM-1", workflow_label="Crédit", start_date=NOON,
    participants=(Participant(last_name="MARTIN", first_name="Léa "),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Found.OURS),
        ({"start_date": None}, Found.OURS),
        ({"start_date": NOON - timedelta(days=1)}, Found.CANNOT_TELL),
        ({"participants": ()}, Found.CANNOT_TELL),
        ({"participants": (Participant(last_name="Roux", first_name="Jean"),)}, Found.ANOTHER),
        ({"workflow_label": "Carte"}, Found.ANOTHER),
    ],
)
def test_what_a_file_with_our_identifier_says(changes: dict[str, object], verdict: Found) -> None:
    assert judge_found(CREATION, replace(SHOWN, **changes)) is verdict  # type: ignore[arg-type]


def test_a_file_is_never_ours_before_we_asked() -> None:
    assert judge_found(replace(CREATION, maybe_created=False), SHOWN) is Found.ANOTHER


def test_a_row_goes_only_the_ways_that_are_drawn() -> None:
    with pytest.raises(IllegalTransition):
        CREATION.moved_to(CreationStatus.DRAFT, NOON)


# --- workflows --------------------------------------------------------------------------------------------------------


def test_workflows_are_learned_from_files() -> None:
    observer = Observer()
    for number in range(6):
        observer.see(
            [
                replace(
                    SHOWN,
                    profiles=("salarié",) if number % 2 else ("retraité",),
                    participants=(Participant(type="emprunteur", profiles=("salarié",)),),
                    external_info=(
                        ExternalInfo("agence", "Lyon" if number % 2 else "Lille"),
                        ExternalInfo("montant", f"{number} EUR"),
                    ),
                    consent_protocol="Crédit v4",
                )
            ]
        )
    (found,) = observer.workflows()
    assert found.profiles == ("retraité", "salarié")
    assert found.participant_types == (ParticipantType("emprunteur", ("salarié",)),)
    assert found.information == (Information("agence", choices=("Lille", "Lyon")), Information("montant"))
    assert (found.consent_protocol, found.written) == ("Crédit v4", False)


def test_what_somebody_wrote_wins_over_what_was_learned() -> None:
    written = Workflow("Crédit", profiles=("a",), written=True)
    learned = Workflow("Crédit", profiles=("b",), consent_protocol="v4")
    assert merged([written], [learned, Workflow("Autre")]) == [
        Workflow("Autre"), replace(written, consent_protocol="v4"),
    ]  # fmt: skip
