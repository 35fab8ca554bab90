"""Dialogs that are awaited. No nested event loop: ``exec()`` inside a coroutine loses other tasks for ever."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QApplication, QDialog, QWidget


async def shown(dialog: QDialog) -> int:
    """Opens the dialog, modal to its window, and returns its result code once it is closed.

    Cancelling the coroutine closes the dialog.
    """
    finished: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(result: int) -> None:
        if not finished.done():
            finished.set_result(result)

    gone: list[bool] = []
    dialog.finished.connect(settle)
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.open()
    try:
        return await finished
    finally:
        # One that lies over another goes with it.
        if not gone:
            if dialog.isVisible():
                dialog.close()
            dialog.deleteLater()


def close_all_but(kept: QWidget) -> None:
    """Closes every other window, dialog, menu and tool tip of the program at once, whoever opened it."""
    for widget in QApplication.topLevelWidgets():
        if widget is not kept and widget.isVisible():
            widget.close()
