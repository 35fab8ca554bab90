"""The use cases of one desk, built together by the composition root and handed to the presenters."""

from __future__ import annotations

from dataclasses import dataclass

from tns_desktop.services.archives import Archives
from tns_desktop.services.catalogue import Catalogue
from tns_desktop.services.comparing import Comparisons
from tns_desktop.services.connections import Connections
from tns_desktop.services.creation_desk import CreationDesk
from tns_desktop.services.decisions import Decisions
from tns_desktop.services.disk_archives import DiskArchives
from tns_desktop.services.enclosed import EnclosedFiles
from tns_desktop.services.events import EventBus
from tns_desktop.services.evidence import EvidenceBook
from tns_desktop.services.follow_up import FollowUp
from tns_desktop.services.handover_parts import HandoverParts
from tns_desktop.services.hook_test import HookTest
from tns_desktop.services.indexing import Indexer
from tns_desktop.services.inspection import Inspections
from tns_desktop.services.keeping import Keeper
from tns_desktop.services.line import Lines
from tns_desktop.services.locking import Passphrase
from tns_desktop.services.message_templates import MessageTemplates
from tns_desktop.services.operators import Operators
from tns_desktop.services.ports import Autostart, Clock, SampleServer, ScreenShield
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
from tns_desktop.services.webhooks import WebHooks


@dataclass(frozen=True, slots=True)
class Desk:
    settings: Settings
    connections: Connections
    operators: Operators
    catalogue: Catalogue
    archives: Archives
    previews: Previews
    enclosed: EnclosedFiles
    disk: DiskArchives
    comparisons: Comparisons
    verdicts: Verdicts
    reviews: Reviews
    evidence: EvidenceBook
    reports: Reports
    templates: Templates
    views: SavedViews
    messages: MessageTemplates
    follow_up: FollowUp
    inspections: Inspections
    prefetcher: Prefetcher
    indexer: Indexer
    decisions: Decisions
    creation: CreationDesk
    sender: DecisionSender
    synchroniser: Synchroniser
    webhooks: WebHooks
    hook_test: HookTest
    keeper: Keeper
    handing_over: HandoverParts
    lines: Lines
    bus: EventBus
    samples: SampleServer
    clock: Clock
    passphrase: Passphrase
    autostart: Autostart
    shield: ScreenShield
