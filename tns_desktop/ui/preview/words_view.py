"""The words of pages under the mouse: dragging selects them, links say where they lead and ask before they go there.

What is dragged where no text is, with the middle button, or while Space is held, pans. Nothing is ever opened here: a
link that leads out of the document is only told.
"""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from tns_desktop.domain.link_address import shown_address
from tns_desktop.domain.page_letters import PageLetters
from tns_desktop.domain.preview import PageLink, PageText
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.page_layout import PagedView

SELECTED = QColor(30, 120, 255, 105)
"""On paper, which is white in both themes, and on the black of an inverted page."""
LINK_OUTLINE = QColor(0, 90, 200)
PAGES_KEPT = 16
SAID_CHARACTERS = 500
"""Of a selection, to a screen reader."""


class WordsView(PagedView):
    """Knows the words of the pages in view once somebody has answered ``texts_wanted``."""

    texts_wanted = Signal(object)
    """Pages in view that are drawn and whose words are not known."""
    link_chosen = Signal(object)
    """A PageLink that leads out of the document: to be asked about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport().setMouseTracking(True)
        self._words: dict[int, PageLetters] = {}
        self._asked_texts: list[int] = []
        self._selected: tuple[int, int, int] | None = None
        self._begun: tuple[int, int] | None = None
        self._wants_all = False
        self._space_held = False
        self._pressed_link: PageLink | None = None
        self._link: tuple[int, PageLink] | None = None

    # --- words --------------------------------------------------------------------------------------------------------

    def add_text(self, text: PageText) -> None:
        """Takes the words of a page, unless they belong to another document."""
        if text.key != self.key or text.page >= self.page_count:
            return
        self._words[text.page] = PageLetters(text)
        while len(self._words) > PAGES_KEPT:
            del self._words[max(self._words, key=lambda page: abs(page - self.page))]
        if self._wants_all and text.page == self.page:
            self.select_page()

    def forget_words(self) -> None:
        """Everything of a document that is left."""
        self._words.clear()
        self._asked_texts = []
        self._begun = None
        self._pressed_link = None
        self._link = None
        self.clear_selection()

    def ask_texts(self, drawn: list[int]) -> None:
        """Tells which of the pages that are drawn have no words yet, whenever that changes."""
        wanted = [page for page in drawn if page not in self._words]
        if wanted != self._asked_texts:
            self._asked_texts = wanted
            if wanted:
                self.texts_wanted.emit(wanted)

    # --- the selection ------------------------------------------------------------------------------------------------

    @property
    def selected_text(self) -> str:
        if self._selected is None:
            return ""
        page, anchor, caret = self._selected
        words = self._words.get(page)
        return words.copied(min(anchor, caret), max(anchor, caret)) if words is not None else ""

    def select_page(self) -> None:
        """All of the page in view, as soon as its words are known."""
        words = self._words.get(self.page)
        self._wants_all = words is None
        if words is not None and not words.is_empty:
            self._select(self.page, 0, len(words.text))

    def copy_selection(self) -> None:
        text = self.selected_text
        if text:
            QGuiApplication.clipboard().setText(text)

    def clear_selection(self) -> bool:
        """Whether there was one."""
        had = self._selected is not None
        self._selected = None
        self._wants_all = False
        if had:
            self.setAccessibleDescription("")
            self.viewport().update()
        return had

    def _select(self, page: int, anchor: int, caret: int) -> None:
        self._selected = (page, anchor, caret) if anchor != caret else None
        said = self.selected_text[:SAID_CHARACTERS]
        self.setAccessibleDescription(tr("preview.selected", text=said) if said else "")
        self.viewport().update()

    # --- links --------------------------------------------------------------------------------------------------------

    def step_link(self) -> None:
        """Goes to the next link of the page in view; Enter then chooses it."""
        words = self._words.get(self.page)
        links = words.links if words is not None else ()
        if not links:
            return
        here = self._link
        position = (links.index(here[1]) + 1) % len(links) if here and here[0] == self.page and here[1] in links else 0
        self._link = (self.page, links[position])
        self.go_to(self.page, links[position].rectangle)
        self.setAccessibleDescription(link_text(links[position]))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.viewport().update()

    def _follow(self, link: PageLink) -> None:
        """Within the document at once; out of it never without a question."""
        if link.page is not None:
            self.go_to_page(link.page)
        elif link.address:
            self.link_chosen.emit(link)

    # --- painting -----------------------------------------------------------------------------------------------------

    def paint_words(self, painter: QPainter, page: int) -> None:
        """The selection and the link one has stepped to, over the page."""
        if self._selected is not None and self._selected[0] == page and page in self._words:
            _page, anchor, caret = self._selected
            # One path: where lines overlap, two layers would hide the letters.
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.WindingFill)
            for rectangle in self._words[page].rectangles(min(anchor, caret), max(anchor, caret)):
                path.addRect(self._place_of(page, rectangle))
            painter.fillPath(path, SELECTED)
        if self._link is not None and self._link[0] == page:
            painter.setPen(QPen(LINK_OUTLINE, 2))
            painter.drawRoundedRect(self._place_of(page, self._link[1].rectangle).adjusted(-2, -2, 2, 2), 3, 3)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() is not Qt.MouseButton.LeftButton or self._space_held:
            super().mousePressEvent(event)
            return
        self._link = None
        self._pressed_link = self._link_at(at)
        page = self._text_at(at)
        self.clear_selection()
        if page is not None:
            caret = self._caret_at(page, at)
            self._begun = (page, caret)
        elif self._pressed_link is None:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._begun is not None:
            page, anchor = self._begun
            self._scroll_towards(at)
            self._select(page, anchor, self._caret_at(page, at))
        elif event.buttons() == Qt.MouseButton.NoButton:
            self._hover(event)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        link, self._pressed_link = self._pressed_link, None
        chosen = event.button() is Qt.MouseButton.LeftButton and link is not None and not self.selected_text
        self._begun = None
        super().mouseReleaseEvent(event)
        if chosen and link is not None and self._link_at(event.position()) == link:
            self._follow(link)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        page = self._text_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and page is not None:
            point = self.upright_point(page, event.position())
            self._select(page, *self._words[page].word_at(point.x(), point.y()))
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self._space_held = True
        elif event.key() == Qt.Key.Key_Escape and (self.clear_selection() or self._leave_link()):
            pass
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self._link is not None:
            self._follow(self._link[1])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False
        super().focusOutEvent(event)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _leave_link(self) -> bool:
        had = self._link is not None
        self._link = None
        self.viewport().update()
        return had

    def _text_at(self, at: QPointF) -> int | None:
        """The page whose text is under the pointer."""
        page = self.page_at(at)
        if page is None or page not in self._words:
            return None
        point = self.upright_point(page, at)
        return page if self._words[page].touches(point.x(), point.y()) else None

    def _caret_at(self, page: int, at: QPointF) -> int:
        point = self.upright_point(page, at)
        words = self._words.get(page)
        return words.caret_at(point.x(), point.y()) if words is not None else 0

    def _link_at(self, at: QPointF) -> PageLink | None:
        page = self.page_at(at)
        if page is None or page not in self._words:
            return None
        point = self.upright_point(page, at)
        return self._words[page].link_at(point.x(), point.y())

    def _hover(self, event: QMouseEvent) -> None:
        link = self._link_at(event.position())
        if link is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
            # Escaped: a tooltip that looks like markup would be shown as such, and the address comes from the document.
            QToolTip.showText(event.globalPosition().toPoint(), f"<p>{escape(link_text(link))}</p>", self.viewport())
            return
        QToolTip.hideText()
        if self._text_at(event.position()) is not None:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self.viewport().unsetCursor()

    def _scroll_towards(self, at: QPointF) -> None:
        """A selection goes on beyond the edge of the view."""
        view = self.viewport().rect()
        for bar, place, length in (
            (self.horizontalScrollBar(), at.x(), view.width()),
            (self.verticalScrollBar(), at.y(), view.height()),
        ):
            bar.setValue(round(bar.value() + min(0.0, place) + max(0.0, place - length)))


def link_text(link: PageLink) -> str:
    """Where a link leads, in words."""
    return tr("preview.link_page", page=link.page + 1) if link.page is not None else shown_address(link.address)
