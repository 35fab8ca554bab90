"""Verdicts and comparisons from the window: given, signed, written, checked, and two archives side by side."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import an_index
from tests.support.pkcs12 import PASSPHRASE, auditor_pkcs12
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import ArchiveNotAvailable, DiskFull
from tns_desktop.domain.evidence import ANYTHING
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.signatures import Coverage, Integrity, LaterChanges, Signature
from tns_desktop.domain.verdict import Conclusion
from tns_desktop.services.settings import SIGNING_CERTIFICATE
from tns_desktop.ui.views.comparison_dialog import ComparisonDialog
from tns_desktop.ui.views.findings_dialog import FindingsDialog
from tns_desktop.ui.views.pick_dialog import PickDialog
from tns_desktop.ui.views.verdict_dialog import VerdictDialog

A, B = Path("/archives/a.zip"), Path("/archives/b.zip")
WHOLE = Signature("Verdict", Integrity.INTACT, coverage=Coverage.FILE, changes=LaterChanges.NONE, signer="Zoé")


async def _shows(bench: Bench, number: int) -> None:
    key = DocumentKey(an_index(number).sha256, "0")
    await until(lambda: bench.window.review.preview.pages.key == key, f"archive {number}")
    await until(lambda: bench.window.review.preview.pages.is_drawn(0), "its page")
    await until(lambda: bench.shell.marks.review is not None, "its marks")


async def _opened(bench: Bench, world: World, *paths: Path) -> None:
    for number, path in enumerate(paths, start=11):
        world.archives.indexes[path.name] = replace(an_index(number), report_uuid="uuid-1")
    bench.shell.show_from_disk(*paths)
    await _shows(bench, 11)


async def _choose(bench: Bench, path: Path) -> None:
    """In the file dialog that is open."""
    dialog = await bench.dialog(QFileDialog)
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(path))
    QTest.keyClick(name, Qt.Key.Key_Return)


@pytest.fixture
def _own_dialogs(application: QApplication) -> None:
    application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.mark.usefixtures("_own_dialogs")
def test_a_verdict_is_signed_written_remembered_and_checked(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        certificate = tmp_path / "zoe.p12"
        certificate.write_bytes(auditor_pkcs12())
        async with opened_bench(world) as bench:
            bench.trigger("save_verdict")
            assert "from disk" in bench.window.snackbar.text
            await _opened(bench, world, A)
            bench.trigger("mark_good")
            bench.trigger("save_verdict")
            dialog = await bench.dialog(VerdictDialog)
            bench.click(dialog.confirm)
            assert dialog.error.text() == "Say first what you conclude."
            dialog.conclusions[Conclusion.NOT_CONFORMING].setChecked(True)
            dialog.auditor.setText("Zoé Martin")
            bench.click(dialog.confirm)
            assert "needs a comment" in dialog.error.text()
            dialog.comment.setPlainText("la carte a expiré")
            dialog.certificate.setText(str(certificate))
            dialog.passphrase.setText("wrong")
            bench.click(dialog.confirm)
            await until(lambda: "passphrase does not open" in dialog.error.text())
            assert dialog.passphrase.text() == ""
            dialog.passphrase.setText(PASSPHRASE)
            bench.click(dialog.confirm)
            target = tmp_path / "verdict.pdf"
            await _choose(bench, target)
            await until(lambda: bench.window.snackbar.text.startswith("The verdict was"))
            assert "saved and signed" in bench.window.snackbar.text
            data = json.loads(target.with_suffix(".verdict.json").read_bytes())
            assert (data["conclusion"], data["auditor"]) == ("not_conforming", "Zoé Martin")
            assert data["documents"][0]["mark"] == "good"
            kept = world.disk.kept[an_index(11).sha256].verdict
            assert kept is not None
            assert (kept.conclusion, kept.signed) == (Conclusion.NOT_CONFORMING, True)
            assert world.settings.get(SIGNING_CERTIFICATE) == str(certificate)
            assert PASSPHRASE not in repr(world.store)

            world.inspections.signature = (WHOLE,)
            bench.trigger("check_verdict")
            await _choose(bench, target)
            pick = await bench.dialog(PickDialog)
            QTest.keyClick(pick.list, Qt.Key.Key_Return)
            found = await bench.dialog(FindingsDialog)
            titles = [finding.title for finding in found.list.findings]
            assert titles[:5] == [
                "Not conforming",
                "This is the very archive",
                "Every document is as the verdict lists it",
                "The verdict’s data agrees with its own checksum",
                "Signed by Zoé, and not changed since",
            ]
            found.accept()
            await until(lambda: not bench.has_dialog())

    run_in_qt(application, scenario)


def test_a_dialog_that_is_left_while_its_certificate_is_tried_signs_nothing(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        certificate = tmp_path / "zoe.p12"
        certificate.write_bytes(auditor_pkcs12())
        async with opened_bench(world) as bench:
            await _opened(bench, world, A)
            bench.trigger("save_verdict")
            dialog = await bench.dialog(VerdictDialog)
            dialog.conclusions[Conclusion.CONFORMING].setChecked(True)
            dialog.auditor.setText("Zoé")
            dialog.certificate.setText(str(certificate))
            dialog.passphrase.setText(PASSPHRASE)
            busy = threading.Event()
            world.pool.submit(busy.wait)
            bench.click(dialog.confirm)
            await turns()
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            busy.set()
            for _ in ("read", "opened", "said"):
                await asyncio.get_running_loop().run_in_executor(world.pool, lambda: None)
                await turns(5)
            assert not world.settings.get(SIGNING_CERTIFICATE)
            assert not bench.has_dialog()

    run_in_qt(application, scenario)


@pytest.mark.usefixtures("_own_dialogs")
def test_an_archive_that_is_gone_gets_no_verdict_and_a_closed_window_writes_none(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        target = tmp_path / "verdict.pdf"
        async with opened_bench(world) as bench:
            await _opened(bench, world, A)

            async def give() -> None:
                bench.trigger("save_verdict")
                dialog = await bench.dialog(VerdictDialog)
                dialog.conclusions[Conclusion.CONFORMING].setChecked(True)
                dialog.auditor.setText("Zoé")
                bench.click(dialog.confirm)
                await _choose(bench, target)

            world.gates.fail("document", ArchiveNotAvailable(facts={"name": "a.zip"}))
            await give()
            await until(lambda: bench.window.snackbar.text.startswith("The verdict was not saved."))
            world.gates.mend("document")
            world.gates.fail("disk_verdict", DiskFull(facts={"path": "vault"}))
            await give()
            await until(lambda: bench.window.snackbar.text.startswith("The verdict was saved"))
            assert "no room left for vault" in bench.window.snackbar.text  # and that it is not remembered
            target.unlink()
            world.gates.hold("document")
            await give()
            await until(lambda: bench.window.snackbar.text.startswith("Every document is read"))
        assert not target.exists()
        assert all(kept.verdict is None for kept in world.disk.kept.values())

    run_in_qt(application, scenario)


def test_two_archives_are_compared_and_no_key_judges_the_other_ones_document(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.trigger("compare_archives")
            assert "no archive on screen" in bench.window.snackbar.text
            await _opened(bench, world, A, B)
            bench.trigger("compare_archives")
            pick = await bench.dialog(PickDialog)
            assert [pick.list.item(row).text() for row in range(pick.list.count())] == ["b.zip", "Another archive…"]
            QTest.keyClick(pick.list, Qt.Key.Key_Return)
            dialog = await bench.dialog(ComparisonDialog)
            comparison = await bench.world.desk.comparisons.compare(
                await world.desk.disk.open(B), await world.desk.disk.open(A)
            )
            changes = comparison.documents
            assert dialog.documents.rowCount() == len(changes)
            QTest.keyClick(dialog.documents, Qt.Key.Key_Return)
            beside = bench.shell.review.beside
            await until(lambda: beside.entry is not None, "the other one's document")
            assert changes[0].before is not None
            pane = bench.window.review.previews.beside
            other = DocumentKey(an_index(12).sha256, changes[0].before.entry_id)
            await until(lambda: pane.pages.key == other, "its pages")
            bench.window.frame.activateWindow()
            pane.take_focus()
            await until(lambda: beside.is_active)
            assert bench.shell.review.entry_in_focus is None
            judged = bench.shell.marks.review
            bench.trigger("mark_good")
            await turns(5)
            assert bench.shell.marks.review is not None
            assert judged is not None
            assert bench.shell.marks.review.judged == judged.judged
            bench.window.archives.choose(B)
            await _shows(bench, 12)
            assert not bench.has_dialog()

    run_in_qt(application, scenario)


def test_what_another_archive_shows_beside_is_no_evidence_of_the_one_on_screen(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            world.archives.indexes[A.name] = an_index(11, kinds=(DocumentKind.PDF,))
            world.archives.indexes[B.name] = an_index(12, kinds=(DocumentKind.PDF, DocumentKind.PDF))
            bench.window.frame.activateWindow()
            await until(bench.window.isActiveWindow)
            bench.shell.show_from_disk(A, B)
            await _shows(bench, 11)
            bench.trigger("compare_archives")
            QTest.keyClick((await bench.dialog(PickDialog)).list, Qt.Key.Key_Return)
            dialog = await bench.dialog(ComparisonDialog)
            paths = [
                item.text() for row in range(dialog.documents.rowCount()) if (item := dialog.documents.item(row, 1))
            ]
            dialog.documents.setCurrentCell(paths.index("documents/12-1.pdf"), 0)
            QTest.keyClick(dialog.documents, Qt.Key.Key_Return)
            pane = bench.window.review.previews.beside
            await until(lambda: pane.pages.key == DocumentKey(an_index(12).sha256, "1"), "the other one's document")
            await until(lambda: pane.pages.is_drawn(0), "its page")
            dialog.close()
            bench.window.frame.activateWindow()
            await until(bench.window.isActiveWindow)
            await turns(5)
            archive = bench.shell.review.archive
            assert archive is not None
            before = await world.desk.evidence.gather(archive, bench.shell.marks.review)
            world.clock.advance(3)
            evidence = await world.desk.evidence.gather(archive, bench.shell.marks.review)
            assert evidence.seconds == before.seconds + 3
            assert {seen.entry_id for seen in evidence.views} == {ANYTHING, "0"}
            assert an_index(12).sha256 not in world.disk.kept

    run_in_qt(application, scenario)
