"""Opens what keeps secrets and data, at the start and after each lock; where something does not open, the operator chooses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tns_desktop.adapters.platform.paths import ProfilePaths
from tns_desktop.domain.errors import TnsError
from tns_desktop.services.connections import forget_secrets
from tns_desktop.services.locking import Passphrase
from tns_desktop.services.ports import Clock, Sealing, SecretStore, Vault, VaultKey, VaultPlace
from tns_desktop.services.settings import KEYS, Settings
from tns_desktop.ui.actions import key_map
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.lock import LockPresenter
from tns_desktop.ui.presenters.opening import opened_vault
from tns_desktop.ui.presenters.work_in_hand import WorkInHand, work_of
from tns_desktop.ui.runtime.collector import collect_everything
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.frame import Frame

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a desk stands on, from one opening to the next lock. ``work`` is what was in hand at the lock before."""

    secrets: SecretStore
    vault: Vault
    passphrase: Passphrase
    seal: Sealing = field(repr=False)
    work: WorkInHand | None = field(repr=False, default=None)


class Stores:
    """One for the program's life. Over a lock it keeps the way to the keychain, and the work in hand, sealed; no key."""

    def __init__(
        self,
        frame: Frame,
        paths: ProfilePaths,
        settings: Settings,
        clock: Clock,
        on_error: Callable[[BaseException], None],
        *,
        demo: bool,
    ) -> None:
        self._frame = frame
        self._paths = paths
        self._settings = settings
        self._clock = clock
        self._on_error = on_error
        self._demo = demo
        self._keychain: _Keychain | None = None
        self._lock: LockPresenter | None = None
        self._sealed: bytes | None = None
        self._seal: Sealing | None = None

    @property
    def asks_itself(self) -> bool:
        """The locked window is shown: it hears by itself that the window is to be closed, and may have to ask first."""
        return self._lock is not None

    async def open(self) -> Opened | None:
        """None when the operator chose to leave. What has words is shown, not raised; TnsErrors of the keychain's own are."""
        if self._keychain is None:
            self._keychain = await self._chosen_keychain()
        if self._lock is not None:
            # What was dropped goes now, with everything that pointed at it in circles.
            collect_everything()
        try:
            return await self._open(self._keychain)
        finally:
            await self._end_lock()

    def lock(self, opened: Opened, work: WorkInHand, waiting: int) -> None:
        """Nothing of the desk can be seen once this returns. What was in the window is deleted by whoever holds it."""
        assert self._keychain is not None
        self._sealed = opened.seal.close(work.as_text)
        self._lock = self._new_lock(self._keychain, waiting)
        self._lock.former = None

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _chosen_keychain(self) -> _Keychain:
        from tns_desktop.adapters.secrets import SessionSecretStore, choose_secret_store
        from tns_desktop.adapters.vault import KeptVaultPlace, KeychainVaultKey

        # A demonstration leaves nothing behind, in the keychain least of all.
        secrets: SecretStore = SessionSecretStore() if self._demo else await choose_secret_store()
        persistent = (await secrets.describe()).persistent
        folder = self._paths.vault_folder if persistent else self._paths.session_vault_folder
        key = KeychainVaultKey(secrets, folder)
        place = KeptVaultPlace(folder, secrets, self._clock, lasting=persistent, key=self._asked_key)
        return _Keychain(secrets, persistent, folder, key, Passphrase(key, self._clock), place)

    def _new_lock(self, keychain: _Keychain, waiting: int = 0) -> LockPresenter:
        return LockPresenter(
            self._frame,
            keychain.passphrase,
            self._on_error,
            persistent=keychain.persistent,
            waiting=waiting,
            quit_keys=key_map(self._settings.get(KEYS)).in_effect()["quit"],
        )

    async def _open(self, keychain: _Keychain) -> Opened | None:
        while True:
            try:
                vault = await opened_vault(keychain.place, self._frame)
                break
            except _Forgotten:
                await self._begin_anew(keychain)
            except _Left:
                return None
        seal, self._seal = self._seal, None
        if vault is None or seal is None:
            return None
        return Opened(keychain.secrets, vault, keychain.passphrase, seal, self._taken_work(seal))

    async def _asked_key(self) -> bytes:
        """The vault's key: at the start nobody is asked for it unless a passphrase is set."""
        from tns_desktop.adapters.vault import Seal

        keychain = self._keychain
        assert keychain is not None
        if self._lock is None and not await keychain.passphrase.is_set():
            key = await keychain.passphrase.open()
        else:
            if self._lock is None:
                self._lock = self._new_lock(keychain)
                if self._lock.former is not None:
                    self._lock.former.deleteLater()
                    self._lock.former = None
            answer = await self._lock.answer()
            if answer.wish == "anew":
                raise _Forgotten
            if answer.wish == "quit":
                raise _Left
            key = answer.key
        self._seal = Seal(key)
        return key

    def _taken_work(self, seal: Sealing) -> WorkInHand | None:
        sealed, self._sealed = self._sealed, None
        text = seal.open(sealed) if sealed is not None else None
        return work_of(text) if text is not None else None

    async def _begin_anew(self, keychain: _Keychain) -> None:
        """The passphrase is forgotten. Whoever says so may not be who set it: the secret keys must be entered again too."""
        from tns_desktop.adapters.vault import discard_vault_blocking

        try:
            await forget_secrets(self._settings, keychain.secrets)
            if not keychain.persistent:
                await asyncio.to_thread(discard_vault_blocking, keychain.folder)
            elif await asyncio.to_thread(keychain.folder.exists):
                await keychain.place.set_aside()
            await keychain.key.set_aside(self._clock.now())
        except TnsError as error:
            # Asked again from the beginning; whatever was done already is done.
            _LOG.warning("no new vault can be begun: %s", error.code)
            await shown(ChoiceDialog(message_for(error), {"retry": tr("button.retry")}, self._frame))
        await self._end_lock()

    async def _end_lock(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            await lock.close()


class _Forgotten(Exception):
    """The operator has no passphrase for this vault."""


class _Left(Exception):
    """The operator leaves from the locked window."""


@dataclass(frozen=True, slots=True)
class _Keychain:
    """What was chosen at the start. ``persistent`` False: this session's memory."""

    secrets: SecretStore
    persistent: bool
    folder: Path
    key: VaultKey
    passphrase: Passphrase
    place: VaultPlace
