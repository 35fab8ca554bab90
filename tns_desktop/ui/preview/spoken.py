"""What a preview is to a screen reader: a document. Qt takes every area that scrolls for a mere container."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_DOCUMENTS = ("PageView",)
"""Classes, by the names that Qt knows them by. Text is what it is by itself: its own views say so."""


@cache
def install_document_roles() -> None:
    """Once for the program's life: Qt keeps every factory it is given."""
    QAccessible.installFactory(_made)


def _made(name: str, item: QObject) -> QAccessibleInterface | None:
    if name in _DOCUMENTS and isinstance(item, QWidget):
        return QAccessibleWidget(item, QAccessible.Role.Document, "")
    return None
