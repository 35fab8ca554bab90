"""Review reports from the window's side: of the outbox's row, or of the file on screen; in clear, where the operator says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.review import Review
from tns_desktop.domain.review_report import ReviewReport
from tns_desktop.services.archives import OpenArchive
from tns_desktop.services.desk import Desk
from tns_desktop.services.reporting import as_json
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.marks import MarksPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.runtime.file_choosers import place_to_save
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.report_page import pdf_of


class ReportingPresenter(QObject):
    """One report at a time."""

    def __init__(
        self,
        desk: Desk,
        window: DeskView,
        files: ClientFileModel,
        review: ReviewPresenter,
        marks: MarksPresenter,
        on_error: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._files = files
        self._review = review
        self._marks = marks
        self._scope = TaskScope(on_error)
        window.actions_by_id["save_report"].triggered.connect(lambda _checked=False: self.save_report())
        window.outbox.report_requested.connect(self._save_of_decision)

    def save_report(self) -> None:
        """Of what is in front: the outbox's row, or the archive on screen."""
        if self._window.shows_outbox:
            self._window.outbox.ask_for_report()
            return
        archive, review = self._review.archive, self._marks.review
        if archive is None or review is None or review.index is not archive.index:
            self._window.snackbar.show_message(tr("report.nothing"))
        elif not self._scope.is_running("save"):
            self._scope.start("save", self._save_of_review(archive, review))

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _save_of_decision(self, decision_id: str) -> None:
        if not self._scope.is_running("save"):
            self._scope.start("save", self._save_decision(decision_id))

    async def _save_decision(self, decision_id: str) -> None:
        report = await self._desk.reports.of_decision(decision_id)
        if report is not None:
            await self._save(report)

    async def _save_of_review(self, archive: OpenArchive, review: Review) -> None:
        row = self._files.file_of(archive.key)
        await self._save(
            await self._desk.reports.of_review(archive, review, row.client_file if row is not None else None)
        )

    async def _save(self, report: ReviewReport) -> None:
        formats = {tr("file_dialog.report_pdf"): "pdf", tr("file_dialog.report_json"): "json"}
        # By the archive's hash: a file name is seen by more people than the report, and names nobody.
        name = f"review-{report.archive_sha256[:12]}"
        target = await place_to_save(self._window, tr("report.title"), name, formats)
        if target is None:
            return
        content = as_json(report).encode() if target.suffix.casefold() == ".json" else pdf_of(report)
        try:
            await self._desk.reports.save(content, target)
        except TnsError as error:
            self._window.snackbar.show_message(message_for(error).sentence)
            return
        self._window.snackbar.show_message(tr("report.saved", name=target.name))
