"""A real window on a real desk: what the program puts together, on the loop that Qt and asyncio share."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from tests.support.desks import CONNECTION_ID, DeskUnderTest, FakeClock, opened_desk
from tests.support.windows import delete, until
from tns_desktop.adapters.platform.clock import SystemClock
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.services.ports import SampleAccount, SecretStore
from tns_desktop.services.settings import ASK_BEFORE_ACCEPTING, GRACE_SECONDS
from tns_desktop.ui.models.of_window import Models, new_models
from tns_desktop.ui.presenters.shell import ShellPresenter
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.widgets.tray import Tray


@dataclass(slots=True)
class Operator:
    """Somebody at a window, and what they can do and see."""

    under: DeskUnderTest
    view: DeskView
    models: Models
    shell: ShellPresenter

    def click(self, button: QAbstractButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def open(self, uuid: str, connection_id: str = CONNECTION_ID) -> None:
        """Chooses the file in its queue and waits for its first page."""
        key = ClientFileKey(connection_id, uuid)
        await until(lambda: self.models.files.file_of(key) is not None, "the file")
        row = self.models.files.file_of(key)
        assert row is not None
        self.view.queues.choose_state(row.client_file.state)
        await until(lambda: self.models.files.row_of(key) >= 0, "its row")
        self.view.files.choose_row(self.models.files.row_of(key))
        await until(lambda: self.shell.review.archive is not None and self.shell.review.key == key, "its archive")
        await until(lambda: self.view.review.preview.pages.is_drawn(0), "its first page")

    async def until_outbox(self, *statuses: OutboxStatus) -> None:
        await until(
            lambda: [entry.status for entry in self.models.outbox.entries()] == list(statuses),
            f"{statuses}, there is {[entry.status for entry in self.models.outbox.entries()]}",
        )


@contextlib.asynccontextmanager
async def operator_at_work(
    folder: Path,
    account: SampleAccount | None,
    *,
    secrets: SecretStore | None = None,
    grace: float = 0,
    asks: bool = False,
) -> AsyncIterator[Operator]:
    """With the sender and the prefetcher at work, on the system's clock. Fails when something was nobody's. ``account`` None:
    on the first day, in front of the three doors.
    """
    crashes: list[BaseException] = []
    clock = cast(FakeClock, SystemClock())
    async with opened_desk(folder, account, secrets=secrets, clock=clock) as under:
        desk = under.desk
        desk.settings.set(GRACE_SECONDS, grace)
        desk.settings.set(ASK_BEFORE_ACCEPTING, asks)
        models = new_models(clock.now)
        frame = Frame()
        view = DeskView(frame, models)
        frame.show()
        background = TaskScope(crashes.append, asyncio.get_running_loop())
        background.start("sender", desk.sender.run())
        background.start("creations", desk.creation.sender.run())
        background.start("prefetcher", desk.prefetcher.run())
        background.start("keeper", desk.keeper.run())
        shell = ShellPresenter(desk, view, models, crashes.append, Tray(frame))
        try:
            shell.start()
            if account is not None:
                shell.connections.choose(CONNECTION_ID)
                view.show_desk()
            yield Operator(under, view, models, shell)
        finally:
            await shell.close()
            await background.close()
            delete(frame)
    assert crashes == []
