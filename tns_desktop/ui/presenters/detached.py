"""The preview in a window of its own: out, back, and where it was last time."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject

from tns_desktop.domain.errors import TnsError
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import WINDOW_PREVIEW, WINDOW_PREVIEW_DETACHED
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.preview_window import PreviewWindow


class DetachedPresenter(QObject):
    """Whoever left the preview detached finds it so: after another language or theme, and at the next start."""

    def __init__(self, desk: Desk, window: DeskView) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._own: PreviewWindow | None = None
        window.actions_by_id["detach_preview"].triggered.connect(lambda: self.switch())
        window.review.previews_wanted_back.connect(self.take_back)

    @property
    def own_window(self) -> PreviewWindow | None:
        """None while the preview is where it belongs."""
        return self._own

    def start(self) -> None:
        if self._desk.settings.get(WINDOW_PREVIEW_DETACHED):
            self._detach()

    def switch(self) -> None:
        if self._own is None:
            self._detach()
            self._window.review.previews.active.take_focus()
            self._keep(is_detached=True)
        else:
            self.take_back()

    def take_back(self) -> None:
        """By F11, by the button in its place, or because its window was closed."""
        self._keep(is_detached=False)
        self._return()
        self._window.review.previews.active.take_focus()

    def close(self) -> None:
        """At once, not in a task: where the desk is locked or left, no document remains on any screen."""
        if self._own is not None:
            self._keep(is_detached=True)
            self._return()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _detach(self) -> None:
        self._own = own = PreviewWindow(self._window.hand_over_previews(), self._window)
        own.close_requested.connect(self.take_back)
        own.restore_geometry_text(self._desk.settings.get(WINDOW_PREVIEW))
        own.show()

    def _return(self) -> None:
        own, self._own = self._own, None
        if own is not None:
            own.hide()
            self._window.take_previews_back()
            own.deleteLater()
            self._window.activateWindow()

    def _keep(self, *, is_detached: bool) -> None:
        # A place that cannot be kept is no reason to disturb anybody.
        with contextlib.suppress(TnsError):
            self._desk.settings.set(WINDOW_PREVIEW_DETACHED, is_detached)
            if self._own is not None:
                self._desk.settings.set(WINDOW_PREVIEW, self._own.geometry_text())
