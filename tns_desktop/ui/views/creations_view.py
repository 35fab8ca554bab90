"""The client files that are to be created: drafts and creations, and what a person can do about each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.ui.delegates.cells import ROW_HEIGHT, PlainDelegate, TextDelegate
from tns_desktop.ui.delegates.creations import CreationStatusDelegate
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.creations import CreationColumn, CreationModel
from tns_desktop.ui.views.creation_words import lines_of, status_sentence
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.read_only_table import read_by_rows

_WIDTHS = {
    CreationColumn.NAME: 260,
    CreationColumn.EXTERNAL_ID: 190,
    CreationColumn.WORKFLOW: 220,
    CreationColumn.BEGUN: 150,
    CreationColumn.STATUS: 220,
}
ACTS = (
    "show_file",
    "report",
    "take_back_all",
    "send_now",
    "send_again",
    "is_that_file",
    "take_back",
    "discard",
    "change",
    "open",
)
"""What can be asked for, in the order of the buttons; each has its words and its signal's word."""


class CreationsView(QFrame):
    """``asked`` carries one of ``ACTS`` and the creation's identifier; ``new_requested`` and ``table_requested`` begin one."""

    asked = Signal(str, str)
    new_requested = Signal()
    table_requested = Signal()

    def __init__(self, model: CreationModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("creations")
        self._model = model
        self._current = ""
        self.view = QTableView()
        self.view.setObjectName("creationTable")
        self.view.setModel(model)
        self.view.setAccessibleName(tr("creation.outbox"))
        for column in (CreationColumn.NAME, CreationColumn.WORKFLOW):
            self.view.setItemDelegateForColumn(column, TextDelegate(self.view))
        for column in (CreationColumn.EXTERNAL_ID, CreationColumn.BEGUN):
            self.view.setItemDelegateForColumn(column, PlainDelegate(self.view))
        self.view.setItemDelegateForColumn(CreationColumn.STATUS, CreationStatusDelegate(self.view))
        read_by_rows(self.view)
        self.view.setWordWrap(False)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        for column, width in _WIDTHS.items():
            self.view.setColumnWidth(column, width)
        self.view.horizontalHeader().setSectionResizeMode(CreationColumn.NAME, QHeaderView.ResizeMode.Stretch)
        self.new = QPushButton(tr("creation.new"))
        self.table = QPushButton(tr("creation.from_table"))
        self.sentence = wrapped(role="title")
        self.facts = wrapped()
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = {name: QPushButton(tr(f"creation.act.{name}")) for name in ACTS}
        self.buttons["open"].setProperty("kind", "primary")
        self.empty = EmptyState()
        self.empty.show_message(
            "outbox",
            tr("creation.empty.title"),
            tr("creation.empty.text"),
            action="new",
            action_text=tr("creation.new"),
        )
        self._lay_out()
        self.new.clicked.connect(self.new_requested)
        self.table.clicked.connect(self.table_requested)
        self.empty.action_requested.connect(lambda _action: self.new_requested.emit())
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, name=name: self.asked.emit(name, self._current))
        self.view.doubleClicked.connect(lambda _index: self._open())
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        for changed in (model.modelReset, model.dataChanged):
            changed.connect(lambda *_: self._refresh())
        self._refresh()

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setContentsMargins(16, 12, 16, 12)
        heading.setSpacing(8)
        heading.addWidget(label(tr("creation.outbox_heading"), "title"), 1)
        heading.addWidget(self.table)
        heading.addWidget(self.new)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in self.buttons.values():
            buttons.addWidget(button)
        self._detail = QFrame()
        self._detail.setObjectName("decisionBar")
        detail = QVBoxLayout(self._detail)
        detail.setContentsMargins(16, 12, 16, 12)
        detail.setSpacing(6)
        detail.addWidget(self.sentence)
        detail.addWidget(self.facts)
        detail.addLayout(buttons)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(self.view, 1)
        column.addWidget(self._detail)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def current(self) -> Creation | None:
        return self._model.at(self.view.currentIndex().row()) if self.view.currentIndex().isValid() else None

    def choose(self, creation_id: str) -> None:
        """Makes that row current, if it is shown."""
        row = self._model.row_of(creation_id)
        if row >= 0:
            self.view.setCurrentIndex(self._model.index(row, 0))

    def _open(self) -> None:
        if self.buttons["open"].isVisibleTo(self):
            self.asked.emit("open", self._current)

    def _refresh(self) -> None:
        self._stack.setCurrentIndex(1 if self._model.rowCount() else 0)
        if self._model.rowCount() and not self.view.currentIndex().isValid():
            # What was current is looked for first: a row that came or went must not move the choice.
            row = max(0, self._model.row_of(self._current))
            self.view.setCurrentIndex(self._model.index(row, 0))
        self._show_detail()

    def _show_detail(self) -> None:
        creation = self.current()
        self._detail.setVisible(creation is not None)
        if creation is None:
            return
        self._current = creation.creation_id
        self.sentence.setText(status_sentence(creation))
        lines = lines_of(creation)
        self.facts.setText("\n".join(lines))
        self.facts.setVisible(bool(lines))
        for name in ACTS:
            self.buttons[name].setVisible(name in acts_of(creation))


def acts_of(creation: Creation) -> frozenset[str]:
    """What can be done with it now."""
    status = creation.status
    acts = set()
    if status is CreationStatus.DRAFT or status.needs_a_person:
        # Opening a conflict settles it: the button says so.
        acts |= {"change" if status is CreationStatus.CONFLICT else "open", "discard"}
    elif creation.can_be_taken_back:
        acts.add("take_back")
    if status in (CreationStatus.QUEUED, CreationStatus.RETRY_WAIT):
        acts.add("send_now")
    if status is CreationStatus.REFUSED and not creation.is_incomplete:
        acts.add("send_again")
    if status is CreationStatus.CONFLICT and creation.seen is not None:
        acts.add("is_that_file")
    if status is CreationStatus.CREATED and creation.file_uuid:
        acts.add("show_file")
    if creation.batch:
        acts.add("report")
        if status in (CreationStatus.QUEUED, CreationStatus.RETRY_WAIT):
            acts.add("take_back_all")
    return frozenset(acts)
