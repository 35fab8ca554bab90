"""Finds the files of ``resources/`` wherever the program runs from.

In a source checkout they lie beside the package; the build of a wheel (and a frozen application) maps them into it, to
``tns_desktop/resources``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


@cache
def resources_root() -> Traversable:
    """The folder that holds ``api/``, ``icons/``, ``themes/``, ``i18n/``…

    Raises FileNotFoundError when the program was installed without its resources.
    """
    package = files("tns_desktop")
    installed = package.joinpath("resources")
    if installed.is_dir():
        return installed
    if isinstance(package, Path):
        beside = package.parent / "resources"
        if beside.is_dir():
            return beside
    raise FileNotFoundError("The program's resources are missing: neither in the package nor beside it.")


def resource_path(*parts: str) -> Traversable:
    """One resource, for example ``resource_path("api", "trust_and_sign_v6.toml")``. It may not exist."""
    return resources_root().joinpath(*parts) if parts else resources_root()
