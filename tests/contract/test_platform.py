"""Where things lie, what the clock says, and what never reaches a log file."""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from tns_desktop.adapters.platform import resources
from tns_desktop.adapters.platform.clock import SystemClock
from tns_desktop.adapters.platform.logs import LOG_FILE_NAME, PrivateRotatingFileHandler, start_logging
from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.adapters.platform.redaction import HIDDEN, Redactor
from tns_desktop.adapters.platform.resources import resource_path, resources_root


def test_a_profile_keeps_everything_in_its_folder(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "profile")
    found = [paths.settings_file, paths.vault_folder, paths.session_vault_folder, paths.logs_folder]
    assert len(set(found)) == 4
    assert all(path.is_relative_to(tmp_path / "profile") for path in found)
    assert all(path.parent.is_dir() for path in found)
    if os.name == "posix":
        assert (tmp_path / "profile").stat().st_mode & 0o077 == 0
        assert paths.logs_folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert ProfilePaths(tmp_path).vault_folder.parent.stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.name != "posix", reason="XDG")
def test_without_a_profile_the_systems_own_places_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    paths = ProfilePaths()
    assert "tns-desktop" in paths.settings_file.parts
    assert all(path.is_relative_to(tmp_path) for path in (paths.settings_file, paths.vault_folder, paths.logs_folder))


def test_finds_the_resources_of_a_source_checkout() -> None:
    assert resource_path("api", "trust_and_sign_v6.toml").read_text("utf-8")
    assert resource_path().is_dir()
    assert not resource_path("api", "no such file").is_file()


@pytest.fixture
def fresh_resources_root() -> Iterator[None]:
    resources_root.cache_clear()
    yield
    resources_root.cache_clear()


@pytest.mark.usefixtures("fresh_resources_root")
def test_finds_the_resources_of_an_installed_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "tns_desktop"
    (package / "resources" / "api").mkdir(parents=True)
    monkeypatch.setattr(resources, "_package_folder", lambda: package)
    assert resource_path("api").is_dir()
    assert str(resource_path()) == str(package / "resources")


@pytest.mark.usefixtures("fresh_resources_root")
def test_says_when_the_resources_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_package_folder", lambda: tmp_path / "tns_desktop")
    with pytest.raises(FileNotFoundError, match="resources are missing"):
        resource_path("api")


@pytest.mark.anyio
async def test_the_clock_is_aware_and_does_not_go_back() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(-1)
    assert before.tzinfo is UTC
    assert timedelta() <= clock.now() - before < timedelta(minutes=1)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic cHVibGljOnNlY3JldA==",
        "{'Authorization': 'Bearer cHVibGljOnNlY3JldA'}",
        "(b'authorization', b'Basic cHVibGljOnNlY3JldA==')",
        "header Basic cHVibGljOnNlY3JldA==",
        "write to cHVibGljOnNlY3JldA@example.org now",
    ],
)
def test_hides_credentials_and_addresses(text: str) -> None:
    assert "cHVibGljOnNlY3JldA" not in Redactor().redact(text)
    assert HIDDEN in Redactor().redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "FR7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "+33 6 12 34 56 78",
        "0612345678",
        "06.12.34.56.78",
    ],
)
def test_hides_what_looks_like_a_persons_number(text: str) -> None:
    assert Redactor().redact(f"value {text}, next") == f"value {HIDDEN}, next"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T12:00:00.123456+00:00",
        "2026-03-02 12:00:00,123",
        "6f1d2c3b-1234-4abc-8def-0123456789ab",
        "GET /v6/clientfile/state/WAITING 200 in 0.123456 s, 20971520 bytes",
        "line 1234 of module.py",
    ],
)
def test_leaves_what_a_maintainer_needs(text: str) -> None:
    assert Redactor().redact(text) == text


def test_hides_a_registered_secret_in_every_form() -> None:
    redactor = Redactor()
    secret = "pa ss/wörd"
    redactor.hide(secret)
    redactor.hide("")
    forms = [secret, "pa%20ss%2Fw%C3%B6rd", base64.b64encode(secret.encode()).decode()]
    assert redactor.redact(" | ".join(forms)) == " | ".join([HIDDEN] * 3)


@pytest.fixture
def log_folder(tmp_path: Path) -> Iterator[Path]:
    redactor = Redactor()
    redactor.hide("top-secret-key")
    stop = start_logging(tmp_path / "logs", logging.INFO, redactor)
    yield tmp_path / "logs"
    stop()


def logged(folder: Path) -> str:
    return (folder / LOG_FILE_NAME).read_text("utf-8")


def test_logs_redacted_lines_and_tracebacks(log_folder: Path) -> None:
    log = logging.getLogger("tns_desktop.test")
    log.info("sent to %s with %s", "zoe@example.org", "top-secret-key")
    log.debug("not at this level")
    try:
        raise ValueError("top-secret-key")
    except ValueError:
        log.exception("failed")
    text = logged(log_folder)
    assert f"sent to {HIDDEN} with {HIDDEN}" in text
    assert f"ValueError: {HIDDEN}" in text
    assert "not at this level" not in text
    if os.name == "posix":
        assert (log_folder / LOG_FILE_NAME).stat().st_mode & 0o077 == 0


def test_keeps_the_request_lines_of_libraries_out(log_folder: Path) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://host/clientfile/uuid")
    logging.getLogger("httpx").warning("worth a line")
    assert "HTTP Request" not in logged(log_folder)
    assert "worth a line" in logged(log_folder)


def test_a_log_that_cannot_be_written_stops_nothing(log_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(handler: logging.Handler) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PrivateRotatingFileHandler, "flush", no_room)
    logging.getLogger("tns_desktop.test").info("lost")
