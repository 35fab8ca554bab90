"""One client file from its creation to its handing over: create, send the link, hear that it is signed, accept, hand over."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton

from tns_desktop.adapters.samples.server import SandboxServer
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.creation import CreationStatus
from tns_desktop.services.ports import SampleAccount, SampleHook
from tns_desktop.tour.hands import Hands
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.creations import CreationModel
from tns_desktop.ui.models.queues import QueueModel
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.handover_dialog import HandoverDialog
from tns_desktop.ui.views.handover_log import STATUS, HandoverLog
from tns_desktop.ui.views.hook_test_dialog import HookTestDialog
from tns_desktop.ui.views.new_file_dialog import NewFileDialog
from tns_desktop.ui.views.qr_dialog import QrDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog

CONTROL = Qt.KeyboardModifier.ControlModifier
CONTROL_SHIFT = CONTROL | Qt.KeyboardModifier.ShiftModifier

WORKFLOW = "Crédit à la consommation"
EXTERNAL_ID = "CRM-2026-0417"
NAME = "Lefèvre"
PERSON = {
    "last_name": NAME,
    "first_name": "Inès",
    "birth_date": "12/04/1990",
    "birth_place": "Nantes",
    "email": "ines.lefevre@courriel.test",
    "mobile_phone": "+33639985512",
}
HEADER = "X-Webhook-Secret"
HEADER_VALUE = "specimen-of-a-header-value-0417"


class WholeLife(Hands):
    """Chapters that need a server of their own to play the other parts: the vendor, and the customer."""

    def __init__(self, window: DeskView, folder: Path, server: SandboxServer) -> None:
        super().__init__(window, folder)
        self._server = server

    async def _whole_life(self, account: SampleAccount) -> None:
        handed_over = self._folder / "handed-over"
        await self._listen(account)
        await self._plan_handing_over(handed_over)
        key = await self._create()
        await self._follow_up()
        await self._hear_and_accept(key)
        await self._look_what_was_handed_over(handed_over)

    # --- chapters -----------------------------------------------------------------------------------------------------

    async def _listen(self, account: SampleAccount) -> None:
        """Web hooks on, their address given to the vendor, and a self-test."""
        port = _free_port()
        dialog = await self._settings()
        dialog.show_page("webhooks_on")
        for name, text in (("webhooks_port", str(port)), ("webhooks_secret", HEADER_VALUE)):
            self._replace(dialog.field(name), text)
        switch = dialog.field("webhooks_on")
        assert isinstance(switch, QCheckBox)
        switch.setFocus()
        QTest.keyClick(switch, Qt.Key.Key_Space)
        self._click(dialog.save)
        await self._front()
        dialog = await self._settings()
        dialog.show_page("webhooks_on")
        self._click(dialog.button("webhooks_state", "webhooks_copy"))
        address = QGuiApplication.clipboard().text().rpartition(": ")[2]
        await self._server.deliver_hooks([SampleHook(account.public_id, address, HEADER, HEADER_VALUE)])
        await self._shoot("web-hooks", dialog)
        self._click(dialog.button("webhooks_state", "webhooks_test"))
        test = await self._dialog(HookTestDialog)
        await self._until("the self-test's end", lambda: test.again.isEnabled())
        await self._shoot("web-hooks-tested", test)
        QTest.keyClick(test, Qt.Key.Key_Escape)
        await self._until("the self-test closed", lambda: not test.isVisible())
        self._click(dialog.cancel)
        await self._front()

    async def _settings(self) -> SettingsDialog:
        self._key("Comma", CONTROL)
        return await self._dialog(SettingsDialog)

    async def _plan_handing_over(self, target: Path) -> None:
        await asyncio.to_thread(target.mkdir, parents=True, exist_ok=True)
        self._key("G", CONTROL_SHIFT)
        dialog = await self._dialog(HandoverDialog)
        self._replace(dialog.folder, str(target))
        self._click(dialog.try_folder)
        await self._until("what the folder says", lambda: bool(dialog.tried.text()))
        dialog.on_acceptance.setFocus()
        QTest.keyClick(dialog.on_acceptance, Qt.Key.Key_Space)
        await self._shoot("handing-over-planned", dialog)
        self._click(dialog.save)
        await self._front()

    async def _create(self) -> ClientFileKey:
        window = self._window
        self._key("N", CONTROL)
        dialog = await self._dialog(NewFileDialog)
        await self._until("the workflows that were seen", lambda: dialog.workflow.count() > 0)
        edit = dialog.workflow.lineEdit()
        assert edit is not None
        self._replace(edit, WORKFLOW)
        self._type(dialog.external_id, EXTERNAL_ID)
        form = dialog.people[0]
        role = form.type.lineEdit()
        assert role is not None
        self._replace(role, form.type.itemText(0))
        for name, text in PERSON.items():
            self._type(form.lines[name], text)
        await self._shoot("new-file", dialog)
        self._click(dialog.create_button)
        await self._front()
        self._key("2", CONTROL)
        await self._until("the outbox", lambda: window.shows_outbox)
        window.outbox_place.show_creations()
        model = window.creations.view.model()
        assert isinstance(model, CreationModel)
        await self._until("the creation", lambda: model.rowCount() > 0)
        self._click_row(window.creations.view, 0)
        await self._shoot("creation-under-way")

        def is_created() -> bool:
            newest = model.at(0)
            return newest is not None and newest.status is CreationStatus.CREATED

        await self._until("the file created", is_created, seconds=60)
        show = window.creations.buttons["show_file"]
        await self._until("the way to it", show.isVisible)
        self._click(show)
        await self._until("the new file", lambda: NAME in window.review.name.text())
        newest = model.at(0)
        assert newest is not None
        return ClientFileKey(newest.connection_id, newest.file_uuid)

    async def _follow_up(self) -> None:
        window = self._window
        await self._until("the link", lambda: window.review.follow_up.current >= 0)
        await self._until("its button", lambda: window.review.follow_up.buttons_of(0)[2].isEnabled())
        await self._shoot("follow-up")
        self._click(window.review.follow_up.buttons_of(0)[2])
        dialog = await self._dialog(QrDialog)
        await self._shoot("signbook-link", dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await self._front()

    async def _hear_and_accept(self, key: ClientFileKey) -> None:
        """The customer signs elsewhere; nobody presses refresh."""
        window = self._window
        files = window.files.view.model()
        assert isinstance(files, ClientFileModel)

        def waits() -> bool:
            row = files.file_of(key)
            return row is not None and row.client_file.state.awaits_validation

        await self._server.end_user_finishes(key.uuid)
        await self._until("the file to validate, told by a web hook", waits)
        self._key("1", CONTROL)
        queues = window.queues.view.model()
        assert isinstance(queues, QueueModel)
        await self._until("its row", lambda: files.row_of(key) >= 0)
        self._click_row(window.files.view, files.row_of(key))
        banner = window.review.banner
        await self._until("that the archive is another one by now", banner.isVisible)
        await self._shoot("archive-replaced")
        self._click(banner.findChildren(QPushButton)[0])
        await self._until("the signed contract", lambda: window.review.preview.pages.is_drawn(0))
        await self._until("its archive", lambda: window.review.bar.accept.isEnabled())
        await self._until("the declared values, looked for", lambda: window.review.facts.is_settled)
        await self._shoot("signed-meanwhile")

        def is_decided() -> bool:
            row = files.file_of(key)
            return row is not None and row.pending is not None

        await self._press_accept(is_decided)

    async def _look_what_was_handed_over(self, target: Path) -> None:
        self._key("H", CONTROL_SHIFT)
        dialog = await self._dialog(HandoverLog)

        def is_done() -> bool:
            item = dialog.table.item(0, STATUS)
            return item is not None and any(target.rglob("*.csv"))

        await self._until("the file handed over", is_done, seconds=60)
        await self._shoot("handed-over", dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await self._front()
        names = await asyncio.to_thread(_listed_blocking, target)
        self._number += 1
        listing = self._folder / f"{self._number:02d}-handed-over.txt"
        await asyncio.to_thread(listing.write_text, "\n".join(names) + "\n", "utf-8")

    # --- hands --------------------------------------------------------------------------------------------------------

    def _replace(self, field: object, text: str) -> None:
        """What stood in the line is selected first, as a person does."""
        assert isinstance(field, QLineEdit)
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        self._type(field, text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listed_blocking(folder: Path) -> list[str]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [f"{path.stat().st_size:>9}  {path.relative_to(folder)}" for path in found]
