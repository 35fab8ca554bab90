"""Where the window goes: the screen there is, a virtual one, or none at all."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

SCREEN = "1440x900x24"
READY_SECONDS = 20.0


def choose(environ: Mapping[str, str], platform: str, has_xvfb: bool) -> str:
    """``own`` (there is a screen, or the caller chose Qt's platform), ``xvfb`` or ``offscreen``."""
    if not platform.startswith("linux") or environ.get("QT_QPA_PLATFORM"):
        return "own"
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return "own"
    return "xvfb" if has_xvfb else "offscreen"


@contextmanager
def screen(environ: Mapping[str, str], say: Callable[[str], None] = print) -> Iterator[dict[str, str]]:
    """The environment to start a window in. What it started is gone when the block ends."""
    made = dict(environ)
    with ExitStack() as stack:
        if sys.platform.startswith("linux") and not made.get("XDG_RUNTIME_DIR"):
            # Qt complains without one; mkdtemp makes it ours alone, as it has to be.
            folder = tempfile.mkdtemp(prefix="tns-runtime-")
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            made["XDG_RUNTIME_DIR"] = folder
        where = choose(made, sys.platform, shutil.which("Xvfb") is not None)
        if where == "xvfb":
            number = _start_xvfb(stack)
            if number:
                say(f"No display here: using Xvfb on :{number}.")
                made["DISPLAY"] = f":{number}"
                made["QT_QPA_PLATFORM"] = "xcb"
            else:
                where = "offscreen"
        if where == "offscreen":
            say("No display here and no Xvfb: the window is drawn in memory only (Qt's offscreen platform).")
            made["QT_QPA_PLATFORM"] = "offscreen"
        yield made


def _start_xvfb(stack: ExitStack) -> str:
    """The number of a free display, chosen by the server itself; an empty text when it did not start."""
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    try:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"],
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for the program; the screen has to outlive it.
            start_new_session=True,
        )
    finally:
        os.close(writing)
    stack.callback(_stop, server)
    answer = b""
    while not answer.endswith(b"\n"):
        ready, _, _ = select.select([reading], [], [], READY_SECONDS)
        piece = os.read(reading, 64) if ready else b""
        if not piece:
            return ""
        answer += piece
    return answer.decode().strip()


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
