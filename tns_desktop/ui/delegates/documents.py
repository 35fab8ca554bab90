"""How a document's row is painted: its mark as an icon, its name, and below it the mark in words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.ui.delegates.cells import GAP, ICON, CellDelegate, Index
from tns_desktop.ui.models.documents import DocumentRole, Node
from tns_desktop.ui.state_words import Look, mark_look

HEADING_HEIGHT = 28
DOCUMENT_HEIGHT = 42

_KIND_ICONS = {
    DocumentKind.PDF: "document",
    DocumentKind.TEXT: "text",
    DocumentKind.XML: "text",
    DocumentKind.JSON: "text",
    DocumentKind.EMAIL: "mail",
    DocumentKind.ZIP: "archive",
}
_MISSING = Look("state_rejected", "warning")


class DocumentDelegate(CellDelegate):
    """Headings in small capitals' place; below them documents, two lines each where there is something to say."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        node = index.data(DocumentRole.NODE)
        if not isinstance(node, Node):
            return
        if node.entry is None and not node.missing:
            painter.setFont(_smaller(painter.font(), QFont.Weight.DemiBold))
            painter.setPen(self.colour(selected, "text_muted"))
            self.draw_text(painter, rect.adjusted(-4, 0, 0, 0), node.text)
            return
        look, status = _look_of(node), node.status
        line = painter.fontMetrics().height()
        top = rect.top() + (rect.height() - 2 * line) // 2
        # Beside the name: the words below have the whole width.
        kind = QRect(rect.right() - ICON, top, ICON, line) if status else rect.adjusted(rect.width() - ICON, 0, 0, 0)
        if node.entry is not None and look.icon != _kind_icon(node):
            self.draw_icon(painter, kind, _kind_icon(node), self.colour(selected, "text_muted"))
        words = rect.adjusted(ICON + GAP, 0, -(ICON + GAP), 0)
        self.draw_icon(painter, rect, look.icon, self.colour(selected, look.token))
        painter.setPen(self.colour(selected))
        if not status:
            self.draw_text(painter, words, node.text)
            return
        self.draw_text(painter, QRect(words.left(), top, words.width(), line), node.text)
        painter.setFont(_smaller(painter.font(), QFont.Weight.Normal))
        painter.setPen(self.colour(selected, look.token))
        self.draw_text(painter, QRect(words.left(), top + line, rect.right() - words.left(), line), status)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        node = index.data(DocumentRole.NODE)
        heading = isinstance(node, Node) and node.entry is None and not node.missing
        return QSize(super().sizeHint(option, index).width(), HEADING_HEIGHT if heading else DOCUMENT_HEIGHT)


def _look_of(node: Node) -> Look:
    if node.missing:
        return _MISSING
    assert node.entry is not None
    judged = node.mark is not None and node.mark.mark.is_judgement
    if node.entry.problems and not judged:
        return Look("state_suspended" if node.entry.can_be_read else "state_rejected", "warning")
    if node.mark is not None:
        return mark_look(node.mark.mark)
    return Look("text_muted", _kind_icon(node))


def _kind_icon(node: Node) -> str:
    assert node.entry is not None
    return "image" if node.entry.kind.is_image else _KIND_ICONS.get(node.entry.kind, "question")


def _smaller(font: QFont, weight: QFont.Weight) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * 0.88)
    smaller.setWeight(weight)
    return smaller
