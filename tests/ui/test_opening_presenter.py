"""A vault that does not open: what the operator is told, which ways out there are, and what is said in the end.

The places are real: folders that are damaged, locked away or emptied, with their own keychain.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.support.damage import (
    ARCHIVES,
    DATABASE,
    JOURNAL,
    LOG,
    UNFINISHED,
    cut,
    garble,
    make_working_vault,
    remove,
)
from tests.support.vaults import TEST_KEY, FixedClock
from tests.support.windows import delete, dressed, run_in_qt, until
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.adapters.vault import VAULT_KEY_NAME, KeptVaultPlace
from tns_desktop.domain.errors import (
    DiskFull,
    KeychainLocked,
    TnsError,
    VaultDamaged,
    VaultError,
    VaultKeyMissing,
    VaultReadOnly,
    VaultTooNew,
)
from tns_desktop.services.ports import Vault, VaultRecovery
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.opening import opened_vault, recovery_message, ways_out
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.frame import Frame

KEY_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opening") / "vault"
    asyncio.run(make_working_vault(folder))
    return folder


@pytest.fixture
def folder(working: Path, tmp_path: Path) -> Path:
    shutil.copytree(working, tmp_path / "vault")
    return tmp_path / "vault"


@pytest.fixture
def frame(application: QApplication) -> Iterator[Frame]:
    made = Frame()
    made.show()
    yield made
    delete(made)


@pytest.fixture(autouse=True)
def expected_warnings(caplog: pytest.LogCaptureFixture, quiet_log: None) -> Iterator[None]:
    """That it does not open is in the log too, by its code alone."""
    yield
    for record in caplog.get_records("call"):
        if record.name.startswith("tns_desktop.ui.presenters.opening"):
            assert record.getMessage().startswith(("the vault does not open: ", "the vault is not mended: "))
            record.levelno = logging.INFO


async def secrets_with_key(text: str = KEY_TEXT) -> SessionSecretStore:
    secrets = SessionSecretStore()
    await secrets.set(VAULT_KEY_NAME, text)
    return secrets


async def dialog_of(frame: Frame) -> ChoiceDialog:
    await until(lambda: any(one.isVisible() for one in frame.findChildren(ChoiceDialog)), "a dialog")
    return next(one for one in frame.findChildren(ChoiceDialog) if one.isVisible())


def text_of(dialog: ChoiceDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


async def press(frame: Frame, text: str) -> str:
    """Presses the button with that text; the words that stood above it."""
    dialog = await dialog_of(frame)
    words = text_of(dialog)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == text).click()
    await until(lambda: not dialog.isVisible(), "the dialog to close")
    return words


def test_a_damaged_vault_is_mended_and_it_is_said_what_was_saved(folder: Path, frame: Frame) -> None:
    async def scenario() -> None:
        cut(DATABASE, 8192)(folder)
        place = KeptVaultPlace(folder, await secrets_with_key(), FixedClock(), lasting=True)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        assert str(folder) in await press(frame, tr("button.mend"))
        words = await press(frame, tr("button.go_on"))
        vault = await opening
        assert vault is not None
        assert len(await vault.outbox.unfinished()) == len(UNFINISHED)
        assert tr("recovered.decisions", count=len(UNFINISHED)) in words
        copies = [path for path in folder.parent.iterdir() if path.name.startswith("vault-")]
        assert str(copies[0]) in words
        assert tr("recovered.incomplete") not in words
        await vault.close()

    run_in_qt(dressed("en"), scenario)


def test_a_vault_of_which_nothing_can_be_read_says_so_and_keeps_the_copy(folder: Path, frame: Frame) -> None:
    async def scenario() -> None:
        for damage in (garble(DATABASE), garble(LOG), garble(JOURNAL)):
            damage(folder)
        place = KeptVaultPlace(folder, await secrets_with_key(), FixedClock(), lasting=True)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        await press(frame, tr("button.mend"))
        words = await press(frame, tr("button.go_on"))
        vault = await opening
        assert vault is not None
        assert await vault.outbox.all() == []
        assert tr("recovered.incomplete") in words
        assert tr("recovered.decisions", count=0) in words
        await vault.close()

    run_in_qt(dressed("en"), scenario)


def test_changes_that_a_lost_log_took_along_come_back_and_it_is_said(folder: Path, frame: Frame) -> None:
    async def scenario() -> None:
        remove(LOG)(folder)
        place = KeptVaultPlace(folder, await secrets_with_key(), FixedClock(), lasting=True)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        words = await press(frame, tr("button.go_on"))
        assert tr("put_back.sentence", count=7) in words
        assert tr("put_back.creations", count=7) in words
        vault = await opening
        assert vault is not None
        await vault.close()

    run_in_qt(dressed("en"), scenario)


def test_without_its_key_a_vault_is_tried_again_or_set_aside(folder: Path, frame: Frame) -> None:
    async def scenario() -> None:
        secrets = SessionSecretStore()
        place = KeptVaultPlace(folder, secrets, FixedClock(), lasting=True)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        await press(frame, tr("button.retry"))
        await press(frame, tr("button.start_again"))
        words = await press(frame, tr("button.go_on"))
        vault = await opening
        assert vault is not None
        copy = next(path for path in folder.parent.iterdir() if path.name.startswith("vault-"))
        assert tr("set_aside.sentence", path=copy) in words
        await vault.close()
        # The key comes back: the old vault still opens with everything.
        kept = KeptVaultPlace(copy, await secrets_with_key(), FixedClock(), lasting=True)
        vault = await kept.open()
        assert len(await vault.outbox.unfinished()) == len(UNFINISHED)
        assert len(await vault.blobs.stored()) == ARCHIVES
        await vault.close()

    run_in_qt(dressed("en"), scenario)


def test_what_is_no_key_does_not_keep_the_new_vault_shut(folder: Path, frame: Frame) -> None:
    async def scenario() -> None:
        secrets = await secrets_with_key("no key at all")
        place = KeptVaultPlace(folder, secrets, FixedClock(), lasting=True)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        await press(frame, tr("button.start_again"))
        await press(frame, tr("button.go_on"))
        vault = await opening
        assert vault is not None
        await vault.close()

    run_in_qt(dressed("en"), scenario)


class BrokenPlace:
    """Answers with what it is given, an error after the other; then it is left."""

    def __init__(self, *errors: TnsError, mending: TnsError | None = None) -> None:
        self.errors = list(errors)
        self.mending = mending
        self.tries = 0

    async def open(self) -> Vault:
        self.tries += 1
        raise self.errors[min(self.tries, len(self.errors)) - 1]

    async def recover(self) -> VaultRecovery:
        assert self.mending is not None
        raise self.mending

    async def set_aside(self) -> Path:
        assert self.mending is not None
        raise self.mending


@pytest.mark.parametrize(
    "error",
    [
        DiskFull(facts={"path": "/vault"}),
        VaultReadOnly(facts={"path": "/vault"}),
        VaultError(facts={"path": "/vault", "reason": "in_use"}),
        KeychainLocked(),
    ],
    ids=lambda error: error.code,
)
def test_what_may_pass_can_be_tried_again_or_left_and_nothing_is_touched(frame: Frame, error: TnsError) -> None:
    async def scenario() -> None:
        place = BrokenPlace(error)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        assert message_for(error).sentence in await press(frame, tr("button.retry"))
        await press(frame, tr("button.quit"))
        assert await opening is None
        assert place.tries == 2

    assert set(ways_out(error)) == {"quit", "retry"}
    run_in_qt(dressed("en"), scenario)


@pytest.mark.parametrize(
    ("error", "button"), [(VaultDamaged(facts={"path": "/v"}), "mend"), (VaultTooNew(), "start_again")]
)
def test_mending_that_fails_says_why_and_may_be_tried_again(frame: Frame, error: TnsError, button: str) -> None:
    async def scenario() -> None:
        full = DiskFull(facts={"path": "/vault"})
        place = BrokenPlace(error, mending=full)
        opening = asyncio.ensure_future(opened_vault(place, frame))
        await press(frame, tr("button.mend" if button == "mend" else "button.start_again"))
        assert message_for(full).sentence in await press(frame, tr("button.retry"))
        await press(frame, tr("button.quit"))
        assert await opening is None
        assert place.tries == 2

    run_in_qt(dressed("en"), scenario)


def test_a_window_that_goes_away_takes_the_question_along(frame: Frame) -> None:
    async def scenario() -> None:
        opening = asyncio.ensure_future(opened_vault(BrokenPlace(VaultKeyMissing(facts={"path": "/v"})), frame))
        await dialog_of(frame)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert not [one for one in frame.findChildren(ChoiceDialog) if one.isVisible()]

    run_in_qt(dressed("en"), scenario)


def test_the_sentence_admits_what_may_be_missing(application: QApplication) -> None:
    whole = recovery_message(VaultRecovery(Path("/copy"), 2, 3, 4, complete=True), 3)
    torn = recovery_message(VaultRecovery(Path("/copy"), 0, 0, 0, complete=False), 0)
    typed = recovery_message(VaultRecovery(Path("/copy"), 0, 0, 0, complete=True, creations=3, incomplete=2), 0)
    assert tr("recovered.creations", count=3) in typed.sentence
    assert tr("recovered.without_documents", count=2) in typed.sentence
    assert tr("recovered.creations", count=0) not in whole.sentence
    assert tr("recovered.incomplete") not in whole.sentence
    assert tr("recovered.incomplete") in torn.sentence
    assert whole.remedy != torn.remedy
    assert len(TEST_KEY) == 32
