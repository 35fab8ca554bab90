"""A list of findings: an icon, a title in the colour of what it means, and lines that say more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import wrapped

ICON_SIZE = 18


@dataclass(frozen=True, slots=True)
class Finding:
    """``token`` names a colour of the theme; the icon and the title say the same without it."""

    icon: str
    token: str
    title: str
    lines: tuple[str, ...] = ()

    @property
    def as_text(self) -> str:
        return "\n".join((self.title, *self.lines))


class FindingList(QScrollArea):
    """Every finding can be reached with the Tab key and is read as a whole."""

    retry_requested = Signal()

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName(accessible_name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._findings: tuple[Finding, ...] = ()
        self._state = ""
        self._build: Callable[[], None] | None = None
        """What is shown once somebody can see it: behind another tab nothing is laid out."""
        self.show_message("")

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._findings

    @property
    def message(self) -> str:
        """What stands there instead of findings; empty while there are some."""
        return self._state

    def show_findings(self, findings: Sequence[Finding]) -> None:
        self._findings, self._state = tuple(findings), ""
        self.setAccessibleDescription("")
        self._show(self._lay_out_findings)

    def show_message(self, text: str, *, busy: bool = False, can_retry: bool = False) -> None:
        """One line in place of findings: nothing there yet, nothing to find, or why not."""
        self._findings, self._state = (), text
        # Nothing in it takes the focus then: the list itself says why it is empty.
        self.setAccessibleDescription(text)
        self._show(lambda: self._lay_out_message(busy=busy, can_retry=can_retry))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _show(self, build: Callable[[], None]) -> None:
        self._build = build
        if self.isVisible():
            self._catch_up()
        elif (gone := self.takeWidget()) is not None:
            gone.deleteLater()

    def _catch_up(self) -> None:
        build, self._build = self._build, None
        if build is not None:
            build()

    def _lay_out_findings(self) -> None:
        content, column = _column()
        for finding in self._findings:
            column.addWidget(_card(finding, self.devicePixelRatioF()))
        column.addStretch(1)
        self.setWidget(content)

    def _lay_out_message(self, *, busy: bool, can_retry: bool) -> None:
        text = self._state
        content, column = _column()
        column.addWidget(wrapped(text, "muted"))
        if busy:
            bar = QProgressBar()
            bar.setRange(0, 0)
            bar.setTextVisible(False)
            bar.setMaximumWidth(200)
            bar.setAccessibleName(text)
            column.addWidget(bar)
        if can_retry:
            button = QPushButton(tr("button.retry"))
            button.clicked.connect(self.retry_requested)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidget(content)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._catch_up()
        super().showEvent(event)


class _Card(QFrame):
    """One finding; it takes the focus, so that a screen reader reads it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.setObjectName("finding")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(finding.title)
        self.setAccessibleDescription("\n".join(finding.lines))


def _card(finding: Finding, ratio: float) -> QFrame:
    card = _Card(finding)
    colour = theme.current().colours[finding.token]
    icon = QLabel()
    icon.setPixmap(icons.pixmap(finding.icon, colour, ICON_SIZE, ratio))
    title = wrapped(finding.title)
    title.setStyleSheet(f"color: {colour}; font-weight: 600;")
    texts = QVBoxLayout()
    texts.setSpacing(2)
    texts.addWidget(title)
    for line in finding.lines:
        text = wrapped(line)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts.addWidget(text)
    row = QHBoxLayout(card)
    row.setContentsMargins(6, 4, 6, 4)
    row.setSpacing(10)
    row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(texts, 1)
    return card


def _column() -> tuple[QWidget, QVBoxLayout]:
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(10, 8, 16, 12)
    column.setSpacing(6)
    return content, column
