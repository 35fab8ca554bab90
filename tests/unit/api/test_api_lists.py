"""Lists: every paging style, other maps, and the servers that repeat themselves or end early."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.api_connection import MakeApi
from tests.support.api_maps import edited_map
from tests.support.wire_server import Reply, SeenRequest, WireServer, json_reply, running_wire_server
from tns_desktop.adapters.api import paging
from tns_desktop.domain.client_file import PENDING, WAITING, ClientFile, ClientFileState
from tns_desktop.domain.errors import AnswerNotUnderstood, RedirectRefused
from tns_desktop.services.ports import ClientFileApi

pytestmark = pytest.mark.anyio

OFFSET = 'style = "offset"\nposition_param = "offset"\nlimit_param = "limit"\nfirst = 0\nlimit = 200\nnext = ""'
NO_TOTAL = ('total = "total"', 'total = ""')


def files(*numbers: int, state: str = "WAITING") -> list[dict[str, Any]]:
    return [{"uuid": f"u-{number}", "state": state} for number in numbers]


async def whole_list(api: ClientFileApi, state: ClientFileState | None = WAITING) -> list[ClientFile]:
    found: list[ClientFile] = []
    cursor: str | None = None
    while True:
        page = await api.list_client_files(state, cursor)
        found += page.items
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def uuids(found: list[ClientFile]) -> list[str]:
    return [item.uuid for item in found]


def sliced(count: int, *, page_size: int, total: bool) -> Callable[[SeenRequest], Reply]:
    """A server that pages by offset and allows at most ``page_size``."""

    def respond(request: SeenRequest) -> Reply:
        start = int(request.query["offset"])
        size = min(int(request.query["limit"]), page_size)
        answer: dict[str, Any] = {"clientFiles": files(*range(start, min(start + size, count)))}
        return json_reply(answer | ({"total": count} if total else {}))

    return respond


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(("count", "page_size"), [(0, 200), (1, 200), (5, 2), (4, 2), (450, 100)])
async def test_offset_paging_finds_every_file(
    count: int, page_size: int, total: bool, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = sliced(count, page_size=page_size, total=total)
    assert uuids(await whole_list(api)) == [f"u-{number}" for number in range(count)]
    assert server.requests[0].query == {"state": "WAITING", "offset": "0", "limit": "200"}


async def test_tells_the_total(api: ClientFileApi, server: WireServer) -> None:
    server.respond = sliced(5, page_size=2, total=True)
    assert (await api.list_client_files(WAITING)).total == 5


async def test_page_paging_counts_from_the_first_page(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(
        tmp_path, (OFFSET, 'style = "page"\nposition_param = "p"\nlimit_param = "size"\nfirst = 1\nlimit = 2'), NO_TOTAL
    )
    pages = {"1": files(1, 2), "2": files(3, 4), "3": files(5), "4": []}
    server.respond = lambda request: json_reply({"clientFiles": pages[request.query["p"]]})
    assert uuids(await whole_list(make_api(api_map=api_map))) == ["u-1", "u-2", "u-3", "u-4", "u-5"]
    assert server.requests[0].query == {"state": "WAITING", "p": "1", "size": "2"}


async def test_cursor_paging_follows_the_answer(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, (OFFSET, 'style = "cursor"\nposition_param = "after"\nnext = "paging.next"'))
    answers = {
        None: {"clientFiles": files(1), "paging": {"next": "a b&c"}},
        "a b&c": {"clientFiles": [], "paging": {"next": 17}},
        "17": {"clientFiles": files(2), "paging": {"next": None}},
    }
    server.respond = lambda request: json_reply(answers[request.query.get("after")])
    assert uuids(await whole_list(make_api(api_map=api_map))) == ["u-1", "u-2"]


async def test_link_paging_follows_the_header(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, (OFFSET, 'style = "link"'), ('items = "clientFiles"', 'items = ""'))

    def respond(request: SeenRequest) -> Reply:
        if request.path == "/base/client-files":
            return json_reply(files(1), Link='</base/more?x=1>; rel="next", </base/first>; rel="first"')
        return json_reply(files(2))

    server.respond = respond
    assert uuids(await whole_list(make_api(api_map=api_map))) == ["u-1", "u-2"]
    assert server.requests[1].target == "/base/more?x=1"


async def test_link_paging_never_leaves_the_server(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, (OFFSET, 'style = "link"'))
    with running_wire_server() as other:
        link = f'<http://{other.host}/base/client-files>; rel="next"'
        server.respond = lambda _: json_reply({"clientFiles": files(1)}, Link=link)
        with pytest.raises(RedirectRefused) as caught:
            await whole_list(make_api(api_map=api_map))
        assert caught.value.facts["host"] == other.host
        assert other.connections == 0


async def test_an_unpaged_list_is_one_answer(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, (OFFSET, 'style = "none"'))
    server.respond = lambda _: json_reply({"clientFiles": files(1, 2), "total": 2})
    assert uuids(await whole_list(make_api(api_map=api_map))) == ["u-1", "u-2"]
    assert server.requests[0].query == {"state": "WAITING"}


async def test_an_unpaged_list_below_its_total_is_not_complete(
    make_api: MakeApi, server: WireServer, tmp_path: Path
) -> None:
    api_map = edited_map(tmp_path, (OFFSET, 'style = "none"'))
    server.respond = lambda _: json_reply({"clientFiles": files(1, 2), "total": 3})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await whole_list(make_api(api_map=api_map))
    assert caught.value.facts["reason"] == "incomplete_list"


async def test_pages_that_end_before_the_total_are_not_complete(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda request: json_reply(
        {"clientFiles": files(1) if request.query["offset"] == "0" else [], "total": 9}
    )
    with pytest.raises(AnswerNotUnderstood) as caught:
        await whole_list(api)
    assert caught.value.facts == {
        "route": "list_client_files",
        "reason": "incomplete_list",
        "expected": "9",
        "received": "1",
    }


async def test_a_server_that_repeats_its_page_is_found_out(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"clientFiles": files(1, 2)})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await whole_list(api)
    assert caught.value.facts["reason"] == "page_repeated"
    assert len(server.requests) == 2


async def test_cursors_that_go_in_a_circle_are_found_out(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, (OFFSET, 'style = "cursor"\nposition_param = "after"\nnext = "next"'))
    following = {None: "a", "a": "b", "b": "c", "c": "a"}
    server.respond = lambda request: json_reply({"clientFiles": [], "next": following[request.query.get("after")]})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await whole_list(make_api(api_map=api_map))
    assert caught.value.facts["reason"] == "page_repeated"


async def test_a_list_without_end_is_given_up(
    api: ClientFileApi, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MAX_PAGES", 20)
    server.respond = lambda request: json_reply({"clientFiles": files(int(request.query["offset"]))})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await whole_list(api)
    assert caught.value.facts["reason"] == "too_many_pages"
    assert len(server.requests) == 20


@pytest.mark.parametrize("cursor", ["", "{}", "[]", '[0,"",-1,0]', "[0,1,0,0]", '[9,"",0,0]', "nonsense", "[true]"])
async def test_a_foreign_cursor_is_refused(cursor: str, api: ClientFileApi, server: WireServer) -> None:
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.list_client_files(WAITING, cursor)
    assert caught.value.facts["reason"] == "bad_cursor"
    assert server.requests == []


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "not_a_list"),
        ({"clientFiles": {}}, "not_a_list"),
        ([], "not_a_list"),
        (None, "not_a_list"),
        ({"clientFiles": [], "total": "many"}, "wrong_type"),
        ({"clientFiles": [], "total": -1}, "wrong_type"),
    ],
)
async def test_what_is_no_list_is_not_an_empty_list(
    document: object, reason: str, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: json_reply(document)
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.list_client_files(WAITING)
    assert caught.value.facts["reason"] == reason


async def test_null_is_an_empty_list(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"clientFiles": None, "total": None})
    assert (await api.list_client_files(WAITING)).items == ()


@pytest.mark.parametrize("bad", [None, 7, "u-9", {}, {"uuid": "u-9"}, {"uuid": "", "state": "WAITING"}])
async def test_one_unusable_item_makes_the_list_not_understood(
    bad: object, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: json_reply({"clientFiles": [*files(1), bad, *files(2)], "total": 3})
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.list_client_files(WAITING)
    assert caught.value.facts["index"] == "1"


async def test_all_states_at_once_leave_the_parameter_out(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"clientFiles": files(1), "total": 1})
    await whole_list(api, None)
    assert "state" not in server.requests[0].query


async def test_a_map_with_another_list(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(
        tmp_path,
        (
            'path = "/client-files"\nquery = { state = "{state}" }',
            'path = "/v7/dossiers"\nquery = { etat = "{state}" }',
        ),
        ('items = "clientFiles"', 'items = "data.rows"'),
        ('total = "total"', 'total = "data.count"'),
        ('WAITING = "WAITING"', 'A_VALIDER = "WAITING"'),
        ('uuid = "uuid"', 'uuid = "technical.key"'),
        ('state = "state"', 'state = "etat"'),
    )
    rows = [{"technical": {"key": 5}, "etat": "A_VALIDER"}, {"technical": {"key": "x"}, "etat": "BLOQUE"}]
    server.respond = lambda _: json_reply({"data": {"rows": rows, "count": "2"}})
    found = await whole_list(make_api(api_map=api_map))
    assert [(item.uuid, item.state.name) for item in found] == [("5", "WAITING"), ("x", "BLOQUE")]
    assert server.requests[0].path == "/base/v7/dossiers"
    assert server.requests[0].query["etat"] == "A_VALIDER"


async def test_asks_for_each_word_of_a_state(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(tmp_path, ('WAITING = "WAITING"', 'WAITING = "WAITING"\nTO_CHECK = "WAITING"'))
    answers = {"WAITING": files(1), "TO_CHECK": files(2, state="TO_CHECK")}
    server.respond = lambda request: json_reply({"clientFiles": answers[request.query["state"]], "total": 1})
    found = await whole_list(make_api(api_map=api_map))
    assert [(item.uuid, item.state) for item in found] == [("u-1", WAITING), ("u-2", WAITING)]


async def test_a_state_in_the_path_is_asked_queue_by_queue(
    make_api: MakeApi, server: WireServer, tmp_path: Path
) -> None:
    api_map = edited_map(
        tmp_path, ('path = "/client-files"\nquery = { state = "{state}" }', 'path = "/by-state/{state}"')
    )
    server.respond = lambda request: json_reply({"clientFiles": [], "total": 0})
    await whole_list(make_api(api_map=api_map), None)
    assert [request.path.rpartition("/")[2] for request in server.requests] == [
        "WAITING",
        "PENDING",
        "SUSPENDED",
        "ACCEPTED",
        "REJECTED",
    ]


async def test_selects_the_state_itself_where_the_server_sends_all(
    make_api: MakeApi, server: WireServer, tmp_path: Path
) -> None:
    api_map = edited_map(tmp_path, ('query = { state = "{state}" }', "query = {}"))
    mixed = [*files(1), *files(2, state="PENDING"), *files(3)]
    server.respond = lambda _: json_reply({"clientFiles": mixed, "total": 3})
    assert uuids(await whole_list(make_api(api_map=api_map), WAITING)) == ["u-1", "u-3"]
    assert uuids(await whole_list(make_api(api_map=api_map), PENDING)) == ["u-2"]


# --- answers that were understood before ------------------------------------------------------------------------------


async def test_what_was_understood_before_is_not_read_again(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"clientFiles": files(1, 2), "total": 2})
    first = await api.list_client_files(WAITING)
    known = {answer: key for key, answer in first.answers.items()}
    assert len(known) == 2
    again = await api.list_client_files(WAITING, None, known)
    assert (again.items, {key.uuid for key in again.unchanged}) == ((), {"u-1", "u-2"})
    changed = [*files(1), {**files(2)[0], "somethingNew": True}]
    server.respond = lambda _: json_reply({"clientFiles": changed, "total": 2})
    now = await api.list_client_files(WAITING, None, known)
    assert (uuids(list(now.items)), [key.uuid for key in now.unchanged]) == (["u-2"], ["u-1"])


async def test_another_map_reads_everything_again(
    make_api: MakeApi, api: ClientFileApi, server: WireServer, tmp_path: Path
) -> None:
    server.respond = lambda _: json_reply({"clientFiles": files(1), "total": 1})
    known = {answer: key for key, answer in (await api.list_client_files(WAITING)).answers.items()}
    other = make_api(api_map=edited_map(tmp_path, ('external_id = "externalId"  ', 'external_id = "other"  ')))
    assert uuids(list((await other.list_client_files(WAITING, None, known)).items)) == ["u-1"]


async def test_known_files_count_where_the_list_goes_on(api: ClientFileApi, server: WireServer) -> None:
    server.respond = sliced(5, page_size=2, total=True)
    known = {answer: key for key, answer in (await api.list_client_files(WAITING)).answers.items()}
    page = await api.list_client_files(WAITING, None, known)
    following = await api.list_client_files(WAITING, page.next_cursor, known)
    assert uuids(list(following.items)) == ["u-2", "u-3"]


async def test_a_file_that_is_twice_on_a_page_counts_twice_for_the_paging(
    api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: json_reply({"clientFiles": files(1, 1), "total": 3})
    page = await api.list_client_files(WAITING)
    assert page.next_cursor is not None
    server.respond = lambda _: json_reply({"clientFiles": files(2), "total": 3})
    await api.list_client_files(WAITING, page.next_cursor)
    assert server.requests[-1].query["offset"] == "2"
