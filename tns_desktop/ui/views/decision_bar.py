"""The decision bar: what acceptance will do, said before the click, and why a decision is not offered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.decision import DecisionBlock, LegalArchiving, OutboxEntry
from tns_desktop.domain.review import Suggestion
from tns_desktop.ui import icons, theme
from tns_desktop.ui.actions import Actions, tip_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import status_sentence
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.origin import Origin


class DecisionBar(QFrame):
    """Emits what the operator wants; the presenter decides whether it may be."""

    accept_requested = Signal()
    reject_requested = Signal()
    skip_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decisionBar")
        self.sentence = wrapped(role="muted")
        # Three lines: the longest sentence in the smallest window.
        self.sentence.setMinimumHeight(3 * self.sentence.fontMetrics().lineSpacing())
        self.accept = QPushButton(tr("bar.accept"))
        self.accept.setProperty("kind", "accept")
        self.accept.setIcon(icons.icon("check", "positive_text"))
        self.accept.clicked.connect(self.accept_requested)
        self.reject = QPushButton(tr("bar.reject"))
        self.reject.setProperty("kind", "reject")
        self.reject.setIcon(icons.icon("cross", "negative_text"))
        self.reject.clicked.connect(self.reject_requested)
        self.skip = QPushButton(tr("bar.skip"))
        self.skip.setIcon(icons.icon("skip"))
        self.skip.clicked.connect(self.skip_requested)
        # Above the buttons and not beside them: in the smallest window the product's name needs their width.
        self.origin = Origin()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.skip)
        row.addWidget(self.reject)
        row.addWidget(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addWidget(self.origin)
        column.addLayout(row, 1)
        self._actions: Actions | None = None
        self._block: DecisionBlock | None = None
        self.show_state(DecisionBlock.NOTHING_SELECTED, LegalArchiving.NOT_KNOWN, None)

    def follow(self, actions: Actions) -> None:
        """The buttons name the keys of these actions, as they are."""
        self._actions = actions
        actions.keys_changed.connect(self._name_keys)
        self._name_keys()

    def show_suggestion(self, suggestion: Suggestion) -> None:
        """What the marks speak for stands out; the other button stays as ready as before, only quieter."""
        for button, own, icon, role in (
            (self.accept, Suggestion.ACCEPT, "check", "positive"),
            (self.reject, Suggestion.REJECT, "cross", "negative"),
        ):
            quiet = suggestion not in (Suggestion.NONE, own)
            weight = "quiet" if quiet else "full"
            if button.property("weight") != weight:
                button.setProperty("weight", weight)
                button.setIcon(icons.icon(icon, role if quiet else f"{role}_text"))
                theme.restyle(button)

    def show_state(self, block: DecisionBlock | None, archiving: LegalArchiving, pending: OutboxEntry | None) -> None:
        """``block`` None: both buttons work, and the sentence says what acceptance does."""
        if block is None:
            sentence = tr(f"bar.archiving.{archiving.value}")
        elif block is DecisionBlock.DECISION_PENDING and pending is not None:
            sentence = status_sentence(pending)
        else:
            sentence = tr(f"bar.block.{block.value}")
        self.sentence.setText(sentence)
        for button in (self.accept, self.reject):
            button.setEnabled(block is None)
            button.setAccessibleDescription(sentence)
        self._block = block
        self._name_keys()

    def _name_keys(self) -> None:
        """A button that does nothing says why, instead of its key."""
        if self._actions is None:
            return
        self.skip.setToolTip(tip_of(self._actions["skip"]))
        for button, action_id in ((self.accept, "accept"), (self.reject, "reject")):
            button.setToolTip(tip_of(self._actions[action_id]) if self._block is None else self.sentence.text())
