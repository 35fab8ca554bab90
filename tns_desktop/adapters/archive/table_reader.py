"""Tables from the disk: CSV as offices save it (any encoding, any separator), XLSX, and the CSV of a report.

Here because a workbook is an archive: it is inflated within limits before anything else looks at it (``workbook``).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from tns_desktop.adapters.archive.workbook import OLD_WORKBOOK, read_workbook_blocking, unreadable
from tns_desktop.domain.cells import harmless_cell
from tns_desktop.services.ports import CELLS_END, Table

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 256
_ROWS_A_LOOK = 1_000
_SEPARATORS = (";", ",", "\t", "|")
_ZIP_MAGIC = b"PK\x03\x04"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class TableFiles:
    """The ``TableReader`` port. What a file is shows in its bytes, not in its name."""

    def read_blocking(self, path: Path, cancelled: Callable[[], bool]) -> Table:
        """Raises TableUnreadable."""
        try:
            with path.open("rb") as stream:
                content = stream.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise unreadable(path, "unreadable") from error
        if len(content) > MAX_FILE_BYTES:
            raise unreadable(path, "too_large", limit=str(MAX_FILE_BYTES))
        if content.startswith((_ZIP_MAGIC, OLD_WORKBOOK)):
            lines = read_workbook_blocking(path, content, cancelled)
            filled = [(number, CELLS_END.join(row)) for number, row in enumerate(lines, start=1) if any(row)]
            return _table(path, [number for number, _text in filled], [text for _number, text in filled])
        text, encoding = _decoded(path, content)
        if CELLS_END in text:
            raise unreadable(path, "not_a_table")
        separator = separator_of(text)
        return _table(path, *_csv_rows(path, text, separator, cancelled), encoding, separator)

    def write_csv_blocking(self, path: Path, rows: Sequence[Sequence[str]]) -> None:
        """UTF-8 with a mark and semicolons, which is what a double click opens well. Raises TableUnreadable."""
        try:
            with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as stream:
                writer = csv.writer(stream, delimiter=";")
                writer.writerows([harmless_cell(cell) for cell in row] for row in rows)
        except OSError as error:
            raise unreadable(path, "not_written") from error


def separator_of(text: str) -> str:
    """The separator that stands most often outside quotes in the first line."""
    counts = dict.fromkeys(_SEPARATORS, 0)
    quoted = False
    for letter in text[:65536]:
        if letter == '"':
            quoted = not quoted
        elif letter in "\r\n" and not quoted and any(counts.values()):
            break
        elif not quoted and letter in counts:
            counts[letter] += 1
    return max(_SEPARATORS, key=lambda one: counts[one])


def _decoded(path: Path, content: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark, else UTF-8 if it is that, else what Windows writes in western Europe."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _text(path, content, encoding), encoding.removesuffix("-sig")
    if content[1:200:2].count(0) > len(content[:200]) // 4:
        return _text(path, content, "utf-16-le"), "utf-16"
    try:
        text, encoding = content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _text(path, content, "cp1252"), "cp1252"
    return text, encoding


def _text(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise unreadable(path, "encoding") from None


def _csv_rows(
    path: Path, text: str, separator: str, cancelled: Callable[[], bool]
) -> tuple[list[int], list[str]]:  # fmt: skip
    """The lines on which rows begin, and each row's cells in one text."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    numbers: list[int] = []
    packed: list[str] = []
    begins = 1
    try:
        for row in reader:
            if any(row):
                numbers.append(begins)
                packed.append(CELLS_END.join(row))
            begins = reader.line_num + 1
            if len(numbers) % _ROWS_A_LOOK == 0 and cancelled():
                raise unreadable(path, "cancelled")
            if len(numbers) > MAX_ROWS + 1:
                break  # said by _table
    except csv.Error as error:
        raise unreadable(path, "not_a_table", line=str(reader.line_num)) from error
    return numbers, packed


def _table(
    path: Path, numbers: list[int], packed: list[str], encoding: str = "", separator: str = ""
) -> Table:  # fmt: skip
    if len(numbers) < 2:
        raise unreadable(path, "empty")
    if len(numbers) - 1 > MAX_ROWS:
        raise unreadable(path, "too_many_rows")
    header = tuple(name.strip() for name in packed[0].split(CELLS_END))
    if len(header) > MAX_COLUMNS:
        raise unreadable(path, "too_many_columns")
    return Table(path.name, header, tuple(numbers[1:]), tuple(packed[1:]), encoding, separator)
