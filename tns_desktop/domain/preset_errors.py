"""The errors of an administrator's preset, apart from the tree of ``errors`` for its length.

::

    TnsError
    ├── PresetError                 the preset counts for nothing, wholly: file, reason
    │   ├── PresetInvalid           a key of it cannot be used: file, line, key, reason
    │   └── PresetUnreadable        it is no TOML text: file, line, reason
    └── SettingFixed                the administrator has decided it: key
"""

from __future__ import annotations

from tns_desktop.domain.error_base import TnsError


class PresetError(TnsError):
    """The preset is not believed, or cannot be read from the disk. ``facts``: ``file``, ``reason``."""

    code = "preset"


class PresetInvalid(PresetError):
    """A key of the preset cannot be used. ``facts``: ``file``, ``line`` (1-based), ``key``, ``reason``; never a value."""

    code = "preset_invalid"


class PresetUnreadable(PresetError):
    """The preset is no TOML text. ``facts``: ``file``, ``line`` ("?" when unknown), ``reason``."""

    code = "preset_unreadable"


class SettingFixed(TnsError):
    """The administrator has decided it; nothing was changed. ``facts``: ``key`` of the setting, or ``connections``."""

    code = "setting_fixed"
