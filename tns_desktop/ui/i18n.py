"""Text, French and English, from two catalogues with the same keys (docs/adr/0008).

A catalogue is a TOML file. A key names a place and a purpose (``bar.accept``); its text may have named values in braces,
and a table ``{one, other}`` where the text depends on ``count``. ``tests/unit/ui/test_catalogues.py`` checks that both are
complete, use the same values, and that every key the code asks for exists. No string is assembled from pieces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

LANGUAGES = ("fr", "en")


class Translator:
    """The texts of one language."""

    def __init__(self, language: str, catalogue: str) -> None:
        """``catalogue`` is the text of the TOML file. Raises tomllib.TOMLDecodeError: shipping a broken one is a bug."""
        self.language = language
        self._texts: dict[str, str | dict[str, str]] = {}
        _flatten("", tomllib.loads(catalogue), self._texts)

    def text(self, key: str, /, **values: object) -> str:
        """Raises KeyError for an unknown key: the checked pipeline makes that a failed test, not a blank label."""
        found = self._texts[key]
        if isinstance(found, dict):
            found = found[self._plural_form(values["count"])]
        return found.format_map({name: str(value) for name, value in values.items()}) if values else found

    def has(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)

    def raw(self, key: str) -> str | dict[str, str]:
        return self._texts[key]

    def _plural_form(self, count: object) -> str:
        number = int(str(count))
        # CLDR plural rules: French counts 0 and 1 as one, English 1 only.
        singular = number in (0, 1) if self.language == "fr" else number == 1
        return "one" if singular else "other"


_current: Translator | None = None
_load: Callable[[str], Translator] | None = None
_others: dict[str, Translator] = {}


def install(translator: Translator, load: Callable[[str], Translator] | None = None) -> None:
    """Makes ``translator`` the one that ``tr`` asks; a window built afterwards speaks its language.

    ``load`` brings the other languages, each when it is first asked for by name (``text_in``).
    """
    global _current, _load
    _current, _load = translator, load
    _others.clear()


def text_in(language: str, key: str, /, **values: object) -> str:
    """As ``tr``, in that language: a customer's need not be the operator's. The window's own where it cannot be had."""
    if language == current_language() or _load is None or language not in LANGUAGES:
        return tr(key, **values)
    if language not in _others:
        _others[language] = _load(language)
    return _others[language].text(key, **values)


def tr(key: str, /, **values: object) -> str:
    if _current is None:
        raise RuntimeError("no translator installed")
    return _current.text(key, **values)


def has_text(key: str) -> bool:
    return _current is not None and _current.has(key)


def current_language() -> str:
    return _current.language if _current is not None else "en"


def _flatten(prefix: str, table: Mapping[str, Any], into: dict[str, str | dict[str, str]]) -> None:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, str):
            into[name] = value
        elif set(value) == {"one", "other"}:
            into[name] = dict(value)
        else:
            _flatten(f"{name}.", value, into)
