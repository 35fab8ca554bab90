"""The people of report.json: documented fields, what is unknown kept verbatim, what is odd skipped."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.adapters.archive.people import read_external_info, read_people
from tns_desktop.domain.client_file import ExternalInfo
from tns_desktop.domain.reported import CheckRemark, CheckVerdict

CHECK: dict[str, Any] = {
    "type": "IDENTITY_DOCUMENT",
    "status": "WARNING",
    "documentNumber": "12AB",
    "expiryDate": "2027-02-03",
    "warnings": [{"code": 2532, "message": "MRZ typography"}, {"message": "odd"}, 7],
    "liveCheckStatusAccepted": True,
    "liveCheckWorkableElements": ["face", "document"],
}


def test_a_participant_with_a_check_is_read() -> None:
    (person,) = read_people([{"lastName": " Martin ", "iban": "FR76", "taxId": 12, "identityChecks": [CHECK]}])
    assert (person.participant.last_name, person.participant.iban) == ("Martin", "FR76")
    assert person.others == (ExternalInfo("taxId", "12"),)
    (check,) = person.checks
    assert (check.verdict, check.document_number, check.expires) == (CheckVerdict.WARNING, "12AB", "2027-02-03")
    assert check.remarks == (CheckRemark(2532, "MRZ typography"), CheckRemark(0, "odd"))
    assert check.live_accepted is True
    assert check.others == (ExternalInfo("liveCheckWorkableElements", "face, document"),)


def test_an_unknown_verdict_keeps_its_word() -> None:
    (person,) = read_people([{"identityChecks": [{"status": "ESCALATED"}]}])
    assert (person.checks[0].verdict, person.checks[0].status) == (CheckVerdict.UNKNOWN, "ESCALATED")


def test_business_information_may_come_with_names_or_without() -> None:
    infos = read_external_info([{"name": "agence", "value": "Nantes"}, "bare", {"name": "empty"}, None])
    assert infos == (ExternalInfo("agence", "Nantes"), ExternalInfo("", "bare"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["lastName", "identityChecks", "status", "warnings", "profiles", "x"]), inner)
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_nothing_in_a_report_raises(value: Any) -> None:
    read_people(value)
    read_people([value])
    read_external_info(value)
