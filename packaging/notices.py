"""Writes THIRD_PARTY_NOTICES.md: every package the program needs when it runs, with version, licence and home.

What is needed is worked out from pyproject.toml and the installed metadata, for every system and Python the program
supports; versions come from the lock; licences from the metadata, or from ``LICENCES`` where the metadata says too little.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "THIRD_PARTY_NOTICES.md"
SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")

# Permissive licences, and the weak copyleft ones that bind their own files only (LGPL: linked dynamically; MPL: unchanged).
ALLOWED = frozenset(
    (
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib"),
        *("Bitstream-Vera", "blessing", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"),
    )
)

# Read in the licence files themselves, where the metadata has no SPDX expression, or where we take one of several.
LICENCES = {
    "apsw-sqlite3mc": "Zlib AND MIT AND blessing",
    "pi-heif": "BSD-3-Clause AND LGPL-3.0-or-later",
    "pypdfium2": "Apache-2.0 AND BSD-3-Clause",
    "pyside6-essentials": "LGPL-3.0-only",
    "pywin32-ctypes": "BSD-3-Clause",
    "reportlab": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "shiboken6": "LGPL-3.0-only",
    "tzdata": "Apache-2.0",
}
# Homes of packages that another system only needs, or whose metadata names none.
HOMES = {
    "charset-normalizer": "github.com/jawah/charset_normalizer",
    "pywin32-ctypes": "github.com/enthought/pywin32-ctypes",
    "tzdata": "github.com/python/tzdata",
}
CLASSIFIED = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
WORDED = {"Apache 2.0": "Apache-2.0"}
HOME_LABELS = ("homepage", "home", "source", "source code", "repository", "github", "documentation")

HEADER = """# Third-party notices

TnS Desktop is under the MIT licence (see `LICENSE`). It runs with the packages below, which keep their own licences; each
package carries its licence text in its installed metadata. This file is written by `python3 packaging/dev.py notices`.

| package | version | licence (SPDX) | home |
|---|---|---|---|
"""

FOOTER = """
## Native code inside these packages

- **PySide6-Essentials, shiboken6**: Qt 6 and the Python bindings, used under the LGPL 3.0. They are separate, replaceable
  shared libraries; nothing in them is changed. Qt's own third-party notices: doc.qt.io/qt-6/licenses-used-in-qt.html.
- **pi-heif**: libheif and libde265 under the LGPL 3.0, as separate shared libraries. Decoding only: no x265, no GPL code.
- **pypdfium2**: PDFium (BSD-3-Clause, Apache-2.0) with, among others, FreeType, libjpeg-turbo, libpng, LittleCMS,
  OpenJPEG, libtiff, ICU and zlib, all under permissive licences.
- **Pillow**: libjpeg-turbo, libpng, libtiff, libwebp, libavif, OpenJPEG, FreeType, HarfBuzz, LittleCMS, Brotli, zstd,
  liblzma, all under permissive licences.
- **apsw-sqlite3mc**: SQLite (public domain) and SQLite3 Multiple Ciphers (MIT).
- **cryptography**: OpenSSL (Apache-2.0). **lxml**: libxml2 and libxslt (MIT). **cffi**: libffi (MIT).
- **reportlab**: brings the Bitstream Vera fonts (their own permissive licence), which the samples use. It also brings the
  font DarkGarden (GPL 2 with the font exception), which TnS Desktop does not use: a frozen build has to leave it out.
- **certifi**: Mozilla's list of certificate authorities (MPL-2.0), unchanged.
"""


class Notice(NamedTuple):
    """One line of the table. ``licence`` is an SPDX expression, ``home`` a plain name without a scheme."""

    name: str
    version: str
    licence: str
    home: str


def lock_versions(lock: str) -> dict[str, str]:
    """Canonical name to version, as ``requirements.lock`` pins them."""
    pins = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", lock, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def environments() -> list[Environment]:
    """Every system and Python the program supports, as marker environments."""
    made = []
    for platform, system, os_name in SYSTEMS:
        for python in PYTHONS:
            environment = default_environment()
            environment["sys_platform"] = platform
            environment["platform_system"] = system
            environment["os_name"] = os_name
            environment["python_version"] = python
            environment["python_full_version"] = f"{python}.0"
            made.append(environment)
    return made


def runtime_packages(dependencies: list[str]) -> set[str]:
    """Canonical names of everything that the given requirements bring on any supported system.

    A package that only another system or Python needs is not installed here: it is listed, its own needs cannot be
    followed. On Linux with the oldest Python nothing is lost by that: what Windows alone needs (in ``HOMES``) needs nothing.
    """
    everywhere = environments()
    waiting = [Requirement(text) for text in dependencies]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [needed for needed in _needs(name) if _applies(needed, extra, everywhere)]
    return {name for name, _ in seen}


def sees_everything() -> bool:
    """Whether this is the machine on which ``runtime_packages`` misses nothing."""
    return sys.platform == "linux" and PYTHONS[0] == "{}.{}".format(*sys.version_info[:2])


def notice(name: str, version: str) -> Notice:
    """Raises ValueError when neither the metadata nor ``LICENCES`` and ``HOMES`` know licence and home."""
    try:
        found: metadata.PackageMetadata | None = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        found = None
    shown = found["Name"] if found is not None else name
    licence = LICENCES.get(name) or (_licence(found) if found is not None else "")
    home = HOMES.get(name) or (_home(found) if found is not None else "")
    if not licence:
        raise ValueError(f"no licence known for {name}: read its licence file and name it in LICENCES")
    return Notice(shown, version, licence, home or "–")


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression of licences joined by AND or OR can be met with ``ALLOWED`` licences alone."""
    return all(
        any(choice.strip(" ()") in ALLOWED for choice in part.split(" OR ")) for part in expression.split(" AND ")
    )


def notices() -> list[Notice]:
    """The whole table, by name. Raises ValueError for a package that the lock does not pin."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = lock_versions((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    names = sorted(runtime_packages(project["dependencies"]))
    missing = [name for name in names if name not in versions]
    if missing:
        raise ValueError(f"the lock does not pin {', '.join(missing)}: run the lock command")
    return [notice(name, versions[name]) for name in names]


def text(table: list[Notice]) -> str:
    """The file's content."""
    lines = [f"| {row.name} | {row.version} | {row.licence} | {row.home} |\n" for row in table]
    return HEADER + "".join(lines) + FOOTER


def main() -> int:
    if not sees_everything():
        print(f"Run this on Linux with Python {PYTHONS[0]}: there all packages are installed.", file=sys.stderr)
        return 2
    table = notices()
    refused = [f"{row.name} ({row.licence})" for row in table if not is_allowed(row.licence)]
    if refused:
        print(f"Not a licence we can ship: {', '.join(refused)}", file=sys.stderr)
        return 1
    TARGET.write_text(text(table), encoding="utf-8")
    print(f"{TARGET.name}: {len(table)} packages.")
    return 0


def _needs(name: str) -> list[Requirement]:
    try:
        return [Requirement(line) for line in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return []


def _applies(requirement: Requirement, extra: str, everywhere: list[Environment]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**_texts(one), "extra": extra}) for one in everywhere)


def _texts(environment: Environment) -> dict[str, str]:
    return {name: str(value) for name, value in environment.items()}


def _licence(found: metadata.PackageMetadata) -> str:
    expression = _field(found, "License-Expression")
    if expression:
        return expression
    classified = [
        CLASSIFIED[name]
        for line in found.get_all("Classifier") or ()
        if (name := line.rpartition(" :: ")[2]) in CLASSIFIED
    ]
    if len(classified) == 1:
        return classified[0]
    worded = _field(found, "License")
    worded = WORDED.get(worded, worded)
    return worded if worded in ALLOWED else ""


def _field(found: metadata.PackageMetadata, name: str) -> str:
    values: list[str] = found.get_all(name) or [""]
    return values[0]


def _home(found: metadata.PackageMetadata) -> str:
    urls: dict[str, str] = {}
    for line in found.get_all("Project-URL") or ():
        label, _, url = line.partition(",")
        urls.setdefault(label.strip().lower(), url.strip())
    candidates = [_field(found, "Home-page"), *(urls.get(label, "") for label in HOME_LABELS)]
    return next((re.sub(r"^https?://(www\.)?", "", url).rstrip("/") for url in candidates if url), "")


if __name__ == "__main__":
    sys.exit(main())
