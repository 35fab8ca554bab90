"""How the status of a creation is painted: icon, word and colour."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from tns_desktop.domain.creation import CreationStatus
from tns_desktop.ui.delegates.cells import CellDelegate, Index
from tns_desktop.ui.models.creations import CreationRole
from tns_desktop.ui.state_words import Look

_LOOKS = {
    CreationStatus.DRAFT: Look("text_muted", "pen"),
    CreationStatus.QUEUED: Look("state_pending", "send"),
    CreationStatus.SENDING: Look("state_pending", "send"),
    CreationStatus.RETRY_WAIT: Look("state_suspended", "hourglass"),
    CreationStatus.OUTCOME_UNKNOWN: Look("state_suspended", "question"),
    CreationStatus.CREATED: Look("state_accepted", "check"),
    CreationStatus.REFUSED: Look("state_rejected", "warning"),
    CreationStatus.CONFLICT: Look("state_rejected", "warning"),
    CreationStatus.WITHDRAWN: Look("text_muted", "undo"),
}


class CreationStatusDelegate(CellDelegate):
    """For the column of the status."""

    def paint_content(self, painter: QPainter, rect: QRect, index: Index, selected: bool) -> None:
        status = index.data(CreationRole.STATUS)
        if status is not None:
            self.draw_look(painter, rect, _LOOKS[status], str(index.data()), selected)
