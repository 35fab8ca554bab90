"""The command line, as values."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from tns_desktop import __version__


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """What the program was started with. No secret can be given here: argv is for everyone to read."""

    demo: bool = False
    open_files: tuple[Path, ...] = ()
    profile_dir: Path | None = None
    preset: Path | None = None
    tour: Path | None = None
    auditor: bool = False
    language: str = ""
    theme: str = ""
    log_level: str = "WARNING"

    def starts_at_the_desk(self, *, has_connections: bool) -> bool:
        """False for somebody who comes for the first time: the three doors are shown."""
        return has_connections or self.demo or bool(self.open_files)


def parse(arguments: list[str] | None = None) -> LaunchOptions:
    """Exits with a usage message on a mistake, as command lines do."""
    parser = argparse.ArgumentParser(
        prog="tns-desktop", description="Review desk for Trust and Sign: list, look, accept or reject."
    )
    parser.add_argument("--demo", action="store_true", help="try it with sample files; nothing is kept afterwards")
    parser.add_argument(
        "--open",
        type=Path,
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="open archives (ZIP) from disk",
    )
    parser.add_argument("files", type=Path, metavar="FILE", nargs="*", help="the same, as file managers start programs")
    parser.add_argument("--profile-dir", type=Path, metavar="DIR", help="keep settings and vault there")
    parser.add_argument(
        "--preset",
        type=Path,
        metavar="FILE",
        help="take the administrator's settings and connections from there; where this computer has its own, that counts",
    )
    parser.add_argument(
        "--tour", type=Path, metavar="DIR", help="drive the window through the main job, with screenshots"
    )
    parser.add_argument("--auditor", action="store_true", help="with --tour: an auditor's way, with no account")
    parser.add_argument("--language", choices=("fr", "en"), default="", help="language of the window, for this start")
    parser.add_argument("--theme", choices=("light", "dark"), default="", help="colours of the window, for this start")
    parser.add_argument("--log-level", choices=("DEBUG", "INFO", "WARNING", "ERROR"), default="WARNING")
    parser.add_argument("--version", action="version", version=f"TnS Desktop {__version__}")
    given = parser.parse_args(arguments)
    return LaunchOptions(
        demo=given.demo,
        open_files=(*given.open, *given.files),
        profile_dir=given.profile_dir,
        preset=given.preset,
        tour=given.tour,
        auditor=given.auditor,
        language=given.language,
        theme=given.theme,
        log_level=given.log_level,
    )
