"""Names for handed-over files: a template read strictly, and paths that Windows, macOS and Linux all take.

What fills a template comes from clients and servers: whatever it holds, the result is a relative path of harmless names that
never leads out of its folder. What has to be cut ends in a short hash of the whole, so that two long names stay two names.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tns_desktop.domain.handover_errors import HandoverRuleInvalid

MOST_CHARACTERS = 120
"""Of one name, in UTF-16 units, as Windows counts them."""
MOST_BYTES = 255
"""Of one name in UTF-8, as Linux counts them."""
MOST_IN_A_PATH = 240
"""Of a whole path: Windows takes 259 where long paths are not switched on, and a copy elsewhere wants room too."""
MOST_FOLDERS = 4
LONGEST_ENDING = 16
_HASH_DIGITS = 8
_NAMESPACE = uuid.UUID("8d1b9f4e-6a0c-5d5b-9a43-8f3f0f6f2a10")

TEXTS = ("id", "external_id", "uuid", "state", "last_name", "first_name", "product", "workflow")
DATES = ("start_date", "finish_date", "validation_date", "handover_date")
INFO = "info"
"""``{info:NAME}``: a line of the firm's own information."""
PLACEHOLDERS = (*TEXTS, *DATES)
DATE_FORMAT = "%Y-%m-%d"
_DIRECTIVES = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "y": 2, "j": 3}

_PLACEHOLDER = re.compile(r"\{([A-Za-z_0-9]*)(?::([^{}]*))?\}")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_SPACES = re.compile(r"\s+")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
"""Devices of Windows, whatever ending follows
(https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file#naming-conventions).
"""


@dataclass(frozen=True, slots=True)
class NameValues:
    """What fills a template. Dates are in the time that is to be read in the name."""

    texts: Mapping[str, str]
    dates: Mapping[str, datetime | None]
    info: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Part:
    """Literal text, or a placeholder with what stands behind its colon."""

    text: str = ""
    name: str = ""
    detail: str = ""

    def filled(self, values: NameValues) -> str:
        if not self.name:
            return self.text
        if self.name == INFO:
            return values.info.get(self.detail, "")
        if self.name in DATES:
            return _formatted(values.dates.get(self.name), self.detail or DATE_FORMAT)
        return values.texts.get(self.name, "")


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """A template that was understood to its last brace; a ``/`` in it begins a folder."""

    parts: tuple[tuple[_Part, ...], ...]

    @classmethod
    def parsed(cls, text: str) -> NameTemplate:
        """Raises HandoverRuleInvalid with the field ``template``, a reason, and the ``name`` that is not known."""
        stripped = text.strip()
        if not stripped:
            raise _invalid("empty")
        components = re.split(r"/(?![^{}]*\})", stripped)
        if len(components) > MOST_FOLDERS:
            raise _invalid("too_many_folders", str(MOST_FOLDERS))
        if any(component.strip() in ("", ".", "..") for component in components):
            raise _invalid("empty_folder")
        return cls(tuple(_parts_of(component) for component in components))

    def path(self, values: NameValues, room: int) -> tuple[str, ...]:
        """The names from the outermost folder on, together at most ``room`` characters with what is between them."""
        names = [safe_name("".join(part.filled(values) for part in component)) for component in self.parts]
        return fitted(names, room)


def safe_name(text: str, most: int = MOST_CHARACTERS) -> str:
    """``text`` as the name of a folder, at most ``most`` UTF-16 units (at least 12)."""
    return _cut(_harmless(text), most, "", text)


def safe_file_name(text: str, most: int = MOST_CHARACTERS) -> str:
    """``text`` as the name of a file: where it has to be cut, its ending stays."""
    clean = _harmless(text)
    stem, dot, ending = clean.rpartition(".")
    if not stem or not 0 < len(ending) <= LONGEST_ENDING or not ending.isalnum():
        stem, dot, ending = clean, "", ""
    return _cut(stem, most, f"{dot}{ending}", text)


def numbered(name: str, number: int, most: int = MOST_CHARACTERS) -> str:
    """The name's second, third… bearer: ``name (2)``."""
    return name if number < 2 else _cut(name, most, f" ({number})", name)


def numbered_file(name: str, number: int, most: int = MOST_CHARACTERS) -> str:
    """The same before a file's ending: ``name (2).pdf``."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        return numbered(name, number, most)
    return name if number < 2 else _cut(stem, most, f" ({number}){dot}{ending}", name)


def fitted(names: Sequence[str], room: int) -> tuple[str, ...]:
    """``names`` with the longest of them cut until they fit into ``room``, a separator between each two."""
    left = room - (len(names) - 1)
    most = MOST_CHARACTERS
    while most > 1 and sum(min(units(name), most) for name in names) > left:
        most -= 1
    return tuple(_cut(name, most, "", name) for name in names)


def name_key(names: Sequence[str]) -> str:
    """Equal for two paths that some file system takes for one: case and composed letters make no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", "/".join(names)).casefold())


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _parts_of(component: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    at = 0
    for found in _PLACEHOLDER.finditer(component):
        parts.append(_literal(component[at : found.start()]))
        parts.append(_placeholder(found[1], found[2]))
        at = found.end()
    parts.append(_literal(component[at:]))
    return tuple(part for part in parts if part.name or part.text)


def _literal(text: str) -> _Part:
    if "{" in text or "}" in text:
        raise _invalid("brace")
    return _Part(text)


def _placeholder(name: str, detail: str | None) -> _Part:
    if name == INFO and detail:
        return _Part(name=name, detail=detail.strip())
    if name in DATES:
        if detail is not None:
            _check_format(detail)
        return _Part(name=name, detail=detail or "")
    if name not in TEXTS or detail is not None:
        raise _invalid("unknown_placeholder", f"{name}:{detail}" if detail is not None else name)
    return _Part(name=name)


def _check_format(text: str) -> None:
    """Only what every system writes alike: ``strftime`` differs from one to the next beyond these."""
    at = 0
    while (at := text.find("%", at)) >= 0:
        if text[at + 1 : at + 2] not in _DIRECTIVES or not text[at + 1 : at + 2]:
            raise _invalid("date_format", text[at : at + 2])
        at += 2
    if "%" not in text:
        raise _invalid("date_format", text)


def _formatted(moment: datetime | None, text: str) -> str:
    """A date that is not known is written in noughts: it stands out, and keeps its place in the order."""
    if moment is None:
        return re.sub(r"%(.)", lambda found: "0" * _DIRECTIVES[found[1]], text)
    numbers = {
        "Y": f"{moment.year:04}",
        "m": f"{moment.month:02}",
        "d": f"{moment.day:02}",
        "H": f"{moment.hour:02}",
        "M": f"{moment.minute:02}",
        "S": f"{moment.second:02}",
        "y": f"{moment.year % 100:02}",
        "j": f"{moment.timetuple().tm_yday:03}",
    }
    return re.sub(r"%(.)", lambda found: numbers[found[1]], text)


def _harmless(text: str) -> str:
    """Nothing that a system forbids, hides, turns round or takes for a device; never empty."""
    seen = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char) not in _DROPPED
    )
    seen = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", seen))
    return _settled(_SPACES.sub(" ", seen))


def _settled(name: str) -> str:
    """The ends of a name, and what it may not be called."""
    name = name.strip(" .")
    if name.startswith("-"):
        name = f"_{name[1:]}"  # else a command line takes it for an option
    if name.partition(".")[0].strip(" ").casefold() in _RESERVED:
        name = f"_{name}"
    return name or "_"


def _cut(stem: str, most: int, ending: str, whole: str) -> str:
    """``stem`` and ``ending``, short enough for every system; a hash of ``whole`` marks what was cut."""
    if units(stem + ending) <= most and len((stem + ending).encode()) <= MOST_BYTES:
        return _settled(stem + ending)
    escaped = whole.encode("utf-8", "backslashreplace").decode()
    tail = f"~{uuid.uuid5(_NAMESPACE, escaped).hex[:_HASH_DIGITS]}{ending}"
    kept = stem
    while kept and (units(kept + tail) > most or len((kept + tail).encode()) > MOST_BYTES):
        kept = kept[:-1]
    while kept and unicodedata.combining(stem[len(kept) : len(kept) + 1] or " "):
        kept = kept[:-1]  # a letter and its accents go together
    return _settled(kept.rstrip(" .") + tail)


def _invalid(reason: str, name: str = "") -> HandoverRuleInvalid:
    return HandoverRuleInvalid(reason, facts={"field": "template", "reason": reason, "name": name})
