"""Pages one under the other: where each one is at a zoom, a fit and a rotation, and what is in view.

Lengths are logical pixels unless said otherwise.
"""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.preview import DocumentKey, PageRectangle, PageSize
from tns_desktop.ui.preview.hits import turned
from tns_desktop.ui.preview.page_request import Fit
from tns_desktop.ui.preview.panning import PannedView

MARGIN = 16
SPACING = 12
SMALLEST_ZOOM = 0.05
LARGEST_ZOOM = 16.0


class PagedView(PannedView):
    """Knows the places of pages; what is painted there is its subclass's business."""

    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key: DocumentKey | None = None
        self._sizes: tuple[PageSize, ...] = ()
        self._zoom = 1.0
        self._fit = Fit.WIDTH
        self._rotation = 0
        self._tops: list[float] = []
        self._page = 0

    @property
    def key(self) -> DocumentKey | None:
        return self._key

    @property
    def page_count(self) -> int:
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page that fills most of the view, from 0."""
        return self._page

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def rotation(self) -> int:
        return self._rotation

    @property
    def fit(self) -> Fit:
        return self._fit

    # --- moving about -------------------------------------------------------------------------------------------------

    def go_to_page(self, page: int) -> None:
        if self._tops:
            page = min(max(page, 0), len(self._tops) - 1)
            self.verticalScrollBar().setValue(round(self._tops[page] - SPACING))

    def go_to(self, page: int, rectangle: PageRectangle) -> None:
        """Scrolls until the middle of ``rectangle`` is in the middle of the view, as far as the pages reach."""
        if 0 <= page < len(self._tops):
            place = self._place_of(page, rectangle).center()
            for bar, wanted, length in (
                (self.horizontalScrollBar(), place.x(), self.viewport().width()),
                (self.verticalScrollBar(), place.y(), self.viewport().height()),
            ):
                bar.setValue(round(bar.value() + wanted - length / 2))

    # --- layout -------------------------------------------------------------------------------------------------------

    def _page_size(self, page: int) -> tuple[float, float]:
        """Unzoomed width and height of a page as it is turned now."""
        size = self._sizes[page]
        return (size.height, size.width) if self._rotation in (90, 270) else (size.width, size.height)

    def _fitted(self, width: int, height: int) -> float:
        """The zoom at which the pages fit into a view of that size, as they are wanted to."""
        sizes = [self._page_size(page) for page in range(len(self._sizes))]
        zoom = max(40, width - 2 * MARGIN) / max(1.0, *(across for across, _ in sizes))
        if self._fit is Fit.PAGE:
            zoom = min(zoom, max(40, height - 2 * MARGIN) / max(1.0, *(down for _, down in sizes)))
        return min(LARGEST_ZOOM, max(SMALLEST_ZOOM, zoom))

    def _height(self) -> float:
        gaps = 2 * MARGIN + (len(self._sizes) - 1) * SPACING
        return gaps + self._zoom * sum(self._page_size(page)[1] for page in range(len(self._sizes)))

    def _lay_out(self) -> None:
        view, bar = self.viewport().size(), self.verticalScrollBar()
        if self._sizes and self._fit is not Fit.FREE:
            room = self.maximumViewportSize()
            self._zoom = self._fitted(room.width(), room.height())
            if self._height() > room.height():
                # A bar comes and takes its part of the width. It is foreseen: the pages would be drawn twice.
                self._zoom = self._fitted(min(view.width(), room.width() - bar.sizeHint().width()), room.height())
        self._tops = []
        y = float(MARGIN)
        width = 0.0
        for page in range(len(self._sizes)):
            page_width, page_height = self._page_size(page)
            self._tops.append(y)
            y += page_height * self._zoom + SPACING
            width = max(width, page_width * self._zoom + 2 * MARGIN)
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(y + MARGIN - SPACING) - view.height()))
        vertical.setPageStep(view.height())
        vertical.setSingleStep(48)
        horizontal.setRange(0, max(0, round(width) - view.width()))
        horizontal.setPageStep(view.width())
        horizontal.setSingleStep(48)
        self.zoom_changed.emit(self._zoom)
        self.viewport().update()

    def _rect_of(self, page: int) -> QRectF:
        """The page's place in the viewport."""
        width, height = (length * self._zoom for length in self._page_size(page))
        free = self.viewport().width() - width
        left = free / 2 if free > 2 * MARGIN else MARGIN - self.horizontalScrollBar().value()
        return QRectF(left, self._tops[page] - self.verticalScrollBar().value(), width, height)

    def page_point(self, at: QPoint) -> QPointF:
        """Where a point of the viewport is on the present page, as it is turned now, in the units of its size."""
        return (QPointF(at) - self._rect_of(self._page).topLeft()) / self._zoom

    def _place_of(self, page: int, rectangle: PageRectangle) -> QRectF:
        """Where a place of the upright page is in the viewport, as the page is turned now."""
        left, top, width, height = turned(rectangle, self._sizes[page], self._rotation)
        rect = self._rect_of(page)
        zoom = self._zoom
        return QRectF(rect.left() + left * zoom, rect.top() + top * zoom, width * zoom, height * zoom)

    def _visible_pages(self) -> list[int]:
        """Found from the first one that reaches the upper edge on: asked for at every step, of documents of any length."""
        view = QRectF(self.viewport().rect())
        upper = self.verticalScrollBar().value()
        visible = []
        for page in range(max(0, bisect_right(self._tops, upper) - 1), len(self._tops)):
            if self._tops[page] - upper >= view.height():
                break
            if self._rect_of(page).intersects(view):
                visible.append(page)
        return visible

    def pages_in_view(self) -> list[int]:
        """Pages that can be looked at: the present one, and those of which half is in view or that fill half of the view."""
        view = QRectF(self.viewport().rect())
        found = []
        for page in self._visible_pages():
            rect = self._rect_of(page)
            if page == self._page or 2 * rect.intersected(view).height() >= min(rect.height(), view.height()):
                found.append(page)
        return found

    def page_at(self, at: QPointF) -> int | None:
        """The page under a point of the viewport."""
        return next((page for page in self._visible_pages() if self._rect_of(page).contains(at)), None)

    def upright_point(self, page: int, at: QPointF) -> QPointF:
        """Where a point of the viewport is on the upright page, in the units of its size."""
        point = (at - self._rect_of(page).topLeft()) / self._zoom
        size = self._sizes[page]
        if self._rotation == 90:
            return QPointF(point.y(), size.height - point.x())
        if self._rotation == 180:
            return QPointF(size.width - point.x(), size.height - point.y())
        if self._rotation == 270:
            return QPointF(size.width - point.y(), point.x())
        return point
