"""The indexes of a hand-over folder: written whole each time, from the journal of this desk and the lines of others.

Several desks may hand over to one share. Each knows its own lines; those that it does not know it takes over as they stand.
What is there and is no index of ours is put aside under another name, and never written over.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tns_desktop.domain.handover_index import COLUMNS, FORMAT, neutral_cell

CSV_NAME = "index.csv"
JSON_NAME = "index.json"
MOST_BYTES = 256 << 20
_BOM = "\ufeff"
_SEPARATORS = (";", ",", "\t")

Line = Mapping[str, str]


def write_csv_blocking(folder: Path, lines: Sequence[Line], separator: str) -> None:
    """UTF-8 with the mark by which spreadsheets know it. Raises OSError."""
    present = _read(folder / CSV_NAME, parsed_csv)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in _merged(present, lines):
        writer.writerow([neutral_cell(line.get(column, "")) for column in COLUMNS])
    _put(folder / CSV_NAME, (_BOM + out.getvalue()).encode("utf-8", "replace"))


def write_json_blocking(folder: Path, lines: Sequence[Line]) -> None:
    """Raises OSError."""
    own = [{column: line.get(column, "") for column in COLUMNS} for line in lines]
    content = {"format": FORMAT, "files": _merged(_read(folder / JSON_NAME, parsed_json), own)}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    _put(folder / JSON_NAME, text.encode("utf-8", "replace"))


def parsed_csv(text: str) -> list[Line] | None:
    """The lines of an index, whatever a spreadsheet has made of its separators; None for anything else."""
    for separator in _SEPARATORS:
        rows = csv.reader(io.StringIO(text.removeprefix(_BOM), newline=""), delimiter=separator)
        try:
            header = next(rows, [])
            if "handover" in header and "archive_sha256" in header:
                return [dict(zip(header, row, strict=False)) for row in rows if row]
        except csv.Error:
            return None
    return None


def parsed_json(text: str) -> list[Line] | None:
    """The lines of an index; None for anything else."""
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            return None
        return [{str(name): str(value) for name, value in line.items()} for line in content["files"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _merged(present: Sequence[Line], own: Sequence[Line]) -> list[Line]:
    """What others wrote, and our own: in the order in which it was handed over."""
    ours = {line["handover"] for line in own}
    others = [line for line in present if line.get("handover") not in ours]
    return sorted([*others, *own], key=lambda line: line.get("handed_over_at", ""))


def _read(path: Path, parse: Callable[[str], list[Line] | None]) -> list[Line]:
    """What is there. Something that is no index of ours is put aside, for whoever it belongs to."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return []
    try:
        lines = parse(content.decode("utf-8")) if len(content) <= MOST_BYTES else None
    except UnicodeDecodeError:
        lines = None
    if lines is not None:
        return lines
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.stem} (kept {number}){path.suffix}")):
        number += 1
    path.rename(aside)
    return []


def _put(path: Path, content: bytes) -> None:
    """The old one or the new one, never half of one."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with half.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
