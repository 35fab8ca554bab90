"""Small pages at work: after the pages on screen, of the right document only, never counted as seen, remembered as wished."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import RenderCrashed, SettingsNotSaved
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.services.settings import WINDOW_THUMBNAILS
from tns_desktop.ui.models.thumbnails import ThumbnailRole

KINDS = (DocumentKind.PDF, DocumentKind.TIFF)


def _key(number: int = 1, entry_id: str = "0") -> DocumentKey:
    return DocumentKey(an_index(number, kinds=KINDS).sha256, entry_id)


async def _world(world: World) -> None:
    await world.connect()
    world.put([a_file(1), a_file(2)])
    for number in (1, 2):
        world.archives.indexes[a_key(number)] = an_index(number, kinds=KINDS)


def _has_picture(bench: Bench, page: int) -> bool:
    model = bench.window.review.preview.thumbnails.model_of_pages
    return model.index(page).data(ThumbnailRole.PICTURE) is not None


def test_they_are_drawn_one_at_a_time_after_the_pages_and_the_wish_is_remembered(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _world(world)
        held = world.gates.hold(("page", _key(), 0))
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.files.row_of(a_key(1)) >= 0)
            bench.trigger("thumbnails")
            assert world.desk.settings.get(WINDOW_THUMBNAILS) is True
            bench.choose(a_key(1))
            await until(lambda: ("page", _key(), 0) in world.gates.calls)
            await turns(20)
            assert ("thumbnail", _key(), 0) not in world.gates.calls
            slow = world.gates.hold(("thumbnail", _key(), 0))
            held.set()
            await until(lambda: ("thumbnail", _key(), 0) in world.gates.calls)
            await turns(10)
            assert ("thumbnail", _key(), 1) not in world.gates.calls
            slow.set()
            await until(lambda: _has_picture(bench, 0) and _has_picture(bench, 1))
            assert world.gates.calls.count(("thumbnail", _key(), 1)) == 1
        async with opened_bench(world) as bench:
            assert bench.window.actions_by_id["thumbnails"].isChecked()

    run_in_qt(application, scenario)


def test_one_that_comes_late_never_shows_in_another_document(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        world.gates.stubborn = True
        late = world.gates.hold(("thumbnail", _key(), 0))
        async with opened_bench(world) as bench:
            bench.trigger("thumbnails")
            await bench.open_with_marks()
            await until(lambda: ("thumbnail", _key(), 0) in world.gates.calls)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            await until(lambda: _has_picture(bench, 0))
            late.set()
            await turns(10)
            model = bench.window.review.preview.thumbnails.model_of_pages
            shade = int(_key(2).archive_sha256[:2], 16)
            assert model.key == _key(2)
            assert model.index(0).data(ThumbnailRole.PICTURE).pixelColor(0, 0).red() == shade

    run_in_qt(application, scenario)


def test_a_page_that_is_only_small_was_not_seen(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _world(world)
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.files.row_of(a_key(1)) >= 0)
            bench.window.frame.activateWindow()
            await until(bench.window.isActiveWindow)
            bench.trigger("thumbnails")
            await bench.open_with_marks()
            pane = bench.window.review.preview
            pane.pages.zoom_by(8.0)
            await until(lambda: _has_picture(bench, 1))
            world.clock.advance(3)
            archive = bench.shell.review.archive
            assert archive is not None
            seen = await world.desk.evidence.gather(archive, bench.shell.marks.review)
            assert set(seen.pages_of("0")) == {0}
            pane.thumbnails.setCurrentIndex(pane.thumbnails.model_of_pages.index(1))
            await until(lambda: pane.pages.page == 1 and pane.pages.is_drawn(1))
            world.clock.advance(2)
            await turns(5)
            seen = await world.desk.evidence.gather(archive, bench.shell.marks.review)
            assert set(seen.pages_of("0")) == {0, 1}

    run_in_qt(application, scenario)


def test_a_page_without_a_small_picture_and_a_wish_that_cannot_be_kept_disturb_nobody(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await _world(world)
        world.gates.fail(("thumbnail", _key(), 0), RenderCrashed("died"))
        world.store.refuses = SettingsNotSaved("full")
        async with opened_bench(world) as bench:
            bench.trigger("thumbnails")
            assert bench.window.review.preview.thumbnails.isVisibleTo(bench.window) is False
            await bench.open_with_marks()
            await until(lambda: _has_picture(bench, 1))
            await turns(10)
            assert not _has_picture(bench, 0)
            assert world.gates.calls.count(("thumbnail", _key(), 0)) == 1
            assert bench.window.review.preview.message == ""
            bench.trigger("thumbnails")
            assert not bench.window.review.preview.thumbnails.isVisible()

    run_in_qt(application, scenario)
