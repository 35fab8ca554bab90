"""What every implementation of the ``DiskReviewStore`` port keeps of an archive from disk, and what it forgets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.vaults import TEST_KEY, OpenVault
from tns_desktop.domain.evidence import PageOnScreen
from tns_desktop.domain.review import UNTOUCHED, ProblemReason
from tns_desktop.domain.verdict import Conclusion, GivenVerdict
from tns_desktop.services.ports import DiskReview, Vault

pytestmark = pytest.mark.anyio

ONE, OTHER = "1" * 64, "2" * 64
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MARK = UNTOUCHED.shown("ab" * 32).problem(ProblemReason.EXPIRED, "depuis mai \ud800")
VIEWS = {PageOnScreen("0", 0): 4.0, PageOnScreen("0", 1): 0.5}
GIVEN = GivenVerdict(Conclusion.WITH_RESERVATIONS, "une page manque", AT, signed=True)


async def test_marks_views_and_verdict_are_there_after_a_restart(open_any_vault: OpenVault, vault_folder: Path) -> None:
    vault = await open_any_vault(vault_folder, TEST_KEY)
    await vault.disk.put_mark(ONE, "0", MARK.good(), AT)
    await vault.disk.put_mark(ONE, "0", MARK, AT)
    await vault.disk.put_views(ONE, VIEWS, AT)
    await vault.disk.put_verdict(ONE, GIVEN, AT)
    await vault.close()
    vault = await open_any_vault(vault_folder, TEST_KEY)
    assert await vault.disk.load(ONE) == DiskReview({"0": MARK}, VIEWS, GIVEN)
    assert await vault.disk.load(OTHER) == DiskReview()
    await vault.close()


async def test_what_was_not_touched_for_long_is_forgotten_and_nothing_else(vault: Vault) -> None:
    await vault.disk.put_mark(ONE, "0", MARK, AT)
    await vault.disk.put_mark(OTHER, "0", MARK, AT)
    await vault.disk.put_views(OTHER, VIEWS, AT + timedelta(days=2))
    await vault.disk.forget_untouched_since(AT + timedelta(days=1))
    assert await vault.disk.load(ONE) == DiskReview()
    assert (await vault.disk.load(OTHER)).marks == {"0": MARK}


async def test_a_review_that_was_forgotten_leaves_no_mark_behind(vault: Vault) -> None:
    await vault.disk.put_mark(ONE, "0", MARK, AT)
    await vault.disk.forget(ONE)
    await vault.disk.put_views(ONE, {}, AT)
    assert await vault.disk.load(ONE) == DiskReview()
