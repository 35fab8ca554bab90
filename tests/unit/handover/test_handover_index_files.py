"""The indexes of a folder: neutral cells, lines of other desks kept, nothing of anybody's written over."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.adapters.handover.index_files import parsed_csv, parsed_json, write_csv_blocking, write_json_blocking
from tns_desktop.domain.handover_index import COLUMNS, neutral_cell


def line(number: int, **values: str) -> dict[str, str]:
    return {"handover": f"h{number}", "handed_over_at": f"2026-03-0{number}", "archive_sha256": "ab", **values}


@pytest.mark.parametrize("separator", [";", ","])
def test_an_index_is_written_whole_and_read_by_spreadsheets(tmp_path: Path, separator: str) -> None:
    write_csv_blocking(tmp_path, [line(1, last_name="Müller; Zoé", id='=HYPERLINK("http://evil","x")')], separator)
    content = (tmp_path / "index.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=separator))
    assert rows[0]["last_name"] == "Müller; Zoé"
    assert rows[0]["id"] == '\'=HYPERLINK("http://evil","x")'


def test_lines_of_other_desks_stay_and_ours_replace_ours(tmp_path: Path) -> None:
    for lines in (
        [line(2, id="theirs")],
        [line(1, id="ours"), line(3, id="old")],
        [line(1, id="ours"), line(3, id="new")],
    ):
        write_csv_blocking(tmp_path, lines, ";")
        write_json_blocking(tmp_path, lines)
    found = parsed_csv((tmp_path / "index.csv").read_text("utf-8"))
    assert found is not None
    assert [one["id"] for one in found] == ["ours", "theirs", "new"]
    assert json.loads((tmp_path / "index.json").read_text("utf-8"))["files"] == [dict(one) for one in found]


def test_an_index_that_a_spreadsheet_has_saved_otherwise_is_understood(tmp_path: Path) -> None:
    write_csv_blocking(tmp_path, [line(2, id="theirs")], ";")
    text = (tmp_path / "index.csv").read_text("utf-8").replace(";", "\t")
    (tmp_path / "index.csv").write_text(text, "utf-8")
    write_csv_blocking(tmp_path, [line(1)], ",")
    found = parsed_csv((tmp_path / "index.csv").read_text("utf-8"))
    assert found is not None
    assert [one["handover"] for one in found] == ["h1", "h2"]


@pytest.mark.parametrize("content", [b"my own table;1\r\n", b"\xff\xfe\x00", b"", b"[1]"])
def test_what_is_no_index_of_ours_is_put_aside(tmp_path: Path, content: bytes) -> None:
    for name in ("index.csv", "index.json"):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name.replace(".", " (kept 1).")).write_bytes(b"kept before")
    write_csv_blocking(tmp_path, [line(1)], ";")
    write_json_blocking(tmp_path, [line(1)])
    for name in ("index.csv", "index.json"):
        assert (tmp_path / name.replace(".", " (kept 2).")).read_bytes() == content
        assert (tmp_path / name.replace(".", " (kept 1).")).read_bytes() == b"kept before"


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4))
@settings(max_examples=60)
def test_any_cell_comes_back_neutral_and_on_one_line(cells: list[str]) -> None:
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    names = list(COLUMNS)
    writer.writerow(names)
    values = {"handover": "h", "archive_sha256": "x", **dict(zip(names[1:5], cells, strict=False))}
    writer.writerow([neutral_cell(values.get(name, "")) for name in names])
    found = parsed_csv(out.getvalue())
    assert found is not None
    assert len(found) == 1
    for value in found[0].values():
        assert not value.lstrip().startswith(("=", "+", "-", "@"))
        assert not set(value) & set("\r\n\t")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": "x", "files": []}', '{"format": "tns-desktop-handover-index/1"}', "[" * 5000]
)
def test_json_of_others_is_not_understood(text: str) -> None:
    assert parsed_json(text) is None
