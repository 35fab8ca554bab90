"""Hands and eyes of the tour: real clicks and keys into a window, waiting for what a person would wait for, pictures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QInputMethodEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.desk_view import DeskView

_LOG = logging.getLogger(__name__)

D = TypeVar("D", bound=QDialog)

STEP_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.02


class TourFailed(Exception):
    """A step did not show what it should; the message names the step and what was on screen."""


class Hands:
    """Sends events into one window as a person's would come, and leaves numbered pictures of it in ``folder``."""

    def __init__(self, window: DeskView, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self._number = 0
        folder.mkdir(parents=True, exist_ok=True)

    def _click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def _click_row(self, view: QAbstractItemView, row: int) -> None:
        index = view.model().index(row, 0)
        view.scrollTo(index)
        place = view.visualRect(index)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.left() + 12, place.center().y()))

    def _choose(self, box: QComboBox, data: object) -> None:
        """With the keyboard, as the arrow keys change a closed box."""
        box.setFocus()
        for _ in range(box.count()):
            if box.currentData() == data:
                return
            QTest.keyClick(box, Qt.Key.Key_Down)
        raise TourFailed(f"the box does not offer {data}")

    def _type(self, field: QLineEdit | QPlainTextEdit, text: str) -> None:
        """Key by key; what a keyboard of ASCII keys lacks comes as an input method would send it."""
        field.setFocus()
        for letter in text:
            if letter.isascii():
                cast(Any, QTest.keyClick)(field, letter)  # the stubs know only one of its overloads for text
            else:
                committed = QInputMethodEvent()
                committed.setCommitString(letter)
                QApplication.sendEvent(field, committed)

    def _key(self, name: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """To whatever has the focus, or the window: shortcuts live there."""
        target = self._window.focusWidget() or self._window
        if name == "+":
            QTest.keyClick(target, Qt.Key.Key_Plus, modifiers)
        else:
            QTest.keyClick(target, getattr(Qt.Key, f"Key_{name}"), modifiers)

    async def _front(self) -> None:
        """The window in front again, as a window manager puts it after a dialog; there may be none here."""
        await self._until("no dialog", lambda: QApplication.activeModalWidget() is None)
        self._window.activateWindow()
        await self._until("the window in front", self._window.isActiveWindow)

    async def _dialog(self, kind: type[D]) -> D:
        found: list[D] = []

        def look() -> bool:
            found[:] = [shown for shown in self._window.findChildren(kind) if shown.isVisible()]
            return bool(found)

        await self._until(kind.__name__, look)
        return found[0]

    async def _until(self, what: str, holds: Callable[[], bool], *, seconds: float = STEP_SECONDS) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not holds():
            if loop.time() > end:
                open_dialogs = [shown for shown in self._window.findChildren(QDialog) if shown.isVisible()]
                await self._shoot("failed", open_dialogs[-1] if open_dialogs else None)
                raise TourFailed(f"waited {seconds:.0f} s for: {what}")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _shoot(self, name: str, dialog: QWidget | None = None) -> None:
        """One picture: the window, with the dialog on top of it where there is one."""
        await asyncio.sleep(0.1)
        self._number += 1
        picture = self._window.grab()
        if dialog is not None:
            painter = QPainter(picture)
            painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
            grabbed = dialog.grab()
            painter.drawPixmap(
                (picture.width() - grabbed.width()) // 2, (picture.height() - grabbed.height()) // 2, grabbed
            )
            painter.end()
        target = self._folder / f"{self._number:02d}-{name}.png"
        if not picture.save(str(target)):
            raise TourFailed(f"the picture could not be written: {target}")
        _LOG.info("tour: %s", target.name)

    # --- what every walk does and sees --------------------------------------------------------------------------------

    async def _press_accept(self, is_counting: Callable[[], bool]) -> None:
        """What was not looked at is asked about; the tour, in a hurry, accepts all the same."""
        self._key("Return", Qt.KeyboardModifier.ControlModifier)

        def is_asked() -> bool:
            return any(dialog.isVisible() for dialog in self._window.findChildren(ChoiceDialog))

        await self._until("a question or the countdown", lambda: is_counting() or is_asked())
        if not is_counting():
            dialog = await self._dialog(ChoiceDialog)
            self._click(dialog.findChildren(QPushButton)[0])
            await self._front()
        await self._until("the countdown", is_counting)

    def _shows_something(self, entry_id: str | None) -> bool:
        """A page is drawn, a text is there, a password is asked for, or a sentence says why not."""
        preview = self._window.review.preview
        key = preview.pages.key
        if key is not None:
            return preview.pages.is_drawn(preview.pages.page) and entry_id in (None, key.entry_id)
        return bool(preview.text.text or preview.message or preview.asks_for_password)

    def _says_confirmed(self, name: str) -> bool:
        snackbar = self._window.snackbar
        return name in snackbar.text and not snackbar.text.startswith(("Accept", "Reject", "Rejet"))

    async def _settled(self) -> None:
        """Until everything visible is drawn and nothing is being drawn any more."""
        await self._until("a quiet window", lambda: self._shows_something(None))
        await asyncio.sleep(0.3)
