"""What holds for every archive: damaged in any way, or written by the standard library."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.zips import SAMPLE_JPEG, SAMPLE_PDF, STORED, Part, Unseekable, build_zip, locked_part, sample_report
from tns_desktop.adapters.archive import ZipArchiveReader
from tns_desktop.domain.archive import ArchiveLimits
from tns_desktop.domain.errors import TnsError

LIMITS = ArchiveLimits(entry_bytes=20_000, total_bytes=60_000, entries=12, ratio_free_bytes=4_000, ratio=20)
GOOD = build_zip(
    [
        Part(b"report.json", sample_report(documents=[{"label": "ID", "path": "documents/id.jpg"}])),
        Part(b"signed/contrat.pdf", SAMPLE_PDF * 9),
        Part(b"documents/id.jpg", SAMPLE_JPEG, method=STORED),
        Part(b"documents/more.zip", build_zip([Part(b"a.txt", b"text" * 400), Part(b"b", b"", method=STORED)])),
        locked_part(b"locked.pdf", SAMPLE_PDF, b"secret"),
    ]
)

positions = st.integers(0, len(GOOD) - 1)
tails = st.integers(1, 420)
"""Positions from the end, where the directory is: there a changed byte does most."""

mutations = st.one_of(
    st.tuples(st.just("flip"), positions, st.integers(1, 255)),
    st.tuples(st.just("flip_tail"), tails, st.integers(1, 255)),
    st.tuples(
        st.just("wide_tail"), tails, st.sampled_from([b"\x00" * 4, b"\xff" * 4, b"\xff\xff\xff\x7f", b"PK\x05\x06"])
    ),
    st.tuples(st.just("cut"), positions, positions),
    st.tuples(st.just("insert"), positions, st.binary(min_size=1, max_size=30)),
    st.tuples(st.just("end"), positions, positions),
)


def mutate(data: bytes, kind: str, at: int, what: int | bytes) -> bytes:
    if isinstance(what, bytes):
        start = max(0, len(data) - at) if kind == "wide_tail" else at
        skipped = len(what) if kind == "wide_tail" else 0
        return data[:start] + what + data[start + skipped :]
    if kind == "cut":
        return data[: min(at, what)] + data[max(at, what) :]
    if kind == "end":
        return data[:at]
    start = max(0, len(data) - at) if kind == "flip_tail" else min(at, len(data) - 1)
    return data[:start] + bytes([data[start] ^ what]) + data[start + 1 :] if data else data


@settings(max_examples=200, deadline=None)
@given(changes=st.lists(mutations, min_size=1, max_size=4))
def test_damaged_archive_gives_an_index_or_a_known_error(changes: list[tuple[str, int, int | bytes]]) -> None:
    data = GOOD
    for change in changes:
        data = mutate(data, *change)
    reader = ZipArchiveReader(LIMITS)
    stream = io.BytesIO(data)
    try:
        index = reader.index_blocking(stream, "")
    except TnsError:
        return
    assert len(index.entries) <= LIMITS.entries
    ids = [entry.entry_id for entry in index.entries]
    assert len(set(ids)) == len(ids)
    for entry in index.entries:
        assert entry.path.isprintable()
        for password in (None, "secret"):
            try:
                content = reader.read_blocking(stream, entry.entry_id, password)
            except TnsError:
                continue
            assert len(content) <= LIMITS.entry_bytes
            assert len(content) == entry.size


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300), signature=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06"]))
def test_any_bytes_give_an_index_or_a_known_error(data: bytes, signature: bytes) -> None:
    stream = io.BytesIO(signature + data)
    for work in (ZipArchiveReader().index_blocking, ZipArchiveReader().read_blocking):
        try:
            work(stream, "0")
        except TnsError:
            continue


names = st.text(st.characters(categories=("L", "N"), max_codepoint=0x2FFF), min_size=1, max_size=20)


@settings(max_examples=100, deadline=None)
@given(
    contents=st.dictionaries(names, st.tuples(st.binary(max_size=6_000), st.sampled_from([0, 8])), max_size=8),
    # The standard library takes an end record in the comment for the real one; ours is tested for that elsewhere.
    comment=st.binary(max_size=40).filter(lambda comment: b"PK" not in comment),
    seekable=st.booleans(),
)
def test_sound_archive_is_read_as_the_standard_library_reads_it(
    contents: dict[str, tuple[bytes, int]], comment: bytes, seekable: bool
) -> None:
    written = io.BytesIO() if seekable else Unseekable()
    with zipfile.ZipFile(written, "w") as archive:
        archive.comment = comment
        for name, (content, method) in contents.items():
            # A mark in front: what begins like an archive would rightly be called one.
            archive.writestr(name, b"." + content, method)
    buffer = io.BytesIO(written.getvalue())
    reader = ZipArchiveReader()
    index = reader.index_blocking(buffer, "")
    with zipfile.ZipFile(buffer) as archive:
        infos = archive.infolist()
        assert [entry.raw_name for entry in index.entries] == [info.filename for info in infos]
        assert [entry.size for entry in index.entries] == [info.file_size for info in infos]
        for entry, info in zip(index.entries, infos, strict=True):
            assert entry.can_be_read
            assert reader.read_blocking(buffer, entry.entry_id) == archive.read(info)
