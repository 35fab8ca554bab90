"""Dates, ages, sizes and counts, by QLocale only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as datetime_date
from datetime import datetime, time

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt, QTimeZone
from PySide6.QtGui import Qt as GuiQt

from tns_desktop.ui.i18n import current_language, tr


def locale() -> QLocale:
    """The locale of the window's language: what people read must not mix two languages."""
    return locale_of(current_language())


def locale_of(language: str) -> QLocale:
    if language == "fr":
        return QLocale(QLocale.Language.French, QLocale.Country.France)
    return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


def date_time(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), QTimeZone(QTimeZone.Initialization.UTC)).toLocalTime()
    return locale().toString(local, QLocale.FormatType.ShortFormat)


def date(moment: datetime | None, language: str = "") -> str:
    """The day, on this computer; in the window's language, or in another one."""
    if moment is None:
        return ""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), QTimeZone(QTimeZone.Initialization.UTC)).toLocalTime()
    return (locale_of(language) if language else locale()).toString(local.date(), QLocale.FormatType.ShortFormat)


def remarks(words: list[str]) -> str:
    """Short remarks on one line."""
    return " · ".join(words)


def clock_time(moment: datetime) -> str:
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), QTimeZone(QTimeZone.Initialization.UTC)).toLocalTime()
    return locale().toString(local.time(), QLocale.FormatType.ShortFormat)


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "one, two and three"."""
    return locale().createSeparatedList(list(names))


def begin_of(day: datetime_date) -> float:
    """When a day begins on this computer, in seconds since 1970."""
    return datetime.combine(day, time.min).astimezone().timestamp()


def calendar_day(day: datetime_date) -> str:
    return locale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def day(text: str) -> str:
    """An ISO date as people write it; anything else as it came."""
    parsed = QDateTime.fromString(text[:10], Qt.DateFormat.ISODate)
    return locale().toString(parsed.date(), QLocale.FormatType.ShortFormat) if parsed.isValid() else text


def age(since: datetime | None, now: datetime) -> str:
    """How long ago, in the one unit that matters: minutes, hours or days."""
    if since is None:
        return ""
    seconds = max(0.0, (now - since).total_seconds())
    if seconds < 3600:
        return tr("age.minutes", count=int(seconds // 60))
    if seconds < 86_400:
        return tr("age.hours", count=int(seconds // 3600))
    return tr("age.days", count=int(seconds // 86_400))


def limit(number: int) -> str:
    """A bound of a setting: four figures are read at a glance, more of them in groups."""
    return count(number) if number >= 10_000 else str(number)


def duration(seconds: float) -> str:
    """Minutes and seconds, rounded."""
    whole = round(seconds)
    if whole < 60:
        return tr("duration.seconds", seconds=whole)
    return tr("duration.minutes", minutes=whole // 60, seconds=f"{whole % 60:02d}")


def iban(text: str) -> str:
    """In groups of four, as banks print it; what is not an IBAN stays as it came."""
    compact = text.replace(" ", "")
    if not 15 <= len(compact) <= 34 or not compact.isalnum():
        return text
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def size(number_of_bytes: int) -> str:
    return locale().formattedDataSize(number_of_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def count(number: int) -> str:
    return locale().toString(number)


def plain_tip(text: str) -> str:
    """``text`` as a tool tip shows it letter by letter; unchanged where Qt does so anyway.

    What looks like HTML Qt lays out as HTML, and opens the pictures that it names: on somebody else's share, perhaps. And
    what stands in a tip comes from clients, from archives and from servers.
    """
    return GuiQt.convertFromPlainText(text) if GuiQt.mightBeRichText(text) else text
