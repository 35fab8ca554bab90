"""The outbox: each decision with its truth, and what a person can do about it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.ui import formatting
from tns_desktop.ui.delegates.cells import ROW_HEIGHT, OriginDelegate, OutboxStatusDelegate, PlainDelegate, TextDelegate
from tns_desktop.ui.i18n import has_text, tr
from tns_desktop.ui.models.outbox import OutboxColumn, OutboxModel
from tns_desktop.ui.state_words import connection_words, state_words, status_sentence, verdict_words
from tns_desktop.ui.widgets.dialog_parts import primary_button
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.origin import Origin
from tns_desktop.ui.widgets.read_only_table import read_by_rows

_WIDTHS = {
    OutboxColumn.NAME: 260,
    OutboxColumn.ID: 110,
    OutboxColumn.VERDICT: 120,
    OutboxColumn.DECIDED: 150,
    OutboxColumn.STATUS: 310,
    OutboxColumn.CONNECTION: 230,
}


class OutboxView(QFrame):
    """A table and, for the row in it that is current, the facts side by side."""

    withdraw_requested = Signal(str)
    send_now_requested = Signal(str)
    send_again_requested = Signal(str)
    review_again_requested = Signal(str)
    show_file_requested = Signal(object)
    report_requested = Signal(str)

    def __init__(self, model: OutboxModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._model = model
        self.view = QTableView()
        self.view.setObjectName("outbox")
        self.view.setModel(model)
        self.view.setAccessibleName(tr("outbox.accessible_name"))
        read_by_rows(self.view)
        self.view.setWordWrap(False)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        for column, width in _WIDTHS.items():
            self.view.setColumnWidth(column, width)
        self.view.horizontalHeader().setSectionResizeMode(OutboxColumn.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (OutboxColumn.NAME, OutboxColumn.VERDICT):
            self.view.setItemDelegateForColumn(column, TextDelegate(self.view))
        for column in (OutboxColumn.ID, OutboxColumn.DECIDED):
            self.view.setItemDelegateForColumn(column, PlainDelegate(self.view))
        self.view.setItemDelegateForColumn(OutboxColumn.STATUS, OutboxStatusDelegate(self.view))
        self.view.setItemDelegateForColumn(OutboxColumn.CONNECTION, OriginDelegate(self.view))
        # Beside the file that it says the origin of; the verdict and where it stands come after.
        self.view.horizontalHeader().moveSection(OutboxColumn.CONNECTION, OutboxColumn.VERDICT)
        self._empty = EmptyState()
        self._empty.show_message("outbox", tr("outbox.empty.title"), tr("outbox.empty.text"))
        self._detail = QFrame()
        self._detail.setObjectName("decisionBar")
        self.sentence = wrapped(role="title")
        self.held = wrapped(tr("outbox.held"))
        self.decided = _Side(tr("outbox.side.decided"))
        self.shown = _Side(tr("outbox.side.shown"))
        sides = QHBoxLayout()
        sides.setSpacing(24)
        sides.addWidget(self.decided, 1)
        sides.addWidget(self.shown, 1)
        self.withdraw = QPushButton()
        self.send_now = QPushButton(tr("outbox.send_now"))
        self.send_again = QPushButton(tr("outbox.send_again"))
        self.review_again = primary_button(tr("outbox.review_again"))
        self.show_file = QPushButton(tr("outbox.show_file"))
        self.save_report = QPushButton(tr("outbox.save_report"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (
            self.save_report,
            self.show_file,
            self.send_now,
            self.withdraw,
            self.send_again,
            self.review_again,
        ):
            buttons.addWidget(button)
        detail = QVBoxLayout(self._detail)
        detail.setContentsMargins(16, 12, 16, 12)
        detail.setSpacing(6)
        self.origin = Origin()
        detail.addWidget(self.sentence)
        detail.addWidget(self.held)
        detail.addWidget(self.origin)
        detail.addLayout(sides)
        detail.addLayout(buttons)
        heading = self._heading()
        content = QWidget()
        column_layout = QVBoxLayout(content)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(0)
        column_layout.addLayout(heading)
        column_layout.addWidget(self.view, 1)
        column_layout.addWidget(self._detail)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        self.withdraw.clicked.connect(lambda: self.withdraw_requested.emit(self._current_id()))
        self.send_now.clicked.connect(lambda: self.send_now_requested.emit(self._current_id()))
        self.send_again.clicked.connect(lambda: self.send_again_requested.emit(self._current_id()))
        self.review_again.clicked.connect(lambda: self.review_again_requested.emit(self._current_id()))
        self.show_file.clicked.connect(self._show_file)
        self.save_report.clicked.connect(self.ask_for_report)
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        for changed in (model.modelReset, model.rowsInserted, model.dataChanged):
            changed.connect(lambda *_: self._refresh())
        self._refresh()

    def current_entry(self) -> OutboxEntry | None:
        return self._model.entry_at(self.view.currentIndex().row()) if self.view.currentIndex().isValid() else None

    def ask_for_report(self) -> None:
        """Of the row that is current, if there is one."""
        if self.current_entry() is not None:
            self.report_requested.emit(self._current_id())

    def _heading(self) -> QHBoxLayout:
        """The title, and a choice of connections where there are several."""
        self.narrow = QComboBox()
        self.narrow.setAccessibleName(tr("outbox.narrow"))
        self.narrow.setToolTip(tr("outbox.narrow"))
        self.narrow.currentIndexChanged.connect(lambda _index: self._model.narrow(self.narrow.currentData() or ""))
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.addWidget(label(tr("outbox.heading"), "title"), 1)
        row.addWidget(self.narrow)
        return row

    def _show_connections(self) -> None:
        connections = self._model.connections()
        wanted = [
            ("", tr("outbox.all_connections")),
            *((one.connection_id, connection_words(one)) for one in connections),
        ]
        present = [(self.narrow.itemData(at), self.narrow.itemText(at)) for at in range(self.narrow.count())]
        if wanted != present:
            self.narrow.blockSignals(True)
            self.narrow.clear()
            for connection_id, words in wanted:
                self.narrow.addItem(words, connection_id)
            self.narrow.setCurrentIndex(max(0, self.narrow.findData(self._model.narrowed_to)))
            self.narrow.blockSignals(False)
        self.narrow.setVisible(bool(connections))
        self.view.setColumnHidden(OutboxColumn.CONNECTION, not connections)

    def _current_id(self) -> str:
        entry = self.current_entry()
        return entry.decision.decision_id if entry is not None else ""

    def _show_file(self) -> None:
        entry = self.current_entry()
        if entry is not None:
            self.show_file_requested.emit(entry.key)

    def _current_changed(self, _current: QModelIndex | QPersistentModelIndex) -> None:
        self._show_detail()

    def _refresh(self) -> None:
        self._show_connections()
        # Narrowed to nothing, the way back must stay in sight.
        self._stack.setCurrentIndex(1 if self._model.rowCount() or self._model.narrowed_to else 0)
        if self._model.rowCount() and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0, 0))
        self._show_detail()

    def _show_detail(self) -> None:
        entry = self.current_entry()
        self._detail.setVisible(entry is not None)
        if entry is None:
            return
        self.sentence.setText(status_sentence(entry))
        self.origin.show_connection(self._model.connection_of(entry))
        self.decided.show_lines(_decided(entry))
        self.shown.show_lines(_shown(entry))
        needs_person = entry.status.needs_a_person
        self.withdraw.setVisible(entry.can_be_withdrawn)
        self.withdraw.setText(tr("outbox.drop") if needs_person else tr("outbox.withdraw"))
        self.send_now.setVisible(entry.status in (OutboxStatus.QUEUED, OutboxStatus.RETRY_WAIT))
        self.send_again.setVisible(needs_person)
        self.review_again.setVisible(entry.status is OutboxStatus.CONFLICT)
        held = self._model.is_held(entry) and not entry.status.is_final
        self.held.setVisible(held)
        for button in (self.send_now, self.send_again):
            button.setEnabled(not held)
            button.setToolTip(tr("outbox.held") if held else "")


class _Side(QWidget):
    """One of the two columns that are to be compared: a heading and lines; gone while it has nothing to say."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._lines = wrapped()
        self._lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(heading, "section"))
        column.addWidget(self._lines, 1)

    @property
    def text(self) -> str:
        return self._lines.text()

    def show_lines(self, lines: list[str]) -> None:
        self._lines.setText("\n".join(lines))
        self.setVisible(bool(lines))


def _decided(entry: OutboxEntry) -> list[str]:
    """What was decided, and on what."""
    decision = entry.decision
    lines = [
        tr(
            "outbox.fact.decided",
            verdict=verdict_words(decision.verdict),
            date=formatting.date_time(decision.decided_at),
        ),
        tr("outbox.fact.state", state=state_words(decision.reviewed_state)),
        tr("outbox.fact.archive", digest=decision.archive_sha256[:16]),
    ]
    if decision.cause:
        lines.append(tr("outbox.fact.cause", cause=decision.cause, message=decision.message))
    if decision.internal_note:
        lines.append(tr("outbox.fact.note", note=decision.internal_note))
    return lines


def _shown(entry: OutboxEntry) -> list[str]:
    """What the server shows now, or said."""
    lines = []
    if entry.observed_state is not None:
        lines.append(tr("outbox.fact.state", state=state_words(entry.observed_state)))
        if entry.observed_cause:
            lines.append(tr("outbox.fact.observed_cause", cause=entry.observed_cause))
    if entry.error_code and has_text(f"outbox.reason.{entry.error_code}"):
        lines.append(tr(f"outbox.reason.{entry.error_code}"))
    if entry.error_code and has_text(f"error.{entry.error_code}.title"):
        lines.append(tr("outbox.fact.error", error=tr(f"error.{entry.error_code}.title")))
    if entry.server_message:
        lines.append(tr("error.server_words", message=entry.server_message))
    if entry.attempts:
        lines.append(tr("outbox.fact.attempts", count=entry.attempts))
    return lines
