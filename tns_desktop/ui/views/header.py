"""The header: which connection, in which environment's colour; the search; how the line is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from tns_desktop.domain.connection import Connection, ConnectionState
from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label


class Header(QFrame):
    """The environment's colour is always in sight, so that nobody accepts a production file believing it a test."""

    search_changed = Signal(str)
    search_left = Signal()
    connection_chosen = Signal(str)
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
        self.environment = label(role="environment")
        self.environment.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
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
        self._row.addWidget(self.environment)
        self._row.addStretch(1)
        self._row.addWidget(self.search, 2)
        self._row.addStretch(1)
        self._row.addWidget(self._status_icon)
        self._row.addWidget(self.status)
        self.environment.hide()

    def add_tools(self, actions: Sequence[QAction]) -> None:
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            self._row.addWidget(button)

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

    def show_connections(self, connections: Sequence[Connection], current: Connection | None) -> None:
        self.menu.clear()
        for connection in connections:
            environment = tr(f"environment.{connection.environment.value}")
            action = self.menu.addAction(tr("header.connection_line", label=connection.label, environment=environment))
            action.setCheckable(True)
            action.setChecked(current is not None and connection.connection_id == current.connection_id)
            action.triggered.connect(
                lambda _checked=False, chosen=connection.connection_id: self.connection_chosen.emit(chosen)
            )
        if connections:
            self.menu.addSeparator()
        if current is not None:
            edit = self.menu.addAction(tr("header.edit_connection", label=current.label))
            edit.triggered.connect(
                lambda _checked=False, chosen=current.connection_id: self.edit_connection_requested.emit(chosen)
            )
        new = self.menu.addAction(tr("header.new_connection"))
        new.triggered.connect(lambda _checked=False: self.new_connection_requested.emit())
        self.connection.setText(current.label if current is not None else tr("header.no_connection"))
        self.environment.setVisible(current is not None)
        colour = current.environment.value if current is not None else ""
        if current is not None:
            self.environment.setText(tr(f"environment.badge.{colour}"))
            self.environment.setToolTip(current.base_url)
        for widget in (self, self.environment):
            widget.setProperty("environment", colour)
            theme.restyle(widget)

    def show_status(self, state: ConnectionState, as_of: str) -> None:
        """``as_of`` is the clock time of the last complete refresh, or empty."""
        look = {
            ConnectionState.ONLINE: ("online", "state_accepted"),
            ConnectionState.CONNECTING: ("online", "text_muted"),
            ConnectionState.NEVER_TRIED: ("offline", "text_muted"),
            ConnectionState.OFFLINE: ("offline", "state_suspended"),
            ConnectionState.SERVER_TROUBLE: ("warning", "state_suspended"),
            ConnectionState.SIGNED_OUT: ("key", "state_suspended"),
            ConnectionState.WRONG_CREDENTIALS: ("key", "state_rejected"),
        }[state]
        colour = theme.current().colours[look[1]]
        self._status_icon.setPixmap(icons.pixmap(look[0], colour, 18, self.devicePixelRatioF()))
        words = tr(f"line.{state.value}")
        self.status.setText(tr("header.as_of", line=words, time=as_of) if as_of else words)
