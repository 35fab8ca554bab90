"""Settings, declared once each: key, default, what is allowed. No secret ever reaches them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tns_desktop.domain.preset_errors import SettingFixed

if TYPE_CHECKING:
    # The window's colours are read before its first paint: the ports would bring the whole domain along.
    from tns_desktop.domain.connection import Connection
    from tns_desktop.services.ports import SettingsStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One preference. ``accepts`` says whether a stored value is usable; an unusable one counts as the default.

    ``bounds`` are the least and the greatest number, for those who are told.
    """

    key: str
    default: T
    accepts: Callable[[Any], bool]
    bounds: tuple[int, int] | None = None


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


def _number(key: str, default: float, low: int, high: int) -> Setting[float]:
    return Setting(
        key,
        default,
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high,
        (low, high),
    )


def _whole_number(key: str, default: int, low: int, high: int) -> Setting[int]:
    return Setting(
        key,
        default,
        lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
        (low, high),
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


MOST_NEXT_FILES = 500

LANGUAGE: Setting[str] = Setting("language", "system", _one_of("system", "fr", "en"))
THEME: Setting[str] = Setting("theme", "system", _one_of("system", "light", "dark"))
GRACE_SECONDS = _number("decisions.grace_seconds", 10, 0, 120)
REFRESH_SECONDS = _number("list.refresh_seconds", 60, 5, 3600)
PREFETCH_FILES = _whole_number("prefetch.files", 2, 0, 20)
PREFETCH_KILOBYTES = _whole_number("prefetch.kilobytes_per_second", 0, 0, 10_000_000)
"""Of transfers that nobody waits for; 0: as fast as they come."""
KEEP_NEXT_FILES = _whole_number("offline.next_files", 10, 1, MOST_NEXT_FILES)
"""How many "the next to validate" were when they were last kept offline."""
ARCHIVE_DAYS = _whole_number("archives.days", 30, 0, 3650)
ARCHIVE_MEGABYTES = _whole_number("archives.megabytes", 5000, 0, 1_000_000)
AUTO_LOCK_MINUTES = _whole_number("lock.idle_minutes", 15, 0, 1440)
HIDE_FROM_CAPTURES: Setting[bool] = Setting("screen.hide_from_captures", False, lambda value: isinstance(value, bool))
"""Windows are left out of captures and sharing of the screen, where the system can."""
ARCHIVE_DROP_DECIDED: Setting[bool] = Setting(
    "archives.drop_when_confirmed", False, lambda value: isinstance(value, bool)
)
TRUSTED_ROOTS: Setting[str] = Setting("signatures.trusted_roots", "", lambda value: isinstance(value, str))
"""A folder of certificates (PEM, DER); empty: whom to trust is not checked."""
WORKFLOWS_FILE: Setting[str] = Setting("creation.workflows_file", "", lambda value: isinstance(value, str))
"""The administrator's description of workflows; empty: ``workflows.toml`` beside the settings, where there is one."""
NOTIFICATIONS: Setting[bool] = Setting("notifications", True, lambda value: isinstance(value, bool))
WEBHOOKS_ON: Setting[bool] = Setting("webhooks.on", False, lambda value: isinstance(value, bool))
WEBHOOKS_ADDRESS: Setting[str] = Setting("webhooks.address", "127.0.0.1", lambda value: isinstance(value, str))
"""Where to listen: one of this computer's addresses, or 0.0.0.0 or :: for all of them."""
WEBHOOKS_PORT = _whole_number("webhooks.port", 8790, 1, 65535)
WEBHOOKS_PUBLIC_URL: Setting[str] = Setting("webhooks.public_url", "", lambda value: isinstance(value, str))
"""By which address the server reaches this computer, without the path; empty: it cannot yet."""
WEBHOOKS_HEADER: Setting[str] = Setting("webhooks.header", "X-Webhook-Secret", lambda value: isinstance(value, str))
"""The header that each request must carry; its value is in the keychain."""
REJECTION_CAUSES: Setting[list[str]] = Setting("decisions.rejection_causes", [], _texts)
CUSTOMER_LANGUAGE: Setting[str] = Setting("decisions.customer_language", "", _one_of("", "fr", "en"))
GO_ON_AFTER_MARK: Setting[bool] = Setting("review.go_on_after_mark", True, lambda value: isinstance(value, bool))
ASK_BEFORE_ACCEPTING: Setting[bool] = Setting(
    "review.ask_before_accepting", True, lambda value: isinstance(value, bool)
)
LATE_DAYS = _whole_number("follow_up.late_days", 7, 1, 365)
EXPIRES_DAYS = _whole_number("follow_up.expires_days", 90, 0, 3650)
"""From a file's start; 0: files do not expire. GUESS: what one client of the vendor has configured."""
WARN_DAYS = _whole_number("follow_up.warn_days", 14, 0, 365)
CLIPBOARD_SECONDS = _whole_number("follow_up.clipboard_seconds", 60, 5, 600)
"""After which a copied link is taken off the clipboard."""
CURRENT_CONNECTION: Setting[str] = Setting("current_connection", "", lambda value: isinstance(value, str))
CONNECTIONS_HIDDEN: Setting[list[str]] = Setting("connections_hidden", [], _texts)
"""Connections of the preset that the operator has removed."""
KEYS: Setting[Mapping[str, Any]] = Setting("keys", {}, lambda value: isinstance(value, dict))
"""By an action's name the keys that the operator gave it. Each entry is judged by itself, where the actions are known."""
SHOW_ALL_CONNECTIONS: Setting[bool] = Setting("show_all_connections", False, lambda value: isinstance(value, bool))
AUDITOR_NAME: Setting[str] = Setting("audit.auditor", "", lambda value: isinstance(value, str))
"""In whose name the last verdict was given."""
SIGNING_CERTIFICATE: Setting[str] = Setting("audit.certificate", "", lambda value: isinstance(value, str))
"""The file (PKCS#12) that the last verdict was signed with: its path. Its passphrase is asked for each time."""
WINDOW_GEOMETRY: Setting[str] = Setting("window.geometry", "", lambda value: isinstance(value, str))
WINDOW_SPLITTERS: Setting[list[str]] = Setting("window.splitters", [], _texts)
WINDOW_PREVIEW: Setting[str] = Setting("window.preview", "", lambda value: isinstance(value, str))
"""Where the preview's own window was."""
WINDOW_PREVIEW_DETACHED: Setting[bool] = Setting(
    "window.preview_detached", False, lambda value: isinstance(value, bool)
)
WINDOW_THUMBNAILS: Setting[bool] = Setting("window.thumbnails", False, lambda value: isinstance(value, bool))
"""Whether small pictures of the pages stand beside them."""

ALL_SETTINGS: tuple[Setting[Any], ...] = (
    LANGUAGE,
    THEME,
    GRACE_SECONDS,
    REFRESH_SECONDS,
    PREFETCH_FILES,
    PREFETCH_KILOBYTES,
    KEEP_NEXT_FILES,
    NOTIFICATIONS,
    ARCHIVE_DAYS,
    ARCHIVE_MEGABYTES,
    ARCHIVE_DROP_DECIDED,
    TRUSTED_ROOTS,
    WORKFLOWS_FILE,
    WEBHOOKS_ON,
    WEBHOOKS_ADDRESS,
    WEBHOOKS_PORT,
    WEBHOOKS_PUBLIC_URL,
    WEBHOOKS_HEADER,
    REJECTION_CAUSES,
    CUSTOMER_LANGUAGE,
    GO_ON_AFTER_MARK,
    ASK_BEFORE_ACCEPTING,
    AUTO_LOCK_MINUTES,
    HIDE_FROM_CAPTURES,
    KEYS,
    LATE_DAYS,
    EXPIRES_DAYS,
    WARN_DAYS,
    CLIPBOARD_SECONDS,
    CURRENT_CONNECTION,
    SHOW_ALL_CONNECTIONS,
    CONNECTIONS_HIDDEN,
    WINDOW_GEOMETRY,
    WINDOW_SPLITTERS,
    WINDOW_PREVIEW,
    WINDOW_PREVIEW_DETACHED,
    WINDOW_THUMBNAILS,
)


REMEMBERED = frozenset(
    setting.key
    for setting in ALL_SETTINGS
    if setting.key.startswith("window.")
    or setting in (CURRENT_CONNECTION, SHOW_ALL_CONNECTIONS, KEEP_NEXT_FILES, CONNECTIONS_HIDDEN)
)
"""What the window keeps by itself: it may be preset and never fixed, for nobody could work then."""

CONNECTION_RECORDS = "connections"
"""Under which name the operator's connections are kept; in a preset's list of what is fixed, its own."""


@dataclass(frozen=True, slots=True)
class PresetConnection:
    """A connection that an administrator has set up. ``named``: what the preset says of it, by the names of ``Connection``."""

    connection: Connection
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class Preset:
    """What an administrator has decided beforehand: values by the keys of settings, and what nobody may change."""

    values: Mapping[str, Any] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    connections: tuple[PresetConnection, ...] = ()


NO_PRESET = Preset()


class Settings:
    """Reads once, writes at each change. Keys are dotted: ``window.geometry`` is ``geometry`` in the table ``window``.

    What counts: a preset's fixed value, the command line's, the operator's, a preset's, the default; in this order.
    """

    def __init__(self, store: SettingsStore, preset: Preset = NO_PRESET) -> None:
        """Raises SettingsInvalid when the file cannot be read."""
        self.preset = preset
        self._store = store
        self._values = store.load()
        self._overrides: dict[str, Any] = {}

    @property
    def are_connections_fixed(self) -> bool:
        return CONNECTION_RECORDS in self.preset.fixed

    @property
    def has_connections(self) -> bool:
        return bool(self.records(CONNECTION_RECORDS)) or any(map(self.is_wanted, self.preset.connections))

    def is_fixed(self, setting: Setting[Any]) -> bool:
        return setting.key in self.preset.fixed

    def is_wanted(self, preset: PresetConnection) -> bool:
        """False for one that the operator has removed, as far as the administrator leaves that to them."""
        return self.are_connections_fixed or preset.connection.connection_id not in self.get(CONNECTIONS_HIDDEN)

    def hide_preset_connection(self, connection_id: str) -> None:
        hidden = self.get(CONNECTIONS_HIDDEN)
        if connection_id not in hidden:
            self.set(CONNECTIONS_HIDDEN, [*hidden, connection_id])

    def get(self, setting: Setting[T]) -> T:
        if self.is_fixed(setting):
            return self.preset.values[setting.key]  # type: ignore[no-any-return]
        if setting.key in self._overrides:
            return self._overrides[setting.key]  # type: ignore[no-any-return]
        value: Any = self._values
        for part in setting.key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None or not setting.accepts(value):
            return self.preset.values.get(setting.key, setting.default)  # type: ignore[no-any-return]
        return value  # type: ignore[no-any-return]

    def set(self, setting: Setting[T], value: T) -> None:
        """Raises SettingsInvalid when it cannot be written, SettingFixed; nothing is changed then."""
        self.set_all([(setting, value)])

    def set_all(self, changes: Sequence[tuple[Setting[Any], Any]]) -> None:
        """All of them in one file, or none. Raises SettingsInvalid when it cannot be written, SettingFixed."""
        for setting, _value in changes:
            if self.is_fixed(setting):
                raise SettingFixed(setting.key, facts={"key": setting.key})
        values = copy.deepcopy(self._values)
        for setting, value in changes:
            if not setting.accepts(value):
                raise ValueError(f"{setting.key} does not take {value!r}")
            *tables, last = setting.key.split(".")
            table = values
            for part in tables:
                inner = table.get(part)
                if not isinstance(inner, dict):
                    inner = table[part] = {}
                table = inner
            table[last] = value
        if values != self._values:
            self._keep(values)
        for setting, _value in changes:
            self._overrides.pop(setting.key, None)

    def override(self, setting: Setting[T], value: T) -> None:
        """For this run only: what the command line said. A later ``set`` of the same key ends it."""
        self._overrides[setting.key] = value

    def records(self, name: str) -> list[dict[str, Any]]:
        """A list of tables, such as the connections."""
        found = self._values.get(name)
        return [dict(item) for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def set_records(self, name: str, records: list[dict[str, Any]]) -> None:
        self._keep({**self._values, name: records})

    def _keep(self, values: dict[str, Any]) -> None:
        """What could not be saved does not count: memory and file say the same."""
        self._store.save(values)
        self._values = values
