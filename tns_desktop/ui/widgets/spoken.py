"""Says to a screen reader what appears away from the focus: it reads nothing by itself that nobody goes to."""

from __future__ import annotations

import re

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

_NUMBER = re.compile(r"\d+")


class Announcer:
    """What one widget says. Seconds that count down are not said one by one; once they begin anew, it is something else:
    another decision, perhaps about somebody of the same name.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._said = ""
        self._last: list[tuple[int, str]] = []

    def say(self, text: str) -> None:
        """Once, until there is something else to say."""
        content = _NUMBER.sub("", text)
        # Compared as they are written: a client's name may hold a number that is too long to be one.
        last = [(len(number), number) for number in _NUMBER.findall(text)[-1:]]
        begins_anew = last > self._last
        self._last = last
        if content != self._said or begins_anew:
            self._said = content
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._widget, text))

    def forget(self) -> None:
        """What is said next is said even if it is the same."""
        self._said = ""
