"""Consecutive rows taken together: models tell their views of ranges, not of single rows."""

from __future__ import annotations


def runs_of(numbers: list[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, last) pairs: ``[1, 2, 5] -> [(1, 2), (5, 5)]``."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
