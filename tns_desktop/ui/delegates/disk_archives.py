"""How an archive from disk is painted in the list: its name, what it is, and how far its review is."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from tns_desktop.ui.delegates.cells import GAP, ICON, CellDelegate, Index
from tns_desktop.ui.models.disk_archives import DiskRole, DiskRow


class DiskArchiveDelegate(CellDelegate):
    """Three lines, since names of files are long and the list is narrow; two of what is not known yet."""

    height = 66

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        row = index.data(DiskRole.ROW)
        if not isinstance(row, DiskRow):
            return
        line = painter.fontMetrics().height()
        lines = 3 if row.facts else 2
        top = rect.top() + (rect.height() - lines * line) // 2
        last = (lines - 1) * line
        words = QRect(rect.left() + ICON + GAP, top, rect.width() - ICON - GAP, line)
        colour = self.colour(selected, row.look.token)
        self.draw_icon(painter, QRect(rect.left(), top, ICON, line), "archive", self.colour(selected, "text_muted"))
        painter.setPen(self.colour(selected))
        self.draw_text(painter, words, row.name)
        if row.facts:
            painter.setPen(self.colour(selected, "text_muted"))
            self.draw_text(painter, words.translated(0, line), row.facts)
        self.draw_icon(painter, QRect(rect.left(), top + last, ICON, line), row.look.icon, colour)
        painter.setPen(colour)
        self.draw_text(painter, words.translated(0, last), row.status)
