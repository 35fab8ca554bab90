"""Columns are guessed by their names, in two languages, and rows become client files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.table_mapping import IGNORED, ColumnMapping, fields_for, guessed, new_file_of
from tns_desktop.domain.workflow import Information, Workflow

WORKFLOW = Workflow("Crédit", information=(Information("agence"),))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("NOM", "participants.0.last_name"),
        ("Prénom(s)", IGNORED),
        ("Prénom", "participants.0.first_name"),
        ("First name", "participants.0.first_name"),
        ("Date de naissance", "participants.0.birth_date"),
        ("Nom du co-emprunteur", IGNORED),
        ("Nom 2", "participants.1.last_name"),
        ("E-mail conjoint", "participants.1.email"),
        ("Prénom emprunteur", "participants.0.first_name"),
        ("Identifiant externe", "external_id"),
        ("externalId", "external_id"),
        ("Agence", "information.agence"),
        ("Commentaire", IGNORED),
    ],
)
def test_a_column_is_guessed_by_its_name(header: str, field: str) -> None:
    assert guessed((header,), WORKFLOW) == (field,)


def test_the_same_heading_twice_is_the_second_person_s() -> None:
    assert guessed(("Nom", "Prénom", "Nom", "Prénom", "Nom")) == (
        "participants.0.last_name",
        "participants.0.first_name",
        "participants.1.last_name",
        "participants.1.first_name",
        IGNORED,
    )


@settings(max_examples=60)
@given(st.lists(st.text(max_size=20), max_size=12))
def test_no_field_is_guessed_twice(header: list[str]) -> None:
    found = [field for field in guessed(header, WORKFLOW) if field != IGNORED]
    assert len(found) == len(set(found))
    assert set(found) <= set(fields_for(WORKFLOW))


def test_a_row_becomes_a_client_file() -> None:
    columns = guessed(("Civilité", "Nom", "Prénom", "Nom 2", "Prénom 2", "Profil", "Agence", "Réf", "Rien"), WORKFLOW)
    new = new_file_of(
        ("Mme", " Müller ", "Zoé", "Roux", "Jean", "salarié, cadre", "Lyon", "R-1"), ColumnMapping(columns, "Crédit")
    )
    first, second = new.participants
    assert (first.civility, first.last_name, first.profiles) == ("MRS", "Müller", ("salarié", "cadre"))
    assert (second.display_name, new.workflow_label, new.external_id) == ("Roux, Jean", "Crédit", "R-1")
    assert new.external_info == (ExternalInfo("agence", "Lyon"),)


def test_a_second_participant_is_there_only_where_a_cell_says_something() -> None:
    mapping = ColumnMapping(guessed(("Nom", "Nom 2")), "Crédit")
    assert len(new_file_of(("Roux", " "), mapping).participants) == 1
    assert ColumnMapping(("a", "a", IGNORED, IGNORED)).doubled == ("a",)
