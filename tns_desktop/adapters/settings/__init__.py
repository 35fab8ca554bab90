"""Preferences and connections, in clear, in one TOML file. No secret ever reaches it."""

from tns_desktop.adapters.settings.toml_file import NoSettings, TomlSettingsStore

__all__ = ["NoSettings", "TomlSettingsStore"]
