"""Tables of data, told from tables that only lay a mail out. Runs in the decoder only.

Where a cell holds more than a few lines of text, or another table, the cells are shown one after the other.
"""

from __future__ import annotations

from typing import Any

from tns_desktop.adapters.render.protocol import COLUMNS_LIMIT

FEWEST_COLUMNS = 2
MOST_LINES = 4
"""Paragraphs of one cell."""
LONGEST_CELL = 2_000

_Cell = tuple[int, int, bool]
"""The first block of it, the one after its last, and whether it is a heading."""


class Table:
    """Notes which of the blocks made so far are in which cell. ``is_plain``: no table is within it."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.is_plain = True
        self._rows: list[list[_Cell]] = []
        self._cell: tuple[int, bool] | None = None

    def begin_row(self, block: int) -> None:
        self.end_cell(block)
        self._rows.append([])

    def begin_cell(self, block: int, *, is_heading: bool) -> None:
        self.end_cell(block)
        if not self._rows:
            self._rows.append([])
        self._cell = (block, is_heading)

    def end_cell(self, block: int) -> None:
        if self._cell is not None:
            (first, is_heading), self._cell = self._cell, None
            self._rows[-1].append((first, block, is_heading))

    def as_blocks(self, blocks: list[list[Any]]) -> list[list[Any]]:
        """What stands from ``start`` on: rows, or the cells' blocks as they are."""
        present = blocks[self.start :]
        rows = [row for row in self._rows if row]
        within = {place for row in rows for first, last, _ in row for place in range(first, last)}
        outside = [place for place in range(self.start, len(blocks)) if place not in within]
        columns = max(map(len, rows), default=0)
        if not self.is_plain or not FEWEST_COLUMNS <= columns <= COLUMNS_LIMIT:
            return present
        if not all(_is_small(blocks[first:last]) for row in rows for first, last, _ in row):
            return present
        if outside and within and outside[-1] > min(within):
            return present  # what stands between or after the cells keeps its place
        made = [blocks[place] for place in outside]
        for row in rows:
            cells = [_joined(blocks[first:last]) for first, last, _ in row]
            cells += [[] for _ in range(columns - len(cells))]
            if any(cells):
                quote = next((block[2] for first, last, _ in row for block in blocks[first:last]), 0)
                made.append(["row", int(all(is_heading for *_, is_heading in row)), quote, "", [], cells])
        return made


def _is_small(blocks: list[list[Any]]) -> bool:
    length = sum(len(run[0]) for block in blocks for run in block[4])
    return len(blocks) <= MOST_LINES and length <= LONGEST_CELL and all(block[0] == "paragraph" for block in blocks)


def _joined(blocks: list[list[Any]]) -> list[list[Any]]:
    """The runs of a cell, its paragraphs on lines of their own."""
    runs: list[list[Any]] = []
    for block in blocks:
        if runs:
            runs.append(["\n", "text", "", ""])
        runs += block[4]
    return runs
