"""Verdicts from the window's side: given on the archive on screen, and checked later, against whichever archive one names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.review import Mark, Review
from tns_desktop.domain.verdict import AuditVerdict
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.services.settings import AUDITOR_NAME, SIGNING_CERTIFICATE
from tns_desktop.services.verdicts import CheckedVerdict, Signing
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.disk_archives import DiskArchivesPresenter, told_apart
from tns_desktop.ui.presenters.marks import MarksPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.file_choosers import file_to_open, place_to_save
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.findings_dialog import FindingsDialog
from tns_desktop.ui.views.inspection_words import signature_findings
from tns_desktop.ui.views.pick_dialog import PickDialog
from tns_desktop.ui.views.verdict_dialog import VerdictDialog, VerdictDraft
from tns_desktop.ui.views.verdict_page import verdict_pdf
from tns_desktop.ui.views.verdict_words import (
    archive_finding,
    data_finding,
    documents_finding,
    signature_finding,
    verdict_finding,
)
from tns_desktop.ui.widgets.finding_list import Finding


class VerdictsPresenter(QObject):
    """One verdict at a time. The passphrase goes from the dialog to the signature and is kept nowhere."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        review: ReviewPresenter,
        marks: MarksPresenter,
        archives: DiskArchivesPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._review = review
        self._marks = marks
        self._archives = archives
        self._scope = TaskScope(on_error)
        self._tried: Signing | None = None
        window.actions_by_id["save_verdict"].triggered.connect(lambda _checked=False: self.give())
        window.actions_by_id["check_verdict"].triggered.connect(lambda _checked=False: self.check())

    def give(self) -> None:
        archive, review = self._review.archive, self._marks.review
        if archive is None or archive.path is None or review is None:
            self._window.snackbar.show_message(tr("audit.nothing"))
        elif not self._scope.is_running("give"):
            self._scope.start("give", self._give(archive, review))

    def check(self) -> None:
        if not self._scope.is_running("check"):
            self._scope.start("check", self._check())

    async def close(self) -> None:
        await self._scope.close()

    # --- giving -------------------------------------------------------------------------------------------------------

    async def _give(self, archive: OpenArchive, review: Review) -> None:
        assert archive.path is not None
        draft, signing = await self._asked(archive.path.name, review, self._draft(archive))
        if draft is None or draft.conclusion is None:
            return
        # By the archive's hash: a file name is seen by more people than the verdict, and names nobody.
        name = f"verdict-{archive.index.sha256[:12]}"
        formats = {tr("file_dialog.verdict_pdf"): "pdf"}
        target = await place_to_save(self._window, tr("audit.dialog.title"), name, formats)
        if target is None:
            return
        try:
            verdict = await self._desk.verdicts.compose(
                archive, review, draft.conclusion, draft.comment, draft.auditor, self._tell
            )
            await self._write(verdict, target, signing)
        except TnsError as error:
            self._window.snackbar.show_message(tr("audit.not_written", sentence=message_for(error).sentence))

    async def _write(self, verdict: AuditVerdict, target: Path, signing: Signing | None) -> None:
        """Remembered only once it is written; what is written is said to be so, also where it cannot be remembered."""
        pages, data = await self._desk.verdicts.write(verdict, verdict_pdf(verdict), target, signing)
        key = "audit.written_signed" if signing is not None else "audit.written"
        said = tr(key, pages=pages.name, data=data.name)
        try:
            given = await self._desk.verdicts.remember(verdict, signed=signing is not None)
        except TnsError as error:
            said = f"{said} {message_for(error).sentence}"
        else:
            self._desk.disk.note_verdict(verdict.archive_sha256, given)
            self._archives.refresh()
        self._window.snackbar.show_message(said)

    def _draft(self, archive: OpenArchive) -> VerdictDraft:
        settings = self._desk.settings
        row = self._desk.disk.row(archive.path) if archive.path is not None else None
        given = row.verdict if row is not None else None
        return VerdictDraft(
            given.conclusion if given is not None else None,
            given.comment if given is not None else "",
            settings.get(AUDITOR_NAME),
            settings.get(SIGNING_CERTIFICATE),
        )

    async def _asked(
        self, name: str, review: Review, draft: VerdictDraft
    ) -> tuple[VerdictDraft | None, Signing | None]:
        """What was said, and what to sign it with; of a dialog that was left nothing remains, nor of its passphrase."""
        dialog = VerdictDialog(tr("audit.dialog.heading", name=name), summary_of(review), draft, self._window)
        dialog.browse_requested.connect(lambda: self._scope.start("browse", self._browse(dialog)))
        dialog.save_requested.connect(lambda: self._scope.start("try", self._try(dialog)))
        try:
            accepted = await shown(dialog) == dialog.DialogCode.Accepted
            return (dialog.draft, self._tried) if accepted else (None, None)
        finally:
            for key in ("browse", "try"):
                self._scope.cancel(key)
            self._tried = None

    async def _browse(self, dialog: VerdictDialog) -> None:
        filters = [tr("file_dialog.certificates"), tr("file_dialog.all")]
        path = await file_to_open(dialog, tr("audit.dialog.certificate"), filters)
        if path is not None:
            dialog.certificate.setText(str(path))

    async def _try(self, dialog: VerdictDialog) -> None:
        """The certificate is opened before anything is asked further; what is wrong with it is said in the dialog."""
        draft = dialog.draft
        self._tried = None
        try:
            if draft.certificate:
                self._tried = await self._desk.verdicts.signing_with(Path(draft.certificate), draft.passphrase)
            self._desk.settings.set(AUDITOR_NAME, draft.auditor)
            self._desk.settings.set(SIGNING_CERTIFICATE, draft.certificate)
        except TnsError as error:
            message = message_for(error)
            dialog.show_problem(f"{message.sentence} {message.remedy}")
            return
        dialog.accept()

    def _tell(self, done: int, total: int) -> None:
        self._window.snackbar.show_message(tr("audit.reading", done=done, total=total))

    # --- checking -----------------------------------------------------------------------------------------------------

    async def _check(self) -> None:
        filters = [tr("file_dialog.verdicts"), tr("file_dialog.all")]
        verdict = await file_to_open(self._window, tr("audit.check.choose_verdict"), filters)
        archive = await self._archive_to_check() if verdict is not None else None
        if verdict is None or archive is None:
            return
        self._window.snackbar.show_message(tr("audit.check.under_way"))
        try:
            checked = await self._desk.verdicts.check(verdict, archive)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).as_text)
            return
        self._window.snackbar.hide()
        title = tr("audit.check.title")
        await shown(FindingsDialog(title, verdict.name, findings_of(checked, verdict), self._window))

    async def _archive_to_check(self) -> Path | None:
        """One that is open, the one on screen first, or another one."""
        paths = self._archives.paths
        if paths:
            names = [*told_apart(paths), tr("audit.check.another_archive")]
            dialog = PickDialog(
                tr("audit.check.choose_archive"), tr("audit.check.choose_archive_text"), names, self._window
            )
            await shown(dialog)
            if dialog.picked < 0:
                return None
            if dialog.picked < len(paths):
                return paths[dialog.picked]
        filters = [tr("file_dialog.archives"), tr("file_dialog.all")]
        return await file_to_open(self._window, tr("audit.check.choose_archive"), filters)


def summary_of(review: Review) -> str:
    """What the marks say, so that nobody concludes against them without seeing it."""
    good = sum(review.mark_of(entry.entry_id).mark is Mark.GOOD for entry in review.to_judge)
    return tr(
        "audit.dialog.summary",
        good=formatting.count(good),
        problems=formatting.count(len(review.with_problem)),
        open=formatting.count(len(review.to_judge) - review.judged),
        missing=formatting.count(len(review.missing)),
    )


def findings_of(checked: CheckedVerdict, file: Path) -> list[Finding]:
    """The most telling first: the verdict, the archive, its documents, the data, the signature."""
    very_one = checked.is_the_very_archive
    name = checked.archive.path.name if checked.archive.path is not None else ""
    sha256 = checked.archive.index.sha256
    found = [
        verdict_finding(checked.verdict),
        archive_finding(name, sha256, very_one=very_one, same_file=checked.is_of_the_same_file),
        documents_finding(checked.documents, very_one=very_one),
        data_finding(sealed=checked.sealed),
        signature_finding(checked.signatures),
    ]
    if checked.signatures is not None and checked.signatures.signatures:
        pages = ArchiveEntry("verdict", file.name, file.name, 0, 0, DocumentKind.PDF)
        found += signature_findings(checked.signatures, pages)
    return found
