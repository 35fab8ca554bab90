"""Rejecting many files at once: each with words of its own, all of them seen before anything happens; or one text for all.

Words are kept by the file that they are for, and the fields show those of one file at a time: no word of one can reach another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.rejection import RejectionDraft, recomposed
from tns_desktop.ui import icons, theme
from tns_desktop.ui.delegates.cells import OriginDelegate
from tns_desktop.ui.formatting import plain_tip
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.models.outbox import OutboxRole
from tns_desktop.ui.state_words import connection_words
from tns_desktop.ui.views.bulk_dialog import BulkLine, open_look
from tns_desktop.ui.views.rejection_fields import Compose, RejectionFields
from tns_desktop.ui.widgets.dialog_parts import body, cancel_button, foot
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.origin import Origins

_ID, _NAME, _OPEN, _WORDS, _ORIGIN = range(5)
WIDTH = 1040
LEAST_WIDTH = 900
ORIGIN_WIDTH = 170
"""Pixels, as the two before it."""
MARGIN = 60
"""Pixels of the window that stay to be seen around the dialog."""
GIST_LENGTH = 90
"""Characters of a message in the table; the fields beside it show all of the chosen one."""


@dataclass(frozen=True, slots=True)
class FileToReject:
    """One file: its line, the words that were begun for it, and how they grow from its own marks."""

    key: ClientFileKey
    line: BulkLine
    draft: RejectionDraft
    compose: Compose


@dataclass(frozen=True, slots=True)
class WordsForAll:
    """The one text, while it is for all, and how it grows."""

    draft: RejectionDraft
    compose: Compose


class BulkRejectDialog(QDialog):
    """Accepted only when each file that is not left out has a cause and a message."""

    templates_requested = Signal()

    def __init__(
        self,
        files: Sequence[FileToReject],
        for_all: WordsForAll,
        left_out: Sequence[BulkLine],
        causes: Sequence[str],
        parent: QWidget | None = None,
        *,
        keys: Mapping[str, Sequence[QKeySequence]] | None = None,
    ) -> None:
        """``keys``: those of the actions ``confirm``, ``next_words`` and ``previous_words``."""
        super().__init__(parent)
        self.setWindowTitle(tr("bulk.title.reject"))
        self._files = {each.key: each for each in files}
        self._keys = list(self._files)
        self._for_all = for_all
        self._drafts = {each.key: each.draft for each in files}
        self._common = replace(for_all.draft, is_for_all=for_all.draft.is_for_all and bool(files))
        self._chosen: ClientFileKey | None = self._keys[0] if self._keys else None
        self._touched: set[ClientFileKey | None] = set()
        """Whose words somebody changed; None: those for all."""
        self._left_out = len(left_out)
        self.heading = wrapped(role="title")
        self.origins = Origins(())
        self.one_text = QCheckBox(tr("bulk.one_text"))
        self.one_text.setChecked(self._common.is_for_all)
        self.one_text.setEnabled(bool(files))
        self.whose = wrapped(role="section")
        self.points = wrapped(role="muted")
        self.fields = RejectionFields(causes)
        self.fields.setEnabled(bool(files))
        self.languages = wrapped(role="muted")
        self.left_out = wrapped(role="muted")
        self.error = wrapped(role="error")
        self.error.hide()
        self._make_buttons(keys or {})
        self._make_table(files, left_out)
        self._lay_out()
        several = any(each.line.connection is not None for each in files)
        room = parent.window().width() - MARGIN if parent is not None else WIDTH
        self.resize(max(LEAST_WIDTH, min(WIDTH + (ORIGIN_WIDTH if several else 0), room)), 600)
        self._grow_all()
        self._show_all_words()
        self._show_count()
        self.fields.changed.connect(self._changed)
        self.one_text.toggled.connect(lambda _on: self._switch())
        self.table.currentCellChanged.connect(lambda row, *_: self._choose(row))
        self.table.itemChanged.connect(self._ticked)
        self.table.setCurrentCell(0, _ID)
        self._show_fields()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what it holds ------------------------------------------------------------------------------------------------

    @property
    def values(self) -> dict[ClientFileKey, tuple[str, str, str]]:
        """Cause, message and internal note of each file that is to be rejected."""
        return {key: self._words_of(key).values for row, key in enumerate(self._keys) if self._is_ticked(row)}

    @property
    def drafts(self) -> Mapping[ClientFileKey, RejectionDraft]:
        """Each file's own words that somebody changed, also while there is one text for all."""
        return {key: draft for key, draft in self._drafts.items() if key in self._touched}

    @property
    def common(self) -> RejectionDraft | None:
        """The text for all, also while it is not used; None where nobody ever wanted one."""
        return self._common if None in self._touched else None

    @property
    def cause(self) -> str:
        return self.fields.cause.currentText().strip()

    def compose_again(self) -> None:
        """After templates changed: in every text."""
        self._grow_all()
        self._show_fields()
        self._show_all_words()

    def choose(self, key: ClientFileKey) -> None:
        self.table.setCurrentCell(self._keys.index(key), _ID)

    # --- words --------------------------------------------------------------------------------------------------------

    def _words_of(self, key: ClientFileKey) -> RejectionDraft:
        return self._common if self._common.is_for_all else self._drafts[key]

    def _grow_all(self) -> None:
        for key, each in self._files.items():
            self._drafts[key] = _grown(self._drafts[key], each.compose)
        self._common = _grown(self._common, self._for_all.compose)

    def _show_fields(self) -> None:
        """The words of the chosen file, or those for all."""
        if self._common.is_for_all:
            self.whose.setText(tr("bulk.whose_all", count=len(self.values)))
            self.points.hide()
            self.fields.show_draft(self._common, self._for_all.compose)
        elif self._chosen is not None:
            each = self._files[self._chosen]
            self.whose.setText(tr("bulk.whose", name=each.line.name, id=each.line.identifier))
            self.points.setText(open_look(each.line)[0])
            self.points.show()
            self.fields.show_draft(self._drafts[self._chosen], each.compose)
        self._show_languages()

    def _changed(self) -> None:
        """Somebody typed: it belongs to the file whose words are shown, and to no other."""
        if self._common.is_for_all:
            self._common = replace(self.fields.draft, is_for_all=True)
            self._touched.add(None)
            self._show_all_words()
            self._show_languages()
        elif self._chosen is not None:
            self._drafts[self._chosen] = self.fields.draft
            self._touched.add(self._chosen)
            self._show_words(self._keys.index(self._chosen))

    def _choose(self, row: int) -> None:
        """A line that is left out has no words: those of the file before it stay."""
        if 0 <= row < len(self._keys):
            self._chosen = self._keys[row]
            if not self._common.is_for_all:
                self._show_fields()

    def _switch(self) -> None:
        self._common = replace(self._common, is_for_all=self.one_text.isChecked())
        self._touched.add(None)
        self._show_fields()
        self._show_all_words()

    def _step(self, by: int) -> None:
        row = self.table.currentRow() + by
        if 0 <= row < len(self._keys):
            self.table.setCurrentCell(row, _ID)

    def _confirm(self) -> None:
        if not self.values:
            return
        lacking = [key for key in self.values if not self._words_of(key).is_complete]
        if not lacking:
            self.accept()
            return
        if not self._common.is_for_all:
            self.choose(lacking[0])
        self.fields.mark_missing()
        self.error.setText(tr("bulk.incomplete", count=len(lacking)))
        self.error.show()

    # --- what is seen -------------------------------------------------------------------------------------------------

    def _show_languages(self) -> None:
        """One text has one language; whoever reads another one should not get it unawares."""
        others = 0
        if self._common.is_for_all:
            others = sum(self._files[key].draft.language != self._common.language for key in self.values)
        self.languages.setText(tr("bulk.other_language", count=others) if others else "")
        self.languages.setVisible(bool(others))

    def _show_count(self) -> None:
        """Follows the ticks: how many are rejected, whose they are, how many are left out."""
        count = len(self.values)
        out = self._left_out + len(self._keys) - count
        self.heading.setText(tr("bulk.heading.reject", count=count))
        self.left_out.setText(tr("bulk.left_out", count=out))
        self.left_out.setVisible(bool(out))
        self.confirm.setText(tr("bulk.confirm.reject", count=count))
        self.confirm.setEnabled(bool(count))
        connections = [self._files[key].line.connection for key in self.values]
        origins = Origins(each for each in connections if each is not None)
        self._column.replaceWidget(self.origins, origins)
        self.origins.deleteLater()
        self.origins = origins
        if self._common.is_for_all:
            self.whose.setText(tr("bulk.whose_all", count=count))

    def _ticked(self, item: QTableWidgetItem) -> None:
        if item.column() != _ID or item.row() >= len(self._keys):
            return
        self._show_words(item.row())
        self._show_count()
        self._show_languages()

    def _is_ticked(self, row: int) -> bool:
        item = self.table.item(row, _ID)
        return item is not None and item.checkState() is Qt.CheckState.Checked

    def _show_all_words(self) -> None:
        for row in range(len(self._keys)):
            self._show_words(row)

    def _show_words(self, row: int) -> None:
        """What will be sent to this file's customer: the cause, and what its message says first of its own."""
        draft = self._words_of(self._keys[row])
        words, icon, role, tip = f"{draft.cause.strip()}\n{_cut(draft.gist)}", "check", "state_accepted", draft.message
        if not self._is_ticked(row):
            words, icon, role, tip = tr("bulk.words.left_out"), "skip", "text_muted", ""
        elif not draft.is_complete:
            words, icon, role = tr("bulk.words.missing"), "warning", "state_suspended"
        with QSignalBlocker(self.table):
            item = self.table.item(row, _WORDS)
            assert item is not None
            item.setToolTip(plain_tip(tip))
            before = item.text()
            if words != before:  # a key in the text for all comes here once for each line
                item.setText(words)
                item.setIcon(icons.icon(icon, role))
        if words.count("\n") != before.count("\n"):
            self.table.resizeRowToContents(row)

    # --- built once ---------------------------------------------------------------------------------------------------

    def _make_buttons(self, keys: Mapping[str, Sequence[QKeySequence]]) -> None:
        self.templates = QPushButton(tr("reject.templates"))
        self.templates.clicked.connect(self.templates_requested)
        self.cancel = cancel_button(self)
        self.confirm = QPushButton()
        self.confirm.setProperty("kind", "reject")
        self.confirm.clicked.connect(self._confirm)
        # Enter in the table or in a field rejects nobody.
        for button in (self.templates, self.cancel, self.confirm):
            button.setAutoDefault(False)
        slots: dict[str, Callable[[], None]] = {
            "confirm": self._confirm,
            "next_words": lambda: self._step(1),
            "previous_words": lambda: self._step(-1),
        }
        for name, slot in slots.items():
            for key in keys.get(name, ()):
                QShortcut(key, self).activated.connect(slot)
        if confirming := keys.get("confirm"):
            shown = confirming[0].toString(QKeySequence.SequenceFormat.NativeText)
            self.confirm.setToolTip(tr("action.tip", text=tr("action.confirm"), keys=shown))

    def _make_table(self, files: Sequence[FileToReject], left_out: Sequence[BulkLine]) -> None:
        lines = [*(each.line for each in files), *left_out]
        self.table = QTableWidget(len(lines), 5)
        self.table.setAccessibleName(tr("bulk.accessible_name"))
        columns = ("list.column.id", "list.column.name", "bulk.column", "bulk.words.column", "bulk.product")
        self.table.setHorizontalHeaderLabels([tr(key) for key in columns])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        # A line a point, cut at its end: all of it stands in the tool tip, and beside the words of the chosen file.
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (_OPEN, _WORDS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, width in ((_ID, 96), (_NAME, 110), (_ORIGIN, ORIGIN_WIDTH)):
            self.table.setColumnWidth(column, width)
        header.moveSection(_ORIGIN, _OPEN)
        self.table.setItemDelegateForColumn(_ORIGIN, OriginDelegate(self.table))
        self.table.setColumnHidden(_ORIGIN, all(line.connection is None for line in lines))
        for row, line in enumerate(lines):
            self._fill_row(row, line)
        self.table.resizeRowsToContents()

    def _fill_row(self, row: int, line: BulkLine) -> None:
        words, icon, role = open_look(line)
        origin = connection_words(line.connection) if line.connection is not None else ""
        for column, text in (
            (_ID, line.identifier),
            (_NAME, line.name),
            (_OPEN, words),
            (_WORDS, ""),
            (_ORIGIN, origin),
        ):
            item = QTableWidgetItem(text)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            if line.left_out:
                item.setForeground(theme.current().colour("text_muted"))
                flags = Qt.ItemFlag.ItemIsEnabled
            elif column == _ID:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
                item.setCheckState(Qt.CheckState.Checked)
            item.setFlags(flags)
            if column == _OPEN:
                item.setIcon(icons.icon(icon, role))
                item.setToolTip(plain_tip(words))
            elif column == _ORIGIN:
                item.setData(OutboxRole.CONNECTION, line.connection)
                item.setToolTip(origin)
            self.table.setItem(row, column, item)

    def _lay_out(self) -> None:
        words = QWidget()
        side = QVBoxLayout(words)
        side.setContentsMargins(12, 0, 0, 0)
        side.setSpacing(6)
        side.addWidget(self.whose)
        side.addWidget(self.points)
        side.addWidget(self.languages)
        side.addWidget(self.fields, 1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.table)
        both.addWidget(words)
        both.setStretchFactor(0, 1)
        words.setMinimumWidth(400)
        self.table.setMinimumWidth(420)
        both.setSizes([560, 400])
        buttons = foot(self.cancel, self.confirm, left=[self.templates])
        self._column = body(self, 8)
        for widget in (self.heading, wrapped(tr("bulk.text"), "muted"), self.origins, self.one_text):
            self._column.addWidget(widget)
        self._column.addWidget(both, 1)
        for widget in (self.left_out, self.error):
            self._column.addWidget(widget)
        self._column.addLayout(buttons)


def _grown(draft: RejectionDraft, compose: Compose) -> RejectionDraft:
    return recomposed(draft, compose(draft.language, draft.cause.strip()))


def _cut(text: str) -> str:
    return text if len(text) <= GIST_LENGTH else f"{text[: GIST_LENGTH - 1].rstrip()}…"
