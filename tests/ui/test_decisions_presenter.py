"""Decisions at work: bound to what was on screen, told truthfully, taken back while they can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID, OPERATOR, a_connection, a_file, a_key, an_entry, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import ArchiveProblem, EntryRole
from tns_desktop.domain.client_file import ACCEPTED, PENDING, SUSPENDED, WAITING, ClientFileState
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.decision import DecisionBlock, OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import DiskFull, VaultDamaged
from tns_desktop.services.events import ClientFilesChanged, OutboxChanged
from tns_desktop.services.settings import ASK_BEFORE_ACCEPTING
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.queues import OUTBOX, Place
from tns_desktop.ui.views.reject_dialog import RejectDialog

GRACE = timedelta(seconds=10)


async def _opened(world: World, bench: Bench, number: int = 1) -> None:
    await bench.until_rows(sum(item.state.awaits_validation for item in world.client_files.files.values()))
    bench.choose(a_key(number))
    await bench.until_open(a_key(number))


async def _at_work(world: World, count: int = 3, connection: Connection | None = None) -> None:
    await world.connect(connection)
    world.settings.override(ASK_BEFORE_ACCEPTING, False)
    world.put([a_file(number) for number in range(1, count + 1)])


def _snackbar_button(bench: Bench) -> QPushButton:
    return bench.window.snackbar.findChildren(QPushButton)[0]


# --- the bar ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "block"),
    [
        (PENDING, DecisionBlock.STATE_PENDING),
        (SUSPENDED, DecisionBlock.STATE_SUSPENDED),
        (ACCEPTED, DecisionBlock.STATE_CLOSED),
        (ClientFileState("ARCHIVING"), DecisionBlock.STATE_UNKNOWN),
    ],
)
def test_the_bar_says_why_there_is_nothing_to_decide(
    application: QApplication, world: World, state: ClientFileState, block: DecisionBlock
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1, state=state)])
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.queues.row_of(Place(state)) >= 0)
            bench.window.queues.choose_state(state)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            assert bench.window.review.bar.sentence.text() == tr(f"bar.block.{block.value}")
            assert not bench.window.review.bar.accept.isEnabled()
            assert not bench.window.review.bar.reject.isEnabled()
            bench.trigger("accept")
            bench.trigger("reject")
            await turns(10)
            assert (bench.decided, bench.has_dialog()) == (0, False)

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    ("signed", "in_archive", "archiving"),
    [
        (True, False, "will_archive"),
        (False, True, "nothing_to_archive"),
        (None, True, "will_archive"),
        (None, False, "nothing_to_archive"),
    ],
)
def test_the_bar_says_before_the_click_what_acceptance_does(
    application: QApplication, world: World, signed: bool | None, in_archive: bool, archiving: str
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1, signed=signed)])
        index = an_index(1)
        if not in_archive:
            entries = tuple(replace(entry, role=EntryRole.SUPPORTING_DOCUMENT) for entry in index.entries)
            world.archives.indexes[a_key(1)] = replace(index, entries=entries)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            assert bench.window.review.bar.sentence.text() == tr(f"bar.archiving.{archiving}")
            assert bench.window.review.bar.accept.isEnabled()

    run_in_qt(application, scenario)


def test_the_bar_waits_for_the_archive(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 1)
        gate = world.gates.hold(("open", a_key(1)))
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            assert bench.window.review.bar.sentence.text() == tr("bar.block.nothing_selected")
            bench.choose(a_key(1))
            assert bench.window.review.bar.sentence.text() == tr("bar.block.archive_not_reviewed")
            bench.trigger("accept")
            gate.set()
            await bench.until_open(a_key(1))
            assert bench.decided == 0

    run_in_qt(application, scenario)


def test_other_reasons_stand_in_the_bar_too(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 3, a_connection(read_only=True))
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            assert bench.window.review.bar.sentence.text() == tr("bar.block.read_only")

    run_in_qt(application, scenario)


def test_a_workflow_that_validates_by_itself_leaves_nothing_to_decide(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([replace(a_file(1), validation_mode="AUTO")])
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            await until(lambda: bench.window.review.bar.sentence.text() == tr("bar.block.validation_automatic"))

    run_in_qt(application, scenario)


def test_an_archive_of_another_file_is_said_in_the_bar(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world, 1)
        world.archives.indexes[a_key(1)] = replace(an_index(1), problems=(ArchiveProblem.REPORT_OF_ANOTHER_FILE,))
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            assert bench.window.review.bar.sentence.text() == tr("bar.block.archive_of_another_file")

    run_in_qt(application, scenario)


# --- accepting --------------------------------------------------------------------------------------------------------


def test_accepting_writes_one_decision_on_what_was_on_screen_and_goes_on(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 2)
            bench.trigger("accept")
            await until(lambda: bench.decided)
            (entry,) = world.outbox.rows.values()
            decision = entry.decision
            assert (decision.key, decision.verdict, decision.reviewed_state) == (
                a_key(2),
                Verdict.ACCEPT,
                a_file(2).state,
            )
            assert (decision.archive_sha256, decision.archive_etag) == (an_index(2).sha256, "etag-1")
            assert decision.operator == OPERATOR
            assert decision.send_after - decision.decided_at == GRACE
            # The next file that needs a decision is on screen meanwhile, and the row says what happened.
            await bench.until_open(a_key(1))
            assert "Diallo, Awa" in bench.window.snackbar.text
            await until(lambda: bench.models.files.file_of(a_key(2)).pending)  # type: ignore[union-attr]
            assert world.sender.woken

    run_in_qt(application, scenario)


def test_a_key_that_repeats_decides_once(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        gate = world.gates.hold("insert")
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            for _ in range(5):
                bench.trigger("accept")
                await turns()
            gate.set()
            await bench.until_open(a_key(2))
            assert bench.decided == 1
            assert world.gates.cancelled == []
            assert "Roux, Jean" in bench.window.snackbar.text

    run_in_qt(application, scenario)


def test_deciding_the_next_file_while_the_disk_is_slow_loses_neither(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        gate = world.gates.hold("insert")
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await turns()
            bench.trigger("next_file")
            await bench.until_open(a_key(2))
            bench.trigger("accept")
            await turns()
            gate.set()
            await until(lambda: bench.decided == 2)
            assert {entry.key for entry in world.outbox.rows.values()} == {a_key(2), a_key(3)}

    run_in_qt(application, scenario)


def test_a_decision_that_cannot_be_written_is_not_taken(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.gates.fail("insert", DiskFull(facts={"path": "/vault"}))
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            bench.trigger("accept")
            await until(lambda: "/vault" in bench.window.snackbar.text)
            assert bench.decided == 0
            assert bench.shell.review.key == a_key(1)
            assert bench.window.review.bar.accept.isEnabled()

    run_in_qt(application, scenario)


def test_skipping_goes_to_the_next_file_that_needs_a_decision(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.outbox.rows["d-2"] = an_entry(2)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("skip")
            await bench.until_open(a_key(1))
            assert bench.decided == 1

    run_in_qt(application, scenario)


# --- rejecting --------------------------------------------------------------------------------------------------------


async def _rejecting(bench: Bench, *, cause: str = "Expired", message: str = "Please send another.") -> RejectDialog:
    bench.trigger("reject")
    dialog = await bench.dialog(RejectDialog)
    dialog.cause.setEditText(cause)
    dialog.message.setPlainText(message)
    dialog.note.setPlainText("only here")
    return dialog


@pytest.mark.parametrize(("cause", "message"), [("", "Please."), ("Expired", ""), ("  ", "\n"), ("", "")])
def test_rejecting_needs_a_cause_and_a_message(
    application: QApplication, world: World, cause: str, message: str
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            dialog = await _rejecting(bench, cause=cause, message=message)
            bench.click(dialog.confirm)
            assert dialog.isVisible()
            assert dialog.error.isVisible()
            assert dialog.error.text() == tr("reject.incomplete")
            assert (dialog.cause.property("invalid") == "true") is (not cause.strip())
            assert (dialog.message.property("invalid") == "true") is (not message.strip())
            assert bench.decided == 0

    run_in_qt(application, scenario)


def test_no_cause_is_chosen_beforehand_and_the_known_ones_are_offered(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.put([a_file(8, state=ClientFileState("REJECTED"), cause="Mauvaise qualité")])
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            bench.trigger("reject")
            dialog = await bench.dialog(RejectDialog)
            assert dialog.cause.currentText() == ""
            offered = [dialog.cause.itemText(position) for position in range(dialog.cause.count())]
            assert offered[0] == "Mauvaise qualité"
            assert tr("reject.suggested.expired_document") in offered
            dialog.reject()

    run_in_qt(application, scenario)


def test_rejecting_writes_cause_message_and_note(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            dialog = await _rejecting(bench)
            bench.click(dialog.confirm)
            await until(lambda: bench.decided)
            (entry,) = world.outbox.rows.values()
            decision = entry.decision
            assert (decision.verdict, decision.cause, decision.message, decision.internal_note) == (
                Verdict.REJECT,
                "Expired",
                "Please send another.",
                "only here",
            )
            assert decision.archive_sha256 == an_index(3).sha256
            await bench.until_open(a_key(2))

    run_in_qt(application, scenario)


def test_cancelling_the_dialog_decides_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            dialog = await _rejecting(bench)
            bench.trigger("reject")
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            await turns(10)
            assert bench.decided == 0
            assert bench.shell.review.key == a_key(1)

    run_in_qt(application, scenario)


def test_leaving_closes_the_dialog_and_decides_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            await _rejecting(bench)
        assert world.outbox.rows == {}

    run_in_qt(application, scenario)


@pytest.mark.parametrize("change", ["state", "data", "decided_elsewhere", "archive", "another_file"])
def test_a_file_that_changes_while_the_dialog_is_open_is_not_decided(
    application: QApplication, world: World, change: str
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            dialog = await _rejecting(bench)
            before = bench.models.files.file_of(a_key(1))
            if change == "state":
                world.set_state(a_key(1), ACCEPTED)
                await until(lambda: bench.models.files.file_of(a_key(1)) != before)
            elif change == "data":
                world.put([replace(a_file(1), participants=())], tell=True)
                await until(lambda: bench.models.files.file_of(a_key(1)) != before)
            elif change == "decided_elsewhere":
                world.outbox.rows["d-1"] = an_entry(1)
                world.bus.publish(ClientFilesChanged(CONNECTION_ID, frozenset({a_key(1)})))
                await until(lambda: bench.models.files.file_of(a_key(1)) != before)
            elif change == "archive":
                world.archives.indexes[a_key(1)] = an_index(55)
                bench.shell.review.fetch_again()
                await until(lambda: bench.shell.review.archive is not None)
            else:
                bench.choose(a_key(2))
                await bench.until_open(a_key(2))
            bench.click(dialog.confirm)
            await until(lambda: "changed" in bench.window.snackbar.text)
            await turns(10)
            assert [entry for entry in world.outbox.rows.values() if entry.decision.verdict is Verdict.REJECT] == []

    run_in_qt(application, scenario)


def test_a_mark_of_the_list_is_no_change_of_the_file(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            dialog = await _rejecting(bench)
            world.blobs.kept_keys.add(a_key(1))
            world.bus.publish(ClientFilesChanged(CONNECTION_ID, frozenset({a_key(1)})))
            await until(lambda: bench.models.files.file_of(a_key(1)).archive_kept)  # type: ignore[union-attr]
            bench.click(dialog.confirm)
            await until(lambda: bench.decided == 1)

    run_in_qt(application, scenario)


def test_a_store_that_fails_before_the_dialog_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            world.gates.fail(("load", CONNECTION_ID), VaultDamaged(facts={"path": "/vault"}))
            bench.trigger("reject")
            await until(lambda: "/vault" in bench.window.snackbar.text)
            assert not bench.has_dialog()

    run_in_qt(application, scenario)


# --- taking back ------------------------------------------------------------------------------------------------------


def test_a_decision_is_taken_back_within_its_grace_and_its_file_returns(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await bench.until_open(a_key(2))
            assert "Leaves in 11 s" in bench.window.snackbar.text or "Leaves in 10 s" in bench.window.snackbar.text
            bench.click(_snackbar_button(bench))
            await bench.until_open(a_key(3))
            (entry,) = world.outbox.rows.values()
            assert entry.status is OutboxStatus.WITHDRAWN
            await until(lambda: bench.window.review.bar.accept.isEnabled())

    run_in_qt(application, scenario)


def test_undoing_twice_takes_back_the_two_newest(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await bench.until_open(a_key(2))
            bench.trigger("accept")
            await bench.until_open(a_key(1))
            bench.trigger("undo")
            await bench.until_open(a_key(2))
            bench.trigger("undo")
            await bench.until_open(a_key(3))
            assert {entry.status for entry in world.outbox.rows.values()} == {OutboxStatus.WITHDRAWN}
            bench.trigger("undo")
            assert bench.window.snackbar.text == tr("snackbar.nothing_to_undo")

    run_in_qt(application, scenario)


def test_an_undo_key_that_repeats_says_nothing_wrong(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await bench.until_open(a_key(2))
            gate = world.gates.hold("update")
            for _ in range(3):
                bench.trigger("undo")
                await turns()
            gate.set()
            await bench.until_open(a_key(3))
            assert bench.window.snackbar.text != tr("snackbar.too_late")

    run_in_qt(application, scenario)


def test_too_late_says_so_and_shows_the_way_to_the_outbox(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await bench.until_open(a_key(2))
            _move(world, OutboxStatus.SENDING, maybe_carried_out=True)
            bench.trigger("undo")
            await until(lambda: bench.window.snackbar.text == tr("snackbar.too_late"))
            bench.click(_snackbar_button(bench))
            assert bench.window.shows_outbox

    run_in_qt(application, scenario)


# --- telling ----------------------------------------------------------------------------------------------------------


def _move(world: World, *steps: OutboxStatus, **changes: object) -> OutboxEntry:
    """What the sender does with the one decision there is."""
    (entry,) = world.outbox.rows.values()
    for step in steps:
        entry = entry.moved_to(step, world.clock.now(), **changes)
        world.outbox.rows[entry.decision.decision_id] = entry
        world.bus.publish(OutboxChanged(entry))
    return entry


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((OutboxStatus.SENDING,), "Sending"),
        ((OutboxStatus.SENDING, OutboxStatus.SENT), "Being confirmed"),
        ((OutboxStatus.SENDING, OutboxStatus.SENT, OutboxStatus.CONFIRMED), "confirmed by the server"),
        ((OutboxStatus.SENDING, OutboxStatus.RETRY_WAIT), "will retry"),
        ((OutboxStatus.SENDING, OutboxStatus.OUTCOME_UNKNOWN), "outcome unknown"),
        ((OutboxStatus.SENDING, OutboxStatus.CONFLICT), "conflict"),
        ((OutboxStatus.SENDING, OutboxStatus.REFUSED), "refused"),
    ],
)
def test_every_step_of_a_decision_is_told(
    application: QApplication, world: World, steps: tuple[OutboxStatus, ...], words: str
) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await bench.until_open(a_key(2))
            entry = _move(world, *steps)
            assert words in bench.window.snackbar.text
            assert "Roux, Jean" in bench.window.snackbar.text
            queue = bench.models.queues.row_at(bench.models.queues.row_of(OUTBOX))
            assert queue is not None
            assert queue.count == (0 if entry.status.is_final else 1)
            assert queue.alarm == (1 if entry.status.needs_a_person else 0)

    run_in_qt(application, scenario)


def test_the_countdown_runs_and_then_waits(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench, 3)
            bench.trigger("accept")
            await until(lambda: "Leaves in" in bench.window.snackbar.text)
            world.clock.advance(6)
            await until(lambda: "Leaves in 5 s" in bench.window.snackbar.text)
            world.clock.advance(6)
            await until(lambda: "Waiting to be sent" in bench.window.snackbar.text)

    run_in_qt(application, scenario)


# --- the outbox -------------------------------------------------------------------------------------------------------


def test_the_outbox_shows_what_was_there_and_its_buttons_work(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.outbox.rows["d-2"] = an_entry(2, status=OutboxStatus.CONFLICT)
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.outbox.rowCount() == 1)
            bench.trigger("outbox")
            assert bench.window.shows_outbox
            view = bench.window.outbox
            assert view.send_again.isVisible()
            assert view.withdraw.text() == tr("outbox.drop")
            bench.click(view.send_again)
            await until(lambda: world.outbox.rows["d-2"].status is OutboxStatus.QUEUED)
            assert world.outbox.rows["d-2"].override_conflict
            await until(view.withdraw.isVisible)
            bench.click(view.withdraw)
            await until(lambda: world.outbox.rows["d-2"].status is OutboxStatus.WITHDRAWN)
            await until(lambda: not view.withdraw.isVisible())

    run_in_qt(application, scenario)


def test_a_step_that_is_not_possible_any_more_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.outbox.rows["d-2"] = an_entry(2)
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.outbox.rowCount() == 1)
            bench.trigger("outbox")
            world.outbox.rows["d-2"] = an_entry(2, status=OutboxStatus.SENT)
            bench.click(bench.window.outbox.withdraw)
            await until(lambda: bench.window.snackbar.text)
            assert world.outbox.rows["d-2"].status is OutboxStatus.SENT

    run_in_qt(application, scenario)


def test_the_outbox_leads_to_the_file(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.outbox.rows["d-2"] = an_entry(2)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.trigger("outbox")
            await until(lambda: bench.window.outbox.current_entry() is not None)
            bench.click(bench.window.outbox.show_file)
            await bench.until_open(a_key(2))
            assert not bench.window.shows_outbox
            assert bench.window.review.bar.sentence.text() == tr("outbox.sentence.queued")

    run_in_qt(application, scenario)


def test_a_conflict_shows_both_sides_and_leads_back_to_a_fresh_review(application: QApplication, world: World) -> None:
    """What was decided is dropped, the archive is fetched anew, and the file is before the operator."""
    entry = replace(
        an_entry(2, status=OutboxStatus.CONFLICT),
        observed_state=WAITING,
        error_code="archive_changed",
        server_message="replaced at noon",
    )

    async def scenario() -> None:
        await _at_work(world)
        world.outbox.rows["d-2"] = entry
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.trigger("outbox")
            view = bench.window.outbox
            await until(lambda: view.current_entry() is not None)
            assert entry.decision.archive_sha256[:16] in view.decided.text
            assert tr("outbox.reason.archive_changed") in view.shown.text
            assert "replaced at noon" in view.shown.text
            bench.click(view.review_again)
            await until(lambda: world.outbox.rows["d-2"].status is OutboxStatus.WITHDRAWN)
            await bench.until_open(a_key(2))
            assert ("fetch", a_key(2)) in world.gates.calls
            assert not bench.window.shows_outbox
            assert bench.window.review.bar.accept.isEnabled()

    run_in_qt(application, scenario)


def test_a_conflict_that_moved_meanwhile_is_not_dropped(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _at_work(world)
        world.outbox.rows["d-2"] = an_entry(2, status=OutboxStatus.CONFLICT)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.trigger("outbox")
            await until(lambda: bench.window.outbox.current_entry() is not None)
            world.outbox.rows["d-2"] = an_entry(2, status=OutboxStatus.SENDING)
            bench.click(bench.window.outbox.review_again)
            await until(lambda: bench.window.snackbar.text)
            assert world.outbox.rows["d-2"].status is OutboxStatus.SENDING
            assert bench.shell.review.key is None

    run_in_qt(application, scenario)
