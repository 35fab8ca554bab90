"""That everything the program ships with is named, and is under a licence it may ship under."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.support.devtools import ROOT, dev_module

notices = dev_module("notices")

WRITTEN = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
VERSIONS = notices.lock_versions((ROOT / "requirements.lock").read_text(encoding="utf-8"))
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|")) for line in WRITTEN.splitlines() if line.startswith("| ")
]


def test_every_runtime_package_of_the_lock_is_listed_with_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {name: VERSIONS[name] for name in notices.runtime_packages(project["dependencies"])}
    listed = {notices.canonicalize_name(name): version for name, version, *_ in ROWS[1:]}
    assert needed.items() <= listed.items()
    assert listed.items() <= VERSIONS.items()
    if notices.sees_everything():
        assert listed == needed
        assert notices.text(notices.notices()) == WRITTEN, "run the notices command"


def test_what_only_windows_needs_is_listed_too() -> None:
    listed = {name for name, *_ in ROWS}
    assert {"pywin32-ctypes", "tzdata", "SecretStorage"} <= listed


def test_what_only_developers_need_is_not_listed() -> None:
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & {name for name, *_ in ROWS}


@pytest.mark.parametrize(("name", "licence"), [(row[0], row[2]) for row in ROWS[1:]])
def test_every_licence_is_one_we_may_ship(name: str, licence: str) -> None:
    assert notices.is_allowed(licence), name
    assert not re.search(r"(?<!L)GPL", licence), name


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT OR GPL-2.0-only", True),
        ("MIT AND GPL-2.0-only", False),
        ("(LGPL-3.0-only OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("", False),
    ],
)
def test_licence_expressions_are_understood(expression: str, allowed: bool) -> None:
    assert notices.is_allowed(expression) is allowed


def test_nothing_is_explained_by_hand_that_is_not_there() -> None:
    assert set(notices.LICENCES) | set(notices.HOMES) <= set(VERSIONS)


def test_no_address_is_a_link_to_an_index() -> None:
    assert "://" not in WRITTEN
