"""The settings file: what a person wrote is kept, what is broken is said and never overwritten."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.adapters.settings import TomlSettingsStore
from tns_desktop.domain.errors import SettingsInvalid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_no_file_means_no_settings(path: Path) -> None:
    assert TomlSettingsStore(path).load() == {}


def test_returns_what_was_saved(path: Path) -> None:
    values = {"theme": "dark", "limits": {"archive": 5}, "connections": [{"label": "É"}]}
    TomlSettingsStore(path).save(values)
    assert TomlSettingsStore(path).load() == values
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_keeps_keys_it_does_not_know(path: Path) -> None:
    path.write_text('from_the_future = 1\ntheme = "dark"\n[more]\nx = 2\n', "utf-8")
    TomlSettingsStore(path).save({"theme": "light"})
    assert TomlSettingsStore(path).load() == {"from_the_future": 1, "theme": "light", "more": {"x": 2}}


def test_a_table_is_what_the_caller_says_and_none_removes_a_key(path: Path) -> None:
    store = TomlSettingsStore(path)
    store.save({"connections": {"a": {"label": "A"}, "b": {"label": "B"}}, "theme": "dark"})
    store.save({"connections": {"b": {"label": "B", "note": None}}, "theme": None})
    assert store.load() == {"connections": {"b": {"label": "B"}}}


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"a = 1\nb = [1,\nc = \n", "3", "toml_syntax"),
        (b'a = 1\nb = "\xff"\n', "2", "not_utf8"),
        (b"a = 1\na = 2\n", "2", "toml_syntax"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_not_overwritten(
    path: Path, content: bytes, line: str, reason: str
) -> None:
    path.write_bytes(content)
    store = TomlSettingsStore(path)
    for attempt in (store.load, lambda: store.save({"a": 1})):
        with pytest.raises(SettingsInvalid) as caught:
            attempt()
        assert caught.value.facts["file"] == str(path)
        assert (caught.value.facts["line"], caught.value.facts["reason"]) == (line, reason)
    assert path.read_bytes() == content


def test_a_broken_file_can_be_set_aside(path: Path) -> None:
    path.write_bytes(b"= broken")
    store = TomlSettingsStore(path)
    aside = store.set_aside()
    assert aside.read_bytes() == b"= broken"
    assert aside.parent == path.parent
    store.save({"a": 1})
    assert store.load() == {"a": 1}


def test_a_failed_write_leaves_the_old_file_and_no_part(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = TomlSettingsStore(path)
    store.save({"a": 1})

    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(SettingsInvalid) as caught:
        store.save({"a": 2})
    assert caught.value.facts["reason"] == "no_room"
    assert store.load() == {"a": 1}
    assert list(path.parent.iterdir()) == [path]


def test_a_value_that_toml_cannot_hold_is_refused(path: Path) -> None:
    with pytest.raises(SettingsInvalid):
        TomlSettingsStore(path).save({"a": object()})
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        TomlSettingsStore(tmp_path / "missing" / "settings.toml").save({"a": 1})
    assert (caught.value.code, caught.value.facts["reason"]) == ("settings_not_saved", "path_gone")


_plain = st.text(st.characters(codec="utf-8"), max_size=10)
_values = st.recursive(
    _plain | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_plain, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_plain, _values, max_size=4))
def test_any_settings_come_back_equal(values: dict[str, Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = TomlSettingsStore(Path(folder) / "settings.toml")
        store.save(values)
        assert store.load() == values
