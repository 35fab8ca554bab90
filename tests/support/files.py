"""Invented client files, decisions and archives as values, for the tests of the window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.vaults import a_listed
from tns_desktop.domain.archive import ArchiveEntry, ArchiveIndex, DocumentKind, EntryRole
from tns_desktop.domain.client_file import (
    WAITING,
    ClientFile,
    ClientFileKey,
    ClientFileState,
    ExternalInfo,
    Participant,
)
from tns_desktop.domain.connection import Connection, Environment
from tns_desktop.domain.decision import Decision, OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.domain.roles import Role

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)
CONNECTION_ID = "c1"
OTHER_CONNECTION_ID = "c2"
OPERATOR = "2e891756-cbbb-11e3-9d6a-57f4740d8223"

_PEOPLE = (
    ("Martin", "Léa"),
    ("Diallo", "Awa"),
    ("Roux", "Jean"),
    ("Müller", "Hélène"),
    ("N’Guyen", "Marc-Antoine"),
    ("de La Rochefoucauld-Montbéliard", "Marie-Charlotte"),
)
_WORKFLOWS = ("Crédit à la consommation", "Ouverture de compte", "Carte de paiement")


def a_connection(
    environment: Environment = Environment.PREPRODUCTION,
    *,
    read_only: bool = False,
    connection_id: str = CONNECTION_ID,
    label: str = "Crédit Demo",
) -> Connection:
    return Connection(
        connection_id=connection_id,
        label=label,
        environment=environment,
        base_url="https://preprod-api.example.test/v6",
        public_id="credit-demo",
        operator_uuid=OPERATOR,
        role=Role.READ_ONLY if read_only else Role.OPERATOR,
    )


def another_connection(environment: Environment = Environment.PRODUCTION, *, read_only: bool = False) -> Connection:
    """A second product."""
    return a_connection(environment, read_only=read_only, connection_id=OTHER_CONNECTION_ID, label="Assurances")


def a_key(number: int = 1, connection_id: str = CONNECTION_ID) -> ClientFileKey:
    return ClientFileKey(connection_id, f"00000000-0000-4000-8000-{number:012}")


def a_file(
    number: int = 1,
    *,
    state: ClientFileState = WAITING,
    signed: bool | None = True,
    cause: str = "",
    connection_id: str = CONNECTION_ID,
) -> ClientFile:
    last_name, first_name = _PEOPLE[(number - 1) % len(_PEOPLE)]
    return ClientFile(
        key=a_key(number, connection_id),
        state=state,
        id=f"24-{number:04}",
        external_id=f"EXT-{number}",
        workflow_label=_WORKFLOWS[number % len(_WORKFLOWS)],
        start_date=NOW - timedelta(hours=7 * number),
        rejection_cause=cause,
        participants=(
            Participant(
                uuid=f"p-{number}",
                type="MAIN",
                last_name=last_name,
                first_name=first_name,
                birth_date="1984-07-03",
                birth_place="Saint-Étienne",
                email=f"{first_name.lower()}@example.test",
                mobile_phone="+33 6 12 34 56 78",
                postal_address="12 rue des Lilas, 42000 Saint-Étienne",
                iban="FR7630006000011234567890189",
            ),
        ),
        external_info=(ExternalInfo("Montant", "12 000 €"), ExternalInfo("Agence", "Saint-Étienne Centre")),
        signed=signed,
    )


def a_decision(
    number: int = 1,
    *,
    verdict: Verdict = Verdict.ACCEPT,
    seconds_ago: float = 3,
    connection_id: str = CONNECTION_ID,
) -> Decision:
    client_file = a_file(number, connection_id=connection_id)
    decided_at = NOW - timedelta(seconds=seconds_ago)
    rejects = verdict is Verdict.REJECT
    return Decision(
        decision_id=f"d-{number}",
        key=client_file.key,
        verdict=verdict,
        reviewed_state=client_file.state,
        archive_sha256=f"{number:02x}" * 32,
        decided_at=decided_at,
        send_after=decided_at + timedelta(seconds=10),
        cause="Document expiré" if rejects else "",
        message="Votre pièce d’identité est expirée. Merci d’en envoyer une en cours de validité." if rejects else "",
        operator=OPERATOR,
        display_name=client_file.display_name,
        display_id=client_file.display_id,
    )


def an_entry(
    number: int = 1,
    *,
    status: OutboxStatus = OutboxStatus.QUEUED,
    verdict: Verdict = Verdict.ACCEPT,
    seconds_ago: float = 3,
    connection_id: str = CONNECTION_ID,
) -> OutboxEntry:
    decision = a_decision(number, verdict=verdict, seconds_ago=seconds_ago, connection_id=connection_id)
    return OutboxEntry(decision, status, updated_at=NOW)


def a_row(
    number: int = 1,
    *,
    state: ClientFileState = WAITING,
    pending: OutboxEntry | None = None,
    kept: bool = False,
    changed: bool = False,
    signed: bool | None = True,
    connection_id: str = CONNECTION_ID,
) -> ProjectedFile:
    client_file = a_listed(a_file(number, state=state, signed=signed, connection_id=connection_id))
    return ProjectedFile(client_file, pending, kept, changed)


def an_index(
    number: int = 1, *, kinds: tuple[DocumentKind, ...] = (DocumentKind.PDF, DocumentKind.JPEG)
) -> ArchiveIndex:
    """One document a kind; its SHA-256 tells archives of different numbers apart."""
    entries = tuple(
        ArchiveEntry(
            entry_id=str(position),
            path=f"documents/{number}-{position}.{kind.value}",
            raw_name=f"documents/{number}-{position}.{kind.value}",
            size=40_000 + position,
            compressed_size=30_000,
            kind=kind,
            role=EntryRole.SIGNED_DOCUMENT if position == 0 else EntryRole.SUPPORTING_DOCUMENT,
        )
        for position, kind in enumerate(kinds)
    )
    return ArchiveIndex(sha256=f"{number:02x}" * 32, size=250_000, entries=entries, report_uuid=a_key(number).uuid)
