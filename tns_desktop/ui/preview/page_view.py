"""Pages one under the other: zoom, fit, rotation. It asks for pixels and never decodes anything itself.

Pixels arrive keyed by document and page; what belongs to another document, or to a zoom that is over, is dropped here
too, whoever delivers it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.preview import DocumentKey, FoundHits, PageRectangle, PageSize, Raster
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.hits import Hits, paint_marks
from tns_desktop.ui.preview.loupe import MAGNIFIED, loupe_rect, magnified
from tns_desktop.ui.preview.page_layout import LARGEST_ZOOM, SMALLEST_ZOOM, SPACING
from tns_desktop.ui.preview.page_request import Fit, Look, PageRequest
from tns_desktop.ui.preview.tiles import Tiles, place_of_pixels, tile_scale, tiles_within, whole_scale
from tns_desktop.ui.preview.words_view import WordsView

RASTERS_KEPT = 8


class PageView(WordsView):
    """Shows the pages of one document. Lengths are logical pixels unless said otherwise."""

    pages_wanted = Signal(object)
    adjustment_changed = Signal(object)
    """The Adjustment that holds from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("preview.accessible_name"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self._ask)
        self._images: dict[int, tuple[float, Adjustment, QImage]] = {}
        self._adjustment = NEUTRAL
        self._loupe: QPointF | None = None
        self._tiles = Tiles()
        self._asked: list[PageRequest] = []
        self._is_picture = False
        self._failed: dict[int, str] = {}
        self._marks: tuple[int, tuple[PageRectangle, ...]] = (0, ())
        self.hits = Hits()

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def adjustment(self) -> Adjustment:
        return self._adjustment

    @property
    def look(self) -> Look:
        """How this document is shown now, to be shown so again."""
        return Look(self._rotation, self._fit, self._zoom, self._adjustment)

    def set_adjustment(self, adjustment: Adjustment) -> None:
        """On screen only. What is drawn stays until it comes again as it is wanted now."""
        if self._key is None or adjustment == self._adjustment:
            return
        self._adjust(adjustment)
        self._tiles.clear()
        self._asked = []
        self._ask()

    def is_drawn(self, page: int) -> bool:
        return page in self._images

    def show_document(
        self,
        key: DocumentKey,
        sizes: tuple[PageSize, ...],
        *,
        rotation: int = 0,
        fit: Fit = Fit.WIDTH,
        zoom: float = 1.0,
        adjustment: Adjustment = NEUTRAL,
        is_picture: bool = False,
    ) -> None:
        """Starts with blank pages of the right size; ``pages_wanted`` follows at once."""
        self._key, self._sizes, self._rotation, self._fit, self._zoom = key, sizes, rotation, fit, zoom
        self._is_picture = is_picture
        self._adjust(adjustment)
        self._marks = (0, ())
        self.hits.clear()
        self.forget_words()
        self._forget_pixels()
        self._page = 0
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self._ask()
        self.page_changed.emit(0)

    def clear(self) -> None:
        self._key = None
        self._sizes = ()
        self._adjust(NEUTRAL)
        self._loupe = None
        self._marks = (0, ())
        self.hits.clear()
        self.forget_words()
        self._forget_pixels()
        self._lay_out()

    def add_raster(self, raster: Raster, rotation: int, scale: float | None = None) -> bool:
        """Takes the pixels of a page or a part, unless they belong to something that is not on screen any more.

        ``scale`` is what was asked for; by default what would be asked for now. A whole page of an earlier adjustment is
        shown until the present one comes: who moves a slider sees what it does.
        """
        if raster.key != self._key or rotation != self._rotation or raster.page >= len(self._sizes):
            return False
        late = raster.adjustment != self._adjustment
        if late and (raster.area is not None or self._is_adjusted(raster.page)):
            return False
        stored = QImage(raster.pixels, raster.width, raster.height, raster.stride, QImage.Format.Format_RGB888)
        image = stored.convertToFormat(QImage.Format.Format_RGB32)
        if raster.area is not None:
            self._tiles.put(raster.page, scale or self._scale(), raster.area, image)
        else:
            self._images[raster.page] = (scale or self._whole_scale(raster.page), raster.adjustment, image)
            self._drop_far_pages()
            self._ask_texts()
        self.viewport().update()
        return True

    def set_failed(self, key: DocumentKey, page: int, text: str) -> None:
        """Says on the page itself that it could not be drawn."""
        if key == self._key:
            self._failed[page] = text
            self.viewport().update()

    # --- moving about -------------------------------------------------------------------------------------------------

    def wheel_zooms(self) -> bool:
        return self._is_picture and len(self._sizes) == 1

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Keeps the point under ``at`` (of the viewport; default its middle) where it is."""
        if not self._sizes:
            return
        anchor = at or self.viewport().rect().center()
        before = self._zoom
        self._fit = Fit.FREE
        self._zoom = min(LARGEST_ZOOM, max(SMALLEST_ZOOM, self._zoom * factor))
        ratio = self._zoom / before
        x = (self.horizontalScrollBar().value() + anchor.x()) * ratio - anchor.x()
        y = (self.verticalScrollBar().value() + anchor.y()) * ratio - anchor.y()
        self._lay_out()
        self.horizontalScrollBar().setValue(round(x))
        self.verticalScrollBar().setValue(round(y))
        self._ask()

    def set_fit(self, fit: Fit) -> None:
        page = self._page
        self._fit = fit
        self._lay_out()
        self.go_to_page(page)
        self._ask()

    def rotate(self) -> None:
        """A quarter turn clockwise, on screen only."""
        page = self._page
        self._rotation = (self._rotation + 90) % 360
        self._forget_pixels()
        self._lay_out()
        self.go_to_page(page)
        self._ask()

    def show_marks(self, page: int, rectangles: Sequence[PageRectangle]) -> None:
        """Marks places of one page; none takes the marks away. They end with the document."""
        self._marks = (page, tuple(rectangles))
        self.viewport().update()

    def add_hits(self, found: FoundHits) -> None:
        """Marks what was found, unless it was found in another document; the first of all is gone to at once."""
        if found.key != self._key:
            return
        first = self.hits.present is None
        self.hits.add(found.hits)
        if first:
            self._go_to_hit()
        self.viewport().update()

    def step_hit(self, by: int) -> None:
        self.hits.step(by)
        self._go_to_hit()

    def _go_to_hit(self) -> None:
        hit = self.hits.present
        if hit is not None:
            self.go_to(hit.page, hit.rectangles[0])
            self.viewport().update()

    @property
    def marks(self) -> tuple[int, tuple[PageRectangle, ...]]:
        return self._marks

    # --- pixels -------------------------------------------------------------------------------------------------------

    def _scale(self) -> float:
        return self._zoom * self.devicePixelRatioF()

    def _whole_scale(self, page: int) -> float:
        size = self._sizes[page]
        return whole_scale(size.width, size.height, self._scale(), is_picture=self._is_picture)

    def _ask(self) -> None:
        """Tells everything that is visible and not there at this zoom, the most urgent first, whenever that changes."""
        if self._key is None:
            return
        visible = sorted(self._visible_pages(), key=lambda page: abs(page - self._page))
        wanted = [
            PageRequest(self._key, page, self._whole_scale(page), self._rotation, None, self._adjustment)
            for page in visible
            if page not in self._failed and not self._has_whole(page)
        ]
        for page in visible:
            if page not in self._failed:
                wanted += self._missing_tiles(self._key, page)
        if wanted != self._asked:
            self._asked = wanted
            self.pages_wanted.emit(wanted)
        self._ask_texts()

    def _ask_texts(self) -> None:
        if not self._is_picture:
            self.ask_texts([page for page in self._visible_pages() if page in self._images])

    def _has_whole(self, page: int) -> bool:
        return self._is_adjusted(page) and self._images[page][0] == self._whole_scale(page)

    def _is_adjusted(self, page: int) -> bool:
        return page in self._images and self._images[page][1] == self._adjustment

    def _needs_tiles(self, page: int, scale: float) -> bool:
        """Whether parts are sharper than the whole page is, and wanted to be."""
        parts = tile_scale(scale, is_picture=self._is_picture)
        return min(parts, scale) > self._whole_scale(page)

    def _missing_tiles(self, key: DocumentKey, page: int) -> list[PageRequest]:
        view = QRectF(self.viewport().rect())
        missing = self._missing_within(key, page, view, self._rect_of(page), self._zoom)
        if self._loupe is not None:
            rect = magnified(self._rect_of(page), self._loupe)
            glass = loupe_rect(self._loupe)
            missing += self._missing_within(key, page, glass, rect, self._zoom * MAGNIFIED)
        return missing

    def _missing_within(
        self, key: DocumentKey, page: int, view: QRectF, rect: QRectF, zoom: float
    ) -> list[PageRequest]:
        """The parts that ``view`` wants of a page that is ``rect`` at ``zoom``."""
        wanted = zoom * self.devicePixelRatioF()
        if not self._needs_tiles(page, wanted):
            return []
        scale = tile_scale(wanted, is_picture=self._is_picture)
        width, height = (math.ceil(length * scale) for length in self._page_size(page))
        ratio = scale / zoom
        part = view.intersected(rect).translated(-rect.topLeft())
        seen = QRectF(part.left() * ratio, part.top() * ratio, part.width() * ratio, part.height() * ratio)
        return [
            PageRequest(key, page, scale, self._rotation, area, self._adjustment)
            for area in tiles_within((width, height), seen)
            if not self._tiles.has(page, scale, area)
        ]

    def _adjust(self, adjustment: Adjustment) -> None:
        self._adjustment = adjustment
        self.adjustment_changed.emit(adjustment)

    def _forget_pixels(self) -> None:
        self._images.clear()
        self._tiles.clear()
        self._asked = []
        self._failed.clear()
        self.viewport().update()

    def _drop_far_pages(self) -> None:
        """Memory must not grow with the pages that were looked at."""
        while len(self._images) > RASTERS_KEPT:
            far = max(self._images, key=lambda page: abs(page - self._page))
            del self._images[far]

    def _scrolled(self) -> None:
        middle = self.viewport().height() / 2
        page = self._page
        for candidate in self._visible_pages():
            rect = self._rect_of(candidate)
            if rect.top() <= middle <= rect.bottom() + SPACING:
                page = candidate
                break
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)
        self._ask()

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = theme.current()
        for page in self._visible_pages():
            rect = self._rect_of(page)
            painter.fillRect(rect.translated(0, 2), colours.colour("page_shadow"))
            painter.fillRect(rect, Qt.GlobalColor.white)
            if page in self._images:
                self._paint_pixels(painter, page, rect, self._zoom)
            elif page in self._failed:
                painter.setPen(QPen(Qt.GlobalColor.black))
                painter.drawText(rect.adjusted(16, 16, -16, -16), int(Qt.TextFlag.TextWordWrap), self._failed[page])
            self.hits.paint(painter, page, self._place_of)
            self.paint_words(painter, page)
            if self._marks[0] == page:
                paint_marks(painter, [self._place_of(page, mark) for mark in self._marks[1]])

        self._paint_loupe(painter)

    def _paint_pixels(self, painter: QPainter, page: int, rect: QRectF, zoom: float) -> None:
        """The page as a whole and the parts that are sharper, where ``rect`` is the page at ``zoom``."""
        whole = self._images[page][2]
        painter.drawImage(place_of_pixels(rect, whole, self.devicePixelRatioF()), whole)
        scale = zoom * self.devicePixelRatioF()
        if not self._needs_tiles(page, scale):
            return
        wanted = tile_scale(scale, is_picture=self._is_picture)
        view = QRectF(self.viewport().rect())
        for kept_scale, area, image in self._tiles.of(page, wanted):
            ratio = zoom / kept_scale
            place = QRectF(area.left * ratio, area.top * ratio, area.width * ratio, area.height * ratio)
            place.translate(rect.topLeft())
            if place.intersects(view):
                painter.drawImage(place, image)

    # --- the magnifier ------------------------------------------------------------------------------------------------

    @property
    def has_loupe(self) -> bool:
        return self._loupe is not None

    def toggle_loupe(self) -> None:
        """At the pointer, or in the middle where the pointer is elsewhere."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        here = at if self.viewport().rect().contains(at) else self.viewport().rect().center()
        self._move_loupe(None if self._loupe is not None or self._key is None else QPointF(here))

    def _move_loupe(self, at: QPointF | None) -> None:
        self._loupe = at
        self.viewport().update()
        self._ask()

    def _paint_loupe(self, painter: QPainter) -> None:
        page = self.page_at(self._loupe) if self._loupe is not None else None
        if self._loupe is None or page is None or page not in self._images:
            return
        glass = loupe_rect(self._loupe)
        path = QPainterPath()
        path.addEllipse(glass)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(path)
        painter.fillPath(path, theme.current().colour("surface_sunken"))
        self._paint_pixels(painter, page, magnified(self._rect_of(page), self._loupe), self._zoom * MAGNIFIED)
        painter.setClipping(False)
        painter.setPen(QPen(theme.current().colour("accent"), 3))
        painter.drawEllipse(glass)
        painter.restore()

    # --- Qt, once more ------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._loupe is not None:
            self._move_loupe(event.position())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        page = self._page
        self._lay_out()
        if self._fit is not Fit.FREE:
            self.go_to_page(page)
        self._ask()

    def sizeHint(self) -> QSize:
        return QSize(480, 600)
