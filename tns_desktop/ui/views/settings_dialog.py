"""The settings dialog: pages and fields from a table, each with its caption, what it means, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.ui import formatting, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.keys_page import KeysPage
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

_SIZE = (780, 560)
_PAGES_WIDTH = 170
_PAGE_ROW_HEIGHT = 32
_NUMBER_WIDTH = 110
_CHOICE_WIDTH = 220
_LINES_HEIGHT = 92


class Kind(StrEnum):
    """What a field is made of, and what its value is."""

    CHOICE = "choice"
    """One of ``choices``."""
    SWITCH = "switch"
    """True or False."""
    NUMBER = "number"
    """The text as it was typed."""
    LINES = "lines"
    """A list of texts, a line each."""
    TEXT = "text"
    """As it was typed."""
    HIDDEN = "hidden"
    """As it was typed, which nobody can read; what is kept already is never shown."""
    FOLDER = "folder"
    """A path as it was typed."""
    KEYS = "keys"
    """A table: by an action's id its keys, where they are not the usual ones."""
    ACTIONS = "actions"
    """No value: a line of words, and a button for each of ``actions``."""


@dataclass(frozen=True, slots=True)
class Field:
    """``bounds`` are said with its meaning."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    fields: tuple[Field, ...]


class SettingsDialog(QDialog):
    """Holds what was typed until it is saved. ``left`` tells which field was just filled in."""

    save_requested = Signal()
    left = Signal(str)
    action_requested = Signal(str)

    def __init__(self, pages: Sequence[Page], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("preferences.title"))
        self.resize(*_SIZE)
        self.pages = QListWidget()
        self.pages.setObjectName("settingsPages")
        self.pages.setAccessibleName(tr("preferences.pages"))
        self.pages.setFixedWidth(_PAGES_WIDTH)
        self._stack = QStackedWidget()
        self._widgets: dict[str, QWidget] = {}
        self._errors: dict[str, QLabel] = {}
        self._notes: dict[str, QLabel] = {}
        self._page_of: dict[str, int] = {}
        self._buttons: dict[str, dict[str, QPushButton]] = {}
        for number, page in enumerate(pages):
            item = QListWidgetItem(tr(f"preferences.page.{page.name}"), self.pages)
            item.setSizeHint(QSize(0, _PAGE_ROW_HEIGHT))
            self._stack.addWidget(self._scrolling(page, number))
        self.pages.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.pages.setCurrentRow(0)
        self.problem = Banner()
        self.save = primary_button(tr("preferences.save"))
        self.save.setDefault(True)
        self.save.clicked.connect(self.save_requested)
        self.cancel = cancel_button(self)
        self._lay_out()
        self.pages.setFocus()

    # --- values -------------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Any:
        """As the field's kind says."""
        widget = self._widgets[name]
        if isinstance(widget, QComboBox):
            return widget.currentData()
        if isinstance(widget, QCheckBox):
            return widget.isChecked()
        if isinstance(widget, QPlainTextEdit):
            return [line.strip() for line in widget.toPlainText().splitlines() if line.strip()]
        if isinstance(widget, KeysPage):
            return widget.stored
        assert isinstance(widget, QLineEdit)
        return widget.text().strip()

    def show_value(self, name: str, value: Any) -> None:
        widget = self._widgets[name]
        if isinstance(widget, QComboBox):
            widget.setCurrentIndex(max(0, widget.findData(value)))
        elif isinstance(widget, QCheckBox):
            widget.setChecked(value)
        elif isinstance(widget, QPlainTextEdit):
            widget.setPlainText("\n".join(value))
        elif isinstance(widget, KeysPage):
            widget.show_stored(value)
        else:
            assert isinstance(widget, QLineEdit)
            widget.setText(str(value))

    def field(self, name: str) -> QWidget:
        return self._widgets[name]

    def button(self, name: str, action: str) -> QPushButton:
        return self._buttons[name][action]

    # --- what the presenter says --------------------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """The page that has the field ``name``."""
        self.pages.setCurrentRow(self._page_of[name])

    def show_field_error(self, name: str, text: str) -> None:
        """Beside the field; empty when nothing is wrong with it."""
        note, widget = self._errors[name], self._widgets[name]
        note.setText(text)
        note.setVisible(bool(text))
        theme.mark_invalid(widget, text, description=self._notes[name].text())

    def go_to(self, name: str) -> None:
        self.show_page(name)
        self._widgets[name].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_note(self, name: str, text: str) -> None:
        """Words below the field, instead of its usual ones."""
        self._notes[name].setText(text)
        self._notes[name].setVisible(bool(text))
        self._widgets[name].setAccessibleDescription(text)

    def show_placeholder(self, name: str, text: str) -> None:
        """What stands in an empty line."""
        line = self._widgets[name]
        assert isinstance(line, QLineEdit)
        line.setPlaceholderText(text)

    def set_usable(self, name: str, usable: bool) -> None:
        """The field, and what fills it in."""
        for widget in (self._widgets[name], *self._buttons.get(name, {}).values()):
            widget.setEnabled(usable)

    def fix(self, name: str, why: str) -> None:
        """Nobody here may change it: it is off, and says ``why`` instead of what it means."""
        self.show_note(name, why)
        self.set_usable(name, False)

    def offer(self, name: str, actions: Sequence[str]) -> None:
        """Only these buttons of an ``ACTIONS`` field."""
        for action, button in self._buttons[name].items():
            button.setVisible(action in actions)

    def show_problem(self, text: str) -> None:
        """Empty: there is none."""
        if text:
            self.problem.show_message("error", text)
        else:
            self.problem.clear()

    def set_busy(self, busy: bool) -> None:
        self.save.setEnabled(not busy)
        self.cancel.setEnabled(not busy)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _scrolling(self, page: Page, number: int) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 0, 16, 8)
        column.setSpacing(4)
        column.addWidget(label(tr(f"preferences.page.{page.name}"), "title"))
        for field in page.fields:
            column.addSpacing(10)
            self._page_of[field.name] = number
            self._add(field, column)
        if not any(field.kind is Kind.KEYS for field in page.fields):
            column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        return area

    def _add(self, field: Field, column: QVBoxLayout) -> None:
        caption = tr(f"preferences.field.{field.name}")
        low, high = (formatting.limit(bound) for bound in field.bounds)
        # Every text is given both numbers; those that have no use for them do not name them.
        note = wrapped(tr(f"preferences.note.{field.name}", low=low, high=high), "muted")
        error = wrapped(role="error")
        error.hide()
        widget, row = self._made(field, caption)
        widget.setObjectName(field.name)
        widget.setAccessibleDescription(note.text())
        if field.kind is not Kind.ACTIONS:
            widget.setAccessibleName(caption)
        if field.kind is not Kind.SWITCH:
            name = label(caption)
            name.setBuddy(widget)
            column.addWidget(name)
        if field.kind is Kind.ACTIONS:
            column.addWidget(note)
        if isinstance(row, QWidget):
            column.addWidget(row, 1 if field.kind is Kind.KEYS else 0)
        else:
            column.addLayout(row)
        column.addWidget(error)
        if field.kind is not Kind.ACTIONS:
            column.addWidget(note)
        self._widgets[field.name], self._errors[field.name], self._notes[field.name] = widget, error, note

    def _made(self, field: Field, caption: str) -> tuple[QWidget, QWidget | QHBoxLayout]:
        """The field itself, and what stands in the column for it."""
        if field.kind is Kind.SWITCH:
            switch = QCheckBox(caption)
            return switch, switch
        if field.kind is Kind.CHOICE:
            choice = QComboBox()
            choice.setFixedWidth(_CHOICE_WIDTH)
            for value in field.choices:
                choice.addItem(tr(f"preferences.choice.{value or 'window'}"), value)
            return choice, choice
        if field.kind is Kind.LINES:
            lines = QPlainTextEdit()
            lines.setTabChangesFocus(True)
            lines.setFixedHeight(_LINES_HEIGHT)
            return lines, lines
        if field.kind is Kind.KEYS:
            keys = KeysPage()
            keys.changed.connect(lambda: self.left.emit(field.name))
            return keys, keys
        if field.kind is Kind.ACTIONS:
            return self._with_actions(field)
        line = QLineEdit()
        line.editingFinished.connect(lambda: self.left.emit(field.name))
        if field.kind is Kind.FOLDER:
            return line, self._with_browse(line, field.name, caption)
        if field.kind is Kind.HIDDEN:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        if field.kind is Kind.NUMBER:
            line.setFixedWidth(_NUMBER_WIDTH)
        return line, line

    def _with_actions(self, field: Field) -> tuple[QWidget, QHBoxLayout]:
        row = QHBoxLayout()
        row.setSpacing(8)
        made: dict[str, QPushButton] = {}
        for action in field.actions:
            button = QPushButton(tr(f"preferences.action.{action}"))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, action=action: self.action_requested.emit(action))
            row.addWidget(button)
            made[action] = button
        row.addStretch(1)
        self._buttons[field.name] = made
        return next(iter(made.values())), row

    def _with_browse(self, line: QLineEdit, name: str, caption: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        browse = QPushButton(tr("button.browse"))
        browse.setAutoDefault(False)
        browse.setAccessibleDescription(caption)
        browse.clicked.connect(lambda: self._browse(line, caption))
        row.addWidget(line, 1)
        row.addWidget(browse)
        self._buttons[name] = {"browse": browse}
        return row

    def _browse(self, line: QLineEdit, caption: str) -> None:
        chooser = QFileDialog(self, caption, line.text())
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(line.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.pages)
        middle.addWidget(self._stack, 1)
        buttons = foot(self.cancel, self.save)
        column = body(self, 12)
        column.addLayout(middle, 1)
        column.addWidget(self.problem)
        column.addLayout(buttons)
