"""The magnifier: how large its glass is, and where a page would be for it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

MAGNIFIED = 3.0
GLASS = 240.0
"""Logical pixels across."""


def loupe_rect(at: QPointF) -> QRectF:
    """The glass around a point."""
    return QRectF(at - QPointF(GLASS / 2, GLASS / 2), QSizeF(GLASS, GLASS))


def magnified(rect: QRectF, at: QPointF) -> QRectF:
    """The page's place once it is magnified so that what is under ``at`` stays there."""
    return QRectF(at + (rect.topLeft() - at) * MAGNIFIED, rect.size() * MAGNIFIED)
