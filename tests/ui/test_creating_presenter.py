"""Creating at work in the window: what is typed is kept, what is wrong is said beside its field, and it can be taken back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID, NOW, a_connection, a_file
from tests.support.model_creations import sample_new
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.client_file import PENDING, Participant
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.errors import DiskFull, ServerUnreachable
from tns_desktop.domain.new_client_file import FieldProblem, NewDocument, ProblemCode
from tns_desktop.services.ports import Move
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.creations import CreationColumn
from tns_desktop.ui.views.attachments_box import AttachmentRow
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.creations_view import acts_of
from tns_desktop.ui.views.import_dialog import ImportDialog
from tns_desktop.ui.views.new_file_dialog import NewFileDialog

S = CreationStatus


def a_creation(status: CreationStatus, **values: object) -> Creation:
    fields: dict[str, object] = {"new": sample_new(external_id="CRM-1"), "created_at": NOW, "status": status}
    return Creation("c1", CONNECTION_ID, **{**fields, **values})  # type: ignore[arg-type]


async def the_form(bench: Bench) -> NewFileDialog:
    await until(lambda: bench._open(NewFileDialog), "the form")
    return bench._open(NewFileDialog)[0]


async def opened_form(bench: Bench) -> NewFileDialog:
    bench.trigger("new_file")
    return await the_form(bench)


def fill_in(form: NewFileDialog) -> None:
    form.workflow.setEditText("Crédit à la consommation")
    person = form.people[0]
    QTest.keyClicks(person.lines["last_name"], "Martin")
    QTest.keyClicks(person.lines["first_name"], "Lea")


async def answered(bench: Bench, form: NewFileDialog, choice: str) -> None:
    """To the question whether it is meant."""
    bench.click(form.discard_button)
    await until(lambda: form.findChildren(ChoiceDialog), "the question")
    (question,) = form.findChildren(ChoiceDialog)
    assert "Roux" in "".join(text.text() for text in question.findChildren(QLabel))
    question.choice = choice
    question.accept()


async def the_import(bench: Bench, path: Path) -> ImportDialog:
    """Of that table, read and with a workflow."""
    dialog = ImportDialog(path.name, bench.window)
    dialog.show()
    bench.shell.importing._scope.start("read", bench.shell.importing._read(dialog, path, CONNECTION_ID))
    await until(lambda: dialog.columns.rowCount(), "the columns")
    dialog.workflow.setEditText("Crédit")
    return dialog


async def press_in_outbox(bench: Bench, act: str) -> None:
    """The button of the one row there is."""
    await until(lambda: bench.models.creations.rowCount() == 1, "the row")
    bench.window.queues.choose_outbox()
    bench.window.outbox_place.show_creations()
    bench.click(bench.window.creations.buttons[act])


def rows(world: World) -> list[Creation]:
    return list(world.creations.rows.values())


def test_what_is_typed_is_a_draft_at_once_and_still_there_when_the_form_is_opened_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            QTest.keyClicks(form.people[0].lines["last_name"], "Martin")
            await until(lambda: [row.status for row in rows(world)] == [S.DRAFT], "the draft")
            await until(lambda: form.kept.text(), "that it is kept")
            QTest.keyClicks(form.people[0].lines["last_name"], "ez")
            bench.click(form.close_button)
            await until(lambda: tr("creation.kept_as_draft") in bench.window.snackbar.text, "the word")
            (draft,) = rows(world)
            assert draft.new.participants[0].last_name == "Martinez"
            await until(lambda: bench.models.creations.rowCount() == 1, "the row")
            bench.window.creations.asked.emit("open", draft.creation_id)
            again = await the_form(bench)
            assert again.people[0].lines["last_name"].text() == "Martinez"

    run_in_qt(application, scenario)


def test_creating_while_the_first_letters_are_still_being_kept_makes_one_creation(
    application: QApplication, world: World
) -> None:
    """The vault has written the draft, but its answer has not come yet: whoever is cut off there must not begin another."""

    async def scenario() -> None:
        await world.connect()
        insert = world.creations.insert
        answers = asyncio.Event()

        async def slow(creations: Sequence[Creation]) -> None:
            await insert(creations)
            await answers.wait()

        world.creations.insert = slow  # type: ignore[method-assign]
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            QTest.keyClicks(form.external_id, "CRM-1")
            await until(lambda: rows(world), "the draft, written but not answered")
            bench.click(form.create_button)
            await turns()
            answers.set()
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the one creation")

    run_in_qt(application, scenario)


def test_a_form_that_is_closed_while_the_vault_still_writes_keeps_the_draft_and_is_not_touched_again(
    application: QApplication, world: World
) -> None:
    """The vault answers from a thread of its own; by then the dialog may be deleted."""

    async def scenario() -> None:
        await world.connect()
        insert = world.creations.insert
        answers = asyncio.Event()

        async def slow(creations: Sequence[Creation]) -> None:
            await insert(creations)
            await answers.wait()

        world.creations.insert = slow  # type: ignore[method-assign]
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            bench.click(form.close_button)
            await until(lambda: rows(world), "the draft, written but not answered")
            await turns(5)
            answers.set()
            await until(lambda: tr("creation.kept_as_draft") in bench.window.snackbar.text, "the word")
            assert [row.status for row in rows(world)] == [S.DRAFT]

    run_in_qt(application, scenario)


def test_one_draft_is_never_in_two_forms(application: QApplication, world: World) -> None:
    """Whoever asks again, by key, by the outbox or by taking it back, gets the form that is open, with what was typed in it."""

    async def scenario() -> None:
        await world.connect()
        world.creations.rows["c1"] = a_creation(S.DRAFT)
        async with opened_bench(world) as bench:
            await press_in_outbox(bench, "open")
            form = await the_form(bench)
            QTest.keyClicks(form.people[0].lines["birth_name"], "Roux")
            bench.window.creations.asked.emit("open", "c1")
            bench.shell.creating.open("c1")
            bench.shell.creating.open()
            await turns(5)
            assert bench._open(NewFileDialog) == [form]
            assert form.people[0].lines["birth_name"].text() == "Roux"
            bench.click(form.close_button)
            await until(lambda: rows(world)[0].new.participants[0].birth_name == "Roux", "the draft")

    run_in_qt(application, scenario)


def test_a_form_in_which_nothing_was_typed_leaves_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            bench.click(form.close_button)
            await until(lambda: not bench._open(NewFileDialog), "the end")
            await turns()
            assert rows(world) == []

    run_in_qt(application, scenario)


def test_what_is_wrong_is_said_beside_its_field_and_nothing_leaves(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            QTest.keyClicks(form.people[0].lines["email"], "lea")
            bench.click(form.create_button)
            email = form.people[0].fields["participants.0.email"]
            await until(lambda: email.error.text() == tr("creation.problem.not_an_email"), "the problem")
            assert [row.status for row in rows(world)] == [S.DRAFT]
            assert form.isVisible()

    run_in_qt(application, scenario)


def test_a_creation_leaves_after_its_grace_and_can_be_taken_back_until_then(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            bench.click(form.create_button)
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the queue")
            (row,) = rows(world)
            assert row.seconds_of_grace(world.clock.now()) == 10
            assert row.new.external_id.startswith("TNS-")
            assert world.creation_sender.woken == 1
            await until(lambda: "Martin" in bench.window.snackbar.text, "the word")
            bench.window.snackbar.action_requested.emit(f"undo:{row.creation_id}")
            again = await the_form(bench)
            assert again.external_id.text() == row.new.external_id
            assert rows(world)[0].status is S.DRAFT

    run_in_qt(application, scenario)


def test_nothing_can_be_typed_or_dropped_into_a_form_whose_creation_is_being_written_down(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    """What came between the last look at the form and its end would be in no creation and in no draft."""

    async def scenario() -> None:
        await world.connect()
        (tmp_path / "late.pdf").write_bytes(b"%PDF-1.4 specimen")
        update = world.creations.update
        reached, answers = asyncio.Event(), asyncio.Event()

        async def slow(moves: Sequence[Move]) -> frozenset[str]:
            if moves[0][1].status is S.QUEUED:
                reached.set()
                await answers.wait()
            return await update(moves)

        world.creations.update = slow  # type: ignore[method-assign]
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            form.people[0].lines["first_name"].setFocus()
            bench.click(form.create_button)
            await until(reached.is_set, "the last step")
            QTest.keyClicks(form.people[0].lines["last_name"], "ez")
            assert not form.acceptDrops()
            shown = form.people[0].lines["last_name"].text()
            answers.set()
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the creation")
            assert rows(world)[0].new.participants[0].last_name == shown == "Martin"

    run_in_qt(application, scenario)


def test_a_form_that_is_closed_while_its_creation_is_written_down_says_that_it_is_on_its_way(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        update = world.creations.update
        written = asyncio.Event()

        async def slow(moves: Sequence[Move]) -> frozenset[str]:
            moved = await update(moves)
            if moves[0][1].status is S.QUEUED:
                written.set()
                await asyncio.Event().wait()  # the answer of a disk that is slow: whoever waits for it is cut off
            return moved

        world.creations.update = slow  # type: ignore[method-assign]
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            bench.click(form.create_button)
            await until(written.is_set, "the last step")
            bench.click(form.close_button)
            await until(lambda: bench.window.snackbar.text == tr("creation.queued", name="Martin, Lea"), "the word")
            assert world.creation_sender.woken == 1
            assert bench.shell.acts.is_newest(rows(world)[0].creation_id)

    run_in_qt(application, scenario)


def test_a_form_whose_creation_is_not_taken_can_be_typed_in_again_where_it_was(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            QTest.keyClicks(form.people[0].lines["email"], "lea")
            bench.click(form.create_button)
            email = form.people[0].fields["participants.0.email"]
            await until(lambda: email.error.text(), "the problem")
            QTest.keyClicks(form.people[0].lines["email"], "@example.org")
            bench.click(form.create_button)
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the creation")
            assert rows(world)[0].new.participants[0].email == "lea@example.org"

    run_in_qt(application, scenario)


def test_a_form_whose_last_letters_cannot_be_kept_comes_back_once_and_then_says_what_is_lost(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            QTest.keyClicks(form.people[0].lines["last_name"], "Martin")
            await until(lambda: form.kept.text(), "that it is kept")

            async def full(moves: Sequence[Move]) -> frozenset[str]:
                raise DiskFull(facts={"path": "/vault"})

            update = world.creations.update
            world.creations.update = full  # type: ignore[method-assign]
            QTest.keyClicks(form.people[0].lines["last_name"], "ez")
            bench.click(form.close_button)
            await until(lambda: not form.error.isHidden() and form.isVisible(), "the form again")
            assert message_for(DiskFull(facts={"path": "/vault"})).title in form.error.text()
            assert form.people[0].lines["last_name"].text() == "Martinez"
            bench.click(form.close_button)
            await until(lambda: bench.window.snackbar.text == tr("creation.not_kept"), "the word")
            assert not bench._open(NewFileDialog)
            world.creations.update = update  # type: ignore[method-assign]
            bench.window.creations.asked.emit("open", rows(world)[0].creation_id)
            again = await the_form(bench)
            QTest.keyClicks(again.people[0].lines["last_name"], "on")
            bench.click(again.close_button)
            await until(lambda: bench.window.snackbar.text == tr("creation.kept_as_draft"), "the word")
            assert rows(world)[0].new.participants[0].last_name == "Martinon"

    run_in_qt(application, scenario)


def test_a_refusal_comes_back_with_its_reason_beside_the_field(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        taken = FieldProblem("external_id", ProblemCode.EXTERNAL_ID_TAKEN, "externalId is already used")
        world.creations.rows["c1"] = a_creation(S.REFUSED, problems=(taken,), error_code="external_id_taken")
        async with opened_bench(world) as bench:
            await press_in_outbox(bench, "open")
            form = await the_form(bench)
            assert "externalId is already used" in form.fields["external_id"].error.text()
            assert rows(world)[0].status is S.DRAFT

    run_in_qt(application, scenario)


def test_a_lost_document_is_named_in_the_outbox_and_marked_in_the_form_until_it_is_attached_again(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await world.connect()
        content = b"%PDF-1.4 specimen"
        document = NewDocument("d1", "rib.pdf", "RIB", "application/pdf", 17, hashlib.sha256(content).hexdigest())
        (tmp_path / "scan.pdf").write_bytes(content)
        lost = a_creation(S.QUEUED, documents=(document,)).without_documents({"d1"}, NOW)
        world.creations.rows["c1"] = lost
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.creations.rowCount() == 1, "the row")
            row = bench.models.creations.index(0, CreationColumn.STATUS)
            assert row.data() == tr("creation.status.incomplete")
            assert bench.window.creations.sentence.text() == tr("creation.sentence.incomplete")
            assert "rib.pdf" in bench.window.creations.facts.text()
            assert "send_again" not in acts_of(lost)
            await press_in_outbox(bench, "open")
            form = await the_form(bench)
            (attached,) = form.documents.findChildren(AttachmentRow)
            assert attached.lost.isVisibleTo(form)
            assert "rib.pdf" in form.documents.error.text()
            form.documents.dropped.emit([str(tmp_path / "scan.pdf")])
            await until(lambda: not attached.lost.isVisibleTo(form), "the document")
            assert [one.name for one in form.documents.documents] == ["rib.pdf"]
            assert world.creations.documents["c1", "d1"] == content

    run_in_qt(application, scenario)


def test_a_created_file_is_shown_although_the_list_does_not_have_it_yet(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        young = a_file(2, state=PENDING)
        world.creations.rows["c1"] = a_creation(S.CREATED, file_uuid=young.uuid)
        world.synchroniser.readable = lambda _uuid: world.put([a_file(1), young], tell=True)
        async with opened_bench(world) as bench:
            await press_in_outbox(bench, "show_file")
            await until(lambda: bench.shell.review.key == young.key, "the file")
            assert not bench.window.shows_outbox

    run_in_qt(application, scenario)


def test_a_created_file_that_cannot_be_read_yet_is_said_to_be_so(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()

        def cut(_uuid: str) -> None:
            raise ServerUnreachable(facts={"host": "api"})

        world.creations.rows["c1"] = a_creation(S.CREATED, file_uuid="young")
        world.synchroniser.readable = cut
        async with opened_bench(world) as bench:
            await press_in_outbox(bench, "show_file")
            words = message_for(ServerUnreachable(facts={"host": "api"})).sentence
            await until(lambda: words in bench.window.snackbar.text, "the sentence")

    run_in_qt(application, scenario)


def test_what_was_typed_is_thrown_away_only_when_it_is_meant(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            QTest.keyClicks(form.people[0].lines["last_name"], "Roux")
            await answered(bench, form, "keep")
            await until(lambda: not form.findChildren(ChoiceDialog), "its end")
            assert [row.status for row in rows(world)] == [S.DRAFT]
            assert form.isVisible()
            await answered(bench, form, "discard")
            await until(lambda: [row.status for row in rows(world)] == [S.WITHDRAWN], "the end of it")
            assert rows(world)[0].new.is_empty

    run_in_qt(application, scenario)


def test_an_import_is_taken_back_as_far_as_it_has_not_left(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        others = [S.CREATED, S.SENDING, S.REFUSED, S.CONFLICT, S.DRAFT, S.OUTCOME_UNKNOWN]
        for number, status in enumerate((S.QUEUED, S.RETRY_WAIT, *others)):
            one = replace(a_creation(status), creation_id=f"c{number}", batch="b", line=number)
            world.creations.rows[one.creation_id] = one
        async with opened_bench(world) as bench:
            bench.window.creations.asked.emit("take_back_all", "c0")
            await until(lambda: bench.window.snackbar.text == tr("creation.taken_back", count=2), "the word")
            assert [row.status for row in rows(world)] == [S.WITHDRAWN, S.WITHDRAWN, *others]

    run_in_qt(application, scenario)


def test_what_was_typed_is_kept_when_the_window_goes(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            QTest.keyClicks(form.people[0].lines["first_name"], "Awa")
            # Before the pause between two letters is over: as a lock does.
        assert [row.new.participants[0].first_name for row in rows(world)] == ["Awa"]

    run_in_qt(application, scenario)


def test_documents_are_taken_by_their_bytes(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        good, bad = tmp_path / "rib.txt", tmp_path / "photo.jpg"
        good.write_bytes(b"%PDF-1.4 specimen")
        bad.write_bytes(b"MZ\x90\x00")
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            form.documents.dropped.emit([str(good), str(bad)])
            await until(lambda: form.documents.error.text(), "the refusal")
            assert [one.name for one in form.documents.documents] == ["rib.txt"]
            assert "photo.jpg" in form.documents.error.text()
            (draft,) = rows(world)
            assert draft.documents[0].media_type == "application/pdf"

    run_in_qt(application, scenario)


def test_documents_that_are_still_being_taken_go_along_with_what_was_said_of_the_others(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    """A second drop, a word about the first document and "Create", all while the disk is slow."""

    async def scenario() -> None:
        await world.connect()
        paths = [tmp_path / f"{number}.pdf" for number in range(3)]
        for path in paths:
            path.write_bytes(b"%PDF-1.4 specimen")
        attach, goes_on = world.creations.attach, asyncio.Event()

        async def slow(move: Move, document: NewDocument, content: bytes) -> bool:
            if document.name != paths[0].name:
                await goes_on.wait()
            return await attach(move, document, content)

        world.creations.attach = slow  # type: ignore[method-assign]
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            form.documents.dropped.emit([str(path) for path in paths[:2]])
            form.documents.dropped.emit([str(paths[2])])
            await until(lambda: form.documents.documents, "the first document")
            form.findChildren(AttachmentRow)[0].kind.setEditText("RIB")
            await until(lambda: form.kept.text(), "that it is kept")
            bench.click(form.create_button)
            await turns()
            assert [row.status for row in rows(world)] == [S.DRAFT]
            goes_on.set()
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the queue")
            assert [(one.name, one.kind) for one in rows(world)[0].documents] == [
                ("0.pdf", "RIB"), ("1.pdf", ""), ("2.pdf", ""),
            ]  # fmt: skip

    run_in_qt(application, scenario)


def test_creating_waits_for_a_document_and_not_after_it_was_refused(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await world.connect()
        bad = tmp_path / "photo.jpg"
        bad.write_bytes(b"MZ\x90\x00")
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            form.documents.dropped.emit([str(bad)])
            bench.click(form.create_button)
            await until(lambda: form.documents.error.text(), "the refusal")
            await turns()
            assert [row.status for row in rows(world)] == [S.DRAFT]
            bench.click(form.create_button)
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "it is meant")

    run_in_qt(application, scenario)


def test_a_document_that_was_left_out_does_not_go_along(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await world.connect()
        for name in ("a.pdf", "b.pdf"):
            (tmp_path / name).write_bytes(b"%PDF-1.4 specimen")
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            fill_in(form)
            form.documents.dropped.emit([str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf")])
            await until(lambda: len(form.documents.documents) == 2, "both")
            bench.click(form.findChildren(AttachmentRow)[0].away)
            assert [one.name for one in form.documents.documents] == ["b.pdf"]
            bench.click(form.create_button)
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the queue")
            assert [one.name for one in rows(world)[0].documents] == ["b.pdf"]

    run_in_qt(application, scenario)


def test_a_draft_is_shown_under_its_own_connection_also_where_nothing_may_be_created_any_more(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect(a_connection(read_only=True))
        await world.connect(a_connection(connection_id="other", label="Other"))
        world.creations.rows["c1"] = a_creation(S.DRAFT)
        async with opened_bench(world) as bench:
            bench.window.creations.asked.emit("open", "c1")
            form = await the_form(bench)
            assert form.connection_id == CONNECTION_ID
            assert not form.connection.isEnabled()

    run_in_qt(application, scenario)


def test_the_form_offers_what_the_files_show(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        person = Participant(type="emprunteur", profiles=("salarié",))
        world.put([replace(a_file(1), workflow_label="Crédit", consent_protocol="Crédit v4", participants=(person,))])
        async with opened_bench(world) as bench:
            form = await opened_form(bench)
            await until(lambda: form.workflow.count() == 1, "the workflow")
            form.workflow.setCurrentIndex(0)
            assert "Crédit v4" in form.protocol.text()
            assert form.people[0].type.itemText(0) == "emprunteur"
            assert [box.text() for box in form.people[0].profiles.boxes] == ["salarié"]

    run_in_qt(application, scenario)


def test_where_nobody_may_create_the_form_does_not_open(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect(a_connection(read_only=True))
        async with opened_bench(world) as bench:
            bench.trigger("new_file")
            await until(lambda: bench.window.snackbar.text == tr("creation.nowhere"), "the word")

    run_in_qt(application, scenario)


def test_a_table_becomes_creations(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        path = tmp_path / "clients.csv"
        path.write_bytes("Nom;Prénom;E-mail\r\nMartin;Léa;\r\nRoux;Jean;faux\r\n".encode("cp1252"))
        async with opened_bench(world) as bench:
            dialog = await the_import(bench, path)
            assert dialog.mapping.columns == (
                "participants.0.last_name", "participants.0.first_name", "participants.0.email",
            )  # fmt: skip
            QTest.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
            await until(lambda: dialog.shows_trial, "the trial")
            assert dialog.trial.rowCount() == 1
            assert dialog.trial.index(0, 0).data() == "3"
            QTest.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
            await until(lambda: [row.status for row in rows(world)] == [S.QUEUED], "the queue")
            assert rows(world)[0].new.display_name == "Martin, Léa"
            assert not dialog.isVisible()

    run_in_qt(application, scenario)


def test_a_second_click_on_create_makes_no_second_import(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    """The vault has written the rows, but its answer has not come yet: a double click is quicker."""

    async def scenario() -> None:
        await world.connect()
        path = tmp_path / "clients.csv"
        path.write_text("Nom;Prénom\nMartin;Léa\n", encoding="utf-8")
        insert, answers = world.creations.insert, asyncio.Event()

        async def slow(creations: Sequence[Creation]) -> None:
            await insert(creations)
            await answers.wait()

        world.creations.insert = slow  # type: ignore[method-assign]
        async with opened_bench(world) as bench:
            dialog = await the_import(bench, path)
            bench.click(dialog.next)
            await until(lambda: dialog.shows_trial, "the trial")
            bench.click(dialog.next)
            await until(lambda: rows(world), "the row, written but not answered")
            bench.click(dialog.next)
            await turns()
            answers.set()
            await until(lambda: not dialog.isVisible(), "the end")
            assert [row.status for row in rows(world)] == [S.QUEUED]

    run_in_qt(application, scenario)
