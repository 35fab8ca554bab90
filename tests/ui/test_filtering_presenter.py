"""Filters and saved views at work: what the list shows, what is said of it, and that no file asked for stays hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_connection, a_file, a_key, another_connection
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.client_file import ACCEPTED, WAITING
from tns_desktop.domain.errors import SettingsNotSaved
from tns_desktop.domain.narrowing import Narrowing, Period, RowMark, SavedView, Started
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.queues import Place
from tns_desktop.ui.views.filter_dialog import FilterDialog
from tns_desktop.ui.views.palette_dialog import PaletteDialog
from tns_desktop.ui.views.views_dialog import SaveViewDialog, ViewsDialog

LOAN, ACCOUNT = "Crédit à la consommation", "Ouverture de compte"
OLD = SavedView("Old loans", WAITING, Narrowing(LOAN, started=Started(Period.OLDER, 2)))


async def filled(world: World) -> None:
    """To validate: a loan of a pensioner, an account, an old loan; accepted: a loan."""
    await world.connect()
    pensioner = replace(a_file(1), workflow_label=LOAN, profiles=("retraité",))
    old = replace(a_file(12), workflow_label=LOAN)
    accepted = replace(a_file(3, state=ACCEPTED), workflow_label=LOAN)
    world.put([pensioner, replace(a_file(2), workflow_label=ACCOUNT), old, accepted])


def chosen(bench: Bench) -> Place | None:
    return bench.window.queues.place


def strip(bench: Bench) -> str:
    files = bench.window.files
    return files._filter_words.text() if files._filter.isVisible() else ""


async def filter_by(bench: Bench, workflow: str = "", *, every_queue: bool = False) -> None:
    bench.trigger("filter")
    dialog = await bench.dialog(FilterDialog)
    dialog.workflow.setCurrentIndex(dialog.workflow.findData(workflow))
    dialog.every_queue_box.setChecked(every_queue)
    bench.click(dialog.show_button)
    await until(lambda: strip(bench) != "", "the filter")


def test_the_list_shows_what_passes_and_says_so_until_it_is_whole_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            actions = bench.window.actions_by_id
            assert (strip(bench), actions["filter"].isChecked(), actions["save_view"].isEnabled()) == ("", False, False)
            bench.trigger("filter")
            dialog = await bench.dialog(FilterDialog)
            assert [dialog.workflow.itemText(row) for row in range(dialog.workflow.count())][1:] == [LOAN, ACCOUNT]
            assert [dialog.profile.itemText(row) for row in range(dialog.profile.count())][1:] == ["retraité"]
            dialog.workflow.setCurrentIndex(1)
            dialog.period.setCurrentIndex(dialog.period.findData(Period.LAST_DAYS))
            dialog.days.setText("")
            assert not dialog.show_button.isEnabled()
            dialog.period.setCurrentIndex(dialog.period.findData(Period.BETWEEN))
            for first, last, fits in (
                ("01/11/2026", "", True),
                ("", "", False),
                ("31/02/2026", "", False),
                ("2026-11-03", "02.11.2026", False),
                ("2026-11-02", "02.11.2026", True),
            ):
                dialog.first.setText(first)
                dialog.last.setText(last)
                assert (dialog.show_button.isEnabled(), bool(dialog.error.text())) == (fits, not fits)
            assert dialog.narrowing.started == Started(Period.BETWEEN, first=date(2026, 11, 2), last=date(2026, 11, 2))
            dialog.period.setCurrentIndex(dialog.period.findData(Period.LAST_DAYS))
            dialog.days.setText("2")
            QTest.keyClick(dialog.days, Qt.Key.Key_Return)
            await bench.until_rows(1)
            assert bench.shown == [a_key(1)]
            assert "1 file" in strip(bench)
            assert LOAN in strip(bench)
            assert actions["filter"].isChecked()
            bench.trigger("filter")
            dialog = await bench.dialog(FilterDialog)
            assert (dialog.workflow.currentData(), dialog.days.text()) == (LOAN, "2")
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            assert actions["filter"].isChecked()
            bench.window.queues.choose_state(ACCEPTED)
            assert bench.shown == [a_key(3)]
            bench.trigger("clear_filter")
            bench.window.queues.choose_state(WAITING)
            await bench.until_rows(3)
            assert strip(bench) == ""

    run_in_qt(application, scenario)


def test_every_queue_can_be_looked_into_and_a_search_keeps_the_filter(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await filter_by(bench, LOAN, every_queue=True)
            assert set(bench.shown) == {a_key(1), a_key(3), a_key(12)}
            assert tr("filter.term.every_queue") in strip(bench)
            bench.window.header.search.setText("24-0003")
            assert bench.shown == [a_key(3)]
            bench.window.header.search.clear()
            assert len(bench.shown) == 3
            bench.window.queues.choose_state(ACCEPTED)
            assert bench.shown == [a_key(3)]

    run_in_qt(application, scenario)


def test_nothing_passes_and_the_way_back_is_offered(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.shell.files.narrow_list(Narrowing(marks=frozenset({RowMark.KEPT})), every_queue=False)
            empty = bench.window.files.empty
            assert tr("list.filtered_out.title") in empty.text
            empty.action_requested.emit("clear_filter")
            assert len(bench.shown) == 3

    run_in_qt(application, scenario)


def test_a_view_is_kept_found_again_and_left_with_its_queue(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.shell.files.narrow_list(OLD.narrowing, every_queue=False)
            bench.trigger("save_view")
            dialog = await bench.dialog(SaveViewDialog)
            assert not dialog.save.isEnabled()
            QTest.keyClicks(dialog.field, "Old loans")
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)
            await until(lambda: chosen(bench) == Place(view="Old loans"))
            assert bench.shown == [a_key(12)]
            assert world.desk.views.all() == [OLD]
            bench.window.queues.choose_state(ACCEPTED)
            assert (bench.shown, strip(bench)) == ([a_key(3)], "")
            bench.trigger("palette")
            palette = await bench.dialog(PaletteDialog)
            QTest.keyClicks(palette.field, "old lo")
            QTest.keyClick(palette.field, Qt.Key.Key_Return)
            await until(lambda: bench.shown == [a_key(12)])
            assert chosen(bench) == Place(view="Old loans")
            bench.trigger("clear_filter")
            assert chosen(bench) == Place(WAITING)
            assert len(bench.shown) == 3
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            row = bench.models.queues.row_of(Place(view="Old loans"))
            bench.window.queues.view.setCurrentIndex(bench.models.queues.index(row))
            assert bench.shown == [a_key(12)]

    run_in_qt(application, scenario)


def test_a_file_that_is_asked_for_is_shown_whatever_the_filter_hides(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await filter_by(bench, LOAN)
            bench.shell.bringing.show(a_key(12))
            await until(lambda: bench.shell.review.key == a_key(12))
            assert LOAN in strip(bench)
            bench.shell.bringing.show(a_key(2))
            await until(lambda: bench.shell.review.key == a_key(2))
            assert strip(bench) == ""

    run_in_qt(application, scenario)


def test_a_filter_does_not_outlive_its_connection(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await filter_by(bench, LOAN)
            bench.shell.files.show_connections([a_connection()])
            await bench.until_rows(2)
            bench.shell.files.show_connections([another_connection()])
            assert (strip(bench), bench.shell.files.narrowing.is_empty) == ("", True)

    run_in_qt(application, scenario)


def test_views_are_renamed_ordered_and_removed(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        world.desk.views.replace([OLD, replace(OLD, name="Second")])
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.window.queues.choose_view("Old loans")
            bench.trigger("views")
            dialog = await bench.dialog(ViewsDialog)
            dialog.list.item(1).setText("Old loans")
            assert dialog.error.text() == tr("views.error.twice")
            assert not dialog.save.isEnabled()
            dialog.list.item(1).setText("Mine")
            bench.click(dialog.down)
            bench.click(dialog.save)
            await until(lambda: [view.name for view in world.desk.views.all()] == ["Mine", "Old loans"])
            await turns()
            assert chosen(bench) == Place(view="Old loans")
            bench.trigger("views")
            dialog = await bench.dialog(ViewsDialog)
            dialog.list.setCurrentRow(1)
            bench.click(dialog.remove)
            bench.click(dialog.save)
            await until(lambda: chosen(bench) == Place(WAITING))
            assert bench.models.queues.row_of(Place(view="Old loans")) == -1
            assert (len(bench.shown), strip(bench)) == (3, "")

    run_in_qt(application, scenario)


def test_views_that_cannot_be_saved_are_not_shown(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            await filter_by(bench, LOAN)
            world.store.refuses = SettingsNotSaved(facts={"file": "settings.toml", "reason": "No space left"})
            bench.trigger("save_view")
            dialog = await bench.dialog(SaveViewDialog)
            dialog.field.setText("Loans")
            bench.click(dialog.save)
            await until(lambda: "No space left" in bench.window.snackbar.text)
            assert bench.models.queues.row_of(Place(view="Loans")) == -1
            assert chosen(bench) == Place(WAITING)

    run_in_qt(application, scenario)


def test_closing_the_desk_closes_the_dialog(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await filled(world)
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.trigger("filter")
            await bench.dialog(FilterDialog)
            await bench.shell.filtering.close()
            assert not bench.has_dialog()
            assert len(bench.shown) == 3

    run_in_qt(application, scenario)
