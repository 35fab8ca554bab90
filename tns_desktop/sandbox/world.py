"""What the sandbox knows: products, client files, decisions carried out, requests seen.

All of it belongs to the event loop's thread; only the making of archives runs elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import random
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tns_desktop.sandbox.faults import FaultPlan
from tns_desktop.sandbox.hooks import HookSender
from tns_desktop.sandbox.population import make_records
from tns_desktop.sandbox.records import Record, iso
from tns_desktop.sandbox.routes import RouteMap
from tns_desktop.sandbox.wire import client_file_json, encode

OPERATOR = "2e891756-cbbb-11e3-9d6a-57f4740d8223"
SECOND_PRODUCT_FILES = 8
_RECENT_REQUESTS = 500


class WrongState(Exception):
    """A decision on a client file that does not await one."""


@dataclass(slots=True)
class Product:
    """One product: its credentials and its client files."""

    label: str
    public_id: str
    secret_key: str
    initial: Mapping[str, Record]
    records: dict[str, Record] = field(default_factory=dict)
    origins: dict[str, Record] = field(default_factory=dict)
    """Each file as it was first known: its archive does not change with its state."""
    by_state: dict[str, list[str]] | None = None
    created: dict[str, str] = field(default_factory=dict)
    """Idempotency key of a creation -> the file's uuid."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A decision that took effect."""

    order: int
    uuid: str
    verdict: str
    cause: str
    message: str
    operator: str
    idempotency: str
    time: str
    by: str
    """``request``, or ``side door`` for what another operator is said to have done."""


class World:
    """The state of one sandbox."""

    def __init__(
        self, route_map: RouteMap, *, seed: int, files: int, anchor: datetime, faults: str = "", delay: float = 0.0
    ) -> None:
        """Raises FaultSpecInvalid."""
        self.route_map = route_map
        self.hooks = HookSender(route_map)
        self.seed = seed
        self.anchor = anchor
        self.delay = delay
        self.initial_faults = faults
        self.products = [
            _product("Crédit et comptes", "john123456", "azerty", make_records(seed, files, anchor)),
            _product(
                "Assurances",
                "marie654321",
                "qwerty",
                make_records(seed, min(files, SECOND_PRODUCT_FILES), anchor, product=1),
            ),
        ]
        self.reset()

    def reset(self) -> None:
        """Back to what the seed says, faults as given at the start."""
        self.faults = FaultPlan(self.initial_faults)
        self.decisions: list[CarriedOut] = []
        self.requests: Counter[str] = Counter()
        self.recent: deque[dict[str, Any]] = deque(maxlen=_RECENT_REQUESTS)
        self.created = 0
        self._json: dict[str, bytes] = {}
        self.hooks.reset()
        for product in self.products:
            product.records = dict(product.initial)
            product.origins = dict(product.initial)
            product.by_state = None
            product.created = {}

    # --- who asks -----------------------------------------------------------------------------------------------------

    def product_of(self, authorization: str) -> Product | None:
        """The product whose credentials a Basic header carries."""
        login = basic_login(authorization)
        return next((one for one in self.products if (one.public_id, one.secret_key) == login), None)

    def product_with(self, uuid_text: str) -> Product | None:
        return next((product for product in self.products if uuid_text in product.records), None)

    # --- what there is ------------------------------------------------------------------------------------------------

    def uuids(self, product: Product, state: str | None) -> list[str]:
        """Oldest first."""
        if product.by_state is None:
            groups: dict[str, list[str]] = {}
            for record in sorted(product.records.values(), key=lambda one: (one.start, one.uuid)):
                groups.setdefault(record.state, []).append(record.uuid)
            product.by_state = groups
        if state is None:
            return [one for group in product.by_state.values() for one in group]
        return product.by_state.get(state, [])

    def json_of(self, record: Record) -> bytes:
        """Encoded once for each change: a list of ten thousand is then a matter of joining."""
        text = self._json.get(record.uuid)
        if text is None:
            text = self._json[record.uuid] = encode(client_file_json(record, self.route_map))
        return text

    def store(self, product: Product, record: Record) -> None:
        """Who is told by web hooks is told of it."""
        known = record.uuid in product.records
        closed = record.state in ("ACCEPTED", "REJECTED")
        self.hooks.tell(product.public_id, record.uuid, "created" if not known else "finished" if closed else "changed")
        product.records[record.uuid] = record
        product.origins.setdefault(record.uuid, record)
        product.by_state = None
        self._json.pop(record.uuid, None)

    # --- what happens -------------------------------------------------------------------------------------------------

    def decide(
        self,
        product: Product,
        record: Record,
        verdict: str,
        *,
        cause: str = "",
        message: str = "",
        operator: str = "",
        idempotency: str = "",
    ) -> Record:
        """Carries a decision out. Raises WrongState."""
        if record.state != "WAITING":
            raise WrongState(record.state)
        return self.set_state(
            product,
            record,
            verdict,
            cause=cause,
            message=message,
            operator=operator,
            idempotency=idempotency,
            by="request",
        )

    def set_state(
        self,
        product: Product,
        record: Record,
        state: str,
        *,
        cause: str = "",
        message: str = "",
        operator: str = "",
        idempotency: str = "",
        by: str = "side door",
    ) -> Record:
        """Puts a file into any state, as its owner could. A decision among them is logged."""
        now = datetime.now(UTC).replace(microsecond=0)
        closed = state in ("ACCEPTED", "REJECTED")
        rejected = state == "REJECTED"
        changed = replace(
            record,
            state=state,
            finish=now if closed else None,
            validation=now if closed else None,
            rejection_cause=cause if rejected else "",
            rejection_message=message if rejected else "",
            legally_archived=state == "ACCEPTED" and record.signed,
        )
        self.store(product, changed)
        if closed:
            self.decisions.append(
                CarriedOut(
                    order=len(self.decisions) + 1,
                    uuid=record.uuid,
                    verdict=state,
                    cause=changed.rejection_cause,
                    message=changed.rejection_message,
                    operator=operator,
                    idempotency=idempotency,
                    time=iso(now) or "",
                    by=by,
                )
            )
        return changed

    def was_carried_out(self, uuid_text: str, verdict: str, idempotency: str) -> bool:
        return bool(idempotency) and any(
            (one.uuid, one.verdict, one.idempotency) == (uuid_text, verdict, idempotency) for one in self.decisions
        )

    def new_identity(self, product: Product) -> tuple[random.Random, str, str, int]:
        """Generator, uuid, human-readable id and number of the next file that is created."""
        self.created += 1
        number = len(product.initial) + self.created - 1
        rng = random.Random(f"{self.seed}/created/{product.public_id}/{self.created}")
        first = 117 if product is self.products[0] else 2117
        file_id = f"{self.anchor.year % 100:02d}-{first + number:04d}"
        return rng, str(uuid.UUID(int=rng.getrandbits(128), version=4)), file_id, number


def basic_login(authorization: str) -> tuple[str, str] | None:
    """Login and password of a Basic header, or None."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        login, _, secret = base64.b64decode(token.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return login, secret


def _product(label: str, public_id: str, secret_key: str, records: list[Record]) -> Product:
    return Product(label, public_id, secret_key, {record.uuid: record for record in records})
