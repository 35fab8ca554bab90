"""A working day at a real window, then every byte that it left on the disk is searched for what belongs to clients."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.desks import CONNECTION_ID, account_of
from tests.support.model_creations import sample_new
from tests.support.real_window import Operator, operator_at_work
from tests.support.sandbox import SandboxProcess
from tests.support.windows import dressed, run_in_qt, until
from tns_desktop.adapters.platform.logs import start_logging
from tns_desktop.adapters.platform.redaction import Redactor
from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.decision import OutboxStatus
from tns_desktop.domain.errors import ServerFailed, ServerUnreachable
from tns_desktop.ui.runtime.crash import report_of
from tns_desktop.ui.views.reject_dialog import RejectDialog

SECONDS = 120.0
CAUSE, MESSAGE, NOTE = "MARKERCAUSE quality", "MARKERMESSAGE your card", "MARKERNOTE call back"
SHORTEST_MARKER = 6
FILES_OPENED = 4
TYPED = "Aurélien-Quatrebarbes"


@pytest.fixture
def application() -> QApplication:
    return dressed("en", "light")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every process of the test puts what it calls temporary."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Path]:
    """With the log at its most talkative."""
    folder = tmp_path / "profile"
    stop = start_logging(folder / "logs", logging.DEBUG, Redactor())
    yield folder
    stop()


def test_nothing_of_a_client_stands_on_the_disk_in_clear(
    application: QApplication, sandbox: SandboxProcess, profile: Path, temporary: Path
) -> None:
    async def scenario() -> None:
        async with operator_at_work(profile, account_of(sandbox)) as operator:
            await operator.under.refresh()
            clients = await operator.under.waiting()
            markers = _markers_of(clients)
            assert len(markers) > 100
            await _a_day(operator, sandbox, clients)
            while await operator.under.desk.indexer.read_one():
                pass
            found = await operator.under.desk.catalogue.search([operator.under.connection_id], "specimen")
            assert len(found.files) >= FILES_OPENED
            assert all(document is not None for document in found.files.values())
            # At work, with the write-ahead log and open files, and after.
            assert _found(markers, profile, temporary) == []
        assert _found(markers, profile, temporary) == []

    run_in_qt(application, scenario, seconds=SECONDS)
    assert (profile / "logs" / "tns-desktop.log").stat().st_size > 0
    assert len(list(profile.rglob("*.bin"))) >= FILES_OPENED


def test_the_search_itself_finds_what_is_in_clear(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes("about Jacquet-Élan".encode())
    (tmp_path / "wide.bin").write_bytes("x Jacquet-Élan".encode("utf-16-le"))
    assert len(_found({"Jacquet-Élan"}, tmp_path, tmp_path / "nothing")) == 2


async def _a_day(operator: Operator, sandbox: SandboxProcess, clients: list[ClientFile]) -> None:
    """List, search, open, look through the documents, accept, reject with words, meet an error, keep offline."""
    view = operator.view
    for client in clients[:FILES_OPENED]:
        await operator.open(client.uuid)
        for _ in range(3):
            view.actions_by_id["next_document"].trigger()
            await until(lambda: view.review.preview.message == "" or view.review.preview.asks_for_password)
    QTest.keyClicks(view.header.search, clients[0].display_name[:5])
    await until(lambda: operator.models.files.rowCount() > 0)
    view.header.search.clear()

    await operator.open(clients[0].uuid)
    view.actions_by_id["accept"].trigger()
    await operator.until_outbox(OutboxStatus.CONFIRMED)

    await operator.open(clients[1].uuid)
    view.actions_by_id["reject"].trigger()
    await until(lambda: bool(view.findChildren(RejectDialog)))
    dialog = view.findChildren(RejectDialog)[0]
    dialog.cause.setEditText(CAUSE)
    dialog.message.setPlainText(MESSAGE)
    dialog.note.setPlainText(NOTE)
    operator.click(dialog.confirm)
    await operator.until_outbox(OutboxStatus.CONFIRMED, OutboxStatus.CONFIRMED)

    # A draft with a document, and a table that had a client for its header.
    creations = operator.under.desk.creation.creations
    draft = await creations.begin(CONNECTION_ID, sample_new(TYPED, external_id=TYPED))
    await creations.attach(draft.creation_id, f"{TYPED}.pdf", TYPED.encode() * 99, media_type="", sha256="")
    await operator.under.vault.creations.remember_columns({TYPED: "participants.0.last_name"})

    sandbox.set_faults("list:500")
    with pytest.raises(ServerFailed):
        await operator.under.refresh()
    error = ServerUnreachable(clients[0].display_name)
    logging.getLogger("tns_desktop").warning("unforeseen\n%s", report_of(error))


def _markers_of(clients: list[ClientFile]) -> set[str]:
    """Everything of the clients that could be recognised: names, addresses, numbers, what the operator wrote."""
    found = {CAUSE, MESSAGE, NOTE, TYPED}
    for client in clients:
        found |= {client.display_name, client.uuid}
        for participant in client.participants:
            for name in participant.__slots__:
                value = getattr(participant, name)
                if isinstance(value, str):
                    found.add(value)
    return {text for text in found if len(text) >= SHORTEST_MARKER and text not in _WORDS}


_WORDS = frozenset({"emprunteur", "titulaire", "souscripteur", "locataire", "garant"})
"""Roles: the program's own texts have them too."""


def _found(markers: set[str], *folders: Path) -> list[tuple[str, str]]:
    """Files that hold a marker, as UTF-8 or as the two bytes a character that some libraries write."""
    hits = []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                hits += [
                    (path.name, marker)
                    for marker in markers
                    if marker.encode() in content or marker.encode("utf-16-le") in content
                ]
    return hits
