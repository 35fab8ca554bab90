"""The shell at work: the three doors, samples, copies, help, language and theme, and leaving."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_entry
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import DiskFull, EntryUnreadable, KeychainTimedOut, ServerUnreachable, VaultDamaged
from tns_desktop.services.connections import SAMPLE_CONNECTION_IDS
from tns_desktop.services.settings import LANGUAGE, THEME, WINDOW_GEOMETRY, WINDOW_SPLITTERS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.help_dialog import HelpDialog


def _type(chooser: QFileDialog, path: Path) -> None:
    """The path into the name field, then Enter: as a person who knows where."""
    field = chooser.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(field, QLineEdit)
    field.setText(str(path))
    QTest.keyClick(field, Qt.Key.Key_Return)


# --- doors ------------------------------------------------------------------------------------------------------------


def test_the_first_run_shows_three_doors(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            assert bench.window.shows_welcome

    run_in_qt(application, scenario)


def test_the_next_run_shows_the_desk(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            assert not bench.window.shows_welcome

    run_in_qt(application, scenario)


def test_the_sample_door_connects_to_the_sample_server(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.click(bench.window.welcome.doors["sample"])
            await until(lambda: not bench.window.shows_welcome)
            await until(lambda: world.synchroniser.running == [SAMPLE_CONNECTION_IDS[0]])

    run_in_qt(application, scenario)


def test_samples_of_last_time_get_a_new_server(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.click(bench.window.welcome.doors["sample"])
            await until(lambda: world.synchroniser.running)
        started = world.gates.calls.count("samples")
        async with opened_bench(world) as bench:
            await until(lambda: world.gates.calls.count("samples") == started + 1)
            await until(lambda: world.synchroniser.running == [SAMPLE_CONNECTION_IDS[0]])

    run_in_qt(application, scenario)


def test_a_sample_server_that_does_not_start_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.fail("samples", ServerUnreachable(facts={"host": "127.0.0.1"}))
        async with opened_bench(world) as bench:
            bench.click(bench.window.welcome.doors["sample"])
            await until(lambda: "127.0.0.1" in bench.window.snackbar.text)
            assert bench.window.shows_welcome

    run_in_qt(application, scenario)


def test_leaving_while_the_sample_server_starts_is_safe(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold("samples")
        async with opened_bench(world) as bench:
            bench.click(bench.window.welcome.doors["sample"])
            await until(lambda: "samples" in world.gates.calls)
        assert world.gates.cancelled == ["samples"]

    run_in_qt(application, scenario)


def test_the_archive_door_opens_what_was_chosen_and_cancelling_opens_nothing(
    application: QApplication, world: World, tmp_path: Path
) -> None:
    async def scenario() -> None:
        chosen = tmp_path / "martin.zip"
        chosen.write_bytes(b"x")
        async with opened_bench(world) as bench:
            bench.click(bench.window.welcome.doors["archive"])
            chooser = await bench.dialog(QFileDialog)
            chooser.reject()
            await until(lambda: not bench.has_dialog())
            assert bench.window.shows_welcome
            bench.trigger("open_archive")
            chooser = await bench.dialog(QFileDialog)
            _type(chooser, chosen)
            await until(lambda: bench.window.review.name.text() == "martin.zip")

    run_in_qt(application, scenario)


# --- copies -----------------------------------------------------------------------------------------------------------


async def _on_screen(world: World, bench: Bench) -> None:
    await bench.until_rows(1)
    bench.choose(a_key(1))
    await bench.until_open(a_key(1))


def _ask_for_a_copy(bench: Bench) -> None:
    bench.window.review.preview.save_copy_requested.emit()


def test_a_copy_is_written_where_the_operator_says(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await _on_screen(world, bench)
            _ask_for_a_copy(bench)
            chooser = await bench.dialog(QFileDialog)
            _type(chooser, tmp_path / "copy.pdf")
            await until(lambda: world.archives.saved)
            assert [target.name for target in world.archives.saved] == ["copy.pdf"]
            await until(lambda: bench.window.snackbar.text == tr("snackbar.saved", name="name.pdf"))

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    ("step", "error", "words"),
    [
        ("document", EntryUnreadable(facts={"name": "a.pdf", "reason": "data_cut"}), "a.pdf"),
        ("save_copy", DiskFull(facts={"path": "/media/stick"}), "/media/stick"),
    ],
)
def test_a_copy_that_fails_is_said(
    application: QApplication, world: World, tmp_path: Path, step: str, error: Exception, words: str
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(step, error)
        async with opened_bench(world) as bench:
            await _on_screen(world, bench)
            _ask_for_a_copy(bench)
            if step == "save_copy":
                chooser = await bench.dialog(QFileDialog)
                _type(chooser, tmp_path / "copy.pdf")
            await until(lambda: words in bench.window.snackbar.text)
            assert world.archives.saved == []

    run_in_qt(application, scenario)


def test_cancelling_a_copy_writes_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await _on_screen(world, bench)
            _ask_for_a_copy(bench)
            chooser = await bench.dialog(QFileDialog)
            chooser.reject()
            await until(lambda: not bench.has_dialog())
            assert "save_copy" not in world.gates.calls

    run_in_qt(application, scenario)


# --- help, language, theme, layout ------------------------------------------------------------------------------------


def test_the_help_opens_and_closes_by_key(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.trigger("help")
            dialog = await bench.dialog(HelpDialog)
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await until(lambda: not bench.has_dialog())

    run_in_qt(application, scenario)


def test_language_and_theme_are_kept_and_ask_for_a_new_window(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            rebuilds: list[bool] = []
            bench.shell.rebuild_wanted.connect(lambda: rebuilds.append(True))
            bench.trigger("language")
            bench.trigger("theme")
            assert len(rebuilds) == 2
            assert world.settings.get(LANGUAGE) == "fr"
            assert world.settings.get(THEME) == "dark"

    run_in_qt(application, scenario)


def test_the_layout_is_kept_and_nonsense_is_ignored(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.window.show_desk()
            bench.shell.save_layout()
            kept = world.settings.get(WINDOW_SPLITTERS)
            assert world.settings.get(WINDOW_GEOMETRY)
        world.settings.set(WINDOW_SPLITTERS, ["nonsense", *kept[1:]])
        world.settings.set(WINDOW_GEOMETRY, "%%%")
        async with opened_bench(world) as bench:
            assert bench.window.isVisible()

    run_in_qt(application, scenario)


# --- leaving ----------------------------------------------------------------------------------------------------------


async def _leaving(bench: Bench) -> list[bool]:
    left: list[bool] = []
    bench.shell.quit_wanted.connect(lambda: left.append(True))
    bench.window.frame.close()
    assert bench.window.isVisible()
    await turns(10)
    return left


@pytest.mark.parametrize(
    ("persistent", "status"),
    [(True, None), (True, OutboxStatus.QUEUED), (False, None), (False, OutboxStatus.CONFIRMED)],
)
def test_leaving_is_not_hindered_when_nothing_would_be_lost(
    application: QApplication, world: World, persistent: bool, status: OutboxStatus | None
) -> None:
    async def scenario() -> None:
        world.secrets.persistent = persistent
        if status is not None:
            world.outbox.rows["d-1"] = an_entry(1, status=status)
        async with opened_bench(world) as bench:
            left = await _leaving(bench)
            await until(lambda: left)
            assert not bench.has_dialog()

    run_in_qt(application, scenario)


@pytest.mark.parametrize("choice", ["quit", "stay", "escape", "enter"])
def test_leaving_without_a_keychain_asks_when_decisions_have_not_arrived(
    application: QApplication, world: World, choice: str
) -> None:
    async def scenario() -> None:
        world.secrets.persistent = False
        world.outbox.rows["d-1"] = an_entry(1, status=OutboxStatus.OUTCOME_UNKNOWN)
        async with opened_bench(world) as bench:
            left = await _leaving(bench)
            dialog = await bench.dialog(ChoiceDialog)
            assert left == []
            if choice == "escape":
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
            elif choice == "enter":
                QTest.keyClick(dialog, Qt.Key.Key_Return)
            else:
                words = {"quit": tr("quit.anyway"), "stay": tr("quit.stay")}[choice]
                bench.click(next(button for button in dialog.findChildren(QPushButton) if button.text() == words))
            await until(lambda: not bench.has_dialog())
            await turns(10)
            assert left == ([True] if choice == "quit" else [])

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    ("step", "error"),
    [("keychain", KeychainTimedOut()), ("outbox", VaultDamaged(facts={"path": "/vault"}))],
    ids=["timeout", "error"],
)
def test_a_store_that_does_not_answer_holds_nobody(
    application: QApplication, world: World, step: str, error: Exception
) -> None:
    async def scenario() -> None:
        world.secrets.persistent = False
        async with opened_bench(world) as bench:
            await turns(10)
            world.gates.fail(step, error)
            left = await _leaving(bench)
            await until(lambda: left)

    run_in_qt(application, scenario)


def test_asking_twice_shows_one_question(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.secrets.persistent = False
        world.outbox.rows["d-1"] = an_entry(1)
        async with opened_bench(world) as bench:
            bench.shell.ask_to_quit()
            await bench.dialog(ChoiceDialog)
            bench.shell.ask_to_quit()
            await turns(10)
            await until(lambda: len([d for d in bench.window.findChildren(ChoiceDialog) if d.isVisible()]) == 1)

    run_in_qt(application, scenario)


def test_what_has_no_words_goes_to_the_crash_reporter(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            world.gates.fail(("open", a_key(1)), ZeroDivisionError())
            bench.choose(a_key(1))
            await until(lambda: bench.crashes)
            assert [type(error) for error in bench.crashes] == [ZeroDivisionError]
            bench.crashes.clear()

    run_in_qt(application, scenario)
