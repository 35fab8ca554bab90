"""The encrypted database: one connection, in one thread of its own.

SQLite3 Multiple Ciphers (``apsw-sqlite3mc``) with its default cipher, ChaCha20-Poly1305 a page. The key is 32 random bytes;
``raw:`` and 64 hexadecimal digits hand them over without a key derivation
(https://utelle.github.io/SQLite3MultipleCiphers/docs/configuration/config_sql_pragmas/#pragma-key, example 2), which
would cost 30 ms at every start and add nothing to a random key.

``locking_mode=EXCLUSIVE``: a second program on the same vault is refused instead of sending decisions twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tns_desktop.adapters.vault import schema
from tns_desktop.adapters.vault.failures import from_database_error, from_os_error
from tns_desktop.adapters.vault.files import (
    DATABASE_NAME,
    FILE_MODE,
    FOLDER_MODE,
    JOURNAL_NAME,
    KEY_CHECK_NAME,
    write_file_blocking,
)
from tns_desktop.adapters.vault.journal import key_opens_journal_blocking
from tns_desktop.domain.errors import VaultDamaged, VaultError, VaultKeyWrong, VaultReadOnly

if TYPE_CHECKING:
    import apsw

T = TypeVar("T")

KEY_SIZE = 32
BUSY_TIMEOUT_MS = 2_000
LOG_PAGES = 1_000
"""Pages of the write-ahead log from which on it is worth emptying: SQLite's own measure."""
MOST_LOG_PAGES = 16_000
"""Pages (of 4 KiB) that the log may have before it is emptied at once, by the commit that finds it so long."""
QUIET_SECONDS = 1.0
"""Without a commit, before the log is emptied: whoever writes a list has more to write, and does not wait for it."""
_KEY_CHECK_LABEL = b"TnS Desktop vault key check 1"


def _nothing() -> None:
    return


class Database:
    """A database that is open. Work is a function of the connection; it runs in the database's thread.

    A coroutine that is cancelled while it waits loses the answer, never half of the work: what has not begun is not done,
    what has begun is finished, in one transaction.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / DATABASE_NAME
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vault")
        self._connection: apsw.Connection | None = None
        self._log_pages = 0
        self._emptying: asyncio.TimerHandle | None = None

    async def open(self, key: bytes) -> None:
        """Opens, checks and migrates the database, or creates it.

        Raises VaultKeyWrong, VaultDamaged, VaultTooNew, VaultReadOnly, DiskFull, or VaultError with the reason ``in_use``.
        """
        try:
            await in_executor(self._executor, lambda: self._open_blocking(key))
        except BaseException:
            # Also when cancelled: the thread may still be opening, what it opened must be closed behind it.
            self._executor.submit(self._close_blocking)
            self._executor.shutdown(wait=False)
            raise

    async def read(self, work: Callable[[apsw.Connection], T]) -> T:
        """What ``work`` returns; it may not write."""
        return await in_executor(self._executor, lambda: self._read_in_thread(work))

    async def write(self, work: Callable[[apsw.Connection], T], undo: Callable[[], None] = _nothing) -> T:
        """What ``work`` returns, after its changes are on the disk; if it raises, nothing was changed.

        ``undo`` is called in the database's thread when that is so, for what ``work`` did beside the database.
        """
        try:
            return await in_executor(self._executor, lambda: self._write_in_thread(work, undo))
        finally:
            self._plan_emptying()

    def read_blocking(self, work: Callable[[apsw.Connection], T]) -> T:
        """``read`` for other threads (never for the loop's, never for the database's own)."""
        return self._wait_for(lambda: self._read_in_thread(work))

    def write_blocking(self, work: Callable[[apsw.Connection], T]) -> T:
        """``write`` for other threads."""
        return self._wait_for(lambda: self._write_in_thread(work))

    async def close(self) -> None:
        """Waits for the work that was begun. Closing twice is fine."""
        if self._emptying is not None:
            self._emptying.cancel()
        with contextlib.suppress(VaultError):  # closed before
            await in_executor(self._executor, self._close_blocking)
        self._executor.shutdown(wait=False)

    def _plan_emptying(self) -> None:
        """What is in the log is durable; moving it into the database costs as much again, and nobody has to wait for it."""
        if self._emptying is not None:
            self._emptying.cancel()
            self._emptying = None
        if self._log_pages >= LOG_PAGES:
            self._emptying = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._empty_soon)

    def _empty_soon(self) -> None:
        self._emptying = None
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._executor.submit(self._empty_in_thread)

    def _empty_in_thread(self) -> None:
        import apsw

        if self._connection is not None:
            with contextlib.suppress(apsw.Error):  # as when SQLite does it by itself: the next time, then
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                self._log_pages = 0

    def _committed(self, connection: apsw.Connection, _name: str, pages: int) -> int:
        """SQLite's own emptying would be within the commit, from LOG_PAGES on."""
        self._log_pages = pages
        if pages >= MOST_LOG_PAGES:
            self._empty_in_thread()
        return 0

    def _wait_for(self, call: Callable[[], T]) -> T:
        try:
            future = self._executor.submit(call)
        except RuntimeError:
            raise _closed() from None
        return future.result()

    def _read_in_thread(self, work: Callable[[apsw.Connection], T]) -> T:
        import apsw

        connection = self._opened()
        try:
            return work(connection)
        except apsw.Error as error:
            raise from_database_error(error, self.path, connection) from error

    def _write_in_thread(self, work: Callable[[apsw.Connection], T], undo: Callable[[], None] = _nothing) -> T:
        import apsw

        connection = self._opened()
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors (disk full, I/O).
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                undo()
                raise
        except apsw.Error as error:
            raise from_database_error(error, self.path, connection) from error
        return result

    def _opened(self) -> apsw.Connection:
        if self._connection is None:
            raise _closed()
        return self._connection

    def _open_blocking(self, key: bytes) -> None:
        import apsw

        if len(key) != KEY_SIZE:
            raise VaultKeyWrong(f"{len(key)} bytes", facts={"path": str(self.path)})
        try:
            key_is_right = self._prepare_files(key)
        except OSError as error:
            raise from_os_error(error, self.folder) from error
        try:
            self._connection = apsw.Connection(str(self.path))
            if self._connection.readonly("main"):  # SQLite falls back to reading, and says so only by odd I/O errors
                raise VaultReadOnly("not allowed to write", facts={"path": str(self.path)})
            # Closing would empty the log into a database that is damaged, or throw it away: it is evidence until then.
            self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            self._unlock(self._connection, key)
            self._check(self._connection)
            schema.migrate(self._connection)
            self._connection.execute("BEGIN IMMEDIATE")  # a vault that cannot be written says so now
            self._connection.execute("COMMIT")
            self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
        except apsw.NotADBError as error:
            if key_is_right:
                raise from_database_error(error, self.path) from error
            raise VaultKeyWrong("the key does not open it", facts={"path": str(self.path)}) from error
        except apsw.Error as error:
            raise from_database_error(error, self.path, self._connection) from error
        try:
            if not self._key_check_fits(key):
                write_file_blocking(self.folder / KEY_CHECK_NAME, _key_check(key))
        except OSError as error:
            raise from_os_error(error, self.folder) from error

    def _prepare_files(self, key: bytes) -> bool:
        """Makes the folder and the file, private to their owner; True when ``key`` is known to be the right one.

        A wrong key and a damaged first page look the same to SQLite. The key check, a keyed hash of a constant, tells
        them apart, and says nothing about a random key; so does the outbox's journal. Both remain of a vault whose
        database is gone, which must not be taken for a new one.
        """
        self.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if os.name == "posix" and self.folder.stat().st_mode & 0o077:
            with contextlib.suppress(OSError):  # file systems without modes; what lies inside is encrypted anyway
                self.folder.chmod(FOLDER_MODE)
        was_there = any((self.folder / name).exists() for name in (KEY_CHECK_NAME, JOURNAL_NAME))
        # A key check that was damaged itself must not lock its owner out: then the journal says, or the database.
        key_is_right = was_there and (self._key_check_fits(key) or key_opens_journal_blocking(self.folder, key))
        is_empty = not self.path.exists() or self.path.stat().st_size == 0
        if is_empty and was_there:  # SQLite would take it for a new database
            kind = VaultDamaged if key_is_right else VaultKeyWrong
            raise kind("the database is gone", facts={"path": str(self.path)})
        if not self.path.exists():
            # SQLite gives its -wal file the mode of the database.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, FILE_MODE))
        return key_is_right

    def _key_check_fits(self, key: bytes) -> bool:
        path = self.folder / KEY_CHECK_NAME
        return path.exists() and hmac.compare_digest(path.read_bytes(), _key_check(key))

    def _unlock(self, connection: apsw.Connection, key: bytes) -> None:
        unlock(connection, key)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        schema.refuse_newer(connection)  # the first read: a wrong key shows here
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_wal_hook(self._committed)

    def _check(self, connection: apsw.Connection) -> None:
        verdict = connection.execute("PRAGMA quick_check(1)").get
        if verdict != "ok":
            raise VaultDamaged(str(verdict), facts={"path": str(self.path)})

    def _close_blocking(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


async def in_executor(executor: Executor, work: Callable[[], T]) -> T:
    """What ``work`` returns in a thread of the vault. Raises VaultError once that is closed."""
    try:
        future = asyncio.get_running_loop().run_in_executor(executor, work)
    except RuntimeError:
        raise _closed() from None
    return await future


def unlock(connection: apsw.Connection, key: bytes) -> None:
    """Hands the key over; whether it is the right one shows at the first read."""
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    connection.execute("PRAGMA cipher = 'chacha20'")
    connection.execute(f"PRAGMA key = 'raw:{key.hex()}'")


def empty_wal(connection: apsw.Connection) -> None:
    """Moves everything into the database and cuts the write-ahead log: what was deleted is gone from there too."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _closed() -> VaultError:
    return VaultError("the vault is closed", facts={"reason": "closed"})


def _key_check(key: bytes) -> bytes:
    return hmac.new(key, _KEY_CHECK_LABEL, hashlib.sha256).hexdigest().encode()
