"""A second refresh reads only what is new, and shows exactly what a first one would."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.desks import DeskUnderTest, desk
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process
from tns_desktop.adapters.api.wire import ClientFileReader
from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.errors import TnsError

pytestmark = pytest.mark.anyio
__all__ = ["desk", "sandbox", "sandbox_process"]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The uuids of the items that were taken apart."""
    seen: list[str] = []
    usual = ClientFileReader.read_raw

    def noting(self: ClientFileReader, *arguments: Any) -> ClientFile:
        found = usual(self, *arguments)
        seen.append(found.uuid)
        return found

    monkeypatch.setattr(ClientFileReader, "read_raw", noting)
    return seen


async def test_a_second_refresh_reads_nothing_that_has_not_changed(desk: DeskUnderTest, read: list[str]) -> None:
    await desk.refresh()
    rows = await desk.rows()
    assert len(read) >= len(rows) > 10
    read.clear()
    await desk.refresh()
    assert read == []
    assert await desk.rows() == rows


async def test_a_decision_elsewhere_is_read_and_nothing_else(desk: DeskUnderTest, read: list[str]) -> None:
    await desk.refresh()
    uuid = (await desk.waiting())[0].uuid
    entry = await desk.decide(uuid)
    await desk.settle(entry.decision.decision_id)
    read.clear()
    await desk.refresh()
    assert set(read) == {uuid}
    assert (await desk.row(uuid)).client_file.state.is_closed


async def test_a_forgotten_connection_is_read_from_its_beginning(desk: DeskUnderTest) -> None:
    await desk.refresh()
    rows = await desk.rows()
    await desk.desk.keeper.forget_connection(desk.connection_id)
    await desk.refresh()
    assert await desk.rows() == rows


async def test_a_listing_that_breaks_after_known_pages_changes_nothing(
    desk: DeskUnderTest, sandbox: SandboxProcess
) -> None:
    await desk.refresh()
    rows = await desk.rows()
    sandbox.set_faults("list:500")
    with pytest.raises(TnsError):
        await desk.refresh()
    assert await desk.rows() == rows
