"""One suite for every ``SecretStore``: this session's memory, and keyring on a real Secret Service."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked, PasswordSetError

from tests.support.keyring_session import KeyringSession
from tns_desktop.adapters.secrets import KeyringSecretStore, SessionSecretStore, choose_secret_store
from tns_desktop.adapters.secrets.backends import approved_backend_blocking
from tns_desktop.domain.errors import (
    KeychainLocked,
    KeychainTimedOut,
    NoKeychain,
    SecretStoreError,
    SecretTooLong,
)
from tns_desktop.services.ports import SecretStore

pytestmark = pytest.mark.anyio

MARKER = "s3cr3t-marker-value"
LEAKS_ITS_CONNECTION = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
"""keyring leaves its D-Bus connection open when it raises; the collector closes it, within the test."""


def use_bus(monkeypatch: pytest.MonkeyPatch, session: KeyringSession) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(name, session.environment[name])


@pytest.fixture(params=["session", "keyring"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretStore]:
    if request.param == "session":
        yield SessionSecretStore()
        return
    use_bus(monkeypatch, request.getfixturevalue("keyring_session"))
    keychain = KeyringSecretStore()
    yield keychain
    keychain.close()


@pytest.mark.parametrize("value", ["simple", "", "é€漢😀\n\t\"'", "x" * 20_000])
async def test_returns_what_was_set(store: SecretStore, value: str) -> None:
    await store.set("name", value)
    assert await store.get("name") == value
    await store.delete("name")


async def test_a_second_value_takes_the_place_of_the_first(store: SecretStore) -> None:
    await store.set("name", "first")
    await store.set("name", "second")
    assert await store.get("name") == "second"
    await store.delete("name")
    assert await store.get("name") is None


async def test_keeps_names_apart(store: SecretStore) -> None:
    await store.set("one", "1")
    await store.set("two", "2")
    await store.delete("one")
    assert (await store.get("one"), await store.get("two")) == (None, "2")
    await store.delete("two")


async def test_unknown_names_have_no_value_and_can_be_deleted(store: SecretStore) -> None:
    assert await store.get("never set") is None
    await store.delete("never set")


async def test_says_whether_it_lasts(store: SecretStore) -> None:
    info = await store.describe()
    assert info.persistent == isinstance(store, KeyringSecretStore)
    assert bool(info.name) == info.persistent


async def test_never_shows_a_value(store: SecretStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await store.set("name", MARKER)
    await store.get("name")
    await store.delete("name")
    assert MARKER not in caplog.text + repr(store) + str(vars(store).get("_worker", ""))


async def test_a_value_outlives_the_store_that_set_it(
    keyring_session: KeyringSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_bus(monkeypatch, keyring_session)
    first, second = KeyringSecretStore(), KeyringSecretStore()
    await first.set("lasting", "value")
    assert await second.get("lasting") == "value"
    await second.delete("lasting")
    first.close()
    second.close()


async def test_chooses_the_keychain_that_answers(
    keyring_session: KeyringSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_bus(monkeypatch, keyring_session)
    chosen = await choose_secret_store()
    assert isinstance(chosen, KeyringSecretStore)
    chosen.close()


async def test_a_backend_from_the_environment_is_not_asked(
    keyring_session: KeyringSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_bus(monkeypatch, keyring_session)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert not isinstance(approved_backend_blocking(), NullKeyring)


async def test_chooses_this_sessions_memory_without_a_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    chosen = await choose_secret_store()
    assert isinstance(chosen, SessionSecretStore)
    assert isinstance(chosen.reason, NoKeychain)


@LEAKS_ITS_CONNECTION
async def test_a_locked_keyring_says_so(private_keyring: KeyringSession, monkeypatch: pytest.MonkeyPatch) -> None:
    use_bus(monkeypatch, private_keyring)
    before = KeyringSecretStore()
    await before.set("name", "value")
    before.close()
    private_keyring.stop()
    private_keyring.start(password=None)
    use_bus(monkeypatch, private_keyring)
    locked = KeyringSecretStore(timeout=3)
    with pytest.raises((KeychainLocked, KeychainTimedOut)):
        await locked.get("name")
    locked.close()
    gc.collect()


@LEAKS_ITS_CONNECTION
async def test_a_bus_that_died_is_no_keychain(private_keyring: KeyringSession, monkeypatch: pytest.MonkeyPatch) -> None:
    use_bus(monkeypatch, private_keyring)
    keychain = KeyringSecretStore()
    await keychain.set("name", "value")
    private_keyring.stop()
    with pytest.raises(SecretStoreError) as caught:
        await keychain.get("name")
    assert caught.value.facts["reason"]
    keychain.close()
    gc.collect()


class StubbornBackend(KeyringBackend):
    """A keychain at its edge: it hangs until it is released, or raises."""

    priority = 1

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.error = error
        self.released = threading.Event()
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        if self.error is not None:
            raise self.error
        if self.calls == 1:
            self.released.wait(30)
        return "answer"

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError(f"cannot store {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


async def test_gives_up_on_a_keychain_that_hangs_and_asks_again_in_a_new_thread() -> None:
    backend = StubbornBackend()
    store = KeyringSecretStore(timeout=0.05, find_backend=lambda: backend)
    with pytest.raises(KeychainTimedOut):
        await store.get("name")
    assert await store.get("name") == "answer"
    backend.released.set()
    store.close()


async def test_a_dismissed_prompt_is_a_locked_keychain() -> None:
    store = KeyringSecretStore(find_backend=lambda: StubbornBackend(KeyringLocked("dismissed")))
    with pytest.raises(KeychainLocked):
        await store.get("name")
    store.close()


async def test_a_backends_own_errors_are_no_keychain() -> None:
    store = KeyringSecretStore(find_backend=lambda: StubbornBackend(ConnectionResetError("bus")))
    with pytest.raises(NoKeychain) as caught:
        await store.get("name")
    assert caught.value.facts == {"reason": "ConnectionResetError"}
    store.close()


async def test_an_error_never_carries_the_value() -> None:
    store = KeyringSecretStore(find_backend=StubbornBackend)
    with pytest.raises(SecretStoreError) as caught:
        await store.set("name", MARKER)
    assert MARKER not in f"{caught.value} {caught.value.facts} {caught.value.__cause__} {caught.value.__context__}"
    store.close()


async def test_a_value_too_long_for_windows_is_refused_before_anything_is_asked() -> None:
    backend = StubbornBackend()
    store = KeyringSecretStore(max_utf16_bytes=2560, find_backend=lambda: backend)
    with pytest.raises(SecretTooLong) as caught:
        await store.set("name", "😀" * 641)
    assert caught.value.facts == {"size": "2564", "limit": "2560"}
    assert backend.calls == 0
    store.close()
