"""The preview of one document: pages or text, a toolbar, and a face for empty, loading, locked and failed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.preview import DocumentDescription, TextContent
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message
from tns_desktop.ui.preview.adjust_bar import AdjustBar
from tns_desktop.ui.preview.find_bar import FindBar
from tns_desktop.ui.preview.page_request import Fit, Look
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.preview.panning import ZOOM_STEP
from tns_desktop.ui.preview.password_prompt import PasswordPrompt
from tns_desktop.ui.preview.text_view import TextView
from tns_desktop.ui.preview.thumbnails import ThumbnailStrip
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.labels import ElidedLabel, label

TOOLBAR_HEIGHT = 36
"""With or without its buttons: the document must not move when they come and go."""
FRAME_WIDTH = 2


class PreviewPane(QFrame):
    """What stands beside the document tree."""

    retry_requested = Signal()
    save_copy_requested = Signal()
    password_entered = Signal(str)
    words_wanted = Signal(str)
    """Words to be looked for in the pages shown; empty: nothing any more."""
    tools_changed = Signal()
    tool_pressed = Signal()
    """A button of this pane, before its action is triggered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_paper = True
        self._looking = False
        self._empty_text = tr("preview.empty.text")
        self._page_tools: list[QToolButton] = []
        self._text_tools: list[QToolButton] = []
        self._few_tools: list[QToolButton] = []
        self._offered: Sequence[QToolButton] = ()
        self._is_narrow = False
        self._is_snug = False
        self.pages = PageView()
        self.text = TextView()
        self.text.found_changed.connect(self._show_found_in_text)
        self._message = EmptyState()
        self._message.action_requested.connect(self._message_action)
        self._password = PasswordPrompt()
        self._password.password_entered.connect(self.password_entered)
        self._stack = QStackedWidget()
        self.thumbnails = ThumbnailStrip(self.pages)
        self._paper = self._paged()
        for widget in (self._message, self._paper, self.text, self._password):
            self._stack.addWidget(widget)
        self.find_bar = FindBar()
        self.find_bar.words_changed.connect(self._find)
        self.find_bar.step_requested.connect(self.step_found)
        self.find_bar.left.connect(self.take_focus)
        self.adjust_bar = AdjustBar(self.pages)
        self._toolbar = QFrame()
        self._toolbar.setObjectName("toolbar")
        self._tools = QHBoxLayout(self._toolbar)
        self._tools.setContentsMargins(8, 2, 4, 2)
        self._tools.setSpacing(0)
        self._name = ElidedLabel()
        self._page_label = label(role="muted")
        self._zoom_label = label(role="muted")
        self._zoom_label.setMinimumWidth(44)
        self._zoom_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._toolbar.setMinimumHeight(TOOLBAR_HEIGHT)
        self._tools.addWidget(self._name, 1)
        self._tools.addWidget(self.adjust_bar.mark)
        self._tools.addWidget(self._page_label)
        self._tools.addWidget(self._zoom_label)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._toolbar)
        self._column.addWidget(self.find_bar)
        self._column.addWidget(self.adjust_bar)
        self._column.addWidget(self._stack, 1)
        self.pages.page_changed.connect(self._show_page_number)
        self.pages.zoom_changed.connect(self._show_zoom)
        self.show_nothing()

    def add_tools(
        self, actions: Sequence[QAction], *, for_text: Sequence[QAction] = (), few: Sequence[QAction] = ()
    ) -> None:
        """Buttons for pages; those of ``for_text`` are there for text too, and none where there is nothing to handle.

        ``few`` stay where there is no room for all.
        """
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.pressed.connect(self.tool_pressed)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            self._tools.addWidget(button)
            self._page_tools.append(button)
            if action in for_text:
                self._text_tools.append(button)
            if action in few:
                self._few_tools.append(button)
        self._show_tools(())

    def offers(self, action: QAction) -> bool:
        """Whether the document shown can be handled with that tool."""
        return any(button.defaultAction() is action for button in self._offered)

    def set_narrow(self, is_narrow: bool) -> None:
        """Only the few tools, and no figures: the document's name keeps its room."""
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.thumbnails.set_room(not is_narrow)
            self._show_figures()
            self._show_tools(self._offered)

    def set_snug(self, is_snug: bool) -> None:
        """Without the zoom's figure: the document's name needs its room more."""
        self._is_snug = is_snug
        self._show_figures()

    def _show_figures(self) -> None:
        self._page_label.setVisible(not self._is_narrow)
        self._zoom_label.setVisible(not self._is_narrow and not self._is_snug)

    def set_frame(self, kind: str) -> None:
        """``active`` or ``idle`` where keys act on one of several previews; empty for the only one."""
        if self.property("compared") != kind:
            self.setProperty("compared", kind)
            width = FRAME_WIDTH if kind else 0
            self._column.setContentsMargins(width, width, width, width)
            theme.restyle(self)

    def take_focus(self) -> None:
        shown = self._stack.currentWidget()
        if shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def name(self) -> str:
        """Of the document shown, on its way or failed; empty for none."""
        return self._name.text()

    @property
    def tools(self) -> tuple[QToolButton, ...]:
        return tuple(self._page_tools)

    # --- faces --------------------------------------------------------------------------------------------------------

    @property
    def message(self) -> str:
        """The text of the empty, loading or failed face; empty while a document is shown."""
        return self._message.text if self._stack.currentWidget() is self._message else ""

    @property
    def asks_for_password(self) -> bool:
        return self._stack.currentWidget() is self._password

    def set_empty_text(self, text: str) -> None:
        """What the face without a document says of how one comes to one."""
        self._empty_text = text
        if self._stack.currentWidget() is self._message and not self._name.text():
            self.show_nothing()

    def show_nothing(self) -> None:
        self._reset("")
        self._message.show_message("document", tr("preview.empty.title"), self._empty_text)
        self._stack.setCurrentWidget(self._message)

    def show_loading(self, name: str) -> None:
        """Blank for what is quick; the caller adds ``show_busy`` after 300 ms."""
        self._reset(name)
        self._message.show_message("document", "", "")
        self._stack.setCurrentWidget(self._message)

    def show_busy(self) -> None:
        if self._stack.currentWidget() is self._message:
            self._message.show_message("document", tr("preview.loading"), "")
            self._message.show_progress(0, None)

    def show_pages(self, name: str, description: DocumentDescription, *, look: Look | None = None) -> None:
        """``look``: as this document was shown before."""
        self._reset(name)
        self._on_paper = not description.kind.is_image
        self._stack.setCurrentWidget(self._paper)
        self._show_tools([button for button in self._page_tools if self._on_paper or not _needs_words(button)])
        look = look or Look(fit=Fit.WIDTH if self._on_paper else Fit.PAGE)
        self.pages.show_document(
            description.key,
            description.pages,
            rotation=look.rotation,
            fit=look.fit,
            zoom=look.zoom,
            adjustment=look.adjustment,
            is_picture=not self._on_paper,
        )
        self.thumbnails.show_document(description.key, description.pages, look.rotation)

    def show_text(self, name: str, content: TextContent) -> None:
        self._reset(name)
        self.text.show_content(content)
        self.adjust_bar.hide()
        self._show_tools(self._text_tools)
        self._stack.setCurrentWidget(self.text)

    def show_password(self, name: str, *, wrong: bool) -> None:
        self._reset(name)
        self._password.ask(name, wrong=wrong)
        self._stack.setCurrentWidget(self._password)

    def show_failure(self, name: str, message: Message, *, can_save: bool) -> None:
        """Why this document is not shown, and the way out: once more, or a copy for another program."""
        self._reset(name)
        action, action_text = "", ""
        if message.retryable:
            action, action_text = "retry", tr("button.retry")
        elif can_save:
            action, action_text = "save", tr("button.save_copy")
        self._message.show_message(
            "warning",
            message.title,
            "\n".join(part for part in (message.sentence, message.remedy) if part),
            colour_role="state_suspended",
            action=action,
            action_text=action_text,
        )
        self._stack.setCurrentWidget(self._message)

    # --- tools --------------------------------------------------------------------------------------------------------

    def zoom_in(self) -> None:
        self._zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / ZOOM_STEP)

    def fit_width(self) -> None:
        self.pages.set_fit(Fit.WIDTH)
        self.text.reset_zoom()

    def fit_page(self) -> None:
        self.pages.set_fit(Fit.PAGE)

    def rotate(self) -> None:
        if self._stack.currentWidget() is self._paper:
            self.pages.rotate()
            self.thumbnails.set_rotation(self.pages.rotation)

    def turn_page(self, by: int) -> None:
        if self._stack.currentWidget() is self._paper:
            self.pages.go_to_page(self.pages.page + by)

    def toggle_fold(self) -> None:
        if self._stack.currentWidget() is self.text:
            self.text.toggle_fold()

    def toggle_all_folds(self) -> None:
        if self._stack.currentWidget() is self.text:
            self.text.toggle_all_folds()

    def switch_form(self) -> None:
        """An e-mail as text or formatted."""
        if self._stack.currentWidget() is self.text:
            self.text.switch_form()

    def step_link(self) -> None:
        if self._stack.currentWidget() is self.text:
            self.text.step_link()
        else:
            self.pages.step_link()

    # --- finding ------------------------------------------------------------------------------------------------------

    @property
    def has_words(self) -> bool:
        """Whether there is something to look through: a text, or pages that are no pictures."""
        shown = self._stack.currentWidget()
        return shown is self.text or (shown is self._paper and self._on_paper)

    def find_words(self) -> None:
        if self.has_words:
            self.find_bar.open_up()

    def step_found(self, by: int) -> None:
        if not self.has_words:
            return
        if self.find_bar.isHidden():
            self.find_bar.open_up()
        elif self._stack.currentWidget() is self.text:
            self.text.step(by)
            self._show_found_in_text()
        else:
            self.pages.step_hit(by)
            self.show_found(looking=self._looking)

    def show_found(self, *, looking: bool) -> None:
        """The hits of the pages, as they are now; ``looking``: there may be more."""
        self._looking = looking
        hits = self.pages.hits
        self.find_bar.show_count(hits.position, hits.count, looking=looking)

    def _find(self, words: str) -> None:
        if self._stack.currentWidget() is self.text:
            self.text.find_words(words)
            self._show_found_in_text()
        else:
            self.pages.hits.clear()
            self.pages.viewport().update()
            self.show_found(looking=bool(words.strip()))
            self.words_wanted.emit(words)

    def _show_found_in_text(self) -> None:
        position, count = self.text.found
        self.find_bar.show_count(position, count, looking=self.text.is_looking)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _paged(self) -> QWidget:
        """The pages and, on their left, the strip that leads to them."""
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.thumbnails)
        row.addWidget(self.pages, 1)
        both.setFocusProxy(self.pages)
        return both

    def _zoom(self, factor: float) -> None:
        if self._stack.currentWidget() is self._paper:
            self.pages.zoom_by(factor)
        elif self._stack.currentWidget() is self.text:
            self.text.zoom_by(factor)

    def _reset(self, name: str) -> None:
        self.find_bar.leave()
        self.pages.clear()
        self.thumbnails.clear()
        self.text.clear()
        self._name.setText(name)
        spoken = tr("preview.named", name=name) if name else tr("preview.accessible_name")
        self.pages.setAccessibleName(spoken)
        self.text.set_spoken_name(spoken)
        self._page_label.clear()
        self._zoom_label.clear()
        self._show_tools(())

    def _show_tools(self, tools: Sequence[QToolButton]) -> None:
        self._offered = tools
        for button in self._page_tools:
            button.setVisible(button in tools and (not self._is_narrow or button in self._few_tools))
        self.tools_changed.emit()

    def _show_page_number(self, page: int) -> None:
        self._page_label.setText(tr("preview.page", page=page + 1, pages=self.pages.page_count))

    def _show_zoom(self, zoom: float) -> None:
        """100 % is life size on a 96-dpi screen for paper (points), and one to one for pictures (pixels)."""
        if self._stack.currentWidget() is not self._paper:
            return
        self._zoom_label.setText(tr("preview.zoom", percent=round(zoom * (75 if self._on_paper else 100))))

    def _message_action(self, action: str) -> None:
        if action == "retry":
            self.retry_requested.emit()
        else:
            self.save_copy_requested.emit()


def _needs_words(button: QToolButton) -> bool:
    return button.defaultAction().objectName() == "find"
