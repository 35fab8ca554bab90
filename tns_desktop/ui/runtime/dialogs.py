"""Dialogs that are awaited. No nested event loop: ``exec()`` inside a coroutine loses other tasks for ever."""

from __future__ import annotations

import asyncio
import contextlib

from PySide6.QtWidgets import QApplication, QDialog, QWidget


async def shown(dialog: QDialog) -> int:
    """Opens the dialog, modal to its window, and returns its result code once it is closed. Its values are to be read at
    once: it is deleted then.

    Cancelling the coroutine closes the dialog.
    """
    try:
        return await closed(dialog)
    finally:
        discard(dialog)


async def closed(dialog: QDialog) -> int:
    """The same for whoever still needs the dialog afterwards, and discards it in the end."""
    finished: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(result: int) -> None:
        if not finished.done():
            finished.set_result(result)

    dialog.finished.connect(settle)
    dialog.open()
    return await finished


def discard(dialog: QDialog) -> None:
    """Closes and deletes it."""
    with contextlib.suppress(RuntimeError):  # what Qt has deleted: it lay over another, and went with that
        if dialog.isVisible():
            dialog.close()
        dialog.deleteLater()


def close_all_but(kept: QWidget) -> None:
    """Closes every other window, dialog, menu and tool tip of the program at once, whoever opened it."""
    for widget in QApplication.topLevelWidgets():
        if widget is not kept and widget.isVisible():
            widget.close()
