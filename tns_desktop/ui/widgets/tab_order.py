"""Where Tab goes: as one reads, row by row, whatever was made first. Qt's own chain puts what comes later at its end."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def move_focus(root: QWidget, *, forward: bool) -> bool:
    """To the next or previous one below ``root``, around its ends. False where nothing takes the keyboard."""
    order = reading_order(root)
    if not order:
        return False
    position = _position(order, QApplication.focusWidget())
    if position is None:
        position = -1 if forward else len(order)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    order[(position + (1 if forward else -1)) % len(order)].setFocus(reason)
    return True


def reading_order(root: QWidget) -> list[QWidget]:
    """What Tab stops at, now: visible, usable, from the top down and from left to right; a pane before the one beside it."""
    return list(_below(root))


def _below(widget: QWidget) -> Iterator[QWidget]:
    children = [
        child
        for child in widget.children()
        if isinstance(child, QWidget) and not child.isWindow() and child.isVisible()
    ]
    for child in _in_rows(children):
        # With a proxy, it is the proxy that has the focus: that is another one of these.
        if child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None:
            yield child
        yield from _below(child)


def _in_rows(widgets: list[QWidget]) -> list[QWidget]:
    """Those that stand beside each other are one row, though a button may be a little higher than its neighbour."""
    rows: list[list[QWidget]] = []
    bottom = 0
    for widget in sorted(widgets, key=lambda item: item.y()):
        if rows and widget.geometry().center().y() < bottom:
            rows[-1].append(widget)
            bottom = max(bottom, widget.geometry().bottom())
        else:
            rows.append([widget])
            bottom = widget.geometry().bottom()
    return [widget for row in rows for widget in sorted(row, key=lambda item: item.x())]


def _position(order: list[QWidget], focused: QWidget | None) -> int | None:
    """Of what has the focus, or of what it is a part of."""
    while focused is not None:
        for position, widget in enumerate(order):
            if widget is focused:
                return position
        focused = focused.parentWidget()
    return None
