"""Whose a file is: the environment in a chip, in colour and word, and the product's name beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words, environment_badge
from tns_desktop.ui.widgets.labels import ElidedLabel, label


def environment_chip() -> QLabel:
    chip = label(role="environment")
    chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return chip


def show_environment(chip: QLabel, environment: Environment) -> None:
    chip.setText(environment_badge(environment))
    chip.setProperty("environment", environment.value)
    theme.restyle(chip)


class Origin(QWidget):
    """Gone while there is nothing to tell: with a single connection the header says it already."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = environment_chip()
        self._product = ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._chip)
        row.addWidget(self._product, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while it is gone."""
        return "" if self.isHidden() else self.accessibleName()

    def show_connection(self, connection: Connection | None) -> None:
        self.setVisible(connection is not None)
        if connection is None:
            return
        show_environment(self._chip, connection.environment)
        self._product.setText(connection.label)
        self.setAccessibleName(tr("origin.accessible_name", connection=connection_words(connection)))
        self.setToolTip(connection.base_url)
