"""Preferences and connections, in clear, in one TOML file, and an administrator's preset in another; no secret in either."""

from tns_desktop.adapters.settings.toml_file import NoSettings, TomlSettingsStore

__all__ = ["NoSettings", "TomlSettingsStore"]
