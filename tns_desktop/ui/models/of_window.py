"""The models of one window, together: made with it, emptied with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tns_desktop.domain.projection import count_queues
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.models.creations import CreationModel
from tns_desktop.ui.models.disk_archives import DiskArchiveModel
from tns_desktop.ui.models.documents import DocumentModel
from tns_desktop.ui.models.outbox import OutboxModel
from tns_desktop.ui.models.queues import QueueModel


@dataclass(frozen=True, slots=True)
class Models:
    files: ClientFileModel
    queues: QueueModel
    documents: DocumentModel
    outbox: OutboxModel
    creations: CreationModel
    archives: DiskArchiveModel

    def clear(self) -> None:
        """Nothing of any client is left in them."""
        self.files.set_rows([])
        self.queues.set_counts(count_queues([]))
        self.queues.set_outbox(0, 0)
        self.queues.set_creations(0, 0)
        self.documents.set_index(None)
        self.outbox.set_entries([])
        self.creations.set_rows([])
        self.archives.set_rows([])


def new_models(now: Callable[[], datetime]) -> Models:
    """Empty. ``now`` is asked for what has an age."""
    return Models(
        ClientFileModel(now), QueueModel(), DocumentModel(), OutboxModel(now), CreationModel(), DiskArchiveModel()
    )
