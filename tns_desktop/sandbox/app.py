"""The ASGI application: side door, faults, API, in this order."""

from __future__ import annotations

import asyncio
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tns_desktop.sandbox.api import Api
from tns_desktop.sandbox.archives import ArchiveStore
from tns_desktop.sandbox.control import PREFIX, Control
from tns_desktop.sandbox.fault_gate import strike
from tns_desktop.sandbox.records import iso
from tns_desktop.sandbox.routes import Route, load_route_map
from tns_desktop.sandbox.world import World

BASE_PATH = "/contract/v6/integration"


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the command line can say. ``anchor`` None: today at 00:00 UTC; ``delay`` in seconds, before each answer."""

    files: int = 40
    seed: int = 1
    anchor: datetime | None = None
    map_path: Path | None = None
    faults: str = ""
    etag: bool = True
    ranges: bool = True
    idempotency: bool = False
    delay: float = 0.0


class SandboxApp:
    """One sandbox. Raises RouteMapInvalid or FaultSpecInvalid when the options make no sense."""

    def __init__(self, options: SandboxOptions) -> None:
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self.world = World(
            load_route_map(options.map_path),
            seed=options.seed,
            files=options.files,
            anchor=options.anchor or today,
            faults=options.faults,
            delay=options.delay,
        )
        self._archives = ArchiveStore()
        self._api = Api(
            self.world, self._archives, etag=options.etag, ranges=options.ranges, idempotency=options.idempotency
        )
        self._control = Control(self.world, self._archives).router()

    def close(self) -> None:
        self._archives.reset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith(f"{PREFIX}/"):
            await self._control(scope, receive, send)
            return
        request = Request(scope, receive)
        found = await self._route_of(request)
        route, values = found if found else (None, {})
        self._note(request, route)
        if self.world.delay:
            await asyncio.sleep(self.world.delay)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            response = await self._answer(request, route, values)
            await response(scope, receive, send)

        rule = self.world.faults.take(route.name if route else "unknown")
        if rule is None:
            await answer(scope, receive, send)
        else:
            await strike(rule, self.world.route_map, answer, scope, receive, send)

    async def _route_of(self, request: Request) -> tuple[Route, dict[str, str]] | None:
        raw_path = request.scope.get("raw_path", b"").decode("ascii", "replace").partition("?")[0]
        at_host = not raw_path.startswith(BASE_PATH)
        path = raw_path if at_host else raw_path.removeprefix(BASE_PATH)
        query = dict(request.query_params)
        candidates = self.world.route_map.candidates(request.method, path, query, at_host=at_host)
        return await self._api.choose(request, candidates) if candidates else None

    async def _answer(self, request: Request, route: Route | None, values: dict[str, str]) -> Response:
        if route is None:
            return self._api.failure("client_file_not_found", "No such resource", 1005)
        try:
            return await self._api.answer(request, route, values)
        except ClientDisconnect:
            raise
        except Exception:  # a mistake of the sandbox must be seen by whoever runs it
            traceback.print_exc(file=sys.stderr)
            return self._api.failure("server_failed", "Server error", 1000)

    def _note(self, request: Request, route: Route | None) -> None:
        name = route.name if route else "unknown"
        headers = request.headers
        world = self.world
        world.requests[name] += 1
        world.recent.append(
            {
                "order": sum(world.requests.values()),
                "route": name,
                "method": request.method,
                "path": request.url.path,
                "query": request.url.query,
                "operator": headers.get(world.route_map.operator_header or "x-none", ""),
                "idempotency": headers.get(world.route_map.idempotency_header or "x-none", ""),
                "range": headers.get("range", ""),
                "time": iso(datetime.now(UTC)),
            }
        )
