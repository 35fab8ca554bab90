"""A tool tip says what a client or a server wrote, and opens nothing that they name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QApplication

from tests.support.files import a_row
from tests.support.vaults import NOON as NOW
from tns_desktop.ui.formatting import plain_tip
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.widgets.read_only_table import ReadOnlyTable

EVIL = "<img src='//elsewhere/share/x.png'>"


@pytest.mark.parametrize("text", ["Roux & Fils", "a < b", "", "two\nlines"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert plain_tip(text) == text


@pytest.mark.parametrize("text", [EVIL, f"Müller {EVIL}", "<b>x</b>\n&amp;"])
def test_what_looks_like_html_is_read_letter_by_letter(text: str) -> None:
    tip = plain_tip(text)
    assert QTextDocumentFragment.fromHtml(tip).toPlainText() == text
    assert "<img" not in tip


def test_a_cell_of_a_table_and_a_row_of_the_list_have_plain_tips(english: QApplication) -> None:
    table = ReadOnlyTable("x", ["a"], 1)
    assert table.put(0, 0, EVIL).text() == EVIL
    cell = table.item(0, 0)
    assert cell is not None
    row = a_row(1)
    model = ClientFileModel(lambda: NOW)
    model.set_rows([replace(row, client_file=row.client_file._replace(display_name=EVIL))])
    for tip in (cell.toolTip(), model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)):
        assert EVIL.split("'")[1] in tip
        assert "<img" not in tip
