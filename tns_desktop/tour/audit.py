"""The auditor's walk, with no account: open two archives, look, mark, read signatures, give a verdict, check it, compare.

As in the other tour everything goes through the window; even files are chosen by name in the file dialog.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from tns_desktop.adapters.samples.auditing import AuditorSamples, auditor_samples_blocking
from tns_desktop.domain.verdict import Conclusion
from tns_desktop.tour.hands import Hands
from tns_desktop.ui.views.comparison_dialog import ComparisonDialog
from tns_desktop.ui.views.desk_view import DeskView
from tns_desktop.ui.views.findings_dialog import FindingsDialog
from tns_desktop.ui.views.pick_dialog import PickDialog
from tns_desktop.ui.views.problem_dialog import ProblemDialog
from tns_desktop.ui.views.verdict_dialog import VerdictDialog

_CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


async def take_auditors_tour(window: DeskView, folder: Path) -> None:
    """Raises TourFailed. The samples go when it ends, whatever comes of it."""
    # The system's own file dialog is a window that no event of ours reaches.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    with tempfile.TemporaryDirectory(prefix="tns-desktop-audit-") as name:
        samples = await asyncio.to_thread(auditor_samples_blocking, Path(name))
        await AuditTour(window, folder, samples).run()


class AuditTour(Hands):
    """One walk through the window."""

    def __init__(self, window: DeskView, folder: Path, samples: AuditorSamples) -> None:
        super().__init__(window, folder)
        self._samples = samples

    async def run(self) -> None:
        await self._open()
        await self._look_and_mark()
        verdict = await self._give_a_verdict()
        await self._check(verdict)
        await self._compare()

    # --- chapters -----------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        window = self._window
        await self._until("the three doors", lambda: window.shows_welcome and window.isVisible())
        await self._front()
        await self._shoot("welcome")
        self._click(window.welcome.doors["archive"])
        await self._choose_files(self._samples.first, self._samples.second)
        await self._first_page(self._samples.first)
        await self._until("both in the list", lambda: window.archives.view.model().rowCount() == 2)
        await self._shoot("two-archives")

    async def _look_and_mark(self) -> None:
        window = self._window
        self._key("I")
        self._key("I")
        await self._until("the signature, validated", lambda: window.review.facts.is_settled)
        await self._shoot("signature")
        shown = self._shown()
        self._key("G")
        await self._next_document(shown)
        shown = self._shown()
        self._key("B")
        dialog = await self._dialog(ProblemDialog)
        self._type(dialog.words, "la signature du titulaire manque")
        QTest.keyClick(dialog.words, Qt.Key.Key_Return)
        await self._front()
        await self._next_document(shown)
        await self._shoot("marked")
        self._key("J")
        await self._first_page(self._samples.second)
        await self._until("its signature, validated", lambda: window.review.facts.is_settled)
        await self._shoot("changed-after-signing")
        self._key("K")
        await self._first_page(self._samples.first)

    async def _give_a_verdict(self) -> Path:
        window = self._window
        self._key("V", _CONTROL_SHIFT)
        dialog = await self._dialog(VerdictDialog)
        self._click(dialog.conclusions[Conclusion.WITH_RESERVATIONS])
        QTest.keyClick(dialog.conclusions[Conclusion.WITH_RESERVATIONS], Qt.Key.Key_Space)
        self._type(dialog.comment, "Une signature manque.")
        self._type(dialog.auditor, "Zoé Martin, auditrice")
        self._put(dialog.certificate, str(self._samples.certificate))
        self._type(dialog.passphrase, "wrong")
        self._click(dialog.confirm)
        await self._until("a word on the passphrase", dialog.error.isVisible)
        await self._shoot("wrong-passphrase", dialog)
        self._type(dialog.passphrase, self._samples.passphrase)
        self._click(dialog.confirm)
        verdict = self._samples.first.with_name("verdict.pdf")
        await self._choose_files(verdict)
        await self._until("the verdict, written", verdict.with_suffix(".verdict.json").exists)
        await self._until("the word of it", lambda: verdict.name in window.snackbar.text)
        await self._shoot("verdict-written")
        return verdict

    async def _check(self, verdict: Path) -> None:
        self._key("K", _CONTROL_SHIFT)
        await self._choose_files(verdict, asks_more=True)
        await self._pick(0)
        dialog = await self._dialog(FindingsDialog)
        await self._shoot("verdict-checked", dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await self._front()

    async def _compare(self) -> None:
        window = self._window
        self._key("O", Qt.KeyboardModifier.ControlModifier)
        await self._choose_files(self._samples.later)
        await self._first_page(self._samples.later)
        self._key("A", _CONTROL_SHIFT)
        await self._pick(0)
        dialog = await self._dialog(ComparisonDialog)
        await self._shoot("comparison", dialog)
        dialog.tabs.setCurrentIndex(1)
        await self._shoot("fields-compared", dialog)
        QTest.keyClick(dialog.documents, Qt.Key.Key_Return)
        await self._until("two versions", lambda: window.review.previews.is_beside)
        self._click_close(dialog)
        await self._front()
        beside = window.review.previews.beside.pages
        await self._until("the earlier one's page", lambda: beside.key is not None and beside.is_drawn(0))
        await self._shoot("two-versions")

    # --- hands --------------------------------------------------------------------------------------------------------

    async def _choose_files(self, *paths: Path, asks_more: bool = False) -> None:
        """Puts the names in, several between quotation marks, and presses Enter. ``asks_more``: a question follows."""
        dialog = await self._dialog(QFileDialog)
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        assert name is not None
        name.clear()
        self._put(name, str(paths[0]) if len(paths) == 1 else " ".join(f'"{path}"' for path in paths))
        QTest.keyClick(name, Qt.Key.Key_Return)
        await self._until("the file dialog closed", lambda: not dialog.isVisible())
        if not asks_more:
            await self._front()

    def _put(self, field: QLineEdit, text: str) -> None:
        """At once, as an input method does: the file dialog looks into the folder at every single key."""
        field.setFocus()
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(field, committed)

    async def _pick(self, row: int) -> None:
        dialog = await self._dialog(PickDialog)
        dialog.list.setCurrentRow(row)
        QTest.keyClick(dialog.list, Qt.Key.Key_Return)
        await self._until("the choice made", lambda: not dialog.isVisible())

    def _click_close(self, dialog: ComparisonDialog) -> None:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    # --- eyes ---------------------------------------------------------------------------------------------------------

    async def _first_page(self, path: Path) -> None:
        pages = self._window.review.preview.pages
        await self._until(f"{path.name} on screen", lambda: self._window.review.name.text() == path.name)
        await self._until("its first page", lambda: pages.key is not None and pages.is_drawn(0))

    def _shown(self) -> object:
        """What stands in the preview: a page that is drawn, a text, or None while it is on its way."""
        preview = self._window.review.preview
        if preview.pages.key is not None:
            return preview.pages.key if preview.pages.is_drawn(0) else None
        return preview.text.text or None

    async def _next_document(self, before: object) -> None:
        await self._until("the next document", lambda: self._shown() not in (None, before))
