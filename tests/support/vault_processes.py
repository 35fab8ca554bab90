"""Vaults in processes of their own, to be killed, starved of disk space or deprived of their rights.

Run as ``python -m tests.support.vault_processes NAME FOLDER``; each answers with one JSON document on standard output.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.vaults import TEST_KEY, FixedClock, is_root, sample_entry, sample_key, store_archive
from tns_desktop.adapters.vault import open_vault
from tns_desktop.domain.errors import VaultError

KILLS = 24
ARCHIVE_EVERY = 4
FILE_SIZE_LIMIT = 1_000_000
NOBODY = 65534


def crash(folder: Path) -> dict[str, Any]:
    """Kills a writing child again and again; answers with everything that a child had acknowledged by then."""
    numbers = random.Random(20260302)
    decisions: list[str] = []
    archives: dict[str, str] = {}
    for round_number in range(KILLS):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            asyncio.run(_write_for_ever(folder, round_number, writing))
        os.close(writing)
        with os.fdopen(reading, "r") as acknowledged:
            enough = numbers.randrange(1, 25)
            for count, line in enumerate(acknowledged, start=1):
                kind, name, digest = line.split()
                if kind == "decision":
                    decisions.append(name)
                else:
                    archives[name] = digest
                if count == enough:
                    os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return {"decisions": decisions, "archives": archives}


async def _write_for_ever(folder: Path, round_number: int, acknowledge: int) -> None:
    vault = await open_vault(folder, TEST_KEY, FixedClock())
    number = round_number * 100_000
    while True:
        number += 1
        await vault.outbox.insert(sample_entry(number))
        os.write(acknowledge, f"decision d{number} -\n".encode())
        if number % ARCHIVE_EVERY == 0:
            content = os.urandom(20_000)
            key = sample_key(number)
            await store_archive(vault, key, content)
            os.write(acknowledge, f"archive {key.uuid} {hashlib.sha256(content).hexdigest()}\n".encode())


def full_disk(folder: Path) -> dict[str, Any]:
    """Writes until no file may grow; answers with the errors and what is left."""
    import resource

    async def fill() -> dict[str, Any]:
        vault = await open_vault(folder, TEST_KEY, FixedClock())
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE_LIMIT, resource.RLIM_INFINITY))
        answer: dict[str, Any] = {"stored": 0}
        writer = await vault.blobs.begin(sample_key())
        try:
            for _ in range(5):
                writer.write_blocking(bytes(FILE_SIZE_LIMIT))
        except VaultError as error:
            answer["archive"] = error.code
        answer["left"] = len(list((folder / "blobs").iterdir()))
        try:
            for number in range(1, 500):
                await vault.outbox.insert(sample_entry(number, server_message="x" * 20_000))
                answer["stored"] = number
        except VaultError as error:
            answer["decision"] = error.code
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        # Room again: the same vault goes on.
        await vault.outbox.insert(sample_entry(1000))
        answer["kept"] = len(await vault.outbox.unfinished())
        await vault.close()
        return answer

    return asyncio.run(fill())


def no_rights(folder: Path) -> dict[str, Any]:
    """Opens a vault whose files may be read only."""

    async def attempt() -> dict[str, Any]:
        warm_up = await open_vault(folder.with_name("warm-up"), TEST_KEY, FixedClock())  # loads what is imported late
        await store_archive(warm_up, sample_key(), b"x")
        await warm_up.close()
        if is_root():  # who may write everything
            os.setuid(NOBODY)
        try:
            vault = await open_vault(folder, TEST_KEY, FixedClock())
        except VaultError as error:
            return {"code": error.code}
        await vault.close()
        return {"code": ""}

    return asyncio.run(attempt())


if __name__ == "__main__":
    ways: dict[str, Callable[[Path], dict[str, Any]]] = {"crash": crash, "full-disk": full_disk, "no-rights": no_rights}
    sys.stdout.write(json.dumps(ways[sys.argv[1]](Path(sys.argv[2]))))
