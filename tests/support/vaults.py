"""Samples, strategies and openers for everything that is kept in a vault."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import strategies as st

from tns_desktop.adapters.vault.blobs import VaultBlobs
from tns_desktop.domain.client_file import (
    WAITING,
    ClientFile,
    ClientFileKey,
    ClientFileState,
    ExternalInfo,
    Participant,
)
from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.filters import haystack_of
from tns_desktop.domain.listed_file import ListedFile
from tns_desktop.services.ports import StoredArchive, Vault

REPOSITORY = Path(__file__).parents[2]
CONNECTION_ID = "c1"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TEST_KEY = bytes(range(32))

OpenVault = Callable[[Path, bytes], Awaitable[Vault]]


class FixedClock:
    """The ``Clock`` port, standing still."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def steady(self) -> float:
        return self.time.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def sample_key(number: int = 1) -> ClientFileKey:
    return ClientFileKey(CONNECTION_ID, f"uuid-{number}")


def sample_file(
    number: int = 1, *, state: ClientFileState = WAITING, name: str = "Müller", **values: object
) -> ClientFile:
    """A client file; a greater ``number`` started later. ``values`` replace fields."""
    fields: dict[str, object] = {
        "key": sample_key(number),
        "state": state,
        "id": f"ID-{number}",
        "start_date": NOON + timedelta(minutes=number),
        "participants": (Participant(last_name=name, first_name="Zoé", email="zoe@example.org"),),
        "external_info": (ExternalInfo("contract", f"K{number}"),),
        "extra": '{"unknown":1}',
    }
    return ClientFile(**{**fields, **values})  # type: ignore[arg-type]


def sample_entry(number: int = 1, *, file: int | None = None, **values: object) -> OutboxEntry:
    """A queued decision ``d<number>`` on the client file of the same number, or on number ``file``."""
    decision = Decision(
        decision_id=f"d{number}",
        key=sample_key(number if file is None else file),
        verdict=Verdict.REJECT,
        reviewed_state=WAITING,
        archive_sha256=hashlib.sha256(b"archive").hexdigest(),
        decided_at=NOON + timedelta(seconds=number),
        send_after=NOON + timedelta(seconds=number + 10),
        cause="UNREADABLE",
        message="Pièce illisible",
        operator="operator",
    )
    entry = OutboxEntry(decision=decision, status=OutboxStatus.QUEUED, updated_at=decision.decided_at)
    if not values:
        return entry
    return OutboxEntry(**{**{name: getattr(entry, name) for name in entry.__slots__}, **values})


def a_listed(client_file: ClientFile) -> ListedFile:
    """The row of a client file; its version stands for everything in it, as the vault's does."""
    version = hashlib.sha256(repr(client_file).encode("utf-8", "surrogatepass")).digest()[:16]
    shared = {name: getattr(client_file, name) for name in ListedFile._fields if name not in ("version", "haystack")}
    return ListedFile(**shared, version=version, haystack=haystack_of(client_file))


async def store_archive(vault: Vault, key: ClientFileKey, content: bytes, *, etag: str = "") -> StoredArchive:
    """Stores ``content`` in pieces as a network would bring them."""
    writer = await vault.blobs.begin(key)
    for start in range(0, len(content), 65_536):
        writer.write_blocking(content[start : start + 65_536])
    return await writer.commit(etag=etag, at=NOON)


async def until_confirmed(vault: Vault) -> None:
    """A new archive is confirmed a moment after it was stored, by a write of its own: until none is to come."""
    blobs = vault.blobs
    assert isinstance(blobs, VaultBlobs)
    for _ in range(2000):
        waiting = await blobs._database.read(
            lambda connection: connection.execute("SELECT count(*) FROM archives WHERE durable = 0").get
        )
        if not waiting:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("an archive was not confirmed")


def blob_files(folder: Path) -> list[Path]:
    return sorted((folder / "blobs").iterdir())


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


# --- strategies -------------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec=None), max_size=12)
"""Any text, lone surrogates and NUL included: a server may send them."""
_zones = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=_zones)  # noqa: DTZ001  (made aware here)
keys = st.builds(ClientFileKey, texts, texts)
states = st.builds(ClientFileState, st.sampled_from(["WAITING", "PENDING", "ACCEPTED", "ARCHIVING"]) | texts)
participants = st.builds(
    Participant,
    **{name: texts for name in Participant.__slots__ if name not in ("profiles", "access_token")},
    profiles=st.lists(texts, max_size=2).map(tuple),
)
client_files = st.builds(
    ClientFile,
    key=keys,
    state=states,
    id=texts,
    external_id=texts,
    workflow_label=texts,
    start_date=st.none() | times,
    finish_date=st.none() | times,
    validation_date=st.none() | times,
    rejection_cause=texts,
    rejection_message=texts,
    participants=st.lists(participants, max_size=2).map(tuple),
    external_info=st.lists(st.builds(ExternalInfo, texts, texts), max_size=2).map(tuple),
    profiles=st.lists(texts, max_size=2).map(tuple),
    signed=st.none() | st.booleans(),
    legally_archived=st.none() | st.booleans(),
    validation_mode=texts,
    language=texts,
    extra=texts,
)
decisions = st.builds(
    Decision,
    decision_id=st.uuids().map(str),
    key=keys,
    verdict=st.sampled_from(Verdict),
    reviewed_state=states,
    archive_sha256=texts,
    decided_at=times,
    send_after=times,
    archive_etag=texts,
    cause=texts,
    message=texts,
    internal_note=texts,
    operator=texts,
    display_name=texts,
    display_id=texts,
)
entries = st.builds(
    OutboxEntry,
    decision=decisions,
    status=st.sampled_from(OutboxStatus),
    attempts=st.integers(0, 100),
    maybe_carried_out=st.booleans(),
    not_before=st.none() | times,
    error_code=texts,
    server_message=texts,
    observed_state=st.none() | states,
    observed_cause=texts,
    updated_at=st.none() | times,
    override_conflict=st.booleans(),
)
