"""Rejecting a selection: each file gets words of its own marks in its own customer's language, and no file another one's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.review import UNTOUCHED, DocumentMark, KeptMark, ProblemReason
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.presenters.work_in_hand import about, work_of
from tns_desktop.ui.views.bulk_reject_dialog import BulkRejectDialog

THREE = (DocumentKind.PDF, DocumentKind.JPEG, DocumentKind.PNG)
EXPIRED = UNTOUCHED.shown().problem(ProblemReason.EXPIRED, "ONLYONE since May")
OWN_WORDS = UNTOUCHED.shown().problem(None, "ONLYTWO is cut off")
ONE, TWO, THREE_KEY = a_key(1), a_key(2), a_key(3)


async def _marked(world: World, marks: Mapping[int, DocumentMark], languages: Mapping[int, str]) -> None:
    """Three files whose archives are here, some with a marked problem."""
    await world.connect()
    world.put([replace(a_file(number), language=languages.get(number, "en")) for number in (1, 2, 3)])
    for number in (1, 2, 3):
        index = an_index(number, kinds=THREE)
        world.archives.indexes[a_key(number)] = index
        entry = index.entries[0]
        if number in marks:
            place = (a_key(number), index.sha256, entry.entry_id)
            world.reviews.kept[place] = KeptMark(index.sha256, entry.entry_id, entry.path, entry.size, marks[number])
    world.archives.kept = {ONE, TWO, THREE_KEY}


async def _asked(bench: Bench, keys: tuple[ClientFileKey, ...] = (ONE, TWO)) -> BulkRejectDialog:
    await bench.until_rows(3)
    view = bench.window.files.view
    view.clearSelection()
    chosen = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for key in keys:
        view.selectionModel().select(bench.models.files.index(bench.models.files.row_of(key), 0), chosen)
    bench.trigger("reject_selected")
    return await bench.dialog(BulkRejectDialog)


async def _left(bench: Bench, dialog: BulkRejectDialog) -> None:
    dialog.reject()
    await until(lambda: not bench.has_dialog())
    await turns(5)


def _row(dialog: BulkRejectDialog, identifier: str) -> int:
    return [_name(dialog, row) for row in range(dialog.table.rowCount())].index(identifier)


def _name(dialog: BulkRejectDialog, row: int) -> str:
    item = dialog.table.item(row, 0)
    return item.text() if item is not None else ""


def _summary(dialog: BulkRejectDialog, identifier: str) -> str:
    item = dialog.table.item(_row(dialog, identifier), 3)
    assert item is not None
    return item.text()


def _tick(dialog: BulkRejectDialog, identifier: str, state: Qt.CheckState) -> None:
    item = dialog.table.item(_row(dialog, identifier), 0)
    assert item is not None
    item.setCheckState(state)


def _sent(world: World) -> dict[ClientFileKey, tuple[str, str]]:
    return {row.key: (row.decision.cause, row.decision.message) for row in world.outbox.rows.values()}


def test_each_file_gets_the_words_of_its_own_marks_in_its_customer_s_language(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _marked(world, {1: EXPIRED, 2: OWN_WORDS}, {1: "fr", 2: "en"})
        async with opened_bench(world) as bench:
            dialog = await _asked(bench)
            assert _summary(dialog, "24-0001").startswith(tr("problem_reason.expired"))
            assert "expiré" in _summary(dialog, "24-0001")
            assert _summary(dialog, "24-0002") == tr("bulk.words.missing")  # words of one's own name no cause
            dialog.choose(TWO)
            assert "ONLYTWO is cut off" in dialog.fields.message.toPlainText()
            dialog.fields.cause.setEditText("Truncated")
            dialog.fields.message.appendPlainText("Yours, Awa")
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 2)
            sent = _sent(world)
            assert sent[ONE][0] == tr("problem_reason.expired")
            assert sent[ONE][1].startswith("Votre dossier n’a pas pu être validé :\n– ")
            assert sent[TWO][0] == "Truncated"
            assert sent[TWO][1].startswith("Your file could not be validated:\n– ")
            assert sent[TWO][1].endswith("Yours, Awa")
            assert "ONLYTWO" not in sent[ONE][1]
            assert "Awa" not in sent[ONE][1]
            assert "ONLYONE" not in sent[TWO][1]
            assert bench.shell.work_in_hand().drafts == {}

    run_in_qt(application, scenario)


def test_no_letter_of_one_file_reaches_another_by_any_key(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _marked(world, {1: EXPIRED, 2: OWN_WORDS}, {})
        async with opened_bench(world) as bench:
            dialog = await _asked(bench, (ONE, TWO, THREE_KEY))
            fields = dialog.fields
            texts = {}
            for step, own_key in enumerate((ONE, TWO, THREE_KEY, ONE, THREE_KEY, TWO)):
                dialog.choose(own_key)
                before = fields.draft
                for field in (fields.message, fields.note):
                    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
                edit = fields.cause.lineEdit()
                assert edit is not None
                QTest.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
                assert fields.draft == before
                fields.message.appendPlainText(f"FOR-{own_key.uuid}-{step}")
                fields.note.appendPlainText(f"FOR-{own_key.uuid}-{step}")
                fields.cause.setEditText(f"FOR-{own_key.uuid}-{step}")
                texts[own_key] = step
            dialog.table.setFocus()
            names = [_name(dialog, row) for row in range(3)]
            row = dialog.table.currentRow()
            by, key = (1, Qt.Key.Key_PageDown) if row < 2 else (-1, Qt.Key.Key_PageUp)
            QTest.keyClick(fields.message, key, Qt.KeyboardModifier.ControlModifier)
            assert dialog.whose.text().endswith(names[row + by])
            # One text for all and back: it takes nothing from anybody, and leaves nothing with anybody.
            dialog.one_text.setChecked(True)
            assert fields.draft.values == ("", "", "")
            fields.message.setPlainText("FOR-ALL")
            dialog.choose(THREE_KEY)
            assert fields.message.toPlainText() == "FOR-ALL"
            dialog.one_text.setChecked(False)
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 3)
            for entry in world.outbox.rows.values():
                decision, own = entry.decision, f"FOR-{entry.key.uuid}-"
                assert decision.cause == f"{own}{texts[entry.key]}"
                for text in (decision.message, decision.internal_note):
                    assert text.count("FOR-") == text.count(own) == 2

    run_in_qt(application, scenario)


def test_one_text_for_all_is_sent_to_all_and_says_who_reads_another_language(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _marked(world, {1: EXPIRED}, {1: "fr", 2: "en", 3: "en"})
        async with opened_bench(world) as bench:
            dialog = await _asked(bench, (ONE, TWO, THREE_KEY))
            dialog.one_text.setChecked(True)
            assert dialog.fields.language.currentData() == "en"
            assert dialog.languages.text() == tr("bulk.other_language", count=1)
            dialog.fields.cause.setEditText("Closed")
            dialog.fields.message.setPlainText("The offer has ended.")
            assert _summary(dialog, "24-0001") == "Closed\nThe offer has ended."
            _tick(dialog, "24-0001", Qt.CheckState.Unchecked)
            assert not dialog.languages.isVisible()
            assert _summary(dialog, "24-0001") == tr("bulk.words.left_out")
            assert dialog.heading.text() == tr("bulk.heading.reject", count=2)
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 2)
            assert _sent(world) == dict.fromkeys((TWO, THREE_KEY), ("Closed", "The offer has ended."))

    run_in_qt(application, scenario)


def test_nothing_is_rejected_without_words_and_it_is_said_whose_are_missing(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _marked(world, {1: EXPIRED}, {})
        world.archives.kept = {ONE, TWO}
        async with opened_bench(world) as bench:
            dialog = await _asked(bench, (ONE, TWO, THREE_KEY))
            out = dialog.table.item(_row(dialog, "24-0003"), 2)
            assert out is not None
            assert out.text() == tr("bulk.not_here")
            shown = dialog.fields.draft
            dialog.table.setCurrentCell(_row(dialog, "24-0003"), 0)
            assert dialog.fields.draft == shown  # a line that is left out has no words
            QTest.keyClick(dialog.table, Qt.Key.Key_Return)
            QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            assert dialog.error.text() == tr("bulk.incomplete", count=1)
            assert bench.decided == 0
            assert dialog.whose.text() == tr("bulk.whose", name=a_file(2).display_name, id="24-0002")
            assert dialog.fields.cause.property("invalid") == "true"
            _tick(dialog, "24-0002", Qt.CheckState.Unchecked)
            QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            await until(lambda: bench.decided == 1)
            assert set(_sent(world)) == {ONE}

    run_in_qt(application, scenario)


def test_what_was_typed_and_not_sent_is_there_again_also_after_the_desk_was_locked(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _marked(world, {1: EXPIRED}, {})
        async with opened_bench(world) as bench:
            dialog = await _asked(bench)
            assert bench.shell.work_in_hand().drafts == {}  # nothing typed yet
            dialog.choose(TWO)
            dialog.fields.message.setPlainText("Half-way to two")
            assert set(bench.shell.work_in_hand().drafts) == {about([TWO])}
            dialog.one_text.setChecked(True)
            dialog.fields.cause.setEditText("Closed")
            work = bench.shell.work_in_hand()
            assert set(work.drafts) == {about([TWO]), about([ONE, TWO])}
            await _left(bench, dialog)
            bench.shell.resume(work_of(work.as_text))

            others = await _asked(bench, (ONE, TWO, THREE_KEY))
            assert not others.one_text.isChecked()  # it was for other files
            others.choose(TWO)
            assert others.fields.message.toPlainText() == "Half-way to two"
            others.choose(THREE_KEY)
            assert others.fields.draft.values == ("", "", "")
            await _left(bench, others)

            again = await _asked(bench)
            assert again.one_text.isChecked()
            assert again.fields.cause.currentText() == "Closed"
            again.fields.message.setPlainText("The offer has ended.")
            world.gates.fail("put_evidence", VaultDamaged("gone", facts={"path": "x"}))
            bench.click(again.confirm)
            await until(lambda: "2 files were not decided" in bench.window.snackbar.text)
            assert set(bench.shell.work_in_hand().drafts) == {about([TWO]), about([ONE, TWO])}
            world.gates.mend("put_evidence")
            bench.click((await _asked(bench)).confirm)
            await until(lambda: bench.decided == 2)
            assert bench.shell.work_in_hand().drafts == {}

    run_in_qt(application, scenario)


@pytest.mark.parametrize("begun", [True, False])
def test_a_rejection_begun_for_one_file_goes_on_in_the_selection(
    application: QApplication, world: World, begun: bool
) -> None:
    async def scenario() -> None:
        await _marked(world, {1: EXPIRED}, {})
        async with opened_bench(world) as bench:
            dialog = await _asked(bench)
            if begun:
                dialog.fields.message.appendPlainText("Yours, Awa")
            await _left(bench, dialog)
            again = await _asked(bench)
            assert ("Awa" in again.fields.message.toPlainText()) is begun
            await _left(bench, again)

    run_in_qt(application, scenario)
