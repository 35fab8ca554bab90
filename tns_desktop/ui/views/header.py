"""The header: which connection, in which environment's colour; the search; how the line is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from tns_desktop.domain.connection import Connection, ConnectionState, Environment
from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words, line_look, worst_line
from tns_desktop.ui.widgets.labels import label
from tns_desktop.ui.widgets.origin import environment_chip, show_environment


class Header(QFrame):
    """The environment's colour is always in sight, so that nobody accepts a production file believing it a test."""

    search_changed = Signal(str)
    search_left = Signal()
    connection_chosen = Signal(str)
    all_connections_chosen = Signal()
    second_samples_requested = Signal()
    edit_connection_requested = Signal(str)
    new_connection_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.connection = QPushButton()
        self.connection.setProperty("kind", "link")
        self.connection.setAccessibleName(tr("header.connection"))
        self.menu = QMenu(self.connection)
        self.connection.setMenu(self.menu)
        self.environments = {environment: environment_chip() for environment in Environment}
        for environment, chip in self.environments.items():
            show_environment(chip, environment)
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setPlaceholderText(tr("header.search"))
        self.search.setAccessibleName(tr("header.search"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(420)
        self.search.textChanged.connect(self.search_changed)
        self.search.returnPressed.connect(self.search_left)
        self._status_icon = label()
        self.status = label(role="muted")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 12, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self.connection)
        for chip in self.environments.values():
            self._row.addWidget(chip)
            chip.hide()
        self._row.addStretch(1)
        self._row.addWidget(self.search, 2)
        self._row.addStretch(1)
        self._row.addWidget(self._status_icon)
        self._row.addWidget(self.status)

    def add_tools(self, actions: Sequence[QAction]) -> None:
        for action in actions:
            self._row.addWidget(_tool(action))

    def add_search_tool(self, action: QAction) -> None:
        """Right of the search."""
        self._row.insertWidget(self._row.indexOf(self.search) + 1, _tool(action))

    def add_menu(self, actions: Sequence[QAction]) -> None:
        """What is rarely needed, behind one button."""
        button = QToolButton()
        button.setIcon(icons.icon("menu"))
        button.setAccessibleName(tr("header.menu"))
        button.setToolTip(tr("header.menu"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(button)
        menu.addActions(list(actions))
        button.setMenu(menu)
        self._row.addWidget(button)

    def show_connections(
        self, connections: Sequence[Connection], shown: Sequence[Connection], *, offer_samples: bool = False
    ) -> None:
        """``shown`` is one of them, all of several, or none. ``offer_samples``: a second sample product can be added."""
        ids = {connection.connection_id for connection in shown}
        self.menu.clear()
        if len(connections) > 1:
            self._add_choice(tr("header.all_connections"), len(shown) > 1, self.all_connections_chosen.emit)
            self.menu.addSeparator()
        for connection in connections:
            chosen = connection.connection_id
            self._add_choice(
                connection_words(connection), ids == {chosen}, partial(self.connection_chosen.emit, chosen)
            )
        if connections:
            self.menu.addSeparator()
        for connection in shown:
            edit = self.menu.addAction(tr("header.edit_connection", label=connection.label))
            edit.triggered.connect(
                lambda _checked=False, chosen=connection.connection_id: self.edit_connection_requested.emit(chosen)
            )
        new = self.menu.addAction(tr("header.new_connection"))
        new.triggered.connect(lambda _checked=False: self.new_connection_requested.emit())
        if offer_samples:
            samples = self.menu.addAction(tr("header.second_samples"))
            samples.triggered.connect(lambda _checked=False: self.second_samples_requested.emit())
        several = tr("header.all_connections") if len(shown) > 1 else ""
        self.connection.setText(several or (shown[0].label if shown else tr("header.no_connection")))
        self._show_environments(shown)

    def show_status(self, state: ConnectionState, as_of: str) -> None:
        """``as_of`` is the clock time of the last complete refresh, or empty."""
        self._show_line(state, tr(f"line.{state.value}"), as_of)
        self._tell("")

    def show_statuses(self, lines: Sequence[tuple[str, ConnectionState, str]], as_of: str) -> None:
        """Several lines at a glance: each with its connection's label, its state and its clock time as above."""
        states = [state for _label, state, _time in lines]
        online = states.count(ConnectionState.ONLINE)
        self._show_line(worst_line(states), tr("header.lines", online=online, total=len(states)), as_of)
        self._tell(
            "\n".join(
                tr("header.line", label=name, line=self._words(tr(f"line.{state.value}"), time))
                for name, state, time in lines
            )
        )

    def _add_choice(self, text: str, chosen: bool, choose: Callable[[], None]) -> None:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda _checked=False: choose())

    def _show_environments(self, shown: Sequence[Connection]) -> None:
        """A chip for each environment among those shown; the header's own edge has a colour only where all share it."""
        present = {connection.environment for connection in shown}
        for environment, chip in self.environments.items():
            chip.setVisible(environment in present)
            addresses = {item.base_url: None for item in shown if item.environment is environment}
            chip.setToolTip("\n".join(addresses))
        self.setProperty("environment", next(iter(present)).value if len(present) == 1 else "")
        theme.restyle(self)

    def _show_line(self, state: ConnectionState, words: str, as_of: str) -> None:
        look = line_look(state)
        colour = theme.current().colours[look.token]
        self._status_icon.setPixmap(icons.pixmap(look.icon, colour, 18, self.devicePixelRatioF()))
        self.status.setText(self._words(words, as_of))

    def _words(self, line: str, as_of: str) -> str:
        return tr("header.as_of", line=line, time=as_of) if as_of else line

    def _tell(self, text: str) -> None:
        for widget in (self._status_icon, self.status):
            widget.setToolTip(text)
        self.status.setAccessibleDescription(text)


def _tool(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAccessibleName(action.text())
    return button
