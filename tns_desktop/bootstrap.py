"""The first instants: a window in the right colours and place, painted before the rest of the program is read.

Reading the program takes several times as long as opening a window. So this module imports only what that window needs,
shows it, and hands it to ``program`` (docs/adr/0012).
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from tns_desktop.adapters.platform.paths import ProfilePaths, machine_preset_files, preset_to_read
from tns_desktop.adapters.platform.resources import resource_path
from tns_desktop.adapters.settings import NoSettings, TomlSettingsStore
from tns_desktop.cli import LaunchOptions
from tns_desktop.domain.errors import SettingsInvalid, SettingsNotSaved
from tns_desktop.domain.preset_errors import PresetError
from tns_desktop.services.settings import LANGUAGE, NO_PRESET, THEME, WINDOW_GEOMETRY, Preset, Settings
from tns_desktop.ui import theme
from tns_desktop.ui.views.frame import Frame

_REMOVAL_SECONDS = 5.0
_FIRST_PAINT_SECONDS = 0.5
"""A desktop that has not asked for the window's pixels by then is not waited for."""


def run(options: LaunchOptions) -> int:
    """Runs the program to its end and returns its exit status."""
    with _profile(options) as paths:
        application = new_application()
        if paths.instance_marker.exists() and not options.tour:
            from tns_desktop.ui.runtime.instance import hand_over

            if hand_over(paths.instance_marker, options.open_files):
                return 0
        preset, preset_error = _preset(options)
        settings, settings_error = _settings(TomlSettingsStore(paths.settings_file), preset)
        for setting, given in ((LANGUAGE, options.language), (THEME, options.theme)):
            if given:
                settings.override(setting, given)
        theme.install(resource_path("themes"))
        theme.use(theme.load(settings.get(THEME)))
        frame = Frame()
        frame.restore_geometry_text(settings.get(WINDOW_GEOMETRY))
        outlines = frame.show_outlines(of_desk=options.starts_at_the_desk(has_connections=settings.has_connections))
        latest = time.monotonic() + _FIRST_PAINT_SECONDS
        while not outlines.was_painted and time.monotonic() < latest:
            application.processEvents()

        from tns_desktop.program import run_program

        errors = [error for error in (settings_error, preset_error) if error is not None]
        return run_program(application, frame, options, paths, settings, errors)


def new_application() -> QApplication:
    """Qt, set up once: name and font. Icons and texts come with what the window holds."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("tns-desktop")
    application.setApplicationDisplayName("TnS Desktop")
    application.setQuitOnLastWindowClosed(False)
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        # Without a desktop nobody chose a font, and the first one found may be anything.
        application.setFont(QFont("DejaVu Sans", 9))
    return application


def _preset(options: LaunchOptions) -> tuple[Preset, PresetError | None]:
    """What an administrator has decided beforehand: all of it, or none with the reason. A demonstration has sample files
    instead of connections.
    """
    machine = machine_preset_files()
    try:
        path = preset_to_read(options.preset, machine)
        if path is None:
            return NO_PRESET, None
        from tns_desktop.adapters.settings.preset_file import load_preset
        from tns_desktop.services.preset import read_preset

        preset = read_preset(load_preset(path, of_machine=path in machine))
    except PresetError as error:
        return NO_PRESET, error
    return dataclasses.replace(preset, connections=()) if options.demo else preset, None


def _settings(store: TomlSettingsStore, preset: Preset = NO_PRESET) -> tuple[Settings, SettingsInvalid | None]:
    """A settings file that cannot be read is set aside, never overwritten; the program starts with its defaults.

    Where it cannot even be renamed, nothing is saved in this run.
    """
    try:
        return Settings(store, preset), None
    except SettingsInvalid as error:
        try:
            store.set_aside()
        except SettingsNotSaved as refused:
            return Settings(NoSettings(refused), preset), error
        return Settings(store, preset), error


@contextlib.contextmanager
def _profile(options: LaunchOptions) -> Iterator[ProfilePaths]:
    """The profile's folders; a demonstration without a folder of its own has one that goes away."""
    if options.profile_dir is not None or not options.demo:
        yield ProfilePaths(options.profile_dir)
        return
    folder = tempfile.mkdtemp(prefix="tns-desktop-demo-")
    try:
        yield ProfilePaths(Path(folder))
    finally:
        _remove(folder)


def _remove(folder: str) -> None:
    """Who leaves while the vault is still being opened has a thread that writes into it for a moment more."""
    latest = time.monotonic() + _REMOVAL_SECONDS
    while Path(folder).exists():
        try:
            shutil.rmtree(folder)
        except OSError:
            if time.monotonic() > latest:
                raise
