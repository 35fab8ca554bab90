"""A strip of small pages beside the pages: where one is, and a way to any other page.

It asks for what is in view and nothing else. A page that is only drawn here was not before anybody's eyes: nothing here
tells of a page that was displayed.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QImage, QPainter, QPen, QResizeEvent, QShowEvent, QTransform
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tns_desktop.domain.preview import DocumentKey, PageSize, Raster
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.thumbnails import ThumbnailModel, ThumbnailRole
from tns_desktop.ui.preview.page_request import PageRequest
from tns_desktop.ui.preview.page_view import PageView

STRIP_WIDTH = 118
PICTURE = QSize(84, 104)
"""The room for one page, whichever way it lies."""
GAP = 6
NUMBER_HEIGHT = 18
LARGEST_SCALE = 1_000.0

Index = QModelIndex | QPersistentModelIndex


class ThumbnailStrip(QListView):
    """There while the operator wants it, the pane has room for it, and there is more than one page."""

    pages_wanted = Signal(object)
    """PageRequests, upright, of the pages in view that have no picture yet."""

    def __init__(self, pages: PageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._is_wanted = False
        self._has_room = True
        self._rotation = 0
        self._asked: list[int] = []
        self._follows = False
        self.model_of_pages = ThumbnailModel(self)
        self.setObjectName("thumbnails")
        self.setAccessibleName(tr("preview.thumbnails.accessible_name"))
        self.setFixedWidth(STRIP_WIDTH)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(_PageDelegate(self))
        self.setModel(self.model_of_pages)
        self.verticalScrollBar().valueChanged.connect(self._ask)
        self.selectionModel().currentChanged.connect(self._chosen)
        pages.page_changed.connect(self._follow)
        # Where rows are is known once the view has laid them out.
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._ask)
        self.hide()

    @property
    def rotation(self) -> int:
        return self._rotation

    def set_wanted(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._show_or_hide()

    def set_room(self, has_room: bool) -> None:
        self._has_room = has_room
        self._show_or_hide()

    def show_document(self, key: DocumentKey, sizes: tuple[PageSize, ...], rotation: int) -> None:
        self._rotation = rotation
        self._asked = []
        self._follows = True
        self.model_of_pages.set_document(key, sizes)
        self._follows = False
        self._show_or_hide()
        self._follow(self._pages.page)

    def clear(self) -> None:
        self._asked = []
        self.model_of_pages.set_document(None)
        self._show_or_hide()

    def set_rotation(self, rotation: int) -> None:
        self._rotation = rotation
        self.viewport().update()

    def add_raster(self, raster: Raster) -> None:
        """Takes a picture, unless it belongs to another document."""
        if self.model_of_pages.take(raster):
            self._later.start()

    def give_up(self, key: DocumentKey, page: int) -> None:
        self.model_of_pages.give_up(key, page)
        self._later.start()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _show_or_hide(self) -> None:
        self.setVisible(self._is_wanted and self._has_room and self.model_of_pages.rowCount() > 1)
        self._asked = []
        self._later.start()

    def _follow(self, page: int) -> None:
        """The pages were scrolled: the strip marks the one in view, and moves nothing."""
        if not self._follows and page < self.model_of_pages.rowCount():
            self._follows = True
            self.setCurrentIndex(self.model_of_pages.index(page))
            self._follows = False

    def _chosen(self, index: QModelIndex) -> None:
        """By a click or a key. The end of the document may not reach the upper edge: what was chosen stays marked."""
        if not self._follows and index.isValid():
            self._follows = True
            self._pages.go_to_page(index.row())
            self._follows = False

    def _ask(self) -> None:
        key = self.model_of_pages.key
        wanted = self.model_of_pages.missing(self._rows_in_view()) if key is not None and self.isVisible() else []
        if wanted != self._asked:
            self._asked = wanted
            self.pages_wanted.emit([PageRequest(key, page, self._scale(page), 0) for page in wanted if key is not None])

    def _rows_in_view(self) -> range:
        height, rows = _row_size().height(), self.model_of_pages.rowCount()
        top = self.verticalScrollBar().value()
        first = max(0, top // height)
        return range(first, min(rows, (top + self.viewport().height()) // height + 1))

    def _scale(self, page: int) -> float:
        """Sharp enough whichever way the page is turned."""
        size: PageSize = self.model_of_pages.index(page).data(ThumbnailRole.SIZE)
        wanted = PICTURE.height() / max(size.width, size.height) * self.devicePixelRatioF()
        return min(LARGEST_SCALE, wanted)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self._later.start()


class _PageDelegate(QStyledItemDelegate):
    """A page on paper, white in both themes, its number below; the current one by edge, ground and a bold number."""

    def __init__(self, strip: ThumbnailStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = theme.current()
        rect: QRect = option.rect
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        if is_current:
            painter.fillRect(rect, colours.colour("selection"))
        paper = self._place_of(rect, index.data(ThumbnailRole.SIZE))
        painter.fillRect(paper, Qt.GlobalColor.white)
        picture = index.data(ThumbnailRole.PICTURE)
        if isinstance(picture, QImage):
            turned = picture.transformed(QTransform().rotate(self._strip.rotation)) if self._strip.rotation else picture
            painter.drawImage(paper, turned)
        painter.setPen(QPen(colours.colour("focus" if is_current else "border_strong"), 3 if is_current else 1))
        painter.drawRect(paper)
        font = QFont(option.font)
        font.setBold(is_current)
        painter.setFont(font)
        painter.setPen(colours.colour("selection_text" if is_current else "text"))
        number = QRect(rect.left(), rect.bottom() - NUMBER_HEIGHT, rect.width(), NUMBER_HEIGHT)
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(index.row() + 1))
        painter.restore()

    def _place_of(self, rect: QRect, size: PageSize) -> QRectF:
        """Where the page is, as it is turned now, in the room it has."""
        lies = self._strip.rotation in (90, 270)
        width, height = (size.height, size.width) if lies else (size.width, size.height)
        factor = min(PICTURE.width() / width, PICTURE.height() / height)
        width, height = max(2.0, width * factor), max(2.0, height * factor)
        middle = QRectF(rect.left(), rect.top() + GAP, rect.width(), PICTURE.height()).center()
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return _row_size()


def _row_size() -> QSize:
    return QSize(PICTURE.width() + 2 * GAP, PICTURE.height() + 2 * GAP + NUMBER_HEIGHT)
