"""Locking: when the desk locks by itself, and what opens it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tns_desktop.domain.errors import PassphraseWrong
from tns_desktop.services.ports import Clock, VaultKey
from tns_desktop.services.settings import AUTO_LOCK_MINUTES, Settings

T = TypeVar("T")

LOOK_EVERY_SECONDS = 10.0
"""A computer that slept is noticed so soon; a new setting counts so soon."""

SHORTEST_PASSPHRASE = 8
LONGEST_PASSPHRASE = 1000
FREE_ATTEMPTS = 2
LONGEST_DELAY = 60.0


class IdleLock:
    """Says when nobody has touched the desk for as long as the settings allow."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._touched_at = clock.now()

    def note_input(self) -> None:
        """Somebody pressed a key, or moved the pointer over a window of the desk."""
        self._touched_at = self._clock.now()

    async def run(self) -> None:
        """Returns when it is time to lock."""
        while True:
            left = self._seconds_left()
            if left is not None and left <= 0:
                return
            await self._clock.sleep(LOOK_EVERY_SECONDS if left is None else min(left, LOOK_EVERY_SECONDS))

    def _seconds_left(self) -> float | None:
        """None: never."""
        minutes = self._settings.get(AUTO_LOCK_MINUTES)
        if minutes == 0:
            return None
        now = self._clock.now()
        # A clock that was set back must not keep the desk open until it has caught up.
        self._touched_at = min(self._touched_at, now)
        return minutes * 60 - (now - self._touched_at).total_seconds()


class Passphrase:
    """The optional passphrase over the vault's key. Each wrong one makes the next attempt wait longer."""

    def __init__(self, key: VaultKey, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self._failures = 0
        self._free_at = clock.steady()

    async def is_set(self) -> bool:
        """Whether a passphrase is asked for; it may take as long as the keychain does."""
        return await self._key.has_passphrase()

    @property
    def seconds_to_wait(self) -> float:
        """Until the next attempt is looked at; 0 when it may be made now."""
        return max(0.0, self._free_at - self._clock.steady())

    async def open(self, passphrase: str = "") -> bytes:
        """The vault's key. Raises PassphraseWrong, VaultKeyMissing, VaultKeyWrong or a SecretStoreError."""
        return await self._attempt(lambda: self._key.open(passphrase))

    async def change(self, present: str, new: str) -> None:
        """Sets, changes or (``new`` empty) removes it. Raises as ``open`` does, and changes nothing then."""
        await self._attempt(lambda: self._key.change_passphrase(present, new))

    async def _attempt(self, step: Callable[[], Awaitable[T]]) -> T:
        await self._clock.sleep(self.seconds_to_wait)
        try:
            result = await step()
        except PassphraseWrong:
            self._failures += 1
            delay = min(LONGEST_DELAY, 2.0 ** (self._failures - FREE_ATTEMPTS)) if self._failures > FREE_ATTEMPTS else 0
            self._free_at = self._clock.steady() + delay
            raise
        self._failures = 0
        return result


def is_long_enough(passphrase: str) -> bool:
    """Length is what counts against guessing; nothing is demanded of the kinds of characters."""
    return SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE
