"""The question before the program ends with decisions that would end with it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.views.choice_dialog import ChoiceDialog


async def leaves_anyway(parent: QWidget, waiting: int) -> bool:
    """Without a keychain the vault ends with the program; ``waiting`` decisions, creations and drafts in it are not done."""
    message = Message(tr("quit.unsent.title"), tr("quit.unsent.sentence", count=waiting), tr("quit.unsent.remedy"))
    dialog = ChoiceDialog(message, {"quit": tr("quit.anyway"), "stay": tr("quit.stay")}, parent)
    await shown(dialog)
    return dialog.choice == "quit"
