"""One key takes back what was done last, whichever outbox it went into, and never what has left."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID, NOW, a_file, a_key
from tests.support.model_creations import sample_new
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import VaultError
from tns_desktop.services.events import CreationsChanged
from tns_desktop.services.settings import ASK_BEFORE_ACCEPTING
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.presenters.last_acts import Outcome
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.new_file_dialog import NewFileDialog

S = CreationStatus


async def _decided(bench: Bench, number: int) -> None:
    bench.choose(a_key(number))
    await bench.until_open(a_key(number))
    await until(lambda: bench.window.review.bar.accept.isEnabled())
    before = bench.decided
    bench.trigger("accept")
    await until(lambda: bench.decided == before + 1, "the decision")


async def _asked_for(world: World, bench: Bench, name: str = "Martin") -> str:
    """A creation by form; its identifier."""
    there = set(world.creations.rows)
    bench.trigger("new_file")
    form = await bench.dialog(NewFileDialog)
    form.workflow.setEditText("Crédit")
    form.people[0].lines["last_name"].setText(name)
    form.people[0].lines["first_name"].setText("Lea")
    bench.click(form.create_button)
    await until(lambda: not bench._open(NewFileDialog), "the end of the form")
    (made,) = set(world.creations.rows) - there
    await until(lambda: name in bench.window.snackbar.text, "the word")
    return made


def _imported(world: World, bench: Bench, statuses: Sequence[S]) -> None:
    for line, status in enumerate(statuses, start=1):
        row = Creation(f"i{line}", CONNECTION_ID, sample_new(), NOW, status, batch="b", line=line)
        world.creations.rows[row.creation_id] = row
    bench.shell.creating.imported("b")


async def _at_work(world: World) -> None:
    await world.connect()
    world.settings.override(ASK_BEFORE_ACCEPTING, False)
    world.put([a_file(number) for number in (1, 2, 3)])


def _decision(world: World, number: int) -> OutboxStatus:
    (status,) = (one.status for one in world.outbox.rows.values() if one.key == a_key(number))
    return status


async def _draft_again(world: World, bench: Bench, creation_id: str) -> None:
    form = await bench.dialog(NewFileDialog)
    assert world.creations.rows[creation_id].status is S.DRAFT
    assert form.external_id.text() == world.creations.rows[creation_id].new.external_id
    bench.click(form.close_button)
    await until(lambda: not bench._open(NewFileDialog), "the end of the form")


def test_decisions_and_creations_are_taken_back_in_the_order_they_were_done(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await _decided(bench, 3)
            creation_id = await _asked_for(world, bench)
            await _decided(bench, 2)
            bench.trigger("undo")
            await until(lambda: _decision(world, 2) is OutboxStatus.WITHDRAWN, "the newest decision")
            await until(lambda: not bench.shell.acts._scope.is_running("undo"))
            assert world.creations.rows[creation_id].status is S.QUEUED
            bench.trigger("undo")
            await _draft_again(world, bench, creation_id)
            assert _decision(world, 3) is OutboxStatus.QUEUED
            bench.trigger("undo")
            await until(lambda: _decision(world, 3) is OutboxStatus.WITHDRAWN, "the first decision")
            await until(lambda: not bench.shell.acts._scope.is_running("undo"))
            bench.trigger("undo")
            assert bench.window.snackbar.text == tr("snackbar.nothing_to_undo")

    run_in_qt(application, scenario)


def test_the_countdown_of_a_decision_does_not_cover_what_was_done_after_it(
    application: QApplication, world: World
) -> None:
    """The button beside the words takes back what the words speak of."""

    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await _decided(bench, 3)
            creation_id = await _asked_for(world, bench)
            said = bench.window.snackbar.text
            bench.shell.decisions._tick()
            assert bench.window.snackbar.text == said == tr("creation.queued", name="Martin, Lea")
            bench.click(bench.window.snackbar._button)
            await _draft_again(world, bench, creation_id)
            assert _decision(world, 3) is OutboxStatus.QUEUED

    run_in_qt(application, scenario)


def test_a_creation_that_has_left_stays_and_nothing_older_is_taken_back_in_its_place(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await _decided(bench, 3)
            creation_id = await _asked_for(world, bench)
            row = world.creations.rows[creation_id]
            # Also one that waits for a person: what the server has said of it is not settled by a key.
            for status in (S.SENDING, S.OUTCOME_UNKNOWN, S.CONFLICT, S.REFUSED, S.CREATED):
                world.creations.rows[creation_id] = replace(row, status=status, maybe_created=True)
                for _twice in range(2):
                    bench.window.snackbar.hide()
                    bench.trigger("undo")
                    await until(lambda: bench.window.snackbar.text == tr("creation.too_late"), "the word")
                    await until(lambda: not bench.shell.acts._scope.is_running("undo"))
                assert world.creations.rows[creation_id].status is status
            assert _decision(world, 3) is OutboxStatus.QUEUED

    run_in_qt(application, scenario)


def test_what_was_taken_back_in_the_outbox_is_not_taken_back_once_more(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await _decided(bench, 3)
            creation_id = await _asked_for(world, bench)
            bench.window.creations.asked.emit("take_back", creation_id)
            await until(lambda: world.creations.rows[creation_id].status is S.DRAFT, "the draft")
            await _decided(bench, 2)
            (newest,) = (name for name, one in world.outbox.rows.items() if one.key == a_key(2))
            bench.window.outbox.withdraw_requested.emit(newest)
            await until(lambda: _decision(world, 2) is OutboxStatus.WITHDRAWN)
            bench.trigger("undo")
            await until(lambda: _decision(world, 3) is OutboxStatus.WITHDRAWN, "the oldest")
            assert not bench._open(NewFileDialog)

    run_in_qt(application, scenario)


def test_an_import_is_taken_back_as_a_whole_and_only_when_it_is_meant(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            _imported(world, bench, [S.CREATED, S.QUEUED, S.RETRY_WAIT])
            bench.trigger("undo")
            question = await bench.dialog(ChoiceDialog)
            question._choose("keep")
            await until(lambda: not bench.has_dialog())
            assert [row.status for row in world.creations.rows.values()] == [S.CREATED, S.QUEUED, S.RETRY_WAIT]
            await until(lambda: not bench.shell.acts._scope.is_running("undo"))
            bench.trigger("undo")
            question = await bench.dialog(ChoiceDialog)
            question._choose("take_back_all")
            await until(lambda: bench.window.snackbar.text == tr("creation.taken_back", count=2), "the word")
            assert [row.status for row in world.creations.rows.values()] == [S.CREATED, S.WITHDRAWN, S.WITHDRAWN]
            bench.trigger("undo")
            await until(lambda: bench.window.snackbar.text == tr("snackbar.nothing_to_undo"))
            _imported(world, bench, [S.CREATED, S.SENDING])
            bench.trigger("undo")
            await until(lambda: bench.window.snackbar.text == tr("import.too_late"))

    run_in_qt(application, scenario)


def test_a_vault_that_fails_while_taking_back_is_said_and_the_act_stays(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            creation_id = await _asked_for(world, bench)
            get = world.creations.get

            async def broken(creation_id: str) -> Creation | None:
                raise VaultError("broken")

            world.creations.get = broken  # type: ignore[method-assign]
            bench.window.snackbar.hide()
            bench.trigger("undo")
            await until(lambda: bench.window.snackbar.text, "the word")
            world.creations.get = get  # type: ignore[method-assign]
            assert world.creations.rows[creation_id].status is S.QUEUED
            bench.trigger("undo")
            await _draft_again(world, bench, creation_id)

    run_in_qt(application, scenario)


def test_a_window_that_goes_ends_a_question_and_takes_nothing_back(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            _imported(world, bench, [S.QUEUED])
            bench.trigger("undo")
            await bench.dialog(ChoiceDialog)
        await turns()
        assert [row.status for row in world.creations.rows.values()] == [S.QUEUED]

    run_in_qt(application, scenario)


def test_what_became_of_an_older_creation_does_not_cover_what_was_done_after_it(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            creation_id = await _asked_for(world, bench)
            await _decided(bench, 3)
            said = bench.window.snackbar.text
            row = replace(world.creations.rows[creation_id], status=S.CREATED, file_uuid="u")
            world.creations.rows[creation_id] = row
            world.bus.publish(CreationsChanged(CONNECTION_ID, frozenset({creation_id})))
            bench.shell.creating.load()
            await until(lambda: bench.models.creations.rowCount() == 1 and bench.shell.creating._told == "")
            assert bench.window.snackbar.text.partition(".")[0] == said.partition(".")[0]

    run_in_qt(application, scenario)


def test_a_key_that_repeats_takes_back_one_act(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            asked, answer = [], asyncio.Event()

            async def take_back(name: str) -> Outcome:
                asked.append(name)
                await answer.wait()
                return Outcome.DONE

            for name in ("first", "second"):
                bench.shell.acts.did([name], functools.partial(take_back, name))
            for _ in range(3):
                bench.trigger("undo")
                await turns()
            answer.set()
            await turns()
            assert asked == ["second"]

    run_in_qt(application, scenario)
