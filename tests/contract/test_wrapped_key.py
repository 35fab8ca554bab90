"""The vault's key under a passphrase: what opens it, what does not, and that no moment leaves it in a form nobody can open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.test_secret_store import use_bus
from tests.support.keyring_session import KeyringSession
from tests.support.vaults import NOON, TEST_KEY, FixedClock
from tns_desktop.adapters.secrets import KeyringSecretStore, SessionSecretStore
from tns_desktop.adapters.vault import VAULT_KEY_NAME, Cost, KeychainVaultKey, Seal, open_vault
from tns_desktop.adapters.vault.wrapping import is_whole, is_wrapped, unwrap_blocking, wrap_blocking
from tns_desktop.domain.errors import KeychainTimedOut, PassphraseWrong, SecretStoreError, TnsError, VaultKeyWrong

CHEAP = Cost(memory=64, passes=1, lanes=1)
WINDOWS_LIMIT = 2560
passphrases = st.text(min_size=1, max_size=40)


# --- the text itself --------------------------------------------------------------------------------------------------


@given(key=st.binary(min_size=32, max_size=32), passphrase=passphrases)
def test_the_passphrase_opens_what_it_closed(key: bytes, passphrase: str) -> None:
    wrapped = wrap_blocking(key, passphrase, CHEAP)
    assert is_wrapped(wrapped)
    assert is_whole(wrapped)
    assert unwrap_blocking(wrapped, passphrase) == key


@given(passphrase=passphrases, other=passphrases)
def test_another_passphrase_does_not(passphrase: str, other: str) -> None:
    wrapped = wrap_blocking(TEST_KEY, passphrase, CHEAP)
    if other != passphrase:
        with pytest.raises(PassphraseWrong):
            unwrap_blocking(wrapped, f"{other} ")


@given(data=st.data())
def test_a_damaged_text_is_told_from_a_wrong_passphrase(data: st.DataObject) -> None:
    wrapped = wrap_blocking(TEST_KEY, "right", CHEAP)
    place = data.draw(st.integers(0, len(wrapped) - 1))
    put = data.draw(st.characters())
    damaged = wrapped[:place] + put + wrapped[place + 1 :]
    if damaged != wrapped:
        with pytest.raises(VaultKeyWrong):
            unwrap_blocking(damaged, "right")
    with pytest.raises(VaultKeyWrong):
        unwrap_blocking(wrapped[:place], "right")


def test_the_same_letters_from_another_keyboard_open_it() -> None:
    assert unwrap_blocking(wrap_blocking(TEST_KEY, "Zo\u00e9 arrive", CHEAP), "Zoe\u0301 arrive") == TEST_KEY


def test_the_real_cost_is_the_one_recommended_and_fits_every_keychain() -> None:
    """RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes. Windows counts two bytes a character."""
    assert Cost() == Cost(memory=65536, passes=3, lanes=4)
    wrapped = wrap_blocking(TEST_KEY, "correct horse battery")
    assert unwrap_blocking(wrapped, "correct horse battery") == TEST_KEY
    assert len(wrapped.encode("utf-16-le")) < WINDOWS_LIMIT


def test_two_wraps_have_nothing_in_common() -> None:
    first, second = (wrap_blocking(TEST_KEY, "same", CHEAP).split(":")[4:] for _ in range(2))
    assert set(first).isdisjoint(second)


@pytest.mark.parametrize("cost", [Cost(2**31, 1, 1), Cost(64, 10**6, 1), Cost(64, 1, 999), Cost(1, 1, 1)])
def test_a_cost_that_would_take_the_computer_down_is_not_paid(cost: Cost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tns_desktop.adapters.vault.wrapping._derived_blocking", lambda *_: bytes(32))
    expensive = wrap_blocking(TEST_KEY, "right", cost)
    with pytest.raises(VaultKeyWrong):
        unwrap_blocking(expensive, "right")


@given(text=st.text(max_size=200))
def test_a_sealed_text_opens_with_the_same_vault_only(text: str) -> None:
    sealed = Seal(TEST_KEY).close(text)
    assert Seal(TEST_KEY).open(sealed) == text
    assert Seal(bytes(32)).open(sealed) is None
    assert len(text) < 8 or text.encode() not in sealed


# --- in the keychain --------------------------------------------------------------------------------------------------


class CutStore(SessionSecretStore):
    """A keychain that is cut off after ``left`` steps, and that replaces by deleting first, as macOS does."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 10**9

    async def set(self, name: str, value: str) -> None:
        await self.delete(name)
        self._step()
        await super().set(name, value)

    async def delete(self, name: str) -> None:
        self._step()
        await super().delete(name)

    def _step(self) -> None:
        if self.left == 0:
            raise KeychainTimedOut("cut off")
        self.left -= 1


@settings(max_examples=60)
@given(
    changes=st.lists(st.sampled_from(["", "first passphrase", "second passphrase"]), min_size=1, max_size=4),
    cut_after=st.integers(0, 20),
)
def test_a_change_that_is_cut_off_leaves_a_key_that_opens(
    tmp_path_factory: pytest.TempPathFactory, changes: list[str], cut_after: int
) -> None:
    async def scenario() -> None:
        store, folder = CutStore(), tmp_path_factory.mktemp("vault")
        key = await KeychainVaultKey(store, folder, CHEAP).open()
        in_force, wished = "", ""
        store.left = cut_after
        try:
            for wished in changes:
                await KeychainVaultKey(store, folder, CHEAP).change_passphrase(in_force, wished)
                in_force = wished
        except SecretStoreError:
            pass
        store.left = 10**9
        again = KeychainVaultKey(store, folder, CHEAP)
        assert key in [await _opened(again, passphrase) for passphrase in (in_force, wished)]
        # Whichever it is, it is one of them, and it can be changed from there.
        present = in_force if await _opened(again, in_force) == key else wished
        await again.change_passphrase(present, "third passphrase")
        assert await again.open("third passphrase") == key

    asyncio.run(scenario())


async def _opened(safe: KeychainVaultKey, passphrase: str) -> bytes | None:
    try:
        return await safe.open(passphrase)
    except TnsError:
        return None


@pytest.mark.anyio
async def test_with_a_passphrase_the_keychain_alone_does_not_open_the_vault(vault_folder: Path) -> None:
    store = SessionSecretStore()
    safe = KeychainVaultKey(store, vault_folder, CHEAP)
    key = await safe.open()
    await (await open_vault(vault_folder, key, FixedClock())).close()
    assert not await safe.has_passphrase()
    await safe.change_passphrase("", "correct horse")
    assert await safe.has_passphrase()
    kept = [await store.get(name) for name in (VAULT_KEY_NAME, "vault-key-next")]
    assert kept[1] is None
    assert kept[0] is not None
    assert is_wrapped(kept[0])
    for wrong in ("", "correct house"):
        with pytest.raises(PassphraseWrong):
            await safe.open(wrong)
    # Another start of the program.
    assert await KeychainVaultKey(store, vault_folder).open("correct horse") == key


@pytest.mark.anyio
async def test_each_change_asks_for_the_present_passphrase(vault_folder: Path) -> None:
    safe = KeychainVaultKey(SessionSecretStore(), vault_folder, CHEAP)
    key = await safe.open()
    await safe.change_passphrase("", "correct horse")
    for new in ("another one", ""):
        with pytest.raises(PassphraseWrong):
            await safe.change_passphrase("wrong", new)
    assert await safe.open("correct horse") == key
    await safe.change_passphrase("correct horse", "")
    assert not await safe.has_passphrase()
    assert await safe.open() == key


@pytest.mark.anyio
async def test_a_forgotten_passphrase_begins_anew_and_throws_no_key_away(vault_folder: Path) -> None:
    store = SessionSecretStore()
    safe = KeychainVaultKey(store, vault_folder, CHEAP)
    key = await safe.open()
    await safe.change_passphrase("", "correct horse")
    await safe.set_aside(NOON)
    assert not await safe.has_passphrase()
    assert await safe.open() != key
    aside = await store.get(f"{VAULT_KEY_NAME}-20260302T120000")
    assert aside is not None
    assert unwrap_blocking(aside, "correct horse") == key


@pytest.mark.anyio
async def test_a_real_keychain_keeps_a_wrapped_key(
    keyring_session: KeyringSession, monkeypatch: pytest.MonkeyPatch, vault_folder: Path
) -> None:
    use_bus(monkeypatch, keyring_session)
    store = KeyringSecretStore(max_utf16_bytes=WINDOWS_LIMIT)
    safe = KeychainVaultKey(store, vault_folder, CHEAP)
    key = await safe.open()
    try:
        await safe.change_passphrase("", "correct horse")
        assert await KeychainVaultKey(store, vault_folder).has_passphrase()
        assert await KeychainVaultKey(store, vault_folder).open("correct horse") == key
        with pytest.raises(PassphraseWrong):
            await safe.open("wrong")
        await safe.change_passphrase("correct horse", "")
        assert await safe.open() == key
    finally:
        await store.delete(VAULT_KEY_NAME)
        store.close()
