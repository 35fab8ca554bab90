"""The real decoder with a planted fault: what a document could do that had taken it over.

The text of the "document" names the deed; the answer is its outcome, or there is none. Run as a program, with the real
limits and the real protocol.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).resolve().parents[2])
BOOT = f"import sys; sys.path.insert(0, {ROOT!r}); from tests.support.planted_decoder import main; sys.exit(main())"


def command() -> list[str]:
    return [sys.executable, "-I", "-c", BOOT]


def _deed(text: str) -> str:
    name, _, argument = text.partition(" ")
    if name == "connect":
        socket.create_connection(("127.0.0.1", int(argument)), 2).close()
    elif name == "resolve":
        socket.getaddrinfo("example.test", 443)
    elif name == "read":
        return Path(argument).read_text()
    elif name == "write":
        Path(argument).write_text("x")
    elif name == "fork":
        if os.fork() == 0:
            os._exit(0)
    elif name == "run":
        os.execv(sys.executable, [sys.executable, "-c", "pass"])
    elif name == "allocate":
        return str(len(bytearray(4 * 1024**3)))
    elif name == "spin":
        while True:
            pass
    elif name == "die":
        os.abort()
    return "done"


def _planted(request: Any, document: Any) -> tuple[dict[str, Any], bytes]:
    try:
        outcome = _deed(document.content.decode())
    except OSError as error:
        outcome = f"refused {type(error).__name__}"
    return {"truncated": False, "headers": [], "attachments": [], "folds": 0, "formatted": 0}, outcome.encode()


def main() -> int:
    from tns_desktop.adapters.render import worker

    worker._text = _planted
    return worker.main()
