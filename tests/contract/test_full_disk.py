"""A disk that is really full, and a profile that is really read-only: said in words of ours, and nothing is lost.

Needs the right to mount; elsewhere these tests are skipped.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import DeskUnderTest, opened_desk
from tests.support.model_desk import ACCOUNT
from tests.support.model_server import ModelApi, ModelServer
from tns_desktop import bootstrap
from tns_desktop.adapters.platform.logs import logging_if_possible
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import DiskFull, SettingsNotSaved
from tns_desktop.services.ports import StoredArchive
from tns_desktop.services.settings import GRACE_SECONDS, Settings

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs Linux and root"
    ),
]
MEBIBYTES = 8


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEBIBYTES}m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let even root mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


@contextlib.contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is left meanwhile."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        filler.unlink()


def read_only(disk: Path, yes: bool) -> None:
    subprocess.run(["mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(disk)], check=True)


def a_server() -> ModelServer:
    server = ModelServer()
    for number in range(300):
        server.add(f"f{number}")
    return server


async def decide(desk: DeskUnderTest, uuid: str) -> str:
    row = await desk.row(uuid)
    stored = StoredArchive(ClientFileKey(desk.connection_id, uuid), "0" * 64, 1)
    return (await desk.desk.decisions.decide(row.client_file, Verdict.ACCEPT, stored)).decision.decision_id


async def decide_one_after_the_other(desk: DeskUnderTest) -> None:
    """A few may still fit into pages that the database has already."""
    for number in range(1, 300):
        await decide(desk, f"f{number}")


async def test_list_archive_and_decision_on_a_full_disk(disk: Path) -> None:
    server = a_server()
    server.archives["f0"] = os.urandom(200_000)
    async with opened_desk(disk / "profile", ACCOUNT, api_factory=lambda _c, _s: ModelApi(server)) as desk:
        await desk.refresh()
        before = await desk.rows()
        first = await decide(desk, "f0")
        for number in range(300, 2000):
            server.add(f"f{number}")
        with filled(disk):
            with pytest.raises(DiskFull):
                await desk.refresh()
            assert {row.key for row in before} <= {row.key for row in await desk.rows()}
            with pytest.raises(DiskFull):
                await desk.desk.archives.open(desk.key("f0"))
            with pytest.raises(DiskFull):
                await decide_one_after_the_other(desk)
        # With room again everything goes on, and what was written down is carried out once.
        await desk.refresh()
        assert len(await desk.rows()) == 2000
        assert (await desk.settle(first)).status is OutboxStatus.CONFIRMED
        carried_out = [decision.decision_id for decision in server.carried_out]
        assert carried_out.count(first) == 1
        assert len(carried_out) == len(set(carried_out))


def test_settings_on_a_full_disk_stay_as_they_were(disk: Path) -> None:
    store = TomlSettingsStore(disk / "settings.toml")
    settings = Settings(store)
    settings.set(GRACE_SECONDS, 7)
    with filled(disk), pytest.raises(SettingsNotSaved) as caught:
        settings.set(GRACE_SECONDS, 9)
    assert caught.value.facts["reason"] == "no_room"
    assert Settings(store).get(GRACE_SECONDS) == settings.get(GRACE_SECONDS) == 7


def test_a_log_on_a_full_disk_costs_its_lines_only(disk: Path) -> None:
    stop, error = logging_if_possible(disk / "logs", logging.INFO, Redactor())
    assert error is None
    with filled(disk):
        for number in range(2000):
            logging.getLogger("tns_desktop.test").info("line %d", number)
    stop()


def test_a_read_only_profile_has_no_log_and_says_why(disk: Path) -> None:
    read_only(disk, True)
    stop, error = logging_if_possible(disk / "logs", logging.INFO, Redactor())
    read_only(disk, False)
    stop()
    assert error is not None
    assert error.facts == {"path": str(disk / "logs" / "tns-desktop.log"), "reason": "not_allowed"}


def test_broken_settings_that_cannot_be_put_aside_are_left_alone(disk: Path) -> None:
    path = disk / "settings.toml"
    path.write_text("not = = toml")
    read_only(disk, True)
    settings, error = bootstrap._settings(TomlSettingsStore(path))
    with pytest.raises(SettingsNotSaved):
        settings.set(GRACE_SECONDS, 9)
    read_only(disk, False)
    assert error is not None
    assert settings.get(GRACE_SECONDS) == GRACE_SECONDS.default
    assert path.read_text() == "not = = toml"
