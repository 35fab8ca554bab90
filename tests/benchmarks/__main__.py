"""``python -m tests.benchmarks [--quick] [NAME…]`` measures, and prints each figure with its baseline of the same run.

Ends with 1 where a target is missed; never so with ``--quick``, whose figures say nothing.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.benchmarks import (
    bench_creation,
    bench_download,
    bench_first_page,
    bench_first_paint,
    bench_handover,
    bench_large_list,
    bench_list,
    bench_memory,
    bench_next_document,
    bench_next_file,
    bench_preview,
    bench_several,
    bench_sync,
    bench_webhooks,
    bench_window,
)
from tests.benchmarks.results import Benchmark, table

BENCHMARKS: dict[str, Benchmark] = {
    "first_paint": bench_first_paint.run,
    "list": bench_list.run,
    "large_list": bench_large_list.run,
    "several": bench_several.run,
    "first_page": bench_first_page.run,
    "download": bench_download.run,
    "handover": bench_handover.run,
    "next_file": bench_next_file.run,
    "next_document": bench_next_document.run,
    "preview": bench_preview.run,
    "window": bench_window.run,
    "sync": bench_sync.run,
    "webhooks": bench_webhooks.run,
    "creation": bench_creation.run,
    "memory": bench_memory.run,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure against baselines.")
    parser.add_argument("--quick", action="store_true", help="few rounds: does it run at all?")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all if none is given")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    gc.disable()  # as the program does: widgets are destroyed on the main thread only
    results = []
    for name in options.names or BENCHMARKS:
        sys.stderr.write(f"{name}…\n")
        results += BENCHMARKS[name](options.quick)
        gc.collect()
    sys.stdout.write(table(results) + "\n")
    return 0 if options.quick or all(result.is_met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
