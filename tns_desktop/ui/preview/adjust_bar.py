"""The line above a page in which its brightness and contrast are set, and the mark that says that they are."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSlider, QToolButton, QWidget

from tns_desktop.domain.adjustment import MOST, NEUTRAL, STEP, Adjustment
from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.widgets.labels import label


class AdjustBar(QFrame):
    """Sets how one page view shows its document; what it shows always is what the view has."""

    def __init__(self, pages: PageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self._pages = pages
        self.brightness = _slider(tr("adjust.brightness"))
        self.contrast = _slider(tr("adjust.contrast"))
        self.invert = QCheckBox(tr("adjust.invert"))
        self.reset_button = _button("undo", tr("action.reset_look"))
        self.mark = QToolButton()
        """Belongs into the toolbar: there as long as the document is not shown as it is."""
        # Without its words: the name of the document beside it must stay readable.
        self.mark.setAccessibleName(tr("adjust.mark"))
        self.mark.setIcon(icons.icon("adjust", "state_suspended"))
        self.mark.setToolTip(tr("adjust.mark_tip"))
        close = _button("close", tr("find.close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(6)
        for name, slider in ((tr("adjust.brightness"), self.brightness), (tr("adjust.contrast"), self.contrast)):
            row.addWidget(label(name, "muted"))
            row.addWidget(slider, 1)
        row.addWidget(self.invert)
        row.addWidget(self.reset_button)
        row.addWidget(close)
        self.brightness.valueChanged.connect(self._set)
        self.contrast.valueChanged.connect(self._set)
        self.invert.toggled.connect(self._set)
        self.reset_button.clicked.connect(self.reset)
        self.mark.clicked.connect(self.reset)
        close.clicked.connect(self.hide)
        pages.adjustment_changed.connect(self._show)
        self.hide()
        self._show(pages.adjustment)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Opens the line for a document with pages, or leaves it."""
        if self.isHidden() and self._pages.key is not None:
            self.show()
            self.brightness.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.hide()

    def step(self, *, brightness: int = 0, contrast: int = 0) -> None:
        self._pages.set_adjustment(self._pages.adjustment.stepped(brightness=brightness, contrast=contrast))

    def turn_over(self) -> None:
        """Black as white, or back."""
        self._pages.set_adjustment(self._pages.adjustment.inverted())

    def reset(self) -> None:
        self._pages.set_adjustment(NEUTRAL)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _set(self) -> None:
        self._pages.set_adjustment(
            Adjustment(self.brightness.value(), self.contrast.value(), self.invert.isChecked()),
        )

    def _show(self, adjustment: Adjustment) -> None:
        for slider, value in ((self.brightness, adjustment.brightness), (self.contrast, adjustment.contrast)):
            with QSignalBlocker(slider):
                slider.setValue(value)
        with QSignalBlocker(self.invert):
            self.invert.setChecked(adjustment.invert)
        self.reset_button.setEnabled(not adjustment.is_neutral)
        self.mark.setVisible(not adjustment.is_neutral)


def _slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(-MOST, MOST)
    slider.setSingleStep(STEP // 2)
    slider.setPageStep(2 * STEP)
    slider.setMinimumWidth(60)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    return slider


def _button(icon: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icons.icon(icon))
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
