"""The documents that go along with a new client file: dropped or chosen, each with what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.form_field import choice, set_choices
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped


class AttachmentsBox(QFrame):
    """``dropped`` carries paths. ``documents_changed`` carries what is left, with their kinds."""

    dropped = Signal(list)
    choose_requested = Signal()
    documents_changed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("documents")
        self.setAccessibleName(tr("creation.field.documents"))
        self.setAcceptDrops(True)
        self._documents: tuple[NewDocument, ...] = ()
        self._kinds: list[str] = []
        self.rows: list[QWidget] = []
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

    def show_documents(self, documents: Sequence[NewDocument]) -> None:
        """A row each: name, size, what it is, and a way to leave it out."""
        if tuple(documents) == self._documents and len(self.rows) == len(documents):
            return
        self._documents = tuple(documents)
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = [self._row(document) for document in documents]
        for row in self.rows:
            self._list.addWidget(row)

    def offer(self, kinds: Sequence[str]) -> None:
        """What the workflow calls its documents."""
        if list(kinds) != self._kinds:
            self._kinds = list(kinds)
            for row in self.rows:
                set_choices(row.kind, self._kinds)  # type: ignore[attr-defined]

    def show_problem(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))

    def _row(self, document: NewDocument) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        kind = choice(self._kinds)
        kind.setAccessibleName(tr("creation.document_kind"))
        edit = kind.lineEdit()
        assert edit is not None
        edit.setAccessibleName(tr("creation.document_kind"))
        edit.setPlaceholderText(tr("creation.document_kind"))
        kind.setEditText(document.kind)
        kind.editTextChanged.connect(lambda text: self._rename(document.document_id, text))
        row.kind = kind  # type: ignore[attr-defined]
        away = QPushButton(tr("creation.leave_out"))
        away.setAutoDefault(False)
        away.setAccessibleName(tr("creation.leave_out_named", name=document.name))
        away.clicked.connect(lambda: self._leave_out(document.document_id))
        line.addWidget(ElidedLabel(document.name), 1)
        line.addWidget(label(formatting.size(document.size), "muted"))
        line.addWidget(kind)
        line.addWidget(away)
        return row

    def _rename(self, document_id: str, kind: str) -> None:
        self._documents = tuple(
            replace(one, kind=kind) if one.document_id == document_id else one for one in self._documents
        )
        self.documents_changed.emit(list(self._documents))

    def _leave_out(self, document_id: str) -> None:
        left = [one for one in self._documents if one.document_id != document_id]
        self.show_documents(left)
        self.documents_changed.emit(left)

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


def paths_in(data: QMimeData) -> list[str]:
    """The local files in what is dragged."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()]
