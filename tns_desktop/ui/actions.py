"""Every action of the window in one table: id, text, icon, keys, and where it works.

No action comes without a key; the operator may change them all. ``?`` lists what stands here, so the help can neither lack
nor invent one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from tns_desktop.domain.keys import Area, KeyMap, KeyOwner
from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr


class Place(StrEnum):
    """Where an action works; the help groups by it."""

    EVERYWHERE = "everywhere"
    LIST = "list"
    REVIEW = "review"
    PREVIEW = "preview"
    DIALOG = "dialog"

    @property
    def area(self) -> Area:
        """List, review and preview are one window: its keys work wherever in it the keyboard is."""
        return Area.DIALOG if self is Place.DIALOG else Area.WINDOW


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
    ActionSpec("filter", ("Ctrl+Shift+F",), Place.LIST, "filter"),
    ActionSpec("clear_filter", ("Ctrl+Shift+X",), Place.LIST, "close"),
    ActionSpec("save_view", ("Ctrl+S",), Place.LIST, "pinned"),
    ActionSpec("views", ("Ctrl+Shift+S",), Place.LIST),
    ActionSpec("refresh", ("F5",), Place.LIST, "refresh"),
    ActionSpec("accept_selected", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), Place.LIST),
    ActionSpec("reject_selected", ("Ctrl+Shift+Backspace",), Place.LIST),
    ActionSpec("keep_file", ("D",), Place.LIST, "pinned"),
    ActionSpec("keep_next", ("Shift+D",), Place.LIST, "pinned"),
    ActionSpec("keep_offline", ("Ctrl+D",), Place.LIST, "pinned"),
    ActionSpec("close_archive", ("Ctrl+W",), Place.LIST, "close"),
    ActionSpec("forget_archive", ("Ctrl+Shift+W",), Place.LIST),
    ActionSpec("hand_over", ("Ctrl+H",), Place.LIST, "folder"),
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
    ActionSpec("follow_up", ("E",), Place.REVIEW, "mail"),
    ActionSpec("copy_link", ("C",), Place.REVIEW, "link"),
    ActionSpec("show_qr", ("Q",), Place.REVIEW, "qr"),
    ActionSpec("message_templates", ("Ctrl+Shift+E",), Place.REVIEW, "pen"),
    ActionSpec("next_facts", ("I",), Place.REVIEW, "info"),
    ActionSpec("save_report", ("Ctrl+E",), Place.REVIEW, "proof"),
    ActionSpec("save_verdict", ("Ctrl+Shift+V",), Place.REVIEW, "signed"),
    ActionSpec("compare_archives", ("Ctrl+Shift+A",), Place.REVIEW, "beside"),
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
    ActionSpec("toggle_fold", ("Z",), Place.PREVIEW),
    ActionSpec("toggle_all_folds", ("Shift+Z",), Place.PREVIEW),
    ActionSpec("mail_as_text", ("Shift+T",), Place.PREVIEW),
    ActionSpec("thumbnails", ("T",), Place.PREVIEW, "thumbnails"),
    ActionSpec("wide_review", ("F9",), Place.PREVIEW, "wide"),
    ActionSpec("put_beside", ("V",), Place.PREVIEW, "beside"),
    ActionSpec("other_preview", ("Shift+V",), Place.PREVIEW),
    ActionSpec("link_previews", ("L",), Place.PREVIEW, "link"),
    ActionSpec("detach_preview", ("F11",), Place.PREVIEW, "window"),
    ActionSpec("select_page", ("Ctrl+A",), Place.PREVIEW, where_focused=True),
    ActionSpec("copy", ("Ctrl+C",), Place.PREVIEW, where_focused=True),
    ActionSpec("next_link", ("Shift+L",), Place.PREVIEW),
    ActionSpec("next_page", ("PgDown",), Place.PREVIEW),
    ActionSpec("previous_page", ("PgUp",), Place.PREVIEW),
    ActionSpec("confirm", ("Ctrl+Return", "Ctrl+Enter"), Place.DIALOG),
    ActionSpec("next_words", ("Ctrl+PgDown",), Place.DIALOG),
    ActionSpec("previous_words", ("Ctrl+PgUp",), Place.DIALOG),
    ActionSpec("palette", ("Ctrl+K",), Place.EVERYWHERE),
    ActionSpec("queue_waiting", ("Ctrl+1",), Place.EVERYWHERE, "inbox"),
    ActionSpec("outbox", ("Ctrl+2",), Place.EVERYWHERE, "outbox"),
    ActionSpec("reminders", ("Ctrl+R",), Place.EVERYWHERE, "hourglass"),
    ActionSpec("open_archive", ("Ctrl+O",), Place.EVERYWHERE, "archive"),
    ActionSpec("check_verdict", ("Ctrl+Shift+K",), Place.EVERYWHERE, "search-check"),
    ActionSpec("disk_archives", ("Ctrl+3",), Place.EVERYWHERE, "archive"),
    ActionSpec("new_file", ("Ctrl+N",), Place.EVERYWHERE, "plus"),
    ActionSpec("import_files", ("Ctrl+Shift+N",), Place.EVERYWHERE),
    ActionSpec("connections", ("Ctrl+Shift+C",), Place.EVERYWHERE, "plug"),
    ActionSpec("handover_log", ("Ctrl+Shift+H",), Place.EVERYWHERE, "folder"),
    ActionSpec("handover_rules", ("Ctrl+Shift+G",), Place.EVERYWHERE),
    ActionSpec("settings", ("Ctrl+,",), Place.EVERYWHERE),
    ActionSpec("lock", ("Ctrl+L",), Place.EVERYWHERE, "lock"),
    ActionSpec("language", ("Ctrl+Shift+L",), Place.EVERYWHERE),
    ActionSpec("theme", ("Ctrl+Shift+T",), Place.EVERYWHERE),
    ActionSpec("pace", ("Ctrl+Shift+P",), Place.EVERYWHERE, "hourglass"),
    ActionSpec("help", ("?", "F1"), Place.EVERYWHERE, "help"),
    ActionSpec("quit", ("Ctrl+Q",), Place.EVERYWHERE),
)


OWNERS = tuple(KeyOwner(spec.action_id, spec.keys, spec.place.area) for spec in ACTIONS)

_HOLDING = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock}
)
_MOVING = frozenset(
    {
        *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Menu),
        *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    }
)
"""By themselves they press buttons and go through lists."""
_LEAVING = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_USABLE = _ALT_GR | _SHIFT | Qt.KeyboardModifier.MetaModifier


class Actions(QObject):
    """The QActions of one window. ``keys_changed``: what is said of keys anywhere is to be said anew."""

    keys_changed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(tr(f"action.{spec.action_id}"), window)
            action.setObjectName(spec.action_id)
            if spec.icon:
                action.setIcon(icons.icon(spec.icon))
            if spec.where_focused:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            elif spec.place is not Place.DIALOG:
                window.addAction(action)
            self._actions[spec.action_id] = action
        self.use(KeyMap(OWNERS))

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def use(self, keys: KeyMap) -> None:
        """From now on these keys, and no others."""
        for action_id, texts in keys.in_effect().items():
            action = self._actions[action_id]
            action.setShortcuts([QKeySequence(text) for text in texts])
            action.setToolTip(tip_of(action))
        self.keys_changed.emit()


def tip_of(action: QAction) -> str:
    """What it does, and its first key if it has one."""
    key = key_of(action)
    return tr("action.tip", text=action.text(), keys=key) if key else action.text()


def key_of(action: QAction) -> str:
    """The first key as the system writes it; empty when there is none."""
    return _native(action.shortcut())


def keys_of(action: QAction) -> list[str]:
    """All keys as the system writes them."""
    return [_native(key) for key in action.shortcuts()]


def native(key: str) -> str:
    """A key's canonical form as the system writes it."""
    return _native(QKeySequence(key))


def key_map(stored: Mapping[str, Any]) -> KeyMap:
    """What the settings hold. An entry that is no list of keys that can be keys counts as if it was not there."""
    changed = {}
    for spec in ACTIONS:
        texts = stored.get(spec.action_id)
        if isinstance(texts, list):
            keys = [canonical(text) if isinstance(text, str) else None for text in texts]
            if None not in keys:
                changed[spec.action_id] = tuple(dict.fromkeys(key for key in keys if key is not None))
    return KeyMap(OWNERS, changed)


def canonical(text: str) -> str | None:
    """The one form of a key that somebody wrote; None for what is no key, or none that can be given to an action."""
    sequence = QKeySequence(text)
    # The stubs do not know that a sequence is one.
    return key_text(sequence[0]) if sequence.count() == 1 else None  # type: ignore[index]


def key_text(pressed: QKeyCombination) -> str | None:
    """The canonical form of what was pressed; None where it has to stay what it is.

    Escape and Tab lead out of things; Return, the space and the arrows operate what has the focus. Control and Alt together
    with a letter or sign are how the third level of a keyboard is typed on Windows: they would take signs from text fields.
    Shift counts for letters and for what types nothing: where it only makes another sign of a key, the sign says it all.
    """
    key, modifiers = pressed.key(), pressed.keyboardModifiers()
    types = Qt.Key.Key_Space < key < Qt.Key.Key_Escape
    if key in _HOLDING | _LEAVING or key in (Qt.Key.Key_unknown, 0) or modifiers & ~_USABLE:
        return None
    if key in _MOVING and modifiers in (_NONE, _SHIFT):
        return None
    if types and (modifiers & _ALT_GR == _ALT_GR or (modifiers & _SHIFT and not chr(key).isalpha())):
        return None
    return QKeySequence(pressed).toString(QKeySequence.SequenceFormat.PortableText) or None


def _native(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)
