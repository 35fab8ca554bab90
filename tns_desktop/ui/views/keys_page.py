"""The page of the keys: every action with its keys, found by typing, changed by pressing; what clashes is marked at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QFont, QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.filters import fold, words_of
from tns_desktop.domain.keys import KeyMap
from tns_desktop.ui import icons
from tns_desktop.ui.actions import ACTIONS, OWNERS, Place, key_map, key_text, native
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.labels import label, wrapped

MOST_KEYS = 4
"""Of one action; more would not fit beside each other."""

_TABLE_HEIGHT = 230
_KEYS_WIDTH = 190
_NAME = Qt.ItemDataRole.UserRole
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SPEC = {spec.action_id: spec for spec in ACTIONS}
_OWNER = {owner.name: owner for owner in OWNERS}


class KeyField(QLineEdit):
    """Takes the next key that is pressed, whatever it would do elsewhere. Tab and Escape lead out of it."""

    pressed = Signal(str)
    refused = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        event.accept()
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.text() or key not in (
            *(Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta),
            *(Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_unknown),
        ):
            text = key_text(_meant(key, modifiers))
            if text is None:
                self.refused.emit()
            else:
                self.pressed.emit(text)


class KeysPage(QWidget):
    """Holds what was chosen until it is saved. ``changed`` after each change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = KeyMap(OWNERS)
        self._unknown: dict[str, Any] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("keys.search"))
        self.search.setAccessibleName(tr("keys.search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.search.installEventFilter(self)
        self.setFocusProxy(self.search)
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._headings: dict[Place, QTreeWidgetItem] = {}
        self.table = self._made_table()
        # A sentence that appears below takes room from the table: the chosen action stays in sight.
        self.table.verticalScrollBar().rangeChanged.connect(lambda *_: self._keep_in_sight())
        self.caption = label(role="section")
        self.field = KeyField()
        self.field.pressed.connect(self.add)
        self.field.refused.connect(lambda: self._say(tr("keys.refused")))
        self.field.left.connect(lambda: self.table.setFocus(Qt.FocusReason.OtherFocusReason))
        self.default = QPushButton(tr("keys.default"))
        self.default.clicked.connect(self.back_to_default)
        self.all_default = QPushButton(tr("keys.all_default"))
        self.all_default.clicked.connect(self.all_back_to_default)
        for button in (self.default, self.all_default):
            button.setAutoDefault(False)
        self.note = wrapped(role="error")
        self.chips: list[QPushButton] = []
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        self._lay_out()
        self.table.currentItemChanged.connect(lambda *_: self._show_current())
        self.table.setCurrentItem(self._rows[ACTIONS[0].action_id])
        self._show()

    # --- values -------------------------------------------------------------------------------------------------------

    @property
    def stored(self) -> dict[str, Any]:
        """As the settings keep it: what differs from the table, and what was there for actions that are not known here."""
        return {**self._unknown, **{name: list(keys) for name, keys in self._keys.changed.items()}}

    def show_stored(self, stored: Mapping[str, Any]) -> None:
        self._unknown = {name: value for name, value in stored.items() if name not in _SPEC}
        self._keys = key_map(stored)
        self._show()

    @property
    def current(self) -> str:
        """The chosen action's id."""
        item = self.table.currentItem()
        return str(item.data(0, _NAME)) if item is not None else ""

    def choose(self, action_id: str) -> None:
        self.table.setCurrentItem(self._rows[action_id])

    def add(self, key: str) -> None:
        """One more key of the chosen action."""
        keys = self._keys.wanted(_OWNER[self.current])
        if len(keys) < MOST_KEYS:
            self._give((*keys, key))

    def remove(self, key: str) -> None:
        self._give(tuple(other for other in self._keys.wanted(_OWNER[self.current]) if other != key))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def back_to_default(self) -> None:
        self._give(_OWNER[self.current].keys)

    def all_back_to_default(self) -> None:
        self._keys = self._keys.as_the_table_says()
        self._show()
        self.changed.emit()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _give(self, keys: tuple[str, ...]) -> None:
        self._keys = self._keys.with_keys(self.current, keys)
        self._show()
        self.changed.emit()

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _show(self) -> None:
        clashing = {name for clash in self._keys.clashes() for name in (clash.first, clash.second)}
        for name, row in self._rows.items():
            keys = self._keys.wanted(_OWNER[name])
            row.setText(1, tr("help.keys_separator").join(map(native, keys)) or tr("help.no_key"))
            row.setIcon(1, icons.icon("warning", "negative") if name in clashing else QIcon())
            row.setToolTip(1, tr("keys.clashes_here") if name in clashing else "")
            font = QFont(self.table.font())
            font.setBold(name in self._keys.changed)
            row.setFont(1, font)
        self.all_default.setEnabled(bool(self._keys.changed))
        self._filter()
        self._show_current()

    def _show_current(self) -> None:
        name = self.current
        self._say("")
        for chip in self.chips:
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = []
        keys = self._keys.wanted(_OWNER[name]) if name else ()
        for key in keys:
            chip = QPushButton(icons.icon("close"), native(key))
            chip.setAutoDefault(False)
            chip.setAccessibleName(tr("keys.remove", key=native(key)))
            chip.setToolTip(tr("keys.remove", key=native(key)))
            chip.clicked.connect(lambda _checked=False, key=key: self.remove(key))
            self._chips.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
            self.chips.append(chip)
        before: QWidget = self.table
        for widget in (*self.chips, self.field, self.default, self.all_default):
            QWidget.setTabOrder(before, widget)
            before = widget
        action = tr(f"action.{name}") if name else ""
        self.caption.setText(tr("keys.of", action=action) if name else tr("keys.none_chosen"))
        has_room = bool(name) and len(keys) < MOST_KEYS
        self.field.setEnabled(has_room)
        self.field.setPlaceholderText(tr("keys.press") if has_room or not name else tr("keys.full", most=MOST_KEYS))
        self.field.setAccessibleName(tr("keys.new", action=action))
        self.default.setEnabled(name in self._keys.changed)

    def _keep_in_sight(self) -> None:
        item = self.table.currentItem()
        if item is not None:
            self.table.scrollToItem(item)

    def _filter(self) -> None:
        words = words_of(self.search.text())
        shown: list[QTreeWidgetItem] = []
        for place, heading in self._headings.items():
            rows = [row for name, row in self._rows.items() if _SPEC[name].place is place]
            for row in rows:
                haystack = fold(f"{row.text(0)}\n{row.text(1)}")
                row.setHidden(not all(word in haystack for word in words))
            found = [row for row in rows if not row.isHidden()]
            heading.setHidden(not found)
            shown += found
        current = self.table.currentItem()
        if current is None or current.isHidden():
            # The stubs do not know that there may be none.
            self.table.setCurrentItem(shown[0] if shown else None)  # type: ignore[arg-type]

    def _made_table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setAccessibleName(tr("keys.table"))
        table.setColumnCount(2)
        table.setHeaderLabels([tr("keys.column.action"), tr("keys.column.keys")])
        table.setRootIsDecorated(False)
        table.setIndentation(0)
        table.setUniformRowHeights(True)
        table.setMinimumHeight(_TABLE_HEIGHT)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.header().setStretchLastSection(False)
        table.setColumnWidth(1, _KEYS_WIDTH)
        table.installEventFilter(self)
        for place in Place:
            specs = [spec for spec in ACTIONS if spec.place is place]
            heading = QTreeWidgetItem(table, [tr(f"help.place.{place.value}")])
            heading.setFirstColumnSpanned(True)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            heading.setForeground(0, table.palette().brush(QPalette.ColorGroup.Active, QPalette.ColorRole.Text))
            font = QFont(table.font())
            font.setWeight(QFont.Weight.DemiBold)
            heading.setFont(0, font)
            self._headings[place] = heading
            for spec in specs:
                row = QTreeWidgetItem(table, [tr(f"action.{spec.action_id}")])
                row.setData(0, _NAME, spec.action_id)
                self._rows[spec.action_id] = row
        return table

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.search, 1)
        keys = QHBoxLayout()
        keys.setSpacing(8)
        keys.addLayout(self._chips)
        keys.addWidget(self.field, 1, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.addWidget(self.default)
        below.addStretch(1)
        below.addWidget(self.all_default)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(above)
        column.addWidget(self.table, 1)
        column.addWidget(self.caption)
        column.addLayout(keys)
        column.addWidget(self.note)
        column.addLayout(below)

    # --- Qt -----------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on: from the search to the table, from the table to the keys. It does not save the dialog."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.search and event.key() in (*_ENTER, Qt.Key.Key_Down):
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if watched is self.table and event.key() in _ENTER:
                self.field.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)


def clash_words(stored: Mapping[str, Any]) -> str:
    """Each key that would mean two things in one place, a line each; empty when there is none."""
    return "\n".join(
        tr(
            "keys.clash",
            key=native(clash.key),
            first=tr(f"action.{clash.first}"),
            second=tr(f"action.{clash.second}"),
        )
        for clash in key_map(stored).clashes()
    )


def _meant(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> QKeyCombination:
    """What was pressed without what only served to reach it: the Shift of a sign, the number pad, a third level."""
    kept = modifiers & (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    )
    is_sign = Qt.Key.Key_Space < key < Qt.Key.Key_Escape and not chr(key).isalpha()
    if modifiers & Qt.KeyboardModifier.ShiftModifier and not is_sign:
        kept |= Qt.KeyboardModifier.ShiftModifier
    return QKeyCombination(kept, key)
