"""Handing over from the window: the wish, the rule, the log, and what is said when it does not work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID, a_file, a_key
from tests.support.handovers import a_handover
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.errors import SettingsNotSaved, VaultError
from tns_desktop.domain.handover import CsvIndex, HandoverRule, HandoverStatus, Layout, Schedule
from tns_desktop.domain.handover_errors import HandoverFolderGone
from tns_desktop.services.events import HandoverChanged
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.views.handover_dialog import HandoverDialog
from tns_desktop.ui.views.handover_log import FILE, STATUS, HandoverLog
from tns_desktop.ui.views.handover_words import status_words


def set_up(world: World, folder: Path) -> None:
    world.handing_over.handovers.rules.save(HandoverRule(CONNECTION_ID, str(folder)))


def dialog_of(bench: Bench, kind: type[Any]) -> Any:
    return next((found for found in bench.window.findChildren(kind) if found.isVisible()), None)


async def opened(bench: Bench, action: str, kind: type[Any]) -> Any:
    bench.trigger(action)
    await until(lambda: dialog_of(bench, kind) is not None, action)
    return dialog_of(bench, kind)


# --- the wish ---------------------------------------------------------------------------------------------------------


def test_the_selection_is_planned_once(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        set_up(world, tmp_path)
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.trigger("hand_over")
            assert bench.window.snackbar.text == tr("handover.nothing_selected")
            bench.window.files.view.selectAll()
            bench.trigger("hand_over")
            await until(lambda: bench.window.snackbar.text == tr("handover.planned", count=2))
            assert {row.key for row in world.handovers.rows.values()} == {a_key(1), a_key(2)}
            bench.trigger("hand_over")
            await until(lambda: bench.window.snackbar.text == tr("handover.under_way"))
            for name, row in world.handovers.rows.items():
                done = replace(row, status=HandoverStatus.DONE, delivered=True, folder=str(tmp_path), state="WAITING")
                world.handovers.rows[name] = done
            bench.trigger("hand_over")
            await until(lambda: bench.window.snackbar.text == tr("handover.already", count=2))

    run_in_qt(application, scenario)


def test_without_a_rule_the_way_to_one_is_offered(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            bench.trigger("hand_over")
            await until(lambda: bench.window.snackbar.text == tr("handover.no_rule"))
            bench.window.snackbar.action_requested.emit("handover_rules")
            await until(lambda: dialog_of(bench, HandoverDialog) is not None)
            dialog_of(bench, HandoverDialog).reject()

    run_in_qt(application, scenario)


def test_a_vault_that_fails_is_said(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        set_up(world, tmp_path)

        async def fail(_rows: Sequence[object]) -> list[Any]:
            raise VaultError("broken")

        world.handovers.insert = fail  # type: ignore[method-assign,assignment]
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            bench.trigger("hand_over")
            await until(lambda: bench.window.snackbar.text == message_for(VaultError()).sentence)

    run_in_qt(application, scenario)


# --- what becomes of it -----------------------------------------------------------------------------------------------


def test_the_review_says_where_the_file_went(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(a_key(1))
            await until(lambda: bench.shell.review.key == a_key(1))
            await turns()
            assert bench.window.review.handover.isHidden()
            row = replace(
                a_handover(), key=a_key(1), folder="/depot", place="2026/x", updated_at=a_handover().planned_at
            )
            day = row.planned_at - timedelta(days=3)  # what follows the delivery took its time
            line = {"handed_over_at": day.isoformat()}
            for shown, word in (
                (row, tr("handover.line.planned")),
                (replace(row, status=HandoverStatus.DONE, delivered=True), "/depot/2026/x"),
                (replace(row, status=HandoverStatus.FAILED, delivered=True, line=line), formatting.date_time(day)),
                (
                    replace(row, error_code="handover_folder_full", not_before=row.planned_at),
                    tr("error.handover_folder_full.title"),
                ),
            ):
                world.handovers.rows["h1"] = shown
                world.bus.publish(HandoverChanged(shown))
                await until(lambda word=word: word in bench.window.review.handover.text())  # type: ignore[misc]
            bench.choose(a_key(2))
            await until(lambda: bench.window.review.handover.isHidden())

    run_in_qt(application, scenario)


def test_a_failure_is_said_and_leads_to_the_log(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            failed = replace(
                a_handover(),
                status=HandoverStatus.FAILED,
                display_id="24-0001",
                error_code="handover_refused",
                error_facts={"reason": "no_signed_document", "name": "24-0001"},
            )
            world.handovers.rows["h1"] = failed
            world.bus.publish(HandoverChanged(failed))
            title = tr("error.handover_refused.title")
            assert bench.window.snackbar.text == tr("handover.failed", id="24-0001", title=title)
            bench.window.snackbar.action_requested.emit("handover_log")
            await until(lambda: dialog_of(bench, HandoverLog) is not None)
            log = dialog_of(bench, HandoverLog)
            assert tr("reason.no_signed_document") in log.words.text()
            dialog_of(bench, HandoverLog).accept()

    run_in_qt(application, scenario)


def test_the_log_tries_again_drops_and_repeats(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        failed = replace(a_handover(), status=HandoverStatus.FAILED, key=a_key(1))
        world.handovers.rows["h1"] = failed
        async with opened_bench(world) as bench:
            log = await opened(bench, "handover_log", HandoverLog)
            assert (log.try_again.isHidden(), log.drop.isHidden(), log.repeat.isHidden()) == (False, False, True)
            log.try_again.click()
            await until(lambda: world.handovers.rows["h1"].status is HandoverStatus.PLANNED)
            await until(lambda: log.current() is not None and log.current().status is HandoverStatus.PLANNED)
            log.drop.click()
            await until(lambda: world.handovers.rows["h1"].status is HandoverStatus.DROPPED)
            await until(lambda: log.drop.isHidden())
            done = replace(failed, status=HandoverStatus.DONE, delivered=True)
            world.handovers.rows["h1"] = done
            world.bus.publish(HandoverChanged(done))
            await until(lambda: not log.repeat.isHidden())
            log.repeat.click()
            await until(lambda: len(world.handovers.rows) == 2)
            log.try_again_requested.emit("nothing of that name")
            await until(lambda: bench.window.snackbar.text == tr("error.illegal_transition.sentence"))
            log.accept()
            await until(lambda: dialog_of(bench, HandoverLog) is None)

    run_in_qt(application, scenario)


def test_what_was_left_to_a_person_is_said_at_the_start(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.handovers.rows["h1"] = replace(a_handover(), status=HandoverStatus.FAILED)
        async with opened_bench(world) as bench:
            await until(lambda: bench.window.snackbar.text == tr("handover.need_you", count=1))

    run_in_qt(application, scenario)


def test_an_empty_log_says_how_to_begin(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            log = await opened(bench, "handover_log", HandoverLog)
            assert not log.empty.isHidden()
            assert log.table.isHidden()
            log.rules.click()
            await until(lambda: log.findChildren(HandoverDialog) != [])
            log.findChildren(HandoverDialog)[0].reject()
            log.accept()

    run_in_qt(application, scenario)


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_a_rule_is_set_up_tried_and_saved(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            dialog = await opened(bench, "handover_rules", HandoverDialog)
            assert not dialog.on_acceptance.isChecked()
            assert dialog.remove.isHidden()
            assert "2026-03" in dialog.sample.text()
            dialog.template.setText("{last_name}/{nobody}")
            assert dialog.sample.text() == ""
            assert dialog._errors["template"][0].text() == tr("handover.error.unknown_placeholder", name="nobody")
            dialog.template.setText("{last_name}: {id}")
            assert dialog.sample.text() == tr("handover.sample", path="Martin_ 24-0117")
            dialog.folder.setText("relative")
            dialog.try_folder.click()
            await until(lambda: dialog._errors["folder"][0].text() == tr("handover.error.not_absolute"))
            dialog.folder.setText(str(tmp_path / "none"))
            dialog.save.click()
            await until(lambda: str(tmp_path / "none") in dialog._errors["folder"][0].text())
            dialog.folder.setText(str(tmp_path))
            dialog.try_folder.click()
            await until(lambda: dialog.tried.text() == tr("handover.tried"))
            dialog.on_acceptance.setChecked(True)
            dialog.schedule.setCurrentIndex(1)
            dialog.when.setText("25:00")
            dialog.save.click()
            await until(lambda: dialog._errors["schedule"][0].text() == tr("handover.error.time", name=""))
            dialog.when.setText("7:30")
            dialog.with_command.setChecked(True)
            dialog.command.setPlainText("take.bat")
            dialog.save.click()
            await until(lambda: dialog._errors["command"][0].text() == tr("handover.error.batch", name=""))
            dialog.command.setPlainText("/bin/true\n{archive}")
            dialog.layout_choice.setCurrentIndex(2)
            dialog.csv.setCurrentIndex(0)
            dialog.save.click()
            await until(lambda: bench.window.snackbar.text == tr("handover.saved"))
            rule = world.handing_over.handovers.rules.of(CONNECTION_ID)
            assert rule is not None
            assert (rule.folder, rule.template, rule.layout) == (str(tmp_path), "{last_name}: {id}", Layout.SIGNED)
            assert (rule.schedule, rule.csv) == (Schedule(hour=7, minute=30), CsvIndex.NONE)
            assert (rule.command, rule.on_acceptance) == (("/bin/true", "{archive}"), True)
            await turns(10)
            again = await opened(bench, "handover_rules", HandoverDialog)
            assert (again.folder.text(), again.when.text(), again.command.isEnabled()) == (str(tmp_path), "07:30", True)
            again.remove.click()
            await until(lambda: world.handing_over.handovers.rules.of(CONNECTION_ID) is None)

    run_in_qt(application, scenario)


def test_a_rule_that_cannot_be_kept_is_said_and_the_dialog_stays(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        await world.connect()
        error = SettingsNotSaved("full", facts={"file": "settings.toml", "reason": "no_room"})
        async with opened_bench(world) as bench:
            dialog = await opened(bench, "handover_rules", HandoverDialog)
            dialog.folder.setText(str(tmp_path))

            def fail(_values: object) -> None:
                raise error

            world.store.save = fail  # type: ignore[method-assign,assignment]
            dialog.save.click()
            await until(lambda: message_for(error).title in dialog.problem.text)
            assert dialog.isVisible()
            dialog.reject()

    run_in_qt(application, scenario)


def test_a_folder_that_does_not_answer_holds_nobody(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            dialog = await opened(bench, "handover_rules", HandoverDialog)
            hanging = asyncio.Event()

            async def hang(_folder: Path) -> None:
                await hanging.wait()
                raise HandoverFolderGone("late", facts={"path": "x", "reason": "path_gone"})

            world.handing_over.handovers.prepare_folder = hang  # type: ignore[method-assign,assignment]
            dialog.folder.setText(str(tmp_path))
            dialog.try_folder.click()
            await until(lambda: dialog.tried.text() == tr("handover.trying"))
            dialog.reject()
            await until(lambda: dialog_of(bench, HandoverDialog) is None)
            hanging.set()
            await turns()

    run_in_qt(application, scenario)


def test_what_was_handed_over_and_then_left_is_not_said_to_be_missing(application: QApplication) -> None:
    left = a_handover(status=HandoverStatus.DROPPED)
    assert status_words(left) == tr("handover.status.dropped")
    assert status_words(replace(left, delivered=True)) == tr("handover.status.dropped_delivered")


def test_only_what_has_gone_on_is_written_anew_in_the_log(application: QApplication, qtbot: QtBot) -> None:
    log = HandoverLog()
    qtbot.addWidget(log)
    first, second, third = (a_handover(number, display_id=f"24-{number}") for number in (1, 2, 3))
    log.show_rows([first, second, third])
    kept, changed = log.table.item(0, STATUS), log.table.item(1, STATUS)
    done = replace(second, status=HandoverStatus.DONE)
    log.show_rows([first, done, third])
    assert log.table.item(0, STATUS) is kept
    assert log.table.item(1, STATUS) is not changed
    assert [_text(log, row, STATUS) for row in range(3)] == [status_words(one) for one in (first, done, third)]
    log.show_rows([done])
    assert log.table.rowCount() == 1
    log.show_rows([done, first])
    assert "24-1" in _text(log, 1, FILE)


def _text(log: HandoverLog, row: int, column: int) -> str:
    item = log.table.item(row, column)
    assert item is not None
    return item.text()
