"""The pages of one document as small pictures: which are there, within a bound, and which are worth asking for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from tns_desktop.domain.preview import DocumentKey, PageSize, Raster
from tns_desktop.ui.i18n import tr

PICTURES_KEPT = 300
"""Some ten megabytes; a strip shows about ten at once."""

Index = QModelIndex | QPersistentModelIndex


class ThumbnailRole(IntEnum):
    PICTURE = Qt.ItemDataRole.UserRole + 1
    SIZE = Qt.ItemDataRole.UserRole + 2


class ThumbnailModel(QAbstractListModel):
    """One row a page. What belongs to another document is not taken, whoever brings it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key: DocumentKey | None = None
        self._sizes: tuple[PageSize, ...] = ()
        self._pictures: OrderedDict[int, QImage] = OrderedDict()
        self._failed: set[int] = set()

    @property
    def key(self) -> DocumentKey | None:
        return self._key

    def set_document(self, key: DocumentKey | None, sizes: tuple[PageSize, ...] = ()) -> None:
        """Nothing of the document before is left. ``key`` is None for no document."""
        self.beginResetModel()
        self._key, self._sizes = key, sizes
        self._pictures.clear()
        self._failed.clear()
        self.endResetModel()

    def missing(self, pages: Iterable[int]) -> list[int]:
        """Those without a picture that may still get one; the others count as looked at."""
        wanted = []
        for page in pages:
            if page in self._pictures:
                self._pictures.move_to_end(page)
            elif page not in self._failed:
                wanted.append(page)
        return wanted

    def take(self, raster: Raster) -> bool:
        """False for a picture of another document."""
        if raster.key != self._key or raster.page >= len(self._sizes):
            return False
        stored = QImage(raster.pixels, raster.width, raster.height, raster.stride, QImage.Format.Format_RGB888)
        self._pictures[raster.page] = stored.convertToFormat(QImage.Format.Format_RGB32)
        while len(self._pictures) > PICTURES_KEPT:
            self._pictures.popitem(last=False)
        self._tell(raster.page)
        return True

    def give_up(self, key: DocumentKey, page: int) -> None:
        """It stays blank; what is wrong with the page is said on the page itself."""
        if key == self._key:
            self._failed.add(page)

    def _tell(self, page: int) -> None:
        index = self.index(page)
        self.dataChanged.emit(index, index)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._sizes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        page = index.row()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tr("preview.thumbnails.page", page=page + 1, pages=len(self._sizes))
        if role == ThumbnailRole.PICTURE:
            return self._pictures.get(page)
        return self._sizes[page] if role == ThumbnailRole.SIZE else None
