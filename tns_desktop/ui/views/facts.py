"""What stands beside the document: declared data, identity checks, signatures, hygiene; a tab each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget

from tns_desktop.domain.archive import ArchiveEntry
from tns_desktop.domain.client_file import ClientFile
from tns_desktop.domain.facts import FactGroup, Sighting, Sightings
from tns_desktop.domain.hygiene import HygieneReport
from tns_desktop.domain.reported import ReportedPerson
from tns_desktop.domain.signatures import SignatureReport
from tns_desktop.ui import icons
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.declared_view import DeclaredView
from tns_desktop.ui.views.inspection_words import (
    check_findings,
    check_look,
    hygiene_findings,
    hygiene_look,
    signature_findings,
    signature_look,
)
from tns_desktop.ui.widgets.finding_list import FindingList


class FactsPanel(QFrame):
    """Holds nothing of its own beyond what it shows. The tab in front stays in front from one document to the next."""

    fact_chosen = Signal(str)
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facts")
        self.declared = DeclaredView()
        self.declared.fact_chosen.connect(self.fact_chosen)
        self.checks = FindingList(tr("facts.tab.checks"))
        self.signatures = FindingList(tr("facts.tab.signatures"))
        self.hygiene = FindingList(tr("facts.tab.hygiene"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("facts.tabs"))
        for widget, name in (
            (self.declared, tr("facts.tab.declared")),
            (self.checks, tr("facts.tab.checks")),
            (self.signatures, tr("facts.tab.signatures")),
            (self.hygiene, tr("facts.tab.hygiene")),
        ):
            self.tabs.addTab(widget, name)
        for found in (self.checks, self.signatures, self.hygiene):
            found.retry_requested.connect(self.retry_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self._awaited: set[QWidget] = set()
        self.show_no_document()

    @property
    def is_settled(self) -> bool:
        """Everything that is asked about the document on screen was answered."""
        return not self._awaited and self.declared.is_laid_out

    def next_tab(self) -> None:
        """The next part in front, and the keyboard with it."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())
        self.tabs.tabBar().setFocus()

    # --- of the file --------------------------------------------------------------------------------------------------

    def show_declared(self, client_file: ClientFile | None, groups: Sequence[FactGroup], today: date) -> None:
        self.declared.show_facts(client_file, groups, today)

    def show_checks(self, people: tuple[ReportedPerson, ...], today: date, *, has_report: bool) -> None:
        findings = check_findings(people, today)
        if findings:
            self.checks.show_findings(findings)
        else:
            self.checks.show_message(tr("identity.none") if has_report else tr("identity.no_report"))
        self._look(self.checks, check_look(people, today))

    # --- of the document ----------------------------------------------------------------------------------------------

    def show_no_document(self) -> None:
        self._awaited = {self}
        self.declared.show_sightings(None, "")
        for found in (self.signatures, self.hygiene):
            found.show_message(tr("facts.no_document"))
            self._look(found, None)

    def show_looking(self) -> None:
        """Another document: nothing of the last one stays."""
        self._awaited = {self.declared, self.signatures, self.hygiene}
        self.declared.show_sightings(None, "")
        for found in (self.signatures, self.hygiene):
            found.show_message("")
            self._look(found, None)

    def show_busy(self) -> None:
        """It takes longer than a blink."""
        for found in (self.signatures, self.hygiene):
            if not found.findings and not found.message:
                found.show_message(tr("facts.looking"), busy=True)

    def show_sightings(self, sightings: Sightings) -> None:
        self._awaited.discard(self.declared)
        self.declared.show_sightings(sightings, _summary_of(sightings))

    def show_sightings_failure(self, text: str) -> None:
        self._awaited.discard(self.declared)
        self.declared.show_sightings(None, text)

    def show_signatures(self, report: SignatureReport | None, entry: ArchiveEntry) -> None:
        if report is None:
            self.signatures.show_message(tr("signature.no_pdf"))
        else:
            self.signatures.show_findings(signature_findings(report, entry))
        self._answered(self.signatures, signature_look(report))

    def show_signatures_failure(self, text: str, *, can_retry: bool) -> None:
        self.signatures.show_message(text, can_retry=can_retry)
        self._answered(self.signatures, ("question", "state_suspended"))

    def show_hygiene(self, report: HygieneReport) -> None:
        self.hygiene.show_findings(hygiene_findings(report))
        self._answered(self.hygiene, hygiene_look(report))

    def show_hygiene_failure(self, text: str, *, can_retry: bool) -> None:
        self.hygiene.show_message(text, can_retry=can_retry)
        self._answered(self.hygiene, ("question", "state_suspended"))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _answered(self, widget: QWidget, look: tuple[str, str] | None) -> None:
        self._awaited.discard(widget)
        self._look(widget, look)

    def _look(self, widget: QWidget, look: tuple[str, str] | None) -> None:
        """An icon on the tab: the shape says what the colour says."""
        icon = QIcon() if look is None else icons.icon(*look)
        self.tabs.setTabIcon(self.tabs.indexOf(widget), icon)


def _summary_of(sightings: Sightings) -> str:
    """How much was found, and how much of the document could be looked into."""
    if not sightings.has_text:
        return tr("facts.summary.no_text")
    looked_for = [seen for seen in sightings.seen.values() if seen.sighting is not Sighting.NOT_LOOKED_FOR]
    found = sum(1 for seen in looked_for if seen.sighting is Sighting.FOUND)
    if sightings.truncated:
        return tr("facts.summary.truncated", found=found, total=len(looked_for))
    if sightings.blank_pages:
        return tr(
            "facts.summary.partly",
            found=found,
            total=len(looked_for),
            blank=sightings.blank_pages,
            pages=sightings.pages,
        )
    return tr("facts.summary.all", found=found, total=len(looked_for))
