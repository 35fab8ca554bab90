"""A large archive from the server into the vault, encrypted, against curl into a plain file (httpx where curl is not)."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.desk import on_a_desk
from tests.benchmarks.results import Result
from tests.support.desks import DeskUnderTest
from tests.support.sandbox import SandboxProcess

MOST = 1.3


def run(quick: bool) -> list[Result]:
    megabytes, rounds = (20, 2) if quick else (200, 7)

    async def measure(desk: DeskUnderTest, sandbox: SandboxProcess) -> list[Result]:
        return await _measure(desk, sandbox, megabytes, rounds)

    return on_a_desk(measure, files=10)


async def _measure(desk: DeskUnderTest, sandbox: SandboxProcess, megabytes: int, rounds: int) -> list[Result]:
    target = desk.folder / "plain.zip"
    ours, plain = [], []
    # Another file each time: an archive that replaces an older one also has to take that one away.
    for number, uuid in enumerate(sandbox.uuids()[: rounds + 1]):
        size = (await asyncio.to_thread(sandbox.big_archive, uuid, megabytes))["size"]
        began = time.perf_counter()
        await asyncio.to_thread(_plain_blocking, sandbox, f"/client-files/{uuid}/archive", target)
        between = time.perf_counter()
        assert target.stat().st_size == size
        target.unlink()
        started = time.perf_counter()
        stored = await desk.desk.archives.fetch(desk.key(uuid))
        ended = time.perf_counter()
        assert stored.size == size
        await desk.vault.blobs.drop(desk.key(uuid))
        if number > 0:
            plain.append(between - began)
            ours.append(ended - started)
    against = "curl -o" if shutil.which("curl") else "httpx into a file"
    return [Result(f"download of {megabytes} MB", median(ours), median(plain), "s", against, most_ratio=MOST)]


def _plain_blocking(sandbox: SandboxProcess, path: str, target: Path) -> None:
    if curl := shutil.which("curl"):
        login = f"{sandbox.public_id}:{sandbox.secret_key}"
        words = [curl, "--silent", "--fail", "--noproxy", "*", "-u", login, "-o", str(target), sandbox.base_url + path]
        subprocess.run(words, check=True)
        return
    with sandbox.api() as client, client.stream("GET", path) as answer, target.open("wb") as file:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            file.write(chunk)
