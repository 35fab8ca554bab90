"""Whether a declared value stands on a page, however it is written there.

Tolerated: case, accents, hyphens, apostrophes, spaces and line ends between parts; dates in figures and in words; the
grouping of an IBAN; the ways to write a phone number; abbreviations of streets; thousands separators. Never tolerated:
another value. What is ambiguous (a year of two figures, the American order of day and month in figures) is not found
rather than found wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tns_desktop.domain.filters import fold
from tns_desktop.domain.text_layer import PageWords, Span, joined_words, split_words

SHORTEST = 2
"""Letters and digits below which a value is not looked for: it would be found anywhere."""
SHORTEST_FIGURES = 4
PLACES_A_PAGE = 20


class ValueKind(StrEnum):
    """How a value may be written."""

    NAME = "name"
    PLACE = "place"
    ADDRESS = "address"
    DATE = "date"
    IBAN = "iban"
    PHONE = "phone"
    EMAIL = "email"
    AMOUNT = "amount"
    NUMBER = "number"
    TEXT = "text"


Finding = tuple[Span, ...]
"""The words of one occurrence, joined where they stand side by side."""


def find_on_page(page: PageWords, text: str, value: str, kind: ValueKind) -> list[Finding]:
    """Every occurrence of ``value`` on the page whose words are ``page`` and whose characters are ``text``."""
    if kind is ValueKind.DATE:
        return _dates(page, value)
    if kind is ValueKind.PHONE:
        return _any_joined(page, phone_forms(value))
    if kind is ValueKind.AMOUNT:
        return _amounts(text, value)
    if kind is ValueKind.ADDRESS:
        return _address(page, value)
    if kind is ValueKind.EMAIL:
        return _emails(page, text, value)
    if kind is ValueKind.PLACE:
        return _sequences(page, [_canonical(split_words(value))], _canonical, _spellings) or _any_joined(
            page, [joined_words(value)]
        )
    return _any_joined(page, [joined_words(value)])


def can_be_looked_for(value: str, kind: ValueKind) -> bool:
    """False for what is too short, or is no value of its kind."""
    if kind is ValueKind.DATE:
        return parse_date(value) is not None
    if kind is ValueKind.AMOUNT:
        return parse_amount(value) is not None
    joined = joined_words(value)
    return len(joined) >= (SHORTEST_FIGURES if joined.isdigit() else SHORTEST)


def kind_of_value(value: str) -> ValueKind:
    """What a value without a name of ours looks like."""
    stripped = value.strip()
    if parse_date(stripped) is not None:
        return ValueKind.DATE
    if _IBAN.fullmatch(joined_words(stripped)):
        return ValueKind.IBAN
    if _EMAIL.fullmatch(stripped):
        return ValueKind.EMAIL
    if _PHONE.fullmatch(stripped) and len(joined_words(stripped)) >= 9:
        return ValueKind.PHONE
    if _MONEY.search(stripped) and parse_amount(stripped) is not None:
        return ValueKind.AMOUNT
    return ValueKind.TEXT


# --- dates ------------------------------------------------------------------------------------------------------------

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_FIGURES = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
MONTHS: tuple[tuple[str, ...], ...] = (
    ("janvier", "janv", "january", "jan"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "sept", "september", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
"""Names of months in French and English, folded, abbreviations included."""


def parse_date(value: str) -> date | None:
    """A declared date: ISO 8601, or day, month and year in figures as in France."""
    value = value.strip()
    if found := _ISO.fullmatch(value):
        year, month, day = map(int, found.groups())
    elif found := _FIGURES.fullmatch(value):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_forms(day: date) -> list[tuple[str, ...]]:
    """The words a date is written with."""
    year, month, number = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
    months = {month, str(day.month), *MONTHS[day.month - 1]}
    days = {number, str(day.day)}
    names = set(MONTHS[day.month - 1])
    ordinals = (
        days | {f"{day.day}{ending}" for ending in ("st", "nd", "rd", "th")} | ({"1er"} if day.day == 1 else set())
    )
    forms: list[tuple[str, ...]] = [(one, other, year) for one in days for other in months]
    forms += [(one, other, year) for one in ordinals - days for other in names]
    forms += [(other, one, year) for one in ordinals for other in names]
    forms += [(year, other, one) for one in days for other in {month, str(day.month)}]
    forms += [(one, "of", other, year) for one in ordinals for other in names]
    return [*forms, (f"{number}{month}{year}",), (f"{year}{month}{number}",)]


def _dates(page: PageWords, value: str) -> list[Finding]:
    day = parse_date(value)
    if day is None or f"{day.year:04d}" not in page.joined:
        # Every form has its year, and most pages have not.
        return []
    return _sequences(page, date_forms(day))


# --- phone numbers ----------------------------------------------------------------------------------------------------

_CALLING_CODES = re.compile(r"(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)")
"""Country codes (ITU-T E.164): those of one and two figures by name, all others have three."""


def phone_forms(value: str) -> list[str]:
    """The figures of a number as it is written at home and abroad (ITU-T E.123)."""
    digits = re.sub(r"\D", "", value)
    written = value.strip()
    forms = {digits}
    if written.startswith("+") or digits.startswith("00"):
        international = digits[2:] if not written.startswith("+") else digits
        forms |= {international, f"00{international}"}
        if found := _CALLING_CODES.match(international):
            code = found.group()
            national = international[len(code) :].removeprefix("0")
            forms |= {f"0{national}", f"{code}{national}", f"00{code}{national}", f"{code}0{national}"}
    elif digits.startswith("0"):
        # A French number: what is declared without its country is at home.
        national = digits[1:]
        forms |= {f"33{national}", f"0033{national}", f"330{national}"}
    return sorted(form for form in forms if len(form) >= 6)


# --- amounts ----------------------------------------------------------------------------------------------------------

_AMOUNT = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)")
_GROUPED_BY = "[ \u00a0\u202f.,']?"
_OTHER_FIGURES = re.compile(r"[^\D0-9]")
_MONEY = re.compile(r"€|\b(?:EUR|euros?|USD|CHF|GBP)\b|[$£]", re.IGNORECASE)


def parse_amount(value: str) -> int | None:
    """Hundredths. A separator followed by one or two figures at the end is the decimal one; others group."""
    bare = re.sub(r"[^\d.,]", "", value)
    if not bare or not bare[0].isdigit():
        return None
    found = re.fullmatch(r"([\d.,]*?\d)(?:[.,](\d{1,2}))?", bare.rstrip(".,"))
    if found is None:
        return None
    whole = re.sub(r"\D", "", found.group(1))
    if len(whole) > 15:
        return None
    return int(whole) * 100 + int((found.group(2) or "0").ljust(2, "0"))


def _amounts(text: str, value: str) -> list[Finding]:
    wanted = parse_amount(value)
    if wanted is None:
        return []
    grouped = f"{wanted // 100:,}".replace(",", _GROUPED_BY)
    if not re.search(grouped, text) and not _OTHER_FIGURES.search(text):
        # Taking every number of a page apart is slow, and most pages do not have the figures at all.
        return []
    found: list[Finding] = [
        (Span(match.start(), match.end()),)
        for match in _AMOUNT.finditer(text)
        if _stands_alone(text, match.start(), match.end()) and parse_amount(match.group()) == wanted
    ]
    return found[:PLACES_A_PAGE]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not a part of a longer number: "500" does not stand in "1 500" nor in "500,25"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalnum() or (before[:1].isdigit() and before[1:] in " \u00a0\u202f.,'"):
        return False
    return not (after[:1].isalnum() or (after[:1] in ".,'" and after[1:].isdigit()))


# --- addresses and places ---------------------------------------------------------------------------------------------

_ABBREVIATIONS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "bvd": "boulevard",
    "pl": "place",
    "ch": "chemin",
    "chem": "chemin",
    "rte": "route",
    "imp": "impasse",
    "all": "allee",
    "sq": "square",
    "res": "residence",
    "bat": "batiment",
    "fg": "faubourg",
    "fbg": "faubourg",
    "gal": "general",
    "st": "saint",
    "ste": "sainte",
    "r": "rue",
}
_ABBREVIATED = {
    whole: tuple(short for short, meant in _ABBREVIATIONS.items() if meant == whole)
    for whole in _ABBREVIATIONS.values()
}
_ADDRESS_PART = re.compile(r"[,;\n]+")


def _canonical(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(_ABBREVIATIONS.get(word, word) for word in words)


def _spellings(word: str) -> tuple[str, ...]:
    """The words of a page that ``_canonical`` makes ``word`` of."""
    return (word, *_ABBREVIATED.get(word, ()))


def _address(page: PageWords, value: str) -> list[Finding]:
    """Each part between commas, wherever it stands on the page: the lines of an address may lie apart."""
    parts = [_canonical(words) for part in _ADDRESS_PART.split(value) if (words := split_words(part))]
    if not parts:
        return []
    whole = _sequences(page, [tuple(word for part in parts for word in part)], _canonical, _spellings)
    if whole:
        return whole
    found: list[list[Finding]] = []
    for part in parts:
        places = _sequences(page, [part], _canonical, _spellings)
        if not places:
            return []
        found.append(places)
    return [tuple(span for places in found for span in places[0])]


# --- e-mail -----------------------------------------------------------------------------------------------------------

_PART_OF_ADDRESS = re.compile(r"[\w.+\-@]")


def _emails(page: PageWords, text: str, value: str) -> list[Finding]:
    """Letter by letter, since its dots count; a line may end within it."""
    wanted = fold(value.strip())
    return [
        finding
        for finding in _sequences(page, [tuple(split_words(value))])
        if fold("".join(text[finding[0].start : finding[0].end].split())) == wanted
        and not _PART_OF_ADDRESS.match(text[max(0, finding[0].start - 1) : finding[0].start])
        and not re.match(r"[\w+\-@]|\.\w", text[finding[0].end : finding[0].end + 2])
    ]


# --- inside -----------------------------------------------------------------------------------------------------------

_IBAN = re.compile(r"[a-z]{2}\d{2}[a-z0-9]{11,30}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"\+?[\d\s().\-/]{9,24}")


def _any_joined(page: PageWords, forms: Sequence[str]) -> list[Finding]:
    """Runs of whole words that spell one of ``forms``, whatever stands between the words."""
    found: dict[int, Finding] = {}
    for form in forms:
        if len(form) < SHORTEST:
            continue
        for first, last in _runs(page, form):
            found.setdefault(first, _merged(page, first, last))
    return [found[first] for first in sorted(found)][:PLACES_A_PAGE]


def _runs(page: PageWords, form: str) -> Iterator[tuple[int, int]]:
    at = page.joined.find(form)
    while at >= 0:
        end = at + len(form)
        first = page.starts.get(at)
        # The run ends where the next word begins, or with the page.
        after = page.starts.get(end, len(page.words) if end == len(page.joined) else None)
        if first is not None and after is not None:
            yield first, after - 1
        at = page.joined.find(form, at + 1)


def _as_they_are(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(words)


def _as_it_is(word: str) -> tuple[str, ...]:
    return (word,)


def _sequences(
    page: PageWords,
    forms: Sequence[tuple[str, ...]],
    canonical: Callable[[Sequence[str]], tuple[str, ...]] = _as_they_are,
    spellings: Callable[[str], tuple[str, ...]] = _as_it_is,
) -> list[Finding]:
    """Places where the words follow one another exactly, once ``canonical`` has made them comparable.

    Only where the longest word of a form stands is anything compared: a page has a thousand words, and a value is looked
    for on hundreds of pages while the window must go on.
    """
    places: dict[str, list[int]] = {}
    found: dict[int, int] = {}
    for form in forms:
        if not form:
            continue
        anchor = max(form, key=len)
        if anchor not in places:
            places[anchor] = [place for spelling in spellings(anchor) for place in _places_of(page, spelling)]
        before = form.index(anchor)
        for place in places[anchor]:
            first = place - before
            if first >= 0 and canonical(page.words[first : first + len(form)]) == form:
                found.setdefault(first, first + len(form) - 1)
    return [_merged(page, first, found[first]) for first in sorted(found)[:PLACES_A_PAGE]]


def _places_of(page: PageWords, word: str) -> Iterator[int]:
    """The numbers of the words that are ``word``."""
    at = page.joined.find(word)
    while at >= 0:
        number = page.starts.get(at)
        if number is not None and page.words[number] == word:
            yield number
        at = page.joined.find(word, at + 1)


def _merged(page: PageWords, first: int, last: int) -> Finding:
    return (Span(page.spans[first].start, page.spans[last].end),)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a value stands: a page, counted from 0, and the characters of one finding on it."""

    page: int
    spans: Finding
