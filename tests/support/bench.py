"""A window with all its presenters, at work on a desk of fakes, on the loop that Qt and asyncio share."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog

from tests.support.fake_desk import World
from tests.support.files import a_key
from tests.support.windows import delete, until
from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.ui.models.of_window import Models, new_models
from tns_desktop.ui.presenters.shell import ShellPresenter
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.frame import Frame
from tns_desktop.ui.widgets.tray import Tray

D = TypeVar("D", bound=QDialog)


class NotingTray(Tray):
    """The desktop's own part is left out: what it would be told is noted."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.counts: list[int] = []
        self.notices: list[tuple[str, str]] = []

    def show_count(self, count: int) -> None:
        self.counts.append(count)

    def notify(self, title: str, text: str) -> None:
        self.notices.append((title, text))


@dataclass
class Bench:
    """``crashes`` holds what reached the last handler: nothing, unless the test says otherwise."""

    world: World
    window: DeskView
    models: Models
    shell: ShellPresenter
    tray: NotingTray
    crashes: list[BaseException] = field(default_factory=list)

    # --- hands --------------------------------------------------------------------------------------------------------

    def choose(self, key: ClientFileKey) -> None:
        self.window.files.choose_row(self.models.files.row_of(key))

    async def open_with_marks(self, number: int = 1) -> None:
        """That file is on screen, its first page drawn, its marks there."""
        await until(lambda: self.models.files.row_of(a_key(number)) >= 0, "the row")
        self.choose(a_key(number))
        await self.until_open(a_key(number))
        await until(lambda: self.shell.marks.review is not None, "the marks")

    def trigger(self, action_id: str) -> None:
        self.window.actions_by_id[action_id].trigger()

    def click(self, button: QAbstractButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def dialog(self, kind: type[D]) -> D:
        await until(lambda: self._open(kind), kind.__name__)
        return self._open(kind)[0]

    def has_dialog(self) -> bool:
        return bool(self._open(QDialog))

    # --- eyes ---------------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> list[ClientFileKey]:
        files = self.models.files
        return [row.key for position in range(files.rowCount()) if (row := files.row_at(position)) is not None]

    @property
    def decided(self) -> int:
        return len(self.world.outbox.rows)

    async def until_rows(self, number: int) -> None:
        await until(lambda: self.models.files.rowCount() == number, f"{number} rows")

    async def until_open(self, key: ClientFileKey) -> None:
        """The archive of that file is on screen, and its first page drawn."""
        await until(lambda: self.shell.review.key == key and self.shell.review.archive is not None, "the archive")
        await until(lambda: self.window.review.preview.pages.is_drawn(0), "the first page")

    def _open(self, kind: type[D]) -> list[D]:
        return [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]


@contextlib.asynccontextmanager
async def opened_bench(world: World, *, start: bool = True) -> AsyncIterator[Bench]:
    """Started as the program does; closed as it does. Fails when something was nobody's."""
    clock = world.clock
    models = new_models(clock.now)
    frame = Frame()
    window = DeskView(frame, models)
    crashes: list[BaseException] = []
    frame.show()
    tray = NotingTray(frame)
    shell = ShellPresenter(world.desk, window, models, crashes.append, tray)
    bench = Bench(world, window, models, shell, tray, crashes)
    try:
        if start:
            bench.shell.start()
        yield bench
    finally:
        await bench.shell.close()
        delete(frame)
    assert crashes == []
