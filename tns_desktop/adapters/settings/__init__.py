"""Preferences and connections, in clear, in one TOML file, and an administrator's preset in another. No secret ever reaches
them.
"""

from tns_desktop.adapters.settings.preset_file import load_preset, preset_to_read
from tns_desktop.adapters.settings.toml_file import NoSettings, TomlSettingsStore

__all__ = ["NoSettings", "TomlSettingsStore", "load_preset", "preset_to_read"]
