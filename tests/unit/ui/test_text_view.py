"""Texts in the preview: they come in pieces, are coloured where one looks, fold, are searched, and are copied as they are."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tns_desktop.adapters.render.folds import folds_of
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.preview import DocumentKey, TextContent
from tns_desktop.ui import theme
from tns_desktop.ui.preview import long_text, text_editor
from tns_desktop.ui.preview.text_editor import TextEditor
from tns_desktop.ui.preview.text_view import TextView

KEY = DocumentKey("a" * 64, "1")
VALUE = {"people": [{"name": f"Léa {n}\u00a0\U0001f600", "born": {"year": 1980 + n, "known": True}} for n in range(40)]}
TEXT = json.dumps(VALUE, indent=2, ensure_ascii=False)


def content(text: str, kind: DocumentKind = DocumentKind.JSON) -> TextContent:
    return TextContent(KEY, text, kind=kind, folds=tuple(folds_of(text, kind.value)))


@pytest.fixture
def view(english: QApplication, qtbot: QtBot) -> TextView:
    made = TextView()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    made.show_content(content(TEXT))
    return made


def editor_of(view: TextView) -> TextEditor:
    found = view.findChild(TextEditor)
    assert found is not None
    return found


def lines_shown(view: TextView) -> int:
    document = editor_of(view).document()
    return sum(document.findBlockByNumber(number).isVisible() for number in range(document.blockCount()))


def colour_at(editor: TextEditor, words: str) -> str:
    """The colour of the first letter of those words."""
    place = editor.long.place(editor.long.text.index(words))
    block = editor.document().findBlock(place)
    inside = place - block.position()
    for part in block.layout().formats():
        if part.start <= inside < part.start + part.length:
            return part.format.foreground().color().name()
    return ""


def test_what_is_in_view_is_coloured_and_what_is_not_is_left_alone(view: TextView) -> None:
    editor = editor_of(view)
    editor.grab()
    colours = theme.current()
    assert colour_at(editor, '"name"') == colours.colour("syntax_name").name()
    assert colour_at(editor, '"Léa 0') == colours.colour("syntax_string").name()
    assert colour_at(editor, "1980") == colours.colour("syntax_number").name()
    assert colour_at(editor, "true") == colours.colour("syntax_word").name()
    assert editor.document().lastBlock().userState() != text_editor.COLOURED
    editor.verticalScrollBar().setValue(editor.verticalScrollBar().maximum())
    editor.grab()
    assert colour_at(editor, "2019") == colours.colour("syntax_number").name()


def test_a_plain_text_has_neither_colours_nor_a_margin(view: TextView) -> None:
    view.show_content(content(TEXT, DocumentKind.TEXT))
    editor = editor_of(view)
    editor.grab()
    assert colour_at(editor, "1980") == ""
    assert editor.viewportMargins().left() == 0


def test_a_click_in_the_margin_folds_and_a_click_on_the_number_of_lines_unfolds(view: TextView) -> None:
    editor, before = editor_of(view), lines_shown(view)
    line = editor.fontMetrics().lineSpacing()
    at = QPoint(editor.viewportMargins().left() // 2, 4 + line // 2 + 2 * line)
    margin = editor.childAt(at)
    assert margin is not None
    QTest.mouseClick(margin, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert lines_shown(view) == before - 5
    assert editor.accessibleDescription() == "Folded: 5 lines"
    editor.grab()
    ((_number, chip, words),) = list(editor._chips())
    assert words == "5 lines"
    QTest.mouseClick(
        editor.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, chip.center().toPoint()
    )
    assert lines_shown(view) == before


def test_keys_fold_what_the_caret_stands_in(view: TextView) -> None:
    editor, before = editor_of(view), lines_shown(view)
    editor.setTextCursor(editor.cursor_of(TEXT.index("1980"), TEXT.index("1980")))
    view.toggle_fold()
    assert lines_shown(view) == before - 2
    assert editor.long.text[editor.long.offset(editor.textCursor().position())] == "{"
    view.toggle_fold()
    assert lines_shown(view) == before


def test_folding_all_leaves_what_holds_everything_and_unfolding_brings_all_back(view: TextView) -> None:
    before = lines_shown(view)
    view.toggle_all_folds()
    assert lines_shown(view) == 4
    view.toggle_all_folds()
    assert lines_shown(view) == before


def test_finding_unfolds_what_it_finds_and_nothing_else(view: TextView) -> None:
    editor = editor_of(view)
    view.toggle_all_folds()
    view.find_words("1985")
    assert view.found == (1, 1)
    block = editor.document().findBlock(editor.textCursor().position())
    assert block.isVisible()
    assert '"year": 1985' in block.text()
    hidden = editor.document().findBlock(editor.long.place(TEXT.index("1984")))
    assert not hidden.isVisible()


def test_a_mark_counts_characters_and_unfolds_its_place(view: TextView) -> None:
    view.toggle_all_folds()
    place = TEXT.index("1999")
    view.show_mark(place, place + 4)
    assert view.marked == "1999"
    editor = editor_of(view)
    assert editor.document().findBlock(editor.textCursor().position()).isVisible()


def test_what_is_copied_is_the_documents_text_folded_parts_included(view: TextView) -> None:
    editor = editor_of(view)
    view.toggle_all_folds()
    editor.selectAll()
    assert editor.createMimeDataFromSelection().text() == TEXT
    editor.setTextCursor(editor.cursor_of(TEXT.index("Léa 3"), TEXT.index("Léa 3") + 8))
    assert editor.createMimeDataFromSelection().text() == TEXT[TEXT.index("Léa 3") :][:8]


def test_a_long_text_comes_in_pieces_and_what_is_looked_for_is_gone_to_when_it_has_come(
    view: TextView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_text, "PIECE", 2_000)
    lines = [f"line {number}" for number in range(3_000)]
    text = "\n".join(lines)
    view.show_content(content(text, DocumentKind.TEXT))
    editor = editor_of(view)
    assert not editor.is_complete
    view.find_words("line 2999")
    assert view.found == (1, 1)
    editor.moveCursor(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    qtbot.waitUntil(lambda: editor.is_complete)
    assert editor.document().blockCount() == 3_000
    assert editor.textCursor().block().text() == "line 2999"
    assert view.marked == "line 2999"
    assert view.text == text


def test_a_text_that_takes_long_to_clear_leaves_nothing_behind(
    view: TextView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_editor, "LINES_CLEARED_AT_ONCE", 50)
    view.show_content(content("\n".join("x" * 170), DocumentKind.TEXT))
    view.clear()
    editor = editor_of(view)
    assert (view.text, editor.document().blockCount(), editor.document().toPlainText()) == ("", 1, "")
    qtbot.waitUntil(lambda: not editor._leaving)
    view.show_content(content(TEXT))
    view.zoom_by(2)
    assert editor.document().defaultFont().pointSize() == editor.font().pointSize()


def test_a_line_without_an_end_is_broken_for_the_eye_only(view: TextView) -> None:
    text = "[" + ",".join(["12345678"] * 2_000)
    view.show_content(content(text))
    editor = editor_of(view)
    assert editor.document().blockCount() > 3
    editor.selectAll()
    assert editor.createMimeDataFromSelection().text() == text
