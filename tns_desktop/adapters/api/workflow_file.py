"""The file in which an administrator describes workflows: what the vendor's API does not tell to whoever creates files.

It lies beside the API map in kind: TOML that people edit, read to the last key, a mistake found by its line.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from tns_desktop.adapters.api.map_table import MapTable
from tns_desktop.adapters.platform.toml_source import TomlSource, read_toml_source
from tns_desktop.domain.errors import WorkflowsInvalid
from tns_desktop.domain.new_client_file import PERSON_FIELDS
from tns_desktop.domain.workflow import MAX_LABEL, MOST_PARTICIPANTS, Information, Kind, ParticipantType, Workflow

FORMAT = 1


class TomlWorkflowFile:
    """The ``WorkflowFile`` port. ``default`` is read where no path is given, if it is there."""

    def __init__(self, default: Path) -> None:
        self._default = default

    async def load(self, path: str) -> list[Workflow]:
        return await asyncio.to_thread(self._load_blocking, path.strip())

    def _load_blocking(self, path: str) -> list[Workflow]:
        if not path and not self._default.exists():
            return []
        return read_workflows(read_toml_source(path or self._default, WorkflowsInvalid))


def read_workflows(source: TomlSource) -> list[Workflow]:
    """The workflows in a text that was read already. Raises WorkflowsInvalid for the first mistake."""
    top = MapTable(source, source.values())
    top.integer("format", minimum=FORMAT, maximum=FORMAT)
    table = top.table("workflows", optional=True)
    top.finish()
    return [_workflow(table, label) for label in table.keys]


def _workflow(workflows: MapTable, label: str) -> Workflow:
    if not label.strip() or len(label) > MAX_LABEL:
        raise workflows.error(label, "out_of_range", expected=f"1 … {MAX_LABEL}", value=str(len(label)))
    table = workflows.table(label)
    required = _texts(table, "required", default=("last_name", "first_name"))
    for name in required:
        if name not in PERSON_FIELDS:
            raise table.error("required", "not_one_of", expected=", ".join(PERSON_FIELDS), value=name)
    kind = table.text("kind", default=Kind.CLIENT_FILE.value)
    if kind not in {one.value for one in Kind}:
        raise table.error("kind", "not_one_of", expected=", ".join(Kind), value=kind)
    participants = table.table("participants", optional=True)
    information = table.table("information", optional=True)
    workflow = Workflow(
        label=label,
        kind=Kind(kind),
        profiles=_texts(table, "profiles"),
        participant_types=tuple(ParticipantType(name, _texts(participants, name)) for name in participants.keys),
        information=tuple(_information(information, name) for name in information.keys),
        documents=_texts(table, "documents"),
        required=required,
        most_participants=table.integer(
            "most_participants", default=MOST_PARTICIPANTS, minimum=1, maximum=MOST_PARTICIPANTS
        ),
        consent_protocol=table.text("consent_protocol", default=""),
        written=True,
    )
    participants.finish()
    table.finish()
    return workflow


def _information(lines: MapTable, name: str) -> Information:
    table = lines.table(name)
    required = table.raw("required", False)
    if not isinstance(required, bool):
        raise table.error("required", "wrong_type", expected="true, false")
    information = Information(name, required, _texts(table, "choices"))
    table.finish()
    return information


def _texts(table: MapTable, key: str, *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    return table.texts(key) if key in table.keys else default
