"""What the tests of the presenters share: a dressed application, and no word in the log that nobody expected."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.fake_desk import World
from tests.support.windows import dressed


@pytest.fixture
def application(qapp: QApplication) -> QApplication:
    return dressed("en")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log fails the test; one that is wanted is cleared by the test that wanted it."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.WARNING] == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """So does a warning of Qt's, but for one that only the offscreen platform says."""
    for item in items:
        if "tests/ui/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))
