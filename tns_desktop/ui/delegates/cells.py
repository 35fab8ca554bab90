"""How cells are painted: an icon, a word and a colour for a state; marks beside a name; a count beside a queue."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.ui import formatting, icons, theme
from tns_desktop.ui.models.client_files import Role
from tns_desktop.ui.models.documents import DocumentRole, Node
from tns_desktop.ui.models.outbox import OutboxRole
from tns_desktop.ui.models.queues import Queue, QueueRole
from tns_desktop.ui.state_words import Look, pending_look, pending_words_short, state_look

Index = QModelIndex | QPersistentModelIndex

ICON = 16
GAP = 6
PADDING = 8
ROW_HEIGHT = 32
QUEUE_HEIGHT = 36
DOCUMENT_HEIGHT = 28


class CellDelegate(QStyledItemDelegate):
    """Paints the item's background as the style wants it, then leaves the content to ``paint_content``."""

    height = ROW_HEIGHT

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        raise NotImplementedError

    def text_colour(self, option: QStyleOptionViewItem, role: str = "text") -> QColor:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        return theme.current().colour("selection_text" if selected else role)

    def draw_icon(self, painter: QPainter, rect: QRect, name: str, colour: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        top = rect.top() + (rect.height() - ICON) // 2
        painter.drawPixmap(rect.left(), top, icons.pixmap(name, colour, ICON, ratio))

    def draw_text(self, painter: QPainter, rect: QRect, text: str, *, right: bool = False) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | side), shown)

    def draw_look(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, look: Look, text: str) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colour = theme.current().colours["selection_text" if selected else look.token]
        self.draw_icon(painter, rect, look.icon, colour)
        painter.setPen(QColor(colour))
        self.draw_text(painter, rect.adjusted(ICON + GAP, 0, 0, 0), text)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        widget: QWidget | None = cell.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, widget)
        painter.save()
        painter.setFont(option.font)
        painter.setPen(self.text_colour(option))
        self.paint_content(painter, option.rect.adjusted(PADDING, 0, -PADDING, 0), option, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self.height)


class StateDelegate(CellDelegate):
    """The state column of the list: the decision on its way, or the server's state."""

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, ProjectedFile):
            text = str(index.data())
            if row.pending is None:
                self.draw_look(painter, rect, option, state_look(row.client_file.state), text)
                return
            if painter.fontMetrics().horizontalAdvance(text) > rect.width() - ICON - GAP:
                text = pending_words_short(row.pending)
            self.draw_look(painter, rect, option, pending_look(row.pending), text)


class NameDelegate(CellDelegate):
    """The name, and at its end the marks: kept offline, changed since I looked."""

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(Role.ROW)
        if not isinstance(row, ProjectedFile):
            return
        marks = []
        if row.changed_since_seen:
            marks.append(("changed", "accent"))
        if row.archive_kept:
            marks.append(("kept", "text_muted"))
        right = rect.right()
        for name, token in marks:
            right -= ICON
            self.draw_icon(
                painter, QRect(right, rect.top(), ICON, rect.height()), name, self.text_colour(option, token).name()
            )
            right -= GAP
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold if row.is_left_to_do else QFont.Weight.Normal)
        painter.setFont(font)
        self.draw_text(painter, QRect(rect.left(), rect.top(), right - rect.left(), rect.height()), str(index.data()))


class PlainDelegate(CellDelegate):
    """Quiet text with figures of one width: ids, ages, dates."""

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        painter.setFont(theme.tabular(painter.font()))
        painter.setPen(self.text_colour(option, "text_muted"))
        self.draw_text(painter, rect, str(index.data()))


class OutboxStatusDelegate(CellDelegate):
    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(OutboxRole.ENTRY)
        if entry is not None:
            self.draw_look(painter, rect, option, pending_look(entry), str(index.data()))


class QueueDelegate(CellDelegate):
    """Icon, name, count."""

    height = QUEUE_HEIGHT

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        queue = index.data(QueueRole.QUEUE)
        if not isinstance(queue, Queue):
            return
        self.draw_icon(painter, rect, queue.look.icon, self.text_colour(option, queue.look.token).name())
        count = formatting.count(queue.count)
        painter.setFont(theme.tabular(painter.font()))
        width = painter.fontMetrics().horizontalAdvance(count) + GAP
        if queue.count:
            painter.setPen(self.text_colour(option, "negative" if queue.alarm else "text_muted"))
            self.draw_text(painter, rect, count, right=True)
        painter.setPen(self.text_colour(option))
        self.draw_text(painter, rect.adjusted(ICON + GAP + 2, 0, -width, 0), queue.name)


_KIND_ICONS = {
    DocumentKind.PDF: "document",
    DocumentKind.TEXT: "text",
    DocumentKind.XML: "text",
    DocumentKind.JSON: "text",
    DocumentKind.EMAIL: "mail",
    DocumentKind.ZIP: "archive",
}


class DocumentDelegate(CellDelegate):
    """Headings in small capitals' place; documents with the icon of their kind; problems and gaps in colour and word."""

    height = DOCUMENT_HEIGHT

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        node = index.data(DocumentRole.NODE)
        if not isinstance(node, Node):
            return
        if node.entry is None and not node.missing:
            font = QFont(painter.font())
            font.setPointSizeF(font.pointSizeF() * 0.88)
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(self.text_colour(option, "text_muted"))
            self.draw_text(painter, rect.adjusted(-4, 0, 0, 0), node.text)
            return
        if node.missing:
            self.draw_look(painter, rect, option, Look("state_rejected", "warning"), node.text)
            return
        assert node.entry is not None
        if node.entry.problems:
            look = Look("state_rejected" if not node.entry.can_be_read else "state_suspended", "warning")
        else:
            look = Look("text", "image" if node.entry.kind.is_image else _KIND_ICONS.get(node.entry.kind, "question"))
        self.draw_look(painter, rect, option, look, node.text)
