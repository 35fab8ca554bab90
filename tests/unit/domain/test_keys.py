"""Keys that mean two things are reported where both could fire and nowhere else, and never take effect twice."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tns_desktop.domain.keys import Area, Clash, KeyMap, KeyOwner

KEYS = st.lists(st.sampled_from(["A", "B", "C", "Ctrl+A", "Ctrl+B", "F1"]), max_size=3, unique=True).map(tuple)
NAMES = [f"action{number}" for number in range(7)]


@st.composite
def key_maps(draw: st.DrawFn) -> KeyMap:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    owners = tuple(KeyOwner(name, draw(KEYS), draw(st.sampled_from(Area))) for name in names)
    return KeyMap(owners, draw(st.dictionaries(st.sampled_from(names), KEYS)))


@settings(max_examples=100)
@given(key_maps())
def test_a_key_is_reported_exactly_where_two_of_one_area_want_it(keys: KeyMap) -> None:
    pairs = {
        (key, frozenset({one.name, other.name}))
        for one in keys.owners
        for other in keys.owners
        if one is not other and one.area is other.area
        for key in set(keys.wanted(one)) & set(keys.wanted(other))
    }
    told = {(clash.key, frozenset({clash.first, clash.second})) for clash in keys.clashes()}
    assert told <= pairs
    areas = {owner.name: owner.area for owner in keys.owners}
    # Three with one key are told as two pairs, each with the first of them.
    assert {(key, name) for key, names in told for name in names} == {
        (key, name) for key, names in pairs for name in names
    }
    assert all(areas[clash.first] is areas[clash.second] for clash in keys.clashes())


@settings(max_examples=100)
@given(key_maps())
def test_no_key_takes_effect_twice_and_none_is_lost(keys: KeyMap) -> None:
    effect = keys.in_effect()
    counts = Counter((owner.area, key) for owner in keys.owners for key in effect[owner.name])
    assert all(times == 1 for times in counts.values())
    assert counts.keys() == {(owner.area, key) for owner in keys.owners for key in keys.wanted(owner)}
    if not keys.clashes():
        assert effect == {owner.name: keys.wanted(owner) for owner in keys.owners}


@settings(max_examples=100)
@given(key_maps())
def test_what_was_chosen_is_never_lost_to_what_the_table_says(keys: KeyMap) -> None:
    effect = keys.in_effect()
    for owner in keys.owners:
        if owner.name in keys.changed:
            for key in set(keys.wanted(owner)) - set(effect[owner.name]):
                holder = next(item for item in keys.owners if item.area is owner.area and key in effect[item.name])
                assert holder.name in keys.changed


@settings(max_examples=100)
@given(key_maps(), st.data())
def test_what_is_as_the_table_says_is_not_kept(keys: KeyMap, data: st.DataObject) -> None:
    owner = data.draw(st.sampled_from(keys.owners))
    other = data.draw(KEYS)
    changed = keys.with_keys(owner.name, other)
    assert changed.wanted(owner) == other
    assert (owner.name in changed.changed) is (other != owner.keys)
    assert owner.name not in changed.with_keys(owner.name, owner.keys).changed
    assert keys.as_the_table_says().changed == {}


def test_a_dialog_s_key_may_be_one_of_the_window_s() -> None:
    owners = (KeyOwner("accept", ("Ctrl+Return",)), KeyOwner("confirm", ("Ctrl+Return",), Area.DIALOG))
    assert KeyMap(owners).clashes() == []
    beside = (*owners, KeyOwner("skip", ("Ctrl+Return",)))
    assert KeyMap(beside).clashes() == [Clash("Ctrl+Return", "accept", "skip")]
