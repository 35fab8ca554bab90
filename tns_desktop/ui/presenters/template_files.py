"""Templates that come from a file and go into one, for the dialogs that manage them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtWidgets import QWidget

from tns_desktop.domain.errors import TnsError
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.file_choosers import file_to_open, place_to_save

T = TypeVar("T")


class SaysErrors(Protocol):
    def show_error(self, text: str) -> None:
        """Empty: there is none."""
        ...


async def brought(parent: QWidget, says: SaysErrors, read: Callable[[Path], Awaitable[T]]) -> T | None:
    """What a chosen file holds; None where none was chosen or it cannot be read, which is said."""
    path = await file_to_open(parent, tr("templates.import"), list(template_formats()))
    if path is None:
        return None
    try:
        found = await read(path)
    except TnsError as error:
        says.show_error(message_for(error).as_text)
        return None
    says.show_error("")
    return found


async def taken_along(parent: QWidget, says: SaysErrors, name: str, write: Callable[[Path], Awaitable[object]]) -> None:
    """Writes to the place that is chosen, if one is; ``name`` is offered for it."""
    path = await place_to_save(parent, tr("templates.export"), name, template_formats())
    if path is None:
        return
    try:
        await write(path)
    except TnsError as error:
        says.show_error(message_for(error).as_text)
        return
    says.show_error("")


def template_formats() -> dict[str, str]:
    """The kinds of file that templates travel in, as a file chooser names them."""
    return {tr("file_dialog.templates_toml"): "toml", tr("file_dialog.templates_json"): "json"}
