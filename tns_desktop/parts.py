"""Puts the use cases of one desk together with what they work on: the parts behind the view."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.operator import Admin
from tns_desktop.services.archives import Archives
from tns_desktop.services.catalogue import Catalogue
from tns_desktop.services.comparing import Comparisons
from tns_desktop.services.connections import Connections
from tns_desktop.services.creation_desk import creation_desk
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.desk import Desk
from tns_desktop.services.disk_archives import DiskArchives
from tns_desktop.services.enclosed import EnclosedFiles
from tns_desktop.services.events import EventBus
from tns_desktop.services.evidence import EvidenceBook
from tns_desktop.services.follow_up import FollowUp
from tns_desktop.services.handover_parts import handover_parts
from tns_desktop.services.hook_life import HookLife
from tns_desktop.services.hook_readings import HookReadings
from tns_desktop.services.hook_test import HookTest
from tns_desktop.services.indexing import Indexer
from tns_desktop.services.inspection import Inspections
from tns_desktop.services.keeping import Keeper
from tns_desktop.services.line import Lines
from tns_desktop.services.locks import ConnectionLocks
from tns_desktop.services.message_templates import MessageTemplates
from tns_desktop.services.operators import Operators
from tns_desktop.services.ports import (
    ApiFactory,
    Autostart,
    ClientFileApi,
    Clock,
    OperatorsApi,
    OperatorsApiFactory,
    Power,
    Renderer,
    SampleServer,
    ScreenShield,
    WebHookReceiver,
)
from tns_desktop.services.prefetching import Prefetcher
from tns_desktop.services.previews import Previews
from tns_desktop.services.reporting import Reports
from tns_desktop.services.reviews import Reviews
from tns_desktop.services.saved_views import SavedViews
from tns_desktop.services.sending import DecisionSender
from tns_desktop.services.settings import Settings
from tns_desktop.services.sync import Synchroniser
from tns_desktop.services.templates import Templates
from tns_desktop.services.verdicts import Verdicts
from tns_desktop.services.webhooks import RulesFor, WebHooks
from tns_desktop.stores import Opened

ARCHIVE_THREADS = 2
HANDOVER_THREADS = 3
"""One writes while another decrypts and hashes."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What outlives a lock of the desk. Without ``power`` the computer counts as plugged in."""

    settings: Settings
    clock: Clock
    samples: SampleServer
    autostart: Autostart
    workflows_file: Path
    """Where an administrator describes workflows, unless the settings name another file."""
    hooks: WebHookReceiver
    shield: ScreenShield
    power: Power | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways from the desk to servers and decoders. ``hide`` is told each secret before it is used."""

    make_api: ApiFactory
    make_directory: OperatorsApiFactory
    rules_for: RulesFor
    new_renderer: Callable[[], Renderer]
    hide: Callable[[str], None]


def outside_of(redactor: Redactor) -> Outside:
    """By the map that comes with the program; no secret reaches the log."""
    from tns_desktop.adapters.api.factory import make_api_factory, make_operators_factory, make_rules_for
    from tns_desktop.adapters.render.host import RenderHost

    api_map = resource_path("api", "trust_and_sign_v6.toml")
    return Outside(
        _hiding_secrets(make_api_factory(api_map), redactor),
        _hiding_passwords(make_operators_factory(api_map), redactor),
        make_rules_for(api_map),
        RenderHost,
        redactor.hide,
    )


@contextlib.asynccontextmanager
async def desk_of(opened: Opened, machine: Machine, outside: Outside, locks: ConnectionLocks) -> AsyncIterator[Desk]:
    """Everything behind the view; closed in the opposite order, the vault last."""
    from tns_desktop.adapters.api.hook_probe import HttpHookProbe
    from tns_desktop.adapters.api.workflow_file import TomlWorkflowFile
    from tns_desktop.adapters.archive import LooseDocuments, TableFiles, ZipArchiveReader
    from tns_desktop.adapters.handover import DaemonThreads, DiskFolders, ProcessRunner
    from tns_desktop.adapters.render.inspection_host import InspectionHost
    from tns_desktop.adapters.render.roots import FolderOfRoots
    from tns_desktop.adapters.signing.sealer import PdfSealer

    bus, clock, settings, vault = EventBus(), machine.clock, machine.settings, opened.vault
    connections = Connections(settings, opened.secrets, outside.make_api, _new_id)
    lines = Lines(bus)
    pool = ThreadPoolExecutor(ARCHIVE_THREADS, thread_name_prefix="archives")
    reader, inspector = ZipArchiveReader(), InspectionHost()
    archives = Archives(connections, vault, reader, bus, clock, pool)
    previews = Previews(archives, outside.new_renderer(), inspector)
    inspections = Inspections(previews, inspector, FolderOfRoots(), settings, clock, pool)
    reviews = Reviews(vault, archives, previews, bus, clock, pool)
    evidence = EvidenceBook(vault, reviews, clock)
    comparisons = Comparisons(archives, reviews, connections)
    indexer = Indexer(vault, archives, outside.new_renderer(), bus, clock)
    sender = DecisionSender(connections, vault, lines, bus, clock, locks)
    handing_over = handover_parts(
        vault=vault,
        connections=connections,
        archives=archives,
        reader=reader,
        folders=DiskFolders(),
        commands=ProcessRunner(),
        pool=DaemonThreads(HANDOVER_THREADS, "handover"),
        settings=settings,
        bus=bus,
        clock=clock,
        new_id=_new_id,
    )
    life = HookLife(clock)
    synchroniser = Synchroniser(connections, vault, sender, lines, bus, clock, locks, machine.power, life)
    readings = HookReadings(vault.notices, connections, synchroniser, bus, clock)
    webhooks = WebHooks(
        machine.hooks,
        vault.notices,
        connections,
        opened.secrets,
        settings,
        outside.rules_for,
        readings,
        life,
        machine.samples,
        bus,
        clock,
        _new_id,
        outside.hide,
    )
    try:
        yield Desk(
            settings=settings,
            connections=connections,
            operators=Operators(opened.secrets, outside.make_directory),
            catalogue=Catalogue(vault, bus),
            archives=archives,
            previews=previews,
            enclosed=EnclosedFiles(previews, inspector, reader),
            disk=DiskArchives(archives, evidence, vault, clock),
            comparisons=comparisons,
            verdicts=Verdicts(archives, comparisons, evidence, inspections, inspector, PdfSealer(), vault, clock, pool),
            reviews=reviews,
            evidence=evidence,
            reports=Reports(vault, connections, archives, reviews, evidence, clock, pool),
            templates=Templates(settings),
            views=SavedViews(settings),
            messages=MessageTemplates(settings),
            follow_up=FollowUp(vault, connections, settings, outside.hide),
            inspections=inspections,
            prefetcher=Prefetcher(archives, lines, bus, settings),
            indexer=indexer,
            decisions=Decisions(vault, bus, clock, _new_id, connections.demand),
            creation=creation_desk(
                connections,
                vault,
                settings,
                lines,
                bus,
                clock,
                locks,
                pool,
                _new_id,
                TomlWorkflowFile(machine.workflows_file),
                TableFiles(),
                LooseDocuments(),
            ),
            sender=sender,
            synchroniser=synchroniser,
            webhooks=webhooks,
            hook_test=HookTest(webhooks, machine.hooks, HttpHookProbe(), settings, life, clock, _new_id),
            keeper=Keeper(vault, settings, bus, clock),
            handing_over=handing_over,
            lines=lines,
            bus=bus,
            samples=machine.samples,
            clock=clock,
            passphrase=opened.passphrase,
            autostart=machine.autostart,
            shield=machine.shield,
        )
    finally:
        await handing_over.close()
        await connections.close()
        await inspections.close()
        await previews.close()
        await indexer.close()
        pool.shutdown(wait=True)
        await vault.close()


def _hiding_secrets(factory: ApiFactory, redactor: Redactor) -> ApiFactory:
    """Every secret that an API is made with is known to the log's redactor first."""

    def make(connection: Connection, secret: str) -> ClientFileApi:
        redactor.hide(secret)
        return factory(connection, secret)

    return make


def _hiding_passwords(factory: OperatorsApiFactory, redactor: Redactor) -> OperatorsApiFactory:
    """The same for an Admin's password."""

    def make(connection: Connection, admin: Admin) -> OperatorsApi:
        redactor.hide(admin.password)
        return factory(connection, admin)

    return make


def _new_id() -> str:
    return str(uuid.uuid4())
