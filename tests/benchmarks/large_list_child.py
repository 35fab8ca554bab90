"""Opens a filled vault with the real window in front of it, and prints what it took, as JSON.

Time runs from the first request for rows (the vault is open) until they are painted.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.support.vaults import CONNECTION_ID, NOON, TEST_KEY, FixedClock
from tns_desktop.adapters.vault import open_vault
from tns_desktop.domain.client_file import (
    KNOWN_STATES,
    ClientFile,
    ClientFileKey,
    ExternalInfo,
    Participant,
)
from tns_desktop.services.ports import Vault

QUERIES = ("dumala", "fr76000000000000000042", "dumala agence", "lise badipo", "rue vetagu 42000", "24-00")
IN_EVERY_FILE = "montant"
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "ta",
    "ve",
    "zi",
    "sa",
    "le",
    "mo",
    "du",
    "ma",
]


async def fill(folder: Path, count: int) -> None:
    """``count`` files with invented people, and their words."""
    vault = await open_vault(folder / "vault", TEST_KEY, FixedClock())
    chance = random.Random(1)
    for start in range(0, count, 2_000):
        await vault.client_files.upsert([_a_file(number, chance) for number in range(start, min(start + 2_000, count))])
    while await vault.search.catch_up():
        pass
    await vault.close()


def _a_file(number: int, chance: random.Random) -> ClientFile:
    def word() -> str:
        return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4)))

    last_name, first_name = word().title(), word().title()
    person = Participant(
        uuid=f"p-{number}",
        type="MAIN",
        last_name=last_name,
        first_name=first_name,
        birth_date=f"19{number % 90 + 10}-07-{number % 28 + 1:02}",
        email=f"{first_name}.{last_name}@example.test".lower(),
        mobile_phone=f"+33 6 {number % 100:02} {number // 100 % 100:02} 56 78",
        postal_address=f"12 rue {word()}, 42000 {word()}",
        iban=f"FR76{number:020}",
    )
    return ClientFile(
        key=ClientFileKey(CONNECTION_ID, f"{number:08x}-0000-4000-8000-{number:012}"),
        state=KNOWN_STATES[number % 5],
        id=f"24-{number:06}",
        external_id=f"EXT-{number}",
        workflow_label=("Crédit à la consommation", "Ouverture de compte", "Carte de paiement")[number % 3],
        start_date=NOON - timedelta(minutes=7 * number),
        participants=(person,),
        external_info=(ExternalInfo("Montant", f"{number} €"), ExternalInfo("Agence", word())),
        extra=json.dumps({"uuid": number, "padding": "x" * 900}),
    )


def _milliseconds_since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


async def _searches(vault: Vault) -> tuple[float, float]:
    """The median of the queries, and the one that every file answers."""
    took = []
    for query in QUERIES:
        began = time.perf_counter()
        await vault.search.find(CONNECTION_ID, query)
        took.append(_milliseconds_since(began))
    began = time.perf_counter()
    await vault.search.find(CONNECTION_ID, IN_EVERY_FILE)
    return median(took), _milliseconds_since(began)


def main(folder: str) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    gc.disable()
    from PySide6.QtWidgets import QApplication

    from tests.support.windows import dressed, run_in_qt
    from tns_desktop.adapters.platform.clock import SystemClock
    from tns_desktop.domain.client_file import WAITING
    from tns_desktop.domain.narrowing import ClientFileFilter
    from tns_desktop.domain.projection import count_queues
    from tns_desktop.program import new_view
    from tns_desktop.services.catalogue import Catalogue
    from tns_desktop.services.events import EventBus
    from tns_desktop.ui.views.frame import Frame

    application = dressed()
    frame = Frame()
    view, models = new_view(frame, SystemClock())
    view.show_desk()
    frame.show()
    models.files.set_filter(ClientFileFilter(state=WAITING))

    async def work() -> dict[str, float]:
        with tempfile.TemporaryDirectory(prefix="tns-bench-") as empty:
            vault = await open_vault(Path(folder or empty) / "vault", TEST_KEY, FixedClock())
            began = time.perf_counter()
            rows = await Catalogue(vault, EventBus()).rows([CONNECTION_ID])
            models.files.set_rows(rows)
            models.queues.set_counts(count_queues(rows))
            QApplication.sendPostedEvents()
            application.processEvents()
            seconds = time.perf_counter() - began
            megabytes = _resident()
            search, slowest = await _searches(vault)
            await vault.close()
            return {"seconds": seconds, "megabytes": megabytes, "search": search, "slowest": slowest}

    measured = run_in_qt(application, work, seconds=100)
    sys.stdout.write(json.dumps(measured))
    sys.stdout.flush()
    os._exit(0)


def _resident() -> float:
    """Megabytes; 0 where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main(sys.argv[1])
