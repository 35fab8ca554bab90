"""What stands beside the document: found and shown, gone to, and never shown beside another one."""

from __future__ import annotations

import functools

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.errors import DocumentLocked, RenderTimedOut
from tns_desktop.domain.facts import SeenFact, Sighting
from tns_desktop.domain.hygiene import Hygiene, Remark
from tns_desktop.domain.matching import Occurrence
from tns_desktop.domain.preview import DocumentKey
from tns_desktop.domain.signatures import Integrity, Signature
from tns_desktop.domain.text_layer import Span
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.views.facts import FactsPanel

NAME = "0.last_name"
PLACES = (Occurrence(0, (Span(0, 6),)), Occurrence(1, (Span(9, 15),)))


def _document(number: int) -> DocumentKey:
    index = an_index(number)
    return DocumentKey(index.sha256, index.entries[0].entry_id)


def _panel(bench: Bench) -> FactsPanel:
    return bench.window.review.facts


def _is_marked(pages: PageView, page: int, world: World) -> bool:
    return pages.marks == (page, world.inspections.rectangles)


async def _opened(world: World, bench: Bench, number: int = 1) -> None:
    await bench.until_rows(2)
    bench.choose(a_key(number))
    await bench.until_open(a_key(number))


async def _prepared(world: World) -> None:
    await world.connect()
    world.put([a_file(1), a_file(2)])
    world.inspections.seen = {NAME: SeenFact(Sighting.FOUND, PLACES), "0.email": SeenFact(Sighting.NOT_FOUND)}
    world.inspections.signature = (Signature("S1", Integrity.ALTERED, signer="Léa Martin"),)
    world.inspections.remarks = (Remark(Hygiene.SCRIPT),)


def test_values_signatures_and_hygiene_appear_beside_the_document(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _prepared(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            panel = _panel(bench)
            await until(lambda: bool(panel.declared.summary and panel.signatures.findings and panel.hygiene.findings))
            mark, missing = panel.declared.mark_of(NAME), panel.declared.mark_of("0.email")
            assert mark is not None
            assert missing is not None
            assert mark.button.text() == tr("facts.found", pages="1, 2")
            assert "Martin" in mark.button.accessibleName()
            assert missing.word.text() == tr("facts.not_found")
            assert panel.signatures.findings[0].title == tr("signature.verdict.altered")
            assert panel.hygiene.findings[0].title == tr("hygiene.script.title")

    run_in_qt(application, scenario)


def test_choosing_a_value_goes_from_place_to_place(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _prepared(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            panel, pages = _panel(bench), bench.window.review.preview.pages
            await until(lambda: bool(panel.declared.summary))
            mark = panel.declared.mark_of(NAME)
            assert mark is not None
            for page in (0, 1, 0):
                mark.button.click()
                await until(functools.partial(_is_marked, pages, page, world), f"page {page}")

    run_in_qt(application, scenario)


@pytest.mark.parametrize("stubborn", [False, True], ids=["cancellable", "unstoppable"])
@pytest.mark.parametrize("part", ["sightings", "signatures", "hygiene"])
def test_what_comes_late_is_never_shown_beside_another_document(
    application: QApplication, world: World, part: str, stubborn: bool
) -> None:
    async def scenario() -> None:
        await _prepared(world)
        world.gates.stubborn = stubborn
        slow = world.gates.hold((part, _document(1)))
        other = world.gates.hold((part, _document(2)))
        async with opened_bench(world) as bench:
            await _opened(world, bench, 1)
            await until(lambda: (part, _document(1)) in world.gates.calls)
            bench.choose(a_key(2))
            await bench.until_open(a_key(2))
            await until(lambda: (part, _document(2)) in world.gates.calls)
            slow.set()
            await turns(10)
            panel = _panel(bench)
            shown = {
                "sightings": bool(panel.declared.summary),
                "signatures": bool(panel.signatures.findings),
                "hygiene": bool(panel.hygiene.findings),
            }
            assert shown[part] is False
            other.set()
            await turns(10)

    run_in_qt(application, scenario)


def test_a_failure_is_said_and_can_be_tried_again(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _prepared(world)
        error = RenderTimedOut(facts={"name": "1-0.pdf"})
        for part in ("sightings", "signatures", "hygiene"):
            world.gates.fail((part, _document(1)), error)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            panel = _panel(bench)
            await until(lambda: bool(panel.hygiene.message and panel.signatures.message and panel.declared.summary))
            assert tr("error.render_timed_out.title") in panel.signatures.message
            for part in ("sightings", "signatures", "hygiene"):
                world.gates.mend((part, _document(1)))
            panel.signatures.retry_requested.emit()
            await until(lambda: bool(panel.signatures.findings and panel.hygiene.findings))

    run_in_qt(application, scenario)


def test_a_locked_document_says_where_its_password_goes(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _prepared(world)
        error = DocumentLocked(facts={"name": "1-0.pdf", "reason": "password_needed"})
        world.gates.fail(("signatures", _document(1)), error)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            panel = _panel(bench)
            await until(lambda: panel.signatures.message == tr("facts.locked"))

    run_in_qt(application, scenario)


def test_leaving_while_it_looks_leaves_nothing_behind(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _prepared(world)
        gate = ("signatures", _document(1))
        world.gates.hold(gate)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            await until(lambda: gate in world.gates.calls)
        assert gate in world.gates.cancelled

    run_in_qt(application, scenario)


def test_a_key_turns_the_tabs(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await _prepared(world)
        async with opened_bench(world) as bench:
            await _opened(world, bench)
            panel = _panel(bench)
            turned = []
            for _ in range(4):
                bench.window.actions_by_id["next_facts"].trigger()
                turned.append(panel.tabs.currentIndex())
            assert turned == [1, 2, 3, 0]

    run_in_qt(application, scenario)
