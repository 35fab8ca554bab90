"""Loads the modules behind ``packaging/dev.py``, which lie outside the package."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging"


def dev_module(name: str) -> ModuleType:
    """For example ``dev_module("devtools.system")`` or ``dev_module("notices")``."""
    if str(FOLDER) not in sys.path:
        # At the end: a folder named like a library must never be found before the library.
        sys.path.append(str(FOLDER))
    return import_module(name)
