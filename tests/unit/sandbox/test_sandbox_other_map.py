"""Another map makes another server: paths, names, paging and meanings come from it and from nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sandbox import SandboxProcess
from tns_desktop.sandbox.routes import RouteMapInvalid, load_route_map, parse_route_map

OWN_MAP = Path(__file__).parents[3] / "tns_desktop" / "sandbox" / "routes.toml"


def other_map(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The sandbox's own map with regular-expression replacements, each of which must apply."""
    text = OWN_MAP.read_text("utf-8")
    for pattern, replacement in changes:
        text, count = re.subn(pattern, lambda _, new=replacement: new, text, count=1, flags=re.DOTALL)  # type: ignore[misc]
        assert count == 1, pattern
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    return path


def paging(style: str, position: str, first: int = 0, next_path: str = "") -> tuple[str, str]:
    return (
        r'style = "offset".*?next = ""',
        f'style = "{style}"\nposition_param = "{position}"\nlimit_param = "size"\n'
        f'first = {first}\nlimit = 5\nnext = "{next_path}"',
    )


def uuids_of(answer: Any) -> list[str]:
    return [item["uuid"] for item in answer["clientFiles"]]


def test_pages_by_number(tmp_path: Path) -> None:
    with (
        SandboxProcess("--map", str(other_map(tmp_path, paging("page", "page", first=1)))) as other,
        other.api() as client,
    ):
        seen = [
            uuids_of(client.get(f"/client-files?state=WAITING&size=10&page={page}").json()) for page in (1, 2, 3, 4)
        ]
    assert [len(page) for page in seen] == [10, 10, 4, 0]
    assert len({uuid for page in seen for uuid in page}) == 24


def test_pages_by_cursor(tmp_path: Path) -> None:
    path = other_map(tmp_path, paging("cursor", "after", next_path="paging.next"))
    seen: list[str] = []
    with SandboxProcess("--map", str(path)) as other, other.api() as client:
        cursor = ""
        for _ in range(10):
            answer = client.get("/client-files", params={"state": "WAITING", "after": cursor}).json()
            seen += uuids_of(answer)
            cursor = answer.get("paging", {}).get("next", "")
            if not cursor:
                break
    assert len(seen) == len(set(seen)) == 24


def test_pages_by_link_header(tmp_path: Path) -> None:
    seen: list[str] = []
    with SandboxProcess("--map", str(other_map(tmp_path, paging("link", "from")))) as other, other.api() as client:
        url: httpx.URL | None = httpx.URL(f"{other.base_url}/client-files?state=WAITING")
        while url is not None:
            answer = client.get(url)
            seen += uuids_of(answer.json())
            following = answer.links.get("next")
            url = url.join(following["url"]) if following else None
    assert len(seen) == len(set(seen)) == 24


def test_lists_all_at_once_and_bare(tmp_path: Path) -> None:
    path = other_map(tmp_path, paging("none", ""), (r'items = "clientFiles"', 'items = ""'))
    with SandboxProcess("--map", str(path)) as other, other.api() as client:
        assert len(client.get("/client-files?state=WAITING").json()) == 24


def test_moves_paths_names_words_and_statuses(tmp_path: Path) -> None:
    path = other_map(
        tmp_path,
        (r'path = "/client-files"', 'path = "/dossiers"'),
        (r'query = \{ state = "\{state\}" \}', 'query = { etat = "{state}", v = "2" }'),
        (r'items = "clientFiles"', 'items = "data.list"'),
        (r'path = "/client-files/\{uuid\}"\nquery = \{\}', 'path = "/dossier"\nquery = { ref = "{uuid}" }'),
        (r'item = ""', 'item = "data"'),
        (r'uuid = "uuid"', 'uuid = "technical.ref"'),
        (r'state = "state"', 'state = "status"'),
        (r'WAITING = "WAITING"', 'A_VALIDER = "WAITING"'),
        (r'path = "/client-files/\{uuid\}/accept"', 'path = "/dossiers/{uuid}/decision"'),
        (r"body = \{\}", 'body = { verdict = "OK" }'),
        (r'path = "/client-files/\{uuid\}/reject"', 'path = "/dossiers/{uuid}/decision"'),
        (r"success = \[200\]\nbody_type = .application/json.\nbody = \{ rejection.*?\}\n",
         'success = [204]\nbody = { verdict = "KO", why = { code = "{cause}", text = "{message}" } }\n'),
        (r'409 = "state_conflict"', '422 = "state_conflict"'),
        (r'operator = "USER"', 'operator = "X-Operator"'),
        (r"state_conflict = \[\]", "state_conflict = [7777]"),
    )  # fmt: skip
    with SandboxProcess("--map", str(path)) as other, other.api() as client:
        assert client.get("/client-files").status_code == 404
        assert client.get("/dossiers?etat=A_VALIDER").status_code == 404
        items = client.get("/dossiers?etat=A_VALIDER&v=2").json()["data"]["list"]
        first, second = (item["technical"]["ref"] for item in items[:2])
        assert items[0]["status"] == "A_VALIDER"
        assert client.get(f"/dossier?ref={first}").json()["data"]["technical"]["ref"] == first
        headers = {"X-Operator": "op"}
        accept = client.post(f"/dossiers/{first}/decision", json={"verdict": "OK"}, headers=headers)
        assert accept.status_code == 200
        bad = client.post(f"/dossiers/{second}/decision", json={"verdict": "KO", "why": {"code": "Fraude"}})
        assert bad.json()["error"]["invalidParameters"] == ["why.text"]
        why = {"code": "Fraude", "text": "Soupçon"}
        assert client.post(f"/dossiers/{second}/decision", json={"verdict": "KO", "why": why}).status_code == 204
        again = client.post(f"/dossiers/{second}/decision", json={"verdict": "OK"})
        third = items[2]["technical"]["ref"]
        other.set_faults("reject:cut*1")
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(f"/dossiers/{third}/decision", json={"verdict": "KO", "why": why})
        assert (again.status_code, again.json()["error"]["code"]) == (422, 7777)
        assert [(one["verdict"], one["cause"], one["operator"]) for one in other.decisions()] == [
            ("ACCEPTED", "", "op"),
            ("REJECTED", "Fraude", ""),
            ("REJECTED", "Fraude", ""),
        ]


def test_a_rejection_may_come_as_a_form(tmp_path: Path, sandbox: SandboxProcess, waiting: list[str]) -> None:
    with sandbox.api() as client:
        form = {"rejectionCause": "Fraude", "rejectionMessage": "Soupçon"}
        assert client.post(f"/client-files/{waiting[0]}/reject", data=form).status_code == 200


def test_a_repeated_decision_is_answered_again_when_idempotency_is_on() -> None:
    with SandboxProcess("--idempotency", files=3) as other, other.api() as client:
        path = f"/client-files/{other.uuids()[0]}/accept"
        answers = [client.post(path, headers={"X-Request-Id": key}).status_code for key in ("a", "a", "b")]
        assert answers == [200, 200, 409]
        assert len(other.decisions()) == 1


def test_the_desks_own_map_makes_the_same_server() -> None:
    desk = load_route_map(Path(__file__).parents[3] / "resources" / "api" / "trust_and_sign_v6.toml")
    ours = load_route_map(None)
    assert [(route.name, route.method, route.path, route.query, route.body) for route in desk.routes] == [
        (route.name, route.method, route.path, route.query, route.body) for route in ours.routes
    ]
    assert (desk.client_file, desk.participant) == (ours.client_file, ours.participant)


@pytest.mark.parametrize(
    "text",
    [
        {},
        {"routes": []},
        {"errors": {"status": {"four hundred": "request_invalid"}}},
        {"routes": {"list_client_files": {"method": "GET"}}},
        {"routes": {"list_client_files": {"method": "GET", "path": "/", "paging": {"style": "odd"}}}},
    ],
)
def test_a_map_that_cannot_be_served_is_refused(text: dict[str, Any]) -> None:
    with pytest.raises(RouteMapInvalid):
        parse_route_map(text)
