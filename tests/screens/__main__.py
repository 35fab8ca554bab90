"""``python -m tests.screens FOLDER [SCENE…]`` writes every scene as ``scene-theme-language.png``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.screens.scenes import SCENES, staged
from tests.support.windows import THEMES, dressed
from tns_desktop.ui.i18n import LANGUAGES


def main(arguments: list[str]) -> int:
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    dressed()
    for name in arguments[1:] or SCENES:
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
