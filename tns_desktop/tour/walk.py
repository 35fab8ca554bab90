"""The walk itself, chapter by chapter: first run, list, documents, decisions, judging by keys, outbox, a day without a network.

Nothing here calls a presenter or a use case: events go into the window as a person's would, and each step waits until
the window shows what a person would wait for. A step that does not come fails the tour with its name.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
)

from tns_desktop.adapters.samples.relay import Relay
from tns_desktop.adapters.samples.server import SandboxServer
from tns_desktop.domain.connection import Environment
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import ServerUnreachable
from tns_desktop.services.ports import SampleAccount
from tns_desktop.tour.whole_life import WholeLife
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.models.outbox import OutboxModel
from tns_desktop.ui.models.queues import OUTBOX, QueueModel
from tns_desktop.ui.views.connection_dialog import ConnectionDialog
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.help_dialog import HelpDialog
from tns_desktop.ui.views.palette_dialog import PaletteDialog
from tns_desktop.ui.views.problem_dialog import ProblemDialog
from tns_desktop.ui.views.reject_dialog import RejectDialog

TAMPERED = "-0124"
"""How the number of the sample file ends whose contract was changed after it was signed."""


async def take_tour(window: DeskView, folder: Path) -> None:
    """First run, connect, list, open, preview, accept, undo, reject, outbox, a day without a network, and one file from its
    creation to its handing over. Raises TourFailed.
    """
    server = SandboxServer()
    account = await server.start()
    relay = Relay(account.base_url)
    await relay.mend()
    try:
        await Tour(window, folder, relay, server).run(replace(account, base_url=relay.url))
    finally:
        await relay.cut()
        await server.stop()


class Tour(WholeLife):
    """One walk through the window."""

    def __init__(self, window: DeskView, folder: Path, relay: Relay, server: SandboxServer) -> None:
        super().__init__(window, folder, server)
        self._relay = relay

    async def run(self, account: SampleAccount) -> None:
        await self._first_run(account)
        await self._list()
        await self._documents()
        await self._accept()
        await self._undo()
        await self._judge()
        await self._reject()
        await self._search()
        await self._outbox()
        await self._offline()
        await self._whole_life(account)
        await self._help()

    # --- chapters -----------------------------------------------------------------------------------------------------

    async def _first_run(self, account: SampleAccount) -> None:
        window = self._window
        await self._until("the three doors", lambda: window.shows_welcome and window.isVisible())
        await self._front()
        await self._shoot("welcome")
        self._click(window.welcome.doors["connect"])
        dialog = await self._dialog(ConnectionDialog)
        self._choose(dialog.environment, Environment.OTHER)
        self._type(dialog.base_url, account.base_url)
        self._type(dialog.public_id, account.public_id)
        self._type(dialog.secret_key, account.secret_key)
        self._type(dialog.operator_uuid, account.operator_uuid)
        self._type(dialog.label_field, "Crédit Demo")
        self._click(dialog.check)
        table = dialog.findChild(QAbstractItemView, "check")
        assert table is not None
        await self._until("the check's result", lambda: table.isVisible() and table.model().rowCount() > 0)
        await self._shoot("connection-checked", dialog)
        self._click(dialog.save)
        await self._until("the desk", lambda: not window.shows_welcome)
        await self._front()

    async def _list(self) -> None:
        window = self._window
        await self._until("files to validate", lambda: window.files.view.model().rowCount() > 3)
        await self._until("being online", lambda: not window.banner.isVisible())
        await self._shoot("list")

    async def _documents(self) -> None:
        window = self._window
        self._click_row(window.files.view, 0)
        await self._until("the first page", lambda: window.review.preview.pages.is_drawn(0))
        await self._until("the declared values, looked for", lambda: window.review.facts.is_settled)
        await self._shoot("contract")
        documents = window.review.documents.tree.model()
        assert isinstance(documents, DocumentModel)
        for number, entry in enumerate(documents.documents()[1:4], start=1):
            self._key("N")
            await self._until(f"document {number + 1}", partial(self._shows_something, entry.entry_id))
            await self._shoot(f"document-{number + 1}")
        self._key("R")
        await self._until("the turned page", lambda: window.review.preview.pages.is_drawn(0))
        self._key("+")
        await self._settled()
        await self._shoot("rotated-and-zoomed")

    async def _accept(self) -> None:
        window = self._window
        name = window.review.name.text()
        await self._until("an offer to accept", lambda: window.review.bar.accept.isEnabled())
        await self._press_accept(lambda: name in window.snackbar.text)
        await self._until("the next file", lambda: window.review.name.text() != name)
        await self._until("its first page", lambda: self._shows_something(None))
        await self._shoot("accepted-with-grace")
        await self._until("the server's confirmation", lambda: self._says_confirmed(name), seconds=60)
        await self._shoot("accepted-confirmed")

    async def _undo(self) -> None:
        window = self._window
        await self._until("an offer to accept", lambda: window.review.bar.accept.isEnabled())
        name = window.review.name.text()
        await self._press_accept(lambda: name in window.snackbar.text)
        self._key("Z", Qt.KeyboardModifier.ControlModifier)
        await self._until(
            "the file again", lambda: window.review.name.text() == name and window.review.bar.accept.isEnabled()
        )
        await self._shoot("taken-back")

    async def _judge(self) -> None:
        """By the keyboard: what the signature says, a word in the contract, a problem, a good document."""
        window, preview = self._window, self._window.review.preview
        files = window.files.view.model()
        assert isinstance(files, ClientFileModel)
        row = next(row for row in range(files.rowCount()) if self._id_of(files, row).endswith(TAMPERED))
        self._click_row(window.files.view, row)
        await self._until("its first page", lambda: self._id_shown().endswith(TAMPERED) and preview.pages.is_drawn(0))
        self._key("I")
        self._key("I")
        await self._until("the signature, validated", lambda: window.review.facts.is_settled)
        await self._shoot("changed-after-signing")
        self._key("F", Qt.KeyboardModifier.ControlModifier)
        await self._until("the field for words", lambda: preview.find_bar.field.hasFocus())
        self._type(preview.find_bar.field, "capital")
        await self._until("what was found", lambda: preview.pages.hits.count > 0)
        await self._settled()
        await self._shoot("found-in-the-contract")
        QTest.keyClick(preview.find_bar.field, Qt.Key.Key_Escape)
        self._key("B")
        dialog = await self._dialog(ProblemDialog)
        self._type(dialog.words, "le montant a été modifié après la signature")
        await self._shoot("problem", dialog)
        QTest.keyClick(dialog.words, Qt.Key.Key_Return)
        await self._front()
        await self._until("the next document", lambda: self._shows_something(None) and not preview.pages.hits.count)
        await self._settled()
        self._key("G")
        await self._settled()
        await self._shoot("judged")
        self._key("V")
        self._key("N")
        await self._until("two documents side by side", lambda: window.review.previews.is_beside)
        await self._settled()
        await self._shoot("side-by-side")
        self._key("V")
        await self._until("one document again", lambda: not window.review.previews.is_beside)

    async def _reject(self) -> None:
        """The message has grown from the marks already."""
        window = self._window
        name = window.review.name.text()
        self._key("Backspace", Qt.KeyboardModifier.ControlModifier)
        dialog = await self._dialog(RejectDialog)
        edit = dialog.cause.lineEdit()
        assert edit is not None
        self._type(edit, "Document modifié")
        await self._until("the composed message", lambda: bool(dialog.message.toPlainText()))
        self._type(dialog.note, "Appeler le client avant le prochain envoi.")
        await self._shoot("reject-dialog", dialog)
        self._click(dialog.confirm)
        await self._front()
        await self._until("the countdown", lambda: name in window.snackbar.text)
        await self._shoot("rejected-with-grace")

    async def _search(self) -> None:
        window = self._window
        self._key("K", Qt.KeyboardModifier.ControlModifier)
        palette = await self._dialog(PaletteDialog)
        self._type(palette.field, "rep")
        await self._settled()
        await self._shoot("palette", palette)
        QTest.keyClick(palette.field, Qt.Key.Key_Escape)
        await self._front()
        self._key("Slash")
        await self._until("the search", lambda: window.header.search.hasFocus())
        rows = window.files.view.model()
        everything = rows.rowCount()
        self._type(window.header.search, "credit")
        await self._until("fewer or more rows", lambda: 0 < rows.rowCount() != everything)
        await self._shoot("search")
        window.header.search.setFocus()
        QTest.keyClick(window.header.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(window.header.search, Qt.Key.Key_Delete)

    async def _outbox(self) -> None:
        window = self._window
        queues = window.queues.view.model()
        assert isinstance(queues, QueueModel)
        self._click_row(window.queues.view, queues.row_of(OUTBOX))
        await self._until("the outbox", lambda: window.shows_outbox)
        await self._shoot("outbox")
        status = window.outbox.view.model()
        await self._until(
            "the rejection confirmed",
            lambda: (entry := window.outbox.current_entry()) is not None and entry.status.is_final,
            seconds=60,
        )
        assert status.rowCount() >= 3
        await self._shoot("outbox-confirmed")

    async def _offline(self) -> None:
        """Kept beforehand, decided without a network, sent when it is back."""
        window = self._window
        files = window.files.view.model()
        assert isinstance(files, ClientFileModel)
        self._key("1", Qt.KeyboardModifier.ControlModifier)
        await self._until("the list", lambda: not window.shows_outbox and files.rowCount() > 3)
        self._click_row(window.files.view, 0)
        await self._until("its first page", lambda: window.review.preview.pages.is_drawn(0))
        self._key("D", Qt.KeyboardModifier.ControlModifier)
        await self._until("archives being kept", lambda: self._is_kept(files, 1) and self._is_kept(files, 2))
        await self._shoot("keeping-offline")
        await self._relay.cut()
        self._key("F5")
        await self._until("the word of being offline", window.banner.isVisible)
        name = window.review.name.text()
        self._key("J")
        await self._until("the next file", lambda: window.review.name.text() != name)
        await self._until("its first page, from the vault", lambda: window.review.preview.pages.is_drawn(0))
        await self._until("an offer to accept", lambda: window.review.bar.accept.isEnabled())
        await self._shoot("offline")
        offline = window.review.name.text()
        await self._press_accept(lambda: offline in window.snackbar.text)
        self._key("2", Qt.KeyboardModifier.ControlModifier)
        await self._until("the outbox", lambda: window.shows_outbox)
        await self._until("a try that found nobody", self._found_nobody, seconds=60)
        self._click_row(window.outbox.view, 0)
        await self._until("the decision's two sides", lambda: self._newest_is(OutboxStatus.QUEUED))
        await self._shoot("offline-outbox")
        await self._relay.mend()
        self._key("F5")
        await self._until("being online", lambda: not window.banner.isVisible(), seconds=60)
        await self._until("the decision confirmed", lambda: self._newest_is(OutboxStatus.CONFIRMED), seconds=60)
        await self._shoot("online-again")

    async def _help(self) -> None:
        QTest.keyClick(self._window, Qt.Key.Key_F1)
        dialog = await self._dialog(HelpDialog)
        await self._shoot("keys", dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await self._until("the help closed", lambda: not dialog.isVisible())

    # --- eyes ---------------------------------------------------------------------------------------------------------

    def _id_of(self, files: ClientFileModel, position: int) -> str:
        row = files.row_at(position)
        return row.client_file.display_id if row is not None else ""

    def _id_shown(self) -> str:
        return self._window.review.identifier.text()

    def _is_kept(self, files: ClientFileModel, position: int) -> bool:
        row = files.row_at(position)
        return row is not None and row.archive_kept

    def _found_nobody(self) -> bool:
        entries = self._window.outbox.view.model()
        assert isinstance(entries, OutboxModel)
        return any(entry.error_code == ServerUnreachable.code for entry in entries.entries())

    def _newest_is(self, status: OutboxStatus) -> bool:
        entries = self._window.outbox.view.model()
        assert isinstance(entries, OutboxModel)
        newest = entries.entry_at(0)
        return newest is not None and newest.status is status
