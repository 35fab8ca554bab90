"""The habits of CONTRIBUTING.md that a tool can check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.sources import sources

LONGEST_MODULE = 400
LONGEST_BY_NAME = {"ui/views/main_window.py": 300}
MAY_PRINT = ("sandbox/", "adapters/render/worker.py")
"""The sandbox speaks on standard output by design; the decoder's standard error is read and filtered by the desk."""

UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")


def test_every_module_says_why_it_exists() -> None:
    silent = [source.name for source in sources() if not ast.get_docstring(source.tree)]

    assert silent == []


def test_modules_are_short() -> None:
    lengths = {source.name: len(source.text.splitlines()) for source in sources()}
    long = {name: length for name, length in lengths.items() if length > LONGEST_BY_NAME.get(name, LONGEST_MODULE)}

    assert long == {}


def test_nothing_is_left_for_later() -> None:
    assert [source.name for source in sources() if UNFINISHED.search(source.text)] == []


def test_only_programs_without_a_window_print() -> None:
    found = [
        source.at(call)
        for source in sources()
        if not source.is_in(*MAY_PRINT)
        for call, name in source.calls()
        if name == "print"
    ]

    assert found == []


def test_public_functions_of_domain_and_services_are_described() -> None:
    """``checked_…`` says it by its name: the value, or the error."""
    found = [
        f"{source.at(function)} {function.name}"
        for source in sources()
        if source.is_in("domain/", "services/")
        for function in _public_functions(source.tree)
        if not ast.get_docstring(function) and not function.name.startswith("checked_")
    ]

    assert found == []


def test_classes_that_do_something_are_described() -> None:
    """Values with telling names may stand without; a class with behaviour may not."""
    found = [
        f"{source.at(node)} {node.name}"
        for source in sources()
        if source.is_in("domain/", "services/")
        for node in source.tree.body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)
        and not ast.get_docstring(node)
    ]

    assert found == []


def test_blocking_helpers_are_named_so_and_coroutines_are_not() -> None:
    found = [
        f"{source.at(node)} {node.name}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef) and node.name.endswith("_blocking")
    ]

    assert found == []


def test_events_are_named_in_the_past_tense() -> None:
    (events,) = (source for source in sources() if source.name == "services/events.py")
    names = [node.name for node in events.tree.body if isinstance(node, ast.ClassDef) and node.decorator_list]

    assert names
    assert [name for name in names if not name.endswith("ed")] == []


def test_every_import_names_its_module_in_full() -> None:
    found = [
        source.at(node)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names))
    ]

    assert found == []


def _public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node
