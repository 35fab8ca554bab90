"""The connection dialog: environment, public ID, secret key, operator; and a check, route by route."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.operator import Operator
from tns_desktop.domain.roles import Role
from tns_desktop.ui import icons, theme
from tns_desktop.ui.formatting import plain_tip
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped


@dataclass(frozen=True, slots=True)
class ConnectionInput:
    """What was typed. ``secret_key`` empty on an existing connection: keep the one in the keychain."""

    label: str
    environment: Environment
    base_url: str
    public_id: str
    operator_uuid: str
    api_map_path: str
    role: Role = Role.OPERATOR
    operator_name: str = ""
    secret_key: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One route as the check shows it. ``level`` is ok, skipped or error."""

    level: str
    request: str
    answer: str
    understood: str


_NARROWEST_NOTE = 400


class ConnectionDialog(QDialog):
    """Validation beside the field; the secret is never shown again once stored."""

    save_requested = Signal(object)
    check_requested = Signal(object)
    remove_requested = Signal()
    operators_requested = Signal(object)
    """The operator is to be chosen by name; carries what was typed."""

    def __init__(
        self,
        base_urls: Mapping[Environment, str],
        connection: Connection | None,
        parent: QWidget | None = None,
        *,
        fixed: Collection[str] = (),
    ) -> None:
        """``fixed``: what nobody here may change of ``connection``, by its names; one with such fields cannot be removed."""
        super().__init__(parent)
        self._base_urls = base_urls
        self._existing = connection
        self.setWindowTitle(tr("connection.title.edit") if connection else tr("connection.title.new"))
        self.setMinimumWidth(680)
        self.environment = QComboBox()
        for environment in Environment:
            self.environment.addItem(tr(f"environment.{environment.value}"), environment)
        self.base_url = QLineEdit()
        self.public_id = QLineEdit()
        self.secret_key = QLineEdit()
        self.secret_key.setEchoMode(QLineEdit.EchoMode.Password)
        self.operator_uuid = QLineEdit()
        self.label_field = QLineEdit()
        self.api_map = QLineEdit()
        self.role = QComboBox()
        for role in Role:
            self.role.addItem(tr(f"connection.role.{role.value}"), role)
        self._named = Operator("")
        """The operator whose name is known; it holds as long as its UUID stands in the field."""
        self.operator_name = wrapped(role="muted")
        self._errors: dict[str, tuple[QLabel, QWidget]] = {}
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(8)
        self._add("environment", self.environment)
        self._add("base_url", self.base_url)
        self._add("public_id", self.public_id)
        self._add("secret_key", self.secret_key)
        self._add("role", self.role)
        self._add("operator_uuid", self._with_names(self.operator_uuid), self.operator_uuid, self.operator_name)
        self._add("label", self.label_field)
        self._add("api_map", self._with_browse(self.api_map), self.api_map)
        self.preset = Banner()
        """Who has set it up."""
        self.keychain = Banner()
        self.problem = Banner()
        self._table = self._check_table()
        self._lay_out()
        self._fill(connection)
        self._fixed = frozenset(fixed)
        self._show_fixed()
        self.environment.currentIndexChanged.connect(self._environment_changed)
        self.operator_uuid.textChanged.connect(lambda _text: self._name_operator())
        self._environment_changed()
        self._name_operator()

    # --- what the presenter says --------------------------------------------------------------------------------------

    def input(self) -> ConnectionInput:
        return ConnectionInput(
            label=self.label_field.text(),
            environment=Environment(self.environment.currentData()),
            base_url=self.base_url.text(),
            public_id=self.public_id.text(),
            operator_uuid=self.operator_uuid.text(),
            api_map_path=self.api_map.text(),
            role=Role(self.role.currentData()),
            operator_name=self._named.name if self._is_named else "",
            secret_key=self.secret_key.text(),
        )

    def show_operator(self, operator: Operator) -> None:
        """Chosen by name: the UUID is what is kept and sent, the name is how it is called here."""
        self._named = Operator(operator.uuid, operator.display_name)
        self.operator_uuid.setText(operator.uuid)
        self._name_operator()

    def show_keychain(self, *, persistent: bool, name: str) -> None:
        if persistent:
            self.keychain.show_message("info", tr("connection.keychain", name=name))
        else:
            self.keychain.show_message("warning", tr("connection.session_only"))

    def show_preset(self, text: str) -> None:
        self.preset.show_message("info", text)

    def ask_for_secret(self) -> None:
        """There is none yet: it is all that is missing."""
        self.secret_key.setPlaceholderText(tr("connection.hint.secret_asked"))
        self.secret_key.setFocus()

    def show_field_error(self, field_name: str, text: str) -> None:
        """Beside the field; the cursor goes there."""
        note, widget = self._errors[field_name]
        note.setText(text)
        # A form layout gives a wrapped label the height of an empty one, and room only when the dialog grows.
        note.setMinimumHeight(note.heightForWidth(max(widget.width(), _NARROWEST_NOTE)))
        note.show()
        self.adjustSize()
        theme.mark_invalid(widget, text)
        widget.setFocus()

    def clear_errors(self) -> None:
        self.problem.clear()
        for note, widget in self._errors.values():
            note.hide()
            theme.mark_invalid(widget, "")

    def show_problem(self, text: str) -> None:
        self.problem.show_message("error", text)

    def set_busy(self, busy: bool) -> None:
        self.check.setEnabled(not busy)
        self.save.setEnabled(not busy)
        self.check.setText(tr("connection.checking") if busy else tr("connection.check"))

    def show_check(self, lines: Sequence[CheckLine]) -> None:
        self._table.setRowCount(len(lines))
        looks = {
            "ok": ("check", "state_accepted"),
            "skipped": ("question", "text_muted"),
            "error": ("warning", "state_rejected"),
        }
        for row, line in enumerate(lines):
            icon, role = looks[line.level]
            for column, text in enumerate((line.request, line.answer, line.understood)):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text))
                if column == 0:
                    item.setIcon(icons.icon(icon, role))
                self._table.setItem(row, column, item)
        self._table.show()
        self._table.resizeRowsToContents()
        self.adjustSize()

    # --- inside -------------------------------------------------------------------------------------------------------

    @property
    def _is_named(self) -> bool:
        return bool(self._named.name) and self.operator_uuid.text().strip() == self._named.uuid

    def _name_operator(self) -> None:
        self.operator_name.setText(tr("connection.operator_named", name=self._named.name) if self._is_named else "")
        self.operator_name.setVisible(self._is_named)

    def _add(self, name: str, row: QWidget, target: QWidget | None = None, below: QWidget | None = None) -> None:
        widget = target or row
        widget.setAccessibleName(tr(f"connection.field.{name}"))
        widget.setObjectName(name)
        note = wrapped(role="error")
        note.hide()
        box = QVBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(row)
        if below is not None:
            box.addWidget(below)
        box.addWidget(note)
        caption = label(tr(f"connection.field.{name}"))
        caption.setBuddy(widget)
        self._form.addRow(caption, box)
        self._errors[name] = (note, widget)

    def _with_browse(self, line: QLineEdit) -> QWidget:
        self.browse = QPushButton(tr("button.browse"))
        self.browse.clicked.connect(self._browse)
        return _beside(line, self.browse)

    def _with_names(self, line: QLineEdit) -> QWidget:
        self.by_name = QPushButton(tr("connection.by_name"))
        self.by_name.setAutoDefault(False)
        self.by_name.clicked.connect(lambda: self.operators_requested.emit(self.input()))
        return _beside(line, self.by_name)

    def _browse(self) -> None:
        chooser = QFileDialog(self, tr("connection.field.api_map"), self.api_map.text(), "TOML (*.toml)")
        chooser.fileSelected.connect(self.api_map.setText)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _check_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setObjectName("check")
        table.setHorizontalHeaderLabels(
            [tr(f"connection.check_column.{name}") for name in ("request", "answer", "understood")]
        )
        table.setAccessibleName(tr("connection.check"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setColumnWidth(0, 240)
        table.setColumnWidth(1, 112)
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setMinimumHeight(210)
        table.hide()
        return table

    def _lay_out(self) -> None:
        self.check = QPushButton(tr("connection.check"))
        self.check.clicked.connect(lambda: self.check_requested.emit(self.input()))
        self.save = primary_button(tr("connection.save"))
        self.save.setDefault(True)
        self.save.clicked.connect(lambda: self.save_requested.emit(self.input()))
        cancel = cancel_button(self)
        self.remove = QPushButton(tr("connection.remove"))
        self.remove.clicked.connect(self.remove_requested)
        self.remove.setVisible(self._existing is not None)
        buttons = foot(cancel, self.save, left=[self.check, self.remove])
        column = body(self, 12)
        column.addWidget(self.preset)
        column.addLayout(self._form)
        column.addWidget(self.keychain)
        column.addWidget(self.problem)
        column.addWidget(self._table, 1)
        column.addLayout(buttons)

    def _fill(self, connection: Connection | None) -> None:
        self.public_id.setPlaceholderText(tr("connection.hint.public_id"))
        self.operator_uuid.setPlaceholderText(tr("connection.hint.operator_uuid"))
        self.label_field.setPlaceholderText(tr("connection.hint.label"))
        self.api_map.setPlaceholderText(tr("connection.hint.api_map"))
        if connection is None:
            return
        self.environment.setCurrentIndex(self.environment.findData(connection.environment))
        self.base_url.setText(connection.base_url)
        self.public_id.setText(connection.public_id)
        self.secret_key.setPlaceholderText(tr("connection.hint.secret_kept"))
        self.operator_uuid.setText(connection.operator_uuid)
        self.label_field.setText(connection.label)
        self.api_map.setText(connection.api_map_path)
        self.role.setCurrentIndex(self.role.findData(connection.role))
        self._named = Operator(connection.operator_uuid, connection.operator_name)

    def _show_fixed(self) -> None:
        fields = {
            "environment": (self.environment,),
            "base_url": (self.base_url,),
            "public_id": (self.public_id,),
            "role": (self.role,),
            "operator_uuid": (self.operator_uuid, self.by_name),
            "label": (self.label_field,),
            "api_map_path": (self.api_map, self.browse),
        }
        for name in self._fixed & fields.keys():
            for widget in fields[name]:
                widget.setEnabled(False)
        if self._fixed:
            self.remove.hide()

    def _environment_changed(self) -> None:
        environment = Environment(self.environment.currentData())
        known = self._base_urls.get(environment)
        self.base_url.setReadOnly(known is not None)
        self.base_url.setEnabled(known is None and "base_url" not in self._fixed)
        if known is not None:
            self.base_url.setText(known)
        elif self.base_url.text() in self._base_urls.values():
            self.base_url.clear()


def _beside(line: QLineEdit, button: QPushButton) -> QWidget:
    holder = QWidget()
    holder.setMinimumHeight(32)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 1)
    row.addWidget(line, 1)
    row.addWidget(button)
    return holder
