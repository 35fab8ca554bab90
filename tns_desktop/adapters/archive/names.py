"""Names as an archive stores them, made safe to show.

Nothing is ever unpacked to disk, so an evil path can do no harm here; it can still deceive the person who reads it. What
deceives is replaced by a visible ``U+FFFD`` rather than removed: a name that was tampered with must not look tidy.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tns_desktop.domain.archive import EntryProblem

REPLACEMENT = "\ufffd"
LONGEST_COMPONENT = 255
LONGEST_PATH = 1024

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_LOOKALIKES = frozenset("\u2024\u2044\u2215\u2571\u29f8\uff0e\uff0f\uff3c")
"""Characters that pass for a dot, a slash or a backslash."""

_DRIVE = re.compile(r"[A-Za-z]:")
_PADDING = re.compile(r" {4,}")
"""Runs of spaces push the true ending of a name out of sight."""

_LETTERS = re.compile(r"[^\W\d_]+")
_MIXABLE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


@dataclass(frozen=True, slots=True)
class CleanName:
    """``path`` for display, ``raw_name`` as stored (decoded), and what was wrong with it."""

    path: str
    raw_name: str
    problems: frozenset[EntryProblem]


def clean_name(raw: bytes, *, is_utf8: bool, position: int) -> CleanName:
    """Decodes and cleans one stored name; ``position`` makes a name for an entry that has none."""
    raw_name, decoded = _decode(raw, is_utf8)
    problems: set[EntryProblem] = set()
    if not decoded:
        problems.add(EntryProblem.DECEPTIVE_NAME)
    text = _replace_deceptive(unicodedata.normalize("NFC", raw_name), problems)
    path = _clean_path(text, problems)
    if not path:
        problems.add(EntryProblem.DECEPTIVE_NAME)
        path = f"{REPLACEMENT}{position}"
    return CleanName(_shorten_path(path, problems), raw_name, frozenset(problems))


def clean_path(text: str) -> str:
    """A path written by someone else than the archive (report.json), in the form of ``ArchiveEntry.path``."""
    problems: set[EntryProblem] = set()
    cleaned = _clean_path(_replace_deceptive(unicodedata.normalize("NFC", text), problems), problems)
    return _shorten_path(cleaned, problems)


def _decode(raw: bytes, is_utf8: bool) -> tuple[str, bool]:
    """The text and whether it is what the archive's encoding says. Many writers store UTF-8 without saying so."""
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        if is_utf8:
            return raw.decode("utf-8", "replace"), False
        return raw.decode("cp437"), True


def _replace_deceptive(text: str, problems: set[EntryProblem]) -> str:
    if text.isascii() and text.isprintable():
        return _unpad(text, problems)
    cleaned: list[str] = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Zs":
            # macOS writes U+202F and U+00A0 into the names of screenshots: harmless, but only as plain spaces.
            cleaned.append(" ")
        elif category in _INVISIBLE_CATEGORIES or character in _LOOKALIKES:
            cleaned.append(REPLACEMENT)
            problems.add(EntryProblem.DECEPTIVE_NAME)
        else:
            cleaned.append(character)
    result = "".join(cleaned)
    if REPLACEMENT in text or any(_mixes_scripts(word) for word in _LETTERS.findall(result)):
        problems.add(EntryProblem.DECEPTIVE_NAME)
    return _unpad(result, problems)


def _unpad(text: str, problems: set[EntryProblem]) -> str:
    if "    " not in text:
        return text
    problems.add(EntryProblem.DECEPTIVE_NAME)
    return _PADDING.sub(f" {REPLACEMENT} ", text)


def _mixes_scripts(word: str) -> bool:
    """True for a word such as "сontrat" whose first letter is Cyrillic."""
    if word.isascii():
        return False
    scripts = {unicodedata.name(letter, "").split(" ", 1)[0] for letter in word}
    return len(scripts & _MIXABLE_SCRIPTS) > 1


def _clean_path(text: str, problems: set[EntryProblem]) -> str:
    if "\\" in text:
        problems.add(EntryProblem.UNSAFE_PATH)
        text = text.replace("\\", "/")
    if text.startswith("/") or _DRIVE.match(text):
        problems.add(EntryProblem.ABSOLUTE_PATH)
        text = _DRIVE.sub("", text, count=1) if _DRIVE.match(text) else text
    components: list[str] = []
    for component in text.split("/"):
        kept = component.strip(" ")
        if kept == "..":
            problems.add(EntryProblem.UNSAFE_PATH)
        elif kept not in ("", "."):
            components.append(_shorten(kept, LONGEST_COMPONENT, problems))
    return "/".join(components)


def _shorten_path(path: str, problems: set[EntryProblem]) -> str:
    return _shorten(path, LONGEST_PATH, problems)


def _shorten(text: str, longest: int, problems: set[EntryProblem]) -> str:
    """Keeps both ends: the beginning names the document, the ending its type."""
    if len(text) <= longest:
        return text
    problems.add(EntryProblem.DECEPTIVE_NAME)
    tail = longest // 4
    return f"{text[: longest - tail - 1]}…{text[-tail:]}"
