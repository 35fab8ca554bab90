"""A verdict as plain values and back: nothing is lost, and nothing that is not one passes for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.hygiene import Hygiene
from tns_desktop.domain.review import Mark, Presence, ProblemReason
from tns_desktop.domain.signatures import SignatureVerdict, Trust
from tns_desktop.domain.verdict import AuditVerdict, Conclusion, JudgedDocument, SeenSignature, plain_of, verdict_of
from tns_desktop.domain.verdict_errors import VerdictUnreadable
from tns_desktop.services.verdict_file import canonical, dump, load

DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
NUMBERS = st.integers(0, 10**12)
DOCUMENTS = st.builds(
    JudgedDocument,
    entry_id=st.text(max_size=4),
    path=st.text(max_size=9),
    size=NUMBERS,
    sha256=st.just("") | DIGESTS,
    label=st.text(max_size=9),
    presence=st.sampled_from(Presence),
    mark=st.sampled_from(Mark),
    reason=st.none() | st.sampled_from(ProblemReason),
    words=st.text(max_size=9),
    pages=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3).map(tuple),
    signatures=st.none()
    | st.lists(
        st.builds(
            SeenSignature,
            st.sampled_from(SignatureVerdict),
            st.text(max_size=9),
            st.none() | MOMENTS,
            st.sampled_from(Trust),
        ),
        max_size=2,
    ).map(tuple),
    remarks=st.none() | st.lists(st.tuples(st.sampled_from(Hygiene), NUMBERS), max_size=2).map(tuple),
)
VERDICTS = st.builds(
    AuditVerdict,
    made_at=MOMENTS,
    program_version=st.text(max_size=5),
    auditor=st.text(max_size=9),
    conclusion=st.sampled_from(Conclusion),
    comment=st.text(max_size=20),
    archive_name=st.text(max_size=9),
    archive_sha256=DIGESTS,
    archive_size=NUMBERS,
    report_uuid=st.text(max_size=9),
    documents=st.lists(DOCUMENTS, max_size=3).map(tuple),
    missing=st.lists(st.text(max_size=5), max_size=2).map(tuple),
    seconds=NUMBERS,
)
PLAIN: dict[str, Any] = plain_of(
    AuditVerdict(datetime(2026, 1, 1, tzinfo=UTC), "1", "A", Conclusion.CONFORMING, "", "", "a" * 64, 1, "")
)


@given(VERDICTS)
@settings(max_examples=80, deadline=None)
def test_a_verdict_comes_back_from_its_file_as_it_was_and_sealed(verdict: AuditVerdict) -> None:
    content = dump(verdict)
    read = load(content, "verdict.json")
    assert (read.verdict, read.sealed) == (verdict, True)
    # The canonical form does not depend on how the file was laid out.
    plain = json.loads(content)
    assert load(json.dumps(plain, indent=3).encode(), "verdict.json").sealed
    assert canonical(plain) == content


@given(VERDICTS)
@settings(max_examples=50, deadline=None)
def test_a_verdict_that_was_changed_is_read_and_not_sealed(verdict: AuditVerdict) -> None:
    plain = json.loads(dump(verdict))
    plain["auditor"] = plain["auditor"] + "x"
    read = load(json.dumps(plain).encode(), "verdict.json")
    assert not read.sealed
    assert read.verdict.auditor == verdict.auditor + "x"


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "tns-desktop.review-report"},
        {"schema_version": 2},
        {"conclusion": "perfect"},
        {"made_at": "2026-01-01T00:00:00"},
        {"archive": {**PLAIN["archive"], "sha256": "A" * 64}},
        {"archive": {**PLAIN["archive"], "size": -1}},
        {"archive": {**PLAIN["archive"], "size": True}},
        {"documents": {}},
        {"documents": [None]},
        {"missing": [1]},
        {"seconds_on_screen": -1},
        {"auditor": None},
    ],
    ids=str,
)
def test_what_is_not_exactly_a_verdict_is_none(change: dict[str, Any]) -> None:
    assert verdict_of(PLAIN).auditor == "A"
    with pytest.raises(ValueError):
        verdict_of({**PLAIN, **change})


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"schema":1,"schema":2}', b'{"a":1.5}', b'{"a":NaN}', b"[" * 100_000],
    ids=["empty", "list", "bytes", "twice", "fraction", "nan", "deep"],
)
def test_another_file_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(VerdictUnreadable) as caught:
        load(content, "other.json")
    assert caught.value.facts == {"name": "other.json", "reason": "verdict_other_file"}
