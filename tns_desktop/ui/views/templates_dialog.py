"""The templates of rejections: a row each, changed in place, brought from a file or carried to one."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from tns_desktop.domain.rejection import Template
from tns_desktop.ui.i18n import LANGUAGES, tr
from tns_desktop.ui.widgets.dialog_parts import body, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

CAUSE, LANGUAGE, TEXT = range(3)
_ROW_HEIGHT = 40


class TemplatesDialog(QDialog):
    """Holds the rows until they are saved; what has no cause or no text is not saved, and that is said."""

    import_requested = Signal()
    export_requested = Signal()

    def __init__(self, templates: Iterable[Template], new_cause: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("templates.title"))
        self.resize(720, 440)
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName(tr("templates.title"))
        self.table.setHorizontalHeaderLabels(
            [tr("templates.column.cause"), tr("templates.column.language"), tr("templates.column.text")]
        )
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(CAUSE, 180)
        self.table.setColumnWidth(LANGUAGE, 110)
        self.error = wrapped(role="error")
        self.error.hide()
        self.save = primary_button(tr("templates.save"))
        self.save.clicked.connect(self._save)
        self._lay_out()
        self.show_templates(templates)
        if new_cause and new_cause not in [template.cause for template in self.templates]:
            self.add(new_cause)

    def _lay_out(self) -> None:
        self.add_button = QPushButton(tr("templates.add"))
        self.remove_button = QPushButton(tr("templates.remove"))
        self.import_button = QPushButton(tr("templates.import"))
        self.export_button = QPushButton(tr("templates.export"))
        cancel = QPushButton(tr("button.cancel"))
        self.add_button.clicked.connect(lambda: self.add())
        self.remove_button.clicked.connect(self._remove)
        self.import_button.clicked.connect(self.import_requested)
        self.export_button.clicked.connect(self.export_requested)
        cancel.clicked.connect(self.reject)
        tools, buttons = QHBoxLayout(), QHBoxLayout()
        for button in (self.add_button, self.remove_button, self.import_button, self.export_button):
            button.setAutoDefault(False)
            tools.addWidget(button)
        tools.addStretch(1)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        column = body(self, 8)
        column.addWidget(label(tr("templates.title"), "title"))
        column.addWidget(wrapped(tr("templates.text", document="{document}"), "muted"))
        column.addWidget(self.table, 1)
        column.addLayout(tools)
        column.addWidget(self.error)
        column.addLayout(buttons)

    @property
    def templates(self) -> list[Template]:
        """The rows as they stand, those that are not complete too."""
        found = []
        for row in range(self.table.rowCount()):
            cause, text = (self.table.item(row, column) for column in (CAUSE, TEXT))
            language = self.table.cellWidget(row, LANGUAGE)
            assert isinstance(language, QComboBox)
            words = [item.text().strip() if item is not None else "" for item in (cause, text)]
            if any(words):
                found.append(Template(words[0], str(language.currentData()), words[1]))
        return found

    def show_templates(self, templates: Iterable[Template]) -> None:
        self.table.setRowCount(0)
        for template in templates:
            self._append(template)

    def show_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def add(self, cause: str = "") -> None:
        """A new row, to be written in at once."""
        self._append(Template(cause, LANGUAGES[0], ""))
        row = self.table.rowCount() - 1
        self.table.setCurrentCell(row, TEXT if cause else CAUSE)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _append(self, template: Template) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        self.table.setItem(row, CAUSE, QTableWidgetItem(template.cause))
        self.table.setItem(row, TEXT, QTableWidgetItem(template.text))
        under = QTableWidgetItem()
        # The list lies on a cell of its own, which a screen reader comes to first.
        under.setData(Qt.ItemDataRole.AccessibleTextRole, tr("templates.column.language"))
        under.setFlags(under.flags() & ~Qt.ItemFlag.ItemIsEditable)
        self.table.setItem(row, LANGUAGE, under)
        languages = QComboBox()
        languages.setAccessibleName(tr("templates.column.language"))
        for language in LANGUAGES:
            languages.addItem(tr(f"language.{language}"), language)
        languages.setCurrentIndex(max(0, languages.findData(template.language)))
        self.table.setCellWidget(row, LANGUAGE, languages)
        # From the table to its lists, from the top down, and only then to the buttons.
        before = self.table.cellWidget(row - 1, LANGUAGE) if row else self.table
        QWidget.setTabOrder(before, languages)

    def _remove(self) -> None:
        for row in sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True):
            self.table.removeRow(row)

    def _save(self) -> None:
        self.table.setCurrentCell(-1, -1)  # what is being typed is part of it
        if all(template.cause and template.text for template in self.templates):
            self.accept()
        else:
            self.show_error(tr("templates.incomplete"))
