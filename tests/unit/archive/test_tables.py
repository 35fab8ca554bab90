"""Tables from the disk: as offices save them, and as somebody would who wants the desk to fall over."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tns_desktop.adapters.archive import LooseDocuments, TableFiles
from tns_desktop.domain.cells import harmless_cell
from tns_desktop.domain.errors import DocumentNotTaken, TableUnreadable
from tns_desktop.services.ports import Table

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(path: Path) -> Table:
    return TableFiles().read_blocking(path, lambda: False)


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(TableUnreadable) as caught:
        read(path)
    return caught.value.facts["reason"]


def a_workbook(rows: str, *more: tuple[str, bytes], encoding: str = "utf-8") -> bytes:
    """An XLSX file with one sheet, by hand: a library would not write what is wrong here."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MAIN}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet.encode(encoding))
        for name, content in more:
            archive.writestr(name, content)
    return target.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b""), ("utf-16-le", b""), ("cp1252", b"")]
)  # fmt: skip
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encodings_and_separators_are_recognised(tmp_path: Path, encoding: str, mark: bytes, separator: str) -> None:
    text = "Nom;Prénom\r\nMüller;Zoé\r\n".replace(";", separator)
    path = tmp_path / "a.csv"
    path.write_bytes(mark + text.encode(encoding))
    table = read(path)
    assert (table.header, table.rows) == (("Nom", "Prénom"), ((2, ("Müller", "Zoé")),))
    assert table.separator == separator


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Nom;Adresse\n"Roux";"1, rue\nde la Paix"\n\nDiallo;"dit ""Awa"""\n', "utf-8")
    assert read(path).rows == ((2, ("Roux", "1, rue\nde la Paix")), (5, ("Diallo", 'dit "Awa"')))


def test_a_hundred_thousand_rows_of_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_bytes(("Nom;Prénom\r\n" + "Müller;Zoé\r\n" * 100_000).encode("cp1252"))
    table = read(path)
    assert (len(table.rows), table.rows[-1], table.encoding) == (100_000, (100_001, ("Müller", "Zoé")), "cp1252")


def test_what_is_no_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert refusal(path, b"") == "empty"
    assert refusal(path, b"Nom;Prenom\r\n") == "empty"
    assert refusal(path, b"a;b\n\0;c\n") == "not_a_table"
    assert refusal(path, "\ufeffa;b\n\0;c\n".encode("utf-16-le")) == "not_a_table"
    assert refusal(path, "Nom;é\n".encode() + b"\x81;x\n") == "encoding"
    assert refusal(path, b"a;b\n" + b"x" * 200_000 + b";y\n") == "not_a_table"
    assert refusal(path, b";".join([b"a"] * 300) + b"\n" + b";".join([b"b"] * 300)) == "too_many_columns"
    with pytest.raises(TableUnreadable):
        read(tmp_path / "nowhere.csv")


def test_reading_stops_when_nobody_waits_any_longer(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Nom\n" + "x;y\n" * 5_000, "utf-8")
    with pytest.raises(TableUnreadable):
        TableFiles().read_blocking(path, lambda: True)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(TableUnreadable):
        assert read(path).header


# --- XLSX -------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_as_somebody_would_type_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    head = f'<row r="1">{cell("A1", "Nom")}{cell("B1", "Code")}{cell("C1", "Actif")}</row>'
    row = f'<row r="3">{cell("A3", "Müller ")}<c r="B3"><v>75001</v></c><c r="C3" t="b"><v>1</v></c></row>'
    path.write_bytes(a_workbook(head + row))
    table = read(path)
    assert (table.header, table.rows) == (("Nom", "Code", "Actif"), ((3, ("Müller", "75001", "true")),))


def test_a_workbook_that_asks_for_too_much_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    first = f'<row r="1">{cell("A1", "x")}</row>'
    far: Callable[[str, str], bytes] = lambda row, place: a_workbook(f'{first}<row r="{row}">{cell(place, "y")}</row>')  # noqa: E731
    assert refusal(path, far("1048576", "A1048576")) == "too_many_rows"
    assert refusal(path, far("2", "XFD2")) == "too_many_columns"
    assert refusal(path, far("2", "A4294967295")) == "too_many_rows"
    assert refusal(path, a_workbook(first.replace('r="A1"', "r  =  'XFD1048576'"))) == "too_many_rows"
    assert refusal(path, a_workbook(first, encoding="utf-16")) == "damaged"
    assert refusal(path, a_workbook(first, ("xl/workbook.bin", b"x"))) == "other_workbook"
    assert refusal(path, a_workbook(first, ("xl/media/bomb.xml", b"<" + b" " * (40 * 1024 * 1024)))) == "too_large"


def test_a_broken_workbook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    whole = a_workbook(f'<row r="1">{cell("A1", "x")}</row><row r="2">{cell("A2", "y")}</row>')
    assert refusal(path, whole[:-30]) == "damaged"
    assert refusal(path, b"PK\x03\x04 nonsense") == "damaged"
    assert refusal(path, b"\xd0\xcf\x11\xe0" + b"\0" * 600) == "old_workbook"
    assert refusal(path, a_workbook("<row><c></row>")) in ("damaged", "empty")


# --- what is written, and documents -----------------------------------------------------------------------------------


def test_a_report_is_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    rows = [["1", "=HYPERLINK(1)", "+33 6", "-1", "@x", "\tx", "\rx", "Roux; Jean", "\ud800"]]
    TableFiles().write_csv_blocking(path, rows)
    text = path.read_bytes().decode("utf-8-sig")
    assert text == "1;'=HYPERLINK(1);'+33 6;'-1;'@x;'\tx;\"'\rx\";\"Roux; Jean\";\\ud800\r\n"
    assert harmless_cell("Roux-Martin") == "Roux-Martin"
    with pytest.raises(TableUnreadable):
        TableFiles().write_csv_blocking(tmp_path / "no" / "folder.csv", rows)


def test_documents_are_what_their_bytes_show(tmp_path: Path) -> None:
    path = tmp_path / "photo.exe"
    path.write_bytes(b"\x89PNG\r\n\x1a\n....")
    assert LooseDocuments().read_blocking(path, 100)[1] == "image/png"
    for content, reason in ((b"", "empty"), (b"MZ", "kind"), (b"%PDF-" + b"x" * 100, "too_large")):
        path.write_bytes(content)
        with pytest.raises(DocumentNotTaken) as caught:
            LooseDocuments().read_blocking(path, 100)
        assert caught.value.facts["reason"] == reason
    with pytest.raises(DocumentNotTaken):
        LooseDocuments().read_blocking(tmp_path, 100)
