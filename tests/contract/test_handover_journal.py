"""What every implementation of the ``HandoverJournal`` port keeps, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.handovers import CONNECTION_ID, a_handover
from tests.support.vaults import NOON, TEST_KEY, OpenVault, sample_entry
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.errors import IllegalTransition
from tns_desktop.domain.handover import HandoverStatus, Layout, Occasion
from tns_desktop.services.ports import HandoverChange, Vault

pytestmark = pytest.mark.anyio

FULL = a_handover(
    1,
    status=HandoverStatus.FAILED,
    display_name="Müller\ud800",
    folder="/mnt/x",
    place="a/b",
    layout=Layout.SIGNED,
    archive_sha256="ab",
    reviewed_sha256="cd",
    size=3,
    documents=2,
    left_out=1,
    delivered=True,
    was_there=True,
    line={"id": "=1"},
    attempts=4,
    not_before=a_handover().planned_at,
    updated_at=a_handover().planned_at,
    error_code="x",
    error_facts={"reason": "y"},
    exit_status=0,
    state="ACCEPTED",
)


async def test_rows_come_back_as_they_were_after_a_restart(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    assert await vault.handovers.insert([FULL, a_handover(2)]) == [FULL, a_handover(2)]
    await vault.close()
    again = await open_any_vault(vault_folder, TEST_KEY)
    assert await again.handovers.get("h1") == FULL
    assert await again.handovers.get("h3") is None
    assert await again.handovers.of(FULL.key) == [FULL]
    assert await again.handovers.work() == [a_handover(2)]
    assert await again.handovers.delivered_to("/mnt/x") == [FULL]
    assert await again.handovers.accepted_ones(CONNECTION_ID) == {FULL.key}
    await again.close()


async def test_one_hand_over_of_a_file_at_a_time(vault: Vault) -> None:
    first, second = a_handover(1), replace(a_handover(1), handover_id="second")
    assert await vault.handovers.insert([first, second]) == [first]
    done = replace(first, status=HandoverStatus.DROPPED)
    await vault.handovers.update([(first, done)])
    assert await vault.handovers.insert([second]) == [second]
    later = replace(a_handover(2), planned_at=first.planned_at + timedelta(seconds=1), occasion=Occasion.SCHEDULED)
    await vault.handovers.insert([later])
    assert (await vault.handovers.all())[0] == later
    assert len(await vault.handovers.all(limit=2)) == 2
    assert await vault.handovers.accepted_ones(CONNECTION_ID) == {later.key}


async def test_what_waits_for_a_person_is_never_too_old_to_be_shown(vault: Vault) -> None:
    rows = [replace(a_handover(n), planned_at=NOON + timedelta(minutes=n)) for n in (1, 2, 3, 4)]
    await vault.handovers.insert(rows)
    failed = replace(rows[1], status=HandoverStatus.FAILED)
    await vault.handovers.update([(rows[1], failed)])
    assert await vault.handovers.all(limit=2) == [rows[3], rows[2], failed]
    assert await vault.handovers.failed() == 1


async def test_what_is_still_to_come_is_accepted_confirmed_and_not_planned(vault: Vault) -> None:
    async def decided(number: int, verdict: Verdict, status: OutboxStatus, minutes: int = 0) -> ClientFileKey:
        queued = sample_entry(number)
        queued = replace(queued, decision=replace(queued.decision, verdict=verdict))
        await vault.outbox.insert(queued)
        if status is not OutboxStatus.QUEUED:
            await vault.outbox.update(queued.moved_to(status, NOON + timedelta(minutes=minutes)), expected=queued)
        return queued.key

    first = await decided(1, Verdict.ACCEPT, OutboxStatus.CONFIRMED, 10)
    early = await decided(2, Verdict.ACCEPT, OutboxStatus.CONFIRMED, 5)
    await decided(3, Verdict.REJECT, OutboxStatus.CONFIRMED, 10)
    await decided(4, Verdict.ACCEPT, OutboxStatus.WITHDRAWN, 10)
    await decided(5, Verdict.ACCEPT, OutboxStatus.QUEUED)
    planned = await decided(6, Verdict.ACCEPT, OutboxStatus.CONFIRMED, 10)
    await vault.handovers.insert([replace(a_handover(6), key=planned, occasion=Occasion.ACCEPTED)])
    assert await vault.handovers.still_to_come(first.connection_id, NOON + timedelta(minutes=10)) == [first]
    assert await vault.handovers.still_to_come(first.connection_id, None) == [first, early]
    assert await vault.handovers.still_to_come("other", None) == []


async def test_a_stale_change_changes_nothing_of_its_batch(vault: Vault) -> None:
    first, second = a_handover(1), a_handover(2)
    await vault.handovers.insert([first, second])
    moved = [(row, replace(row, attempts=1)) for row in (first, second)]
    await vault.handovers.update([moved[1]])
    with pytest.raises(IllegalTransition):
        await vault.handovers.update(moved)
    assert await vault.handovers.get("h1") == first


async def test_a_place_belongs_to_one_archive_of_one_file(vault: Vault) -> None:
    rows = [a_handover(number) for number in (1, 2, 3)]
    await vault.handovers.insert(rows)

    def placed(number: int, place: str, sha256: str = "ab") -> HandoverChange:
        row = rows[number - 1]
        return row, replace(row, folder="/x", place=place, archive_sha256=sha256)

    first, second = placed(1, "Müller"), placed(2, "MU\u0308LLER")
    assert await vault.handovers.reserve([first, second]) == {"h2"}
    assert await vault.handovers.get("h2") == rows[1]
    assert await vault.handovers.reserve([placed(3, "other")]) == frozenset()
    done = replace(first[1], status=HandoverStatus.DONE)
    await vault.handovers.update([(first[1], done)])
    again = replace(rows[0], handover_id="again")
    await vault.handovers.insert([again])
    same = replace(again, folder="/x", place="Müller", archive_sha256="ab")
    assert await vault.handovers.reserve([(again, replace(same, archive_sha256="new"))]) == {"again"}
    assert await vault.handovers.reserve([(again, same)]) == frozenset()


async def test_rows_go_with_their_connection_and_out_of_the_log(vault: Vault, vault_folder: Path) -> None:
    other = replace(a_handover(2), key=ClientFileKey("c2", "uuid-2"))
    await vault.handovers.insert([a_handover(1), other])
    await vault.handovers.forget_connection(CONNECTION_ID)
    assert await vault.handovers.all() == [other]
    assert (vault_folder / "vault.db-wal").stat().st_size == 0
