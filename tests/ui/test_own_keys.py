"""Keys of one's own: pressed in the settings, told where they clash, at work at once, and named everywhere as they are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key
from tests.support.windows import delete, run_in_qt, until
from tns_desktop.services.settings import KEYS
from tns_desktop.ui.actions import key_of, keys_of
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.views.help_dialog import HelpDialog
from tns_desktop.ui.views.keys_page import MOST_KEYS, KeysPage
from tns_desktop.ui.views.lock_view import LockView
from tns_desktop.ui.views.reject_dialog import RejectDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog

SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def page(application: QApplication) -> KeysPage:
    made = KeysPage()
    made.show()
    return made


def _shown(page: KeysPage) -> list[str]:
    return [name for name, row in page._rows.items() if not row.isHidden()]


async def _keys_page(bench: Bench) -> tuple[SettingsDialog, KeysPage]:
    bench.trigger("settings")
    dialog = await bench.dialog(SettingsDialog)
    dialog.show_page("keys")
    found = dialog.field("keys")
    assert isinstance(found, KeysPage)
    return dialog, found


# --- pressing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifiers", "stored"),
    [
        (Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier, "T"),
        (Qt.Key.Key_T, SHIFT, "Shift+T"),
        (Qt.Key.Key_Question, SHIFT, "?"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.KeypadModifier, "1"),
        (Qt.Key.Key_F9, SHIFT, "Shift+F9"),
        (Qt.Key.Key_Return, CONTROL, "Ctrl+Return"),
        (Qt.Key.Key_Down, ALT, "Alt+Down"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "Del"),
    ],
)
def test_a_key_that_is_pressed_becomes_one_of_the_chosen_action_s(
    page: KeysPage, key: Qt.Key, modifiers: Qt.KeyboardModifier, stored: str
) -> None:
    page.choose("rotate")
    QTest.keyClick(page.field, key, modifiers)
    assert page.stored == {"rotate": ["R", stored]}
    delete(page)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Up, SHIFT),
        (Qt.Key.Key_E, CONTROL | ALT),
    ],
)
def test_what_has_to_stay_what_it_is_is_refused_in_words(
    page: KeysPage, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    QTest.keyClick(page.field, key, modifiers)
    assert page.stored == {}
    assert page.note.text() == tr("keys.refused")
    assert page.note.isVisible()
    delete(page)


def test_a_modifier_alone_is_no_key_yet(page: KeysPage) -> None:
    for key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
        QTest.keyPress(page.field, key)
    assert page.stored == {}
    assert not page.note.isVisible()
    delete(page)


def test_keys_are_taken_away_one_by_one_and_brought_back(page: KeysPage) -> None:
    page.choose("help")
    page.chips[0].click()
    assert page.stored == {"help": ["F1"]}
    page.chips[0].click()
    assert page.stored == {"help": []}
    assert page._rows["help"].text(1) == tr("help.no_key")
    page.default.click()
    assert page.stored == {}
    page.add("T")
    page.choose("rotate")
    page.add("Ctrl+R")
    page.all_default.click()
    assert page.stored == {}
    delete(page)


def test_an_action_takes_no_more_keys_than_fit(page: KeysPage) -> None:
    page.choose("rotate")
    for number in range(1, MOST_KEYS + 3):
        page.add(f"F{number}")
    assert page.stored == {"rotate": ["R", "F1", "F2", "F3"]}
    assert not page.field.isEnabled()
    delete(page)


@pytest.mark.parametrize(
    ("typed", "first"), [("rotate", "rotate"), ("LINK next", "next_link"), ("ctrl+g", "group_documents")]
)
def test_actions_are_found_by_their_words_and_by_their_keys(page: KeysPage, typed: str, first: str) -> None:
    page.search.setText(typed)
    assert _shown(page) == [first]
    assert page.current == first
    page.search.setText("nothing is called so")
    assert _shown(page) == []
    assert page.current == ""
    assert not page.field.isEnabled()
    page.search.clear()
    assert len(_shown(page)) > 50
    delete(page)


def test_enter_goes_from_the_search_to_the_table_to_the_keys_and_escape_back(page: KeysPage) -> None:
    page.activateWindow()
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.focusWidget() is page.table
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.focusWidget() is page.field
    QTest.keyClick(page.field, Qt.Key.Key_Escape)
    assert page.focusWidget() is page.table
    assert page.stored == {}
    delete(page)


# --- in the window ----------------------------------------------------------------------------------------------------


def test_new_keys_are_saved_and_work_and_are_named_without_a_restart(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([a_file(1), a_file(2)])
        async with opened_bench(world) as bench:
            await bench.until_rows(2)
            dialog, page = await _keys_page(bench)
            # Keys that no action is likely to get one day.
            new = {"next_file": Qt.Key.Key_F7, "search": Qt.Key.Key_F8, "skip": Qt.Key.Key_F9}
            for action_id, key in new.items():
                page.choose(action_id)
                page.chips[0].click()
                QTest.keyClick(page.field, key, CONTROL)
            page.choose("confirm")
            QTest.keyClick(page.field, Qt.Key.Key_F10, CONTROL)
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            own = {"next_file": ["Ctrl+F7"], "search": ["Ctrl+F8"], "skip": ["Ctrl+F9"]}
            own["confirm"] = ["Ctrl+Return", "Ctrl+Enter", "Ctrl+F10"]
            assert world.store.values["keys"] == own
            window = bench.window
            assert key_of(window.actions_by_id["next_file"]) == "Ctrl+F7"
            assert window.header.search.placeholderText().endswith("(Ctrl+F8)")
            assert window.review.bar.skip.toolTip() == "Skip to the next file (Ctrl+F9)"
            assert window.review._empty.text.endswith("Ctrl+F7 and K go through the list; ? shows every key.")
            QTest.keyClick(window.frame, Qt.Key.Key_F7, CONTROL)
            await bench.open_with_marks(1) if bench.shell.review.key == a_key(1) else await bench.open_with_marks(2)
            bench.trigger("reject")
            rejection = await bench.dialog(RejectDialog)
            assert "(Ctrl+Return)" in rejection.confirm.toolTip()
            QTest.keyClick(rejection, Qt.Key.Key_F10, CONTROL)
            assert rejection.error.isVisible()
            rejection.reject()

    run_in_qt(application, scenario)


def test_a_clash_is_said_beside_the_table_at_once_and_not_saved(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog, page = await _keys_page(bench)
            page.choose("rotate")
            QTest.keyClick(page.field, Qt.Key.Key_G)
            said = tr("keys.clash", key="G", first=tr("action.mark_good"), second=tr("action.rotate"))
            assert dialog._errors["keys"].text() == said
            assert not page._rows["mark_good"].icon(1).isNull()
            assert not page._rows["rotate"].icon(1).isNull()
            bench.click(dialog.save)
            await until(lambda: dialog.save.isEnabled())
            assert world.store.values == {}
            page.choose("mark_good")
            page.chips[0].click()
            assert dialog._errors["keys"].text() == ""
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.settings.get(KEYS) == {"rotate": ["R", "G"], "mark_good": []}
            assert keys_of(bench.window.actions_by_id["mark_good"]) == []

    run_in_qt(application, scenario)


def test_the_dialog_s_own_confirmation_may_have_a_key_of_the_window(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog, page = await _keys_page(bench)
            page.choose("confirm")
            QTest.keyClick(page.field, Qt.Key.Key_Z, CONTROL)
            assert dialog._errors["keys"].text() == ""

    run_in_qt(application, scenario)


def test_the_help_shows_the_keys_there_are_and_leads_to_where_they_are_changed(
    application: QApplication, world: World
) -> None:
    world.settings.set(KEYS, {"rotate": ["F7"], "invert": "broken"})

    async def scenario() -> None:
        async with opened_bench(world) as bench:
            bench.trigger("help")
            help_dialog = await bench.dialog(HelpDialog)
            assert keys_of(bench.window.actions_by_id["rotate"]) == ["F7"]
            assert keys_of(bench.window.actions_by_id["invert"]) == ["X"]
            help_dialog.change_requested.emit()
            dialog = await bench.dialog(SettingsDialog)
            assert dialog.field("keys").isVisible()

    run_in_qt(application, scenario)


def test_the_locked_window_is_left_by_the_desk_s_own_key(application: QApplication) -> None:
    async def scenario() -> None:
        view = LockView(0, ("F12",))
        left: list[None] = []
        view.quit_requested.connect(lambda: left.append(None))
        view.show()
        view.activateWindow()
        await until(view.isActiveWindow)
        QTest.keyClick(view, Qt.Key.Key_Q, CONTROL)
        assert left == []
        QTest.keyClick(view, Qt.Key.Key_F12)
        assert left == [None]
        delete(view)

    run_in_qt(application, scenario)
