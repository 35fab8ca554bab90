"""Keep offline, read ahead, fetch when the server answers: what the window asks for and what it says."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication, QLabel

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_connection, a_file, a_key
from tests.support.windows import run_in_qt, until
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.errors import DecisionsUnfinished, DiskFull, ServerFailed, ServerUnreachable
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.services.events import ArchiveStored, OfflineProgressed, RoomExhausted
from tns_desktop.services.settings import KEEP_NEXT_FILES, PREFETCH_FILES
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.views.keep_next_dialog import KeepNextDialog

NUMBERS = range(1, 6)


def file_of(bench: Bench, key: ClientFileKey) -> ProjectedFile:
    row = bench.models.files.file_of(key)
    assert row is not None
    return row


def test_the_shown_list_is_kept_but_for_what_is_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(number) for number in NUMBERS])
        world.blobs.kept_keys.add(a_key(2))
        async with opened_bench(world) as bench:
            await bench.until_rows(5)
            bench.trigger("keep_offline")
            await until(lambda: set(world.prefetcher.asked) == {a_key(number) for number in (1, 3, 4, 5)})
            assert world.blobs.wanted == {a_key(number) for number in NUMBERS}
            assert bench.window.snackbar.text == tr("offline.on_purpose", count=5)

    run_in_qt(application, scenario)


def test_a_list_that_is_kept_already_says_so_and_can_be_let_go_of(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.blobs.kept_keys.add(a_key(1))
        world.blobs.wanted.add(a_key(1))
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("keep_offline")
            assert world.prefetcher.asked == []
            assert bench.window.snackbar.text == tr("offline.nothing_missing")
            bench.window.snackbar.action_requested.emit("let_go")
            await until(lambda: bench.window.snackbar.text == tr("offline.gone", count=1))
            assert world.blobs.wanted == set()

    run_in_qt(application, scenario)


def test_a_file_that_is_here_by_chance_is_kept_on_purpose_with_its_list(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.blobs.kept_keys.add(a_key(1))
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("keep_offline")
            await until(lambda: world.blobs.wanted == {a_key(1)})
            assert world.prefetcher.asked == []

    run_in_qt(application, scenario)


def test_the_key_keeps_the_selected_files_of_each_connection_and_lets_go_of_them_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        other = a_connection(connection_id="c2", label="Other")
        await world.connect(other)
        await world.connect()
        world.desk.connections.choose_all()
        theirs = ClientFileKey("c2", a_key(1).uuid)
        world.put([a_file(1), replace(a_file(1), key=theirs)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.window.files.view.selectAll()
            bench.trigger("keep_file")
            await until(lambda: all(file_of(bench, key).kept_on_purpose for key in (a_key(1), theirs)))
            assert set(world.prefetcher.asked) == {a_key(1), theirs}
            bench.trigger("keep_file")
            await until(lambda: not any(file_of(bench, key).kept_on_purpose for key in (a_key(1), theirs)))
            assert world.prefetcher.asked == []
            assert bench.window.snackbar.text == tr("offline.gone", count=2)

    run_in_qt(application, scenario)


def test_without_a_choice_the_key_says_what_is_missing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("keep_file")
            assert bench.window.snackbar.text == tr("offline.no_file")
            assert world.blobs.wanted == set()

    run_in_qt(application, scenario)


def test_the_rows_menu_offers_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            names = [action.objectName() for action in bench.window.files.view.actions()]
            assert {"keep_file", "keep_next", "keep_offline"} <= set(names)

    run_in_qt(application, scenario)


def test_the_next_files_are_kept_from_the_one_on_screen_on_and_their_number_is_remembered(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(number) for number in NUMBERS])
        async with opened_bench(world) as bench:
            await bench.until_rows(5)
            shown = bench.shown
            bench.choose(shown[1])
            await bench.until_open(shown[1])
            bench.trigger("keep_next")
            dialog = await bench.dialog(KeepNextDialog)
            assert dialog.number == KEEP_NEXT_FILES.default
            dialog.set_number(0)
            assert not dialog.keep.isEnabled()
            dialog.set_number(2)
            bench.click(dialog.keep)
            await until(lambda: world.blobs.wanted == set(shown[1:3]))
            assert world.settings.get(KEEP_NEXT_FILES) == 2

    run_in_qt(application, scenario)


def test_the_dialog_can_be_left_and_an_empty_list_asks_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            bench.trigger("keep_next")
            assert bench.window.snackbar.text == tr("offline.nothing_to_do")
            assert not bench.has_dialog()
            world.put([a_file(1)], tell=True)
            await bench.until_rows(1)
            bench.trigger("keep_next")
            dialog = await bench.dialog(KeepNextDialog)
            dialog.reject()
            await until(lambda: not bench.has_dialog())
            assert world.blobs.wanted == set()

    run_in_qt(application, scenario)


def test_a_wish_of_an_earlier_run_is_asked_for_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.blobs.wanted |= {a_key(1), a_key(2)}
        world.blobs.kept_keys.add(a_key(1))
        async with opened_bench(world):
            await until(lambda: world.prefetcher.asked == [a_key(2)])

    run_in_qt(application, scenario)


def test_a_vault_in_trouble_is_told_and_the_window_may_close_meanwhile(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail("keep_on_purpose", DiskFull())
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("keep_offline")
            await until(lambda: bench.window.snackbar.text == message_for(DiskFull()).sentence)
            world.gates.mend("keep_on_purpose")
            world.gates.hold("keep_on_purpose")
            bench.trigger("keep_offline")
            await until(lambda: world.gates.calls.count("keep_on_purpose") == 2)
        assert world.gates.cancelled == ["keep_on_purpose"]

    run_in_qt(application, scenario)


def test_what_had_to_go_for_want_of_room_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            world.bus.publish(RoomExhausted(2))
            assert bench.window.snackbar.text == tr("offline.no_room", count=2)

    run_in_qt(application, scenario)


def test_progress_is_told_can_be_stopped_and_ends(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        async with opened_bench(world) as bench:
            bench.window.show_desk()
            queues = bench.window.queues
            strip = queues.findChildren(QLabel)
            world.bus.publish(OfflineProgressed(1, 2, 0))
            assert tr("offline.progress", done=1, total=3) in [label.text() for label in strip if label.isVisible()]
            world.prefetcher.asked.append(a_key(1))
            world.blobs.wanted.add(a_key(1))
            queues.stop_keeping_requested.emit()
            assert world.prefetcher.asked == []
            await until(lambda: world.blobs.wanted == set())
            world.bus.publish(OfflineProgressed(2, 0, 1))
            assert tr("offline.failed", count=1) in [label.text() for label in strip if label.isVisible()]
            world.bus.publish(OfflineProgressed(3, 0, 0))
            assert bench.window.snackbar.text == tr("offline.kept", count=3)

    run_in_qt(application, scenario)


def test_the_next_files_to_decide_are_read_ahead_once_the_opened_one_is_there(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(number) for number in NUMBERS])
        world.settings.set(PREFETCH_FILES, 3)
        gate = world.gates.hold(("open", a_key(4)))
        async with opened_bench(world) as bench:
            await bench.until_rows(5)
            bench.choose(a_key(4))
            await until(lambda: world.prefetcher.goes_first == a_key(4))
            gate.set()
            await bench.until_open(a_key(4))
            shown = bench.shown
            place = shown.index(a_key(4))
            assert world.prefetcher.goes_first is None
            assert world.prefetcher.ahead == [*shown[place + 1 :], *shown[:place]][:3]

    run_in_qt(application, scenario)


def test_an_archive_out_of_reach_is_fetched_later_and_opens_by_itself(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("open", a_key(1)), ServerUnreachable())
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            await until(lambda: tr("review.will_be_fetched") in bench.window.review.archive_message)
            assert world.prefetcher.asked == [a_key(1)]
            assert world.prefetcher.goes_first is None
            world.gates.mend(("open", a_key(1)))
            world.bus.publish(ArchiveStored(a_key(1)))
            await bench.until_open(a_key(1))

    run_in_qt(application, scenario)


def test_what_the_server_refuses_is_not_asked_for_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("open", a_key(1)), ServerFailed(status=500))
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            await until(lambda: bench.window.review.archive_message)
            assert world.prefetcher.asked == []

    run_in_qt(application, scenario)


def test_the_archive_on_screen_is_dropped_and_leaves_the_screen(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.trigger("drop_archive")
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            assert world.keeper.held == a_key(1)
            bench.trigger("drop_archive")
            await until(lambda: world.keeper.dropped == [a_key(1)])
            await until(lambda: bench.window.snackbar.text == tr("offline.dropped"))
            assert bench.shell.review.key is None

    run_in_qt(application, scenario)


def test_an_archive_that_may_not_go_stays_on_screen(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail("drop", DecisionsUnfinished(facts={"count": "1"}))
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            bench.trigger("drop_archive")
            await until(lambda: bench.window.snackbar.text)
            assert bench.shell.review.key == a_key(1)

    run_in_qt(application, scenario)


def test_a_kept_archive_needs_no_line_and_stops_no_transfer(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.blobs.kept_keys.add(a_key(1))
        gate = world.gates.hold(("open", a_key(1)))
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(a_key(1))
            await until(lambda: ("open", a_key(1)) in world.gates.calls)
            assert world.keeper.held == a_key(1)
            assert world.prefetcher.goes_first is None
            gate.set()
            await bench.until_open(a_key(1))

    run_in_qt(application, scenario)
