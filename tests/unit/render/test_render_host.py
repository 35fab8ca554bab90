"""The host survives its decoder: dead, hanging, lying, flooding; and whoever asks gets the right document or none."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import fake_decoder
from tests.support.documents import corner_image, document, encoded, pdf
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.process import worker_command
from tns_desktop.adapters.render.shared import SharedPixels
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import RenderCrashed, RenderTimedOut, RenderTooLarge
from tns_desktop.domain.preview import Raster, RenderDocument

pytestmark = pytest.mark.anyio

MakeHost = Callable[..., RenderHost]
LINUX = sys.platform == "linux"
SECRET_NAME = "TNS_TEST_SECRET"


def small(entry_id: str = "1", *, archive: str = "a" * 64) -> RenderDocument:
    return document(DocumentKind.PNG, encoded(corner_image(8, 8), "PNG"), entry_id=entry_id, archive=archive)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - files and processes have no events
            await asyncio.sleep(0.002)


def requested(folder: Path) -> list[str]:
    log = folder / fake_decoder.REQUESTED
    return log.read_text().splitlines() if log.exists() else []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def render_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("render-")]


def ask(host: RenderHost, entry_id: str) -> asyncio.Task[Raster]:
    return asyncio.create_task(host.render_page(small(entry_id), 0, scale=1.0))


# --- a decoder that breaks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("die", "died"),
        ("garbage", "protocol"),
        ("flood", "protocol"),
        ("other_key", "protocol"),
        ("other_number", "protocol"),
        ("other_page", "protocol"),
        ("huge_size", "protocol"),
        ("few_pixels", "protocol"),
        ("odd_types", "protocol"),
        ("strange_refusal", "protocol"),
        ("long_reason", "protocol"),
    ],
)
async def test_gives_up_a_decoder_that_breaks_and_the_next_document_works(
    fake_host: MakeHost, tmp_path: Path, behaviour: str, reason: str
) -> None:
    host = fake_host(behaviour)
    with pytest.raises(RenderCrashed) as crashed:
        await host.render_page(small(), 0, scale=1.0)
    assert crashed.value.facts == {"name": "1.png", "reason": reason}
    assert not is_alive(int((tmp_path / fake_decoder.LIVED).read_text()))
    assert (await host.render_page(small("2"), 0, scale=1.0)).width == 8


async def test_kills_a_decoder_that_hangs(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("hang", time_limit=0.2)
    with pytest.raises(RenderTimedOut) as late:
        await host.describe(small())
    assert late.value.facts == {"name": "1.png", "reason": "time_limit"}
    assert not is_alive(int((tmp_path / fake_decoder.LIVED).read_text()))


async def test_kills_a_decoder_that_never_greets(fake_host: MakeHost) -> None:
    host = fake_host("never_greet", start_limit=0.3)
    with pytest.raises(RenderTimedOut):
        await host.describe(small())


async def test_an_answer_nobody_asked_for_costs_the_next_document_nothing(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("unasked")
    assert (await host.render_page(small("1"), 0, scale=1.0)).width == 1
    await until((tmp_path / "said").exists)
    assert (await host.render_page(small("2"), 0, scale=1.0)).width == 8


@pytest.mark.skipif(not LINUX, reason="looks into /proc")
async def test_replaces_a_decoder_that_died_while_idle() -> None:
    host = RenderHost()
    await host.describe(small())
    first = host.worker_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: Path(f"/proc/{first}/stat").read_text().rpartition(")")[2].split()[0] == "Z")
    assert (await host.render_page(small(), 0, scale=1.0)).width == 8
    assert host.worker_pid not in (None, first)
    await host.close()


async def test_a_stopped_decoder_is_killed_and_replaced() -> None:
    host = RenderHost(time_limit=60)
    await host.start()
    stopped = host.worker_pid
    assert stopped is not None
    os.kill(stopped, signal.SIGSTOP)
    host._time_limit = 0.2
    with pytest.raises(RenderTimedOut):
        await host.describe(small())
    host._time_limit = 60
    assert not is_alive(stopped)
    assert (await host.render_page(small(), 0, scale=1.0)).width == 8
    await host.close()


async def test_killing_the_decoder_in_the_middle_fails_that_request_only(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("hang")
    first = ask(host, "1")
    await until(lambda: len(requested(tmp_path)) == 1)
    second = ask(host, "2")
    assert host.worker_pid is not None
    os.kill(host.worker_pid, signal.SIGKILL)
    with pytest.raises(RenderCrashed):
        await first
    assert (await second).width == 8


async def test_reports_a_decoder_that_cannot_be_started(tmp_path: Path) -> None:
    host = RenderHost(command=[str(tmp_path / "nothing")])
    await host.start()
    with pytest.raises(RenderCrashed):
        await host.describe(small())
    await host.close()


# --- who gets what ----------------------------------------------------------------------------------------------------


async def test_serves_the_newest_request_first_and_never_a_withdrawn_one(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("gate")
    running = ask(host, "1")
    await until(lambda: len(requested(tmp_path)) == 1)
    waiting = [ask(host, entry_id) for entry_id in ("2", "3", "4")]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.wait([waiting[1]])
    (tmp_path / fake_decoder.GO).touch()
    rasters = await asyncio.gather(running, waiting[0], waiting[2])
    assert requested(tmp_path) == ["render 1", "render 4", "render 2"]
    assert [raster.pixels[0] for raster in rasters] == [1, 2, 4]


async def test_a_late_answer_reaches_nobody_else(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("gate", cancel_grace=60.0)
    slow = ask(host, "1")
    await until(lambda: len(requested(tmp_path)) == 1)
    before = host.worker_pid
    slow.cancel()
    fast = ask(host, "2")
    await asyncio.wait([slow])
    (tmp_path / fake_decoder.GO).touch()
    raster = await fast
    assert (raster.key.entry_id, raster.pixels) == ("2", b"\x02\x02\x02")
    assert slow.cancelled()
    assert host.worker_pid == before


async def test_a_withdrawn_request_that_does_not_end_is_killed(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("hang", cancel_grace=0.05)
    hanging = ask(host, "1")
    await until(lambda: len(requested(tmp_path)) == 1)
    hanging.cancel()
    assert (await host.render_page(small("2"), 0, scale=1.0)).width == 8
    assert not is_alive(int((tmp_path / fake_decoder.LIVED).read_text()))


async def test_many_requests_at_once_each_get_their_own_page(host: RenderHost) -> None:
    shown = [document(DocumentKind.PDF, pdf(pages=3, lines=3), entry_id=f"many{number}") for number in range(3)]
    wanted = [(one, page) for one in shown for page in range(3)]
    rasters = await asyncio.gather(*(host.render_page(one, page, scale=0.2) for one, page in wanted))
    assert [(raster.key, raster.page) for raster in rasters] == [(one.key, page) for one, page in wanted]


async def test_forgetting_an_archive_and_making_room_cost_no_document() -> None:
    host = RenderHost(held_limit=1)
    for entry_id in ("1", "2", "1"):
        assert (await host.render_page(small(entry_id), 0, scale=1.0)).key.entry_id == entry_id
    await host.forget("a" * 64)
    assert (await host.render_page(small("1"), 0, scale=1.0)).width == 8
    await host.close()


async def test_forgetting_reaches_the_decoder_before_the_next_document(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("gate")
    (tmp_path / fake_decoder.GO).touch()
    await host.render_page(small("1"), 0, scale=1.0)
    forgetting = asyncio.create_task(host.forget("a" * 64))
    await until(lambda: len(requested(tmp_path)) == 2)
    await forgetting
    assert requested(tmp_path) == ["render 1", "drop "]


async def test_refuses_a_document_larger_than_a_frame_may_be(host: RenderHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tns_desktop.adapters.render.host.DOCUMENT_LIMIT", 3)
    with pytest.raises(RenderTooLarge):
        await host.describe(small())


@pytest.mark.parametrize("shared_size", [None, 4_096])
async def test_pixels_are_the_same_without_shared_memory(
    host: RenderHost, monkeypatch: pytest.MonkeyPatch, shared_size: int | None
) -> None:
    shown = document(DocumentKind.PDF, pdf(), entry_id="piped")
    wanted = await host.render_page(shown, 0, scale=1.0)
    make = (lambda: SharedPixels(shared_size)) if shared_size is not None else (lambda: None)
    monkeypatch.setattr("tns_desktop.adapters.render.process._shared_pixels", make)
    other = RenderHost()
    assert await other.render_page(shown, 0, scale=1.0) == wanted
    await other.close()


# --- what the decoder gets and leaves ---------------------------------------------------------------------------------


def test_a_frozen_application_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command() == [sys.executable, "--render-worker"]


async def test_the_decoder_sees_no_variable_of_ours(fake_host: MakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_NAME, "hunter2")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    host = fake_host("environment")
    told = (await host.extract_text(document(DocumentKind.TEXT, b"x"))).text
    assert "hunter2" not in told
    assert "PYTHONPATH" not in told
    assert "HOME" not in told
    assert '"folder": "/"' in told


async def test_closing_leaves_no_process_and_no_thread() -> None:
    host = RenderHost()
    await host.start()
    pid = host.worker_pid
    assert pid is not None
    before = len(render_threads())
    await host.close()
    await host.close()
    assert not is_alive(pid)
    assert host.worker_pid is None
    assert len(render_threads()) == before - 3


async def test_closing_before_anything_was_shown_is_fine() -> None:
    host = RenderHost()
    await host.forget("a" * 64)
    await host.close()
    with pytest.raises(RenderCrashed) as closed:
        await host.describe(small())
    assert closed.value.facts["reason"] == "closed"


async def test_closing_does_not_wait_for_a_document(fake_host: MakeHost, tmp_path: Path) -> None:
    host = fake_host("hang")
    running = ask(host, "1")
    await until(lambda: len(requested(tmp_path)) == 1)
    waiting = ask(host, "2")
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await host.close()
    for task in (running, waiting):
        with pytest.raises(RenderCrashed) as closed:
            await task
        assert closed.value.facts["reason"] == "closed"
    assert not is_alive(int((tmp_path / fake_decoder.LIVED).read_text()))


def test_works_on_the_loop_of_qt(qapp: object) -> None:
    from PySide6.QtWidgets import QApplication

    from tns_desktop.ui.runtime.loop import run_with_qt

    assert isinstance(qapp, QApplication)

    async def show() -> int:
        host = RenderHost()
        raster = await host.render_page(small(), 0, scale=1.0)
        await host.close()
        return raster.width

    assert run_with_qt(qapp, show) == 8


def test_a_loop_that_is_gone_harms_nothing() -> None:
    host = RenderHost()

    async def ask_and_leave() -> None:
        asking = asyncio.create_task(host.start())
        await asyncio.sleep(0)
        asking.cancel()

    async def show() -> int:
        raster = await host.render_page(small(), 0, scale=1.0)
        await host.close()
        return raster.width

    asyncio.run(ask_and_leave())
    assert asyncio.run(show()) == 8
