"""A desk in front of a server that fits in one's head: real vault and use cases, no network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.desks import DeskUnderTest, connection_for, opened_desk
from tests.support.model_server import ModelApi, ModelServer
from tns_desktop.adapters.secrets import SessionSecretStore
from tns_desktop.domain.connection import Connection
from tns_desktop.services.ports import Renderer, SampleAccount

ACCOUNT = SampleAccount("https://tns.example.test", "public", "secret", "")


@dataclass(frozen=True, slots=True)
class ModelDesk:
    """``made`` holds every API client that was made, with the connection and the secret that it was made of."""

    desk: DeskUnderTest
    server: ModelServer
    made: list[tuple[ModelApi, Connection, str]]


@asynccontextmanager
async def opened_model_desk(
    folder: Path,
    server: ModelServer | None = None,
    *,
    secrets: SessionSecretStore | None = None,
    renderer: Renderer | None = None,
    second: ModelServer | None = None,
) -> AsyncIterator[ModelDesk]:
    """``second``: a server of its own for another connection, the one that its ``connection_id`` names."""
    known = server or ModelServer()
    made: list[tuple[ModelApi, Connection, str]] = []

    def make(connection: Connection, secret: str) -> ModelApi:
        asked = second if second is not None and connection.connection_id == second.connection_id else known
        made.append((ModelApi(asked), connection, secret))
        return made[-1][0]

    async with opened_desk(folder, ACCOUNT, api_factory=make, secrets=secrets, renderer=renderer) as desk:
        if second is not None:
            other = connection_for(ACCOUNT, connection_id=second.connection_id)
            await desk.desk.connections.save(other, ACCOUNT.secret_key)
        yield ModelDesk(desk, known, made)
