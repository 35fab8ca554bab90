"""When the desk locks by itself, and how wrong passphrases are slowed down. Time is moved by hand."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.support.desks import START, FakeClock, until
from tests.support.fake_desk import MemorySettings
from tns_desktop.domain.errors import PassphraseWrong
from tns_desktop.services.locking import IdleLock, Passphrase, is_long_enough
from tns_desktop.services.settings import AUTO_LOCK_MINUTES, Settings

pytestmark = pytest.mark.anyio


class Idle:
    """An idle lock at work, and the hands on its clock."""

    def __init__(self, minutes: int) -> None:
        self.clock = FakeClock(START)
        self.settings = Settings(MemorySettings())
        self.settings.set(AUTO_LOCK_MINUTES, minutes)
        self.lock = IdleLock(self.settings, self.clock)
        self.task = asyncio.ensure_future(self.lock.run())

    async def pass_seconds(self, seconds: float) -> None:
        """In steps, as time passes."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while not self.task.done() and self.clock.now() < end:
            await until(lambda: self.task.done() or bool(self.clock.sleepers))
            if not self.task.done():
                self.clock.advance(min(self.clock.sleepers[0], (end - self.clock.now()).total_seconds()))
            for _ in range(5):
                await asyncio.sleep(0)


async def test_locks_after_the_minutes_of_the_settings_and_not_before() -> None:
    idle = Idle(15)
    await idle.pass_seconds(15 * 60 - 1)
    assert not idle.task.done()
    await idle.pass_seconds(1)
    assert idle.task.done()


async def test_every_input_begins_the_time_anew() -> None:
    idle = Idle(1)
    for _ in range(5):
        await idle.pass_seconds(50)
        idle.lock.note_input()
    assert not idle.task.done()
    await idle.pass_seconds(60)
    assert idle.task.done()


async def test_zero_minutes_never_lock_and_a_new_setting_counts_at_once() -> None:
    idle = Idle(0)
    await idle.pass_seconds(7200)
    assert not idle.task.done()
    idle.settings.set(AUTO_LOCK_MINUTES, 1)
    await idle.pass_seconds(11)
    assert idle.task.done()


async def test_a_computer_that_slept_locks_as_soon_as_it_wakes() -> None:
    idle = Idle(15)
    await until(lambda: bool(idle.clock.sleepers))
    idle.clock.advance(8 * 3600)
    await asyncio.wait_for(idle.task, 5)


async def test_a_clock_that_was_set_back_does_not_keep_the_desk_open() -> None:
    idle = Idle(1)
    idle.clock.advance(-3600)
    await idle.pass_seconds(59)
    assert not idle.task.done()
    await idle.pass_seconds(2)
    assert idle.task.done()


class OneKey:
    """The ``VaultKey`` port with one right passphrase."""

    def __init__(self) -> None:
        self.right = "right"
        self.attempts = 0

    async def has_passphrase(self) -> bool:
        return bool(self.right)

    async def open(self, passphrase: str = "") -> bytes:
        self.attempts += 1
        if passphrase != self.right:
            raise PassphraseWrong
        return bytes(32)

    async def change_passphrase(self, present: str, new: str) -> None:
        await self.open(present)
        self.right = new

    async def set_aside(self, at: datetime) -> None:
        self.right = ""


async def _wrong(passphrase: Passphrase) -> None:
    with pytest.raises(PassphraseWrong):
        await passphrase.open("wrong")


async def test_each_wrong_passphrase_makes_the_next_wait_longer() -> None:
    clock, key = FakeClock(START), OneKey()
    passphrase = Passphrase(key, clock)
    waits = []
    for _ in range(10):
        await _wrong(passphrase)
        waits.append(passphrase.seconds_to_wait)
        clock.advance(passphrase.seconds_to_wait)
    assert waits == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_an_attempt_made_too_early_waits_and_the_right_one_ends_the_waiting() -> None:
    clock, key = FakeClock(START), OneKey()
    passphrase = Passphrase(key, clock)
    for _ in range(3):
        await _wrong(passphrase)
    attempt = asyncio.ensure_future(passphrase.open("right"))
    await until(lambda: bool(clock.sleepers))
    assert key.attempts == 3
    clock.advance(2)
    assert await attempt == bytes(32)
    await _wrong(passphrase)
    assert passphrase.seconds_to_wait == 0


async def test_a_change_is_an_attempt_too() -> None:
    clock, key = FakeClock(START), OneKey()
    passphrase = Passphrase(key, clock)
    for _ in range(3):
        with pytest.raises(PassphraseWrong):
            await passphrase.change("wrong", "another")
    assert passphrase.seconds_to_wait == 2
    clock.advance(2)
    await passphrase.change("right", "")
    assert not await passphrase.is_set()


def test_length_is_what_is_demanded() -> None:
    assert [is_long_enough(text) for text in ("", "1234567", "12345678", "é" * 1000, "x" * 1001)] == [
        False,
        False,
        True,
        True,
        False,
    ]
