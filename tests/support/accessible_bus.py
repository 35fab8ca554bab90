"""A screen reader's side of the desk: its window under Xvfb in a private D-Bus session, read over the accessibility bus.

What a screen reader does is done here: names, roles and states are asked for, actions are invoked, the focus is set, keys are
made by the registry. Nothing of Qt is in this process. Where its programs are missing on Linux the test fails and says what to
install; other systems have no AT-SPI, there it is skipped.

Sources: the interfaces ``org.a11y.atspi.*`` of at-spi2-core 2.46 (``xml/``), the numbers of states of ``atspi-constants.h``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support.devtools import dev_module

if sys.platform.startswith("linux"):
    # It comes with secretstorage, on Linux only, and has no types.
    from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, message_bus, new_method_call  # type: ignore[import-untyped]
    from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

T = TypeVar("T")

PACKAGES = "at-spi2-core, dbus and xvfb (Debian: apt-get install at-spi2-core dbus xvfb)"
REPOSITORY = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 20.0
LOOK_EVERY_SECONDS = 0.05
ANSWER_SECONDS = 5.0
MOST_CHILDREN = 60
"""Of one list or table: the rows are alike."""
_OF_ROWS = ("cell", "column header", "list item", "tree item")
_WITH_ROWS = ("list", "table", "tree")

DOWN, UP = 0xFF54, 0xFF52
"""Key symbols of X11."""
_BY_SYMBOL = 3
"""``ATSPI_KEY_SYM``: pressed and released."""

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ACTION = "org.a11y.atspi.Action"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_REGISTRY = "org.a11y.atspi.Registry"
_ROOT = "/org/a11y/atspi/accessible/root"

system = dev_module("devtools.system")
display = dev_module("devtools.display")


class State(IntEnum):
    """Bits of a state set, as far as they matter here."""

    ACTIVE = 1
    ENABLED = 8
    EXPANDED = 10
    FOCUSABLE = 11
    FOCUSED = 12
    SELECTABLE = 22
    SELECTED = 23
    SENSITIVE = 24
    SHOWING = 25
    READ_ONLY = 43


class Gone(Exception):
    """What was asked is not there any more, or does not answer."""


@dataclass(frozen=True)
class Thing:
    """One object of the tree. ``role`` as the registry words it: ``push button``, ``tree item``."""

    owner: str
    path: str
    name: str
    role: str
    states: int

    def has(self, *states: State) -> bool:
        return all(self.states >> state & 1 for state in states)


class ScreenReader:
    """Speaks the accessibility bus. Everything blocks, nothing longer than its limit."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus
        self._heard: list[str] = []

    # --- reading ------------------------------------------------------------------------------------------------------

    def applications(self) -> list[tuple[str, str]]:
        return list(self._call(_REGISTRY, _ROOT, _ACCESSIBLE, "GetChildren")[0])

    def things(self, *, with_rows: bool = True) -> Iterator[Thing]:
        """What is showing, the newest window first: dialogs lie over the desk."""
        for owner, path in self.applications():
            for window in reversed(self._call(owner, path, _ACCESSIBLE, "GetChildren")[0]):
                yield from self._below([tuple(window)], with_rows)

    def find(self, role: str, *words: str, holds: Callable[[Thing], bool] = lambda _thing: True) -> Thing | None:
        """The first that shows, has this role, all these words in its name, and is as it should be."""
        for thing in self.things(with_rows=role in _OF_ROWS):
            if thing.role == role and all(word in thing.name for word in words) and holds(thing):
                return thing
        return None

    def await_thing(self, role: str, *words: str, holds: Callable[[Thing], bool] = lambda _thing: True) -> Thing:
        """As soon as it is there. Raises AssertionError with what there is instead."""
        found = _awaited(lambda: self.find(role, *words, holds=holds))
        if found is None:
            there = sorted({thing.name for thing in self.things() if thing.role == role})
            raise AssertionError(f"no {role} with {words}; there is {there}")
        return found

    def await_gone(self, role: str, *words: str) -> None:
        assert _awaited(lambda: self.find(role, *words) is None), f"{role} with {words} is still there"

    def description(self, thing: Thing) -> str:
        return str(self._property(thing.owner, thing.path, "Description"))

    def label_of(self, thing: Thing) -> str:
        """The name of what labels it, by its relation (``ATSPI_RELATION_LABELLED_BY``, 2)."""
        for kind, targets in self._call(thing.owner, thing.path, _ACCESSIBLE, "GetRelationSet")[0]:
            if kind == 2:
                return " ".join(str(self._property(owner, path, "Name")) for owner, path in targets)
        return ""

    def nameless(self) -> list[str]:
        """What takes the focus and is read without a word. A cell is read by its content, which may be empty."""
        return [
            f"{thing.role} {thing.path}"
            for thing in self.things()
            if thing.has(State.FOCUSABLE) and thing.role != "cell" and not thing.name.strip()
        ]

    def listen_to_announcements(self) -> None:
        """From now on what is said away from the focus is noted; the desk is told that somebody listens."""
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="Announcement")
        self._ask([message_bus.AddMatch(rule)])
        self._call(_REGISTRY, "/org/a11y/atspi/registry", _REGISTRY, "RegisterEvent", "s", "object:announcement")

    def announced(self) -> list[str]:
        """What was said since then, the oldest first."""
        with contextlib.suppress(TimeoutError):
            while True:
                self._note(self._bus.receive(timeout=0.2))
        return self._heard

    # --- doing --------------------------------------------------------------------------------------------------------

    def press(self, thing: Thing) -> None:
        """The first action it offers, which has to be that of a button."""
        actions = self._call(thing.owner, thing.path, _ACTION, "GetActions")[0]
        assert [name for name, _description, _key in actions[:1]] == ["Press"], f"{thing} offers {actions}"
        assert self._call(thing.owner, thing.path, _ACTION, "DoAction", "i", 0) == (True,)

    def focus(self, thing: Thing) -> None:
        assert self._call(thing.owner, thing.path, "org.a11y.atspi.Component", "GrabFocus") == (True,)

    def write(self, thing: Thing, text: str) -> None:
        edit = "org.a11y.atspi.EditableText"
        assert self._call(thing.owner, thing.path, edit, "SetTextContents", "s", text) == (True,)

    def strike(self, symbol: int) -> None:
        """A key of the keyboard, for whatever has the focus."""
        where = "org.a11y.atspi.DeviceEventController"
        path = "/org/a11y/atspi/registry/deviceeventcontroller"
        self._call(_REGISTRY, path, where, "GenerateKeyboardEvent", "isu", symbol, "", _BY_SYMBOL)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _below(self, places: Sequence[tuple[str, str]], with_rows: bool) -> Iterator[Thing]:
        """What stands at these places and below them. All questions about neighbours are asked in one go: the way there and
        back costs more than the answers.
        """
        questions = [
            question
            for owner, path in places
            for question in (
                _message(owner, path, _ACCESSIBLE, "GetState"),
                _message(owner, path, _PROPERTIES, "Get", "ss", _ACCESSIBLE, "Name"),
                _message(owner, path, _ACCESSIBLE, "GetRoleName"),
                _message(owner, path, _ACCESSIBLE, "GetChildren"),
            )
        ]
        answers = iter(self._ask(questions))
        for owner, path in places:
            state, name, role, children = (next(answers) for _ in range(4))
            low, high = state[0]
            thing = Thing(owner, path, str(name[0][1]), str(role[0]), low | high << 32)
            if thing.has(State.SHOWING):
                yield thing
                if children[0] and (with_rows or thing.role not in _WITH_ROWS):
                    yield from self._below([tuple(child) for child in children[0][:MOST_CHILDREN]], with_rows)

    def _property(self, owner: str, path: str, name: str) -> Any:
        return self._call(owner, path, _PROPERTIES, "Get", "ss", _ACCESSIBLE, name)[0][1]

    def _call(self, owner: str, path: str, interface: str, method: str, signature: str = "", *body: object) -> Any:
        return self._ask([_message(owner, path, interface, method, signature, *body)])[0]

    def _ask(self, questions: Sequence[Message]) -> list[Any]:
        """The bodies of the answers, in the order of the questions. Raises Gone."""
        serials = [next(self._bus.outgoing_serial) for _ in questions]
        for serial, question in zip(serials, questions, strict=True):
            self._bus.send(question, serial=serial)
        open_ones, answers = set(serials), {}
        try:
            while open_ones:
                message = self._bus.receive(timeout=ANSWER_SECONDS)
                answered = message.header.fields.get(HeaderFields.reply_serial)
                if answered in open_ones:
                    open_ones.remove(answered)
                    answers[answered] = message
                else:
                    self._note(message)
        except (TimeoutError, ConnectionError) as error:
            raise Gone(str(error)) from error
        for answer in answers.values():
            if answer.header.message_type is MessageType.error:
                raise Gone(str(answer.body))
        return [answers[serial].body for serial in serials]

    def _note(self, message: Message) -> None:
        if message.header.fields.get(HeaderFields.member) == "Announcement":
            self._heard.append(str(message.body[3][1]))


def _message(owner: str, path: str, interface: str, method: str, signature: str = "", *body: object) -> Message:
    return new_method_call(DBusAddress(path, owner, interface), method, signature or None, body)


@contextlib.contextmanager
def desk_on_the_bus(folder: Path) -> Iterator[ScreenReader]:
    """The demonstration in its window, and who reads it. Everything that was started is gone when the block ends."""
    require_programs()
    with contextlib.ExitStack() as stack:
        # Short: the path of a socket has 108 characters at the most.
        runtime = tempfile.mkdtemp(prefix="tns-bus-")
        stack.callback(shutil.rmtree, runtime, ignore_errors=True)
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
        environ = {**kept, "HOME": str(folder), "XDG_RUNTIME_DIR": runtime, "PYTHONPATH": str(REPOSITORY)}
        environ = stack.enter_context(display.screen(environ, say=lambda _text: None))
        assert environ["QT_QPA_PLATFORM"] == "xcb", "Xvfb did not start"
        bus = _started(stack, ["dbus-daemon", "--session", "--nofork", "--print-address=1"], environ, says=True)
        assert bus.stdout is not None
        environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        launcher = system.in_libexec("at-spi-bus-launcher")
        _started(stack, [str(launcher), "--launch-immediately"], environ)
        session = stack.enter_context(open_dbus_connection(environ["DBUS_SESSION_BUS_ADDRESS"]))
        reader = ScreenReader(stack.enter_context(open_dbus_connection(_accessibility_address(session))))
        desk = [
            sys.executable,
            "-m",
            "tns_desktop",
            "--demo",
            "--language",
            "en",
            "--profile-dir",
            str(folder / "desk"),
        ]
        window = _started(stack, desk, {**environ, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"})
        _until_registered(reader, window)
        yield reader


def require_programs() -> None:
    """Skips where there is no AT-SPI; fails where there is one and it is not installed."""
    if not sys.platform.startswith("linux"):
        pytest.skip("AT-SPI is Linux's")
    missing = [need.brings for need in system.TESTS if need.package in PACKAGES and not system.is_there(need)]
    if missing:
        pytest.fail(f"the screen reader's test needs {', '.join(missing)}: install {PACKAGES}", pytrace=False)


def _started(
    stack: contextlib.ExitStack, words: list[str], environ: dict[str, str], *, says: bool = False
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        words,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if says else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(_stop, process)
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _accessibility_address(session: DBusConnection) -> str:
    where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")

    def told() -> str:
        reply = session.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=ANSWER_SECONDS)
        return str(reply.body[0]) if reply.header.message_type is MessageType.method_return else ""

    address = _awaited(told)
    assert address, "there is no accessibility bus"
    return address


def _until_registered(reader: ScreenReader, window: subprocess.Popen[bytes]) -> None:
    def registered() -> bool:
        assert window.poll() is None, f"the desk ended with {window.returncode}"
        return bool(reader.applications())

    assert _awaited(registered), "the desk does not come to the accessibility bus"


def _awaited(look: Callable[[], T]) -> T | None:
    """What ``look`` finds, as soon as it finds something; None when the time is up."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(Gone):
            found = look()
            if found:
                return found
        time.sleep(LOOK_EVERY_SECONDS)
    return None
