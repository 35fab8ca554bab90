"""What a template makes of a file: the same for the preview in the dialog and for the folder."""

from __future__ import annotations

from datetime import UTC, datetime

from tns_desktop.domain.client_file import ACCEPTED, ClientFile, ClientFileKey, ExternalInfo, Participant
from tns_desktop.domain.safe_names import MOST_IN_A_PATH, NameTemplate, NameValues, units

ROOM_FOR_INNER_NAMES = 60
"""Characters that the names of documents can count on, whatever the template makes."""

SAMPLE_FILE = ClientFile(
    key=ClientFileKey("", "5f0c2a9e-3d41-4f0b-9a77-1c2d3e4f5a6b"),
    state=ACCEPTED,
    id="24-0117",
    external_id="K-2026-0042",
    workflow_label="Crédit",
    start_date=datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    finish_date=datetime(2026, 3, 4, 16, 45, tzinfo=UTC),
    validation_date=datetime(2026, 3, 4, 16, 40, tzinfo=UTC),
    participants=(Participant(last_name="Martin", first_name="Léa"),),
    external_info=(ExternalInfo("contract", "K-42"),),
)
"""Invented, for the preview of a template."""


def path_of(
    template: NameTemplate, client_file: ClientFile, product: str, now: datetime, folder: str = ""
) -> tuple[str, ...]:
    """The names of the place below ``folder``; ``now`` is aware, dates are read in this computer's time."""
    room = MOST_IN_A_PATH - units(folder) - 1 - ROOM_FOR_INNER_NAMES
    return template.path(values_of(client_file, product, now.astimezone()), room)


def values_of(client_file: ClientFile, product: str, now: datetime) -> NameValues:
    """What a template is filled with; ``now`` and the file's dates in this computer's time."""
    person = client_file.participants[0] if client_file.participants else None
    zone = now.tzinfo

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment is not None else None

    return NameValues(
        texts={
            "id": client_file.id,
            "external_id": client_file.external_id,
            "uuid": client_file.uuid,
            "state": client_file.state.name,
            "last_name": person.last_name if person is not None else "",
            "first_name": person.first_name if person is not None else "",
            "product": product,
            "workflow": client_file.workflow_label,
        },
        dates={
            "start_date": local(client_file.start_date),
            "finish_date": local(client_file.finish_date),
            "validation_date": local(client_file.validation_date),
            "handover_date": now,
        },
        info={one.name: one.value for one in client_file.external_info},
    )
