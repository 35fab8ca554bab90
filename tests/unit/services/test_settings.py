"""Settings: declared once, never half saved, and tolerant of what people type into the file."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.errors import DiskFull
from tns_desktop.services.settings import ALL_SETTINGS, GRACE_SECONDS, LANGUAGE, WINDOW_GEOMETRY, Setting, Settings


class MemoryStore:
    """A settings file in memory, which may be full."""

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        self.values = values or {}
        self.saves = 0
        self.full = False

    def load(self) -> dict[str, Any]:
        return copy.deepcopy(self.values)

    def save(self, values: dict[str, Any]) -> None:
        if self.full:
            raise DiskFull("full", facts={"path": "settings.toml"})
        self.values = copy.deepcopy(values)
        self.saves += 1


@pytest.mark.parametrize("setting", ALL_SETTINGS, ids=lambda setting: setting.key)
def test_every_default_is_accepted_by_its_own_rule(setting: Setting[Any]) -> None:
    assert setting.accepts(setting.default)
    assert Settings(MemoryStore()).get(setting) == setting.default


def test_no_setting_is_declared_twice() -> None:
    assert len({setting.key for setting in ALL_SETTINGS}) == len(ALL_SETTINGS)


def test_what_is_set_is_there_after_a_restart_and_unknown_keys_stay() -> None:
    store = MemoryStore({"decisions": {"of_a_newer_version": 1}, "other": [1]})
    Settings(store).set(GRACE_SECONDS, 20)
    assert store.values == {"decisions": {"of_a_newer_version": 1, "grace_seconds": 20}, "other": [1]}
    assert Settings(store).get(GRACE_SECONDS) == 20


def test_what_does_not_change_is_not_written() -> None:
    store = MemoryStore({"language": "fr"})
    Settings(store).set(LANGUAGE, "fr")
    assert store.saves == 0


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(value=junk)
def test_whatever_stands_in_the_file_a_usable_value_comes_out(value: object) -> None:
    for setting in ALL_SETTINGS:
        *tables, last = setting.key.split(".")
        values: dict[str, Any] = {last: value}
        for table in tables:
            values = {table: values}
        for stored in (values, {setting.key.split(".")[0]: value}):
            assert setting.accepts(Settings(MemoryStore(stored)).get(setting))


def test_a_value_that_is_not_accepted_is_refused() -> None:
    store = MemoryStore()
    for wrong in (float("nan"), -1, True, "10"):
        with pytest.raises(ValueError, match="grace_seconds"):
            Settings(store).set(GRACE_SECONDS, wrong)  # type: ignore[misc]
    assert store.saves == 0


def test_what_the_command_line_says_holds_for_this_run_only() -> None:
    store = MemoryStore({"language": "fr"})
    settings = Settings(store)
    settings.override(LANGUAGE, "en")
    assert settings.get(LANGUAGE) == "en"
    settings.set(WINDOW_GEOMETRY, "abc")
    assert store.values["language"] == "fr"
    settings.set(LANGUAGE, "fr")
    assert settings.get(LANGUAGE) == "fr"


def test_what_could_not_be_saved_does_not_count() -> None:
    store = MemoryStore({"decisions": {"grace_seconds": 5}})
    settings = Settings(store)
    store.full = True
    with pytest.raises(DiskFull):
        settings.set(GRACE_SECONDS, 20)
    with pytest.raises(DiskFull):
        settings.set_records("connections", [{"connection_id": "c1"}])
    assert settings.get(GRACE_SECONDS) == 5
    assert settings.records("connections") == []
    store.full = False
    settings.set(GRACE_SECONDS, 20)
    assert store.values == {"decisions": {"grace_seconds": 20}}


def test_records_are_copies_and_what_is_no_record_is_left_out() -> None:
    settings = Settings(MemoryStore({"connections": [{"label": "a"}, "junk"], "broken": {"label": "b"}}))
    settings.records("connections")[0]["label"] = "changed"
    assert settings.records("connections") == [{"label": "a"}]
    assert settings.records("broken") == []
