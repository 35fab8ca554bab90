"""The virtual environment: made once, kept as long as it matches the lock, brought back in line when it does not.

The project itself is not installed into it (that would fetch an unpinned build backend); it runs from the checkout.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from devtools import pythons, system
from devtools.failures import DISK_FULL, Stop, explain_pip

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP_NAME = "tns-setup.json"
# Raise it when an environment made by an older version of this module has to be brought in line again.
SETUP_VERSION = 1
FREE_BYTES_NEEDED = 1_000_000_000  # measured: 0.5 GB installed, and as much again while it is unpacked
# Not from the lock, and allowed to stay: what makes environments, and the tool that works the lock out.
KEPT = {"pip", "setuptools", "wheel", "uv"}


def python_in(folder: Path) -> Path:
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def stamp_for(lock: bytes, version: pythons.Version, setup_version: int = SETUP_VERSION) -> str:
    """What an environment was made from. It is in line as long as this text would come out the same."""
    facts = {"lock": hashlib.sha256(lock).hexdigest(), "python": pythons.dotted(version), "setup": setup_version}
    return json.dumps(facts, sort_keys=True)


def normalised(name: str) -> str:
    """A package's name as indexes compare it: https://packaging.python.org/en/latest/specifications/name-normalization/."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_names(lock: str) -> set[str]:
    return {normalised(name) for name in re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", lock, re.MULTILINE)}


def ensure(folder: Path = FOLDER, lock: Path = LOCK, say: Callable[[str], None] = print) -> Path:
    """The interpreter of an environment that holds exactly what the lock names. Raises Stop when it cannot be had."""
    python = python_in(folder)
    version = pythons.version_of(str(python)) if python.exists() else None
    content = lock.read_bytes()
    stamp = folder / STAMP_NAME
    if version and pythons.is_supported(version) and _read(stamp) == stamp_for(content, version):
        return python
    if not (version and pythons.is_supported(version) and _has_pip(python)):
        version = _make(folder, say)
    # Whatever stops us from here on leaves no stamp, so the next run brings the environment in line.
    if stamp.exists():
        stamp.unlink()
    say(f"Installing {len(locked_names(content.decode()))} packages from {lock.name} …")
    _sync(python, lock, say)
    _drop_strangers(python, locked_names(content.decode()), say)
    half = stamp.with_suffix(".new")
    half.write_text(stamp_for(content, version), encoding="utf-8")
    os.replace(str(half), str(stamp))
    return python


def pip(python: Path, *arguments: str) -> list[str]:
    """``-I``: what the caller's PYTHONPATH or home folder holds is not in the environment."""
    return [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def _make(folder: Path, say: Callable[[str], None]) -> pythons.Version:
    chosen = pythons.find_python(say=say)
    version = pythons.version_of(chosen)
    if version is None:
        raise Stop(f"{chosen} does not run.")
    if folder.exists():
        if any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
            raise Stop(f"{folder} is in the way: it is no virtual environment. Move it and run the command again.")
        shutil.rmtree(str(folder))
    if shutil.disk_usage(str(folder.parent)).free < FREE_BYTES_NEEDED:
        raise Stop(DISK_FULL)
    _ensure_venv_module(chosen, version, say)
    say(f"Making a virtual environment with Python {pythons.dotted(version)} in {folder.name} …")
    answer = subprocess.run(
        [chosen, "-m", "venv", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if answer.returncode:
        if "no space left" in answer.stdout.lower():
            raise Stop(DISK_FULL)
        last = (answer.stdout.strip().splitlines() or ["it did not say why"])[-1]
        raise Stop(f"The virtual environment could not be made: {last}")
    return version


def _ensure_venv_module(python: str, version: pythons.Version, say: Callable[[str], None]) -> None:
    """Debian and Ubuntu keep ``ensurepip`` in a package of its own, so ``python -m venv`` fails on a bare machine."""
    if subprocess.run([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL).returncode == 0:
        return
    if sys.platform.startswith("linux") and shutil.which("apt-get"):
        system.install([f"python{pythons.dotted(version[:2])}-venv"], say)
        return
    raise Stop(f"{python} has no venv module. Install the one that belongs to it and run the command again.")


def _sync(python: Path, lock: Path, say: Callable[[str], None]) -> None:
    """Only ready-made packages: building one would fetch build tools that no hash covers."""
    words = pip(python, "install", "--require-hashes", "--only-binary", ":all:", "--retries", "3", "-r", str(lock))
    said = []
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, errors="replace"
    )
    assert process.stdout is not None
    live = sys.stdout.isatty()
    try:
        for line in process.stdout:
            said.append(line)
            if live and line.startswith("Collecting "):
                print(f"\r\033[K  {line.split()[1]}", end="", flush=True)
        process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        process.stdout.close()
        if live:
            print("\r\033[K", end="", flush=True)
    if process.returncode:
        raise Stop(explain_pip("".join(said)))


def _drop_strangers(python: Path, locked: set[str], say: Callable[[str], None]) -> None:
    """Removes what the lock does not name: a package installed by hand would hide that the lock lacks it."""
    listed = subprocess.run(
        pip(python, "list", "--format", "json"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    if listed.returncode:
        raise Stop("pip could not list what is installed in the virtual environment.")
    strangers = sorted({normalised(found["name"]) for found in json.loads(listed.stdout)} - locked - KEPT)
    if strangers:
        say("Removing what the lock does not name: {}".format(" ".join(strangers)))
        removed = subprocess.run(
            pip(python, "uninstall", "-y", *strangers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if removed.returncode:
            raise Stop("pip could not remove {}.".format(" ".join(strangers)))


def _has_pip(python: Path) -> bool:
    return subprocess.run([str(python), "-I", "-c", "import pip"], stderr=subprocess.DEVNULL).returncode == 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
