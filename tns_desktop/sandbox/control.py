"""The side door, outside the API's base: what tests and the demonstration may see and do. Loopback only, so no login."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route as StarletteRoute
from starlette.routing import Router

from tns_desktop.sandbox.archives import ArchiveStore
from tns_desktop.sandbox.bodies import Body
from tns_desktop.sandbox.creation import finished
from tns_desktop.sandbox.faults import FaultPlan, FaultSpecInvalid
from tns_desktop.sandbox.hooks import RETRY_SECONDS, HookSpecInvalid, hook_target
from tns_desktop.sandbox.population import PLAIN_RECIPES, SPECIAL_RECIPES, make_records
from tns_desktop.sandbox.records import Record
from tns_desktop.sandbox.wire import client_file_json
from tns_desktop.sandbox.world import Product, World

PREFIX = "/_sandbox"
MAX_MEGABYTES = 2_500
_BLOB_CHUNK = bytes(range(256)) * 1024


class ControlRefused(Exception):
    """The side door did not understand; the text says what it wants."""


class Control:
    """Handlers of the side door. JSON in, JSON out."""

    def __init__(self, world: World, archives: ArchiveStore) -> None:
        self._world = world
        self._archives = archives
        self._added = 0

    def router(self) -> Router:
        return Router(
            [
                StarletteRoute(f"{PREFIX}/log", self._log, methods=["GET"]),
                StarletteRoute(f"{PREFIX}/blob/{{size:int}}", self._blob, methods=["GET"]),
                *(
                    StarletteRoute(f"{PREFIX}/{name}", _json_in(handler), methods=["POST"])
                    for name, handler in (
                        ("reset", self._reset),
                        ("faults", self._faults),
                        ("state", self._state),
                        ("finish", self._finish),
                        ("replace-archive", self._replace_archive),
                        ("big-archive", self._big_archive),
                        ("add-file", self._add_file),
                        ("webhooks", self._webhooks),
                    )
                ),
            ]
        )

    async def _log(self, request: Request) -> Response:
        world = self._world
        return JSONResponse(
            {
                "decisions": [asdict(decision) for decision in world.decisions],
                "requests": dict(world.requests),
                "recent": list(world.recent),
                "faults": world.faults.spec,
                "created": world.created,
                "webhooks": list(world.hooks.log),
            }
        )

    async def _blob(self, request: Request) -> Response:
        size = int(request.path_params["size"])

        async def stream() -> AsyncIterator[bytes]:
            left = size
            while left > 0:
                yield _BLOB_CHUNK[:left]
                left -= len(_BLOB_CHUNK)
                await asyncio.sleep(0)  # lets the loop notice that the client has gone

        headers = {"Content-Length": str(size), "ETag": f'"blob-{size}"'}
        return StreamingResponse(stream(), media_type="application/zip", headers=headers)

    async def _reset(self, body: dict[str, Any]) -> dict[str, Any]:
        self._world.reset()
        self._archives.reset()
        self._added = 0
        return {}

    async def _faults(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            self._world.faults = FaultPlan(_wanted(body, "spec"))
        except FaultSpecInvalid as error:
            raise ControlRefused(str(error)) from error
        return {"spec": self._world.faults.spec}

    async def _state(self, body: dict[str, Any]) -> dict[str, Any]:
        product, record = self._found(body)
        changed = self._world.set_state(
            product,
            record,
            _wanted(body, "state"),
            cause=str(body.get("cause", "")),
            message=str(body.get("message", "")),
            operator=str(body.get("operator", "another-operator")),
        )
        return client_file_json(changed, self._world.route_map)

    async def _finish(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the person with the SignBook link does: every step, and the signature. A file that was created has its
        contract and supporting documents from then on.
        """
        product, record = self._found(body)
        if record.state != "PENDING":
            raise ControlRefused(f"{record.uuid} is not PENDING")
        signed = finished(record)
        product.origins[record.uuid] = signed
        changed = self._world.set_state(product, signed, "WAITING")
        return client_file_json(changed, self._world.route_map)

    async def _replace_archive(self, body: dict[str, Any]) -> dict[str, Any]:
        product, record = self._found(body)
        content = None
        if "content_base64" in body:
            try:
                content = base64.b64decode(str(body["content_base64"]), validate=True)
            except binascii.Error as error:
                raise ControlRefused("content_base64 is not base64") from error
        keep_etag = body.get("keep_etag") is True
        return _described(await self._archives.replace(product.origins[record.uuid], content, keep_etag=keep_etag))

    async def _big_archive(self, body: dict[str, Any]) -> dict[str, Any]:
        product, record = self._found(body)
        megabytes = body.get("megabytes")
        if not isinstance(megabytes, int) or not 1 <= megabytes <= MAX_MEGABYTES:
            raise ControlRefused(f"megabytes must be a whole number from 1 to {MAX_MEGABYTES}")
        return _described(await self._archives.make_big(product.origins[record.uuid], megabytes))

    async def _add_file(self, body: dict[str, Any]) -> dict[str, Any]:
        """One more client file, WAITING now unless ``state`` says otherwise; ``product`` is its public ID."""
        world = self._world
        wanted = body.get("product", world.products[0].public_id)
        product = next((one for one in world.products if one.public_id == wanted), None)
        if product is None:
            raise ControlRefused("product is not one of ours")
        self._added += 1
        now = datetime.now(UTC).replace(microsecond=0)
        drawn = make_records(world.seed + 7919 * self._added, 1, now, product=world.products.index(product))[0]
        recipe = str(body.get("recipe", drawn.recipe))
        if recipe not in (*SPECIAL_RECIPES, *PLAIN_RECIPES):
            raise ControlRefused(f"recipe is not one of {', '.join(dict.fromkeys((*SPECIAL_RECIPES, *PLAIN_RECIPES)))}")
        record = _as_new(drawn, number=90_000 + self._added, start=now, recipe=recipe)
        world.store(product, record)
        if state := body.get("state"):
            record = world.set_state(product, record, str(state))
        return client_file_json(record, world.route_map)

    async def _webhooks(self, body: dict[str, Any]) -> dict[str, Any]:
        """Where the events of ``product`` (a public ID; without it, of all) go from now on; an empty ``url``: nowhere."""
        wanted = str(body.get("product", ""))
        aimed = [one.public_id for one in self._world.products if wanted in ("", one.public_id)]
        if not aimed:
            raise ControlRefused("product is not one of ours")
        target = None
        if url := str(body.get("url", "")):
            try:
                target = hook_target(
                    url,
                    str(body.get("header", "")),
                    retry_seconds=float(body.get("retry_seconds", RETRY_SECONDS)),
                    twice=bool(body.get("twice", False)),
                )
            except HookSpecInvalid as error:
                raise ControlRefused(str(error)) from error
        for public_id in aimed:
            self._world.hooks.aim(public_id, target)
        return {"products": aimed}

    def _found(self, body: dict[str, Any]) -> tuple[Product, Record]:
        uuid_text = _wanted(body, "uuid")
        product = self._world.product_with(uuid_text)
        if product is None:
            raise ControlRefused(f"there is no client file {uuid_text}")
        return product, product.records[uuid_text]


def _as_new(record: Record, *, number: int, start: datetime, recipe: str) -> Record:
    year = f"{start.year % 100:02d}"
    return replace(
        record, id=f"{year}-{number}", external_id=f"CRM-{number}", number=number, start=start, recipe=recipe
    )


def _described(body: Body) -> dict[str, Any]:
    return {"size": body.size, "etag": body.etag}


def _wanted(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise ControlRefused(f"{key} is missing")
    return value


def _json_in(
    handler: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            text = await request.body()
            body = json.loads(text) if text else {}
            if not isinstance(body, dict):
                raise ControlRefused("a JSON object is expected")
            return JSONResponse(await handler(body))
        except ValueError:
            return JSONResponse({"error": "the body is not JSON"}, 400)
        except ControlRefused as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint
