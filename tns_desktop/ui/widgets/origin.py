"""Whose a file is: the environment in a chip, in colour and word, and the product's name beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.ui import icons, theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words, environment_badge
from tns_desktop.ui.widgets.labels import ElidedLabel, label, wrapped


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


class Origins(QWidget):
    """Whose the files are that one decision is made on together: a warning where it should be read twice, then each product
    with how many. Gone while there is nothing to tell.
    """

    def __init__(self, connections: Iterable[Connection], parent: QWidget | None = None) -> None:
        """``connections`` has one for each file; empty with a single connection, which the header says already."""
        super().__init__(parent)
        counts = Counter(connections)
        production = sum(count for item, count in counts.items() if item.environment is Environment.PRODUCTION)
        said = [tr("origin.several", count=len(counts))] if len(counts) > 1 else []
        if production:
            said.append(tr("origin.production", count=production))
        self.warning = " ".join(said)
        """Empty where nothing asks for a second look: one product, and not in production."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(6)
        if said:
            column.addLayout(_warning(self.warning))
        for connection, count in counts.items():
            column.addLayout(_line(connection, count))
        self.setVisible(bool(counts))


def _warning(text: str) -> QHBoxLayout:
    icon = label()
    icon.setPixmap(icons.pixmap("warning", theme.current().colours["state_suspended"], 18, icon.devicePixelRatioF()))
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(icon)
    row.addWidget(wrapped(text), 1)
    return row


def _line(connection: Connection, count: int) -> QHBoxLayout:
    origin = Origin()
    origin.show_connection(connection)
    origin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(origin, 1)
    row.addWidget(label(tr("origin.files", count=count), "muted"))
    return row
