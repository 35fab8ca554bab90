"""The decision bar: what acceptance will do, said before the click, and why a decision is not offered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tns_desktop.domain.decision import DecisionBlock, LegalArchiving, OutboxEntry
from tns_desktop.domain.review import Suggestion
from tns_desktop.ui import icons, theme
from tns_desktop.ui.actions import ACTIONS, keys_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import status_sentence
from tns_desktop.ui.widgets.labels import wrapped
from tns_desktop.ui.widgets.origin import Origin

_KEYS = {spec.action_id: keys_of(spec) for spec in ACTIONS}


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
        self.skip.setToolTip(tr("action.tip", text=tr("action.skip"), keys=_KEYS["skip"]))
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
        self.show_state(DecisionBlock.NOTHING_SELECTED, LegalArchiving.NOT_KNOWN, None)

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
        for button, action_id in ((self.accept, "accept"), (self.reject, "reject")):
            button.setEnabled(block is None)
            tip = tr("action.tip", text=tr(f"action.{action_id}"), keys=_KEYS[action_id])
            button.setToolTip(tip if block is None else sentence)
            button.setAccessibleDescription(sentence)
