"""Decoders that misbehave, for the host's tests. Runs as a process of its own, in place of the real worker.

``command(behaviour, folder)`` misbehaves in its first life only; from its second on it is the real decoder (it leaves a
file in ``folder`` to know), so that a test can show that the next document works.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn, cast

from tns_desktop.adapters.render import protocol, worker

ROOT = Path(__file__).resolve().parents[2]
LIVED = "lived"
REQUESTED = "requested"
GO = "go"
FOREVER = 600.0


def command(behaviour: str, folder: Path) -> list[str]:
    boot = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.support.fake_decoder import main; main()"
    return [sys.executable, "-I", "-c", boot, behaviour, str(folder)]


def main() -> None:
    behaviour, folder = sys.argv[1], Path(sys.argv[2])
    if behaviour in _EVERY_LIFE:
        _EVERY_LIFE[behaviour](folder)
    elif (folder / LIVED).exists():
        sys.exit(worker.main())
    else:
        (folder / LIVED).write_text(str(os.getpid()))
        _FIRST_LIFE[behaviour](folder)


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.002)


def _greet() -> None:
    protocol.write_frame(_answers(), {"hello": 1, "isolation": []})


def _requests() -> Any:
    return cast(Any, sys.stdin.buffer).raw


def _answers() -> Any:
    return cast(Any, sys.stdout.buffer).raw


def _next(folder: Path) -> dict[str, Any]:
    request, _ = protocol.read_frame(_requests(), payload_limit=protocol.DOCUMENT_LIMIT)
    with (folder / REQUESTED).open("a") as log:
        log.write(f"{request['op']} {request.get('key', ['', ''])[1]}\n")
    return request


def _raster(request: dict[str, Any], **changes: Any) -> tuple[dict[str, Any], bytes]:
    """One pixel that says which entry it is of."""
    answer = {"number": request["number"], "key": request["key"], "page": request["page"]}
    return answer | {"width": 1, "height": 1, "stride": 3} | changes, bytes([int(request["key"][1])] * 3)


def _hang(folder: Path) -> NoReturn:
    _greet()
    _next(folder)
    time.sleep(FOREVER)
    sys.exit()


def _never_greet(_folder: Path) -> None:
    time.sleep(FOREVER)


def _die(folder: Path) -> None:
    _greet()
    _next(folder)
    os.kill(os.getpid(), signal.SIGKILL)


def _garbage(folder: Path) -> None:
    _greet()
    _next(folder)
    os.write(1, b"<html>hello</html>" * 100)
    time.sleep(FOREVER)


def _flood(folder: Path) -> None:
    _greet()
    _next(folder)
    header = protocol.HEADER.pack(protocol.MAGIC, protocol.VERSION, 0, 2, 2**40) + b"{}"
    os.write(1, header)
    while True:
        os.write(1, b"\0" * 65_536)


def _unasked(folder: Path) -> None:
    """A right answer, and a second one nobody asked for."""
    _greet()
    request = _next(folder)
    protocol.write_frame(_answers(), *_raster(request))
    protocol.write_frame(_answers(), *_raster(request, number=request["number"] + 1))
    (folder / "said").touch()
    time.sleep(FOREVER)


def _answer_with(changes: dict[str, Any], payload: bytes | None = None) -> Any:
    def behave(folder: Path) -> None:
        _greet()
        answer, pixels = _raster(_next(folder), **changes)
        protocol.write_frame(_answers(), answer, pixels if payload is None else payload)
        time.sleep(FOREVER)

    return behave


def _gate(folder: Path) -> None:
    """Answers every request, but only after the file ``go`` is there."""
    _greet()
    while True:
        try:
            request = _next(folder)
        except protocol.EndOfStream:
            return
        wait_for(folder / GO)
        protocol.write_frame(_answers(), *_raster(request))


def _tell_environment(folder: Path) -> None:
    _greet()
    request = _next(folder)
    told = {"environment": dict(os.environ), "folder": os.getcwd(), "files": sorted(os.listdir("/proc/self/fd"))}
    answer = {"number": request["number"], "key": request["key"], "truncated": False}
    answer |= {"headers": [], "attachments": [], "folds": 0, "formatted": 0}
    protocol.write_frame(_answers(), answer, json.dumps(told).encode())
    time.sleep(FOREVER)


_FIRST_LIFE = {
    "hang": _hang,
    "never_greet": _never_greet,
    "die": _die,
    "garbage": _garbage,
    "flood": _flood,
    "unasked": _unasked,
    "other_key": _answer_with({"key": ["b" * 64, "1"]}),
    "other_number": _answer_with({"number": 77}),
    "other_page": _answer_with({"page": 5}),
    "huge_size": _answer_with({"width": 100_000, "height": 100_000, "stride": 300_000}),
    "few_pixels": _answer_with({"width": 10, "stride": 30}),
    "odd_types": _answer_with({"width": "1", "height": [1]}),
    "strange_refusal": _answer_with({"error": "vault_damaged", "reason": "x"}, b""),
    "long_reason": _answer_with({"error": "document_damaged", "reason": "a quote of the document"}, b""),
}
_EVERY_LIFE = {"gate": _gate, "environment": _tell_environment}
