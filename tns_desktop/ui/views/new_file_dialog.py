"""The form of a new client file: what the workflow asks for, and what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.client_file import Participant
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.new_client_file import FieldProblem, NewClientFile, NewDocument
from tns_desktop.domain.workflow import MAX_LABEL, MOST_PARTICIPANTS, Kind, Workflow
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words
from tns_desktop.ui.views.attachments_box import AttachmentsBox
from tns_desktop.ui.views.creation_words import problem_line, problem_words
from tns_desktop.ui.views.information_form import InformationForm
from tns_desktop.ui.views.participant_form import ParticipantForm
from tns_desktop.ui.widgets.dialog_parts import body, primary_button
from tns_desktop.ui.widgets.form_field import FormField, choice, set_choices
from tns_desktop.ui.widgets.labels import label, wrapped
from tns_desktop.ui.widgets.profile_choice import ProfileChoice
from tns_desktop.ui.widgets.tab_order import move_focus


class NewFileDialog(QDialog):
    """Holds no draft: ``changed`` says that ``new`` is other than before, and whoever listens keeps it.

    ``create_requested``: it is to be sent. ``discard_requested``: it is to be thrown away. ``connection_chosen`` carries an
    identifier.
    """

    changed = Signal()
    create_requested = Signal()
    discard_requested = Signal()
    connection_chosen = Signal(str)

    def __init__(self, connections: Sequence[Connection], chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("newFile")
        self.setWindowTitle(tr("creation.title"))
        self.setAcceptDrops(True)
        self._workflows: list[Workflow] = []
        self._silent = False
        self.connection = QComboBox()
        for one in connections:
            self.connection.addItem(connection_words(one), one.connection_id)
        self.connection.setCurrentIndex(max(0, self.connection.findData(chosen)))
        self.kind = QComboBox()
        for kind in Kind:
            self.kind.addItem(tr(f"creation.kind.{kind.value}"), kind.value)
        self.workflow = choice([])
        self.external_id = QLineEdit()
        self.profiles = ProfileChoice()
        self.protocol = label(role="muted")
        self.information = InformationForm()
        self.documents = AttachmentsBox()
        self.people: list[ParticipantForm] = []
        self._had_focus: QWidget | None = None
        self.add_person = QPushButton(tr("creation.add_participant"))
        self.add_person.setAutoDefault(False)
        self.error = wrapped(role="error")
        self.error.hide()
        self.kept = label(role="muted")
        self.create_button = primary_button(tr("creation.create"))
        self.create_button.setAutoDefault(False)
        self.fields = {
            "connection": FormField("connection", tr("creation.field.connection"), self.connection),
            "kind": FormField("kind", tr("creation.field.kind"), self.kind),
            "workflow_label": FormField(
                "workflow_label", tr("creation.field.workflow_label"), self.workflow, tr("creation.hint.workflow_label")
            ),
            "external_id": FormField(
                "external_id", tr("creation.field.external_id"), self.external_id, tr("creation.hint.external_id")
            ),
            "profiles": FormField("profiles", tr("creation.field.profiles"), self.profiles),
        }
        self.fields["connection"].setVisible(len(connections) > 1)
        self._lay_out()
        self._connect()
        self.resize(860, 680)
        self.workflow.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        top = QGridLayout()
        top.setHorizontalSpacing(12)
        top.setVerticalSpacing(6)
        for name, row, column in (
            ("workflow_label", 0, 0),
            ("external_id", 0, 1),
            ("kind", 1, 0),
            ("connection", 1, 1),
        ):
            top.addWidget(self.fields[name], row, column)
        top.addWidget(self.protocol, 2, 0, 1, 2)
        top.addWidget(self.fields["profiles"], 3, 0, 1, 2)
        top.setColumnStretch(0, 1)
        top.setColumnStretch(1, 1)
        self._people = QVBoxLayout()
        self._people.setSpacing(8)
        content = QWidget()
        column_layout = QVBoxLayout(content)
        column_layout.setContentsMargins(0, 0, 12, 0)
        column_layout.setSpacing(8)
        column_layout.addLayout(top)
        column_layout.addLayout(self._people)
        column_layout.addWidget(self.add_person, 0, Qt.AlignmentFlag.AlignLeft)
        column_layout.addWidget(self.information)
        column_layout.addWidget(self.documents)
        column_layout.addStretch(1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setAccessibleName(tr("creation.title"))
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setWidget(content)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.close_button = QPushButton(tr("creation.close"))
        self.discard_button = QPushButton(tr("creation.discard"))
        for button in (self.close_button, self.discard_button):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self.discard_button)
        buttons.addWidget(self.kept, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.create_button)
        whole = body(self)
        whole.addWidget(label(tr("creation.title"), "title"))
        whole.addWidget(self.scroll_area, 1)
        whole.addWidget(self.error)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self.connection.activated.connect(lambda _row: self.connection_chosen.emit(self.connection_id))
        self.kind.currentIndexChanged.connect(lambda _row: self._kind_changed())
        self.workflow.editTextChanged.connect(lambda _text: self._workflow_changed())
        self.external_id.textEdited.connect(lambda _text: self._changed())
        self.profiles.changed.connect(self._changed)
        self.information.changed.connect(self._changed)
        self.documents.changed.connect(self._changed)
        self.add_person.clicked.connect(lambda: self._add_person())
        self.create_button.clicked.connect(self.create_requested)
        self.discard_button.clicked.connect(self.discard_requested)
        self.close_button.clicked.connect(self.reject)

    def use_keys(self, confirm: Sequence[QKeySequence]) -> None:
        """These create from anywhere in the dialog."""
        for key in confirm:
            QShortcut(key, self).activated.connect(self.create_requested)

    # --- what it holds ------------------------------------------------------------------------------------------------

    @property
    def connection_id(self) -> str:
        return str(self.connection.currentData() or "")

    @property
    def chosen_workflow(self) -> Workflow | None:
        """The description of what stands in the field; None where nobody knows it."""
        label_, kind = self.workflow.currentText().strip(), Kind(self.kind.currentData())
        return next((one for one in self._workflows if one.label == label_ and one.kind is kind), None)

    @property
    def new(self) -> NewClientFile:
        """As it was typed."""
        kind = Kind(self.kind.currentData())
        whole = kind is Kind.CLIENT_FILE
        return NewClientFile(
            kind=kind,
            workflow_label=self.workflow.currentText(),
            external_id=self.external_id.text(),
            profiles=self.profiles.values if whole else (),
            participants=tuple(form.person for form in self.people) if whole else (),
            external_info=self.information.lines if whole else (),
        )

    def show_new(self, new: NewClientFile, documents: Sequence[NewDocument] = ()) -> None:
        """A draft as it was left."""
        self._silent = True
        self.kind.setCurrentIndex(self.kind.findData(new.kind.value))
        self.workflow.setEditText(new.workflow_label)
        self.external_id.setText(new.external_id)
        for form in self.people:
            self._people.removeWidget(form)
            form.deleteLater()
        self.people = []
        for person in new.participants or (Participant(),):
            self._add_person(person)
        self._offer()
        self.profiles.offer([box.text() for box in self.profiles.boxes], new.profiles)
        self.information.show_lines(new.external_info)
        self.documents.show_documents(documents)
        self._silent = False

    def show_workflows(self, workflows: Sequence[Workflow]) -> None:
        """Those that are known of the connection; what stands in the field stays."""
        self._workflows = list(workflows)
        self._silent = True
        self._offer()
        self._silent = False

    def show_problems(self, problems: Sequence[FieldProblem]) -> None:
        """Each beside its field; one that has no field here, and how many there are, at the bottom."""
        said: dict[str, FieldProblem] = {}
        for problem in problems:
            said.setdefault(problem.field, problem)
        words = {name: problem_words(problem) for name, problem in said.items()}
        fields = self._fields()
        for name, field in fields.items():
            field.show_problem(words.get(name, ""))
        self.documents.show_problem(words.get("documents", ""))
        other = [problem_line(problem) for name, problem in said.items() if name not in fields and name != "documents"]
        if words and not other:
            other = [tr("creation.to_correct", count=len(words))]
        self.show_error("\n".join(other))
        first = next((fields[name] for name in words if name in fields), None)
        if first is not None:
            self.scroll_area.ensureWidgetVisible(first)
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def take_nothing(self, nothing: bool) -> None:
        """While the creation is being written down: what came in meanwhile would be in no creation and in no draft."""
        if nothing:
            self._had_focus = self.focusWidget()
            # Not to the next button, which the keys of somebody who goes on typing would press.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroll_area.setEnabled(not nothing)
        self.discard_button.setEnabled(not nothing)
        self.setAcceptDrops(not nothing)
        if not nothing and self._had_focus is not None:
            self._had_focus.setFocus(Qt.FocusReason.OtherFocusReason)
            self._had_focus = None

    def show_kept(self) -> None:
        """What was typed is in the vault."""
        self.kept.setText(tr("creation.kept"))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _fields(self) -> dict[str, FormField]:
        people = {name: field for form in self.people for name, field in form.fields.items()}
        information = {f"information.{name}": field for name, field in self.information.fields.items()}
        return {**self.fields, **people, **information}

    def _changed(self) -> None:
        if not self._silent:
            self.kept.setText("")
            self.changed.emit()

    def _kind_changed(self) -> None:
        self._offer()
        self._changed()

    def _workflow_changed(self) -> None:
        self._offer()
        self._changed()

    def _offer(self) -> None:
        """What the kind and the workflow ask for is what can be seen."""
        kind = Kind(self.kind.currentData())
        whole, workflow = kind is Kind.CLIENT_FILE, self.chosen_workflow
        edit = self.workflow.lineEdit()
        assert edit is not None
        edit.setMaxLength(MAX_LABEL * 2)  # longer than allowed, so that the field can say so instead of cutting
        set_choices(self.workflow, [one.label for one in self._workflows if one.kind is kind])
        for part in (self.fields["profiles"], self.information, *self.people):
            part.setVisible(whole)
        most = workflow.most_participants if workflow is not None else MOST_PARTICIPANTS
        self.add_person.setVisible(whole and len(self.people) < most)
        protocol = workflow.consent_protocol if workflow is not None else ""
        self.protocol.setText(tr("creation.consent_protocol", name=protocol) if protocol else "")
        self.protocol.setVisible(bool(protocol))
        known = workflow.profiles if workflow is not None else ()
        self.profiles.offer(known)
        self.profiles.others.setVisible(workflow is None or not (workflow.written and known))
        self.information.offer(workflow.information if workflow is not None else ())
        self.documents.offer(workflow.documents if workflow is not None else ())
        for form in self.people:
            form.offer(workflow)

    def _add_person(self, person: Participant | None = None) -> None:
        form = ParticipantForm(len(self.people))
        self.people.append(form)
        self._people.addWidget(form)
        form.offer(self.chosen_workflow)
        if person is not None:
            form.show_person(person)
        form.changed.connect(self._changed)
        form.type.currentIndexChanged.connect(lambda _row: form.offer(self.chosen_workflow))
        form.remove_requested.connect(lambda: self._remove_person(form))
        if person is None:
            self._offer()
            form.type.setFocus(Qt.FocusReason.OtherFocusReason)
            self._changed()

    def _remove_person(self, form: ParticipantForm) -> None:
        self.people.remove(form)
        self._people.removeWidget(form)
        form.deleteLater()
        self._offer()
        self._changed()

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward=forward)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Anywhere on the form: nobody aims at a box."""
        self.documents.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.documents.dropEvent(event)
