"""Opening the vault from the window's side: when it does not open, what happened, what can be done, what was saved."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtWidgets import QWidget

from tns_desktop.domain.errors import (
    TnsError,
    VaultDamaged,
    VaultKeyMissing,
    VaultKeyWrong,
    VaultTooNew,
)
from tns_desktop.services.ports import Vault, VaultPlace, VaultRecovery
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.views.choice_dialog import ChoiceDialog

_LOG = logging.getLogger(__name__)


async def opened_vault(place: VaultPlace, window: QWidget) -> Vault | None:
    """The vault, open; None when the operator chose to leave instead.

    A damaged one is mended, one that nobody can open is set aside; both are told once the vault that takes its place is open.
    """
    recovery: VaultRecovery | None = None
    copy: Path | None = None
    while True:
        try:
            vault = await place.open()
            break
        except TnsError as error:
            _LOG.warning("the vault does not open: %s", error.code)
            choice = await _choice(message_for(error), ways_out(error), window)
        try:
            if choice == "mend":
                recovery = await place.recover()
            elif choice == "anew":
                copy = await place.set_aside()
            elif choice != "retry":
                return None
        except TnsError as error:
            _LOG.warning("the vault is not mended: %s", error.code)
            if await _choice(message_for(error), ways_out(error, again=True), window) != "retry":
                return None
    for message in await _news(vault, recovery, copy):
        await _choice(message, {"go_on": tr("button.go_on")}, window)
    return vault


def ways_out(error: TnsError, *, again: bool = False) -> dict[str, str]:
    """The buttons under a vault that does not open, the one that loses nothing last. ``again``: after a try to mend it."""
    ways = {"quit": tr("button.quit"), "retry": tr("button.retry")}
    if again:
        return ways
    if isinstance(error, VaultDamaged):
        return {**ways, "mend": tr("button.mend")}
    if isinstance(error, VaultKeyMissing | VaultKeyWrong | VaultTooNew):
        return {"quit": ways["quit"], "anew": tr("button.start_again"), "retry": ways["retry"]}
    return ways


def recovery_message(recovery: VaultRecovery, archives: int) -> Message:
    """What was saved of a damaged vault. ``archives``: those that could be read to their last byte."""
    paragraphs = (
        tr("recovered.decisions", count=recovery.decisions),
        tr("recovered.creations", count=recovery.creations) if recovery.creations else "",
        tr("recovered.without_documents", count=recovery.incomplete) if recovery.incomplete else "",
        tr("recovered.archives", count=archives),
        "" if recovery.complete else tr("recovered.incomplete"),
        tr("recovered.copy", path=recovery.copy),
    )
    return Message(
        tr("recovered.title"),
        "\n\n".join(filter(None, paragraphs)),
        tr("recovered.remedy") if recovery.complete else tr("recovered.remedy_incomplete"),
    )


async def _news(vault: Vault, recovery: VaultRecovery | None, copy: Path | None) -> list[Message]:
    news = []
    if recovery is not None:
        news.append(recovery_message(recovery, len(await vault.blobs.stored())))
    if copy is not None:
        news.append(Message(tr("set_aside.title"), tr("set_aside.sentence", path=copy), tr("set_aside.remedy")))
    decisions, creations = vault.decisions_put_back, vault.creations_put_back
    if decisions or creations:
        paragraphs = (
            tr("put_back.sentence", count=decisions) if decisions else "",
            tr("put_back.creations", count=creations) if creations else "",
        )
        news.append(Message(tr("put_back.title"), "\n\n".join(filter(None, paragraphs)), tr("put_back.remedy")))
    return news


async def _choice(message: Message, choices: dict[str, str], window: QWidget) -> str:
    dialog = ChoiceDialog(message, choices, window)
    await shown(dialog)
    return dialog.choice
