"""Every action of the window in one table: id, text, icon, keys, and where it works.

No action without a key; ``?`` lists what stands here, so the help can neither lack nor invent one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr


class Place(StrEnum):
    """Where an action works; the help groups by it."""

    EVERYWHERE = "everywhere"
    LIST = "list"
    REVIEW = "review"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    action_id: str
    keys: tuple[str, ...]
    place: Place
    icon: str = ""
    where_focused: bool = False
    """Works only where the view it is added to has the focus: elsewhere its keys mean something else."""


ACTIONS = (
    ActionSpec("next_file", ("J",), Place.LIST, "next"),
    ActionSpec("previous_file", ("K",), Place.LIST, "previous"),
    ActionSpec("search", ("/",), Place.LIST, "search"),
    ActionSpec("refresh", ("F5",), Place.LIST, "refresh"),
    ActionSpec("accept_selected", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), Place.LIST),
    ActionSpec("reject_selected", ("Ctrl+Shift+Backspace",), Place.LIST),
    ActionSpec("keep_file", ("D",), Place.LIST, "pinned"),
    ActionSpec("keep_next", ("Shift+D",), Place.LIST, "pinned"),
    ActionSpec("keep_offline", ("Ctrl+D",), Place.LIST, "pinned"),
    ActionSpec("next_document", ("N",), Place.REVIEW),
    ActionSpec("previous_document", ("P",), Place.REVIEW),
    ActionSpec("mark_good", ("G",), Place.REVIEW, "check"),
    ActionSpec("mark_problem", ("B",), Place.REVIEW, "cross"),
    ActionSpec("clear_mark", ("U",), Place.REVIEW, "clear-mark"),
    ActionSpec("group_documents", ("Ctrl+G",), Place.REVIEW, "group"),
    ActionSpec("accept", ("Ctrl+Return", "Ctrl+Enter"), Place.REVIEW, "check"),
    ActionSpec("reject", ("Ctrl+Backspace",), Place.REVIEW, "cross"),
    ActionSpec("skip", ("S",), Place.REVIEW, "skip"),
    ActionSpec("undo", ("Ctrl+Z",), Place.REVIEW, "undo"),
    ActionSpec("templates", ("Ctrl+Shift+M",), Place.REVIEW, "pen"),
    ActionSpec("next_facts", ("I",), Place.REVIEW, "info"),
    ActionSpec("save_report", ("Ctrl+E",), Place.REVIEW, "proof"),
    ActionSpec("fetch_again", ("Shift+F5",), Place.REVIEW, "changed"),
    ActionSpec("drop_archive", ("Ctrl+Shift+D",), Place.REVIEW),
    ActionSpec("zoom_in", ("+", "="), Place.PREVIEW, "plus"),
    ActionSpec("zoom_out", ("-",), Place.PREVIEW, "minus"),
    ActionSpec("fit_width", ("0", "W"), Place.PREVIEW, "fit-width"),
    ActionSpec("fit_page", ("F",), Place.PREVIEW, "fit-page"),
    ActionSpec("rotate", ("R",), Place.PREVIEW, "rotate"),
    ActionSpec("adjust", ("A",), Place.PREVIEW, "adjust"),
    ActionSpec("brighter", ("Alt+Up",), Place.PREVIEW),
    ActionSpec("darker", ("Alt+Down",), Place.PREVIEW),
    ActionSpec("more_contrast", ("Alt+Right",), Place.PREVIEW),
    ActionSpec("less_contrast", ("Alt+Left",), Place.PREVIEW),
    ActionSpec("invert", ("X",), Place.PREVIEW),
    ActionSpec("magnifier", ("M",), Place.PREVIEW),
    ActionSpec("reset_look", ("Shift+R",), Place.PREVIEW),
    ActionSpec("find", ("Ctrl+F",), Place.PREVIEW, "search"),
    ActionSpec("find_next", ("F3",), Place.PREVIEW),
    ActionSpec("find_previous", ("Shift+F3",), Place.PREVIEW),
    ActionSpec("thumbnails", ("T",), Place.PREVIEW, "thumbnails"),
    ActionSpec("put_beside", ("V",), Place.PREVIEW, "beside"),
    ActionSpec("other_preview", ("Shift+V",), Place.PREVIEW),
    ActionSpec("link_previews", ("L",), Place.PREVIEW, "link"),
    ActionSpec("detach_preview", ("F11",), Place.PREVIEW, "window"),
    ActionSpec("select_page", ("Ctrl+A",), Place.PREVIEW, where_focused=True),
    ActionSpec("copy", ("Ctrl+C",), Place.PREVIEW, where_focused=True),
    ActionSpec("next_link", ("Shift+L",), Place.PREVIEW),
    ActionSpec("next_page", ("PgDown",), Place.PREVIEW),
    ActionSpec("previous_page", ("PgUp",), Place.PREVIEW),
    ActionSpec("palette", ("Ctrl+K",), Place.EVERYWHERE),
    ActionSpec("queue_waiting", ("Ctrl+1",), Place.EVERYWHERE, "inbox"),
    ActionSpec("outbox", ("Ctrl+2",), Place.EVERYWHERE, "outbox"),
    ActionSpec("open_archive", ("Ctrl+O",), Place.EVERYWHERE, "archive"),
    ActionSpec("connections", ("Ctrl+Shift+C",), Place.EVERYWHERE, "plug"),
    ActionSpec("settings", ("Ctrl+,",), Place.EVERYWHERE),
    ActionSpec("lock", ("Ctrl+L",), Place.EVERYWHERE, "lock"),
    ActionSpec("language", ("Ctrl+Shift+L",), Place.EVERYWHERE),
    ActionSpec("theme", ("Ctrl+Shift+T",), Place.EVERYWHERE),
    ActionSpec("pace", ("Ctrl+Shift+P",), Place.EVERYWHERE, "hourglass"),
    ActionSpec("help", ("?", "F1"), Place.EVERYWHERE, "help"),
    ActionSpec("quit", ("Ctrl+Q",), Place.EVERYWHERE),
)


class Actions:
    """The QActions of one window."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(tr(f"action.{spec.action_id}"), window)
            action.setObjectName(spec.action_id)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            if spec.icon:
                action.setIcon(icons.icon(spec.icon))
            action.setToolTip(tr("action.tip", text=action.text(), keys=keys_of(spec)))
            if spec.where_focused:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            else:
                window.addAction(action)
            self._actions[spec.action_id] = action

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]


def keys_of(spec: ActionSpec) -> str:
    """The first key as the system writes it."""
    return QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def all_keys_of(spec: ActionSpec) -> list[str]:
    return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys]
