"""The chosen document's preview and, where one is put beside it, a second one: which of them the keys act on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.linking import Link
from tns_desktop.ui.preview.preview_pane import PreviewPane

ALONE_WIDTH = 308
PAIR_WIDTH = 220
"""The least width of each of two, so that both fit into the smallest window."""
ROOMY_WIDTH = 420
"""Below this a toolbar shows only the tools one cannot do without."""


class PreviewPair(QSplitter):
    """``main`` follows the tree; ``beside``, on its left, holds what was put there until it is taken away.

    Keys act on the active one: the second while it has the focus, else the chosen document's. A frame shows which.
    """

    active_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self.main = PreviewPane()
        self.beside = PreviewPane()
        self.beside.setAccessibleName(tr("preview.beside"))
        self.link = Link(self.main.pages, self.beside.pages, self)
        self.link.is_on = True
        self._active = self.main
        self._find: QAction | None = None
        self.addWidget(self.beside)
        self.addWidget(self.main)
        for pane in (self.main, self.beside):
            pane.tools_changed.connect(self._show_active)
            pane.tool_pressed.connect(pane.take_focus)
        self.end_beside()
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    @property
    def active(self) -> PreviewPane:
        """The one that the keys act on."""
        return self._active

    @property
    def is_beside(self) -> bool:
        return not self.beside.isHidden()

    def set_find(self, find: QAction) -> None:
        """The action that is there only where the active document holds words."""
        self._find = find
        self._show_active()

    def show_beside(self) -> None:
        """Makes room for a second document; the chosen one stays the active one."""
        self.beside.show()
        for pane in (self.main, self.beside):
            pane.setMinimumWidth(PAIR_WIDTH)
        self.setMinimumWidth(2 * PAIR_WIDTH + self.handleWidth())
        self.setSizes([1, 1])
        self._show_active()
        self._fit_tools()

    def end_beside(self) -> None:
        self._active = self.main
        if self.beside.isAncestorOf(QApplication.focusWidget() or self):
            self.main.take_focus()
        self.beside.hide()
        self.main.setMinimumWidth(ALONE_WIDTH)
        self.setMinimumWidth(ALONE_WIDTH)
        self._show_active()
        self._fit_tools()

    def focus_other(self) -> None:
        if self.is_beside:
            (self.main if self._active is self.beside else self.beside).take_focus()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """A dialog, a menu or another program takes the focus without choosing anything."""
        if not self.is_beside or now is None or now.window().windowType() is not Qt.WindowType.Window:
            return
        active = self.beside if self.beside.isAncestorOf(now) else self.main
        if active is not self._active:
            self._active = active
            self._show_active()
            self.active_changed.emit()

    def _show_active(self) -> None:
        for pane in (self.main, self.beside):
            pane.set_frame(("active" if pane is self._active else "idle") if self.is_beside else "")
        if self._find is not None:
            self._find.setEnabled(self._active.offers(self._find))

    def _fit_tools(self) -> None:
        for pane in (self.main, self.beside):
            is_tight = pane.width() < ROOMY_WIDTH
            pane.set_narrow(self.is_beside and is_tight)
            pane.set_snug(is_tight)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_tools()
