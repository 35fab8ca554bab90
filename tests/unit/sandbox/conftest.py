"""The running sandbox, for every test of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.sandbox import SandboxProcess, sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[httpx.Client]:
    """The first product's API, logged in."""
    with sandbox.api() as client:
        yield client


@pytest.fixture
def waiting(sandbox: SandboxProcess) -> list[str]:
    """The files that await validation, oldest first."""
    return sandbox.uuids("WAITING")
