"""Text as it was written into an editor: Qt's own plain text makes ordinary spaces of no-break ones, which French needs."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit


def written_in(editor: QPlainTextEdit) -> str:
    """Lines ended by a line feed, every other character as it is."""
    return editor.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")
