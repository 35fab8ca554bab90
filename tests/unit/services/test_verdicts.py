"""Verdicts: made of every byte of the archive, written with a signature, and checked against what was and what is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import DeskUnderTest, opened_desk
from tests.support.documents import pdf
from tests.support.pkcs12 import HOLDER, PASSPHRASE, auditor_pkcs12
from tests.support.zips import Part, build_zip
from tns_desktop.domain.archive_comparison import Change
from tns_desktop.domain.errors import ArchiveNotAvailable, VaultReadOnly
from tns_desktop.domain.evidence import PageOnScreen
from tns_desktop.domain.review import UNTOUCHED, Mark
from tns_desktop.domain.signatures import SignatureVerdict, Trust
from tns_desktop.domain.verdict import AuditVerdict, Conclusion
from tns_desktop.domain.verdict_errors import SigningRefused, VerdictUnreadable
from tns_desktop.services.verdict_file import dump
from tns_desktop.services.verdicts import Signing

pytestmark = pytest.mark.anyio

CARD, SLIP = pdf(), b"%PDF-1.4 broken"
REPORT = json.dumps({"clientFile": {"uuid": "6f1d2f5e-0000-4000-8000-000000000001"}}).encode()
BEFORE = [Part(b"report.json", REPORT), Part(b"documents/card.pdf", CARD), Part(b"documents/slip.pdf", SLIP)]


@pytest.fixture
async def under(tmp_path: Path) -> AsyncIterator[DeskUnderTest]:
    async with opened_desk(tmp_path / "profile") as opened:
        yield opened


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    path = tmp_path / "client.zip"
    path.write_bytes(build_zip(BEFORE))
    return path


async def _composed(under: DeskUnderTest, path: Path) -> AuditVerdict:
    archive = await under.desk.archives.open_from_disk(path)
    card = next(entry for entry in archive.index.entries if entry.name == "card.pdf")
    await under.desk.reviews.keep(archive, card, UNTOUCHED.shown().good())
    review = (await under.desk.reviews.open(archive)).review
    told: list[tuple[int, int]] = []
    verdict = await under.desk.verdicts.compose(
        archive, review, Conclusion.CONFORMING, "rien à dire", "Zoé", lambda *step: told.append(step)
    )
    assert told[-1] == (3, 3)
    return verdict


async def test_a_signed_verdict_is_checked_against_its_archive_and_against_a_later_one(
    under: DeskUnderTest, on_disk: Path, tmp_path: Path
) -> None:
    verdict = await _composed(under, on_disk)
    assert {one.path: one.mark for one in verdict.documents}["documents/card.pdf"] is Mark.GOOD
    assert all(one.sha256 for one in verdict.documents)
    # Broken: nobody could look for signatures; the other one was looked into, and has none.
    assert {one.path: one.signatures for one in verdict.documents}["documents/card.pdf"] == ()

    certificate = tmp_path / "zoe.p12"
    certificate.write_bytes(auditor_pkcs12())
    with pytest.raises(SigningRefused):
        await under.desk.verdicts.signing_with(certificate, "wrong")
    signing = await under.desk.verdicts.signing_with(certificate, PASSPHRASE)
    assert PASSPHRASE not in repr(signing)
    signed, data = await under.desk.verdicts.write(verdict, pdf(lines=3), tmp_path / "verdict.pdf", signing)
    assert data.read_bytes() == dump(verdict)

    checked = await under.desk.verdicts.check(signed, on_disk)
    assert (checked.verdict, checked.sealed, checked.is_the_very_archive) == (verdict, True, True)
    assert {one.change for one in checked.documents} == {Change.SAME}
    assert checked.signatures is not None
    [signature] = checked.signatures.signatures
    assert (signature.verdict, signature.signer, signature.trust) == (
        SignatureVerdict.INTACT, HOLDER, Trust.NOT_CHECKED,
    )  # fmt: skip

    later = tmp_path / "later.zip"
    later.write_bytes(build_zip([BEFORE[0], Part(b"documents/card.pdf", pdf(pages=2)), Part(b"moved.pdf", SLIP)]))
    checked = await under.desk.verdicts.check(data, later)
    assert (checked.is_the_very_archive, checked.is_of_the_same_file, checked.signatures) == (False, True, None)
    assert [(one.change, one.path) for one in checked.documents] == [
        (Change.CHANGED, "documents/card.pdf"), (Change.RENAMED, "moved.pdf"), (Change.SAME, "report.json"),
    ]  # fmt: skip

    # Bytes of the signed pages changed: it is seen, whatever the data says.
    broken = tmp_path / "broken.pdf"
    content = bytearray(signed.read_bytes())
    content[content.index(b"%PDF") + 5] ^= 1
    broken.write_bytes(bytes(content))
    altered = (await under.desk.verdicts.check(broken, on_disk)).signatures
    assert altered is not None
    assert [one.verdict for one in altered.signatures] == [SignatureVerdict.ALTERED]


async def test_two_pages_side_by_side_make_nobody_look_for_twice_as_long(under: DeskUnderTest, on_disk: Path) -> None:
    archive = await under.desk.archives.open_from_disk(on_disk)
    first, second = (entry.entry_id for entry in archive.index.entries[:2])
    under.desk.evidence.show(archive, PageOnScreen(first, 0), PageOnScreen(second, 0))
    under.clock.advance(4)
    under.desk.evidence.pause()
    verdict = await _composed(under, on_disk)
    assert [one.pages for one in verdict.documents[:2]] == [((0, 4),), ((0, 4),)]
    assert verdict.seconds == 4


async def test_what_is_no_verdict_is_said_to_be_none(under: DeskUnderTest, on_disk: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(pdf())
    reasons = []
    for path in (other, on_disk):
        with pytest.raises(VerdictUnreadable) as caught:
            await under.desk.verdicts.check(path, on_disk)
        reasons.append(caught.value.facts["reason"])
    assert reasons == ["verdict_without_data", "verdict_other_file"]
    with pytest.raises(ArchiveNotAvailable):
        await under.desk.verdicts.check(tmp_path / "gone.json", on_disk)


async def test_an_archive_that_changes_while_it_is_judged_gets_no_verdict(
    under: DeskUnderTest, on_disk: Path, tmp_path: Path
) -> None:
    archive = await under.desk.archives.open_from_disk(on_disk)
    review = (await under.desk.reviews.open(archive)).review
    await under.desk.reports.save(build_zip([*BEFORE, Part(b"more.txt", b"more")]), on_disk)
    with pytest.raises(ArchiveNotAvailable):
        await under.desk.verdicts.compose(archive, review, Conclusion.CONFORMING, "", "Zoé")


async def test_a_signature_that_fails_writes_nothing(under: DeskUnderTest, on_disk: Path, tmp_path: Path) -> None:
    verdict = await _composed(under, on_disk)
    target = tmp_path / "verdict.pdf"
    with pytest.raises(SigningRefused):
        await under.desk.verdicts.write(verdict, pdf(lines=3), target, Signing(auditor_pkcs12(), "wrong"))
    assert not target.exists()
    assert not target.with_suffix(".verdict.json").exists()
    target.mkdir()
    with pytest.raises(VaultReadOnly):
        await under.desk.verdicts.write(verdict, pdf(lines=3), target, None)
    assert not target.with_suffix(".verdict.json").exists()
    target.with_suffix(".verdict.json").write_bytes(b"an earlier verdict's")
    with pytest.raises(VaultReadOnly):
        await under.desk.verdicts.write(verdict, pdf(lines=3), target, None)
    assert target.with_suffix(".verdict.json").read_bytes() == b"an earlier verdict's"
    given = await under.desk.verdicts.remember(verdict, signed=False)
    archive = await under.desk.disk.open(under.desk.disk.add([on_disk])[0])
    row = under.desk.disk.row(on_disk)
    assert row is not None
    assert (row.verdict, row.judged) == (given, 1)
    assert replace(archive, stamp=None).path == on_disk
