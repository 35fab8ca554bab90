"""What Qt has to say goes to the log, like everything else, instead of to a terminal that nobody has."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LOG = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_CHATTER = "This plugin does not support "
"""Said by platforms without a screen, for every window."""


def log_qt_messages() -> Callable[[], None]:
    """Begins; returns the function that ends it."""
    former = qInstallMessageHandler(_log)
    return lambda: qInstallMessageHandler(former) and None


def _log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if message.startswith(_CHATTER):
        return
    _LOG.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "default", message)
