"""The command: its one line of JSON, its refusals, its end."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.sandbox import SandboxProcess
from tns_desktop.sandbox.__main__ import main
from tns_desktop.sandbox.app import SandboxOptions
from tns_desktop.sandbox.archives import load_makers_blocking
from tns_desktop.sandbox.server import HostRefused, SandboxThread, bind


def test_says_where_it_listens_and_as_whom(sandbox: SandboxProcess) -> None:
    assert sandbox.base_url.endswith("/contract/v6/integration")
    assert (sandbox.public_id, sandbox.secret_key) == ("john123456", "azerty")
    assert [product["files"] for product in sandbox.products] == [40, 8]


def test_ends_when_standard_input_closes() -> None:
    process = SandboxProcess(files=1)
    process.start()
    assert process.stop() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch on Windows")
def test_ends_cleanly_on_sigterm_even_while_a_request_hangs() -> None:
    with SandboxProcess("--faults", "list:hang", files=1) as process:
        client = http.client.HTTPConnection(httpx.URL(process.base_url).host, httpx.URL(process.base_url).port)
        client.request("GET", httpx.URL(process.base_url).path + "/client-files")
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        client.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--faults", "list:nonsense"], "faults are"),
        (["--host", "0.0.0.0"], "loopback only"),
        (["--host", "example.org"], "not an address of this machine"),
        (["--map", "there-is-no-such-file.toml"], "cannot be read"),
        (["--webhook", "ftp://127.0.0.1/"], "not an address of http"),
        (["--webhook", "http://127.0.0.1/", "--webhook-header", "no colon"], "NAME:VALUE"),
    ],
)
def test_a_senseless_command_line_is_explained_with_status_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--files", "1", *arguments]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--files", "0"], ["--anchor", "soon"]])
def test_a_senseless_value_is_explained_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_taken_port_is_explained_with_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with bind("127.0.0.1", 0) as taken:
        assert main(["--files", "1", "--port", str(taken.getsockname()[1])]) == 1
    assert "cannot listen" in capsys.readouterr().err


def test_a_map_that_is_not_toml_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "map.toml"
    path.write_bytes(b"\xff\xfe")
    assert main(["--map", str(path)]) == 2
    assert "not TOML" in capsys.readouterr().err


def test_refuses_a_host_that_others_reach() -> None:
    with pytest.raises(HostRefused):
        bind("192.168.1.10", 0)


def test_runs_in_a_thread_of_the_desk() -> None:
    with SandboxThread(SandboxOptions(files=2)) as description:
        answer = httpx.get(f"{description['base_url']}/client-files", auth=("john123456", "azerty"))
        assert answer.json()["total"] == 2
    with pytest.raises(httpx.ConnectError):
        httpx.get(description["base_url"])


def test_delay_holds_every_answer_back() -> None:
    with SandboxProcess("--delay", "0.2", files=1) as process, process.api() as client:
        assert client.get("/client-files").elapsed.total_seconds() >= 0.2


def test_ten_thousand_files_are_listed_page_by_page() -> None:
    with SandboxProcess(files=10_000) as process, process.api() as client:
        seen: set[str] = set()
        for offset in range(0, 6001, 1000):
            answer = client.get("/client-files", params={"state": "WAITING", "offset": offset, "limit": 1000}).json()
            seen |= {item["uuid"] for item in answer["clientFiles"]}
    assert len(seen) == 6000


def test_needs_no_drawing_library_to_start() -> None:
    code = (
        "import sys, tns_desktop.sandbox.__main__ as m; m._parser();"
        "print([n for n in ('PIL', 'reportlab', 'pyhanko', 'httpx') if n in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_warming_up_loads_what_archives_are_made_with() -> None:
    load_makers_blocking()
    assert {"PIL", "reportlab", "pyhanko"} <= sys.modules.keys()
    with SandboxProcess("--warm", files=1) as process, process.api() as client:
        assert client.get("/client-files").status_code == 200
