"""A field of a form: its name above it, and below it what is wrong with it, for as long as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from tns_desktop.ui import theme
from tns_desktop.ui.widgets.labels import label, wrapped


class FormField(QWidget):
    """Around any editor. ``name`` is the field's own, as a problem has it."""

    def __init__(self, name: str, caption: str, editor: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.editor = editor
        self._hint = hint
        editor.setObjectName(name)
        editor.setAccessibleName(caption)
        inner = editor.lineEdit() if isinstance(editor, QComboBox) else editor
        if inner is not None and inner is not editor:
            inner.setAccessibleName(caption)
        if hint and isinstance(inner, QLineEdit):
            inner.setPlaceholderText(hint)
        text = label(caption, "muted")
        text.setBuddy(editor)
        self.error = wrapped(role="error")
        self.error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(text)
        column.addWidget(editor)
        column.addWidget(self.error)
        column.addStretch(1)

    def show_problem(self, words: str) -> None:
        """Empty: nothing is wrong."""
        self.error.setText(words)
        self.error.setVisible(bool(words))
        theme.mark_invalid(self.editor, words, description=self._hint)


def choice(values: list[str], *, editable: bool = True) -> QComboBox:
    """A list to choose from; an editable one takes other words too, and says nothing until something is chosen."""
    box = QComboBox()
    box.setEditable(editable)
    if editable:
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(values)
    box.setCurrentIndex(-1)
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def set_choices(box: QComboBox, values: list[str]) -> None:
    """Other values to choose from; what stands in it stays."""
    present = box.currentText()
    if [box.itemText(index) for index in range(box.count())] == values:
        return
    box.blockSignals(True)
    box.clear()
    box.addItems(values)
    box.setCurrentIndex(-1)
    box.setEditText(present)
    box.blockSignals(False)
