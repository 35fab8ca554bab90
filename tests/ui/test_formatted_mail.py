"""Links of a formatted e-mail: asked about with their whole address, never opened by themselves, gone with their mail."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key, an_index
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.formatted import BlockKind, FormattedText, TextBlock, TextRun
from tns_desktop.ui.presenters import page_words
from tns_desktop.ui.preview.formatted_view import FormattedView
from tns_desktop.ui.views.link_dialog import LinkDialog

KINDS = (DocumentKind.EMAIL, DocumentKind.PDF)


def a_mail(address: str) -> FormattedText:
    return FormattedText((TextBlock(BlockKind.PARAGRAPH, (TextRun("see "), TextRun("here", link=address))),))


@contextlib.asynccontextmanager
async def reading(world: World, address: str) -> AsyncIterator[Bench]:
    await world.connect()
    world.put([a_file(1)])
    world.archives.indexes[a_key(1)] = an_index(1, kinds=KINDS)
    world.previews.formatted = a_mail(address)
    async with opened_bench(world) as bench:
        await until(lambda: bench.models.files.row_of(a_key(1)) >= 0)
        bench.choose(a_key(1))
        await until(lambda: bench.window.review.preview.text.is_formatted)
        yield bench


def choose_the_link(bench: Bench) -> None:
    bench.trigger("next_link")
    face = bench.window.review.preview.text.findChild(FormattedView)
    assert isinstance(face, QWidget)
    QTest.keyClick(face, Qt.Key.Key_Return)


def test_a_link_is_opened_after_a_yes_only(
    application: QApplication, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(page_words, "open_address", opened.append)

    async def scenario() -> None:
        async with reading(world, "https://example.org/a?b") as bench:
            choose_the_link(bench)
            dialog = await bench.dialog(LinkDialog)
            assert (dialog.address.toPlainText(), opened) == ("https://example.org/a?b", [])
            dialog.reject()
            await turns(5)
            assert opened == []
            choose_the_link(bench)
            (await bench.dialog(LinkDialog)).open_button.click()
            await until(lambda: opened == ["https://example.org/a?b"])

    run_in_qt(application, scenario)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://a\u202eb.example"])
def test_what_is_no_address_of_the_web_cannot_be_opened_at_all(
    application: QApplication, world: World, address: str
) -> None:
    async def scenario() -> None:
        async with reading(world, address) as bench:
            choose_the_link(bench)
            dialog = await bench.dialog(LinkDialog)
            assert not dialog.open_button.isVisible()
            dialog.reject()
            await turns(5)

    run_in_qt(application, scenario)


def test_the_question_goes_with_its_mail_and_so_does_the_form(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with reading(world, "https://example.org") as bench:
            bench.trigger("mail_as_text")
            text = bench.window.review.preview.text
            assert (text.is_formatted, text.text.startswith("text of")) == (False, True)
            bench.trigger("mail_as_text")
            choose_the_link(bench)
            await bench.dialog(LinkDialog)
            bench.window.review.choose_document("1")
            await until(lambda: not bench.has_dialog())
            await until(lambda: bench.window.review.preview.pages.is_drawn(0))
            face = text.findChild(FormattedView)
            assert face is not None
            assert face.document().toPlainText() == ""

    run_in_qt(application, scenario)
