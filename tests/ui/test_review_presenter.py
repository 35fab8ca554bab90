"""The review at work: the right document or none, whatever arrives late, fails, hangs or is taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import ArchiveProblem, DocumentKind, EntryProblem
from tns_desktop.domain.client_file import ACCEPTED, PENDING, WAITING
from tns_desktop.domain.errors import (
    ArchiveNotAvailable,
    DocumentDamaged,
    DocumentLocked,
    NotAnArchive,
    RenderTimedOut,
    RequestTimedOut,
    ServerFailed,
    VaultDamaged,
)
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.search import FoundDocument, SearchResult
from tns_desktop.services.events import ArchiveProgressed, ClientFilesChanged
from tns_desktop.ui.i18n import tr


def _document(number: int, position: int = 0) -> DocumentKey:
    index = an_index(number)
    return DocumentKey(index.sha256, index.entries[position].entry_id)


def _colour_on_screen(bench: Bench) -> int:
    """The shade of the first page as painted: it is the number of its archive."""
    pages = bench.window.review.preview.pages
    image = pages.viewport().grab().toImage()
    middle = QPoint(image.width() // 2, 60)
    return image.pixelColor(middle).red()


def _ink_on_screen(bench: Bench) -> int:
    """How many dark points the page has: a blank one has none."""
    image = bench.window.review.preview.pages.viewport().grab().toImage()
    across, down = range(40, image.width() - 40), range(30, 120)
    return sum(image.pixelColor(x, y).lightness() < 80 for x in across for y in down)


async def _started(world: World, bench: Bench, number: int) -> None:
    await bench.until_rows(number)
    assert bench.shown[-1] == a_key(1)


def test_choosing_a_file_opens_its_archive_and_draws_its_first_document(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.client_files.changed.add(a_key(2))
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            assert bench.window.review.name.text() == "Diallo, Awa"
            assert bench.window.review.preview.pages.key == _document(2)
            assert _colour_on_screen(bench) == 2
            await until(lambda: not world.client_files.changed, "the file marked as seen")

    run_in_qt(application, scenario)


def test_the_document_through_which_a_file_was_found_is_shown_first(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.search.results["salaire"] = SearchResult({a_key(2): FoundDocument("1", "2-1.jpeg")})
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.window.header.search.setText("salaire")
            await until(lambda: bench.shown == [a_key(2)])
            bench.choose(a_key(2))
            bench.window.header.search.clear()
            second = DocumentKey(an_index(2).sha256, "1")
            await until(lambda: bench.window.review.preview.pages.key == second)

    run_in_qt(application, scenario)


def test_a_document_of_that_place_with_another_name_is_not_the_one_that_was_found(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.search.results["salaire"] = SearchResult({a_key(2): FoundDocument("1", "of-an-older-archive.pdf")})
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.window.header.search.setText("salaire")
            await until(lambda: bench.shown == [a_key(2)])
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            assert bench.window.review.preview.pages.key == _document(2)

    run_in_qt(application, scenario)


def _facts(bench: Bench) -> str:
    return "\n".join(label.text() for label in bench.window.review.facts.findChildren(QLabel))


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_declared_data_that_comes_late_is_never_shown(application: QApplication, world: World, stubborn: bool) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("facts", a_key(1)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.choose(a_key(1))
            await until(lambda: ("facts", a_key(1)) in world.gates.calls)
            bench.choose(a_key(2))
            await until(lambda: "Awa" in _facts(bench))
            slow.set()
            await turns(10)
            assert "Awa" in _facts(bench)
            assert "Léa" not in _facts(bench)

    run_in_qt(application, scenario)


def test_declared_data_that_cannot_be_read_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("facts", a_key(1)), VaultDamaged(facts={"path": "/vault"}))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: "/vault" in bench.window.review.banner.text)

    run_in_qt(application, scenario)


# --- late -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_an_archive_that_comes_late_is_never_shown(application: QApplication, world: World, stubborn: bool) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("open", a_key(1)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.choose(a_key(1))
            await until(lambda: ("open", a_key(1)) in world.gates.calls)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            slow.set()
            await turns(10)
            assert bench.shell.review.archive is not None
            assert bench.shell.review.archive.key == a_key(2)
            assert [entry.name for entry in bench.models.documents.documents()] == ["2-0.pdf", "2-1.jpeg"]
            assert bench.window.review.preview.pages.key == _document(2)
            assert _colour_on_screen(bench) == 2

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_a_document_that_comes_late_is_never_shown(application: QApplication, world: World, stubborn: bool) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("describe", _document(1)))
        shown: list[DocumentKey | None] = []
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            pages = bench.window.review.preview.pages
            pages.page_changed.connect(lambda _page: shown.append(pages.key))
            bench.choose(a_key(1))
            await until(lambda: ("describe", _document(1)) in world.gates.calls)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            slow.set()
            await turns(10)
            assert set(shown) == {_document(2)}
            assert _colour_on_screen(bench) == 2

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_a_late_document_of_the_same_archive_is_never_shown(
    application: QApplication, world: World, stubborn: bool
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("describe", _document(1, 0)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: ("describe", _document(1, 0)) in world.gates.calls)
            bench.trigger("next_document")
            pages = bench.window.review.preview.pages
            await until(lambda: pages.key == _document(1, 1))
            slow.set()
            await turns(10)
            assert pages.key == _document(1, 1)

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_pixels_that_come_late_are_never_painted(application: QApplication, world: World, stubborn: bool) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("page", _document(1), 0))
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            pages = bench.window.review.preview.pages
            bench.choose(a_key(1))
            await until(lambda: ("page", _document(1), 0) in world.gates.calls)
            assert not pages.is_drawn(0)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            slow.set()
            await turns(10)
            assert _colour_on_screen(bench) == 2

    run_in_qt(application, scenario)


def test_a_late_failure_is_not_shown_over_the_next_document(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.gates.stubborn = True
        slow = world.gates.hold(("open", a_key(1)))
        world.gates.fail(("open", a_key(1)), ServerFailed(status=503))
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.choose(a_key(1))
            await until(lambda: ("open", a_key(1)) in world.gates.calls)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            slow.set()
            await turns(10)
            assert bench.window.review.archive_message == ""

    run_in_qt(application, scenario)


def test_nothing_of_the_last_file_is_on_screen_while_the_next_one_comes(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        world.gates.hold(("open", a_key(2)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 2)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            bench.choose(a_key(2))
            assert bench.window.review.name.text() == "Diallo, Awa"
            assert bench.models.documents.documents() == []
            assert bench.window.review.preview.pages.key is None
            assert not bench.window.review.documents.tree.isVisible()
            assert not bench.window.review.bar.accept.isEnabled()

    run_in_qt(application, scenario)


# --- waiting, cancelling ----------------------------------------------------------------------------------------------


def test_a_long_fetch_shows_progress_and_a_cancel_that_cancels(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        gate = world.gates.hold(("open", a_key(1)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            assert bench.window.review.archive_message == ""
            await until(lambda: "Fetching" in bench.window.review.archive_message, "the progress after 300 ms")
            world.bus.publish(ArchiveProgressed(a_key(1), 1_500_000, 3_000_000))
            assert "1.5 MB" in bench.window.review.archive_message
            world.bus.publish(ArchiveProgressed(a_key(2), 9_000_000, None))
            assert "1.5 MB" in bench.window.review.archive_message
            bench.click(_archive_button(bench))
            await until(lambda: world.gates.cancelled == [("open", a_key(1))])
            assert "cancelled" in bench.window.review.archive_message.lower()
            assert not bench.window.review.bar.accept.isEnabled()
            gate.set()
            bench.click(_archive_button(bench))
            await bench.until_open(a_key(1))

    run_in_qt(application, scenario)


def test_leaving_while_an_archive_is_fetched_stops_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.hold(("open", a_key(1)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: ("open", a_key(1)) in world.gates.calls)
        assert world.gates.cancelled == [("open", a_key(1))]

    run_in_qt(application, scenario)


def test_a_slow_document_says_that_it_is_being_opened(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        gate = world.gates.hold(("describe", _document(1)))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: "Opening" in bench.window.review.preview.message)
            gate.set()
            await bench.until_open(a_key(1))

    run_in_qt(application, scenario)


# --- failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [ServerFailed(status=503), RequestTimedOut(facts={"host": "x"}), VaultDamaged(facts={"path": "/vault"})],
    ids=["error", "timeout", "vault"],
)
def test_an_archive_that_fails_says_why_and_can_be_asked_for_again(
    application: QApplication, world: World, error: Exception
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("open", a_key(1)), error)
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: bench.window.review.archive_message)
            assert "?" not in bench.window.review.archive_message
            assert not bench.window.review.bar.accept.isEnabled()
            world.gates.mend(("open", a_key(1)))
            bench.click(_archive_button(bench))
            await bench.until_open(a_key(1))

    run_in_qt(application, scenario)


def test_a_damaged_document_says_so_and_leaves_the_others_alone(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("describe", _document(1)), DocumentDamaged(facts={"name": "1-0.pdf"}))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: "1-0.pdf" in bench.window.review.preview.message)
            bench.trigger("next_document")
            await until(lambda: bench.window.review.preview.pages.is_drawn(0))
            assert bench.window.review.preview.message == ""

    run_in_qt(application, scenario)


def test_a_document_that_takes_too_long_can_be_tried_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("describe", _document(1)), RenderTimedOut(facts={"name": "1-0.pdf"}))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            preview = bench.window.review.preview
            await until(lambda: "1-0.pdf" in preview.message)
            world.gates.mend(("describe", _document(1)))
            bench.click(next(button for button in preview.findChildren(QPushButton) if button.text() == "Try again"))
            await until(lambda: preview.pages.is_drawn(0))

    run_in_qt(application, scenario)


def test_a_page_that_fails_says_so_on_the_page(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("page", _document(1), 0), RenderTimedOut(facts={"name": "1-0.pdf"}))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: ("page", _document(1), 0) in world.gates.calls)
            await until(lambda: _ink_on_screen(bench) > 200, "words on the page")
            assert not bench.window.review.preview.pages.is_drawn(0)

    run_in_qt(application, scenario)


def test_a_document_that_must_not_be_unpacked_is_not_asked_for(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        index = an_index(1)
        bomb = replace(index.entries[0], problems=(EntryProblem.RATIO_TOO_HIGH,))
        world.archives.indexes[a_key(1)] = replace(index, entries=(bomb, *index.entries[1:]))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: "ZIP bomb" in bench.window.review.preview.message)
            assert ("describe", _document(1)) not in world.gates.calls

    run_in_qt(application, scenario)


# --- passwords --------------------------------------------------------------------------------------------------------


def test_a_locked_document_asks_and_forgets_what_was_wrong(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("describe", _document(1)), DocumentLocked(facts={"reason": "password_needed"}))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            preview = bench.window.review.preview
            await until(lambda: preview.asks_for_password)
            field = next(line for line in preview.findChildren(QLineEdit) if line.isVisible())
            world.gates.fail(("describe", _document(1)), DocumentLocked(facts={"reason": "password_wrong"}))
            QTest.keyClicks(field, "wrong")
            field.returnPressed.emit()
            assert field.text() == ""
            await until(lambda: preview.asks_for_password)
            assert world.previews.passwords == {}
            world.gates.mend(("describe", _document(1)))
            QTest.keyClicks(field, "right")
            field.returnPressed.emit()
            await until(lambda: preview.pages.is_drawn(0))
            assert world.previews.passwords == {"0": "right"}

    run_in_qt(application, scenario)


def test_a_document_locked_by_the_archive_asks_too_and_is_shown_as_what_it_is(
    application: QApplication, world: World
) -> None:
    index = an_index(1)
    locked = replace(index.entries[0], kind=DocumentKind.UNKNOWN, problems=(EntryProblem.ENCRYPTED,))
    world.archives.indexes[a_key(1)] = replace(index, entries=(locked, *index.entries[1:]))

    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            preview = bench.window.review.preview
            await until(lambda: preview.asks_for_password)
            field = next(line for line in preview.findChildren(QLineEdit) if line.isVisible())
            for password in ("wrong", "right"):
                QTest.keyClicks(field, password)
                field.returnPressed.emit()
                await turns(5)
                assert preview.asks_for_password is (password == "wrong")
            await until(lambda: preview.text.text.startswith("text of"))

    run_in_qt(application, scenario)


# --- texts, turning, walking ------------------------------------------------------------------------------------------


def test_a_text_is_shown_as_text_and_a_late_one_never(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.stubborn = True
        index = an_index(1, kinds=(DocumentKind.EMAIL, DocumentKind.TEXT))
        world.archives.indexes[a_key(1)] = index
        slow = world.gates.hold(("text", DocumentKey(index.sha256, "0")))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: ("text", DocumentKey(index.sha256, "0")) in world.gates.calls)
            bench.trigger("next_document")
            text = bench.window.review.preview.text
            await until(lambda: text.text == "text of 0101 1")
            slow.set()
            await turns(10)
            assert text.text == "text of 0101 1"

    run_in_qt(application, scenario)


def test_a_turned_document_is_still_turned_when_it_is_looked_at_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            pages = bench.window.review.preview.pages
            bench.trigger("rotate")
            bench.trigger("next_document")
            await until(lambda: pages.key == _document(1, 1))
            assert pages.rotation == 0
            bench.trigger("previous_document")
            await until(lambda: pages.key == _document(1, 0))
            assert pages.rotation == 90

    run_in_qt(application, scenario)


def test_walking_past_the_last_document_stays_there(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        async with opened_bench(world) as bench:
            bench.trigger("next_document")
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            pages = bench.window.review.preview.pages
            for _ in range(4):
                bench.trigger("next_document")
            await until(lambda: pages.key == _document(1, 1))
            for _ in range(4):
                bench.trigger("previous_document")
            await until(lambda: pages.key == _document(1, 0))

    run_in_qt(application, scenario)


# --- replaced archives, other clients' archives -----------------------------------------------------------------------


def test_a_replaced_archive_is_announced_and_fetched_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.archives.outdated = True
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            banner = bench.window.review.banner
            await until(lambda: "replaced" in banner.text)
            world.archives.outdated = False
            bench.click(banner.findChildren(QPushButton)[0])
            await until(lambda: ("fetch", a_key(1)) in world.gates.calls)
            await bench.until_open(a_key(1))
            assert banner.text == ""

    run_in_qt(application, scenario)


def test_a_file_that_goes_on_while_it_is_on_screen_is_compared_with_the_server_again(
    application: QApplication, world: World
) -> None:
    """Its customer has signed meanwhile: the archive that was fetched before that is not the one to decide on."""

    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1, state=PENDING), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(1)
            bench.window.queues.choose_state(PENDING)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            await until(lambda: world.gates.calls.count("outdated") == 1)
            assert bench.window.review.banner.text == ""
            world.archives.outdated = True
            world.set_state(a_key(1), WAITING)
            await until(lambda: "replaced" in bench.window.review.banner.text)
            assert world.gates.calls.count("outdated") == 2

    run_in_qt(application, scenario)


def test_nobody_knows_offline_whether_it_was_replaced_and_nothing_is_said(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail("outdated", RequestTimedOut())
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            await until(lambda: "outdated" in world.gates.calls)
            await turns(5)
            assert bench.window.review.banner.text == ""

    run_in_qt(application, scenario)


def test_an_archive_of_another_client_file_stops_everything(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.archives.indexes[a_key(1)] = replace(an_index(1), problems=(ArchiveProblem.REPORT_OF_ANOTHER_FILE,))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: bench.window.review.banner.text)
            assert not bench.window.review.bar.accept.isEnabled()
            bench.trigger("accept")
            await turns(10)
            assert bench.decided == 0

    run_in_qt(application, scenario)


# --- archives from disk -----------------------------------------------------------------------------------------------


def test_an_archive_from_disk_needs_no_connection_and_offers_no_decision(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(Path("martin.zip"))
            await until(lambda: bench.window.review.preview.pages.is_drawn(0))
            assert bench.window.review.name.text() == "martin.zip"
            assert not bench.window.review.bar.isVisible()
            bench.trigger("accept")
            await turns(10)
            assert bench.decided == 0

    run_in_qt(application, scenario)


def test_an_archive_from_disk_that_fails_can_be_tried_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.fail(("disk", "martin.zip"), NotAnArchive(facts={"looks_like": "PDF"}))
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(Path("martin.zip"))
            await until(lambda: "PDF" in bench.window.review.archive_message)
            world.gates.mend(("disk", "martin.zip"))
            bench.click(_archive_button(bench))
            await until(lambda: bench.window.review.preview.pages.is_drawn(0))

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
def test_a_late_archive_from_disk_is_never_shown(application: QApplication, world: World, stubborn: bool) -> None:
    async def scenario() -> None:
        world.gates.stubborn = stubborn
        slow = world.gates.hold(("disk", "slow.zip"))
        world.archives.indexes["slow.zip"] = an_index(77)
        world.archives.indexes["fast.zip"] = an_index(33)
        async with opened_bench(world) as bench:
            bench.shell.show_from_disk(Path("slow.zip"))
            await until(lambda: ("disk", "slow.zip") in world.gates.calls)
            bench.shell.show_from_disk(Path("fast.zip"))
            await until(lambda: bench.window.review.preview.pages.is_drawn(0))
            slow.set()
            await turns(10)
            assert bench.window.review.name.text() == "fast.zip"
            assert bench.window.review.preview.pages.key == _document(33)

    run_in_qt(application, scenario)


def test_the_file_that_was_on_screen_can_be_chosen_again_after_an_archive_from_disk(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1, state=WAITING)])
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            bench.shell.show_from_disk(Path("martin.zip"))
            await until(lambda: bench.window.review.preview.pages.key == _document(99))
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))

    run_in_qt(application, scenario)


def test_an_archive_that_is_gone_when_it_is_read_is_said_in_the_pane(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1)])
        world.gates.fail(("describe", _document(1)), ArchiveNotAvailable(facts={"name": "x"}))
        async with opened_bench(world) as bench:
            await _started(world, bench, 1)
            bench.choose(a_key(1))
            await until(lambda: "not here" in bench.window.review.preview.message)

    run_in_qt(application, scenario)


def _archive_button(bench: Bench) -> QPushButton:
    """The one button in place of the documents: cancel, try again, fetch."""
    buttons = [button for button in bench.window.review.findChildren(QPushButton) if button.isVisible()]
    in_the_bar = set(bench.window.review.bar.findChildren(QPushButton))
    (button,) = [button for button in buttons if button not in in_the_bar]
    return button


# --- a file that leaves the list --------------------------------------------------------------------------------------


def test_a_file_decided_elsewhere_stays_in_review_and_no_other_one_opens(
    application: QApplication, world: World
) -> None:
    """Its queue has lost it: Qt would make the next row current, under the operator's hands."""

    async def scenario() -> None:
        await world.connect()
        world.put([a_file(number) for number in (1, 2, 3)])
        async with opened_bench(world) as bench:
            await bench.until_rows(3)
            bench.choose(bench.shown[1])
            chosen = bench.shown[1]
            await bench.until_open(chosen)
            opened = [call for call in world.gates.calls if isinstance(call, tuple) and call[0] == "open"]
            world.put([a_file(int(chosen.uuid[-12:]), state=ACCEPTED)])
            world.bus.publish(ClientFilesChanged(chosen.connection_id, frozenset({chosen})))
            await bench.until_rows(2)
            await turns(5)
            assert bench.shell.review.key == chosen
            assert [call for call in world.gates.calls if isinstance(call, tuple) and call[0] == "open"] == opened
            assert bench.window.review.bar.sentence.text() == tr("bar.block.state_closed")
            assert not bench.window.files.view.selectionModel().hasSelection()
            left = bench.shown
            bench.trigger("next_file")
            assert bench.shell.review.key == left[1]

    run_in_qt(application, scenario)
