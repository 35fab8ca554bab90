"""What import contracts cannot say of the layers: standard library, clock, event loops, tasks."""

from __future__ import annotations

import ast

from tests.support.sources import last_name, sources

DOMAIN_MAY_IMPORT = frozenset(
    {
        "__future__",
        "collections",
        "collections.abc",
        "dataclasses",
        "datetime",
        "enum",
        "ipaddress",
        "re",
        "typing",
        "unicodedata",
        "urllib.parse",
        "uuid",
    }
)
"""Values and rules need no more: nothing here reads a file, a clock or the network."""

CLOCKS = frozenset({"now", "utcnow", "today", "time", "monotonic", "perf_counter"})
CLOCK_OWNERS = frozenset({"datetime", "date", "time"})

NESTED_LOOPS = frozenset({"exec", "exec_", "processEvents"})
STATIC_DIALOGS = frozenset(
    {"getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory", "getText", "getItem", "getInt"}
)
TASK_MAKERS = frozenset({"create_task", "ensure_future"})


def test_domain_imports_nothing_but_a_few_modules_of_the_standard_library_and_itself() -> None:
    strangers = [
        f"{source.at(node)} imports {module}"
        for source in sources()
        if source.is_in("domain/")
        for node, module in source.imported_modules()
        if module not in DOMAIN_MAY_IMPORT and not module.startswith("tns_desktop.domain")
    ]

    assert strangers == []


def test_domain_and_services_are_told_the_time_and_never_look_at_a_clock() -> None:
    looks = [
        source.at(call)
        for source in sources()
        if source.is_in("domain/", "services/")
        for call, name in source.calls()
        if name in CLOCKS and isinstance(call.func, ast.Attribute) and last_name(call.func.value) in CLOCK_OWNERS
    ]

    assert looks == []


def test_domain_has_no_coroutine_and_makes_no_identifier() -> None:
    found = [
        source.at(node)
        for source in sources()
        if source.is_in("domain/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
        or (isinstance(node, ast.Call) and last_name(node.func) in ("uuid1", "uuid4", "open", "print"))
    ]

    assert found == []


def test_window_never_turns_a_nested_event_loop() -> None:
    """``exec()`` inside a coroutine loses other tasks for ever: qasync issues 59 and 174."""
    found = [
        f"{source.at(call)} calls {name}"
        for source in sources()
        if source.is_in("ui/", "program.py", "tour/")
        for call, name in source.calls()
        if name in NESTED_LOOPS or name in STATIC_DIALOGS
    ]
    imported = [
        source.at(node)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and any(alias.name in ("QMessageBox", "QInputDialog", "QEventLoop") for alias in node.names)
    ]

    assert found + imported == []


def test_window_starts_tasks_through_a_task_scope_only() -> None:
    found = [
        source.at(call)
        for source in sources()
        if source.is_in("ui/") and not source.is_in("ui/runtime/")
        for call, name in source.calls()
        if name in TASK_MAKERS
    ]

    assert found == []


def test_no_task_is_started_and_left_to_itself() -> None:
    """A task nobody holds may be collected while it runs, and its error is heard by nobody."""
    found = [
        source.at(node)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and last_name(node.value.func) in TASK_MAKERS
    ]

    assert found == []


def test_nothing_sleeps_in_a_thread() -> None:
    found = [
        source.at(call)
        for source in sources()
        for call, name in source.calls()
        if name == "sleep" and isinstance(call.func, ast.Attribute) and last_name(call.func.value) == "time"
    ]

    assert found == []


def test_no_dangerous_deserialiser_is_used() -> None:
    dangerous = {"pickle", "marshal", "shelve", "dill", "yaml"}
    found = [
        source.at(node)
        for source in sources()
        for node, module in source.imported_modules()
        if module.partition(".")[0] in dangerous
    ]

    assert found == []
