"""Placeholders of the API map (``{uuid}``, ``{state}``…): found, checked and filled without Python's format language.

``str.format`` would let a map reach attributes of the values; here a placeholder is a plain name, and a value that is put
in is never looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BadTemplate(ValueError):
    """A brace that belongs to no placeholder."""


def placeholders(template: str) -> tuple[str, ...]:
    """The names in ``template``, in order.

    Raises BadTemplate for a stray brace.
    """
    rest = _PLACEHOLDER.sub("", template)
    if "{" in rest or "}" in rest:
        raise BadTemplate(template)
    return tuple(_PLACEHOLDER.findall(template))


def fill(template: str, values: Mapping[str, str], encode: Callable[[str], str] = str) -> str:
    """``template`` with every placeholder replaced by the encoded value; the map's names were checked when it was read."""
    return _PLACEHOLDER.sub(lambda match: encode(values[match.group(1)]), template)


def fill_value(template: object, values: Mapping[str, str]) -> object:
    """A JSON body with the placeholders in its texts filled in; keys and other values stay as they are."""
    if isinstance(template, str):
        return fill(template, values)
    if isinstance(template, Mapping):
        return {key: fill_value(value, values) for key, value in template.items()}
    if isinstance(template, (list, tuple)):
        return [fill_value(value, values) for value in template]
    return template


def path_segment(value: str) -> str:
    """``value`` percent-encoded as one segment of a path.

    A value of dots only would be taken for "this folder" or "the folder above" and name another resource.
    """
    if value and not value.strip("."):
        return "%2E" * len(value)
    return quote(value, safe="")
