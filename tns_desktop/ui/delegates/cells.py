"""How cells are painted: an icon, a word and a colour for a state; marks beside a name; a count beside a queue."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tns_desktop.domain.connection import Connection, ConnectionState, Environment
from tns_desktop.domain.follow_up import Standing
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.ui import formatting, icons, theme
from tns_desktop.ui.models.client_files import Role
from tns_desktop.ui.models.connections import ConnectionRole, ConnectionRow
from tns_desktop.ui.models.outbox import OutboxRole
from tns_desktop.ui.models.queues import Queue, QueueRole
from tns_desktop.ui.state_words import (
    Look,
    age_words,
    environment_badge,
    kept_look,
    line_look,
    pending_look,
    pending_words_short,
    state_look,
    urgency_look,
)

Index = QModelIndex | QPersistentModelIndex

ICON = 16
GAP = 6
PADDING = 8
FOUND_IN_LEAST = 64
"""Pixels for a document beside a long name; the tool tip has all of it."""
ROW_HEIGHT = 32
TALL_ROW_HEIGHT = 48
"""Of a row that says whose it is, in a second line."""
QUEUE_HEIGHT = 36
CONNECTION_HEIGHT = 48
CHIP_PADDING = 5

# Named once: to look an enum's member up takes as long as to measure a word.
_ITEM = QStyle.ControlElement.CE_ItemViewItem
_SELECTED = QStyle.StateFlag.State_Selected
_ELIDE = Qt.TextElideMode.ElideRight
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


class CellDelegate(QStyledItemDelegate):
    """Paints the item's background as the style wants it, then leaves the content to ``paint_content``.

    A frame of the list is some hundred cells, so what is the same for all of them is worked out once: fonts, and whether
    the cell is selected. ``initStyleOption`` is not called: it asks the model for seven roles that no cell of ours has.
    """

    height = ROW_HEIGHT

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = QFont()
        self._steady = theme.tabular(self._font)
        self._bold = _bold(self._font)
        self._chip = _chip(self._font)

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        raise NotImplementedError

    def colour(self, selected: bool, role: str = "text") -> QColor:
        return theme.current().colour("selection_text" if selected else role)

    def steady_font(self) -> QFont:
        """The view's font with figures of one width."""
        return self._steady

    def bold_font(self) -> QFont:
        return self._bold

    def draw_icon(self, painter: QPainter, rect: QRect, name: str, colour: QColor) -> None:
        ratio = painter.device().devicePixelRatioF()
        top = rect.top() + (rect.height() - ICON) // 2
        painter.drawPixmap(rect.left(), top, icons.pixmap(name, colour.name(), ICON, ratio))

    def draw_text(self, painter: QPainter, rect: QRect, text: str, *, right: bool = False) -> None:
        shown = painter.fontMetrics().elidedText(text, _ELIDE, max(0, rect.width()))
        painter.drawText(rect, _RIGHT if right else _LEFT, shown)

    def draw_look(self, painter: QPainter, rect: QRect, look: Look, text: str, selected: bool) -> None:
        colour = self.colour(selected, look.token)
        self.draw_icon(painter, rect, look.icon, colour)
        painter.setPen(colour)
        self.draw_text(painter, rect.adjusted(ICON + GAP, 0, 0, 0), text)

    def draw_chip(self, painter: QPainter, rect: QRect, environment: Environment) -> int:
        """The environment, in its colour and in words, at the left of ``rect``; its width in pixels."""
        painter.setFont(self._chip)
        text = environment_badge(environment)
        size = painter.fontMetrics().size(0, text)
        width = min(size.width() + 2 * CHIP_PADDING, rect.width())
        top = rect.top() + (rect.height() - size.height()) // 2
        place = QRect(rect.left(), top, width, size.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour(f"environment_{environment.value}"))
        painter.drawRoundedRect(place, 3, 3)
        painter.setPen(theme.current().colour("environment_text"))
        inside = place.adjusted(CHIP_PADDING, 0, -CHIP_PADDING, 0)
        painter.drawText(inside, _LEFT, painter.fontMetrics().elidedText(text, _ELIDE, inside.width()))
        painter.setFont(self._font)
        return width

    def draw_origin(self, painter: QPainter, rect: QRect, connection: Connection, selected: bool) -> None:
        """The chip of the environment, then the product."""
        width = self.draw_chip(painter, rect, connection.environment) + GAP
        painter.setPen(self.colour(selected, "text_muted"))
        self.draw_text(painter, rect.adjusted(width, 0, 0, 0), connection.label)

    def draw_second_line(self, painter: QPainter, row: QRect, connection: Connection, selected: bool) -> None:
        """In the lower half of ``row``: whose the file is, over the cells that it runs across."""
        painter.setFont(self._font)
        self.draw_origin(painter, row.adjusted(PADDING, row.height() // 2, -PADDING, -4), connection, selected)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        widget: QWidget | None = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(_ITEM, option, painter, widget)
        font = option.font
        if font != self._font:
            self._font, self._steady, self._bold = QFont(font), theme.tabular(font), _bold(font)
            self._chip = _chip(font)
        selected = bool(option.state & _SELECTED)
        painter.setFont(font)
        painter.setPen(self.colour(selected))
        self.paint_content(painter, option.rect.adjusted(PADDING, 0, -PADDING, 0), index, selected)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self.height)


def first_line(rect: QRect) -> QRect:
    """The upper half of a cell of two lines; a cell of one is its own first line."""
    return rect.adjusted(0, 4, 0, -(rect.height() // 2)) if rect.height() >= TALL_ROW_HEIGHT - 1 else rect


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _chip(font: QFont) -> QFont:
    chip = _bold(font)
    chip.setPointSizeF(chip.pointSizeF() * 0.78)
    return chip


class StateDelegate(CellDelegate):
    """The state column of the list: the decision on its way, or the server's state."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, ProjectedFile):
            rect, text = first_line(rect), str(index.data())
            if row.pending is None:
                self.draw_look(painter, rect, state_look(row.client_file.state), text, selected)
                return
            if painter.fontMetrics().horizontalAdvance(text) > rect.width() - ICON - GAP:
                text = pending_words_short(row.pending)
            self.draw_look(painter, rect, pending_look(row.pending), text, selected)


class NameDelegate(CellDelegate):
    """The name, and at its end the marks: kept offline, changed since I looked, review begun."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        row = index.data(Role.ROW)
        if not isinstance(row, ProjectedFile):
            return
        rect = first_line(rect)
        marks = []
        if row.changed_since_seen:
            marks.append(("changed", "accent"))
        if (kept := kept_look(row)) is not None:
            marks.append((kept.icon, kept.token))
        if row.review_begun:
            marks.append(("pen", "text_muted"))
        right = rect.right()
        for name, token in marks:
            right -= ICON
            place = QRect(right, rect.top(), ICON, rect.height())
            self.draw_icon(painter, place, name, self.colour(selected, token))
            right -= GAP
        if row.is_left_to_do:
            painter.setFont(self.bold_font())
        place = QRect(rect.left(), rect.top(), right - rect.left(), rect.height())
        found_in = index.data(Role.FOUND_IN)
        if found_in:
            place = self._draw_found_in(painter, place, str(index.data()), str(found_in), selected)
        self.draw_text(painter, place, str(index.data()))

    def _draw_found_in(self, painter: QPainter, place: QRect, name: str, document: str, selected: bool) -> QRect:
        """The document's icon and name at the end of the cell, in what the client's name leaves; what is left for that."""
        bold = painter.font()
        needed = painter.fontMetrics().horizontalAdvance(name) + 2 * GAP
        painter.setFont(self._font)
        wanted = ICON + GAP + painter.fontMetrics().horizontalAdvance(document) + 1
        width = min(wanted, max(place.width() - needed, FOUND_IN_LEAST))
        left = place.right() - width + 1
        colour = self.colour(selected, "text_muted")
        self.draw_icon(painter, QRect(left, place.top(), ICON, place.height()), "document", colour)
        painter.setPen(colour)
        self.draw_text(painter, QRect(left + ICON + GAP, place.top(), width - ICON - GAP, place.height()), document)
        painter.setPen(self.colour(selected))
        painter.setFont(bold)
        return QRect(place.left(), place.top(), max(0, left - GAP - place.left()), place.height())


class PlainDelegate(CellDelegate):
    """Quiet text with figures of one width: ids, ages, dates."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        painter.setFont(self.steady_font())
        painter.setPen(self.colour(selected, "text_muted"))
        self.draw_text(painter, first_line(rect), str(index.data()))


class AgeDelegate(CellDelegate):
    """How long ago a file began; for an open one in the colour of what that means, with an icon, and in words where they fit:
    the column is wide enough in the queues of such files.
    """

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        painter.setFont(self.steady_font())
        standing, text = index.data(Role.STANDING), str(index.data())
        if not isinstance(standing, Standing):
            painter.setPen(self.colour(selected, "text_muted"))
            self.draw_text(painter, first_line(rect), text)
            return
        if painter.fontMetrics().horizontalAdvance(text) > rect.width() - ICON - GAP:
            text = age_words(standing)
        self.draw_look(painter, first_line(rect), urgency_look(standing.urgency), text, selected)


class TextDelegate(CellDelegate):
    """Text that is read first: names, verdicts."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        self.draw_text(painter, rect, str(index.data()))


class OutboxStatusDelegate(CellDelegate):
    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        entry = index.data(OutboxRole.ENTRY)
        if entry is not None:
            self.draw_look(painter, rect, pending_look(entry), str(index.data()), selected)


class QueueDelegate(CellDelegate):
    """Icon, name, count."""

    height = QUEUE_HEIGHT

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        queue = index.data(QueueRole.QUEUE)
        if not isinstance(queue, Queue):
            return
        self.draw_icon(painter, rect, queue.look.icon, self.colour(selected, queue.look.token))
        count = formatting.count(queue.count)
        painter.setFont(self.steady_font())
        width = painter.fontMetrics().horizontalAdvance(count) + GAP
        if queue.count:
            painter.setPen(self.colour(selected, "negative" if queue.alarm else "text_muted"))
            self.draw_text(painter, rect, count, right=True)
        painter.setPen(self.colour(selected))
        self.draw_text(painter, rect.adjusted(ICON + GAP + 2, 0, -width, 0), queue.name)


class ConnectionDelegate(CellDelegate):
    """A product with what is left to do; below it the environment, and how the line is where it is not well."""

    height = CONNECTION_HEIGHT

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        row = index.data(ConnectionRole.ROW)
        if not isinstance(row, ConnectionRow):
            return
        count = formatting.count(row.count) if row.count else ""
        painter.setFont(self.steady_font())
        width = painter.fontMetrics().horizontalAdvance(count) + GAP
        painter.setPen(self.colour(selected, "text_muted"))
        above = rect if row.connection is None else rect.adjusted(0, 4, 0, -rect.height() // 2)
        self.draw_text(painter, above, count, right=True)
        painter.setPen(self.colour(selected))
        self.draw_text(painter, above.adjusted(0, 0, -width, 0), row.name)
        if row.connection is None:
            return
        below = rect.adjusted(0, rect.height() // 2, 0, -4)
        if row.state not in (ConnectionState.ONLINE, ConnectionState.CONNECTING):
            look = line_look(row.state)
            place = QRect(below.right() - ICON, below.top(), ICON, below.height())
            self.draw_icon(painter, place, look.icon, self.colour(selected, look.token))
            below = below.adjusted(0, 0, -ICON - GAP, 0)
        self.draw_chip(painter, below, row.connection.environment)


class WrappedDelegate(QStyledItemDelegate):
    """A cell as high as its words need. The style wraps them within the cell's padding, but measures them without it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        inside = QStyleOptionViewItem(option)
        inside.rect.setWidth(option.rect.width() - 2 * PADDING)
        return super().sizeHint(inside, index)


class OriginDelegate(CellDelegate):
    """Whose decision it is, in one line."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        connection = index.data(OutboxRole.CONNECTION)
        if isinstance(connection, Connection):
            self.draw_origin(painter, rect, connection, selected)
