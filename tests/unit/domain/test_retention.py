"""The rule of what stays: for any archives and any policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.domain.retention import DropReason, KeptArchive, RetentionPolicy, what_to_drop

NOW = datetime(2026, 11, 24, tzinfo=UTC)
KEYS = [ClientFileKey("c", f"u{number}") for number in range(8)]
NOBODY: frozenset[ClientFileKey] = frozenset()


def archive(number: int, *, size: int = 10, days: float = 1) -> KeptArchive:
    return KeptArchive(KEYS[number], size, NOW - timedelta(days=days))


archives = st.lists(
    st.builds(
        lambda number, size, days: archive(number, size=size, days=days),
        st.integers(0, 7),
        st.integers(0, 100),
        st.integers(0, 60),
    ),
    unique_by=lambda kept: kept.key,
)
policies = st.builds(RetentionPolicy, days=st.integers(0, 60), most_bytes=st.integers(0, 400), decided=st.booleans())
some_keys = st.frozensets(st.sampled_from(KEYS))


@given(archives, policies, some_keys, some_keys, some_keys)
def test_what_is_kept_on_purpose_goes_for_want_of_room_only_and_last(
    kept: list[KeptArchive],
    policy: RetentionPolicy,
    held: frozenset[ClientFileKey],
    confirmed: frozenset[ClientFileKey],
    wanted: frozenset[ClientFileKey],
) -> None:
    dropped = dict(what_to_drop(kept, policy, now=NOW, held=held, confirmed=confirmed, on_purpose=wanted))
    given_up = [one for one in kept if one.key in wanted and one.key in dropped]
    left = [one for one in kept if one.key not in dropped]

    assert dropped.keys().isdisjoint(held)
    assert all(dropped[one.key] is DropReason.NO_ROOM for one in given_up)
    if given_up:
        assert all(one.key in wanted | held for one in left)
        last = next(key for key in reversed(dropped) if key in wanted)
        size = next(one.size for one in kept if one.key == last)
        assert sum(one.size for one in left) + size > policy.most_bytes > 0
    if policy.most_bytes:
        assert all(one.key in held for one in left) or sum(one.size for one in left) <= policy.most_bytes


@given(archives, policies, some_keys, some_keys)
def test_what_is_held_stays_and_the_rest_obeys_the_policy(
    kept: list[KeptArchive],
    policy: RetentionPolicy,
    held: frozenset[ClientFileKey],
    confirmed: frozenset[ClientFileKey],
) -> None:
    dropped = dict(what_to_drop(kept, policy, now=NOW, held=held, confirmed=confirmed))
    left = [one for one in kept if one.key not in dropped]

    assert dropped.keys().isdisjoint(held)
    assert dropped.keys() <= {one.key for one in kept}
    free = [one for one in left if one.key not in held]
    if policy.days:
        assert all(NOW - one.stored_at <= timedelta(days=policy.days) for one in free)
    if policy.decided:
        assert not any(one.key in confirmed for one in free)
    if policy.most_bytes:
        assert not free or sum(one.size for one in left) <= policy.most_bytes
    no_room = [one.stored_at for one in kept if dropped.get(one.key) is DropReason.NO_ROOM]
    assert not no_room or all(one.stored_at >= max(no_room) for one in free)


@given(archives, some_keys)
def test_without_limits_everything_stays(kept: list[KeptArchive], confirmed: frozenset[ClientFileKey]) -> None:
    assert what_to_drop(kept, RetentionPolicy(), now=NOW, held=NOBODY, confirmed=confirmed) == []


def test_the_reason_is_the_first_that_holds_and_the_oldest_goes_first() -> None:
    kept = [archive(0, days=1), archive(1, days=40), archive(2, days=3), archive(3, days=2)]
    policy = RetentionPolicy(days=30, most_bytes=15, decided=True)
    assert what_to_drop(kept, policy, now=NOW, held=NOBODY, confirmed=frozenset({KEYS[3]})) == [
        (KEYS[1], DropReason.TOO_OLD),
        (KEYS[2], DropReason.NO_ROOM),
        (KEYS[3], DropReason.DECIDED),
    ]
