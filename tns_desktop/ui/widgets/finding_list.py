"""A list of findings: an icon, a title in the colour of what it means, and lines that say more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.seen_later import SeenLater

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


@dataclass(frozen=True, slots=True)
class _Message:
    """What stands there instead of findings."""

    text: str
    is_busy: bool
    can_retry: bool


class FindingList(SeenLater):
    """Every finding can be reached with the Tab key and is read as a whole."""

    retry_requested = Signal()

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self._findings: tuple[Finding, ...] = ()
        self._message: _Message | None = None
        self.show_message("")

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._findings

    @property
    def message(self) -> str:
        """What stands there instead of findings; empty while there are some."""
        return self._message.text if self._message is not None else ""

    def show_findings(self, findings: Sequence[Finding]) -> None:
        self._findings, self._message = tuple(findings), None
        self.setAccessibleDescription("")
        self._renew()

    def show_message(self, text: str, *, busy: bool = False, can_retry: bool = False) -> None:
        """One line in place of findings: nothing there yet, nothing to find, or why not."""
        self._findings, self._message = (), _Message(text, busy, can_retry)
        # Nothing in it takes the focus then: the list itself says why it is empty.
        self.setAccessibleDescription(text)
        self._renew()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _content(self) -> QWidget:
        content, column = _column()
        if self._message is not None:
            self._add_message(column, self._message)
        for finding in self._findings:
            column.addWidget(_card(finding, self.devicePixelRatioF()))
        column.addStretch(1)
        return content

    def _add_message(self, column: QVBoxLayout, message: _Message) -> None:
        column.addWidget(wrapped(message.text, "muted"))
        if message.is_busy:
            bar = QProgressBar()
            bar.setRange(0, 0)
            bar.setTextVisible(False)
            bar.setMaximumWidth(200)
            bar.setAccessibleName(message.text)
            column.addWidget(bar)
        if message.can_retry:
            button = QPushButton(tr("button.retry"))
            button.clicked.connect(self.retry_requested)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


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
