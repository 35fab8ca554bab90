"""Says to a screen reader what appears away from the focus: it reads nothing by itself that nobody goes to."""

from __future__ import annotations

import re

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

_NUMBER = re.compile(r"\d+")


class Announcer:
    """What one widget says. Seconds that count down are not said one by one."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._said = ""

    def say(self, text: str) -> None:
        """Once, until there is something else to say."""
        content = _NUMBER.sub("", text)
        if content != self._said:
            self._said = content
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._widget, text))

    def forget(self) -> None:
        """What is said next is said even if it is the same."""
        self._said = ""
