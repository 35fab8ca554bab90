"""What a screen reader is told of a window: names, roles and states, as Qt hands them to AT-SPI, UI Automation or VoiceOver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

DEEPEST = 24
MOST_CELLS = 200
"""Of one list or tree: the rows are alike."""


@dataclass(frozen=True)
class Spoken:
    """One thing that is read: what it is called, what it is, and the states an operator has to know."""

    name: str
    role: QAccessible.Role
    description: str
    value: str
    focusable: bool
    disabled: bool
    selected: bool
    checked: bool
    widget: str
    """Class of the widget, for a message about a failure."""


def spoken(root: QWidget) -> list[Spoken]:
    """Everything visible below ``root``, in the order of the tree."""
    top = QAccessible.queryAccessibleInterface(root)
    assert top is not None
    return list(_walk(top, 0))


def nameless(root: QWidget) -> list[str]:
    """What takes the keyboard's focus and is read without a word. A cell is read by its content, which may be empty, after
    the name of its column.
    """
    return [
        f"{thing.widget}: {thing.role.name}"
        for thing in spoken(root)
        if thing.focusable and thing.role is not QAccessible.Role.Cell and not thing.name.strip()
    ]


def _walk(interface: QAccessibleInterface, depth: int) -> Iterator[Spoken]:
    state = interface.state()
    if depth and getattr(state, "invisible"):  # noqa: B009 - a bit field that the stubs do not know
        return
    yield _spoken(interface)
    if depth < DEEPEST:
        for number in range(min(interface.childCount(), MOST_CELLS)):
            child = interface.child(number)
            if child is not None and child.isValid():
                yield from _walk(child, depth + 1)


def _spoken(interface: QAccessibleInterface) -> Spoken:
    state = interface.state()
    item = interface.object()
    return Spoken(
        name=interface.text(QAccessible.Text.Name),
        role=interface.role(),
        description=interface.text(QAccessible.Text.Description),
        value=interface.text(QAccessible.Text.Value),
        focusable=bool(getattr(state, "focusable")),  # noqa: B009
        disabled=bool(getattr(state, "disabled")),  # noqa: B009
        selected=bool(getattr(state, "selected")),  # noqa: B009
        checked=bool(getattr(state, "checked")),  # noqa: B009
        widget=type(item).__name__ if item is not None else "item",
    )
