"""What a benchmark found: a value, the baseline of the same run, and the target, which is about one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """``ours`` and ``baseline`` are in ``unit``. The target is a ratio, or an amount in ``unit``, a range, or none."""

    what: str
    ours: float
    baseline: float
    unit: str
    against: str
    most_ratio: float | None = None
    least_ratio: float | None = None
    most: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline if self.baseline else float("inf")

    @property
    def is_met(self) -> bool:
        return (
            (self.most_ratio is None or self.ratio <= self.most_ratio)
            and (self.least_ratio is None or self.ratio >= self.least_ratio)
            and (self.most is None or self.ours <= self.most)
        )

    @property
    def target(self) -> str:
        if self.most is not None:
            return f"<= {self.most:g} {self.unit}"
        if self.least_ratio is not None:
            return f"x{self.least_ratio:g}..{self.most_ratio:g}"
        return "" if self.most_ratio is None else f"<= x{self.most_ratio:g}"


Benchmark = Callable[[bool], list[Result]]
"""Called with True for a quick run: few rounds, to see that it works; its figures say nothing."""


def table(results: list[Result]) -> str:
    """One line a result, for a terminal."""
    lines = [("what", "ours", "baseline", "ratio", "target", "", "baseline is")]
    lines += [
        (
            result.what,
            f"{result.ours:.2f} {result.unit}",
            f"{result.baseline:.2f} {result.unit}",
            f"x{result.ratio:.2f}",
            result.target,
            _verdict(result),
            result.against,
        )
        for result in results
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _verdict(result: Result) -> str:
    if not result.target:
        return ""
    return "met" if result.is_met else "MISSED"


def milliseconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes, on the wall clock."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
