"""Preferences and connections, in clear, in one TOML file. No secret ever reaches it."""

from tns_desktop.adapters.settings.toml_file import TomlSettingsStore

__all__ = ["TomlSettingsStore"]
