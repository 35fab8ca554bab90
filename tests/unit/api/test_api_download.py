"""Archives: whole, cut, resumed, begun again, too large, cancelled."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.support.api_connection import SECRET_KEY, MakeApi, connection_to
from tests.support.api_maps import DEFAULT_MAP, edited_map
from tests.support.certificates import self_signed_server
from tests.support.desks import until
from tests.support.wire_server import (
    Reply,
    SeenRequest,
    WireServer,
    archive_reply,
    in_turn,
    json_reply,
    running_wire_server,
)
from tns_desktop.adapters.api.client import TrustAndSignApi
from tns_desktop.adapters.api.download_attempts import DownloadLimits
from tns_desktop.adapters.api.factory import make_api_factory
from tns_desktop.adapters.api.transport import Timeouts, TrustedRoots
from tns_desktop.domain.errors import (
    AnswerNotUnderstood,
    ArchiveTooLarge,
    ClientFileNotFound,
    ConnectionCut,
    DiskFull,
    RedirectRefused,
    RequestTimedOut,
    ServerUnreachable,
)
from tns_desktop.domain.pace import Pace
from tns_desktop.services.ports import ClientFileApi

pytestmark = pytest.mark.anyio

BODY = bytes(range(256)) * 8_000  # about 2 MB: several pieces
LARGE_BODY = bytes(range(256)) * 40_000  # about 10 MB: most of it is read past the HTTP parser
TAG = '"v1"'


class ListSink:
    """Keeps what it is given; counts restarts; notes the threads that wrote."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.restarts = 0
        self.threads: set[str] = set()

    def write_blocking(self, chunk: bytes | memoryview) -> None:
        self.threads.add(threading.current_thread().name)
        self.content += chunk

    def restart_blocking(self) -> None:
        self.restarts += 1
        self.content.clear()


def ignore(received: int, total: int | None) -> None:
    """No progress is shown."""


def download_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("archive-download")]


async def hung(server: WireServer) -> None:
    await asyncio.to_thread(server.hanging.wait, 10)


def ranged(body: bytes, tag: str, *, first: Reply) -> Callable[[SeenRequest], Reply]:
    """``first``, then what a server that knows ranges sends."""
    waiting = [first]

    def respond(request: SeenRequest) -> Reply:
        if waiting:
            return waiting.pop()
        if request.headers.get("if-range") == tag:
            start = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
            content_range = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return archive_reply(body[start:], 206, ETag=tag, Content_Range=content_range)
        return archive_reply(body, ETag=tag)

    return respond


async def test_streams_a_whole_archive_off_the_loop(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(BODY, ETag=TAG)
    sink, told = ListSink(), list[tuple[int, int | None]]()
    receipt = await api.download_archive("u-1", sink, lambda received, total: told.append((received, total)))
    assert bytes(sink.content) == BODY
    assert (receipt.size, receipt.etag) == (len(BODY), TAG)
    assert told[0] == (0, len(BODY))
    assert told[-1] == (len(BODY), len(BODY))
    assert [received for received, _ in told] == sorted(received for received, _ in told)
    assert all(name.startswith("archive-download") for name in sink.threads)
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert server.requests[0].headers["authorization"] == "Basic am9objEyMzQ1NjphemVydHk="


async def test_progress_is_not_told_for_every_piece(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(BODY * 40)
    told: list[int] = []
    pieces: list[int] = []

    class CountingSink(ListSink):
        def write_blocking(self, chunk: bytes | memoryview) -> None:
            pieces.append(len(chunk))

    await api.download_archive("u-1", CountingSink(), lambda received, _: told.append(received))
    assert len(pieces) > 50
    assert len(told) < len(pieces) / 2


async def test_a_large_body_comes_whole_and_the_next_one_too(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(LARGE_BODY, ETag=TAG)
    for _ in range(2):
        sink = ListSink()
        receipt = await api.download_archive("u-1", sink, ignore)
        assert bytes(sink.content) == LARGE_BODY
        assert (receipt.size, receipt.etag) == (len(LARGE_BODY), TAG)
    assert server.connections == 2


async def test_a_large_body_that_is_cut_goes_on_where_it_was(api: ClientFileApi, server: WireServer) -> None:
    cut = replace(archive_reply(LARGE_BODY, ETag=TAG), cut_after=7_000_001)
    server.respond = ranged(LARGE_BODY, TAG, first=cut)
    sink = ListSink()
    await api.download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == LARGE_BODY
    assert [request.headers.get("range") for request in server.requests] == [None, "bytes=7000001-"]


async def test_a_server_that_stops_in_a_large_body_is_a_cut(make_api: MakeApi, server: WireServer) -> None:
    whole = archive_reply(LARGE_BODY, ETag=TAG)
    server.respond = ranged(LARGE_BODY, TAG, first=replace(whole, cut_after=7_000_000, hang=True))
    sink = ListSink()
    await make_api(timeouts=Timeouts(read=0.2)).download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == LARGE_BODY


async def test_uses_a_connection_again(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(b"PK")
    await api.download_archive("u-1", ListSink(), ignore)
    await api.download_archive("u-2", ListSink(), ignore)
    assert server.connections == 1


async def test_cancelling_what_is_done_already_leaves_its_connection_to_others(
    make_api: MakeApi, server: WireServer
) -> None:
    """The thread has given its connection back, the loop has not heard of it yet: the next transfer may be using it."""
    server.respond = lambda _: archive_reply(b"PK")
    api = make_api()
    downloads = cast(TrustAndSignApi, api)._downloads  # the moment shows nowhere else
    transfer = asyncio.ensure_future(api.download_archive("u-1", ListSink(), ignore))
    while not downloads._running:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    deadline = time.monotonic() + 5
    while not downloads._idle:  # blocks the loop on purpose
        assert time.monotonic() < deadline
    transfer.cancel()
    await asyncio.wait({transfer})
    await api.download_archive("u-2", ListSink(), ignore)
    assert server.connections == 1


async def test_resumes_a_cut_transfer_of_the_same_bytes(api: ClientFileApi, server: WireServer) -> None:
    cut = replace(archive_reply(BODY, ETag=TAG), cut_after=700_001)
    server.respond = ranged(BODY, TAG, first=cut)
    sink = ListSink()
    receipt = await api.download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == BODY
    assert sink.restarts == 0
    assert receipt.size == len(BODY)
    assert server.requests[1].headers["range"] == "bytes=700001-"
    assert server.requests[1].headers["if-range"] == TAG


async def test_begins_again_when_the_archive_changed_meanwhile(api: ClientFileApi, server: WireServer) -> None:
    changed = b"PK" + BODY[::-1]
    cut = replace(archive_reply(BODY, ETag=TAG), cut_after=700_000)
    server.respond = ranged(changed, '"v2"', first=cut)
    sink = ListSink()
    receipt = await api.download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == changed
    assert sink.restarts == 1
    assert receipt.etag == '"v2"'


@pytest.mark.parametrize("etag", ["", 'W/"v1"'])
async def test_begins_again_where_nothing_proves_the_same_bytes(
    etag: str, api: ClientFileApi, server: WireServer
) -> None:
    whole = archive_reply(BODY, ETag=etag) if etag else archive_reply(BODY)
    server.respond = in_turn(replace(whole, cut_after=500_000), whole)
    sink = ListSink()
    await api.download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == BODY
    assert sink.restarts == 1
    assert all("range" not in request.headers for request in server.requests)


@pytest.mark.parametrize(
    "part",
    [
        archive_reply(BODY[100:], 206, ETag=TAG, Content_Range=f"bytes 100-{len(BODY) - 1}/{len(BODY)}"),
        archive_reply(BODY[500_000:], 206, ETag='"v2"', Content_Range=f"bytes 500000-{len(BODY) - 1}/{len(BODY)}"),
        archive_reply(BODY[500_000:], 206, ETag=TAG, Content_Range="bytes 500000-2999999/3000000"),
        archive_reply(BODY[500_000:600_000], 206, ETag=TAG, Content_Range=f"bytes 500000-599999/{len(BODY)}"),
        archive_reply(BODY[500_000:], 206, ETag=TAG),
        Reply(416),
    ],
)
async def test_a_part_that_does_not_fit_is_never_joined(part: Reply, api: ClientFileApi, server: WireServer) -> None:
    whole = archive_reply(BODY, ETag=TAG)
    server.respond = in_turn(replace(whole, cut_after=500_000), part, whole)
    sink = ListSink()
    await api.download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == BODY
    assert sink.restarts == 1


async def test_gives_up_after_three_resumes(api: ClientFileApi, server: WireServer) -> None:
    def respond(request: SeenRequest) -> Reply:
        start = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        content_range = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
        reply = archive_reply(BODY[start:], 206 if start else 200, ETag=TAG, Content_Range=content_range)
        return replace(reply, cut_after=1_000)

    server.respond = respond
    sink = ListSink()
    with pytest.raises(ConnectionCut) as caught:
        await api.download_archive("u-1", sink, ignore)
    assert len(server.requests) == 4
    assert bytes(sink.content) == BODY[:4_000]
    assert caught.value.facts["received"] == "4000"
    assert caught.value.facts["expected"] == str(len(BODY))


@pytest.mark.parametrize(
    "reply",
    [
        replace(archive_reply(BODY), cut_after=1_000),
        replace(archive_reply(BODY), declared_length=len(BODY) + 1),
        Reply(cut_after=-1),
    ],
)
async def test_gives_up_after_beginning_again_twice(reply: Reply, api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: reply
    with pytest.raises(ConnectionCut):
        await api.download_archive("u-1", ListSink(), ignore)
    assert len(server.requests) == 3


async def test_a_server_that_stops_in_the_middle_is_a_cut(make_api: MakeApi, server: WireServer) -> None:
    whole = archive_reply(BODY, ETag=TAG)
    server.respond = ranged(BODY, TAG, first=replace(whole, cut_after=9_000, hang=True))
    sink = ListSink()
    await make_api(timeouts=Timeouts(read=0.2)).download_archive("u-1", sink, ignore)
    assert bytes(sink.content) == BODY


async def test_silence_times_out_at_once(make_api: MakeApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(hang=True)
    with pytest.raises(RequestTimedOut):
        await make_api(timeouts=Timeouts(read=0.1)).download_archive("u-1", ListSink(), ignore)
    assert len(server.requests) == 1


async def test_an_announced_size_over_the_limit_is_not_read(make_api: MakeApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(BODY)
    sink = ListSink()
    with pytest.raises(ArchiveTooLarge) as caught:
        await make_api(limits=DownloadLimits(max_bytes=1_000)).download_archive("u-1", sink, ignore)
    assert caught.value.facts == {"size": str(len(BODY)), "limit": "1000"}
    assert sink.content == b""


async def test_bytes_that_nobody_announced_are_bounded_too(make_api: MakeApi, server: WireServer) -> None:
    headers = {"Content-Type": "application/zip", "Connection": "close"}
    server.respond = lambda _: Reply(200, b"x" * 50_000, headers, declared_length=-1)
    sink = ListSink()
    with pytest.raises(ArchiveTooLarge):
        await make_api(limits=DownloadLimits(max_bytes=10_000)).download_archive("u-1", sink, ignore)
    assert len(sink.content) <= 10_000


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(200, b"<html>", {"Content-Type": "text/html"}), "wrong_media_type"),
        (Reply(206, b"PK", {"Content-Type": "application/zip", "Content-Range": "bytes 0-1/2"}), "unasked_part"),
        (Reply(200, b"PK", {"Content-Type": "application/zip", "Content-Encoding": "gzip"}), "bad_encoding"),
        (Reply(204), "unexpected_status"),
    ],
)
async def test_what_is_no_archive_is_not_understood(
    reply: Reply, reason: str, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: reply
    sink = ListSink()
    with pytest.raises(AnswerNotUnderstood) as caught:
        await api.download_archive("u-1", sink, ignore)
    assert caught.value.facts["reason"] == reason
    assert sink.content == b""


async def test_a_refusal_is_told_with_the_servers_words(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: json_reply({"error": {"message": "No archive", "code": 7}}, 404)
    with pytest.raises(ClientFileNotFound) as caught:
        await api.download_archive("u-1", ListSink(), ignore)
    assert (caught.value.server_message, caught.value.server_code) == ("No archive", 7)


async def test_a_redirect_to_a_store_is_refused(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(302, b"", {"Location": "https://store.example/x"})
    with pytest.raises(RedirectRefused):
        await api.download_archive("u-1", ListSink(), ignore)


async def test_a_sink_that_fails_ends_the_transfer(api: ClientFileApi, server: WireServer) -> None:
    class FullSink(ListSink):
        def write_blocking(self, chunk: bytes | memoryview) -> None:
            raise DiskFull

    server.respond = lambda _: archive_reply(BODY)
    with pytest.raises(DiskFull):
        await api.download_archive("u-1", FullSink(), ignore)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(hang=True),
        replace(archive_reply(BODY), cut_after=1_000_000, hang=True),
        replace(archive_reply(LARGE_BODY), cut_after=7_000_000, hang=True),
    ],
)
async def test_cancelling_ends_the_thread_before_it_returns(
    reply: Reply, api: ClientFileApi, server: WireServer
) -> None:
    server.respond = lambda _: reply
    sink = ListSink()
    task = asyncio.create_task(api.download_archive("u-1", sink, ignore))
    await hung(server)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    written = len(sink.content)
    assert await asyncio.to_thread(server.gone.wait, 5)
    assert len(sink.content) == written

    server.respond = lambda _: archive_reply(BODY)
    again = ListSink()
    await api.download_archive("u-1", again, ignore)
    assert bytes(again.content) == BODY


async def test_cancelling_reaches_a_connection_that_is_used_again(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(b"PK")
    await api.download_archive("u-1", ListSink(), ignore)
    server.respond = lambda _: Reply(hang=True)
    task = asyncio.create_task(api.download_archive("u-1", ListSink(), ignore))
    await hung(server)
    assert server.connections == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.gone.wait, 5)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(hang=True),
        replace(archive_reply(BODY), cut_after=1_000_000, hang=True),
        replace(archive_reply(LARGE_BODY), cut_after=7_000_000, hang=True),
    ],
)
async def test_cancelling_reaches_through_tls(reply: Reply, tmp_path: Path) -> None:
    certificate, tls = self_signed_server(tmp_path)
    roots = TrustedRoots(lambda: ssl.create_default_context(cafile=certificate))
    with running_wire_server(tls) as server:
        server.respond = lambda _: archive_reply(BODY)
        api = make_api_factory(DEFAULT_MAP, roots=roots)(connection_to(server.base_url), SECRET_KEY)
        whole = ListSink()
        await api.download_archive("u-1", whole, ignore)
        assert bytes(whole.content) == BODY

        server.respond = lambda _: reply
        task = asyncio.create_task(api.download_archive("u-1", ListSink(), ignore))
        await hung(server)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=5)  # far less than the read timeout
        assert task in done
        assert task.cancelled()
        await api.close()


async def test_cancelling_waits_for_a_sink_that_is_writing(api: ClientFileApi, server: WireServer) -> None:
    writing, may_go_on, ended = threading.Event(), threading.Event(), threading.Event()

    class SlowSink(ListSink):
        def write_blocking(self, chunk: bytes | memoryview) -> None:
            writing.set()
            may_go_on.wait(10)
            ended.set()

    server.respond = lambda _: archive_reply(BODY)
    task = asyncio.create_task(api.download_archive("u-1", SlowSink(), ignore))
    await asyncio.to_thread(writing.wait, 10)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=0.05)
    assert not done
    task.cancel()  # impatience changes nothing
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_cancelling_one_that_waits_for_its_turn(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(hang=True)
    tasks = [asyncio.create_task(api.download_archive(f"u-{n}", ListSink(), ignore)) for n in range(6)]
    await hung(server)
    tasks[-1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[-1]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(server.requests) <= 5


async def test_closing_cancels_what_runs(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(hang=True)
    task = asyncio.create_task(api.download_archive("u-1", ListSink(), ignore))
    await hung(server)
    await api.close()
    with pytest.raises(asyncio.CancelledError):
        await task
    for thread in download_threads():
        await asyncio.to_thread(thread.join, 5)
    assert download_threads() == []
    with pytest.raises(ServerUnreachable):
        await api.download_archive("u-1", ListSink(), ignore)


async def test_closing_ends_a_request_under_way(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: Reply(hang=True)
    task = asyncio.create_task(api.read_client_file("u-1"))
    await hung(server)
    await api.close()
    with pytest.raises(ConnectionCut):
        await asyncio.wait_for(task, 5)


async def test_another_map_serves_archives_elsewhere(make_api: MakeApi, server: WireServer, tmp_path: Path) -> None:
    api_map = edited_map(
        tmp_path,
        ('path = "/client-files/{uuid}/archive"\nquery = {}', 'path = "/zip"\nquery = { dossier = "{uuid}" }'),
        ('answer = ["application/zip"', 'answer = ["application/x-dossier"'),
    )
    server.respond = lambda _: Reply(200, b"PK", {"Content-Type": "application/x-dossier"})
    await make_api(api_map=api_map).download_archive("a b", ListSink(), ignore)
    assert server.requests[0].target == "/base/zip?dossier=a%20b"


async def test_a_pace_is_kept_and_ends_at_once_when_it_is_lifted(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(LARGE_BODY, ETag=TAG)
    pace, sink = Pace(1), ListSink()
    transfer = asyncio.ensure_future(api.download_archive("u-1", sink, ignore, pace))
    await until(lambda: len(sink.content) > 0)
    done, _ = await asyncio.wait({transfer}, timeout=0.2)
    assert not done
    assert len(sink.content) < len(LARGE_BODY)
    pace.lift()
    await asyncio.wait_for(transfer, 10)
    assert bytes(sink.content) == LARGE_BODY


async def test_a_transfer_that_keeps_its_pace_can_be_cancelled(api: ClientFileApi, server: WireServer) -> None:
    server.respond = lambda _: archive_reply(LARGE_BODY, ETag=TAG)
    sink = ListSink()
    transfer = asyncio.ensure_future(api.download_archive("u-1", sink, ignore, Pace(1)))
    await until(lambda: len(sink.content) > 0)
    transfer.cancel()
    await asyncio.wait_for(asyncio.wait({transfer}), 10)
    assert transfer.cancelled()
