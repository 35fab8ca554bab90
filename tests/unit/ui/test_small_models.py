"""Queues, documents and the outbox as item models."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QListView

from tests.support.files import NOW, a_connection, a_row, an_entry, an_index, another_connection
from tns_desktop.domain.archive import (
    ArchiveEntry,
    ArchiveIndex,
    DocumentKind,
    EntryProblem,
    EntryRole,
    ExpectedDocument,
)
from tns_desktop.domain.client_file import ACCEPTED, WAITING, ClientFileState
from tns_desktop.domain.decision import OutboxStatus, Verdict
from tns_desktop.domain.projection import count_queues
from tns_desktop.domain.review import UNTOUCHED, ProblemReason, Review
from tns_desktop.ui.models.documents import DocumentModel, DocumentRole, Grouping
from tns_desktop.ui.models.outbox import OutboxColumn, OutboxModel, OutboxRole
from tns_desktop.ui.models.queues import OUTBOX, Place, QueueModel, QueueRole

pytestmark = pytest.mark.usefixtures("english")


def _tested(model: QAbstractItemModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)


# --- queues -----------------------------------------------------------------------------------------------------------


def _queues(*rows: object) -> QueueModel:
    model = QueueModel()
    _tested(model)
    model.set_counts(count_queues(rows))  # type: ignore[arg-type]
    return model


def _names(model: QueueModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_queues_stand_in_the_operator_s_order_and_the_outbox_last() -> None:
    assert _names(_queues()) == ["To validate", "In progress", "Being checked", "Accepted", "Rejected", "Outbox"]


def test_a_state_nobody_documented_has_a_queue_under_its_own_name() -> None:
    model = _queues(a_row(1, state=ClientFileState("ARCHIVING")))
    assert _names(model)[-2:] == ["ARCHIVING", "Outbox"]
    assert model.row_of(Place(ClientFileState("ARCHIVING"))) == 5
    assert model.row_of(OUTBOX) == 6


def test_to_validate_counts_what_is_left_to_do() -> None:
    model = _queues(a_row(1), a_row(2, pending=an_entry(2)), a_row(3, state=ACCEPTED))
    queue = model.row_at(model.row_of(Place(WAITING)))
    assert queue is not None
    assert queue.count == 1


def test_counts_change_in_place_and_the_choice_stays() -> None:
    model = _queues(a_row(1))
    view = QListView()
    view.setModel(model)
    view.setCurrentIndex(model.index(1))
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.set_counts(count_queues([a_row(1), a_row(2)]))
    model.set_outbox(3, 1)
    assert resets == []
    assert view.currentIndex().row() == 1
    outbox = model.row_at(model.row_of(OUTBOX))
    assert outbox is not None
    assert (outbox.count, outbox.alarm, outbox.look.token) == (3, 1, "state_rejected")


def test_saved_views_stand_last_and_none_is_taken_for_a_queue_of_the_same_name() -> None:
    model = _queues(a_row(1))
    model.set_archives(1)
    model.set_views(["Outbox", "Old ones"])
    assert _names(model)[-4:] == ["Outbox", "Archives from disk", "Outbox", "Old ones"]
    assert model.row_of(OUTBOX) == 5
    assert model.row_of(Place(view="Outbox")) == 7
    assert model.index(8).data(Qt.ItemDataRole.AccessibleTextRole) == "Old ones, saved view"
    model.set_archives(0)
    assert model.row_of(Place(view="Old ones")) == 7


def test_a_screen_reader_hears_the_count(language: str) -> None:
    model = _queues(a_row(1))
    heard = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == {"en": "To validate: 1", "fr": "À valider : 1"}[language]
    assert model.index(0).data(QueueRole.QUEUE).place == Place(WAITING)
    assert model.data(QModelIndex()) is None


# --- documents --------------------------------------------------------------------------------------------------------


def _documents(index: ArchiveIndex | None) -> DocumentModel:
    model = DocumentModel()
    _tested(model)
    model.set_index(index)
    return model


def _tree(model: DocumentModel) -> list[tuple[str, list[str]]]:
    return [
        (
            str(group.data()),
            [str(model.index(row, 0, group).data()) for row in range(model.rowCount(group))],
        )
        for group in (model.index(row, 0) for row in range(model.rowCount()))
    ]


def _index_with_everything() -> ArchiveIndex:
    index = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.JPEG))
    report = ArchiveEntry("9", "report.json", "report.json", 10, 10, DocumentKind.JSON, EntryRole.REPORT)
    broken = ArchiveEntry(
        "5", "documents/x.png", "x", 10, 10, DocumentKind.PNG, EntryRole.OTHER, (EntryProblem.DAMAGED,)
    )
    expected = (ExpectedDocument("Carte d’identité", "1"), ExpectedDocument("Bulletin de paie"))
    return replace(index, entries=(report, *index.entries, broken), expected=expected)


def test_documents_stand_in_groups_with_the_labels_of_the_report_and_what_is_missing() -> None:
    assert _tree(_documents(_index_with_everything())) == [
        ("SIGNED DOCUMENTS", ["1-0.pdf"]),
        ("SUPPORTING DOCUMENTS", ["Carte d’identité"]),
        ("REPORT", ["report.json"]),
        ("OTHER", ["x.png"]),
        ("MISSING", ["Bulletin de paie"]),
    ]


def test_files_within_a_pdf_come_below_it_and_everything_else_stays() -> None:
    index = _index_with_everything()
    model = _documents(index)
    chosen = QPersistentModelIndex(model.index_of("1"))
    holder, file = index.entries[1], replace(index.entries[2], entry_id="0/p0", path="documents/1-0.pdf/card.jpg")
    seen = index.with_attached(holder, [file])
    model.extend(seen, "0")
    place = model.index_of("0")
    assert [str(model.index(row, 0, place).data()) for row in range(model.rowCount(place))] == ["card.jpg"]
    assert [entry.entry_id for entry in model.documents()] == ["0", "0/p0", "1", "9", "5"]
    assert chosen.isValid()
    assert model.node_at(chosen).entry == index.entries[2]
    model.extend(seen, "0")  # known again: not listed twice
    assert model.rowCount(model.index_of("0")) == 1
    model.extend(replace(seen, sha256="ff" * 32), "0")
    model.extend(index.with_attached(holder, []), "0")
    assert model.rowCount(model.index_of("0")) == 0


def test_no_archive_is_an_empty_tree_and_setting_one_again_replaces_it() -> None:
    model = _documents(None)
    assert model.rowCount() == 0
    model.set_index(_index_with_everything())
    model.set_index(an_index(2, kinds=(DocumentKind.PDF,)))
    assert _tree(model) == [("SIGNED DOCUMENTS", ["2-0.pdf"])]


def test_only_documents_can_be_chosen() -> None:
    model = _documents(_index_with_everything())
    heading = model.index(0, 0)
    missing = model.index(0, 0, model.index(4, 0))
    document = model.index_of("1")
    assert not heading.flags() & Qt.ItemFlag.ItemIsSelectable
    assert not missing.flags() & Qt.ItemFlag.ItemIsSelectable
    assert document.flags() & Qt.ItemFlag.ItemIsSelectable
    assert document.data(DocumentRole.NODE).entry.entry_id == "1"
    assert not model.index_of("77").isValid()


def test_documents_are_listed_in_the_order_in_which_they_are_shown() -> None:
    assert [entry.entry_id for entry in _documents(_index_with_everything()).documents()] == ["0", "1", "9", "5"]


def test_problems_are_said_in_the_tool_tip_and_gaps_to_a_screen_reader(language: str) -> None:
    model = _documents(_index_with_everything())
    damaged = {"en": "It is damaged.", "fr": "Il est endommagé."}[language]
    assert damaged in model.index_of("5").data(Qt.ItemDataRole.ToolTipRole)
    missing = model.index(0, 0, model.index(4, 0))
    said = {"en": "Missing: Bulletin de paie", "fr": "Manquant : Bulletin de paie"}[language]
    assert missing.data(Qt.ItemDataRole.AccessibleTextRole) == said


def _with_an_archive_inside() -> ArchiveIndex:
    index = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.ZIP, DocumentKind.JPEG))
    contract, box, photo = index.entries
    box = replace(box, role=EntryRole.OTHER)
    inner = replace(photo, entry_id="1/0", path="documents/1-1.zip/card.jpeg")
    deeper = replace(photo, entry_id="1/0/4", path="documents/1-1.zip/card.jpeg/back.jpeg")
    expected = (
        ExpectedDocument("Identity card", "1/0", "p-1"),
        ExpectedDocument("Photo", "2", "p-2"),
        ExpectedDocument("Payslip", "", "p-2"),
    )
    return replace(index, entries=(contract, box, inner, deeper, photo), expected=expected)


def test_what_lies_within_an_archive_stands_below_it_and_is_gone_through_in_order() -> None:
    model = _documents(_with_an_archive_inside())
    box = model.index_of("1")
    assert box.parent().data() == "SUPPORTING DOCUMENTS"
    assert model.index_of("1/0").parent() == box
    assert model.index_of("1/0/4").parent() == model.index_of("1/0")
    assert [entry.entry_id for entry in model.documents()] == ["0", "1", "1/0", "1/0/4", "2"]


def test_documents_stand_by_participant_with_what_is_missing_of_theirs_or_by_kind() -> None:
    model = _documents(_with_an_archive_inside())
    model.set_people({"p-2": "Diallo, Awa"})
    model.set_grouping(Grouping.PARTICIPANT)
    assert _tree(model) == [
        ("P-1", ["1-1.zip"]),
        ("DIALLO, AWA", ["Photo", "Payslip"]),
        ("NOBODY IN PARTICULAR", ["1-0.pdf"]),
    ]
    model.set_grouping(Grouping.KIND)
    assert [heading for heading, _names in _tree(model)] == ["PDF", "JPEG IMAGE", "ZIP ARCHIVE", "MISSING"]


def test_a_mark_changes_words_and_moves_nothing() -> None:
    index = _index_with_everything()
    model = _documents(index)
    kept = QPersistentModelIndex(model.index_of("1"))
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    mark = UNTOUCHED.shown().problem(ProblemReason.EXPIRED, "in May")
    model.set_review(Review(index).with_mark("1", mark).with_mark("0", UNTOUCHED.shown().good()))
    model.set_twins({"1": "0"})
    assert kept.isValid()
    assert resets == []
    node = model.node_at(kept)
    assert node.status == "Problem: Expired document (in May) · same bytes as 1-0.pdf"
    assert node.status in kept.data(Qt.ItemDataRole.AccessibleTextRole)
    assert model.node_at(model.index_of("0")).status == "Good"
    assert model.node_at(model.index_of("9")).status == ""


def test_marks_of_another_archive_are_not_taken() -> None:
    model = _documents(_index_with_everything())
    other = an_index(2)
    model.set_review(Review(other).with_mark("0", UNTOUCHED.shown().good()))
    assert model.node_at(model.index_of("0")).mark == UNTOUCHED


# --- outbox -----------------------------------------------------------------------------------------------------------


class _Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


def test_the_newest_decision_stands_on_top_and_keeps_its_place_while_it_moves_on() -> None:
    model = OutboxModel(lambda: NOW)
    _tested(model)
    model.set_entries([an_entry(1)])
    model.upsert(an_entry(2))
    model.upsert(an_entry(1, status=OutboxStatus.SENDING))
    assert [entry.decision.decision_id for entry in model.entries()] == ["d-2", "d-1"]
    assert model.index(1, OutboxColumn.STATUS).data() == "Being sent"
    assert model.entry_at(1) == model.index(1, 0).data(OutboxRole.ENTRY)
    assert model.entry_at(2) is None


def test_the_countdown_counts_and_ends() -> None:
    clock = _Clock()
    model = OutboxModel(clock.now)
    _tested(model)
    model.set_entries([an_entry(1, seconds_ago=0), an_entry(2, status=OutboxStatus.CONFIRMED)])
    repainted: list[int] = []
    model.dataChanged.connect(lambda first, *_: repainted.append(first.row()))
    said = []
    for seconds in (0, 4, 9.5, 10, 11):
        clock.moment = NOW + timedelta(seconds=seconds)
        model.refresh_countdowns()
        said.append(model.index(0, OutboxColumn.STATUS).data())
    assert said == ["Leaves in 11 s", "Leaves in 7 s", "Leaves in 1 s", "Waiting to be sent", "Waiting to be sent"]
    assert set(repainted) == {0}


@pytest.mark.parametrize("status", list(OutboxStatus))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_status_of_every_verdict_has_its_words(language: str, status: OutboxStatus, verdict: Verdict) -> None:
    model = OutboxModel(lambda: NOW)
    _tested(model)
    model.set_connections([a_connection(), another_connection()])
    model.set_entries([an_entry(1, status=status, verdict=verdict)])
    assert all(model.index(0, column).data() for column in OutboxColumn)
    assert all(model.headerData(column, Qt.Orientation.Horizontal) for column in OutboxColumn)
