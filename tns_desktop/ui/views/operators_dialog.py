"""Who acts: an Admin's e-mail address and password, the operators they bring, and one of them chosen by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.filters import fold, words_of
from tns_desktop.domain.operator import Admin, Operator
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

_OPERATOR = Qt.ItemDataRole.UserRole + 1
_WIDTH = 520


class OperatorsDialog(QDialog):
    """Accepted with ``chosen``. The password is not shown, and is asked for again wherever none was kept."""

    fetch_requested = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("operators.title"))
        self.setMinimumWidth(_WIDTH)
        self.email = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.remember = QCheckBox(tr("operators.remember"))
        self.remember.setChecked(True)
        self.keychain = wrapped(role="muted")
        self.problem = Banner()
        self.fetch = QPushButton(tr("operators.fetch"))
        self.fetch.setAutoDefault(False)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("operators.search"))
        self.search.setAccessibleName(tr("operators.search"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("operators.list"))
        self.list.setMinimumHeight(190)
        self.list.setSpacing(3)
        self._notes: dict[str, tuple[QLabel, QLineEdit]] = {}
        self._kept: Admin | None = None
        self._lay_out()
        self.show_operators([])
        self.fetch.clicked.connect(self._ask)
        self.password.returnPressed.connect(self._ask)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.list.currentItemChanged.connect(lambda *_: self._judge())
        self.list.activated.connect(self._activated)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for name, field in (("admin_email", self.email), ("admin_password", self.password)):
            note = wrapped(role="error")
            note.hide()
            box = QVBoxLayout()
            box.setSpacing(2)
            box.addWidget(field)
            box.addWidget(note)
            caption = label(tr(f"operators.field.{name}"))
            caption.setBuddy(field)
            field.setAccessibleName(caption.text())
            form.addRow(caption, box)
            self._notes[name] = (note, field)
        form.addRow("", self.remember)
        asking = QHBoxLayout()
        asking.addWidget(self.keychain, 1)
        asking.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignTop)
        self.choose = primary_button(tr("operators.choose"))
        self.choose.clicked.connect(self._choose)
        cancel = cancel_button(self)
        buttons = foot(cancel, self.choose)
        column = body(self)
        column.addWidget(wrapped(tr("operators.text"), "muted"))
        column.addLayout(form)
        column.addLayout(asking)
        column.addWidget(self.problem)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)

    # --- what the presenter says --------------------------------------------------------------------------------------

    @property
    def chosen(self) -> Operator | None:
        item = self.list.currentItem()
        return item.data(_OPERATOR) if item is not None and not item.isHidden() else None

    def show_keychain(self, *, persistent: bool, name: str) -> None:
        self.keychain.setText(tr("operators.keychain", name=name) if persistent else tr("operators.session_only"))

    def show_kept(self, admin: Admin) -> None:
        """A login that the keychain holds: the address is there, the password need not be typed."""
        self._kept = admin
        self.email.setText(admin.email)
        self.password.setPlaceholderText(tr("operators.password_kept"))

    def show_field_error(self, name: str, text: str) -> None:
        note, field = self._notes[name]
        note.setText(text)
        note.show()
        theme.mark_invalid(field, text)
        field.setFocus()

    def clear_errors(self) -> None:
        self.problem.clear()
        for note, field in self._notes.values():
            note.hide()
            theme.mark_invalid(field, "")

    def show_problem(self, text: str) -> None:
        self.problem.show_message("error", text)

    def set_busy(self, busy: bool) -> None:
        for widget in (self.fetch, self.email, self.password):
            widget.setEnabled(not busy)
        self.fetch.setText(tr("operators.fetching") if busy else tr("operators.fetch"))

    def show_operators(self, operators: Sequence[Operator], present: str = "") -> None:
        """``present`` is the UUID that the connection has now: that operator is the current one."""
        self.list.clear()
        for operator in operators:
            item = QListWidgetItem(_line(operator))
            item.setData(_OPERATOR, operator)
            item.setToolTip(operator.uuid)
            self.list.addItem(item)
            if operator.uuid == present:
                self.list.setCurrentItem(item)
        for widget in (self.search, self.list):
            widget.setVisible(bool(operators))
        self._judge()
        if operators:
            self.search.setFocus()
        self.adjustSize()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        email, password = self.email.text(), self.password.text()
        if not password and self._kept is not None and email.strip() == self._kept.email:
            password = self._kept.password
        self.fetch_requested.emit(email, password)

    def _filter(self) -> None:
        wanted = words_of(self.search.text())
        for row in range(self.list.count()):
            item = self.list.item(row)
            found = fold(item.text())
            item.setHidden(not all(word in found for word in wanted))
        self._judge()

    def _judge(self) -> None:
        self.choose.setEnabled(self.chosen is not None)

    def _choose(self) -> None:
        if self.chosen is not None:
            self.accept()

    def _activated(self, _index: QModelIndex | QPersistentModelIndex) -> None:
        self._choose()


def _line(operator: Operator) -> str:
    if operator.name and operator.email:
        return tr("operators.line", name=operator.name, email=operator.email)
    return operator.display_name
