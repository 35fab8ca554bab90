"""Starts the program: the desk, or one of the two processes that a frozen program plays itself."""

from __future__ import annotations

import gc
import sys


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    # A frozen program has no interpreter to hand a module to, so it answers to these words (docs/adr/0009).
    if given[:1] == ["--render-worker"]:
        from tns_desktop.adapters.render.worker import main as work

        return work()
    if given[:1] == ["--sandbox"]:
        from tns_desktop.sandbox.__main__ import main as serve

        return serve(given[1:])
    # The window's process collects on the window's thread only, see ui/runtime/collector.py.
    gc.disable()
    from tns_desktop import bootstrap, cli

    return bootstrap.run(cli.parse(given))


if __name__ == "__main__":
    sys.exit(main())
