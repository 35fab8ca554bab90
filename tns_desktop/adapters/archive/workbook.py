"""The first sheet of a workbook as rows of text.

The library (calamine) believes a file: a few bytes can ask it for a sheet of seventeen thousand million cells. So the
archive is first inflated by our own reader, within limits, and the places that its cells claim are looked at.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from pathlib import Path

from tns_desktop.adapters.archive.container import Container
from tns_desktop.domain.archive import ArchiveLimits
from tns_desktop.domain.errors import ArchiveError, TableUnreadable

LIMITS = ArchiveLimits(entry_bytes=256 * 1024**2, total_bytes=384 * 1024**2, entries=1_000)
MAX_CELLS = 8_000_000
MAX_ROW = 200_001
MAX_COLUMN = 256
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,8})(\d{1,12})[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d{1,12})[\"']")
_OTHER_KINDS = ("xl/workbook.bin", "content.xml")
"""Of workbooks that are archives too, and that nothing here has looked at."""
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""How an XLS begins, and an XLSX with a password."""


def read_workbook_blocking(path: Path, content: bytes, cancelled: Callable[[], bool]) -> list[tuple[str, ...]]:
    """Every row of the first sheet. Raises TableUnreadable."""
    if content.startswith(OLD_WORKBOOK):
        raise unreadable(path, "old_workbook")
    try:
        _check_blocking(path, content, cancelled)
    except ArchiveError as error:
        reason = "too_large" if "too_large" in error.code or "too_large" in str(error.facts) else "damaged"
        raise unreadable(path, reason, limit=str(LIMITS.entry_bytes)) from error
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:  # the library's own, and what its binding makes of a panic
        raise unreadable(path, "damaged") from error
    return [tuple(map(_text, row)) for row in rows]


def _check_blocking(path: Path, content: bytes, cancelled: Callable[[], bool]) -> None:
    """Every part inflates within the limits, and no sheet claims to be larger than a table that anybody would import."""
    container = Container(io.BytesIO(content), LIMITS)
    if any(member.path in _OTHER_KINDS for member in container.members):
        raise unreadable(path, "other_workbook")
    total = 0
    for member in container.members:
        if cancelled():
            raise unreadable(path, "cancelled")
        data = container.unpack_blocking(member)
        total += len(data)
        if total > LIMITS.total_bytes:
            raise unreadable(path, "too_large", limit=str(LIMITS.total_bytes))
        if member.path.endswith(".xml") and b"\0" in data[:1024]:
            raise unreadable(path, "damaged")  # UTF-16, which no office writes: the look below would be blind
        if b"sheetData" not in data:
            continue
        rows = [int(found[1]) for found in _ROW.finditer(data)]
        cells = [(_column(found[1]), int(found[2])) for found in _CELL.finditer(data)]
        last_row = max([*rows, *(row for _column_, row in cells)], default=0)
        last_column = max((column for column, _row in cells), default=0)
        if last_row > MAX_ROW:
            raise unreadable(path, "too_many_rows")
        if last_column > MAX_COLUMN or last_row * last_column > MAX_CELLS:
            raise unreadable(path, "too_many_columns")


def _column(letters: bytes) -> int:
    """``A`` is 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(value: object) -> str:
    """A cell as somebody would type it: whole numbers without a point, dates as ISO 8601."""
    if isinstance(value, str):
        return value.replace("\0", "").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return "" if value is None else str(value)


def unreadable(path: Path, reason: str, **facts: str) -> TableUnreadable:
    """The error for that file; ``reason`` is an identifier."""
    return TableUnreadable(f"table: {reason}", facts={"name": path.name, "reason": reason, **facts})
