"""The settings dialog and the passphrase dialog as views: keyboard, names for those who listen, room on a small screen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QScrollArea, QWidget

from tests.support.windows import THEMES, delete, dressed
from tns_desktop.ui.i18n import LANGUAGES
from tns_desktop.ui.presenters.preferences import PAGES
from tns_desktop.ui.views.passphrase_dialog import PassphraseDialog, PassphraseStep
from tns_desktop.ui.views.settings_dialog import Kind, Page, SettingsDialog

SMALLEST = (1024, 680)


def _order(dialog: QWidget, start: QWidget) -> list[QWidget]:
    """Where Tab goes from ``start`` on, hidden ones left out, until it is back."""
    found, widget = [start], start.nextInFocusChain()
    while widget is not None and widget is not start:
        if widget.isVisibleTo(dialog) and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tab_goes_through_a_page_from_top_to_bottom_then_to_the_buttons(application: QApplication, page: Page) -> None:
    dialog = SettingsDialog(PAGES)
    dialog.show()
    dialog.pages.setCurrentRow(PAGES.index(page))
    order = _order(dialog, dialog.pages)
    places = [widget.mapTo(dialog, widget.rect().topLeft()).y() for widget in order[1:-2]]
    assert places == sorted(places)
    assert order[-2:] == [dialog.cancel, dialog.save]
    delete(dialog)


def test_every_field_has_a_name_its_meaning_and_a_caption_that_leads_to_it(application: QApplication) -> None:
    dialog = SettingsDialog(PAGES)
    captions = {found.buddy() for found in dialog.findChildren(QLabel) if found.buddy() is not None}
    for page in PAGES:
        for field in page.fields:
            widget = dialog.field(field.name)
            spoken = widget.text() if isinstance(widget, QPushButton) else widget.accessibleName()
            assert spoken, field.name
            assert widget.accessibleDescription(), field.name
            assert isinstance(widget, QCheckBox) or widget in captions, field.name
    delete(dialog)


def test_values_come_back_as_they_were_shown(application: QApplication) -> None:
    dialog = SettingsDialog(PAGES)
    samples: dict[Kind, Any] = {Kind.SWITCH: True, Kind.NUMBER: "7", Kind.LINES: ["a", "b"], Kind.FOLDER: "/tmp/roots"}
    samples[Kind.KEYS] = {"next_file": ["T"], "of_another_version": ["Q"]}
    samples |= {Kind.TEXT: "text", Kind.HIDDEN: "hidden"}
    for page in PAGES:
        for field in page.fields:
            if field.kind is not Kind.ACTIONS:
                value: Any = field.choices[-1] if field.choices else samples[field.kind]
                dialog.show_value(field.name, value)
                assert dialog.value(field.name) == value
    delete(dialog)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme_name", THEMES)
def test_it_fits_a_small_screen_and_scrolls_to_what_has_the_focus(language: str, theme_name: str) -> None:
    dressed(language, theme_name)
    dialog = SettingsDialog(PAGES)
    dialog.show()
    assert dialog.width() <= SMALLEST[0]
    assert dialog.height() <= SMALLEST[1]
    dialog.show_page("trusted_roots")
    area = next(found for found in dialog.findChildren(QScrollArea) if found.isVisible())
    for _ in range(len(_order(dialog, dialog.pages))):
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Tab)
        if dialog.focusWidget() is dialog.field("trusted_roots"):
            break
    field = dialog.field("trusted_roots")
    assert dialog.focusWidget() is field
    assert area.viewport().rect().contains(field.mapTo(area.viewport(), field.rect().center()))
    delete(dialog)


@pytest.mark.parametrize("step", PassphraseStep)
def test_a_passphrase_is_never_shown_and_each_field_is_named(application: QApplication, step: PassphraseStep) -> None:
    dialog = PassphraseDialog(step, 8)
    for field in dialog.fields.values():
        field.setText("correct horse")
        assert field.displayText() != "correct horse"
        assert field.accessibleName()
    assert bool(dialog.warning.text) is (step is not PassphraseStep.REMOVE)
    delete(dialog)
