"""What appears away from the focus is said to a screen reader: once, and not second by second."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from tests.support.windows import delete
from tns_desktop.ui.widgets import spoken
from tns_desktop.ui.widgets.banner import Banner
from tns_desktop.ui.widgets.empty_state import EmptyState
from tns_desktop.ui.widgets.finding_list import Finding, FindingList
from tns_desktop.ui.widgets.snackbar import Snackbar


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system's screen reader would be told."""
    heard: list[str] = []

    class Ear:
        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            heard.append(event.message())

    monkeypatch.setattr(spoken, "QAccessible", Ear)
    return heard


def test_a_countdown_is_said_once_and_what_follows_it_again(english: QApplication, said: list[str]) -> None:
    window = QWidget()
    bar = Snackbar(window)
    window.show()
    for seconds in (10, 9, 8):
        bar.show_message(f"Rejected: Martin. Leaves in {seconds} s", lasting=True)
    bar.show_message("Taken back")
    bar.hide()
    bar.show_message("Taken back")
    assert said == ["Rejected: Martin. Leaves in 10 s", "Taken back", "Taken back"]
    delete(window)


def test_a_second_decision_about_the_same_name_is_said_though_the_first_still_counts(
    english: QApplication, said: list[str]
) -> None:
    window = QWidget()
    bar = Snackbar(window)
    window.show()
    for seconds in (10, 9, 10, 9):
        bar.show_message(f"Accepted: Martin. Leaves in {seconds} s", lasting=True)
    for done in (1, 2, 3):
        bar.show_message(f"Read {done} of 3", lasting=True)
    assert said == ["Accepted: Martin. Leaves in 10 s"] * 2 + ["Read 1 of 3"]
    delete(window)


def test_a_banner_is_said_when_it_comes_and_when_it_changes(english: QApplication, said: list[str]) -> None:
    banner = Banner()
    banner.show_message("warning", "No network.")
    banner.show_message("warning", "No network.")
    banner.show_message("error", "Wrong secret key.")
    banner.clear()
    banner.show_message("warning", "No network.")
    assert said == ["No network.", "Wrong secret key.", "No network."]
    assert banner.accessibleName() == "No network."
    delete(banner)


def test_a_face_is_named_and_said_once_it_is_seen(english: QApplication, said: list[str]) -> None:
    face = EmptyState()
    face.show_message("archive", "Fetching the archive…", "")
    face.show_progress(0, None)
    assert said == [], "nobody sees it yet"
    face.show()
    face.show_message("archive", "", "")
    face.show_message("offline", "Not here", "It will be fetched as soon as the server answers.")
    assert said == ["Fetching the archive…", "Not here\nIt will be fetched as soon as the server answers."]
    assert face.accessibleName() == said[-1]
    bar = face.findChild(QProgressBar)
    assert bar is not None
    assert bar.accessibleName() == "Not here"
    delete(face)


def test_a_list_without_findings_says_why_it_is_empty(english: QApplication) -> None:
    findings = FindingList("Signatures")
    findings.show_message("This document carries no signature.")
    assert findings.accessibleDescription() == "This document carries no signature."
    findings.show_findings([Finding("check", "positive", "Intact")])
    assert findings.accessibleDescription() == ""
    delete(findings)
