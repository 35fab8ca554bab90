"""Every attack of the catalogue has the outcome that is written beside it."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable

import pytest

from tests.support.hostile_archives import KIB, SMALL_LIMITS, Attack, run
from tests.support.hostile_catalogue import ATTACKS
from tests.support.hostile_table import hostile_table
from tests.support.zips import SAMPLE_PDF, Part, build_zip, deflate
from tns_desktop.adapters.archive import ZipArchiveReader
from tns_desktop.domain.archive import ArchiveLimits
from tns_desktop.domain.errors import EntryTooLarge, TnsError


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_hostile_archive_has_the_expected_outcome(attack: Attack) -> None:
    outcome = run(attack)
    if attack.error is not None:
        assert type(outcome.error) is attack.error
        return
    assert outcome.error is None
    assert outcome.index is not None
    assert set(outcome.index.problems) == attack.archive_problems
    entry = outcome.index.entry(attack.entry)
    assert entry is not None
    assert set(entry.problems) == attack.entry_problems
    if attack.shown_as:
        assert entry.path == attack.shown_as
    assert (type(outcome.read_error) if outcome.read_error else None) is attack.read_error
    assert outcome.good == (SAMPLE_PDF if attack.good_survives else None)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_shown_path_leaves_the_archive_or_hides_characters(attack: Attack) -> None:
    outcome = run(attack)
    if outcome.index is None:
        return
    assert len(outcome.index.entries) <= SMALL_LIMITS.entries
    for entry in outcome.index.entries:
        assert entry.path.isprintable()
        assert not entry.path.startswith("/")
        assert "\\" not in entry.path
        assert not {"..", ".", ""} & set(entry.path.split("/"))


def test_names_in_the_catalogue_are_unique() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


def test_table_has_a_line_for_every_attack() -> None:
    lines = hostile_table().splitlines()
    assert len(lines) == len(ATTACKS) + 2
    assert all(line.count("|") == 6 for line in lines)


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("claimed", [0, 60 * KIB, 0xFFFFFFF0], ids=["none", "small", "4 GB"])
def test_bomb_costs_no_more_memory_than_the_limit(claimed: int) -> None:
    data = build_zip([Part(b"bomb.bin", b"", packed=deflate(bytes(100 * KIB * KIB)), size=claimed)])
    reader = ZipArchiveReader(ArchiveLimits(entry_bytes=KIB * KIB))

    def work() -> None:
        reader.index_blocking(io.BytesIO(data), "")
        with pytest.raises(TnsError):
            reader.read_blocking(io.BytesIO(data), "0")

    assert _peak(work) < 2 * KIB * KIB


def test_document_within_the_limit_is_held_once() -> None:
    size = 16 * KIB * KIB
    data = build_zip([Part(b"scan.tif", bytes(size), method=0)])
    reader = ZipArchiveReader()
    stream = io.BytesIO(data)
    assert _peak(lambda: reader.read_blocking(stream, "0")) < size * 1.3


def test_ratio_is_enforced_on_what_is_produced() -> None:
    """The claim of 5,000 bytes keeps every rule; the data do not."""
    data = build_zip([Part(b"a.bin", b"", packed=deflate(bytes(400 * KIB)), size=5_000)])
    reader = ZipArchiveReader(ArchiveLimits(ratio=50, ratio_free_bytes=64 * KIB))
    assert reader.index_blocking(io.BytesIO(data), "").entries[0].problems == ()
    with pytest.raises(EntryTooLarge) as caught:
        reader.read_blocking(io.BytesIO(data), "0")
    assert caught.value.facts["reason"] == "ratio"


@pytest.mark.parametrize("compressed", [0xFFFFFFF0, 0x7FFFFFFF])
def test_forged_compressed_size_allocates_nothing(compressed: int) -> None:
    """cpython#151307: 160 bytes made zipfile ask for 1 to 2 GiB."""
    data = build_zip([Part(b"a.txt", b"x", method=0, compressed_size=compressed)])
    reader = ZipArchiveReader()

    def work() -> None:
        reader.index_blocking(io.BytesIO(data), "")
        with pytest.raises(TnsError):
            reader.read_blocking(io.BytesIO(data), "0")

    assert _peak(work) < 512 * KIB
