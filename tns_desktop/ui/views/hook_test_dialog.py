"""The self-test of web hooks: what happened to a sample event, step by step, and once more if one wants."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, foot
from tns_desktop.ui.widgets.finding_list import Finding, FindingList
from tns_desktop.ui.widgets.labels import label, wrapped

_SIZE = (600, 520)


class HookTestDialog(QDialog):
    """Shows that a test runs, then its steps."""

    again_requested = Signal()

    def __init__(self, product: str, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("webhooks.test.title"))
        self.resize(*_SIZE)
        self.steps = FindingList(tr("webhooks.test.steps"))
        self.again = QPushButton(tr("webhooks.test.again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.again_requested)
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = foot(close, left=[self.again])
        column = body(self)
        column.addWidget(label(tr("webhooks.test.of", name=product), "heading"))
        column.addWidget(wrapped(tr("webhooks.test.text", address=address), "muted"))
        column.addWidget(self.steps, 1)
        column.addLayout(buttons)
        self.show_running()

    def show_running(self) -> None:
        self.again.setEnabled(False)
        self.steps.show_message(tr("webhooks.test.running"), busy=True)

    def show_steps(self, steps: Sequence[Finding]) -> None:
        self.again.setEnabled(True)
        self.steps.show_findings(steps)
