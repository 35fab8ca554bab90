"""Which catalogue keys the code asks for, found by reading its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tns_desktop

PACKAGE = Path(tns_desktop.__file__).parent
SOURCES = (*sorted((PACKAGE / "ui").rglob("*.py")), PACKAGE / "program.py")
ASKING = frozenset({"tr", "has_text"})


@dataclass(frozen=True, slots=True)
class Found:
    """A key, or a pattern with ``{}`` in place of what is filled in, and where it stands."""

    text: str
    place: str


def parsed() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def literal_keys() -> list[Found]:
    """First arguments of ``tr`` and ``has_text`` that are written out."""
    return [
        Found(node.args[0].value, f"{path.name}:{node.lineno}")
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _called(node) in ASKING
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def string_constants() -> frozenset[str]:
    return frozenset(
        node.value
        for _path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def patterns(tops: frozenset[str]) -> list[Found]:
    """Every f-string that begins like a key (``state.{…}``): the keys made while the program runs."""
    found = []
    for path, tree in parsed():
        for node in ast.walk(tree):
            if not isinstance(node, ast.JoinedStr) or not node.values:
                continue
            first = node.values[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            if first.value.split(".")[0] in tops and "." in first.value:
                shape = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
                found.append(Found(shape, f"{path.name}:{node.lineno}"))
    return found


def placeholders_given() -> list[tuple[str, frozenset[str], str]]:
    """For each written-out ``tr("key", name=…)``: the key, the names of its values, the place. ``**values`` is left out."""
    return [
        (
            str(node.args[0].value),
            frozenset(keyword.arg for keyword in node.keywords if keyword.arg is not None),
            f"{path.name}:{node.lineno}",
        )
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _called(node) == "tr"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and all(keyword.arg is not None for keyword in node.keywords)
    ]


def assembled_texts() -> list[str]:
    """Places where a translated text becomes part of a longer one by ``+``, ``%`` or an f-string."""
    found = []
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
                parts: list[ast.AST] = [node.left, node.right]
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            else:
                continue
            if any(_called(part) == "tr" for part in parts):
                found.append(f"{path.relative_to(PACKAGE).as_posix()}:{ast.unparse(node)}")
    return found
