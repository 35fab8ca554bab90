"""Asks before a link of a document is opened: all of its address, and what is unusual about it."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from tns_desktop.domain.link_address import LinkAddress
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, primary_button
from tns_desktop.ui.widgets.labels import label, wrapped

ADDRESS_HEIGHT = 96


class LinkDialog(QDialog):
    """Accepted only by its button to open; that one is not there for an address which is never opened."""

    def __init__(self, address: LinkAddress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._address = address
        title = tr("link.title") if address.can_be_opened else tr("link.title_never")
        self.setWindowTitle(title)
        self.setMinimumWidth(520)
        self.address = QPlainTextEdit(address.shown)
        self.address.setReadOnly(True)
        self.address.setFont(theme.fixed_font())
        self.address.setAccessibleName(tr("link.address"))
        self.address.setFixedHeight(ADDRESS_HEIGHT)
        self.address.setTabChangesFocus(True)
        column = body(self, 12)
        column.addWidget(label(title, "title"))
        column.addWidget(wrapped(tr("link.text") if address.can_be_opened else tr("link.never")))
        column.addWidget(self.address)
        if address.host:
            column.addWidget(wrapped(tr("link.site", host=address.host)))
        for line in self._remarks():
            column.addWidget(wrapped(line, "error"))
        column.addLayout(self._buttons())
        self._leave.setFocus()

    def _remarks(self) -> list[str]:
        remarks = [tr(f"link.odd.{oddity.value}") for oddity in self._address.oddities]
        if self._address.host_in_letters:
            remarks.append(tr("link.in_letters", host=self._address.host_in_letters))
        return remarks

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        copy = QPushButton(tr("link.copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._address.shown))
        copy.setAutoDefault(False)
        row.addWidget(copy)
        row.addStretch(1)
        self.open_button = QPushButton(tr("link.open"))
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self.accept)
        self.open_button.setVisible(self._address.can_be_opened)
        row.addWidget(self.open_button)
        self._leave = primary_button(tr("link.leave"))
        self._leave.setDefault(True)
        self._leave.clicked.connect(self.reject)
        row.addWidget(self._leave)
        return row
