"""The command line of ``packaging/dev.py``, and that the README says the same as it."""

from __future__ import annotations

import ast
import re
import stat

import pytest

from tests.support.devtools import FOLDER, ROOT, dev_module

dev = dev_module("dev")
commands = dev_module("devtools.commands")


def test_readme_names_exactly_the_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Develop")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([a-z]+)", table, re.MULTILINE)
    assert sorted(named) == sorted([*dev.COMMANDS, "python"])
    started = set(re.findall(r"packaging/dev\.py ([a-z]+)", readme))
    assert started == {"demo", "test"}


def test_readme_names_exactly_the_options_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in dev.COMMANDS:
        row = re.search(rf"^\| `{name}([^`]*)`", readme, re.MULTILINE)
        assert row is not None
        told = set(re.findall(r"--[a-z-]+", row.group(1)))
        options = vars(dev.parse([name, *(["there"] if name == "screens" else [])]))
        flags = {f"--{key.replace('_', '-')}" for key in options} - {"--command", "--rest", "--folder"}
        assert told == flags, name


def test_every_command_is_implemented() -> None:
    assert set(commands._COMMANDS) == set(dev.COMMANDS)


def test_pytest_arguments_keep_their_order() -> None:
    options = dev.parse(["test", "--fast", "tests/unit", "-k", "a and b", "-x", "--", "--odd"])
    assert options.fast
    assert options.rest == ["tests/unit", "-k", "a and b", "-x", "--", "--odd"]


def test_everything_behind_the_dashes_goes_to_the_program() -> None:
    options = dev.parse(["demo", "--language", "fr", "--", "--log-level", "DEBUG", "--"])
    assert options.language == "fr"
    assert options.rest == ["--log-level", "DEBUG", "--"]


@pytest.mark.parametrize(
    "words", [["demo", "--nope"], ["lint", "tests"], ["lock", "--", "more"], ["screens"], ["what"]]
)
def test_a_mistake_ends_with_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.parse(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_without_a_command_it_tells_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([]) == 2
    shown = capsys.readouterr().out
    assert all(name in shown for name in dev.COMMANDS)


@pytest.mark.parametrize(
    ("raised", "sentence"),
    [
        (dev_module("devtools.failures").Stop("Do this."), "dev.py: Do this.\n"),
        (OSError(28, "No space left on device"), f"dev.py: {dev_module('devtools.failures').DISK_FULL}\n"),
        (PermissionError(13, "Permission denied", "there"), "dev.py: Permission denied: there\n"),
    ],
)
def test_a_failed_set_up_is_one_sentence(
    raised: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise raised

    monkeypatch.setattr(commands, "run", fail)
    monkeypatch.setattr(dev.signal, "signal", lambda *_: None)
    assert dev.main(["setup"]) == 2
    assert capsys.readouterr().err == sentence


def test_it_starts_on_an_old_python() -> None:
    """Syntax of 3.8, and nothing imported that is neither there nor its own."""
    for path in [FOLDER / "dev.py", *(FOLDER / "devtools").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path), feature_version=(3, 8))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= IN_PYTHON_3_8, path.name


def test_ci_hides_nothing() -> None:
    script = ROOT / ".ci" / "run"
    assert stat.S_IMODE(script.stat().st_mode) & stat.S_IXUSR
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if not line.startswith("#!")]
    assert lines == ["set -eu", 'cd "$(dirname "$0")/.."', "exec python3 packaging/dev.py test"]


IN_PYTHON_3_8 = {
    *("__future__", "argparse", "collections", "contextlib", "ctypes", "devtools", "errno", "hashlib", "json", "os"),
    *("pathlib", "re", "select", "shutil", "signal", "subprocess", "sys", "tempfile", "time", "typing"),
}
