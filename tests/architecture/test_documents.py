"""The documents say what the code does: maps, tables, titles and links are compared with it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.sources import PACKAGE, REPOSITORY, sources
from tns_desktop.domain.decision import LEGAL_TRANSITIONS
from tns_desktop.sandbox.faults import FAULT_KINDS, FAULT_ROUTES
from tns_desktop.services.settings import ALL_SETTINGS
from tns_desktop.ui.actions import ACTIONS

DOCS = REPOSITORY / "docs"
ADR_SECTIONS = ["Context", "Options", "Decision", "Consequences"]
KEPT_BY_THE_PROGRAM = ("current_connection", "window.")
"""Settings that nobody writes by hand."""

_NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
_LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")

each_language = pytest.mark.parametrize("language", ["en", "fr"])


# --- decisions --------------------------------------------------------------------------------------------------------


def adrs() -> list[Path]:
    return sorted((DOCS / "adr").glob("*.md"))


def test_records_are_numbered_without_gaps_and_have_their_sections() -> None:
    numbers = [int(path.name[:4]) for path in adrs()]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in adrs():
        text = path.read_text(encoding="utf-8")
        headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
        assert text.startswith(f"# {path.name[:4]}. "), path.name
        assert re.search(r"^Date: \d{4}-\d\d-\d\d · Status: \w+", text, re.MULTILINE), path.name
        assert [heading.split(" ")[0] for heading in headings] == ADR_SECTIONS, path.name


def test_every_record_that_the_code_names_exists() -> None:
    known = {path.name[:4] for path in adrs()}
    named = {(source.name, number) for source in sources() for number in re.findall(r"docs/adr/(\d{4})", source.text)}

    assert named
    assert {(name, number) for name, number in named if number not in known} == set()


# --- ARCHITECTURE.md --------------------------------------------------------------------------------------------------


def architecture() -> str:
    return (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_module_map_lists_every_module_and_no_other() -> None:
    module_map = architecture().partition("## Module map")[2]
    listed = re.findall(r"^\| `([\w/]+\.py)` \|", module_map, re.MULTILINE)
    present = [source.name for source in sources() if not source.name.endswith("__init__.py")]

    assert sorted(listed) == sorted(present)


def test_table_of_the_outbox_is_the_one_of_the_domain() -> None:
    section = architecture().partition("## The outbox")[2].partition("\n## ")[0]
    table = {
        before: frozenset(re.findall(r"`(\w+)`", after))
        for before, after in re.findall(r"^\| `(\w+)` \|([^|]*)\|", section, re.MULTILINE)
    }

    assert table == {
        before.value: frozenset(after.value for after in later) for before, later in LEGAL_TRANSITIONS.items()
    }


def test_every_event_is_described() -> None:
    tree = ast.parse((PACKAGE / "services" / "events.py").read_text(encoding="utf-8"))
    events = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.decorator_list]

    assert [event for event in events if f"`{event}`" not in architecture()] == []


# --- links ------------------------------------------------------------------------------------------------------------


def test_every_link_between_documents_leads_somewhere() -> None:
    lost = [
        f"{document.relative_to(REPOSITORY)}: {target}"
        for document, target in _links()
        if not (document.parent / target).exists()
    ]

    assert lost == []


def test_every_picture_is_shown_by_a_document() -> None:
    shown = {(document.parent / target).resolve() for document, target in _links()}

    assert {path.resolve() for path in DOCS.rglob("*.png")} - shown == set()


def _links() -> Iterator[tuple[Path, str]]:
    """Each document, and what it leads to beside it."""
    for document in [*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")]:
        for _picture, target in _LINK.findall(document.read_text(encoding="utf-8")):
            if "://" not in target:
                yield document, target


# --- manuals ----------------------------------------------------------------------------------------------------------


def manual(language: str, name: str) -> str:
    return (DOCS / "manual" / language / name).read_text(encoding="utf-8").translate(_NO_BREAK_SPACES)


def catalogue(language: str) -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "resources" / "i18n" / f"{language}.toml").read_text(encoding="utf-8"))


def chapters(language: str) -> list[str]:
    return sorted(path.name for path in (DOCS / "manual" / language).glob("*.md"))


def missing(wanted: Iterable[str], text: str) -> list[str]:
    return [item for item in wanted if item not in text]


def test_both_manuals_have_the_same_chapters_of_the_same_shape() -> None:
    assert chapters("en") == chapters("fr")
    for name in chapters("en"):
        assert list(_shape(manual("en", name))) == list(_shape(manual("fr", name))), name


def test_every_chapter_is_reached_from_the_index() -> None:
    for language in ("en", "fr"):
        assert missing((name for name in chapters(language) if name != "index.md"), manual(language, "index.md")) == []


@each_language
def test_table_of_keys_is_the_one_of_the_actions(language: str) -> None:
    words = catalogue(language)["action"]
    wanted = [
        f"| {' · '.join(f'`{key}`' for key in spec.keys)} | {words[spec.action_id].rstrip('…')} |" for spec in ACTIONS
    ]
    rows = [line for line in manual(language, "keys.md").splitlines() if line.startswith("| `")]

    assert sorted(rows) == sorted(wanted)


@each_language
def test_every_error_has_its_advice_under_its_title(language: str) -> None:
    titles = [entry["title"] for entry in catalogue(language)["error"].values() if isinstance(entry, dict)]
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| .+ \|$", manual(language, "troubleshooting.md"), re.MULTILINE)

    assert sorted(rows) == sorted(titles)


@each_language
def test_every_status_of_the_outbox_is_explained(language: str) -> None:
    words = catalogue(language)["outbox"]["status"].values()

    assert missing((f"| **{word}** |" for word in words), manual(language, "decisions.md")) == []


@each_language
def test_labels_that_the_manual_names_are_the_window_s(language: str) -> None:
    words = catalogue(language)
    connection, outbox, queue = words["connection"], words["outbox"], words["queue"]
    doors = [words["welcome"][door]["title"] for door in ("connect", "sample", "archive")]
    buttons = [connection[name] for name in ("check", "save", "remove")]
    queues = [queue[name] for name in ("waiting", "pending", "suspended", "accepted", "rejected", "outbox")]
    ways_out = [outbox[name] for name in ("send_now", "send_again", "withdraw", "drop")]

    assert missing([*doors, *buttons, *connection["field"].values()], manual(language, "first-steps.md")) == []
    assert missing(queues, manual(language, "desk.md")) == []
    assert missing(ways_out, manual(language, "decisions.md")) == []


@each_language
def test_every_setting_is_described_with_its_default(language: str) -> None:
    text = manual(language, "settings.md")
    for setting in ALL_SETTINGS:
        if setting.key.startswith(KEPT_BY_THE_PROGRAM):
            continue
        default = json.dumps(setting.default)  # strings, numbers, truth and empty lists look the same in TOML
        assert f"| `{setting.key}` | `{default}` |" in text


@each_language
def test_every_option_of_the_command_line_is_described(language: str) -> None:
    source = (PACKAGE / "cli.py").read_text(encoding="utf-8")
    options = re.findall(r'add_argument\(\s*"(--[\w-]+)"', source)

    assert options
    assert missing((f"`{option}" for option in options), manual(language, "settings.md")) == []


@each_language
def test_every_fault_of_the_sandbox_is_listed(language: str) -> None:
    wanted = [f"`{name}`" for name in (*FAULT_KINDS, *FAULT_ROUTES)]

    assert missing(wanted, manual(language, "sandbox.md")) == []


def _shape(text: str) -> Iterator[str]:
    """Headings by level, rows of tables, pictures and links by target, blocks of code: what a translation keeps."""
    for line in text.splitlines():
        if line.startswith("#"):
            yield line.split(" ")[0]
        elif line.startswith("|"):
            yield f"row of {line.count('|')}"
        elif line.strip().startswith("```"):
            yield line.strip()
        for _picture, target in _LINK.findall(line):
            if not target.startswith(("../en/", "../fr/")):
                yield target
