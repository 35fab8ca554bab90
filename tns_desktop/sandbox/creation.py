"""Creating a client file or an identity check from a multipart request, with the rules that the documentation states."""

from __future__ import annotations

import json
import random
import re
import string
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from tns_desktop.sandbox.records import AUTOMATIC_WORKFLOW, Person, Record, Upload
from tns_desktop.sandbox.routes import Route
from tns_desktop.sandbox.wire import find
from tns_desktop.sandbox.world import Product, World

MAX_WORKFLOW_LABEL = 64
"""Characters, by the public documentation."""

_TOKEN_LETTERS = string.ascii_letters + string.digits
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TEXT_FIELDS = (
    "type",
    "civility",
    "last_name",
    "first_name",
    "birth_name",
    "birth_date",
    "birth_place",
    "email",
    "mobile_phone",
    "phone",
    "postal_address",
    "iban",
)


class CreationRefused(Exception):
    """The request cannot become a client file; ``parameters`` names the parts to blame."""

    def __init__(self, message: str, parameters: list[str], code: int = 1010) -> None:
        super().__init__(message)
        self.parameters = parameters
        self.code = code


async def created_record(request: Request, route: Route, world: World, product: Product) -> Record:
    """The new file, PENDING, one SignBook token a participant. Raises CreationRefused.

    An identity check has no description of a client file: whoever it is about shows in what goes along.
    """
    is_check = route.name == "facematch"
    parts = {
        name: route.parts.get(name, name) for name in ("workflow_label", "external_id", "client_file", "documents")
    }
    media = request.headers.get("content-type", "")
    if not media.startswith("multipart/form-data") or "boundary=" not in media:
        raise CreationRefused("multipart/form-data with a boundary expected", [])
    try:
        form = await request.form()
    except HTTPException as error:
        raise CreationRefused(f"Body is not understood: {error.detail}", []) from error
    workflow = await _part_text(form, parts["workflow_label"])
    external_id = await _part_text(form, parts["external_id"])
    if not workflow or len(workflow) > MAX_WORKFLOW_LABEL:
        raise CreationRefused("Invalid parameters", [parts["workflow_label"]])
    if any(external_id == record.external_id for record in product.records.values() if external_id):
        raise CreationRefused("externalId is already used", [parts["external_id"]], world.route_map.taken_code)
    if is_check and not external_id:
        raise CreationRefused("Invalid parameters", [parts["external_id"]])
    described = "{}" if is_check else await _part_text(form, parts["client_file"])
    client_file = _client_file(described, parts["client_file"])
    documents = [
        Upload(item.filename or "document", await item.read())
        for item in form.getlist(parts["documents"])
        if isinstance(item, UploadFile)
    ]
    people = find(client_file, world.route_map.client_file.get("participants", "participants"))
    if is_check:
        people = []
    elif not isinstance(people, list) or not people or not all(isinstance(person, Mapping) for person in people):
        raise CreationRefused("Invalid parameters", [parts["client_file"]])
    rng, uuid_text, file_id, number = world.new_identity(product)
    automatic = workflow == AUTOMATIC_WORKFLOW
    return Record(
        uuid=uuid_text,
        id=file_id,
        external_id=external_id,
        workflow=workflow,
        state="PENDING",
        start=datetime.now(UTC).replace(microsecond=0),
        number=number,
        seed=world.seed,
        recipe="created",
        participants=tuple(_person(rng, person, world.route_map.participant) for person in people),
        external_info=_external_info(client_file, world),
        profiles=_texts(find(client_file, world.route_map.client_file.get("profiles", "profiles"))),
        signed=False,
        validation_mode="AUTOMATIC" if automatic else "MANUAL",
        uploads=tuple(documents),
    )


async def _part_text(form: FormData, name: str) -> str:
    """A part as text, whether it was sent as a field or, like JSON often is, as a file."""
    value = form.get(name)
    if isinstance(value, UploadFile):
        return (await value.read()).decode("utf-8", "replace").strip()
    return (value or "").strip()


def _client_file(text: str, part: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise CreationRefused("Invalid parameters", [part])
    return value


def _person(rng: random.Random, values: Mapping[str, Any], places: Mapping[str, str]) -> Person:
    texts = {name: _as_text(find(values, places[name])) if places.get(name) else "" for name in _TEXT_FIELDS}
    token = "".join(rng.choices(_TOKEN_LETTERS, k=30))
    return Person(
        uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        profiles=_texts(find(values, places.get("profiles", "profiles"))),
        access_token=f"{datetime.now(UTC):%Y%m%d}_{token}",
        **texts,
    )


def _external_info(client_file: Mapping[str, Any], world: World) -> tuple[tuple[str, str], ...]:
    names = world.route_map.external_info
    found = find(client_file, world.route_map.client_file.get("external_info", "externalInfo"))
    lines = []
    for line in found if isinstance(found, list) else []:
        if isinstance(line, Mapping):
            name, value = (find(line, names.get(key, key)) for key in ("name", "value"))
            lines.append((_as_text(name), _as_text(value)))
        else:
            lines.append(("", _as_text(line)))
    return tuple(lines)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_as_text(item) for item in value) if isinstance(value, list) else ()


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def finished(record: Record) -> Record:
    """The file once the person with the SignBook link has gone through every step: signed, and what was left out filled in."""
    return replace(
        record,
        recipe="finished" if record.recipe == "created" else record.recipe,
        signed=True,
        participants=tuple(_filled_in(person) for person in record.participants),
    )


def _filled_in(person: Person) -> Person:
    return replace(
        person,
        last_name=person.last_name or "Specimen",
        first_name=person.first_name or "Camille",
        birth_date=person.birth_date if _ISO_DATE.fullmatch(person.birth_date) else "1985-06-15",
        birth_place=person.birth_place or "Lyon",
        postal_address=person.postal_address or "12 rue des Tilleuls, 69003 Lyon",
        iban=person.iban or "FR7619999004179176602436211",
    )
