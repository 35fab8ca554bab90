"""What the use cases need of this computer: time, identifiers, secrets, settings, a server with sample files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def steady(self) -> float:
        """Seconds that pass evenly, whoever sets the clock; only differences mean anything."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class NewIds(Protocol):
    def __call__(self) -> str:
        """A new identifier that nobody else has (uuid4 text)."""
        ...


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """How to reach the local server with sample files; the secret is a specimen."""

    base_url: str
    public_id: str
    secret_key: str
    operator_uuid: str


@dataclass(frozen=True, slots=True)
class SampleHook:
    """Where the local server is to deliver the web hooks of one product; an empty ``url``: nowhere."""

    public_id: str
    url: str = ""
    header_name: str = ""
    header_value: str = field(default="", repr=False)


class SampleServer(Protocol):
    """A local Trust and Sign with invented clients, in a process of its own."""

    async def start(self, product: int = 0) -> SampleAccount:
        """Starts it, or returns the account of the one that runs: of one of its products, of which there are two at least.

        Raises ServerUnreachable.
        """
        ...

    async def deliver_hooks(self, hooks: Sequence[SampleHook]) -> None:
        """From now on, and from the next start on: real web hooks, in place of those asked for before."""
        ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class KeychainInfo:
    """Which keychain is in use. ``persistent`` False: this session only."""

    name: str
    persistent: bool


class SecretStore(Protocol):
    """The operating system's keychain, or this session's memory where there is none."""

    async def describe(self) -> KeychainInfo: ...

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None:
        """Deleting what is not there is fine."""
        ...


class VaultKey(Protocol):
    """The vault's key in the keychain: as it is, or wrapped by a passphrase that is stored nowhere."""

    async def has_passphrase(self) -> bool: ...

    async def open(self, passphrase: str = "") -> bytes:
        """The key, made when there is neither a key nor a vault. Raises PassphraseWrong, VaultKeyMissing, VaultKeyWrong."""
        ...

    async def change_passphrase(self, present: str, new: str) -> None:
        """An empty ``new`` removes it. Raises PassphraseWrong, and changes nothing then."""
        ...

    async def set_aside(self, at: datetime) -> None:
        """Keeps the key of a vault that was set aside under another name; the next ``open`` makes a new one."""
        ...


class Sealing(Protocol):
    """Closes short texts with a key made of the vault's: readable again once that vault was opened again, and not before."""

    def close(self, text: str) -> bytes: ...

    def open(self, sealed: bytes) -> str | None:
        """None for what another vault's key has closed."""
        ...


class Autostart(Protocol):
    """Whether the operating system starts the program when its user logs in."""

    @property
    def is_possible(self) -> bool: ...

    async def is_on(self) -> bool: ...

    async def turn(self, on: bool) -> None:
        """Raises AutostartRefused."""
        ...


class Power(Protocol):
    """What the computer runs on."""

    async def on_battery(self) -> bool:
        """False where nobody knows."""
        ...


class ScreenShield(Protocol):
    """Leaves windows of the program out of captures of the screen, as far as the system lets it."""

    @property
    def obstacle(self) -> str:
        """Why it cannot: ``system``, ``macos_15``; empty where it can."""
        ...

    def cover(self, window_id: int, covered: bool) -> bool:
        """At once; ``window_id`` is the native handle of a top-level window. False where the system refused."""
        ...


class SettingsStore(Protocol):
    """What is kept in clear: preferences and connections without their secrets."""

    def load(self) -> dict[str, Any]:
        """Raises SettingsInvalid."""
        ...

    def save(self, values: dict[str, Any]) -> None:
        """Atomic: the old file or the new one, never half of one."""
        ...
