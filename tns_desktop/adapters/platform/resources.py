"""Finds the files of ``resources/`` wherever the program runs from.

In a source checkout they lie beside the package; the build of a wheel (and a frozen application) maps them into it, to
``tns_desktop/resources``. Both are folders on the disk, so a path is enough: ``importlib.resources`` would find the same,
4 ms later, and the first paint waits for the colours.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import tns_desktop


@cache
def resources_root() -> Path:
    """The folder that holds ``api/``, ``icons/``, ``themes/``, ``i18n/``…

    Raises FileNotFoundError when the program was installed without its resources.
    """
    package = _package_folder()
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("The program's resources are missing: neither in the package nor beside it.")


def resource_path(*parts: str) -> Path:
    """One resource, for example ``resource_path("api", "trust_and_sign_v6.toml")``. It may not exist."""
    return resources_root().joinpath(*parts)


def _package_folder() -> Path:
    return Path(tns_desktop.__file__).resolve().parent
