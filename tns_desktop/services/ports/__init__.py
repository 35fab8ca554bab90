"""What the use cases need from the outside world, as Protocols.

Every method may raise the ``TnsError`` of its technology (``domain.errors``) and nothing else. Methods are coroutines
that never block the loop; the few that are called in a worker thread end in ``_blocking``.
"""

from __future__ import annotations

from tns_desktop.services.ports.disk import DiskReview, DiskReviewStore, Sealer
from tns_desktop.services.ports.documents import (
    ArchiveReader,
    Inspector,
    Renderer,
    RootStore,
    TrustedRoots,
)
from tns_desktop.services.ports.machine import (
    Autostart,
    Clock,
    KeychainInfo,
    NewIds,
    Power,
    SampleAccount,
    SampleServer,
    Sealing,
    SecretStore,
    SettingsStore,
    VaultKey,
)
from tns_desktop.services.ports.server import (
    NOTHING_KNOWN,
    ApiFactory,
    ArchiveReceipt,
    ArchiveSink,
    ClientFileApi,
    Known,
    OperatorsApi,
    OperatorsApiFactory,
    Page,
    Progress,
    RouteCheck,
)
from tns_desktop.services.ports.vault import (
    BlobStore,
    BlobWriter,
    ClientFileStore,
    EvidenceStore,
    Outbox,
    ReviewStore,
    SearchIndex,
    StoredArchive,
    Vault,
    VaultPlace,
    VaultRecovery,
)

__all__ = [
    "NOTHING_KNOWN",
    "ApiFactory",
    "ArchiveReader",
    "ArchiveReceipt",
    "ArchiveSink",
    "Autostart",
    "BlobStore",
    "BlobWriter",
    "ClientFileApi",
    "ClientFileStore",
    "Clock",
    "DiskReview",
    "DiskReviewStore",
    "EvidenceStore",
    "Inspector",
    "KeychainInfo",
    "Known",
    "NewIds",
    "OperatorsApi",
    "OperatorsApiFactory",
    "Outbox",
    "Page",
    "Power",
    "Progress",
    "Renderer",
    "ReviewStore",
    "RootStore",
    "RouteCheck",
    "SampleAccount",
    "SampleServer",
    "Sealer",
    "Sealing",
    "SearchIndex",
    "SecretStore",
    "SettingsStore",
    "StoredArchive",
    "TrustedRoots",
    "Vault",
    "VaultKey",
    "VaultPlace",
    "VaultRecovery",
]
