"""The schema's versions: numbered SQL files, applied in order, one transaction each.

``PRAGMA user_version`` holds the number of the last one; it is part of the same transaction. The files travel inside the
package, so ``importlib.resources`` finds them in a wheel and in a frozen application too.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from tns_desktop.adapters.vault.rows import fill_listed_columns, fill_profiles, write_contents_anew
from tns_desktop.domain.errors import VaultTooNew

if TYPE_CHECKING:
    import apsw


_STEPS: dict[int, Callable[[apsw.Connection], None]] = {
    4: fill_listed_columns,
    13: write_contents_anew,
    15: fill_profiles,
}
"""What SQL alone cannot do, after the script of that number and in its transaction."""


def migrations() -> list[tuple[int, str]]:
    """(number, SQL) of every version, in order."""
    folder = files("tns_desktop.adapters.vault").joinpath("migrations")
    found = [
        (int(entry.name.partition("_")[0]), entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    ]
    return sorted(found)


def version_of(connection: apsw.Connection) -> int:
    """The version of the database; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").get)


def refuse_newer(connection: apsw.Connection) -> None:
    """Raises VaultTooNew when a newer program wrote the database: this one would not understand it."""
    known, found = migrations()[-1][0], version_of(connection)
    if found > known:
        raise VaultTooNew(f"schema {found}, known {known}", facts={"found": str(found), "known": str(known)})


def migrate(connection: apsw.Connection) -> None:
    """Brings the database to the newest version."""
    for number, sql in migrations():
        if number <= version_of(connection):
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            for _ in connection.execute(f"{sql};\nPRAGMA user_version = {number}"):
                pass  # apsw runs the statements of a script as they are iterated
            if (step := _STEPS.get(number)) is not None:
                step(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
