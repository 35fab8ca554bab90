"""A stranger's HTML reduced to paragraphs, headings, lists, tables and links that do nothing. Runs in the decoder only.

No colour, size or place of the author's survives, so that nothing can be hidden with them; what was hidden is shown and
said to be. Pictures, frames, scripts and forms leave a mark where they stood, or nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from tns_desktop.adapters.render.html_hiding import alike, colours_of, is_hidden, is_tiny
from tns_desktop.adapters.render.html_tables import Table
from tns_desktop.adapters.render.html_tokens import Tag, tokens_of
from tns_desktop.adapters.render.protocol import (
    ADDRESS_LIMIT,
    BLOCKS_LIMIT,
    FORMATTED_TEXT_LIMIT,
    RUN_TEXT_LIMIT,
    RUNS_LIMIT,
)
from tns_desktop.adapters.render.visible import clip, make_visible

DEEPEST = 100
"""Elements within each other; what is opened deeper changes nothing."""
DEEPEST_LEVEL = 8
"""Of lists and quotations, as they are shown."""
PARAGRAPH_LIMIT = 10_000
"""Characters after which a paragraph is broken: a longer one would be laid out while everybody waits."""
MOST_TABLES = 100
"""The cells of further ones are shown one after the other."""
LARGEST_SPACER = 2.0
"""Pixels of the side of a picture that nobody is meant to see."""

BREAKING = frozenset(
    {"address", "article", "aside", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend", "main", "menu", "nav", "ol"}
    | {"optgroup", "option", "p", "section", "summary", "ul", "caption", "tbody", "thead", "tfoot", "table", "tr"}
    | {"td", "th", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "listing", "textarea", "xmp"}
)
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
OBJECTS = frozenset({"iframe", "object", "embed", "video", "audio", "applet", "canvas", "frame"})
PREFORMATTED = frozenset({"pre", "listing", "textarea", "xmp", "plaintext"})
_BOLD, _ITALIC = frozenset({"b", "strong", "th"}), frozenset({"i", "em", "cite", "dfn", "var"})
_UNDERLINE, _STRIKE = frozenset({"u", "ins"}), frozenset({"s", "strike", "del"})
_FIXED = frozenset({"code", "kbd", "samp", "tt"}) | PREFORMATTED
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_IMPLIED = {
    "li": ({"li"}, _LISTS | {"table"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"table"}),
    "th": ({"td", "th"}, {"table"}),
    "dt": ({"dt", "dd"}, {"dl", "table"}),
    "dd": ({"dt", "dd"}, {"dl", "table"}),
    "option": ({"option"}, {"table"}),
}
"""What the beginning of an element ends, where its author did not: and the elements beyond which it ends nothing."""
_IGNORED_ENDS = EMPTY | {"html", "body"}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NEVER_IN_ADDRESSES = re.compile(r"[\t\r\n]")
_COUNT = re.compile(r"\d{1,6}\Z")
_PARAGRAPH_BOUNDS = frozenset({"table", "td", "th", "button", "object"})
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*\Z")


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside an element."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    fixed: bool = False
    hidden: bool = False
    link: str = ""
    quote: int = 0
    heading: int = 0
    depth: int = 0
    keeps_blanks: bool = False
    fore: str = "000000"
    back: str = "ffffff"
    tiny: bool = False

    @property
    def is_unseen(self) -> bool:
        return self.hidden or self.tiny or alike(self.fore, self.back)

    def row(self, text: str, kind: str) -> list[Any]:
        """A run as it travels: text, kind, letters for its look, address."""
        hidden = self.is_unseen if kind == "text" else self.hidden
        look = "".join(
            letter
            for letter, holds in zip(
                "biuskh", (self.bold, self.italic, self.underline, self.strike, self.fixed, hidden), strict=True
            )
            if holds
        )
        return [text, kind, look, self.link]


@dataclass(slots=True)
class _Open:
    """An element that was begun. ``number``: of the next item of a list that counts."""

    name: str
    state: _State
    number: int | None = None


@dataclass(slots=True)
class Formatted:
    """``blocks`` as they travel: kind, level, quotations, marker, runs, cells."""

    blocks: list[list[Any]] = field(default_factory=list)
    pictures: int = 0
    hidden: int = 0
    truncated: bool = False

    def as_bytes(self) -> bytes:
        """As it travels: one list, as JSON."""
        parts = [self.blocks, self.pictures, self.hidden, self.truncated]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


class _Full(Exception):
    """No more is shown."""


def html_to_blocks(markup: str) -> Formatted:
    """Never fails; what is too much is left out and ``truncated`` says so."""
    builder = _Builder()
    try:
        for token in tokens_of(markup):
            builder.take(token)
        builder.finish()
    except _Full:
        builder.made.truncated = True
    return builder.made


class _Builder:
    def __init__(self) -> None:
        self.made = Formatted()
        self._open: list[_Open] = []
        self._too_deep = 0
        self._runs: list[list[Any]] = []
        self._block: tuple[str, int, int, str] = ("paragraph", 0, 0, "")
        self._marker = ""
        self._tables: list[Table] = []
        self._run_count = 0
        self._table_count = 0
        self._length = 0
        """Characters of the present paragraph."""
        self._characters = 0

    @property
    def _state(self) -> _State:
        return self._open[-1].state if self._open else _State()

    def take(self, token: Tag | str) -> None:
        if isinstance(token, str):
            self._text(token)
        elif token.closes:
            self._close(token.name)
        else:
            self._start(token)

    def finish(self) -> None:
        self._break()
        while self._tables:
            self._end_table()

    # --- tags ---------------------------------------------------------------------------------------------------------

    def _start(self, tag: Tag) -> None:
        name = tag.name
        if name in BREAKING or name == "hr":
            self._break()
        if name == "br":
            if self._runs:
                self._add("\n", self._state)
        elif name == "hr":
            self._put(["rule", 0, self._state.quote, "", [], []])
        elif name == "img":
            self._picture(tag)
        elif name == "input":
            if tag.attributes.get("type", "").lower() != "hidden":
                self._stand_in("field", tag.attributes.get("value", "") or tag.attributes.get("placeholder", ""), tag)
        elif name in OBJECTS:
            self._stand_in("object", tag.attributes.get("title", ""), tag)
        if name in EMPTY or not self._enter(tag):
            return
        if name == "table":
            for table in self._tables:
                table.is_plain = False
            self._tables.append(Table(len(self.made.blocks)))
        elif self._tables and name == "tr":
            self._tables[-1].begin_row(len(self.made.blocks))
        elif self._tables and name in ("td", "th"):
            self._tables[-1].begin_cell(len(self.made.blocks), is_heading=name == "th")
        elif name == "ol":
            start = tag.attributes.get("start", "")
            self._open[-1].number = int(start) if _COUNT.match(start) else 1
        elif name == "li":
            self._marker = self._next_marker()

    def _end_implied(self, name: str) -> None:
        if name in BREAKING:
            self._pop_to({"p"}, _PARAGRAPH_BOUNDS)
        if name in _IMPLIED:
            self._pop_to(*_IMPLIED[name])

    def _pop_to(self, names: Collection[str], bounds: Collection[str]) -> bool:
        """Ends the innermost of these elements, and what is open in it; whether there was one within the bounds."""
        for position in range(len(self._open) - 1, -1, -1):
            if self._open[position].name in names:
                del self._open[position:]
                return True
            if self._open[position].name in bounds:
                return False
        return False

    def _enter(self, tag: Tag) -> bool:
        """False where it is too deep."""
        name = tag.name
        self._end_implied(name)
        if len(self._open) >= DEEPEST:
            self._too_deep += 1
            return False
        state = self._state
        fore, back = colours_of(tag.attributes)
        fore, back = fore or state.fore, back or state.back
        state = replace(
            state,
            bold=state.bold or name in _BOLD,
            italic=state.italic or name in _ITALIC,
            underline=state.underline or name in _UNDERLINE,
            strike=state.strike or name in _STRIKE,
            fixed=state.fixed or name in _FIXED,
            hidden=state.hidden or name == "template" or is_hidden(tag.attributes),
            tiny=is_tiny(tag.attributes, state.tiny),
            quote=min(DEEPEST_LEVEL, state.quote + (name == "blockquote")),
            heading=int(name[1]) if re.fullmatch("h[1-6]", name) else state.heading,
            depth=min(DEEPEST_LEVEL, state.depth + (name in _LISTS)),
            keeps_blanks=state.keeps_blanks or name in PREFORMATTED,
            fore=fore,
            back=back,
        )
        if name == "a" and tag.attributes.get("href", "").strip():
            # As browsers read it. What cannot be seen in it stays: the window says so, and then opens nothing.
            address = _NEVER_IN_ADDRESSES.sub("", tag.attributes["href"]).strip()
            # A longer one is no link that could be judged by looking at it.
            state = replace(state, link=address if len(address) <= ADDRESS_LIMIT else "")
        self._open.append(_Open(name, state))
        return True

    def _close(self, name: str) -> None:
        if name in BREAKING:
            self._break()
        if name in _IGNORED_ENDS:
            return
        if self._too_deep:
            self._too_deep -= 1
            return
        # No other end reaches out of a table: its cells would no longer be its own.
        if not self._pop_to({name}, () if name == "table" else {"table"}) or not self._tables:
            return
        if name == "table":
            self._end_table()
        elif name in ("td", "th", "tr"):
            self._tables[-1].end_cell(len(self.made.blocks))

    def _next_marker(self) -> str:
        inner = next((element for element in reversed(self._open) if element.name in _LISTS), None)
        if inner is None or inner.number is None:
            return "•"
        inner.number += 1
        return f"{inner.number - 1}."

    def _picture(self, tag: Tag) -> None:
        self.made.pictures += 1
        sides = [_LENGTH.match(tag.attributes.get(side, "")) for side in ("width", "height")]
        if not any(side is not None and float(side[1]) <= LARGEST_SPACER for side in sides):
            self._stand_in("picture", tag.attributes.get("alt", ""), tag)

    def _stand_in(self, kind: str, description: str, tag: Tag) -> None:
        state = self._state
        hidden = state.hidden or is_hidden(tag.attributes)
        text = clip(make_visible(" ".join(description.split())), RUN_TEXT_LIMIT)[0]
        self._add(text, replace(state, hidden=hidden), kind)

    def _end_table(self) -> None:
        table = self._tables.pop()
        table.end_cell(len(self.made.blocks))
        self._table_count += 1
        if self._table_count <= MOST_TABLES:
            self.made.blocks[table.start :] = table.as_blocks(self.made.blocks)

    # --- text ---------------------------------------------------------------------------------------------------------

    def _text(self, text: str) -> None:
        state = self._state
        if state.is_unseen and all(unicodedata.category(one)[0] in "ZCM" for one in text):
            return  # filling of mails that hide their first line; there is nothing to be seen
        if not state.keeps_blanks:
            text = _BLANKS.sub(" ", text)
            if not self._runs or self._runs[-1][0].endswith((" ", "\n")):
                text = text.lstrip(" ")
        text = make_visible(text)
        if text:
            self._add(text, state)

    def _add(self, text: str, state: _State, kind: str = "text") -> None:
        room = FORMATTED_TEXT_LIMIT - self._characters
        if room <= 0 or self._run_count >= RUNS_LIMIT:
            self._break()
            raise _Full
        if len(text) > room:
            text, self.made.truncated = text[:room], True
        self._characters += max(1, len(text))
        for at in range(0, max(1, len(text)), RUN_TEXT_LIMIT):
            self._add_run(text[at : at + RUN_TEXT_LIMIT], state, kind)

    def _add_run(self, text: str, state: _State, kind: str) -> None:
        if not self._runs:
            self._begin(state)
        row = state.row(text, kind)
        last = self._runs[-1] if self._runs else None
        self._length += len(text)
        if last is not None and last[1:] == row[1:] and kind == "text" and len(last[0]) + len(text) <= RUN_TEXT_LIMIT:
            last[0] += text
        else:
            if "h" in row[2] and not (last is not None and "h" in last[2]):
                self.made.hidden += 1
            self._characters += len(state.link)
            self._run_count += 1
            self._runs.append(row)
        if self._length >= PARAGRAPH_LIMIT:
            self._break()

    def _begin(self, state: _State) -> None:
        if self._marker:
            self._block = ("item", max(1, state.depth), state.quote, self._marker)
            self._marker = ""
        elif state.heading:
            self._block = ("heading", state.heading, state.quote, "")
        elif state.keeps_blanks:
            self._block = ("preformatted", 0, state.quote, "")
        elif state.depth:
            self._block = ("item", state.depth, state.quote, "")
        else:
            self._block = ("paragraph", 0, state.quote, "")

    def _break(self) -> None:
        """Ends the paragraph; one of blanks only is none."""
        runs, self._runs, self._length = self._runs, [], 0
        if self._block[0] != "preformatted":
            while runs and runs[-1][1] == "text" and not runs[-1][0].strip(" \n"):
                runs.pop()
            if runs and runs[-1][1] == "text":
                runs[-1][0] = runs[-1][0].rstrip(" \n")
        if runs:
            kind, level, quote, marker = self._block
            self._put([kind, level, quote, marker, runs, []])

    def _put(self, block: list[Any]) -> None:
        if len(self.made.blocks) >= BLOCKS_LIMIT:
            raise _Full
        self.made.blocks.append(block)
