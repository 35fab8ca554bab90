"""Marks at work: of what was really on screen, kept at once, never of another archive, and what a decision makes of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_entry, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import ArchiveEntry, DocumentKind, ExpectedDocument
from tns_desktop.domain.client_file import PENDING, WAITING
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import DocumentDamaged, RenderTimedOut, VaultDamaged
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.review import UNTOUCHED, DocumentMark, KeptMark, Mark, ProblemReason
from tns_desktop.services.settings import GO_ON_AFTER_MARK
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.bulk_dialog import BulkDialog
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.problem_dialog import ProblemDialog
from tns_desktop.ui.views.reject_dialog import RejectDialog

THREE = (DocumentKind.PDF, DocumentKind.JPEG, DocumentKind.PNG)
BYTES = hashlib.sha256(b"x").hexdigest()
"""Of what the fake previews hand out for every document."""


async def _at_work(world: World, count: int = 1) -> None:
    await world.connect()
    world.put([a_file(number) for number in range(1, count + 1)])
    for number in range(1, count + 1):
        world.archives.indexes[a_key(number)] = an_index(number, kinds=THREE)


def _mark(bench: Bench, entry_id: str) -> DocumentMark:
    review = bench.shell.marks.review
    assert review is not None
    return review.mark_of(entry_id)


def _kept(world: World, number: int = 1) -> dict[str, DocumentMark]:
    return {place[2]: kept.mark for place, kept in world.reviews.kept.items() if place[0] == a_key(number)}


async def _problem(bench: Bench, number_key: Qt.Key = Qt.Key.Key_1) -> None:
    bench.trigger("mark_problem")
    dialog = await bench.dialog(ProblemDialog)
    QTest.keyClick(dialog.list, number_key)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    await until(lambda: not bench.has_dialog())
    await turns(5)


def test_seen_is_what_was_on_screen_and_not_what_was_chosen(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        slow = world.gates.hold(("page", DocumentKey(an_index(1).sha256, "1"), 0))
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _kept(world).get("0") == UNTOUCHED.shown(BYTES))
            bench.trigger("next_document")
            await until(lambda: ("page", DocumentKey(an_index(1).sha256, "1"), 0) in world.gates.calls)
            await turns(10)
            bench.trigger("mark_good")
            assert _mark(bench, "1") == UNTOUCHED
            assert "not on screen yet" in bench.window.snackbar.text
            slow.set()
            await until(lambda: _mark(bench, "1").mark is Mark.SEEN)
            assert "2" not in _kept(world)

    run_in_qt(application, scenario)


def test_a_mark_is_kept_counted_and_the_next_document_without_one_is_shown(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").displayed)
            assert bench.window.review.documents.progress.text() == "0 of 3 judged"
            bench.trigger("mark_good")
            await until(lambda: _mark(bench, "1").displayed, "the next document")
            await _problem(bench)
            await until(lambda: _mark(bench, "2").displayed)
            assert bench.window.review.documents.progress.text() == "2 of 3 judged"
            await until(lambda: _kept(world).get("1", UNTOUCHED).mark is Mark.PROBLEM)
            assert _kept(world)["0"].mark is Mark.GOOD
            await until(lambda: bench.models.files.file_of(a_key(1)).review_begun, "the row")  # type: ignore[union-attr]
            assert _kept(world)["1"].reason is ProblemReason.POOR_QUALITY
            assert bench.window.review.bar.accept.property("weight") == "quiet"
            assert bench.window.review.bar.reject.property("weight") == "full"

    run_in_qt(application, scenario)


def test_the_operator_may_stay_on_a_document_and_take_its_mark_away(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.settings.override(GO_ON_AFTER_MARK, False)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").displayed)
            bench.trigger("mark_good")
            assert bench.shell.review.entry is not None
            assert bench.shell.review.entry.entry_id == "0"
            bench.trigger("clear_mark")
            await until(lambda: _kept(world).get("0", UNTOUCHED).mark is Mark.SEEN)

    run_in_qt(application, scenario)


def test_words_of_one_s_own_are_a_reason_and_nothing_is_none(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").displayed)
            bench.trigger("mark_problem")
            dialog = await bench.dialog(ProblemDialog)
            QTest.keyClick(dialog.list, Qt.Key.Key_Return)
            assert dialog.error.isVisible()
            QTest.keyClicks(dialog.list, "a")
            QTest.keyClicks(dialog.words, " cat")
            QTest.keyClick(dialog.words, Qt.Key.Key_Return)
            await until(lambda: _mark(bench, "0").words == "a cat")
            assert _mark(bench, "0").reason is None

    run_in_qt(application, scenario)


def test_cancelling_the_question_marks_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").displayed)
            bench.trigger("mark_problem")
            dialog = await bench.dialog(ProblemDialog)
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            await turns(5)
            assert _mark(bench, "0").mark is Mark.SEEN

    run_in_qt(application, scenario)


def test_marks_are_there_again_with_the_same_archive(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        index = an_index(1, kinds=THREE)
        entry = index.entries[1]
        mark = UNTOUCHED.shown(BYTES).good()
        world.reviews.kept[a_key(1), index.sha256, "1"] = KeptMark(index.sha256, "1", entry.path, entry.size, mark)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            assert _mark(bench, "1") == mark
            assert not bench.window.review.documents.note.isVisible()

    run_in_qt(application, scenario)


def test_a_replaced_archive_keeps_the_marks_of_the_same_bytes_and_says_so(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        index = an_index(1, kinds=THREE)
        for entry in index.entries:
            kept = KeptMark("old", entry.entry_id, entry.path, entry.size, UNTOUCHED.shown(BYTES).good())
            world.reviews.kept[a_key(1), "old", entry.entry_id] = kept
        world.archives.contents = {(index.sha256, "1"): b"x", (index.sha256, "2"): b"another"}
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            assert _mark(bench, "1").mark is Mark.GOOD
            assert _mark(bench, "2") == UNTOUCHED
            assert bench.window.review.documents.note.text() == tr("documents.archive_changed", carried=1, set_back=2)
            assert {place[1] for place in world.reviews.kept} == {index.sha256}

    run_in_qt(application, scenario)


def test_marks_of_one_file_never_show_on_the_next(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        world.gates.stubborn = True
        slow = world.gates.hold(("marks", a_key(1)))
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            bench.trigger("mark_good")
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            slow.set()
            await turns(20)
            review = bench.shell.marks.review
            assert review is not None
            assert review.index.sha256 == an_index(2).sha256
            assert _kept(world) == {}

    run_in_qt(application, scenario)


def test_a_document_that_cannot_be_shown_is_marked_so_and_can_be_judged(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        key = DocumentKey(an_index(1).sha256, "1")
        world.gates.fail(("describe", key), DocumentDamaged(facts={"name": "x"}))
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            bench.trigger("next_document")
            await until(lambda: _mark(bench, "1").mark is Mark.UNREADABLE)
            await _problem(bench, Qt.Key.Key_9)
            assert _mark(bench, "1").reason is ProblemReason.UNREADABLE

    run_in_qt(application, scenario)


@pytest.mark.parametrize("how", ["disk", "gone"])
def test_a_mark_that_is_not_kept_is_said(application: QApplication, world: World, how: str) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").content_sha256)
            if how == "disk":
                world.gates.fail("put_mark", VaultDamaged(facts={"path": "/vault"}))
            else:
                world.reviews.gone.add(a_key(1))
            bench.trigger("mark_good")
            await until(lambda: "is not kept" in bench.window.snackbar.text)

    run_in_qt(application, scenario)


@pytest.mark.parametrize("under_way", [True, False])
def test_leaving_in_the_same_instant_loses_no_mark(application: QApplication, world: World, under_way: bool) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").content_sha256)
            held = world.gates.hold("put_mark") if under_way else None
            bench.trigger("mark_good")
            if under_way:
                await turns(5)
        if held is not None:
            held.set()
        await until(lambda: _kept(world)["0"].mark is Mark.GOOD)

    run_in_qt(application, scenario)


def test_the_same_bytes_are_said_within_the_archive_and_in_other_files(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        index = an_index(1, kinds=THREE)
        same = tuple(replace(entry, size=4, crc32=9) for entry in index.entries)
        world.archives.indexes[a_key(1)] = replace(index, entries=same)
        world.archives.contents = {(index.sha256, "0"): b"same", (index.sha256, "1"): b"same"}
        kept = KeptMark("s", "7", "p", 1, UNTOUCHED.shown(BYTES))
        world.reviews.kept[a_key(2), "s", "7"] = kept
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            model = bench.models.documents
            await until(lambda: model.node_at(model.index_of("1")).twin == "1-0.pdf")
            assert model.node_at(model.index_of("2")).twin == ""
            await until(lambda: "24-0002" in model.node_at(model.index_of("0")).status)

    run_in_qt(application, scenario)


# --- decisions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["accept", "back"])
def test_accepting_what_was_not_looked_at_asks_once(application: QApplication, world: World, choice: str) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").displayed)
            bench.trigger("accept")
            dialog = await bench.dialog(ChoiceDialog)
            buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
            bench.click(buttons[tr("accept.anyway" if choice == "accept" else "accept.back")])
            await until(lambda: not bench.has_dialog())
            await turns(10)
            assert bench.decided == (choice == "accept")

    run_in_qt(application, scenario)


def test_nothing_is_asked_once_everything_is_good_or_the_question_is_off(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            for entry_id in "012":
                await until(lambda entry_id=entry_id: _mark(bench, entry_id).displayed)  # type: ignore[misc]
                bench.trigger("mark_good")
            assert bench.window.review.bar.reject.property("weight") == "quiet"
            bench.trigger("accept")
            await until(lambda: bench.decided == 1)

    run_in_qt(application, scenario)


def test_the_message_grows_from_the_marks_and_keeps_what_was_typed(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        index = an_index(1, kinds=THREE)
        asked = (ExpectedDocument("Payslip", "1"), ExpectedDocument("Proof of address"))
        world.archives.indexes[a_key(1)] = replace(index, expected=asked)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: _mark(bench, "0").displayed)
            bench.trigger("next_document")
            await until(lambda: _mark(bench, "1").displayed)
            bench.trigger("reject")
            dialog = await bench.dialog(RejectDialog)
            assert "Proof of address: this document is missing" in dialog.message.toPlainText()
            dialog.message.setPlainText("Hello,\n" + dialog.message.toPlainText() + "\nYours, Awa")
            dialog.note.setPlainText("only here")
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            await _problem(bench)
            bench.trigger("reject")
            dialog = await bench.dialog(RejectDialog)
            text = dialog.message.toPlainText()
            assert text.startswith("Hello,\nYour file could not be validated:\n– Payslip: the picture is not clear")
            assert text.endswith("\nYours, Awa")
            assert dialog.note.toPlainText() == "only here"
            dialog.language.setCurrentIndex(dialog.language.findData("fr"))
            french = dialog.message.toPlainText()
            assert french.startswith("Hello,\nVotre dossier n’a pas pu être validé :\n– Payslip : l’image n’est pas")
            assert french.endswith("\nYours, Awa")
            dialog.cause.setEditText("Poor quality")
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 1)
            (entry,) = world.outbox.rows.values()
            assert entry.decision.message == french
            assert entry.decision.internal_note == "only here"

    run_in_qt(application, scenario)


# --- many at once -----------------------------------------------------------------------------------------------------


async def _selected(bench: Bench) -> BulkDialog:
    await until(lambda: bench.models.files.rowCount() > 1)
    bench.window.files.view.selectAll()
    bench.trigger("accept_selected")
    return await bench.dialog(BulkDialog)


def _lines(dialog: BulkDialog) -> dict[str, str]:
    items = [[dialog.table.item(row, column) for column in (0, 2)] for row in range(dialog.table.rowCount())]
    return {first.text(): last.text() for first, last in items if first is not None and last is not None}


def test_many_files_are_decided_each_on_its_own_archive_and_taken_back_together(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world, 4)
        world.archives.kept = {a_key(1), a_key(2), a_key(4)}
        world.outbox.rows["d-4"] = an_entry(4)
        async with opened_bench(world) as bench:
            await bench.until_rows(4)
            dialog = await _selected(bench)
            lines = _lines(dialog)
            assert "3 documents were not looked at" in lines["24-0001"]
            assert lines["24-0003"] == tr("bulk.not_here")
            assert lines["24-0004"] == tr("bar.block.decision_pending")
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 3)
            made = [row for name, row in world.outbox.rows.items() if name != "d-4"]
            assert {row.key: row.decision.archive_sha256 for row in made} == {
                a_key(number): an_index(number).sha256 for number in (1, 2)
            }
            assert {row.decision.reviewed_state for row in made} == {WAITING}
            await until(lambda: "2 files accepted" in bench.window.snackbar.text)
            bench.trigger("undo")
            await until(lambda: all(world.outbox.rows[row.decision.decision_id].status.is_final for row in made))
            assert world.outbox.rows["d-4"].status is OutboxStatus.QUEUED

    run_in_qt(application, scenario)


def test_a_rejection_begins_in_the_customer_s_language(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([replace(a_file(1), language="fr"), replace(a_file(2), language="de")])
        for number in (1, 2):
            world.archives.indexes[a_key(number)] = an_index(number, kinds=THREE)
        async with opened_bench(world) as bench:
            for number, language in ((1, "fr"), (2, "en")):
                await bench.open_with_marks(number)
                bench.trigger("reject")
                dialog = await bench.dialog(RejectDialog)
                assert dialog.language.currentData() == language
                dialog.reject()
                await until(lambda: not bench.has_dialog())

    run_in_qt(application, scenario)


@pytest.mark.parametrize("change", ["cancel", "state", "archive"])
def test_what_the_summary_did_not_show_is_not_decided(application: QApplication, world: World, change: str) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        world.archives.kept = {a_key(1), a_key(2)}
        async with opened_bench(world) as bench:
            dialog = await _selected(bench)
            if change == "cancel":
                bench.click(dialog.cancel)
                await until(lambda: not bench.has_dialog())
                await turns(10)
                assert bench.decided == 0
                return
            if change == "state":
                before = bench.models.files.file_of(a_key(1))
                world.set_state(a_key(1), PENDING)
                await until(lambda: bench.models.files.file_of(a_key(1)) != before)
            else:
                world.archives.indexes[a_key(1)] = an_index(77, kinds=THREE)
            bench.click(dialog.confirm)
            await until(lambda: "1 file was not decided" in bench.window.snackbar.text)
            assert [row.key for row in world.outbox.rows.values()] == [a_key(2)]

    run_in_qt(application, scenario)


def test_one_file_is_no_selection(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            bench.trigger("accept_selected")
            await until(lambda: bench.window.snackbar.text == tr("snackbar.bulk.select"))

    run_in_qt(application, scenario)


def _within(number: int, name: str = "card.jpg") -> ArchiveEntry:
    path = f"documents/{number}-0.pdf/{name}"
    return replace(an_index(number).entries[1], entry_id="0/p0", path=path)


def test_a_file_within_a_pdf_is_listed_once_the_pdf_is_shown_and_is_judged_like_any_other(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.enclosed.files["0"] = (_within(1),)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: len(bench.models.documents.documents()) == 4, "the file within")
            assert bench.shell.review.entry is not None
            assert bench.shell.review.entry.entry_id == "0"  # what is on screen stays there
            bench.trigger("next_document")
            await until(lambda: _mark(bench, "0/p0").displayed)
            await _problem(bench)
            await until(lambda: _kept(world).get("0/p0", UNTOUCHED).mark is Mark.PROBLEM)
            review = bench.shell.marks.review
            assert review is not None
            assert [entry.entry_id for entry in review.with_problem] == ["0/p0"]
            bench.trigger("reject")
            dialog = await bench.dialog(RejectDialog)
            assert "card.jpg" in dialog.message.toPlainText()
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_mark_of_last_time_on_a_file_within_a_pdf_counts_before_anybody_opens_that_pdf(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.archives.indexes[a_key(1)] = an_index(1, kinds=(DocumentKind.JPEG, DocumentKind.PDF))
        world.enclosed.files["1"] = (replace(_within(1), entry_id="1/p0"),)
        mark = UNTOUCHED.shown(BYTES).problem(ProblemReason.EXPIRED)
        kept = KeptMark(an_index(1).sha256, "1/p0", "documents/1-1.pdf/card.jpg", 40_000, mark)
        await world.reviews.put(a_key(1), kept)
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: [entry.entry_id for entry in bench.shell.marks.review.with_problem] == ["1/p0"])  # type: ignore[union-attr]

    run_in_qt(application, scenario)


def test_what_a_pdf_carries_comes_too_late_for_another_file(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 2)
        world.enclosed.files["0"] = (_within(1),)
        slow = world.gates.hold(("within", DocumentKey(an_index(1).sha256, "0")))
        second = world.gates.hold(("within", DocumentKey(an_index(2).sha256, "0")))
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: ("within", DocumentKey(an_index(1).sha256, "0")) in world.gates.calls)
            await bench.open_with_marks(2)
            slow.set()
            await turns(10)
            assert len(bench.models.documents.documents()) == 3
            second.set()
            await until(lambda: len(bench.models.documents.documents()) == 4)

    run_in_qt(application, scenario)


def test_a_pdf_that_does_not_tell_what_it_carries_is_asked_again_when_shown_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.enclosed.files["0"] = (_within(1),)
        question = ("within", DocumentKey(an_index(1).sha256, "0"))
        world.gates.fail(question, RenderTimedOut("late"))
        async with opened_bench(world) as bench:
            await bench.open_with_marks()
            await until(lambda: question in world.gates.calls)
            await turns(10)
            assert len(bench.models.documents.documents()) == 3
            world.gates.mend(question)
            bench.trigger("next_document")
            await until(lambda: _mark(bench, "1").displayed)
            bench.trigger("previous_document")
            await until(lambda: len(bench.models.documents.documents()) == 4)

    run_in_qt(application, scenario)
