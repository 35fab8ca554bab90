"""How long the property and kill tests take their time: a little by default, much with ``TNS_LONG=1``."""

from __future__ import annotations

import os

LONG = os.environ.get("TNS_LONG", "") not in ("", "0")


def examples(short: int, long: int) -> int:
    """The count of a test that can be repeated: ``short`` in the test command, ``long`` with ``TNS_LONG=1``."""
    return long if LONG else short
