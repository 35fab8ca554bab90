"""Client files from a table, step by step: what the columns are, what came of the trial, and then they are created."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.table_mapping import IGNORED, ColumnMapping, fields_for
from tns_desktop.domain.workflow import Kind, Workflow
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.trial_rows import TrialColumn, TrialLine, TrialModel
from tns_desktop.ui.views.creation_words import field_words
from tns_desktop.ui.widgets.dialog_parts import body, foot, primary_button
from tns_desktop.ui.widgets.form_field import FormField, choice
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.origin import Origin

NAME, SAMPLE, FIELD = range(3)
_ROW_HEIGHT = 42
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SAMPLES = 3


class ImportDialog(QDialog):
    """``try_requested`` and ``create_requested`` ask for the next step; ``report_requested`` for what is wrong, as a file."""

    try_requested = Signal()
    create_requested = Signal()
    report_requested = Signal()
    workflow_chosen = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, connection: Connection | None = None) -> None:
        """``connection`` is where the files are created, where there are several."""
        super().__init__(parent)
        self.setObjectName("importFiles")
        self.setWindowTitle(tr("import.title"))
        self.resize(860, 600)
        self._workflows: list[Workflow] = []
        self.workflow = choice([])
        self.columns = QTableWidget(0, 3)
        self.columns.setAccessibleName(tr("import.columns"))
        self.columns.setHorizontalHeaderLabels(
            [tr("import.head.name"), tr("import.head.sample"), tr("import.head.field")]
        )
        self.columns.verticalHeader().hide()
        self.columns.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.columns.setTabKeyNavigation(False)
        self.columns.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.columns.horizontalHeader().setSectionResizeMode(SAMPLE, QHeaderView.ResizeMode.Stretch)
        self.columns.horizontalHeader().setDefaultAlignment(_LEFT)
        self.columns.setColumnWidth(NAME, 190)
        self.columns.setColumnWidth(FIELD, 300)
        self.trial = TrialModel(self)
        self.rows = QTableView()
        self.rows.setModel(self.trial)
        self.rows.setAccessibleName(tr("import.rows"))
        self.rows.setTabKeyNavigation(False)
        self.rows.setShowGrid(False)
        self.rows.setWordWrap(False)
        self.rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.rows.verticalHeader().hide()
        self.rows.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.rows.horizontalHeader().setSectionResizeMode(TrialColumn.PROBLEM, QHeaderView.ResizeMode.Stretch)
        self.rows.horizontalHeader().setDefaultAlignment(_LEFT)
        self.rows.setColumnWidth(TrialColumn.LINE, 80)
        self.rows.setColumnWidth(TrialColumn.NAME, 240)
        self.origin = Origin()
        self.origin.show_connection(connection)
        self.read = wrapped(role="muted")
        self.counts = wrapped(role="title")
        self.error = wrapped(role="error")
        self.error.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.back = QPushButton(tr("import.back"))
        self.report = QPushButton(tr("import.save_problems"))
        self.next = primary_button(tr("import.try"))
        self.cancel = QPushButton(tr("button.cancel"))
        for button in (self.back, self.report, self.next, self.cancel):
            button.setAutoDefault(False)
        self._lay_out(name)
        self.back.clicked.connect(lambda: self._show_step(0))
        self.report.clicked.connect(self.report_requested)
        self.cancel.clicked.connect(self.reject)
        self.next.clicked.connect(self._go_on)
        self.workflow.activated.connect(lambda _row: self.workflow_chosen.emit())
        self._show_step(0)

    def _lay_out(self, name: str) -> None:
        self.workflow_field = FormField(
            "import_workflow", tr("import.workflow"), self.workflow, tr("import.workflow_hint")
        )
        mapping, trial = QWidget(), QWidget()
        left, right = QVBoxLayout(mapping), QVBoxLayout(trial)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8)
        left.addWidget(self.read)
        left.addWidget(self.workflow_field)
        left.addWidget(self.columns, 1)
        right.addWidget(self.counts)
        right.addWidget(self.rows, 1)
        self._steps = QStackedWidget()
        self._steps.addWidget(mapping)
        self._steps.addWidget(trial)
        buttons = foot(self.cancel, self.next, left=[self.back, self.report])
        whole = body(self, 8)
        whole.addWidget(label(tr("import.heading", name=name), "title"))
        whole.addWidget(self.origin)
        whole.addWidget(self._steps, 1)
        whole.addWidget(self.progress)
        whole.addWidget(self.error)
        whole.addLayout(buttons)

    @property
    def shows_trial(self) -> bool:
        return self._steps.currentIndex() == 1

    @property
    def chosen_workflow(self) -> Workflow | None:
        text = self.workflow.currentText().strip()
        return next((one for one in self._workflows if one.label == text), None)

    @property
    def mapping(self) -> ColumnMapping:
        """What stands in the dialog."""
        fields = []
        for row in range(self.columns.rowCount()):
            box = self.columns.cellWidget(row, FIELD)
            assert isinstance(box, QComboBox)
            fields.append(str(box.currentData() or IGNORED))
        chosen = self.chosen_workflow
        kind = chosen.kind if chosen is not None else Kind.CLIENT_FILE
        return ColumnMapping(tuple(fields), self.workflow.currentText().strip(), kind)

    def show_workflows(self, workflows: Sequence[Workflow]) -> None:
        present = self.workflow.currentText()
        self._workflows = list(workflows)
        self.workflow.clear()
        self.workflow.addItems([one.label for one in workflows])
        self.workflow.setCurrentIndex(-1)
        self.workflow.setEditText(present)

    def show_read(self, rows: int, encoding: str, separator: str) -> None:
        """How the file was read, so that somebody sees when it was read wrongly."""
        separators = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
        if encoding:
            words = tr(f"import.separator.{separators.get(separator, 'comma')}")
            self.read.setText(tr("import.read_csv", count=rows, encoding=encoding.upper(), separator=words))
        else:
            self.read.setText(tr("import.read_workbook", count=rows))

    def show_columns(
        self, header: Sequence[str], rows: Sequence[tuple[int, tuple[str, ...]]], columns: Sequence[str]
    ) -> None:
        """Each column with its first values and what it is taken for."""
        fields = list(dict.fromkeys([*fields_for(self.chosen_workflow), *filter(None, columns)]))
        self.columns.setRowCount(len(header))
        for at, name in enumerate(header):
            samples = [cells[at] for _line, cells in rows[:SAMPLES] if at < len(cells) and cells[at]]
            self.columns.setItem(at, NAME, QTableWidgetItem(name))
            self.columns.setItem(at, SAMPLE, QTableWidgetItem(" · ".join(samples)))
            under = QTableWidgetItem()
            under.setData(Qt.ItemDataRole.AccessibleTextRole, tr("import.head.field"))
            self.columns.setItem(at, FIELD, under)
            box = QComboBox()
            box.setAccessibleName(tr("import.field_of", name=name))
            box.addItem(tr("import.ignored"), IGNORED)
            for field in fields:
                box.addItem(field_words(field), field)
            box.setCurrentIndex(max(0, box.findData(columns[at])))
            self.columns.setCellWidget(at, FIELD, box)

    def show_trial(self, lines: Sequence[TrialLine], good: int, bad: int) -> None:
        """What came of it: the lines with a problem, or all of them where there is none."""
        self.counts.setText(
            tr("import.counts", good=formatting.count(good), bad=formatting.count(bad))
            if bad
            else tr("import.all_good", good=formatting.count(good))
        )
        self.trial.set_lines(lines)
        self.report.setEnabled(bad > 0)
        self._show_step(1)
        self.next.setText(tr("import.create", count=good))
        self.next.setEnabled(good > 0)

    def show_progress(self, done: int, in_all: int) -> None:
        """While it is at work only "Cancel" can be pressed; nothing in all: it is not at work."""
        busy = in_all > 0 and done < in_all
        self.progress.setVisible(busy)
        self.progress.setRange(0, in_all)
        self.progress.setValue(done)
        for part in (self.next, self.back, self._steps):
            part.setEnabled(not busy)

    def show_error(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _go_on(self) -> None:
        if self.shows_trial:
            self.create_requested.emit()
            return
        doubled = self.mapping.doubled
        if doubled:
            self.show_error(tr("import.doubled", field=field_words(doubled[0])))
            return
        self.show_error("")
        self.try_requested.emit()

    def _show_step(self, step: int) -> None:
        self._steps.setCurrentIndex(step)
        self.back.setVisible(step == 1)
        self.report.setVisible(step == 1)
        self.next.setEnabled(True)
        if step == 0:
            self.next.setText(tr("import.try"))
