"""What nobody foresaw: a dialog with a report that can be copied and holds no client data."""

from __future__ import annotations

import logging
import platform
import traceback
from pathlib import PureWindowsPath

from PySide6.QtCore import QObject, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton, QWidget

from tns_desktop import __version__
from tns_desktop.ui import theme
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.widgets.dialog_parts import body, foot
from tns_desktop.ui.widgets.labels import label, wrapped

_LOG = logging.getLogger(__name__)


def report_of(error: BaseException) -> str:
    """Where it happened, without values: exception messages may quote what a client sent, so they are left out."""
    lines = [f"TnS Desktop {__version__} · Python {platform.python_version()} · Qt {qVersion()} · {platform.system()}"]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)
        lines.extend(f"  {PureWindowsPath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        seen = seen.__cause__
    return "\n".join(lines)


class CrashDialog(QDialog):
    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("crash.title"))
        self.setMinimumWidth(560)
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setFont(theme.fixed_font())
        text.setAccessibleName(tr("crash.title"))
        copy = QPushButton(tr("button.copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        close = QPushButton(tr("button.close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = foot(copy, close)
        column = body(self, 12)
        column.addWidget(label(tr("crash.title"), "title"))
        column.addWidget(wrapped(tr("crash.text")))
        column.addWidget(text, 1)
        column.addLayout(buttons)


class CrashReporter(QObject):
    """Gets every error that nobody handled; shows one dialog at a time."""

    def __init__(self, window: QWidget | None) -> None:
        super().__init__()
        self._window = window
        self._dialog: CrashDialog | None = None

    def report(self, error: BaseException) -> None:
        report = report_of(error)
        _LOG.error("unforeseen error\n%s", report)
        if self._dialog is not None:
            return
        self._dialog = CrashDialog(report, self._window)
        self._dialog.finished.connect(self._closed)
        self._dialog.open()

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
