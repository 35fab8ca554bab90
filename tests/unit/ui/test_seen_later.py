"""What is laid out once somebody can see it: not before, once, and never what was to be seen earlier."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from tns_desktop.domain.facts import Fact, FactGroup
from tns_desktop.domain.matching import ValueKind
from tns_desktop.ui.views.declared_view import NARROW, DeclaredView
from tns_desktop.ui.widgets.finding_list import Finding, FindingList

TODAY = date(2026, 11, 24)


def declared(name: str) -> list[FactGroup]:
    return [FactGroup("Client", (Fact("0.last_name", "last_name", "", name, ValueKind.NAME),))]


def texts_in(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


@pytest.fixture
def tabs(english: QApplication, qtbot: QtBot) -> QTabWidget:
    made = QTabWidget()
    qtbot.addWidget(made)
    made.addTab(QWidget(), "in front")
    made.resize(2 * NARROW, 400)
    made.show()
    return made


def test_findings_behind_another_tab_wait_and_the_last_ones_count(tabs: QTabWidget) -> None:
    findings = FindingList("Signatures")
    tabs.addTab(findings, "behind")
    findings.show_findings([Finding("check", "positive", "of the first document")])
    findings.show_message("nothing in the second one")
    assert findings.widget() is None
    tabs.setCurrentWidget(findings)
    assert texts_in(findings) == ["nothing in the second one"]
    findings.show_findings([Finding("check", "positive", "of the third one")])
    assert "of the third one" in texts_in(findings)
    assert "nothing in the second one" not in texts_in(findings)
    tabs.setCurrentIndex(0)
    findings.show_message("")
    assert findings.widget() is None


def test_what_another_file_declares_is_gone_at_once_and_comes_when_it_is_seen(tabs: QTabWidget, qtbot: QtBot) -> None:
    view = DeclaredView()
    tabs.addTab(view, "behind")
    tabs.setCurrentWidget(view)
    view.show_facts(None, declared("Jacquet"), TODAY)
    assert not view.is_laid_out
    qtbot.waitUntil(lambda: view.is_laid_out)
    assert "Jacquet" in texts_in(view)
    tabs.setCurrentIndex(0)
    view.show_facts(None, declared("Martin"), TODAY)
    view.resize(NARROW // 2, 300)
    assert view.widget() is None
    tabs.setCurrentWidget(view)
    assert "Martin" in texts_in(view)
    assert "Jacquet" not in texts_in(view)
