"""Keep offline, read ahead, fetch when the server answers: what the window asks for and what it says."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel

from tests.support.bench import opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key
from tests.support.windows import run_in_qt, until
from tns_desktop.domain.errors import DecisionsUnfinished, ServerFailed, ServerUnreachable
from tns_desktop.services.events import ArchiveStored, OfflineProgressed
from tns_desktop.services.settings import PREFETCH_FILES
from tns_desktop.ui.i18n import tr

NUMBERS = range(1, 6)


def test_the_shown_list_is_kept_but_for_what_is_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(number) for number in NUMBERS])
        world.blobs.kept_keys.add(a_key(2))
        async with opened_bench(world) as bench:
            await bench.until_rows(5)
            bench.trigger("keep_offline")
            assert set(world.prefetcher.asked) == {a_key(number) for number in (1, 3, 4, 5)}

    run_in_qt(application, scenario)


def test_a_list_that_is_there_says_so(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.blobs.kept_keys.add(a_key(1))
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.trigger("keep_offline")
            assert world.prefetcher.asked == []
            assert bench.window.snackbar.text == tr("offline.nothing_missing")

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
            queues.stop_keeping_requested.emit()
            assert world.prefetcher.asked == []
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
