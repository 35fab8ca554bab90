"""The documents that go along with a new client file: dropped or chosen, each with what it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.form_field import choice, set_choices
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped


class AttachmentsBox(QFrame):
    """``dropped`` carries paths. ``changed`` when the operator said what a document is, or left one out."""

    dropped = Signal(list)
    choose_requested = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("documents")
        self.setAccessibleName(tr("creation.field.documents"))
        self.setAcceptDrops(True)
        self._documents: tuple[NewDocument, ...] = ()
        self._choices: list[str] = []
        self._rows: dict[str, AttachmentRow] = {}
        self.left_out: set[str] = set()
        """Of those that were shown, by identifier."""
        self.add = QPushButton(tr("creation.add_documents"))
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self.choose_requested)
        self.error = wrapped(role="error")
        self.error.hide()
        head = QHBoxLayout()
        head.addWidget(label(tr("creation.attachments"), "section"))
        head.addWidget(label(tr("creation.drop_here"), "muted"), 1)
        head.addWidget(self.add)
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._list)
        column.addWidget(self.error)

    @property
    def documents(self) -> tuple[NewDocument, ...]:
        return self._documents

    @property
    def kinds(self) -> dict[str, str]:
        """What each is, by its identifier."""
        return {document_id: row.kind.currentText() for document_id, row in self._rows.items()}

    def show_documents(self, documents: Sequence[NewDocument]) -> None:
        """A row each: name, size, what it is, and a way to leave it out. Rows that are there stay as somebody is typing."""
        self._documents = tuple(one for one in documents if one.document_id not in self.left_out)
        for document in self._documents:
            if document.document_id not in self._rows:
                row = self._rows[document.document_id] = AttachmentRow(document, self._choices)
                row.kind.editTextChanged.connect(self.changed)
                row.away.clicked.connect(lambda _checked, left_out=document.document_id: self._leave_out(left_out))
                self._list.addWidget(row)

    def mark_lost(self, lost: Collection[str]) -> None:
        """Those, by identifier, are to be attached again; the others are whole."""
        for document_id, row in self._rows.items():
            row.lost.setVisible(document_id in lost)

    def offer(self, kinds: Sequence[str]) -> None:
        """What the workflow calls its documents."""
        self._choices = list(kinds)
        for row in self._rows.values():
            set_choices(row.kind, self._choices)

    def show_problem(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _leave_out(self, document_id: str) -> None:
        self.left_out.add(document_id)
        row = self._rows.pop(document_id)
        self._list.removeWidget(row)
        row.deleteLater()
        self.show_documents(self._documents)
        self.changed.emit()

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if paths_in(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = paths_in(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(paths)


class AttachmentRow(QWidget):
    """One document; ``kind`` is what it is, ``lost`` says that its bytes are gone."""

    def __init__(self, document: NewDocument, choices: list[str]) -> None:
        super().__init__()
        self.kind = choice(choices)
        self.kind.setAccessibleName(tr("creation.document_kind"))
        edit = self.kind.lineEdit()
        assert edit is not None
        edit.setAccessibleName(tr("creation.document_kind"))
        edit.setPlaceholderText(tr("creation.document_kind"))
        self.kind.setEditText(document.kind)
        self.away = QPushButton(tr("creation.leave_out"))
        self.away.setAutoDefault(False)
        self.away.setAccessibleName(tr("creation.leave_out_named", name=document.name))
        self.lost = label(tr("creation.attach_again"), "error")
        self.lost.setToolTip(tr("creation.lost_sha256", sha256=document.sha256))
        self.lost.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(ElidedLabel(document.name), 1)
        line.addWidget(label(formatting.size(document.size), "muted"))
        line.addWidget(self.lost)
        line.addWidget(self.kind)
        line.addWidget(self.away)


def paths_in(data: QMimeData) -> list[str]:
    """The local files in what is dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()]
