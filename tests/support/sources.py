"""The program's own source, parsed once, for tests that judge how it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "tns_desktop"


@dataclass(frozen=True, slots=True)
class Source:
    """One module. ``name`` is its path inside the package with ``/`` (``ui/actions.py``)."""

    name: str
    text: str
    tree: ast.Module

    def is_in(self, *places: str) -> bool:
        """True for a module named so, or one below a folder named so (``ui/runtime/``)."""
        return any(self.name == place or (place.endswith("/") and self.name.startswith(place)) for place in places)

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the last part of what is called: ``loop.create_task(x)`` is ``create_task``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, last_name(node.func)

    def imported_modules(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every module that an import statement names, wherever it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name
            elif isinstance(node, ast.ImportFrom):
                yield node, node.module or ""


def last_name(node: ast.expr) -> str:
    """``c`` of ``a.b.c``; an empty string for what has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@cache
def sources() -> tuple[Source, ...]:
    """Every module of the package, in the order of their names."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path.relative_to(PACKAGE).as_posix(), text, ast.parse(text)))
    return tuple(found)
