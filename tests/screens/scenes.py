"""The scenes: every face that the window has, by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QSize

from tests.screens.pictures import contract_description, contract_text, photo_description
from tests.screens.stage import Stage, document_key, new_stage, usual_index
from tests.support.files import (
    CONNECTION_ID,
    NOW,
    OTHER_CONNECTION_ID,
    a_connection,
    a_file,
    a_key,
    a_row,
    an_entry,
    an_index,
    another_connection,
)
from tns_desktop.adapters.render.answers_formatted import formatted_of
from tns_desktop.adapters.render.folds import folds_of
from tns_desktop.adapters.render.html_blocks import html_to_blocks
from tns_desktop.domain.adjustment import Adjustment
from tns_desktop.domain.archive import (
    ArchiveEntry,
    ArchiveIndex,
    DocumentKind,
    EntryProblem,
    EntryRole,
    ExpectedDocument,
)
from tns_desktop.domain.archive_comparison import Change, ComparedDocument, DocumentChange, FieldChange
from tns_desktop.domain.client_file import ACCEPTED, PENDING, REJECTED, WAITING, Participant
from tns_desktop.domain.connection import Connection, ConnectionState, Environment
from tns_desktop.domain.creation import Creation, CreationStatus, SeenFile
from tns_desktop.domain.decision import DecisionBlock, LegalArchiving, OutboxEntry, OutboxStatus, Verdict
from tns_desktop.domain.errors import (
    DocumentDamaged,
    EntryUnreadable,
    RenderTimedOut,
    RequestTimedOut,
    ServerFailed,
    SettingsNotSaved,
    VaultDamaged,
    VaultKeyMissing,
)
from tns_desktop.domain.facts import SeenFact, Sighting, Sightings, facts_of
from tns_desktop.domain.follow_up import FollowUpRules, standing_of
from tns_desktop.domain.handover import Handover, HandoverRule, HandoverStatus, Occasion, Schedule
from tns_desktop.domain.handover_errors import HandoverFolderGone
from tns_desktop.domain.hygiene import Hygiene, HygieneReport, Remark
from tns_desktop.domain.link_address import examined
from tns_desktop.domain.matching import Occurrence
from tns_desktop.domain.narrowing import ClientFileFilter, Narrowing, Period, RowMark, SavedView, Started
from tns_desktop.domain.new_client_file import FieldProblem, NewClientFile, NewDocument, ProblemCode, problems_of
from tns_desktop.domain.palette import Find, PaletteItem
from tns_desktop.domain.personal_pace import QueuePace
from tns_desktop.domain.preview import DocumentKey, FoundHits, MailPart, PageHit, PageRectangle, TextContent
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.domain.rejection import RejectionDraft, Template
from tns_desktop.domain.reported import CheckRemark, CheckVerdict, IdentityCheck, ReportedPerson
from tns_desktop.domain.review import UNTOUCHED, ProblemReason, Review, Suggestion, reasons_for
from tns_desktop.domain.search import FoundDocument
from tns_desktop.domain.signatures import (
    Coverage,
    Integrity,
    LaterChanges,
    RootsState,
    Signature,
    SignatureLevel,
    SignatureReport,
    Trust,
)
from tns_desktop.domain.text_layer import Span
from tns_desktop.domain.verdict import Conclusion
from tns_desktop.domain.verdict_errors import SigningRefused
from tns_desktop.domain.workflow import Information, ParticipantType, Workflow
from tns_desktop.services.connection_records import BASE_URLS
from tns_desktop.services.hook_test import HookStep, StepOutcome
from tns_desktop.services.ports import Tally, VaultRecovery
from tns_desktop.services.webhooks import HookState
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import Message, message_for
from tns_desktop.ui.models.connections import ConnectionRow
from tns_desktop.ui.models.disk_archives import DiskRow
from tns_desktop.ui.models.documents import Grouping
from tns_desktop.ui.presenters.opening import recovery_message, ways_out
from tns_desktop.ui.presenters.preferences import PAGES, SETTING_OF
from tns_desktop.ui.presenters.rejecting import composed
from tns_desktop.ui.presenters.verdicts import summary_of
from tns_desktop.ui.presenters.webhooks import state_words, step_words
from tns_desktop.ui.preview.text_editor import TextEditor
from tns_desktop.ui.runtime.crash import CrashDialog, report_of
from tns_desktop.ui.state_words import Look, open_points
from tns_desktop.ui.views.bulk_dialog import BulkDialog, BulkLine
from tns_desktop.ui.views.bulk_reject_dialog import BulkRejectDialog, FileToReject, WordsForAll
from tns_desktop.ui.views.choice_dialog import ChoiceDialog
from tns_desktop.ui.views.comparison_dialog import ComparisonDialog
from tns_desktop.ui.views.connection_dialog import CheckLine, ConnectionDialog
from tns_desktop.ui.views.facts import FactsPanel
from tns_desktop.ui.views.filter_dialog import FilterDialog
from tns_desktop.ui.views.filter_words import filter_words
from tns_desktop.ui.views.follow_up_pane import PersonLine
from tns_desktop.ui.views.frame import SMALLEST_SIZE
from tns_desktop.ui.views.handover_dialog import HandoverDialog
from tns_desktop.ui.views.handover_log import HandoverLog
from tns_desktop.ui.views.handover_words import line_of
from tns_desktop.ui.views.help_dialog import HelpDialog
from tns_desktop.ui.views.hook_test_dialog import HookTestDialog
from tns_desktop.ui.views.keep_next_dialog import KeepNextDialog
from tns_desktop.ui.views.keys_page import KeysPage, clash_words
from tns_desktop.ui.views.link_dialog import LinkDialog
from tns_desktop.ui.views.lock_view import LockView
from tns_desktop.ui.views.new_file_dialog import NewFileDialog
from tns_desktop.ui.views.pace_dialog import PaceDialog
from tns_desktop.ui.views.palette_dialog import PaletteDialog
from tns_desktop.ui.views.passphrase_dialog import PassphraseDialog, PassphraseStep
from tns_desktop.ui.views.preview_window import PreviewWindow
from tns_desktop.ui.views.problem_dialog import ProblemDialog
from tns_desktop.ui.views.reject_dialog import RejectDialog
from tns_desktop.ui.views.reminders_dialog import ReminderLine, RemindersDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog
from tns_desktop.ui.views.templates_dialog import TemplatesDialog
from tns_desktop.ui.views.verdict_dialog import VerdictDialog, VerdictDraft
from tns_desktop.ui.views.views_dialog import ViewsDialog

Scene = Callable[[Stage], None]


def _listed(stage: Stage) -> None:
    stage.desk()
    stage.rows(stage.usual_rows())


def welcome(stage: Stage) -> None:
    stage.window.show_welcome()


def listed(stage: Stage) -> None:
    _listed(stage)


def loading(stage: Stage) -> None:
    stage.desk(ConnectionState.CONNECTING, as_of="")
    stage.rows([])
    stage.window.files.empty.show_message("hourglass", tr("list.loading.title"), "")
    stage.window.files.empty.show_progress(0, None)


def empty_queue(stage: Stage) -> None:
    stage.desk()
    stage.rows([a_row(1, state=ACCEPTED)])
    stage.window.files.empty.show_message(
        "check", tr("list.all_done.title"), tr("list.all_done.text"), action="refresh", action_text=tr("action.refresh")
    )


def nothing_found(stage: Stage) -> None:
    _listed(stage)
    stage.rows(stage.usual_rows(), text="zzz")
    stage.window.header.search.setText("zzz")
    stage.window.files.empty.show_message("search", tr("list.nothing_found.title"), tr("list.nothing_found.text"))


def found_in_documents(stage: Stage) -> None:
    """One by its name, one by its data, two by a document."""
    _listed(stage)
    rows = stage.usual_rows()
    stage.rows(rows, text="martin")
    documents = [None, FoundDocument("1", "bulletin-de-paie-octobre.pdf"), FoundDocument("0", "contrat.pdf")]
    others = [row.key for row in rows if "martin" not in row.client_file.haystack]
    stage.models.files.set_found("martin", dict(zip(others, documents, strict=False)))
    stage.window.header.search.setText("martin")
    stage.window.files.show_caption(tr("list.found", count=stage.models.files.rowCount()))


_NARROWED = Narrowing(
    "Ouverture de compte", started=Started(Period.LAST_DAYS, 5), marks=frozenset({RowMark.KEPT, RowMark.CHANGED})
)


def filtered(stage: Stage) -> None:
    """A saved view is shown, with what narrows it above the list."""
    stage.desk()
    stage.rows(stage.usual_rows())
    stage.models.queues.set_views([tr("state.waiting"), "Ouverture de compte, anciens"])
    stage.window.queues.choose_view("Ouverture de compte, anciens")
    shown = replace(_NARROWED, marks=frozenset())
    stage.models.files.set_filter(ClientFileFilter(WAITING, narrowing=shown))
    words = formatting.remarks(filter_words(shown, every_queue=False))
    stage.window.files.show_filter(tr("filter.shown", count=stage.models.files.rowCount(), terms=words))
    stage.window.actions_by_id["filter"].setChecked(True)


def filter_dialog(stage: Stage) -> None:
    filtered(stage)
    between = replace(_NARROWED, started=Started(Period.BETWEEN, first=date(2026, 11, 23), last=date(2026, 11, 20)))
    dialog = FilterDialog(
        between,
        every_queue=False,
        workflows=["Carte de paiement", "Crédit à la consommation"],
        profiles=["retraité", "salarié"],
        today=NOW.date(),
        parent=stage.window,
    )
    dialog.show()
    stage.dialog = dialog


def views_dialog(stage: Stage) -> None:
    filtered(stage)
    names = ("Ouverture de compte, anciens", "Prêts du jour", "Changés par d’autres")
    dialog = ViewsDialog([SavedView(name, WAITING, _NARROWED) for name in names], 60, stage.window)
    dialog.show()
    stage.dialog = dialog


def contract(stage: Stage) -> None:
    _listed(stage)
    index = usual_index()
    stage.draw_pages(DocumentKind.PDF)
    stage.review(a_row(1), index)
    stage.window.review.preview.show_pages(index.entries[0].name, contract_description(document_key(index)))


def wide(stage: Stage) -> None:
    """The review has the lists' room."""
    contract(stage)
    stage.window.actions_by_id["wide_review"].setChecked(True)
    stage.settle()


def find(stage: Stage) -> None:
    """Words found on two pages, the first of them the present one."""
    contract(stage)
    preview = stage.window.review.preview
    key = document_key(usual_index())
    stage.settle()
    preview.find_words()
    preview.find_bar.field.setText("Martin")
    hits = [PageHit(0, (PageRectangle(70, 150 + 60 * line, 90, 14),)) for line in range(3)]
    preview.pages.add_hits(FoundHits(key, 0, 3, (*hits, PageHit(1, (PageRectangle(80, 90, 60, 14),)))))
    preview.show_found(looking=False)


def selected_text(stage: Stage) -> None:
    """Text of a contract selected, and one of its links stepped to."""
    contract(stage)
    stage.settle()
    pages = stage.window.review.preview.pages
    pages.add_text(contract_text(document_key(usual_index())))
    pages.step_link()
    pages.select_page()


def link_asked(stage: Stage) -> None:
    contract(stage)
    stage.dialog = LinkDialog(
        examined("https://www.bank.example@xn--bnk-sna.example/compte/verifier?id=12"), stage.window
    )
    stage.dialog.show()


def link_refused(stage: Stage) -> None:
    contract(stage)
    stage.dialog = LinkDialog(examined("https://example.org/facture-\u202efdp.exe"), stage.window)
    stage.dialog.show()


def adjusted(stage: Stage) -> None:
    """A contract inverted, with its line of sliders and the magnifier."""
    contract(stage)
    stage.settle()
    preview = stage.window.review.preview
    preview.pages.set_adjustment(Adjustment(brightness=-30, contrast=40, invert=True))
    preview.adjust_bar.toggle()
    stage.settle()
    preview.pages.toggle_loupe()


def long_name(stage: Stage) -> None:
    """A name that does not fit, and a file whose decision is on its way."""
    _listed(stage)
    index = usual_index(6)
    stage.draw_pages(DocumentKind.PDF)
    row = a_row(6, pending=an_entry(6, status=OutboxStatus.RETRY_WAIT))
    stage.review(row, index, block=DecisionBlock.DECISION_PENDING)
    stage.window.review.preview.show_pages(index.entries[0].name, contract_description(document_key(index)))


def photo(stage: Stage) -> None:
    _listed(stage)
    index = usual_index()
    stage.draw_pages(DocumentKind.JPEG)
    stage.review(a_row(1), index, archiving=LegalArchiving.NOTHING_TO_ARCHIVE)
    stage.window.review.choose_document(index.entries[1].entry_id)
    stage.window.review.preview.show_pages(index.entries[1].name, photo_description(document_key(index, 1)))


def side_by_side(stage: Stage) -> None:
    """The contract put beside, the photograph chosen."""
    photo(stage)
    stage.window.show_beside()
    pair, index = stage.window.review.previews, usual_index()
    stage.draw_pages_of(pair.beside.pages, DocumentKind.PDF)
    pair.beside.show_pages(index.entries[0].name, contract_description(document_key(index)))
    pair.beside.take_focus()


def narrow_side_by_side(stage: Stage) -> None:
    side_by_side(stage)
    stage.window.review.previews.main.take_focus()


def preview_away(stage: Stage) -> None:
    """What stands in the window while the preview is in its own."""
    photo(stage)
    stage.aside.append(stage.window.hand_over_previews())


def preview_window(stage: Stage) -> None:
    """The preview's own window, two documents in it."""
    side_by_side(stage)
    own = PreviewWindow(stage.window.hand_over_previews(), stage.window)
    own.resize(900, 720)
    own.show()
    stage.dialog = own


def thumbnails(stage: Stage) -> None:
    """Small pages beside the pages of a contract; the second one is in view."""
    stage.draw_thumbnails()
    contract(stage)
    pane = stage.window.review.preview
    pane.thumbnails.set_wanted(True)
    stage.settle()
    pane.pages.go_to_page(1)


def folded_json(stage: Stage) -> None:
    """A report in colours, one part of it folded away, a word of it found."""
    _listed(stage)
    index = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.JSON))
    stage.review(a_row(1), index)
    stage.window.review.choose_document(index.entries[1].entry_id)
    people = [
        {"name": name, "born": {"day": 3, "month": 7, "year": 1984}, "checked": True, "remark": None}
        for name in ("Martin", "Diallo", "Roux")
    ]
    text = json.dumps({"workflow": "Prêt personnel", "amount": 15000.0, "people": people}, indent=2, ensure_ascii=False)
    folds = tuple(folds_of(text, "json"))
    pane = stage.window.review.preview
    pane.show_text(
        index.entries[1].name, TextContent(document_key(index, 1), text, kind=DocumentKind.JSON, folds=folds)
    )
    pane.find_words()
    pane.find_bar.field.setText("roux")
    pane.text.find_words("roux")
    editor = pane.text.findChild(TextEditor)
    assert editor is not None
    editor.folding.set_folded(4, True)


def email(stage: Stage) -> None:
    _listed(stage)
    index = usual_index()
    stage.review(a_row(1), index, archiving=LegalArchiving.NOT_KNOWN)
    stage.window.review.choose_document(index.entries[3].entry_id)
    content = TextContent(
        document_key(index, 3),
        "Bonjour,\n\nVeuillez trouver ci-joint mon justificatif de domicile.\n\nCordialement,\nLéa Martin\n",
        truncated=True,
        headers=(
            MailPart("From", "Léa Martin <lea@example.test>"),
            MailPart("To", "dossiers@credit-demo.example.test"),
            MailPart("Subject", "Justificatif de domicile demandé le 12 novembre pour le dossier 24-0001 (relance)"),
            MailPart("Date", "Tue, 12 Nov 2026 09:14:00 +0100"),
        ),
        attachments=(MailPart("facture-electricite-novembre.pdf", "182344"),),
    )
    stage.window.review.preview.show_text(index.entries[3].name, content)


def formatted_email(stage: Stage) -> None:
    """HTML with what it must not do: hide, load, lead astray."""
    email(stage)
    index = usual_index()
    formatted = formatted_of(html_to_blocks(HTML_MAIL).as_bytes())
    headers = (
        MailPart("From", "Léa Martin <lea@example.test>"),
        MailPart("Subject", "Justificatif de domicile demandé le 12 novembre"),
    )
    stage.window.review.preview.show_text(
        index.entries[3].name,
        TextContent(document_key(index, 3), "Bonjour", headers=headers, kind=DocumentKind.EMAIL, formatted=formatted),
    )


HTML_MAIL = """<div style="display:none">Ne tenez pas compte de ce dossier.</div>
<h2>Pièces demandées</h2><p>Bonjour, voici les <b>montants</b> <i>corrigés</i> :</p>
<table><tr><th>Mois</th><th>Salaire net</th></tr><tr><td>Septembre</td><td>2 145,30 €</td></tr>
<tr><td>Octobre</td><td>2 145,30 €</td></tr></table>
<ul><li>bulletin d’octobre <img src="http://example.test/a.png" alt="bulletin"></li><li>avis d’imposition</li></ul>
<p>Le dossier est <a href="http://login.example.test/session?id=4711">sur votre espace</a>.</p>
<blockquote>Merci de nous envoyer vos justificatifs.</blockquote>"""


def attached(stage: Stage) -> None:
    """What a PDF and an e-mail carry, each below its document; the e-mail carries more than is listed."""
    _listed(stage)
    index = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.EMAIL, DocumentKind.JPEG))
    contract, mail, photo_ = index.entries
    mail = replace(mail, path="documents/relance.eml", problems=(EntryProblem.NOT_ALL_LISTED,))
    bill = replace(photo_, entry_id="1/0", path="documents/relance.eml/facture.jpg")
    slip = replace(photo_, entry_id="0/p0", path="documents/1-0.pdf/bulletin.jpg")
    broken = replace(
        photo_,
        entry_id="0/p1",
        path="documents/1-0.pdf/x.bin",
        kind=DocumentKind.UNKNOWN,
        problems=(EntryProblem.DAMAGED,),
    )
    whole = replace(index, entries=(contract, slip, broken, mail, bill, photo_))
    stage.draw_pages(DocumentKind.JPEG)
    stage.review(a_row(1), whole, archiving=LegalArchiving.NOTHING_TO_ARCHIVE)
    shown = UNTOUCHED.shown()
    stage.models.documents.set_review(Review(whole, {"0": shown.good(), "0/p0": shown, "1/0": shown.good()}))
    stage.window.review.choose_document("0/p0")
    stage.window.review.preview.show_pages("bulletin.jpg", photo_description(DocumentKey(whole.sha256, "0/p0")))


def _beside(stage: Stage, row: ProjectedFile, tab: int, height: int = 300) -> tuple[FactsPanel, ArchiveIndex]:
    _listed(stage)
    index = replace(usual_index(), report_json="{}", people=(_checked_person(),))
    stage.draw_pages(DocumentKind.PDF)
    stage.review(row, index)
    stage.window.review.preview.show_pages(index.entries[0].name, contract_description(document_key(index)))
    panel = stage.window.review.facts
    panel.show_checks(index.people, NOW.date(), has_report=True)
    panel.tabs.setCurrentIndex(tab)
    stage.window.review.outer.setSizes([440, height])
    return panel, index


def _checked_person() -> ReportedPerson:
    day = NOW.date()
    check = IdentityCheck(
        "IDENTITY_DOCUMENT",
        "WARNING",
        CheckVerdict.WARNING,
        (CheckRemark(2532, "MRZ typography"),),
        live_accepted=True,
        document_number="SPEC00117042",
        expires=(day - timedelta(days=12)).isoformat(),
    )
    face = IdentityCheck("FACEMATCH", "OK", CheckVerdict.PASSED, live_accepted=True)
    return ReportedPerson(a_file(1).participants[0], (check, face))


def facts_found(stage: Stage) -> None:
    """Values found and not found in a contract of which one page is a scan."""
    row = a_row(1)
    panel, index = _beside(stage, row, 0)
    facts = [fact for group in facts_of(a_file(1), index) for fact in group.facts]
    place = Occurrence(1, (Span(3, 9),))
    seen = {
        fact.fact_id: SeenFact(Sighting.NOT_FOUND)
        if number % 4 == 2
        else SeenFact(Sighting.FOUND, (Occurrence(0, (Span(0, 4),)), *(() if number % 3 else (place,))))
        for number, fact in enumerate(facts)
    }
    panel.show_sightings(Sightings(document_key(index), seen, 3, 1))
    pages = stage.window.review.preview.pages
    pages.show_marks(0, [PageRectangle(60, 120, 120, 14), PageRectangle(60, 160, 90, 14)])


def facts_checks(stage: Stage) -> None:
    _beside(stage, a_row(1), 1)


def signature_altered(stage: Stage) -> None:
    """One signature that holds, and one whose document was changed afterwards."""
    panel, index = _beside(stage, a_row(1), 2, height=420)
    good = Signature(
        field="Signature1",
        integrity=Integrity.INTACT,
        coverage=Coverage.REVISION,
        changes=LaterChanges.OTHER,
        level=SignatureLevel.PADES_T,
        signer="Léa Martin",
        organisation="Crédit Démo SA",
        issuer="Autorité de certification de démonstration",
        signed_at=NOW,
        stamped_at=NOW,
        stamped_by="Horodatage Démo",
    )
    altered = replace(good, field="Signature2", integrity=Integrity.ALTERED, signer="Awa Diallo", stamped_at=None)
    panel.show_signatures(SignatureReport(document_key(index), (altered, good)), index.entries[0])
    panel.show_hygiene(HygieneReport(document_key(index), (Remark(Hygiene.PAGES_ADDED),)))


def signature_intact(stage: Stage) -> None:
    panel, index = _beside(stage, a_row(1), 2)
    good = Signature(
        field="Signature1",
        integrity=Integrity.INTACT,
        coverage=Coverage.FILE,
        changes=LaterChanges.NONE,
        level=SignatureLevel.PADES_B,
        trust=Trust.TRUSTED,
        signer="Léa Martin",
        issuer="Autorité de certification de démonstration",
        signed_at=NOW,
    )
    panel.show_signatures(SignatureReport(document_key(index), (good,), roots=RootsState.USED), index.entries[0])
    panel.show_hygiene(HygieneReport(document_key(index)))


def hygiene_warnings(stage: Stage) -> None:
    panel, index = _beside(stage, a_row(1), 3, height=420)
    remarks = (
        Remark(Hygiene.SCRIPT, 2),
        Remark(Hygiene.WRONG_TYPE, detail="bulletin-de-paie.jpg"),
        Remark(Hygiene.EMBEDDED_FILE, detail="annexe.xlsm"),
        Remark(Hygiene.FORM, 4),
    )
    panel.show_hygiene(HygieneReport(document_key(index), remarks))


def facts_looking(stage: Stage) -> None:
    panel, _index = _beside(stage, a_row(1), 2)
    panel.show_looking()
    panel.show_busy()


def signature_failed(stage: Stage) -> None:
    panel, _index = _beside(stage, a_row(1), 2)
    message = message_for(RenderTimedOut(facts={"name": "contrat.pdf"}))
    text = tr("facts.failed", title=message.title, sentence=message.sentence)
    panel.show_signatures_failure(text, can_retry=True)


def password(stage: Stage) -> None:
    _listed(stage)
    index = usual_index()
    stage.review(a_row(1), index)
    stage.window.review.preview.show_password("bulletin-de-paie-octobre.pdf", wrong=True)


def damaged_document(stage: Stage) -> None:
    _listed(stage)
    index = usual_index()
    stage.review(a_row(1), index)
    stage.window.review.choose_document(index.entries[1].entry_id)
    error = DocumentDamaged(facts={"name": index.entries[1].name})
    stage.window.review.preview.show_failure(index.entries[1].name, message_for(error), can_save=True)


def missing_document(stage: Stage) -> None:
    """Documents that are missing, blocked and suspicious."""
    _listed(stage)
    index = _troubled_index()
    stage.review(a_row(1), index)
    bomb = index.entries[2]
    stage.window.review.choose_document(bomb.entry_id)
    error = EntryUnreadable(facts={"name": bomb.name, "reason": f"entry_{bomb.problems[0].value}"})
    stage.window.review.preview.show_failure(bomb.name, message_for(error), can_save=False)
    stage.window.review.banner.show_message("warning", tr("archive_problem.trailing_data"))


def archive_of_another(stage: Stage) -> None:
    _listed(stage)
    index = usual_index()
    stage.review(a_row(1), index, block=DecisionBlock.ARCHIVE_OF_ANOTHER_FILE)
    stage.window.review.banner.show_message("error", tr("archive_problem.report_of_another_file"))


def outdated_archive(stage: Stage) -> None:
    contract(stage)
    stage.window.review.banner.show_message(
        "warning", tr("review.outdated"), action="fetch_again", action_text=tr("button.fetch")
    )


def archive_failed(stage: Stage) -> None:
    _listed(stage)
    stage.review(a_row(1))
    error = ServerFailed(status=503, server_message="Maintenance until 15:00")
    stage.window.review.show_archive_failure(message_for(error))


def fetching(stage: Stage) -> None:
    _listed(stage)
    stage.review(a_row(1))
    text = tr("review.progress", done="21,4 Mo", total="48,6 Mo")
    stage.window.review.show_archive_progress(21_400_000, 48_600_000, text)


def local_archive(stage: Stage) -> None:
    """An auditor's desk: nothing is connected, several archives are open."""
    stage.desk()
    stage.rows([])
    accepted, waiting = Look("state_accepted", "check"), Look("text_muted", "not-seen")
    status = tr("archives.judged", done=2, total=5)
    given = tr("archives.verdict_signed", conclusion=tr("audit.conclusion.conforming"), date="24/11/2026 14:32")
    rows = [
        DiskRow(
            Path("24-0001-martin.zip"), f"{usual_index().sha256[:8]} · 2,1 Mo", status, Look("state_pending", "pen")
        ),
        DiskRow(Path("24-0002-diallo-awa-dossier-complet.zip"), "0f3c-88 · 48,6 Mo", given, accepted),
        DiskRow(Path("24-0003.zip"), "", tr("archives.cannot_be_opened"), Look("state_rejected", "warning")),
        DiskRow(Path("24-0004.zip"), "", tr("archives.not_read"), waiting),
    ]
    stage.models.archives.set_rows(rows)
    stage.models.queues.set_archives(len(rows))
    stage.window.queues.choose_archives()
    stage.window.show_archives()
    stage.window.archives.choose(rows[0].path)
    stage.window.header.show_connections([], [])
    index = usual_index()
    stage.draw_pages(DocumentKind.PDF)
    stage.models.documents.set_index(index)
    stage.window.review.show_local_archive("24-0001-martin.zip")
    stage.window.review.show_documents()
    stage.window.review.choose_document(index.entries[0].entry_id)
    stage.window.review.preview.show_pages(index.entries[0].name, contract_description(document_key(index)))


def verdict_dialog(stage: Stage) -> None:
    local_archive(stage)
    review = Review(usual_index(), {"0": UNTOUCHED.shown().good()})
    draft = VerdictDraft(Conclusion.WITH_RESERVATIONS, "Une page manque.", "Zoé Martin", "/home/zoe/zoe-martin.p12")
    dialog = VerdictDialog(
        tr("audit.dialog.heading", name="24-0001-martin.zip"), summary_of(review), draft, stage.window
    )
    dialog.show_problem(message_for(SigningRefused(facts={"reason": "signing_passphrase"})).sentence)
    stage.dialog = dialog
    dialog.show()


def comparison(stage: Stage) -> None:
    local_archive(stage)
    documents = [
        DocumentChange(change, None if change is Change.ADDED else one, None if change is Change.REMOVED else one)
        for change, one in zip(
            Change,
            (ComparedDocument(str(number), f"documents/commun/Pièce {number}.pdf", 9, "1" * 64) for number in range(9)),
            strict=False,
        )
    ]
    fields = [FieldChange("clientFile.state", "PENDING", "ACCEPTED"), FieldChange("clientFile.profiles[2]", "x", None)]
    names = {"before": "24-0001-martin.zip", "after": "24-0001-martin-2.zip"}
    dialog = ComparisonDialog(
        tr("compare.heading", **names), tr("compare.same_file", uuid="b04d72cc"), documents, fields, stage.window
    )
    stage.dialog = dialog
    dialog.show()


def reject_dialog(stage: Stage) -> None:
    contract(stage)
    causes = [tr("reject.suggested.expired_document"), tr("reject.suggested.poor_quality")]
    dialog = RejectDialog(tr("reject.heading", name="Martin, Léa"), causes, stage.window)
    dialog.show()
    dialog.message.setPlainText("Votre pièce d’identité est expirée.")
    dialog.confirm.click()
    stage.dialog = dialog


def marked(stage: Stage) -> None:
    """Every mark there is: good, problem with its reason, seen, not seen, unreadable, missing, extra, the same bytes."""
    contract(stage)
    index = _marked_index()
    stage.models.documents.set_index(index)
    stage.models.documents.set_review(_marked_review(index))
    stage.models.documents.set_twins({"5": "2"})
    stage.window.review.choose_document("1")
    stage.window.review.documents.show_progress(2, 6)
    stage.window.review.documents.show_note(tr("documents.archive_changed", carried=2, set_back=1))
    stage.window.review.bar.show_suggestion(Suggestion.REJECT)


def all_good(stage: Stage) -> None:
    """The marks speak for an acceptance; the documents stand by participant."""
    contract(stage)
    index = usual_index()
    people = (
        ExpectedDocument("Carte nationale d’identité", "1", "p-1"),
        ExpectedDocument("Bulletin de paie", "2", "p-2"),
    )
    index = replace(index, expected=people)
    review = Review(index)
    for entry in review.to_judge:
        review = review.with_mark(entry.entry_id, UNTOUCHED.shown().good())
    stage.models.documents.set_index(index, {"p-1": "Martin, Léa", "p-2": "Martin, Jean"})
    stage.models.documents.set_grouping(Grouping.PARTICIPANT)
    stage.models.documents.set_review(review)
    stage.window.review.documents.show_progress(review.judged, len(review.to_judge))
    stage.window.review.bar.show_suggestion(review.suggestion)


def problem_dialog(stage: Stage) -> None:
    contract(stage)
    entry = usual_index().entries[1]
    stage.dialog = ProblemDialog(
        "Carte nationale d’identité", reasons_for(entry), ProblemReason.EXPIRED, "", stage.window
    )
    stage.dialog.show()


def reject_composed(stage: Stage) -> None:
    """The message as it grows from the marks, in the customer's language."""
    marked(stage)
    review = _marked_review(_marked_index())
    causes = [tr("problem_reason.expired"), tr("reject.suggested.poor_quality")]
    dialog = RejectDialog(
        tr("reject.heading", name="Martin, Léa"),
        causes,
        stage.window,
        compose=lambda language, cause: composed(review, language, cause, []),
        draft=RejectionDraft("fr"),
    )
    dialog.cause.setEditText(causes[0])
    dialog.show()
    stage.dialog = dialog


def templates_dialog(stage: Stage) -> None:
    contract(stage)
    templates = [
        Template(
            "Document expiré", "fr", "Le document « {document} » n’est plus valable ; merci d’en envoyer un autre."
        ),
        Template("Expired document", "en", "{document} is no longer valid; please send another."),
    ]
    stage.dialog = TemplatesDialog(templates, tr("problem_reason.too_old"), stage.window)
    stage.dialog.show()


def handover_rule(stage: Stage) -> None:
    _listed(stage)
    rule = HandoverRule("c1", "/mnt/depot/dossiers", schedule=Schedule(hour=18), command=("/opt/ged/take", "{archive}"))
    dialog = HandoverDialog([a_connection()], stage.window)
    dialog.show_rule("c1", rule)
    dialog.show_sample(tr("handover.sample", path="2026-03/24-0117 Martin Léa"))
    dialog.show_field_error("folder", message_for(_no_sign()).sentence)
    stage.dialog = dialog
    dialog.show()


def handover_log(stage: Stage) -> None:
    contract(stage)
    row = Handover("1", a_row(3).key, Occasion.ACCEPTED, NOW, "Roux, Jean", "24-0003", folder="/mnt/depot/dossiers")
    done = replace(row, status=HandoverStatus.DONE, delivered=True, place="2026-11/24-0003 Roux Jean", documents=7)
    done = replace(done, line={"handed_over_at": NOW.isoformat()}, updated_at=NOW)
    failed = replace(row, handover_id="2", status=HandoverStatus.FAILED, error_code="handover_refused")
    failed = replace(failed, error_facts={"name": "24-0002", "reason": "no_signed_document"}, display_id="24-0002")
    waiting = replace(row, handover_id="3", display_id="24-0001", display_name="Martin, Léa", not_before=NOW)
    waiting = replace(waiting, error_code=_no_sign().code, error_facts=_no_sign().facts, occasion=Occasion.SCHEDULED)
    stage.window.review.show_handover(line_of(done))
    stage.dialog = log = HandoverLog(stage.window)
    log.show_rows([waiting, failed, replace(done, left_out=1, reviewed_sha256="a", archive_sha256="b")])
    log.table.setCurrentCell(2, 0)
    log.show()


def _no_sign() -> HandoverFolderGone:
    return HandoverFolderGone("x", facts={"path": "/mnt/depot/dossiers", "reason": "sign_missing"})


def bulk_dialog(stage: Stage) -> None:
    _listed(stage)
    lines = [
        BulkLine("24-0001", "Martin, Léa"),
        BulkLine(
            "24-0002",
            "Diallo, Awa",
            (
                tr("open_point.not_looked_at", count=2, names="contrat-signe.pdf, Bulletin de paie"),
                tr("open_point.problem", count=1, names="Carte nationale d’identité"),
            ),
        ),
        BulkLine("24-0003", "Roux, Jean", left_out=tr("bulk.not_here")),
        BulkLine("24-0004", "Müller, Hélène", left_out=tr("bar.block.decision_pending")),
    ]
    stage.dialog = BulkDialog(lines, stage.window)
    stage.dialog.show()


def several_bulk(stage: Stage) -> None:
    _several(stage)
    ours, theirs = a_connection(), another_connection()
    looked_at = tr("open_point.not_looked_at", count=2, names="contrat-signe.pdf, Bulletin de paie")
    lines = [
        BulkLine("24-0001", "Martin, Léa", connection=ours),
        BulkLine("24-0001", "Martin, Léa", (looked_at,), connection=theirs),
        BulkLine("24-0002", "Diallo, Awa", connection=theirs),
        BulkLine("24-0003", "Roux, Jean", left_out=tr("bulk.not_here"), connection=theirs),
    ]
    stage.dialog = BulkDialog(lines, stage.window)
    stage.dialog.show()


def bulk_reject(stage: Stage) -> None:
    """Each with words of its own; one without any yet, one left out."""
    _listed(stage)
    _reject_many(stage, [None] * 3, [BulkLine("24-0004", "Müller, Hélène", left_out=tr("bulk.not_here"))])


def several_reject(stage: Stage) -> None:
    """One text for the files of two products, of which one customer reads another language."""
    _several(stage)
    ours, theirs = a_connection(), another_connection()
    dialog = _reject_many(stage, [ours, theirs, theirs], [])
    dialog.one_text.setChecked(True)
    dialog.fields.cause.setEditText(tr("reject.suggested.country_not_accepted"))
    dialog.fields.message.setPlainText("Cette offre n’est plus proposée.")


def _reject_many(
    stage: Stage, connections: Sequence[Connection | None], left_out: Sequence[BulkLine]
) -> BulkRejectDialog:
    review = _marked_review(_marked_index())
    untouched = Review(review.index)
    cause = tr("problem_reason.expired")
    people = (
        ("24-0001", "Martin, Léa", review, RejectionDraft("fr", cause)),
        ("24-0002", "Diallo, Awa", untouched, RejectionDraft("en", tr("reject.suggested.poor_quality"))),
        ("24-0003", "Roux, Jean", untouched, RejectionDraft("fr", message="Bonjour,")),
    )
    files = [
        FileToReject(
            a_key(number),
            BulkLine(identifier, name, tuple(open_points(seen)), connection=connection),
            draft,
            lambda language, cause, seen=seen: composed(seen, language, cause, []),  # type: ignore[misc]
        )
        for number, ((identifier, name, seen, draft), connection) in enumerate(zip(people, connections, strict=True))
    ]
    for_all = WordsForAll(RejectionDraft("fr"), lambda language, cause: composed(None, language, cause, []))
    stage.dialog = dialog = BulkRejectDialog(files, for_all, left_out, [cause], stage.window)
    dialog.show()
    return dialog


def accept_question(stage: Stage) -> None:
    marked(stage)
    points = "\n".join(open_points(_marked_review(_marked_index())))
    message = Message(tr("accept.title", name="Martin, Léa"), points, tr("accept.remedy"))
    stage.dialog = ChoiceDialog(message, {"accept": tr("accept.anyway"), "back": tr("accept.back")}, stage.window)
    stage.dialog.show()


def connection_field_error(stage: Stage) -> None:
    stage.desk()
    dialog = _connection_dialog(stage, new=True)
    dialog.show_keychain(persistent=False, name="")
    dialog.show_field_error("operator_uuid", tr("connection.error.bad_operator_uuid"))


def connection_checked(stage: Stage) -> None:
    stage.desk()
    dialog = _connection_dialog(stage, new=False)
    dialog.show_keychain(persistent=True, name="GNOME Keyring")
    timed_out = message_for(RequestTimedOut(facts={"host": "api.example.test"}))
    request = [
        tr("check.request", method=method, url=url)
        for method, url in (
            ("GET", "/clientFile?state=WAITING"),
            ("GET", "/clientFile/{uuid}"),
            ("GET", "/clientFile/{uuid}/archive"),
        )
    ]
    understood = "\n".join(
        (
            tr("check.items", count=42),
            tr("check.sample", sample="24-0117 Martin"),
            tr("check.issuer", issuer="Certigna"),
        )
    )
    dialog.show_check(
        [
            CheckLine("ok", request[0], tr("check.status", status=200), understood),
            CheckLine("ok", request[1], tr("check.status", status=200), tr("check.understood")),
            CheckLine("error", request[2], tr("check.no_answer"), f"{timed_out.title}\n{timed_out.sentence}"),
            CheckLine(
                "skipped",
                "[routes.find_by_external_id]",
                tr("check.not_in_map"),
                tr("check.meaning.listings_instead"),
            ),
        ]
    )


def outbox(stage: Stage) -> None:
    _listed(stage)
    stage.models.outbox.set_entries(
        [_outbox_entry(number, status) for number, status in enumerate(OutboxStatus, start=1)]
    )
    stage.window.show_outbox()


def new_file(stage: Stage) -> None:
    """Filled in, with what is wrong beside its field and a document that goes along."""
    _listed(stage)
    workflow = Workflow(
        "Crédit à la consommation",
        profiles=("salarié", "retraité"),
        participant_types=(ParticipantType("emprunteur", ("salarié",)), ParticipantType("co-emprunteur")),
        information=(Information("agence", True, ("Lyon", "Nantes")), Information("montant"), Information("employeur")),
        documents=("RIB",),
        consent_protocol="Consentement crédit v4",
    )
    stage.dialog = dialog = NewFileDialog([a_connection()], CONNECTION_ID, stage.window)
    person = Participant(
        type="emprunteur",
        civility="MRS",
        last_name="Martin",
        first_name="Léa",
        email="lea.martin",
        profiles=("salarié",),
    )
    new = NewClientFile(
        workflow_label=workflow.label, external_id="CRM-117", profiles=("salarié",), participants=(person,)
    )
    document = NewDocument("d1", "bulletin-de-paie-octobre.pdf", "", "application/pdf", 183_000)
    dialog.show_new(new, [document])
    dialog.show_workflows([workflow])
    dialog.show()
    taken = FieldProblem("external_id", ProblemCode.EXTERNAL_ID_TAKEN)
    dialog.show_problems([taken, *problems_of(dialog.new, workflow)])


def creations(stage: Stage) -> None:
    """Each status there is; the one that somebody must look at is current."""
    _listed(stage)
    rows = [
        Creation(
            f"c{number}",
            CONNECTION_ID,
            NewClientFile(
                workflow_label="Crédit à la consommation",
                external_id=f"TNS-261124-{number:012}",
                participants=(Participant(last_name="Martin", first_name=f"Léa {number}"),),
            ),
            NOW,
            status,
            seen=SeenFile("u", "24-0117", "Martin, Léa", NOW) if status is CreationStatus.CONFLICT else None,
            file_uuid="u" if status is CreationStatus.CREATED else "",
        )
        for number, status in enumerate(CreationStatus)
        if status is not CreationStatus.WITHDRAWN
    ]
    document = NewDocument("d1", "bulletin-de-paie-octobre.pdf", "", "application/pdf", 183_000, "5e" * 32)
    rows.append(replace(rows[1], creation_id="lost", documents=(document,)).without_documents({"d1"}, NOW))
    stage.models.creations.set_rows(rows)
    stage.window.show_outbox()
    stage.window.outbox_place.show_creations()
    stage.window.outbox_place.count_creations(7)
    stage.window.creations.choose("c7")


def palette(stage: Stage) -> None:
    stage.rows(stage.usual_rows())
    items = [
        PaletteItem(Find.DOCUMENT, "Carte d’identité.pdf", "0", tr("palette.kind.document")),
        PaletteItem(Find.ACTION, tr("action.accept"), "accept", "Ctrl+Return"),
        PaletteItem(Find.FILE, "de La Rochefoucauld-Montbéliard, Marie-Charlotte", 1, "24-0006"),
    ]
    stage.dialog = dialog = PaletteDialog(stage.window)
    dialog.field.setText("ca")
    dialog.show_items(items)
    dialog.show()


def pace_dialog(stage: Stage) -> None:
    stage.rows(stage.usual_rows())
    queues = [
        QueuePace(WAITING, 12, NOW - timedelta(days=3), 17, 205.0),
        QueuePace(REJECTED, 41, NOW - timedelta(hours=5), 0, None),
        QueuePace(ACCEPTED, 0, None, 0, None),
    ]
    stage.dialog = PaceDialog(queues, NOW, stage.window)
    stage.dialog.show()


def outbox_empty(stage: Stage) -> None:
    _listed(stage)
    stage.window.show_outbox()


def conflict(stage: Stage) -> None:
    outbox(stage)
    row = [entry.status for entry in stage.models.outbox.entries()].index(OutboxStatus.CONFLICT)
    stage.window.outbox.view.setCurrentIndex(stage.models.outbox.index(row, 0))


def _several(stage: Stage) -> None:
    """Two products of different environments in one list, one of them out of reach."""
    _listed(stage)
    both = [a_connection(), another_connection()]
    stage.window.header.show_connections(both, both)
    states = (ConnectionState.ONLINE, ConnectionState.OFFLINE)
    stage.window.header.show_statuses(
        [(one.label, state, "14:32") for one, state in zip(both, states, strict=True)], ""
    )
    stage.models.files.set_connections(both)
    stage.models.outbox.set_connections(both)
    stage.window.files.show_origins(True)
    stage.rows([*stage.usual_rows(), *(a_row(number, connection_id=OTHER_CONNECTION_ID) for number in range(1, 9))])
    lines = [ConnectionRow(one, 8, state) for one, state in zip(both, states, strict=True)]
    stage.window.queues.show_connections([ConnectionRow(None, 24), *lines])


def follow_up(stage: Stage) -> None:
    """An open file: its age in list and review, participants with and without a link."""
    stage.desk()
    rows = [
        replace(row, client_file=row.client_file._replace(started_at=(NOW - timedelta(days=days)).timestamp()))
        for row, days in zip(
            (a_row(20 + number, state=PENDING) for number in range(7)), (1, 4, 9, 30, 80, 95, 12), strict=True
        )
    ]
    stage.rows([*rows, *stage.usual_rows()[:6]])
    stage.window.queues.choose_state(PENDING)
    stage.models.files.set_filter(ClientFileFilter(state=PENDING))
    stage.review(rows[4], None, block=DecisionBlock.STATE_PENDING)
    pane = stage.window.review
    pane.show_no_documents_yet()
    pane.follow_up.show_standing(standing_of(rows[4].client_file.start_date, NOW, FollowUpRules()))
    no_link = tr("follow_up.no_link.no_token")
    pane.follow_up.show_people(
        [
            PersonLine("Léa Martin", "lea.martin@example.test · +33 6 12 34 56 78"),
            PersonLine("Marie-Charlotte de La Rochefoucauld-Montbéliard", "+33 6 12 34 56 78", no_link),
        ]
    )


def reminders_dialog(stage: Stage) -> None:
    stage.desk()
    stage.rows(stage.usual_rows())
    lines = [
        ReminderLine(
            a_row(number).key,
            a_row(number).client_file.display_name,
            a_row(number).client_file.display_id,
            standing_of(NOW - timedelta(days=days), NOW, FollowUpRules()),
        )
        for number, days in enumerate((400, 95, 89, 80, 31, 12, 8), 1)
    ]
    dialog = RemindersDialog(lines, 7, stage.window)
    dialog.show()
    stage.dialog = dialog


def several_connections(stage: Stage) -> None:
    _several(stage)
    text = tr("banner.named.offline", names="Assurances")
    stage.window.banner.show_message("warning", text, action="refresh", action_text=tr("button.retry"))
    index = usual_index()
    stage.draw_pages(DocumentKind.PDF)
    row = a_row(1, connection_id=OTHER_CONNECTION_ID)
    stage.review(row, index)
    stage.window.review.show_file(row, another_connection())
    stage.window.review.preview.show_pages(index.entries[0].name, contract_description(document_key(index)))


def several_outbox(stage: Stage) -> None:
    _several(stage)
    entries = [_outbox_entry(number, status) for number, status in enumerate(OutboxStatus, start=1)]
    other = an_entry(12, status=OutboxStatus.CONFIRMED, connection_id=OTHER_CONNECTION_ID)
    stage.models.outbox.set_entries([other, *entries])
    stage.window.show_outbox()


def keeping_offline(stage: Stage) -> None:
    listed(stage)
    stage.window.queues.show_offline(tr("offline.progress", done=7, total=16), can_stop=True)


def kept_on_purpose(stage: Stage) -> None:
    """A pin, the arrow of what is here by chance, and the hourglass of what is to come."""
    stage.desk()
    rows = stage.usual_rows()
    stage.rows([replace(row, kept_on_purpose=number % 5 < 2) for number, row in enumerate(rows)])
    stage.window.snackbar.show_message(tr("offline.no_room", count=3), lasting=True)


def keep_next_dialog(stage: Stage) -> None:
    _listed(stage)
    stage.dialog = KeepNextDialog(10, 18, 500, stage.window)
    stage.dialog.show()


def banner_offline(stage: Stage) -> None:
    stage.desk(ConnectionState.OFFLINE)
    stage.rows(stage.usual_rows())
    stage.window.banner.show_message("warning", tr("banner.offline"), action="refresh", action_text=tr("button.retry"))


def banner_server_trouble(stage: Stage) -> None:
    stage.desk(ConnectionState.SERVER_TROUBLE, environment=Environment.PRODUCTION)
    stage.rows(stage.usual_rows())
    message = message_for(ServerFailed(status=503))
    text = tr("banner.server_trouble", title=message.title, sentence=message.sentence, remedy=message.remedy)
    stage.window.banner.show_message("warning", text, action="refresh", action_text=tr("button.retry"))


def banner_signed_out(stage: Stage) -> None:
    stage.desk(ConnectionState.SIGNED_OUT, environment=Environment.INTEGRATION)
    stage.rows(stage.usual_rows())
    stage.window.banner.show_message(
        "error", tr("banner.signed_out"), action="credentials", action_text=tr("banner.edit_connection")
    )


def banner_wrong_credentials(stage: Stage) -> None:
    stage.desk(ConnectionState.WRONG_CREDENTIALS, environment=Environment.OTHER)
    stage.rows(stage.usual_rows())
    stage.window.banner.show_message(
        "error", tr("banner.wrong_credentials"), action="credentials", action_text=tr("banner.edit_connection")
    )


def creation_incomplete(stage: Stage) -> None:
    """After a recovery: a document is lost, and the form says which one."""
    creations(stage)
    stage.window.creations.choose("lost")


def new_file_incomplete(stage: Stage) -> None:
    creation_incomplete(stage)
    lost = stage.window.creations.current()
    assert lost is not None
    stage.dialog = dialog = NewFileDialog([a_connection()], CONNECTION_ID, stage.window)
    dialog.show_new(lost.new, lost.documents)
    dialog.show()
    dialog.show_problems(lost.problems)
    dialog.documents.mark_lost({"d1"})
    dialog.scroll_area.ensureWidgetVisible(dialog.documents)


def import_taken_back(stage: Stage) -> None:
    creations(stage)
    sentence = tr("import.undo.sentence", count=1240)
    stage.dialog = ChoiceDialog(
        Message(tr("import.undo.title"), sentence, tr("import.undo.remedy")),
        {"take_back_all": tr("creation.act.take_back_all"), "keep": tr("import.undo.keep")},
        stage.window,
    )
    stage.dialog.show()


def snackbar_undo(stage: Stage) -> None:
    contract(stage)
    stage.window.snackbar.show_message(
        tr("snackbar.accept.queued_countdown", name="de La Rochefoucauld-Montbéliard, Marie-Charlotte", seconds=8),
        action="undo:d1",
        action_text=tr("snackbar.undo"),
        lasting=True,
    )


def help_dialog(stage: Stage) -> None:
    _listed(stage)
    stage.dialog = HelpDialog(stage.window.actions_by_id, stage.window)
    stage.dialog.show()


def _settings(stage: Stage, page: str) -> SettingsDialog:
    _listed(stage)
    dialog = SettingsDialog(PAGES, stage.window)
    for name, setting in SETTING_OF.items():
        dialog.show_value(name, setting.default)
    dialog.pages.setCurrentRow([one.name for one in PAGES].index(page))
    dialog.offer("passphrase", ["passphrase_set"])
    dialog.show()
    stage.dialog = dialog
    return dialog


def settings_desk(stage: Stage) -> None:
    _settings(stage, "desk")


def settings_review(stage: Stage) -> None:
    dialog = _settings(stage, "review")
    dialog.show_value("rejection_causes", ["Document expiré", "Signature non conforme"])
    dialog.show_field_error("grace_seconds", tr("preferences.error.number", low=0, high=120))


def settings_offline(stage: Stage) -> None:
    _settings(stage, "offline")


def settings_security(stage: Stage) -> None:
    dialog = _settings(stage, "security")
    dialog.offer("passphrase", ["passphrase_change", "passphrase_remove"])
    dialog.show_note("passphrase", tr("preferences.passphrase.set"))


def settings_server(stage: Stage) -> None:
    dialog = _settings(stage, "server")
    facts = {"file": "/home/awa/.config/tns-desktop/settings.toml", "line": "?", "reason": "No space left on device"}
    dialog.show_problem(message_for(SettingsNotSaved(facts=facts)).as_text)


def settings_keys(stage: Stage) -> None:
    dialog = _settings(stage, "keys")
    page = dialog.field("keys")
    assert isinstance(page, KeysPage)
    page.choose("group_documents")
    page.add("Ctrl+F")
    dialog.show_field_error("keys", clash_words(page.stored))


def settings_webhooks(stage: Stage) -> None:
    dialog = _settings(stage, "webhooks")
    tally = Tally(accepted=214, duplicates=3, refused={"header_wrong": 2, "unknown_path": 1})
    state = HookState("127.0.0.1:8790", None, NOW - timedelta(minutes=2), tally)
    dialog.show_value("webhooks_on", True)
    dialog.show_value("webhooks_public_url", "https://hooks.example.com")
    dialog.show_placeholder("webhooks_secret", tr("webhooks.secret_kept"))
    dialog.show_note("webhooks_state", state_words(state, NOW))


def webhooks_test(stage: Stage) -> None:
    dialog = HookTestDialog("Crédit Demo", "https://hooks.example.com/hooks/5f0c2b9e", _settings(stage, "webhooks"))
    facts = {"host": "hooks.example.com", "addresses": "203.0.113.20", "place": "127.0.0.1:8790"}
    facts |= {"issuer": "Let’s Encrypt", "status": "401", "milliseconds": "84", "name": "X-Webhook-Secret"}
    done, failed = StepOutcome.DONE, StepOutcome.FAILED
    words = {"listening": "there", "name": "found", "certificate": "trusted", "arrival": "here"}
    steps = [HookStep(name, done, word, facts) for name, word in words.items()]
    steps.insert(3, HookStep("answer", failed, "refused", facts))
    steps.append(HookStep("header", failed, "missing", facts))
    dialog.show_steps([step_words(step) for step in steps])
    dialog.show()
    stage.dialog = dialog


def passphrase_set(stage: Stage) -> None:
    dialog = PassphraseDialog(PassphraseStep.SET, 8, _settings(stage, "security"))
    dialog.fields["new"].setText("correct horse")
    dialog.show()
    dialog.show_field_error("again", tr("passphrase.not_the_same"))
    stage.dialog = dialog


def passphrase_change(stage: Stage) -> None:
    dialog = PassphraseDialog(PassphraseStep.CHANGE, 8, _settings(stage, "security"))
    dialog.show()
    dialog.set_busy(True)
    stage.dialog = dialog


def crash_dialog(stage: Stage) -> None:
    _listed(stage)
    try:
        raise ValueError("Martin, Léa")
    except ValueError as error:
        stage.dialog = CrashDialog(report_of(error), stage.window)
    stage.dialog.show()


def startup_choice(stage: Stage) -> None:
    stage.desk(ConnectionState.NEVER_TRIED, as_of="")
    choices = {"quit": tr("button.quit"), "anew": tr("button.start_again"), "retry": tr("button.retry")}
    message = message_for(VaultKeyMissing(facts={"path": "/home/awa/.local/share/tns-desktop/vault"}))
    stage.dialog = ChoiceDialog(message, choices, stage.window)
    stage.dialog.show()


def vault_damaged(stage: Stage) -> None:
    stage.desk(ConnectionState.NEVER_TRIED, as_of="")
    error = VaultDamaged(facts={"path": "/home/awa/.local/share/tns-desktop/vault"})
    stage.dialog = ChoiceDialog(message_for(error), ways_out(error), stage.window)
    stage.dialog.show()


def _recovered(stage: Stage, decisions: int, *, complete: bool) -> None:
    stage.desk(ConnectionState.NEVER_TRIED, as_of="")
    copy = Path("/home/awa/.local/share/tns-desktop/vault-20261124T091203")
    recovery = VaultRecovery(copy, decisions, 12, 80, complete=complete, creations=3, incomplete=1)
    message = recovery_message(recovery, 12)
    stage.dialog = ChoiceDialog(message, {"go_on": tr("button.go_on")}, stage.window)
    stage.dialog.show()


def vault_recovered(stage: Stage) -> None:
    _recovered(stage, 2, complete=True)


def vault_recovered_in_part(stage: Stage) -> None:
    _recovered(stage, 1, complete=False)


def quit_unsent(stage: Stage) -> None:
    _listed(stage)
    message = Message(tr("quit.unsent.title"), tr("quit.unsent.sentence", count=2), tr("quit.unsent.remedy"))
    stage.dialog = ChoiceDialog(message, {"quit": tr("quit.anyway"), "stay": tr("quit.stay")}, stage.window)
    stage.dialog.show()


def locked(stage: Stage) -> None:
    view = LockView(waiting=2)
    stage.cover(view)
    view.ask(passphrase=False, text=tr("lock.text.keychain"))


def locked_passphrase(stage: Stage) -> None:
    view = LockView()
    stage.cover(view)
    view.ask(passphrase=True, text=tr("lock.text.passphrase"))
    view.show_error(tr("lock.wait", count=8))


def locked_session(stage: Stage) -> None:
    view = LockView(waiting=1)
    stage.cover(view)
    view.ask(passphrase=False, text=tr("lock.text.session"))


def narrow(stage: Stage) -> None:
    contract(stage)


def narrow_troubled(stage: Stage) -> None:
    """The smallest window with everything that takes room at once."""
    missing_document(stage)
    stage.window.banner.show_message("warning", tr("banner.offline"), action="refresh", action_text=tr("button.retry"))


def connection_preset(stage: Stage) -> None:
    """Set up by an administrator, and fixed: the secret key is all that is missing."""
    _listed(stage)
    fixed = ("environment", "base_url", "public_id", "role", "label", "api_map_path")
    dialog = stage.dialog = ConnectionDialog(BASE_URLS, a_connection(), stage.window, fixed=fixed)
    dialog.show_preset(tr("connection.preset.fixed"))
    dialog.show_keychain(persistent=True, name="Secret Service")
    dialog.show()
    dialog.ask_for_secret()


def settings_fixed(stage: Stage) -> None:
    """What an administrator has decided."""
    dialog = _settings(stage, "security")
    dialog.fix("auto_lock_minutes", tr("preferences.fixed"))
    dialog.show_value("hide_from_captures", True)
    dialog.fix("hide_from_captures", tr("preferences.fixed"))


SCENES: dict[str, Scene] = {
    "welcome": welcome,
    "list": listed,
    "loading": loading,
    "empty-queue": empty_queue,
    "nothing-found": nothing_found,
    "found-in-documents": found_in_documents,
    "filtered": filtered,
    "filter-dialog": filter_dialog,
    "views-dialog": views_dialog,
    "contract": contract,
    "wide": wide,
    "find": find,
    "thumbnails": thumbnails,
    "folded-json": folded_json,
    "formatted-email": formatted_email,
    "adjusted": adjusted,
    "selected-text": selected_text,
    "link-asked": link_asked,
    "link-refused": link_refused,
    "long-name": long_name,
    "photo": photo,
    "side-by-side": side_by_side,
    "narrow-side-by-side": narrow_side_by_side,
    "preview-away": preview_away,
    "preview-window": preview_window,
    "email": email,
    "attached": attached,
    "facts-found": facts_found,
    "facts-checks": facts_checks,
    "facts-looking": facts_looking,
    "signature-altered": signature_altered,
    "signature-intact": signature_intact,
    "signature-failed": signature_failed,
    "hygiene-warnings": hygiene_warnings,
    "password": password,
    "damaged-document": damaged_document,
    "missing-document": missing_document,
    "archive-of-another": archive_of_another,
    "outdated-archive": outdated_archive,
    "archive-failed": archive_failed,
    "fetching": fetching,
    "local-archive": local_archive,
    "verdict-dialog": verdict_dialog,
    "comparison": comparison,
    "reject-dialog": reject_dialog,
    "marked": marked,
    "all-good": all_good,
    "problem": problem_dialog,
    "reject-composed": reject_composed,
    "templates": templates_dialog,
    "handover-rule": handover_rule,
    "handover-log": handover_log,
    "bulk": bulk_dialog,
    "bulk-reject": bulk_reject,
    "accept-question": accept_question,
    "narrow-marked": marked,
    "connection-field-error": connection_field_error,
    "connection-checked": connection_checked,
    "connection-preset": connection_preset,
    "outbox": outbox,
    "new-file": new_file,
    "creations": creations,
    "outbox-empty": outbox_empty,
    "pace": pace_dialog,
    "palette": palette,
    "conflict": conflict,
    "keeping-offline": keeping_offline,
    "narrow-follow-up": follow_up,
    "reminders": reminders_dialog,
    "several": several_connections,
    "several-outbox": several_outbox,
    "kept-on-purpose": kept_on_purpose,
    "keep-next-dialog": keep_next_dialog,
    "several-bulk": several_bulk,
    "several-reject": several_reject,
    "narrow-several": several_connections,
    "banner-offline": banner_offline,
    "banner-server-trouble": banner_server_trouble,
    "banner-signed-out": banner_signed_out,
    "banner-wrong-credentials": banner_wrong_credentials,
    "snackbar-undo": snackbar_undo,
    "import-taken-back": import_taken_back,
    "creation-incomplete": creation_incomplete,
    "new-file-incomplete": new_file_incomplete,
    "help": help_dialog,
    "settings-desk": settings_desk,
    "settings-review": settings_review,
    "settings-fixed": settings_fixed,
    "settings-keys": settings_keys,
    "settings-offline": settings_offline,
    "settings-security": settings_security,
    "settings-server": settings_server,
    "settings-webhooks": settings_webhooks,
    "webhooks-test": webhooks_test,
    "passphrase-set": passphrase_set,
    "passphrase-change": passphrase_change,
    "crash": crash_dialog,
    "startup-choice": startup_choice,
    "vault-damaged": vault_damaged,
    "vault-recovered": vault_recovered,
    "vault-recovered-in-part": vault_recovered_in_part,
    "quit-unsent": quit_unsent,
    "locked": locked,
    "locked-passphrase": locked_passphrase,
    "locked-session": locked_session,
    "narrow": narrow,
    "narrow-troubled": narrow_troubled,
    "large-facts-found": facts_found,
    "large-side-by-side": side_by_side,
}

_SIZES = {
    **{name: SMALLEST_SIZE for name in SCENES if name.startswith("narrow")},
    **{name: QSize(1920, 1080) for name in SCENES if name.startswith("large")},
}


def staged(name: str, language: str, theme_name: str) -> Stage:
    """The scene, played; the caller closes it."""
    stage = new_stage(language, theme_name, _SIZES.get(name))
    SCENES[name](stage)
    stage.window.review.facts.declared.catch_up()  # in the program a moment after the page
    return stage


def _connection_dialog(stage: Stage, *, new: bool) -> ConnectionDialog:
    dialog = ConnectionDialog(BASE_URLS, None if new else a_connection(Environment.OTHER), stage.window)
    if new:
        dialog.public_id.setText("credit-demo")
        dialog.operator_uuid.setText("léa")
    dialog.show()
    stage.dialog = dialog
    return dialog


def _marked_index() -> ArchiveIndex:
    """A contract, an archive within the archive, and one of each kind of gap."""
    kinds = (
        DocumentKind.PDF,
        DocumentKind.JPEG,
        DocumentKind.PDF,
        DocumentKind.HEIC,
        DocumentKind.ZIP,
        DocumentKind.PDF,
    )
    index = an_index(1, kinds=kinds)
    entries = [replace(entry, crc32=number) for number, entry in enumerate(index.entries)]
    box = replace(entries[4], role=EntryRole.OTHER, path="documents/justificatifs.zip")
    inner = replace(entries[5], entry_id="4/0", path="documents/justificatifs.zip/rib.pdf")
    copy = replace(entries[5], entry_id="5", path="documents/copie.pdf")
    expected = (
        ExpectedDocument("Carte nationale d’identité", "1"),
        ExpectedDocument("Bulletin de paie d’octobre", "2"),
        ExpectedDocument("Avis d’imposition", "3"),
        ExpectedDocument("Justificatif de domicile"),
    )
    return replace(index, entries=(*entries[:4], box, inner, copy), expected=expected)


def _marked_review(index: ArchiveIndex) -> Review:
    shown = UNTOUCHED.shown()
    marks = {
        "0": shown.good(),
        "1": shown.problem(ProblemReason.EXPIRED),
        "2": shown,
        "3": UNTOUCHED.failed(),
    }
    return Review(index, marks)


def _troubled_index() -> ArchiveIndex:
    usual = an_index(1, kinds=(DocumentKind.PDF, DocumentKind.JPEG))
    bomb = ArchiveEntry(
        "2",
        "documents/Justificatif de revenus du foyer fiscal 2025.zip",
        "x",
        4_000_000_000,
        4_000,
        DocumentKind.ZIP,
        EntryRole.SUPPORTING_DOCUMENT,
        (EntryProblem.RATIO_TOO_HIGH,),
    )
    odd = ArchiveEntry(
        "3", "proof/preuve.xml", "x", 12, 12, DocumentKind.XML, EntryRole.PROOF_FILE, (EntryProblem.DUPLICATE_NAME,)
    )
    report = ArchiveEntry("4", "report.json", "x", 812, 400, DocumentKind.JSON, EntryRole.REPORT)
    missing = (ExpectedDocument("Bulletin de paie"), ExpectedDocument("Carte nationale d’identité (verso)"))
    return replace(usual, entries=(*usual.entries, bomb, odd, report), expected=missing)


def _outbox_entry(number: int, status: OutboxStatus) -> OutboxEntry:
    verdict = Verdict.REJECT if number % 2 == 0 else Verdict.ACCEPT
    entry = an_entry(number, status=status, verdict=verdict, seconds_ago=3 if number == 1 else 60 * number)
    if status is OutboxStatus.CONFLICT:
        return replace(entry, attempts=1, observed_state=REJECTED, observed_cause="Mauvaise qualité")
    if status is OutboxStatus.REFUSED:
        return replace(entry, attempts=2, error_code="request_invalid", server_message="Unknown cause (E-1042)")
    if status in (OutboxStatus.RETRY_WAIT, OutboxStatus.OUTCOME_UNKNOWN):
        later = NOW + timedelta(seconds=40)
        return replace(entry, attempts=1, error_code="server_unreachable", not_before=later)
    return entry
