"""Handing over from the window: the wish, the rule, the log, and what is said when it does not work."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio
