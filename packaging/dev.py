#!/usr/bin/env python3
"""The commands of the README: this file only reads the command line; ``devtools/`` does the work.

It runs before anything is installed, on whatever Python the machine has, so here and in ``devtools/`` there is nothing
but the standard library, and nothing newer than Python 3.8.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from devtools import commands
from devtools.failures import Stop, sentence_for

COMMANDS = {
    "demo": "start the desk with sample files",
    "test": "check style, types and layers, then run the tests",
    "setup": "only do the set-up that the other commands do by themselves",
    "lint": "check style, types and layers",
    "bench": "run the benchmarks",
    "screens": "render every scene of the window to a folder",
    "lock": "work the lock file out anew from pyproject.toml",
    "notices": "write THIRD_PARTY_NOTICES.md anew from what is installed",
}
PASSES_ARGUMENTS_ON = {"test": "pytest", "bench": "the benchmarks", "demo": "tns-desktop"}


def parser() -> argparse.ArgumentParser:
    """Exits with a usage message on a mistake, as command lines do."""
    top = argparse.ArgumentParser(prog="packaging/dev.py", description="Set up, start and check TnS Desktop.")
    subcommands = top.add_subparsers(dest="command", metavar="COMMAND")
    made = {}
    for name, help_text in COMMANDS.items():
        made[name] = subcommands.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:])
    demo = made["demo"]
    demo.add_argument(
        "--tour", type=Path, metavar="DIR", help="drive the window through the main job, with screenshots"
    )
    demo.add_argument("--language", choices=("fr", "en"), help="language of the window")
    demo.add_argument("--theme", choices=("light", "dark"), help="colours of the window")
    demo.add_argument("--auditor", action="store_true", help="with --tour: the way of an auditor, with no account")
    demo.add_argument("--profile-dir", type=Path, metavar="DIR", help="keep settings and vault there")
    made["test"].add_argument("--fast", action="store_true", help="the tests only")
    made["bench"].add_argument("--quick", action="store_true", help="few rounds: does it run at all?")
    made["screens"].add_argument("folder", type=Path, metavar="DIR", help="where to write the pictures")
    for name, program in PASSES_ARGUMENTS_ON.items():
        made[name].usage = f"packaging/dev.py {name} [options of {name}] [arguments for {program}]"
    return top


def parse(arguments: list[str]) -> argparse.Namespace:
    """Options of ours are taken out; the rest stays in ``rest`` in its order, for the program behind the command."""
    ours, separator, behind = _split(arguments)
    known, unknown = parser().parse_known_args(ours)
    if unknown and known.command not in ("test", "bench"):
        parser().error("unknown arguments: {}".format(" ".join(unknown)))
    if behind and known.command not in PASSES_ARGUMENTS_ON:
        parser().error(f"{known.command} takes no arguments after --")
    if known.command in ("test", "bench"):
        # argparse reorders what it does not know (a value from its option), so the words are taken as they were given.
        own = "--fast" if known.command == "test" else "--quick"
        known.rest = [word for word in ours[1:] if word != own] + ([separator, *behind] if separator else [])
    else:
        known.rest = behind
    return known


def main(arguments: list[str] | None = None) -> int:
    """0 when all went well, 1 for a failed check, 2 for a failed set-up, 130 when stopped from the keyboard."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parse(given)
    if options.command is None:
        parser().print_help()
        return 2
    # Stopped by a service manager or a CI: leave through the same doors as Ctrl-C, so that nothing stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return commands.run(options)
    except Stop as stop:
        _say(str(stop))
    except OSError as error:
        _say(sentence_for(error))
    except KeyboardInterrupt:
        return 130
    return 2


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    """What stands before the first ``--``, the ``--`` if there is one, and what stands behind it."""
    if "--" not in arguments:
        return arguments, "", []
    at = arguments.index("--")
    return arguments[:at], "--", arguments[at + 1 :]


def _say(sentence: str) -> None:
    sys.stdout.flush()
    print(f"dev.py: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
