"""The review in the whole window: the lists step aside, work goes on, and whoever looks for a file has them again."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key
from tests.support.windows import run_in_qt, until
from tns_desktop.services.settings import WINDOW_SPLITTERS


def lists(bench: Bench) -> tuple[bool, bool]:
    return bench.window.queues.isVisible(), bench.window.lists.isVisible()


def test_the_next_file_comes_without_the_lists(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            width = bench.window.review.width()
            bench.trigger("wide_review")
            assert lists(bench) == (False, False)
            await until(lambda: bench.window.review.width() > width + 300, "more room")
            bench.trigger("next_file")
            await bench.until_open(a_key(1))
            assert lists(bench) == (False, False)
            bench.trigger("outbox")
            assert bench.window.queues.isVisible()
            bench.window.show_files()
            assert lists(bench) == (False, False)
            bench.trigger("wide_review")
            assert lists(bench) == (True, True)
            await until(lambda: bench.window.review.width() == width, "the room of before")

    run_in_qt(application, scenario)


def test_whoever_looks_for_a_file_has_the_lists_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            for action in ("search", "queue_waiting"):
                bench.window.actions_by_id["wide_review"].setChecked(True)
                bench.trigger(action)
                assert lists(bench) == (True, True)

    run_in_qt(application, scenario)


def test_the_layout_is_kept_as_it_is_with_the_lists(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            splitters = bench.window.columns, bench.window.work, bench.window.review.inner
            usual = [splitter.sizes() for splitter in splitters]
            bench.trigger("wide_review")
            await until(lambda: bench.window.review.width() > usual[1][1] + 300, "more room")
            bench.shell.save_layout()
            bench.window.columns.setSizes([300, 800])
            bench.window.restore_layout(world.desk.settings.get(WINDOW_SPLITTERS))
            await until(lambda: [splitter.sizes() for splitter in splitters] == usual, "the layout of before")

    run_in_qt(application, scenario)
