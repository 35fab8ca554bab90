"""Two page views that move together: the same relative zoom, the same part of the way down and across.

Only what the operator does to one reaches the other: a document that is shown anew, or a window that changes its size,
moves nothing beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QSize, QTimer
from PySide6.QtWidgets import QScrollBar

from tns_desktop.domain.preview import DocumentKey
from tns_desktop.ui.preview.page_request import Fit
from tns_desktop.ui.preview.page_view import PageView


class _Side:
    """One view as it was when it last spoke."""

    def __init__(self, view: PageView) -> None:
        self.view = view
        self.key: DocumentKey | None = None
        self.zoom = 1.0
        self.fit = Fit.WIDTH
        self.size = QSize()
        self.is_resizing = False
        """The place is kept by scrolling then, which is nobody's wish."""

    def note(self) -> None:
        self.key, self.zoom, self.fit = self.view.key, self.view.zoom, self.view.fit
        size = self.view.viewport().size()
        if size != self.size or self.fit is Fit.FREE:
            self.size, self.is_resizing = size, self.fit is not Fit.FREE


class Link(QObject):
    """Off until it is switched on; a switch changes nothing by itself, since what differs then is meant."""

    def __init__(self, one: PageView, other: PageView, parent: QObject) -> None:
        super().__init__(parent)
        self.is_on = False
        self._moving = False
        self._settling: Callable[[], None] | None = None
        # A zoom moves its scroll bars in several steps: the other follows when the last of them is done.
        self._settle = QTimer(self)
        self._settle.setInterval(0)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._settled)
        self._sides = (_Side(one), _Side(other))
        for side, follower in (self._sides, self._sides[::-1]):
            side.view.zoom_changed.connect(partial(self._zoomed, side, follower))
            for leads, follows in _bars(side.view, follower.view):
                leads.valueChanged.connect(partial(self._scrolled, side, follower, leads, follows))

    def switch(self, is_on: bool) -> None:
        self.is_on = is_on

    # --- what follows what --------------------------------------------------------------------------------------------

    def _zoomed(self, side: _Side, follower: _Side, zoom: float) -> None:
        factor, fit_changed = zoom / side.zoom, side.view.fit is not side.fit
        same = side.view.key is not None and side.view.key == side.key
        side.note()
        is_free = side.view.fit is Fit.FREE
        if (factor != 1.0 if is_free else fit_changed) and same and self._may_move(follower):
            self._zoom_too(side, follower, factor)
        if side.is_resizing:
            self._settle.start()

    def _zoom_too(self, side: _Side, follower: _Side, factor: float) -> None:
        self._moving = True
        try:
            if side.view.fit is Fit.FREE:
                follower.view.zoom_by(factor, QPoint(0, 0))
            else:
                follower.view.set_fit(side.view.fit)
        finally:
            self._moving = False
        follower.note()
        self._settling = partial(self._align, side.view, follower.view)
        self._settle.start()

    def _scrolled(self, side: _Side, follower: _Side, leads: QScrollBar, follows: QScrollBar, _value: int) -> None:
        same = side.view.key is not None and side.view.key == side.key
        if same and not side.is_resizing and self._may_move(follower):
            self._moving = True
            try:
                _follow(leads, follows)
            finally:
                self._moving = False

    def _may_move(self, follower: _Side) -> bool:
        return self.is_on and not self._moving and follower.view.key is not None

    def _settled(self) -> None:
        for side in self._sides:
            side.is_resizing = False
        settling, self._settling = self._settling, None
        if settling is not None:
            settling()

    def _align(self, view: PageView, follower: PageView) -> None:
        if view.key is None or follower.key is None:
            return
        self._moving = True
        try:
            for leads, follows in _bars(view, follower):
                _follow(leads, follows)
        finally:
            self._moving = False


def _bars(one: PageView, other: PageView) -> tuple[tuple[QScrollBar, QScrollBar], ...]:
    return (
        (one.verticalScrollBar(), other.verticalScrollBar()),
        (one.horizontalScrollBar(), other.horizontalScrollBar()),
    )


def _follow(leads: QScrollBar, follows: QScrollBar) -> None:
    """The same part of the way. Where the leader has no way to go, it says nothing."""
    if leads.maximum() > 0:
        follows.setValue(round(follows.maximum() * leads.value() / leads.maximum()))
