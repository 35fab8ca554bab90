"""What the tests of the window's parts share: an application in both languages' clothes."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.windows import dressed


@pytest.fixture
def english(qapp: QApplication) -> QApplication:
    return dressed("en")


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> str:
    """Both languages, one after the other, installed."""
    name = str(request.param)
    dressed(name)
    return name
