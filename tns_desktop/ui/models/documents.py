"""The documents of one archive as a tree: what was signed, what supports it, what proves it, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, EntryRole
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr

Index = QModelIndex | QPersistentModelIndex

_GROUPS = (
    EntryRole.SIGNED_DOCUMENT,
    EntryRole.SUPPORTING_DOCUMENT,
    EntryRole.PROOF_FILE,
    EntryRole.REPORT,
    EntryRole.OTHER,
)


class DocumentRole(IntEnum):
    NODE = Qt.ItemDataRole.UserRole + 1


@dataclass(eq=False, slots=True)
class Node:
    """A heading (no entry), a document, or a document that is missing (a label only)."""

    text: str
    entry: ArchiveEntry | None = None
    missing: bool = False
    parent: Node | None = field(default=None, repr=False)
    children: list[Node] = field(default_factory=list, repr=False)

    def add(self, child: Node) -> Node:
        child.parent = self
        self.children.append(child)
        return child

    @property
    def row(self) -> int:
        return self.parent.children.index(self) if self.parent is not None else 0


class DocumentModel(QAbstractItemModel):
    """Two levels: headings and documents."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node("")

    def set_index(self, index: ArchiveIndex | None) -> None:
        self.beginResetModel()
        self._root = _tree_of(index) if index is not None else Node("")
        self.endResetModel()

    def node_at(self, index: Index) -> Node:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, Node) else self._root

    def documents(self) -> list[ArchiveEntry]:
        """Every document in the order in which it is shown."""
        return [node.entry for group in self._root.children for node in group.children if node.entry is not None]

    def index_of(self, entry_id: str) -> QModelIndex:
        for group in self._root.children:
            for node in group.children:
                if node.entry is not None and node.entry.entry_id == entry_id:
                    return self.createIndex(node.row, 0, node)
        return QModelIndex()

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        children = self.node_at(parent).children
        if column != 0 or not 0 <= row < len(children):
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def parent(self, index: Index | None = None) -> Any:
        if index is None:
            return super().parent()
        node = self.node_at(index).parent
        if node is None or node is self._root:
            return QModelIndex()
        return self.createIndex(node.row, 0, node)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self.node_at(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.node_at(index).entry is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node_at(index)
        if role == DocumentRole.NODE:
            return node
        if role == Qt.ItemDataRole.DisplayRole:
            return node.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(node)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("documents.missing_named", name=node.text) if node.missing else _tool_tip(node)
        return None


def _tree_of(index: ArchiveIndex) -> Node:
    root = Node("")
    labels = {document.entry_id: document.label for document in index.expected if document.entry_id}
    for role in _GROUPS:
        entries = [entry for entry in index.entries if entry.role is role]
        if entries:
            group = root.add(Node(tr(f"documents.group.{role.value}")))
            for entry in entries:
                group.add(Node(labels.get(entry.entry_id) or entry.name, entry))
    if index.missing:
        group = root.add(Node(tr("documents.group.missing")))
        for document in index.missing:
            group.add(Node(document.label, missing=True))
    return root


def _tool_tip(node: Node) -> str:
    entry = node.entry
    if entry is None:
        return node.text
    lines = [
        node.text,
        entry.path,
        tr("documents.tip", kind=tr(f"kind.{entry.kind.value}"), size=formatting.size(entry.size)),
    ]
    lines += [tr(f"entry_problem.{problem.value}") for problem in entry.problems]
    return "\n".join(lines)
