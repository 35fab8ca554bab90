"""``python -m tests.screens FOLDER [SCENE…]`` writes every scene as ``scene-theme-language.png``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.screens.scenes import SCENES, staged
from tests.support.windows import THEMES, dressed
from tns_desktop.ui.i18n import LANGUAGES


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description="Render scenes to pictures.")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the pictures go")
    parser.add_argument("scenes", metavar="SCENE", nargs="*", help=f"any of: {', '.join(SCENES)}; all without one")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.scenes if name not in SCENES]:
        parser.error(f"no such scene: {', '.join(unknown)}")
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    dressed()
    for name in options.scenes or SCENES:
        for theme_name in THEMES:
            for language in LANGUAGES:
                stage = staged(name, language, theme_name)
                try:
                    target = folder / f"{name}-{theme_name}-{language}.png"
                    if not stage.picture().save(str(target)):
                        sys.stderr.write(f"{target} could not be written\n")
                        return 1
                    for fault in stage.clipped():
                        sys.stderr.write(f"{target.name}: {fault}\n")
                finally:
                    stage.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
