"""The command ``tns-desktop-sandbox``: one line of JSON on standard output says where it listens, then it serves."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from tns_desktop.sandbox.app import SandboxApp, SandboxOptions
from tns_desktop.sandbox.archives import load_makers_blocking
from tns_desktop.sandbox.faults import FAULT_KINDS, FAULT_ROUTES, FaultSpecInvalid
from tns_desktop.sandbox.hooks import RETRY_SECONDS, HookSpecInvalid, hook_target
from tns_desktop.sandbox.routes import RouteMapInvalid
from tns_desktop.sandbox.server import HostRefused, SandboxServer, bind, describe


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 when told to stop, 1 when the port cannot be had, 2 when the command line makes no sense."""
    arguments = _parser().parse_args(argv)
    if arguments.auditor_samples is not None:
        from tns_desktop.sandbox.samples.auditing import write_auditor_samples_blocking

        write_auditor_samples_blocking(arguments.auditor_samples)
        return 0
    try:
        app = SandboxApp(
            SandboxOptions(
                files=arguments.files,
                seed=arguments.seed,
                anchor=arguments.anchor,
                map_path=arguments.map,
                faults=arguments.faults,
                etag=not arguments.no_etag,
                ranges=not arguments.no_range,
                idempotency=arguments.idempotency,
                delay=arguments.delay,
            )
        )
        if arguments.webhook:
            target = hook_target(
                arguments.webhook,
                arguments.webhook_header,
                retry_seconds=arguments.webhook_retry,
                twice=arguments.webhook_twice,
            )
            for product in app.world.products:
                app.world.hooks.aim(product.public_id, target)
        listener = bind(arguments.host, arguments.port)
    except (FaultSpecInvalid, RouteMapInvalid, HostRefused, HookSpecInvalid) as error:
        print(f"tns-desktop-sandbox: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"tns-desktop-sandbox: cannot listen on {arguments.host}:{arguments.port}: {error}", file=sys.stderr)
        return 1

    def announce() -> None:
        try:
            print(json.dumps(describe(app, listener), ensure_ascii=False), flush=True)
        except BrokenPipeError:
            # Whoever started it is gone already; the interpreter must not try to write the rest on its way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            server.should_exit = True
            return
        if not arguments.quiet:
            print("Sandbox with invented client files; stop it with Ctrl+C.", file=sys.stderr, flush=True)

    # Clients that go away in the middle of an answer are what a sandbox is for.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    server = SandboxServer(app, announce)
    if arguments.until_stdin_closes:
        threading.Thread(target=_watch_stdin, args=(server,), name="stdin", daemon=True).start()
    if arguments.warm:
        threading.Thread(target=load_makers_blocking, name="warm", daemon=True).start()
    with listener:
        asyncio.run(server.serve(sockets=[listener]))
    app.close()
    return 0


def _watch_stdin(server: SandboxServer) -> None:
    """The parent's death closes the pipe, whatever it died of.

    Reads past ``sys.stdin``: its lock, held by a daemon thread, would abort the interpreter on its way out.
    """
    while os.read(sys.stdin.fileno(), 4096):
        pass
    server.should_exit = True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tns-desktop-sandbox",
        description="A local Trust and Sign with invented client files, for trying, testing and showing the desk.",
        epilog=f"Faults: route:fault[(number)][*count][@after], separated by commas. Routes: {', '.join(FAULT_ROUTES)}. "
        f"Faults: {', '.join(FAULT_KINDS)}. Example: decision:commit-then-cut*1,list:429(2)@3",
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one (default)")
    parser.add_argument("--files", type=_count, default=40, help="client files of the first product (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds make equal files (default: 1)")
    parser.add_argument(
        "--anchor", type=_date, help="the day before which the files began, YYYY-MM-DD (default: today)"
    )
    parser.add_argument("--map", type=Path, help="another description of the routes (TOML)")
    parser.add_argument("--faults", default="", metavar="SPEC", help="what to do wrong; see below")
    parser.add_argument("--no-etag", action="store_true", help="archives without an entity tag")
    parser.add_argument("--no-range", action="store_true", help="archives only as a whole")
    parser.add_argument("--idempotency", action="store_true", help="answer a repeated decision as the first time")
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="before each answer")
    parser.add_argument("--webhook", default="", metavar="URL", help="deliver web hooks of all products there")
    parser.add_argument("--webhook-header", default="", metavar="NAME:VALUE", help="a header that each of them carries")
    parser.add_argument(
        "--webhook-retry",
        type=float,
        default=RETRY_SECONDS,
        metavar="SECONDS",
        help="first pause before a delivery is repeated, doubled each time (default: %(default)g)",
    )
    parser.add_argument("--webhook-twice", action="store_true", help="deliver each of them two times")
    parser.add_argument(
        "--auditor-samples", type=Path, metavar="DIR", help="write archives and a certificate there, and serve nothing"
    )
    parser.add_argument("--warm", action="store_true", help="load the drawing libraries before they are needed")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input reaches its end")
    parser.add_argument("--quiet", action="store_true", help="nothing on standard error")
    return parser


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError("a number from 1 to 100000 is expected")
    return value


def _date(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError("a day as YYYY-MM-DD is expected") from None


if __name__ == "__main__":
    sys.exit(main())
