"""The list of operators: another base and another login; and what a read-only connection may never ask."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.api_connection import SECRET_KEY, connection_to
from tests.support.api_maps import DEFAULT_MAP, edited_map
from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process
from tests.support.wire_server import Reply, WireServer, json_reply
from tests.unit.api.test_api_requests import ACCEPTANCE, REJECTION
from tns_desktop.adapters.api.api_map import load_api_map
from tns_desktop.adapters.api.factory import make_api_factory, make_operators_factory
from tns_desktop.domain.decision import Decision
from tns_desktop.domain.errors import (
    AdminNotAllowed,
    AdminRefused,
    AnswerNotUnderstood,
    ApiMapInvalid,
    RoleForbids,
    TnsError,
)
from tns_desktop.domain.operator import Admin, Operator
from tns_desktop.domain.roles import Role
from tns_desktop.sandbox.operators import ADMIN_EMAIL, ADMIN_PASSWORD, OPERATOR_EMAIL, OPERATOR_PASSWORD

__all__ = ["sandbox", "sandbox_process"]

pytestmark = pytest.mark.anyio

UUID = "2e891756-cbbb-11e3-9d6a-57f4740d8223"
LOGIN = Admin("claire@example.test", "se:same")


async def asked(base_url: str, admin: Admin = LOGIN, api_map: Path = DEFAULT_MAP) -> Sequence[Operator]:
    directory = make_operators_factory(DEFAULT_MAP)(connection_to(base_url, api_map=api_map), admin)
    try:
        return await directory.list_operators()
    finally:
        await directory.close()


async def test_asks_at_the_root_of_the_host_as_the_admin_and_as_nobody_else(server: WireServer) -> None:
    server.respond = lambda _: json_reply([{"uuid": UUID.upper(), "firstName": "Léa", "lastName": "Martin", "new": 1}])
    assert await asked(server.base_url) == [Operator(UUID, "Léa Martin")]
    (request,) = server.requests
    assert request.target == "/contract/management/users?withInactive=false"
    login = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
    assert login == "claire@example.test:se:same"
    assert "user" not in request.headers
    assert SECRET_KEY not in login


async def test_the_map_decides_where_and_what(server: WireServer, tmp_path: Path) -> None:
    moved = edited_map(
        tmp_path,
        ('base = "host" ', 'base = "integration" '),
        ('path = "/contract/management/users"', 'path = "/people"'),
        ('items = ""                           # GUESS: the answer is the list.', 'items = "data.people"  #'),
        ('[fields.operator]                    # GUESS: all four\nuuid = "uuid"', '[fields.operator]\nuuid = "id"'),
    )
    server.respond = lambda _: json_reply({"data": {"people": [{"id": UUID, "email": "lea@example.test"}]}})
    assert await asked(server.base_url, api_map=moved) == [Operator(UUID, "", "lea@example.test")]
    assert server.requests[0].target == "/base/people?withInactive=false"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (json_reply({"error": {"message": "Bad credentials", "code": 1001}}, status=401), AdminRefused),
        (json_reply({"error": {"message": "no"}}, status=403), AdminNotAllowed),
        (json_reply({}, status=404), AnswerNotUnderstood),
        (json_reply({"users": []}), AnswerNotUnderstood),
        (json_reply([{"uuid": UUID}, {"uuid": "u-2"}]), AnswerNotUnderstood),
        (json_reply([{"firstName": "Léa"}]), AnswerNotUnderstood),
        (json_reply(["Léa"]), AnswerNotUnderstood),
        (Reply(200, body=b"<html>", headers={"content-type": "text/html"}), AnswerNotUnderstood),
    ],
)
async def test_a_refusal_or_nonsense_is_said_in_its_own_words(
    server: WireServer, reply: Reply, kind: type[TnsError]
) -> None:
    server.respond = lambda _: reply
    with pytest.raises(kind):
        await asked(server.base_url)


def test_an_older_map_without_operators_and_links_is_still_a_map(tmp_path: Path) -> None:
    text = DEFAULT_MAP.read_text("utf-8")
    for name in ("routes.list_operators", "signbook", "fields.operator"):
        start = text.index(f"[{name}]")
        text = text[:start] + text[text.index("\n# ---", start) :]
    old = tmp_path / "old.toml"
    old.write_text(text, "utf-8")
    api_map = load_api_map(old)
    assert (api_map.list_operators, api_map.operator, api_map.signing_link) == (None, None, "")


@pytest.mark.parametrize(
    "link",
    [
        "https://{host}/contract/signbook/signbook.html",
        "http://{host}/?token={token}",
        "https://elsewhere.test/?token={token}",
        "https://{host}/?token={token}&uuid={uuid}",
        "https://{host}/ ?token={token}",
    ],
)
def test_a_link_leads_to_the_connections_host_by_https_with_the_token(tmp_path: Path, link: str) -> None:
    broken = edited_map(
        tmp_path, ('link = "https://{host}/contract/signbook/signbook.html?token={token}"', f'link = "{link}"')
    )
    with pytest.raises(ApiMapInvalid) as caught:
        load_api_map(broken)
    assert caught.value.facts["key"] == "signbook.link"


# --- against the sandbox --------------------------------------------------------------------------------------------------


async def test_the_sandbox_names_its_active_operators_to_its_admin_only(sandbox: SandboxProcess) -> None:
    found = await asked(sandbox.base_url, Admin(ADMIN_EMAIL, ADMIN_PASSWORD))
    assert [one.name for one in found] == ["Léa Martin", "Claire Fontaine", "Émile Zidane"]
    with pytest.raises(AdminNotAllowed):
        await asked(sandbox.base_url, Admin(OPERATOR_EMAIL, OPERATOR_PASSWORD))
    with pytest.raises(AdminRefused):
        await asked(sandbox.base_url, Admin(ADMIN_EMAIL, "wrong"))
    sandbox.set_faults("operators:invalid-json*1")
    with pytest.raises(AnswerNotUnderstood):
        await asked(sandbox.base_url, Admin(ADMIN_EMAIL, ADMIN_PASSWORD))


@asynccontextmanager
async def read_only_api(sandbox: SandboxProcess) -> AsyncIterator[Callable[[Decision], object]]:
    connection = replace(
        connection_to(sandbox.base_url), public_id=sandbox.public_id, role=Role.READ_ONLY, connection_id="c1"
    )
    api = make_api_factory(DEFAULT_MAP)(connection, sandbox.secret_key)
    try:
        assert all(check.error is None for check in await api.check())
        yield api.send_decision
    finally:
        await api.close()


@pytest.mark.parametrize("decision", [ACCEPTANCE, REJECTION])
async def test_a_read_only_connection_reads_and_never_posts(sandbox: SandboxProcess, decision: Decision) -> None:
    async with read_only_api(sandbox) as send:
        with pytest.raises(RoleForbids):
            await send(decision)  # type: ignore[misc]
    recent = sandbox.log()["recent"]
    assert {one["method"] for one in recent} <= {"GET", "HEAD"}
    assert len(recent) > 0
