"""What each command does, once the command line is read."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from devtools import display, environment, system
from devtools.environment import ROOT
from devtools.failures import Stop, explain_pip

LOCK_OPTIONS = (
    *("--group", "dev", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-annotate", "--no-header", "-o", "requirements.lock"),
)
# Two processes share the tests, each file whole: a server that the tests of a file share is started once. More of them would
# only wait for each other, since every second test has a process of its own beside it.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def run(options: argparse.Namespace) -> int:
    """Does the command named in ``options.command``; returns the exit code."""
    return _COMMANDS[options.command](options)


def _setup(options: argparse.Namespace) -> int:
    _prepare(tests=True)
    print("Ready.")
    return 0


def _demo(options: argparse.Namespace) -> int:
    python = _prepare(tests=False)
    words = [str(python), "-m", "tns_desktop", "--demo"]
    if options.tour is not None:
        words += ["--tour", str(options.tour.resolve())]
    if options.auditor:
        words.append("--auditor")
    if options.profile_dir is not None:
        words += ["--profile-dir", str(options.profile_dir.resolve())]
    for name in ("language", "theme"):
        if getattr(options, name):
            words += [f"--{name}", getattr(options, name)]
    started = time.time()
    with display.screen(_environ()) as environ:
        code = _call([*words, *options.rest], environ)
    if options.tour is not None:
        # Two seconds: what the coarsest file systems round a time to. Pictures of an earlier tour are not this one's.
        found = options.tour.glob("*.png") if options.tour.is_dir() else ()
        pictures = sorted(path for path in found if path.stat().st_mtime >= started - 2)
        print(f"{len(pictures)} screenshots in {options.tour}:")
        for picture in pictures:
            print(f"  {picture.name}")
    return code


def _test(options: argparse.Namespace) -> int:
    python = _prepare(tests=True)
    code = 0 if options.fast else _check(python)
    if code == 0:
        _heading("pytest")
        side_by_side = () if options.rest else SIDE_BY_SIDE
        code = _call([str(python), "-m", "pytest", *side_by_side, *options.rest], _environ(QT_QPA_PLATFORM="offscreen"))
    return code


def _lint(options: argparse.Namespace) -> int:
    return _check(_prepare(tests=False))


def _bench(options: argparse.Namespace) -> int:
    python = _prepare(tests=True)
    words = [str(python), "-m", "tests.benchmarks", *(["--quick"] if options.quick else []), *options.rest]
    return _call(words, _environ(QT_QPA_PLATFORM="offscreen"))


def _screens(options: argparse.Namespace) -> int:
    python = _prepare(tests=False)
    return _call(
        [str(python), "-m", "tests.screens", str(options.folder.resolve())], _environ(QT_QPA_PLATFORM="offscreen")
    )


def _lock(options: argparse.Namespace) -> int:
    python = environment.ensure()
    with tempfile.TemporaryDirectory(prefix="tns-uv-") as folder:
        code = _call(
            [*_uv(python, Path(folder)), "pip", "compile", "pyproject.toml", *LOCK_OPTIONS, "--quiet"], _environ()
        )
    if code == 0:
        print("requirements.lock is worked out. Review the difference, then run the tests and the notices command.")
    return code


def _notices(options: argparse.Namespace) -> int:
    return _call([str(environment.ensure()), str(ROOT / "packaging" / "notices.py")], _environ())


def _prepare(tests: bool) -> Path:
    system.ensure(system.QT + system.TESTS if tests else system.QT)
    return environment.ensure()


def _check(python: Path) -> int:
    """Style, format, types, layers; stops at the first that fails."""
    ours = _environ(MYPYPATH=str(ROOT / "packaging"))
    steps = (
        ("ruff check", ["-m", "ruff", "check"], _environ()),
        ("ruff format", ["-m", "ruff", "format", "--check"], _environ()),
        ("mypy", ["-m", "mypy"], _environ()),
        # The commands themselves lie outside the package: their folder is no package that mypy could be pointed to.
        ("mypy packaging", ["-m", "mypy", "-p", "devtools", "-m", "dev", "-m", "notices"], ours),
        ("lint-imports", ["-c", LINT_IMPORTS], _environ()),
    )
    for title, words, environ in steps:
        _heading(title)
        code = _call([str(python), *words], environ)
        if code:
            print(f"\n{title} failed: stopped here.")
            return code
    return 0


def _uv(python: Path, folder: Path) -> list[str]:
    """uv of the environment, or of a throw-away one: it is no dependency, only the tool that works the lock out."""
    found = subprocess.run([str(python), "-m", "uv", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if found.returncode:
        subprocess.run([str(python), "-m", "venv", str(folder)], check=True)
        python = environment.python_in(folder)
        fetched = subprocess.run(
            environment.pip(python, "install", "--quiet", "uv"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if fetched.returncode:
            raise Stop(explain_pip(fetched.stdout))
    return [str(python), "-m", "uv"]


def _environ(**more: str) -> dict[str, str]:
    """This process's environment, with the checkout in the place of an installed project."""
    made = dict(os.environ)
    # A virtual environment that happens to be active, or a Python home, would lead ours astray.
    for name in ("PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"):
        made.pop(name, None)
    made["PYTHONPATH"] = str(ROOT)
    made.update(more)
    return made


def _call(words: list[str], environ: dict[str, str]) -> int:
    """Runs a program in the checkout, on this terminal. It ends when we end, however we end."""
    sys.stdout.flush()
    process = subprocess.Popen(words, env=environ, cwd=str(ROOT))
    try:
        code = process.wait()
    except BaseException as reason:
        # Ctrl-C reached the program too, and it is tidying up; any other end of ours it has not heard of.
        if not isinstance(reason, KeyboardInterrupt):
            process.terminate()
        _bury(process)
        raise
    # A program that was killed by a signal reports a negative number; shells say 128 + n.
    return 128 - code if code < 0 else code


def _bury(process: subprocess.Popen[bytes]) -> None:
    """Waits for its end, with less and less patience."""
    for insist in (process.terminate, process.kill):
        try:
            process.wait(10)
            return
        except subprocess.TimeoutExpired:
            insist()
    process.wait()


def _heading(title: str) -> None:
    print("\n== {} {}".format(title, "=" * max(0, 76 - len(title))))


_COMMANDS = {
    "demo": _demo,
    "test": _test,
    "setup": _setup,
    "lint": _lint,
    "bench": _bench,
    "screens": _screens,
    "lock": _lock,
    "notices": _notices,
}
