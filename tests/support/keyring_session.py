"""A real Secret Service of our own: gnome-keyring in a private D-Bus session, in a throw-away home.

Where its programs are missing on Linux the tests fail and say what to install: a contract that silently did not run is no
contract. Other systems have no Secret Service; there the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PASSWORD = "correct horse"
PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
PACKAGES = "dbus and gnome-keyring (Debian: apt-get install dbus gnome-keyring)"


class KeyringSession:
    """A session bus and, on it, a keyring daemon. ``home`` may be reused: the keyring files lie in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.address = ""
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Without a display: a prompt would wait for ever."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")}
        runtime = self.home / "runtime"
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
        }

    def start(self, password: str | None = PASSWORD) -> None:
        """Starts bus and daemon and waits until the service answers. ``password`` None: the keyring stays locked."""
        for folder in (self.home / "runtime", self.home / ".local" / "share" / "keyrings"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().decode().strip()
        unlock = ["--unlock"] if password is not None else []
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", *unlock, "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        assert self._daemon.stdin is not None
        if password is not None:
            self._daemon.stdin.write(f"{password}\n".encode())
        self._daemon.stdin.close()
        self._wait_for_service()

    def stop(self) -> None:
        for process in (self._daemon, self._bus):
            if process is None:
                continue
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
                process.wait(10)
            if process.stdout is not None:
                process.stdout.close()
        self._daemon = self._bus = None

    def _wait_for_service(self) -> None:
        """The bus tells when the name appears: no polling."""
        from jeepney import DBusAddress, MatchRule, new_method_call  # type: ignore[import-untyped]
        from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
        from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]

        name = "org.freedesktop.secrets"
        rule = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
        rule.add_arg_condition(0, name)
        with open_dbus_connection(self.address) as connection:
            bus = Proxy(message_bus, connection, timeout=10)
            with connection.filter(rule) as appeared:
                bus.AddMatch(rule)
                if not bus.NameHasOwner(name)[0]:
                    connection.recv_until_filtered(appeared, timeout=10)
            # The daemon owns its name a moment before it has read its keyrings; this call waits for it.
            service = DBusAddress("/org/freedesktop/secrets", name, "org.freedesktop.Secret.Service")
            connection.send_and_get_reply(new_method_call(service, "ReadAlias", "s", ("default",)), timeout=10)


def require_keyring_programs() -> None:
    """Skips where there is no Secret Service by nature, fails where it merely is not installed."""
    if not sys.platform.startswith("linux"):
        pytest.skip("The Secret Service exists on Linux only.")
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.fail(f"The keychain tests need {' and '.join(missing)}: install {PACKAGES}.")


@pytest.fixture(scope="session")
def keyring_session() -> Iterator[KeyringSession]:
    """An unlocked keyring for the whole test session."""
    yield from _running_session()


@pytest.fixture
def private_keyring() -> Iterator[KeyringSession]:
    """A keyring for one test that will lock it or kill it."""
    yield from _running_session()


def _running_session() -> Iterator[KeyringSession]:
    require_keyring_programs()
    # Not pytest's folder: a socket's path may have 108 characters at the most.
    with tempfile.TemporaryDirectory(prefix="kr-", ignore_cleanup_errors=True) as home:
        session = KeyringSession(Path(home))
        try:
            session.start()
            yield session
        finally:
            session.stop()
