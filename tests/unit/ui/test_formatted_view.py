"""A formatted e-mail in the window: built from values, loading nothing, following nothing without a question."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextCharFormat, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tns_desktop.adapters.render.answers_formatted import formatted_of
from tns_desktop.adapters.render.html_blocks import html_to_blocks
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.formatted import BlockKind, FormattedText, TextBlock, TextRun
from tns_desktop.domain.preview import DocumentKey, TextContent
from tns_desktop.ui import theme
from tns_desktop.ui.preview import formatted_view
from tns_desktop.ui.preview.formatted_view import FormattedView
from tns_desktop.ui.preview.text_view import TextView

KEY = DocumentKey("a" * 64, "1")
ADDRESS = "https://example.org/" + "way/" * 40
MARKUP = f"""<h1>Title\U0001f600</h1><p>Some <b>bold</b>&nbsp;words and <a href="{ADDRESS}">a link</a>, then more.</p>
<table><tr><td>one</td><td>two</td></tr></table><div style="display:none">secret</div>
<img src="http://example.org/x.png" alt="logo"><a href="javascript:x()">second</a>"""


def content(markup: str = MARKUP, text: str = "plain words") -> TextContent:
    formatted = formatted_of(html_to_blocks(markup).as_bytes())
    return TextContent(KEY, text, kind=DocumentKind.EMAIL, formatted=formatted)


@pytest.fixture
def view(english: QApplication, qtbot: QtBot) -> TextView:
    made = TextView()
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    made.show_content(content())
    return made


def face_of(view: TextView) -> FormattedView:
    found = view.findChild(FormattedView)
    assert found is not None
    return found


def shapes_of(face: FormattedView) -> list[QTextCharFormat]:
    """Of every piece of text."""
    shapes = []
    block = face.document().begin()
    while block.isValid():
        shapes += [QTextCharFormat(part.format) for part in block.textFormats() if part.length]
        block = block.next()
    return shapes


def test_a_mail_is_shown_formatted_and_says_what_is_missing_and_what_was_hidden(view: TextView) -> None:
    text = face_of(view).long.text
    assert view.is_formatted
    assert "Title\U0001f600\n" in text
    assert "[hidden by the sender] secret" in text
    assert "[picture not shown: logo]" in text
    assert view.note == (
        "1 picture is not shown; nothing was loaded.\n1 passage that the sender hid is shown and marked."
    )
    assert any(isinstance(frame, QTextTable) for frame in face_of(view).document().rootFrame().childFrames())


def test_a_link_says_where_it_leads_and_all_of_its_address_goes_to_the_question(view: TextView, qtbot: QtBot) -> None:
    face = face_of(view)
    assert f"a link ⟨{ADDRESS[:72]}…⟩, then" in face.long.text
    at = face.cursorRect(face.cursor_of(face.long.text.index("link"), face.long.text.index("link"))).center()
    with qtbot.waitSignal(view.link_chosen) as chosen:
        QTest.mouseClick(face.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + QPoint(4, 0))
    assert chosen.args == [ADDRESS]


def test_keys_go_from_link_to_link(view: TextView) -> None:
    chosen: list[str] = []
    view.link_chosen.connect(chosen.append)
    face = face_of(view)
    QTest.keyClick(face, Qt.Key.Key_Return)
    view.step_link()
    assert face.accessibleDescription() == ADDRESS
    QTest.keyClick(face, Qt.Key.Key_Return)
    view.step_link()
    QTest.keyClick(face, Qt.Key.Key_Return)
    view.step_link()
    QTest.keyClick(face, Qt.Key.Key_Return)
    assert chosen == [ADDRESS, "javascript:x()", ADDRESS]


def test_text_that_looks_like_markup_stays_text_and_nothing_is_ever_asked_for(
    view: TextView, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def noting(self: object, _kind: int, name: QUrl | str) -> None:
        asked.append(name)

    monkeypatch.setattr(formatted_view._EmptyHanded, "loadResource", noting)
    evil = "<img src='http://example.org/x.png'><b>x</b>"
    view.show_content(
        TextContent(
            KEY,
            "",
            formatted=FormattedText((TextBlock(BlockKind.PARAGRAPH, (TextRun(evil, link="<a>"),)),)),
        )
    )
    face = face_of(view)
    face.grab()
    assert face.long.text.startswith(evil)
    assert not any(shape.isImageFormat() for shape in shapes_of(face))
    assert asked == []


def test_as_text_and_back_by_the_button_and_a_mark_goes_to_the_text(view: TextView) -> None:
    button = view.findChild(QPushButton)
    assert button is not None
    assert button.text() == "Show as text"
    button.click()
    assert (view.is_formatted, view.note) == (False, "")
    view.switch_form()
    assert (view.is_formatted, button.text()) == (True, "Show as text")
    view.show_mark(6, 11)
    assert (view.is_formatted, view.marked) == (False, "words")


def test_words_are_found_in_the_form_that_is_shown(view: TextView) -> None:
    view.find_words("WORDS")
    assert view.found == (1, 1)
    assert view.marked == "words"
    view.find_words("two")
    assert view.found == (1, 1)
    view.find_words("words")
    view.switch_form()
    assert (view.found, view.marked) == ((1, 1), "words")


def test_what_is_copied_is_text_with_its_line_ends(view: TextView) -> None:
    face = face_of(view)
    cursor = face.cursor_of(0, face.long.text.index("words"))
    face.setTextCursor(cursor)
    data = face.createMimeDataFromSelection()
    assert data.formats() == ["text/plain"]
    assert data.text() == "Title\U0001f600\nSome bold\u00a0"


def test_a_mail_without_html_has_one_form_and_nothing_of_the_last_one_stays(view: TextView) -> None:
    view.show_content(TextContent(KEY, "only this", kind=DocumentKind.EMAIL))
    assert not view.can_be_formatted
    view.switch_form()
    assert not view.is_formatted
    assert face_of(view).document().toPlainText() == ""
    view.show_content(content())
    view.clear()
    assert (view.text, face_of(view).document().toPlainText(), view.is_formatted) == ("", "", False)


def test_a_long_mail_is_built_in_steps(view: TextView, qtbot: QtBot) -> None:
    view.show_content(content("<p>first</p>" + "<p>x</p>" * 500 + "<p>last</p>"))
    face = face_of(view)
    assert not face.is_built
    assert face.document().firstBlock().text() == "first"
    view.find_words("bold")  # of the mail before
    assert view.found == (0, 0)
    view.find_words("last")
    qtbot.waitUntil(lambda: face.is_built)
    assert (view.found, view.marked) == ((1, 1), "last")


def test_the_colours_are_the_desk_s_whatever_the_sender_wanted(view: TextView) -> None:
    view.show_content(content("<body bgcolor=black><p style='color:#123456;background:#abcdef'>x<font color=red>y"))
    face = face_of(view)
    text = theme.current().colour("text")
    assert {shape.foreground().color().name() for shape in shapes_of(face)} == {text.name()}
    assert all(shape.background().style() == Qt.BrushStyle.NoBrush for shape in shapes_of(face))
