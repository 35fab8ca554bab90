"""The documents of one archive as a tree: signed, supporting, proving, missing; each with its mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, DocumentKind, EntryRole, ExpectedDocument
from tns_desktop.domain.review import DocumentMark, Presence, Review, contents_of
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import mark_words

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


class Grouping(StrEnum):
    """By which the documents stand together: what they are for, whose they are, what they are made of."""

    ROLE = "role"
    PARTICIPANT = "participant"
    KIND = "kind"


@dataclass(eq=False, slots=True)
class Node:
    """A heading (no entry), a document, or a document that is missing (a label only).

    ``mark`` is None where there is nothing to judge. ``twin`` names the document of the same archive that has the same
    bytes; ``elsewhere`` other client files in which they were seen.
    """

    text: str
    entry: ArchiveEntry | None = None
    missing: bool = False
    mark: DocumentMark | None = None
    extra: bool = False
    twin: str = ""
    elsewhere: str = ""
    parent: Node | None = field(default=None, repr=False)
    children: list[Node] = field(default_factory=list, repr=False)

    def add(self, child: Node) -> Node:
        child.parent = self
        self.children.append(child)
        return child

    @property
    def row(self) -> int:
        return self.parent.children.index(self) if self.parent is not None else 0

    def within(self) -> Iterator[Node]:
        """Everything below, in the order in which it is shown."""
        for child in self.children:
            yield child
            yield from child.within()

    @property
    def status(self) -> str:
        """What is said under the name: the mark, then what else an operator should know; empty for headings."""
        if self.missing:
            return tr("mark.missing")
        words = [mark_words(self.mark)] if self.mark is not None else []
        if self.twin:
            words.append(tr("documents.twin", name=self.twin))
        if self.elsewhere:
            words.append(tr("documents.elsewhere", files=self.elsewhere))
        if self.extra:
            words.append(tr("mark.extra"))
        return formatting.remarks(words)


class DocumentModel(QAbstractItemModel):
    """Headings, documents, and what lies within a document that is an archive itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node("")
        self._index: ArchiveIndex | None = None
        self._review: Review | None = None
        self._people: dict[str, str] = {}
        self._twins: dict[str, str] = {}
        self._elsewhere: dict[str, str] = {}
        self._grouping = Grouping.ROLE

    @property
    def grouping(self) -> Grouping:
        return self._grouping

    def set_index(self, index: ArchiveIndex | None, people: Mapping[str, str] | None = None) -> None:
        """``people``: participant uuid → name, for the grouping by participant. Marks of another archive are gone."""
        self.beginResetModel()
        self._index = index
        self._people = dict(people or {})
        self._review = Review(index) if index is not None else None
        self._twins, self._elsewhere = {}, {}
        self._build()
        self.endResetModel()

    def set_people(self, people: Mapping[str, str]) -> None:
        """Names that came after the archive; they are seen only where documents stand by participant."""
        if dict(people) == self._people:
            return
        self._people = dict(people)
        if self._grouping is Grouping.PARTICIPANT:
            self.set_grouping(self._grouping)

    def set_grouping(self, grouping: Grouping) -> None:
        self.beginResetModel()
        self._grouping = grouping
        self._build()
        self.endResetModel()

    def set_review(self, review: Review) -> None:
        """Marks of the archive on screen; those of any other are ignored."""
        if self._index is not None and review.index.sha256 == self._index.sha256:
            self._review = review
            self._announce()

    def set_twins(self, twins: Mapping[str, str]) -> None:
        """Entry id → entry id of the document with the same bytes."""
        self._twins = dict(twins)
        self._announce()

    def set_elsewhere(self, entry_id: str, files: str) -> None:
        """Names of other client files in which this document's bytes were seen."""
        self._elsewhere[entry_id] = files
        self._announce()

    def extend(self, index: ArchiveIndex, entry_id: str) -> None:
        """Files that became known of one document of the archive on screen come below it; everything else stays."""
        place = self.index_of(entry_id)
        if self._index is None or index.sha256 != self._index.sha256 or not place.isValid():
            return
        node = self.node_at(place)
        self._index, self._review = index, Review(index, self._review.marks if self._review is not None else {})
        node.entry = index.entry(entry_id)
        contents = contents_of(index)
        if node.children:
            self.beginRemoveRows(place, 0, len(node.children) - 1)
            node.children.clear()
            self.endRemoveRows()
        entries = contents.get(entry_id, [])
        if entries:
            self.beginInsertRows(place, 0, len(entries) - 1)
            for entry in entries:
                _add_document(node, self._review, contents, entry)
            self.endInsertRows()
        self._announce()

    def node_at(self, index: Index) -> Node:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, Node) else self._root

    def documents(self) -> list[ArchiveEntry]:
        """Every document in the order in which it is shown."""
        return [node.entry for node in self._root.within() if node.entry is not None]

    def index_of(self, entry_id: str) -> QModelIndex:
        for node in self._root.within():
            if node.entry is not None and node.entry.entry_id == entry_id:
                return self.createIndex(node.row, 0, node)
        return QModelIndex()

    # --- the tree -----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._root = _tree_of(self._index, self._grouping, self._people) if self._index is not None else Node("")
        self._fill()

    def _fill(self) -> None:
        review = self._review
        if review is None:
            return
        for node in self._root.within():
            entry = node.entry
            if entry is None:
                continue
            presence = review.presence_of(entry)
            mark = review.mark_of(entry.entry_id)
            node.mark = mark if presence is not Presence.BESIDE or mark.mark.is_judgement else None
            node.extra = presence is Presence.EXTRA
            twin = review.index.entry(self._twins.get(entry.entry_id, ""))
            node.twin = review.label_of(twin) if twin is not None else ""
            node.elsewhere = self._elsewhere.get(entry.entry_id, "")

    def _announce(self) -> None:
        """Words and colours changed, places did not: selection and scroll stay where they are."""
        self._fill()
        for node in (self._root, *self._root.within()):
            if node.children:
                parent = QModelIndex() if node is self._root else self.createIndex(node.row, 0, node)
                self.dataChanged.emit(self.index(0, 0, parent), self.index(len(node.children) - 1, 0, parent))

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
            return formatting.plain_tip(_tool_tip(node))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("documents.missing_named", name=node.text) if node.missing else _tool_tip(node)
        return None


def _tree_of(index: ArchiveIndex, grouping: Grouping, people: Mapping[str, str]) -> Node:
    root = Node("")
    review, contents = Review(index), contents_of(index)
    missing = [] if grouping is Grouping.PARTICIPANT else list(index.missing)
    for heading, entries, gaps in _groups_of(index, grouping, people):
        group = root.add(Node(heading))
        for entry in entries:
            _add_document(group, review, contents, entry)
        for document in gaps:
            group.add(Node(document.label, missing=True))
    if missing:
        group = root.add(Node(tr("documents.group.missing")))
        for document in missing:
            group.add(Node(document.label, missing=True))
    return root


def _add_document(
    parent: Node, review: Review, contents: Mapping[str, list[ArchiveEntry]], entry: ArchiveEntry
) -> None:
    node = parent.add(Node(review.label_of(entry), entry))
    for child in contents.get(entry.entry_id, ()):
        _add_document(node, review, contents, child)


def _groups_of(
    index: ArchiveIndex, grouping: Grouping, people: Mapping[str, str]
) -> list[tuple[str, list[ArchiveEntry], list[ExpectedDocument]]]:
    """Headings with the outermost documents under each; what lies within a document follows it."""
    outermost = [entry for entry in index.entries if "/" not in entry.entry_id]
    if grouping is Grouping.PARTICIPANT:
        return _groups_of_people(index, outermost, people)
    groups: dict[str, list[ArchiveEntry]] = {}
    if grouping is Grouping.KIND:
        for entry in sorted(outermost, key=lambda each: list(DocumentKind).index(each.kind)):
            groups.setdefault(tr(f"kind.{entry.kind.value}").upper(), []).append(entry)
    else:
        for role in _GROUPS:
            entries = [entry for entry in outermost if _role_shown(index, entry) is role]
            if entries:
                groups[tr(f"documents.group.{role.value}")] = entries
    return [(heading, entries, []) for heading, entries in groups.items()]


def _groups_of_people(
    index: ArchiveIndex, outermost: list[ArchiveEntry], people: Mapping[str, str]
) -> list[tuple[str, list[ArchiveEntry], list[ExpectedDocument]]]:
    """What report.json says belongs to whom, what is missing of theirs included; then what belongs to nobody."""
    owner = {document.entry_id: document.participant_uuid for document in index.expected if document.entry_id}
    for entry_id, uuid in tuple(owner.items()):
        # An archive within the archive stands with whom the first of its documents belongs to.
        owner.setdefault(entry_id.partition("/")[0], uuid)
    named = [uuid for uuid in dict.fromkeys(document.participant_uuid for document in index.expected) if uuid]
    groups = []
    for uuid in (*named, ""):
        entries = [entry for entry in outermost if owner.get(entry.entry_id, "") == uuid]
        gaps = [document for document in index.missing if document.participant_uuid == uuid]
        heading = (people.get(uuid) or uuid).upper() if uuid else tr("documents.group.nobody")
        if entries or gaps:
            groups.append((heading, entries, gaps))
    return groups


def _role_shown(index: ArchiveIndex, entry: ArchiveEntry) -> EntryRole:
    """An archive within the archive stands where the first of its documents would: it has no role of its own."""
    if entry.role is not EntryRole.OTHER:
        return entry.role
    inner = [other.role for other in index.entries if other.entry_id.startswith(f"{entry.entry_id}/")]
    return min(inner, key=_GROUPS.index, default=entry.role)


def _tool_tip(node: Node) -> str:
    entry = node.entry
    if entry is None:
        return node.text
    lines = [
        node.text,
        node.status,
        entry.path,
        tr("documents.tip", kind=tr(f"kind.{entry.kind.value}"), size=formatting.size(entry.size)),
    ]
    lines += [tr(f"entry_problem.{problem.value}") for problem in entry.problems]
    return "\n".join(line for line in lines if line)
