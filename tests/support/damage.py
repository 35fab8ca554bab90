"""A vault in the middle of its work, as a killed program leaves it, and ways to damage it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from tests.support.model_creations import sample_new
from tests.support.vaults import (
    CONNECTION_ID,
    NOON,
    TEST_KEY,
    FixedClock,
    sample_entry,
    sample_file,
    sample_key,
    store_archive,
)
from tns_desktop.adapters.vault import open_vault, recover_vault
from tns_desktop.domain.creation import Creation, CreationStatus
from tns_desktop.domain.decision import OutboxEntry, OutboxStatus
from tns_desktop.domain.errors import VaultDamaged
from tns_desktop.domain.evidence import DocumentEvidence, Evidence, PageOnScreen, Views
from tns_desktop.domain.new_client_file import NewDocument
from tns_desktop.domain.review import DocumentMark, KeptMark, Mark
from tns_desktop.services.ports import StoredArchive, Vault, VaultRecovery

C = CreationStatus
PAGE = 4096
DATABASE, LOG, JOURNAL, KEY_CHECK = "vault.db", "vault.db-wal", "outbox.journal", "vault.key-check"
WORDS = "Pièce illisible, merci de renvoyer une photographie nette. " * 6

WAYS: dict[str, tuple[OutboxStatus, ...]] = {
    "queued": (),
    "retry_wait": (OutboxStatus.SENDING, OutboxStatus.RETRY_WAIT),
    "sending": (OutboxStatus.SENDING,),
    "sent": (OutboxStatus.SENDING, OutboxStatus.SENT),
    "outcome_unknown": (OutboxStatus.SENDING, OutboxStatus.OUTCOME_UNKNOWN),
    "conflict": (OutboxStatus.CONFLICT,),
    "refused": (OutboxStatus.SENDING, OutboxStatus.REFUSED),
    "withdrawn": (OutboxStatus.WITHDRAWN,),
    "confirmed": (OutboxStatus.SENDING, OutboxStatus.SENT, OutboxStatus.CONFIRMED),
}
"""One decision of each kind, twice: the second time after the log was emptied into the database."""
UNFINISHED = {
    f"d{number}": OutboxStatus(name)
    for number, name in enumerate([*WAYS, *WAYS], start=1)
    if not OutboxStatus(name).is_final
}
CREATION_WAYS: dict[str, tuple[CreationStatus, ...]] = {
    "draft": (),
    "queued": (C.QUEUED,),
    "retry_wait": (C.QUEUED, C.SENDING, C.RETRY_WAIT),
    "sending": (C.QUEUED, C.SENDING),
    "outcome_unknown": (C.QUEUED, C.SENDING, C.OUTCOME_UNKNOWN),
    "conflict": (C.QUEUED, C.SENDING, C.OUTCOME_UNKNOWN, C.CONFLICT),
    "refused": (C.QUEUED, C.SENDING, C.REFUSED),
    "withdrawn": (C.WITHDRAWN,),
    "created": (C.QUEUED, C.SENDING, C.CREATED),
}
"""The same of creations. Every one of them has a document."""
UNFINISHED_CREATIONS = {
    f"c{number}": CreationStatus(name)
    for number, name in enumerate([*CREATION_WAYS, *CREATION_WAYS], start=1)
    if not CreationStatus(name).is_final
}
FILES = 40
ARCHIVES = 4


@dataclass(frozen=True, slots=True)
class Reopened:
    """``recovery`` is None when the vault opened by itself."""

    vault: Vault
    recovery: VaultRecovery | None


async def make_working_vault(folder: Path) -> None:
    """Leaves what a SIGKILL would leave: the files as they lie on the disk while the vault is open."""
    original = folder.with_name(f"{folder.name}-open")
    vault = await open_vault(original, TEST_KEY, FixedClock())
    await vault.client_files.upsert([sample_file(number) for number in range(1, FILES + 1)])
    for number in range(1, ARCHIVES + 1):
        stored = await store_archive(vault, sample_key(100 + number), os.urandom(30_000))
        assert await vault.reviews.put(stored.key, a_mark(stored, number))
        assert await vault.evidence.put_views(stored.key, stored.sha256, seen_of(number))
        await vault.blobs.keep_on_purpose([stored.key, sample_key(200 + number)])
        await vault.disk.put_mark(f"{number:064x}", "0", a_mark(stored, number).mark, NOON)
        await vault.disk.put_views(f"{number:064x}", seen_of(number), NOON)
    for number, way in enumerate(WAYS.values(), start=1):
        await _walk(vault, number, way)
    for number, creation_way in enumerate(CREATION_WAYS.values(), start=1):
        await _walk_creation(vault, number, creation_way)
    await vault.close()  # the log is emptied into the database
    vault = await open_vault(original, TEST_KEY, FixedClock())
    for number, way in enumerate(WAYS.values(), start=len(WAYS) + 1):
        await _walk(vault, number, way)
    for number, creation_way in enumerate(CREATION_WAYS.values(), start=len(CREATION_WAYS) + 1):
        await _walk_creation(vault, number, creation_way)
    shutil.copytree(original, folder)
    await vault.close()
    shutil.rmtree(original)


def a_mark(stored: StoredArchive, number: int) -> KeptMark:
    """A judgement on the first document of an archive."""
    mark = DocumentMark(Mark.GOOD, None, "", True, f"{number:064x}")
    return KeptMark(stored.sha256, "0", "identity.pdf", 1000 + number, mark)


def seen_of(number: int) -> Views:
    return {PageOnScreen("0", 0, "léa"): float(number)}


def evidence_of(number: int) -> Evidence:
    """What decision ``number`` was made on."""
    return Evidence(f"{number:064x}", (DocumentEvidence("0", 1000 + number, mark=Mark.GOOD),), seen_of(number))


async def _walk(vault: Vault, number: int, way: tuple[OutboxStatus, ...]) -> None:
    entry = sample_entry(number)
    entry = replace(entry, decision=replace(entry.decision, message=WORDS))
    await vault.evidence.put(entry.decision.decision_id, entry.key.connection_id, evidence_of(number))
    await vault.outbox.insert(entry)
    for step, status in enumerate(way, start=1):
        moved = entry.moved_to(
            status,
            NOON + timedelta(hours=1, seconds=step),
            maybe_carried_out=entry.maybe_carried_out or status is OutboxStatus.SENDING,
        )
        await vault.outbox.update(moved, expected=entry)
        entry = moved


def creation_document(number: int) -> NewDocument:
    content = f"document {number}".encode()
    return NewDocument(
        f"doc{number}", f"rib-{number}.pdf", "RIB", "application/pdf", len(content), hashlib.sha256(content).hexdigest()
    )


async def _walk_creation(vault: Vault, number: int, way: tuple[CreationStatus, ...]) -> None:
    """Typed letter by letter, a document attached, and on its way."""
    creation = Creation(
        f"c{number}", CONNECTION_ID, sample_new("M", external_id=f"CRM-{number}"), NOON + timedelta(seconds=number)
    )
    await vault.creations.insert([creation])
    typed = replace(creation, new=sample_new(f"Martin {number}", external_id=f"CRM-{number}"))
    assert await vault.creations.update([(creation, typed)])
    document = creation_document(number)
    creation = replace(typed, documents=(document,))
    assert await vault.creations.attach((typed, creation), document, f"document {number}".encode())
    for step, status in enumerate(way, start=1):
        at = NOON + timedelta(hours=1, seconds=step)
        if status is C.CREATED:
            moved = creation.created_as(f"u{number}", "", at)
        else:
            moved = creation.moved_to(
                status,
                at,
                request_id=f"r{number}",
                due_at=NOON,
                maybe_created=status in (C.SENDING, C.OUTCOME_UNKNOWN, C.CONFLICT),
            )
        assert await vault.creations.update([(creation, moved)])
        creation = moved


async def reopen(folder: Path) -> Reopened:
    """Opens the vault as the program does, through recovery where that is needed."""
    try:
        return Reopened(await open_vault(folder, TEST_KEY, FixedClock()), None)
    except VaultDamaged:
        recovery = await recover_vault(folder, TEST_KEY, FixedClock())
    return Reopened(await open_vault(folder, TEST_KEY, FixedClock()), recovery)


def is_safe(before: OutboxStatus, after: OutboxEntry) -> bool:
    """What may have been sent is only ever looked up or left where it was; the rest is what it was."""
    if after.status is before:
        return True
    may_have_left = before in (OutboxStatus.SENDING, OutboxStatus.SENT)
    return may_have_left and after.status is OutboxStatus.OUTCOME_UNKNOWN and after.maybe_carried_out


def is_safe_creation(number: int, before: CreationStatus, after: Creation) -> bool:
    """Nothing of it is missing but bytes of documents. What may have been sent is looked up before anything else."""
    same = after.new == sample_new(f"Martin {number}", external_id=f"CRM-{number}")
    same &= after.documents == (creation_document(number),)
    same &= after.request_id == ("" if before is C.DRAFT else f"r{number}")
    if after.status is before or after.is_incomplete:
        return same and (before is not C.SENDING or after.maybe_created)
    return same and before.is_under_way and after.status is C.OUTCOME_UNKNOWN and after.maybe_created


# --- ways to damage a file --------------------------------------------------------------------------------------------

Damage = Callable[[Path], None]


def flip(name: str, at: int, bit: int = 0) -> Damage:
    """Turns one bit round; ``at`` counts from the start, and wraps."""

    def damage(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[at % len(content)] ^= 1 << bit
        (folder / name).write_bytes(content)

    return damage


def cut(name: str, at: int) -> Damage:
    return lambda folder: os.truncate(folder / name, at)


def zero(name: str, start: int, size: int) -> Damage:
    def damage(folder: Path) -> None:
        with (folder / name).open("rb+") as file:
            file.seek(start)
            file.write(bytes(size))

    return damage


def garble(name: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(os.urandom((folder / name).stat().st_size))

    return damage


def remove(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()
