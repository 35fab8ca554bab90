"""Findings in a window of their own: read, copied, closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, foot
from tns_desktop.ui.widgets.finding_list import Finding, FindingList
from tns_desktop.ui.widgets.labels import wrapped


class FindingsDialog(QDialog):
    """Nothing can be changed here."""

    def __init__(self, title: str, heading: str, findings: Sequence[Finding], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(640, 560)
        self.list = FindingList(title)
        self.list.show_findings(findings)
        copy = QPushButton(tr("button.copy"))
        copy.setAutoDefault(False)
        copy.clicked.connect(self._copy)
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = foot(close, left=[copy])
        column = body(self)
        column.addWidget(wrapped(heading, "title"))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(finding.as_text for finding in self.list.findings))
