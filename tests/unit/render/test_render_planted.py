"""A document that took the decoder over: whatever it tries ends in a sentence, and the next document is shown.

These tests fail when the isolation is gone. Where the kernel offers a layer not at all, the test says which ones held.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import planted_decoder
from tests.support.documents import corner_image, document, encoded
from tests.support.windows import dressed
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import RenderCrashed, RenderError, RenderTimedOut, RenderTooLarge
from tns_desktop.ui.messages import message_for

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")]


@pytest.fixture
async def planted() -> AsyncIterator[RenderHost]:
    host = RenderHost(command=planted_decoder.command(), time_limit=3)
    yield host
    await host.close()


async def outcome(host: RenderHost, deed: str) -> str:
    return (await host.extract_text(document(DocumentKind.TEXT, deed.encode(), entry_id=deed[:20]))).text


async def goes_on(host: RenderHost) -> bool:
    raster = await host.render_page(document(DocumentKind.PNG, encoded(corner_image(8, 8), "PNG")), 0, scale=1)
    return (raster.width, raster.height) == (8, 8)


def needs(host: RenderHost, layer: str) -> None:
    if layer not in host.isolation:
        pytest.skip(f"this kernel does not offer it; what held: {', '.join(host.isolation)}")


async def test_it_reaches_nobody(planted: RenderHost) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        answer = await outcome(planted, f"connect {server.getsockname()[1]}")
        needs(planted, "system_calls")
        assert answer == "refused PermissionError"
        with pytest.raises(BlockingIOError):
            server.accept()
    assert (await outcome(planted, "resolve")).startswith("refused")
    assert await goes_on(planted)


async def test_it_reads_nothing_of_the_profile(planted: RenderHost, tmp_path: Path) -> None:
    secret = tmp_path / "settings.toml"
    secret.write_text("a client's name")
    answer = await outcome(planted, f"read {secret}")
    needs(planted, "file_system")
    assert answer == "refused PermissionError"
    assert (await outcome(planted, "read /proc/self/environ")).startswith("refused")


async def test_it_leaves_nothing_behind(planted: RenderHost, tmp_path: Path) -> None:
    target = tmp_path / "left"
    answer = await outcome(planted, f"write {target}")
    assert answer.startswith("refused")
    assert not target.exists() or target.stat().st_size == 0


@pytest.mark.parametrize("deed", ["fork", "run"])
async def test_it_starts_nothing(planted: RenderHost, deed: str) -> None:
    await planted.start()
    needs(planted, "system_calls")
    assert await outcome(planted, deed) == "refused PermissionError"
    assert await goes_on(planted)


@pytest.mark.parametrize(
    ("deed", "error"), [("allocate", RenderTooLarge), ("spin", RenderTimedOut), ("die", RenderCrashed)]
)
async def test_it_ends_in_a_sentence_and_the_next_document_is_shown(
    planted: RenderHost, qapp: object, deed: str, error: type[RenderError]
) -> None:
    dressed("en")
    with pytest.raises(error) as raised:
        await outcome(planted, deed)
    message = message_for(raised.value)
    assert message.title
    assert message.sentence
    assert await goes_on(planted)


async def test_the_desk_knows_which_layers_hold(planted: RenderHost) -> None:
    await planted.start()
    always = {"memory", "open_files", "written_bytes", "core_dumps", "no_new_privileges", "not_dumpable"}
    assert always <= set(planted.isolation)
