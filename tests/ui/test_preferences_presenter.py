"""The settings dialog at work: what is saved, what is refused, what a change sets in motion; and the passphrase."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import a_file, a_key
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.errors import AutostartRefused, KeychainTimedOut, SettingsNotSaved
from tns_desktop.domain.preset_errors import SettingFixed
from tns_desktop.services.settings import (
    ALL_SETTINGS,
    ARCHIVE_DAYS,
    GRACE_SECONDS,
    HIDE_FROM_CAPTURES,
    LANGUAGE,
    PREFETCH_FILES,
    REFRESH_SECONDS,
    REJECTION_CAUSES,
    REMEMBERED,
    THEME,
    TRUSTED_ROOTS,
    Preset,
)
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.preferences import PAGES, SETTING_OF, meant, problem_of
from tns_desktop.ui.views.passphrase_dialog import PassphraseDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog
from tns_desktop.ui.views.templates_dialog import TemplatesDialog

NEW_PASSPHRASE = "correct horse battery"


async def _opened(bench: Bench) -> SettingsDialog:
    bench.trigger("settings")
    dialog = await bench.dialog(SettingsDialog)
    await until(lambda: tr("preferences.passphrase.looking") not in dialog._notes["passphrase"].text())
    return dialog


async def _passphrase_dialog(bench: Bench, dialog: SettingsDialog, step: str) -> PassphraseDialog:
    # While one change is on its way, another is not begun.
    scope = bench.shell.preferences._passphrase._scope
    await until(lambda: not scope.is_running("change") and not scope.is_running("dialog"))
    # The one before may have been answered and not be gone yet.
    await until(lambda: not bench.shell.preferences._passphrase._scope.is_running("dialog"))
    dialog.show_page("passphrase")
    await until(lambda: dialog.button("passphrase", f"passphrase_{step}").isVisible())
    bench.click(dialog.button("passphrase", f"passphrase_{step}"))
    return await bench.dialog(PassphraseDialog)


def _fill(dialog: PassphraseDialog, **texts: str) -> None:
    for name, text in texts.items():
        dialog.fields[name].setText(text)


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_setting_is_in_the_dialog_but_what_the_window_keeps_by_itself() -> None:
    """Thus whatever a preset can fix can be shown as fixed."""
    assert {setting.key for setting in SETTING_OF.values()} == {setting.key for setting in ALL_SETTINGS} - REMEMBERED
    assert SETTING_OF.keys() <= {field.name for page in PAGES for field in page.fields}


@pytest.mark.parametrize("typed", ["", "ten", "-1", "121", "nan", "1e999", "5 minutes"])
def test_what_is_no_usable_number_is_said_with_its_bounds(application: QApplication, typed: str) -> None:
    assert problem_of("grace_seconds", typed) == "A number from 0 to 120."


def test_halves_are_for_seconds_only(application: QApplication) -> None:
    assert (problem_of("grace_seconds", "7,5"), meant("grace_seconds", "7,5")) == ("", 7.5)
    assert problem_of("auto_lock_minutes", "7.5") == "A whole number from 0 to 1440."
    assert meant("auto_lock_minutes", "20") == 20
    assert isinstance(meant("auto_lock_minutes", "20"), int)


# --- what an administrator decides ------------------------------------------------------------------------------------


def test_a_fixed_field_is_off_and_says_who_decides_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.settings.preset = Preset(
            {
                "lock.idle_minutes": 5,
                "theme": "dark",
                "signatures.trusted_roots": "/roots",
                "decisions.grace_seconds": 30,
            },
            frozenset({"lock.idle_minutes", "theme", "signatures.trusted_roots"}),
        )
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            for name in ("auto_lock_minutes", "theme", "trusted_roots"):
                assert not dialog.field(name).isEnabled()
                assert dialog._notes[name].text() == tr("preferences.fixed")
                assert dialog.field(name).accessibleDescription() == tr("preferences.fixed")
            assert not dialog.button("trusted_roots", "browse").isEnabled()
            assert (dialog.value("auto_lock_minutes"), dialog.value("theme")) == ("5", "dark")
            # What is preset and not fixed is the operator's to change; the rest is saved as ever.
            assert dialog.value("grace_seconds") == "30"
            assert dialog.field("grace_seconds").isEnabled()
            dialog.show_value("grace_seconds", "25")
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.store.values == {"decisions": {"grace_seconds": 25}}
            # A key that would change it says so too.
            bench.trigger("theme")
            assert bench.window.snackbar.text == message_for(SettingFixed(facts={"key": "theme"})).as_text
            assert world.settings.get(THEME) == "dark"

    run_in_qt(application, scenario)


@pytest.mark.parametrize("obstacle", ["system", "macos_15"])
def test_captures_that_the_system_cannot_prevent_are_off_with_the_reason(
    application: QApplication, world: World, obstacle: str
) -> None:
    async def scenario() -> None:
        world.shield.obstacle = obstacle
        world.settings.preset = Preset({HIDE_FROM_CAPTURES.key: True}, frozenset({HIDE_FROM_CAPTURES.key}))
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            assert not dialog.field("hide_from_captures").isEnabled()
            assert dialog.value("hide_from_captures") is False
            assert dialog._notes["hide_from_captures"].text() == tr(f"preferences.captures.{obstacle}")
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.store.values == {}

    run_in_qt(application, scenario)


# --- saving -----------------------------------------------------------------------------------------------------------


def test_what_was_changed_is_saved_and_nothing_else(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            assert dialog.value("grace_seconds") == "10"
            dialog.show_value("grace_seconds", "25")
            dialog.show_value("rejection_causes", ["Expired", "  ", " Torn "])
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.settings.get(GRACE_SECONDS) == 25
            assert world.settings.get(REJECTION_CAUSES) == ["Expired", "Torn"]
            assert world.store.values == {"decisions": {"grace_seconds": 25, "rejection_causes": ["Expired", "Torn"]}}
            assert bench.window.snackbar.text == tr("preferences.saved")

    run_in_qt(application, scenario)


def test_cancelling_saves_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.show_value("grace_seconds", "25")
            bench.click(dialog.cancel)
            await until(lambda: not bench.has_dialog())
            assert world.store.values == {}

    run_in_qt(application, scenario)


def test_one_wrong_field_saves_none_and_is_shown(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.show_value("grace_seconds", "25")
            dialog.show_value("refresh_seconds", "1")
            bench.click(dialog.save)
            await until(lambda: dialog._errors["refresh_seconds"].isVisible())
            assert dialog._errors["refresh_seconds"].text() == "A number from 5 to 3600."
            assert dialog.field("refresh_seconds").accessibleDescription() == "A number from 5 to 3600."
            assert world.store.values == {}

    run_in_qt(application, scenario)


def test_a_field_is_judged_when_it_is_left(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.go_to("archive_days")
            field = dialog.field("archive_days")
            assert isinstance(field, QLineEdit)
            field.selectAll()
            QTest.keyClicks(field, "9999")
            QTest.keyClick(field, Qt.Key.Key_Tab)
            assert dialog._errors["archive_days"].text() == "A whole number from 0 to 3650."
            field.setText("90")
            field.editingFinished.emit()
            assert not dialog._errors["archive_days"].isVisible()

    run_in_qt(application, scenario)


def test_a_file_that_cannot_be_written_is_said_and_what_was_typed_stays(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            world.store.refuses = SettingsNotSaved(facts={"file": "settings.toml", "reason": "No space left"})
            dialog.show_value("grace_seconds", "25")
            dialog.show_value("start_at_login", True)
            bench.click(dialog.save)
            await until(lambda: "No space left" in dialog.problem.text)
            assert dialog.value("grace_seconds") == "25"
            assert world.settings.get(GRACE_SECONDS) == 10
            assert not world.autostart.on
            world.store.refuses = None
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.settings.get(GRACE_SECONDS) == 25
            assert world.autostart.on

    run_in_qt(application, scenario)


def test_switching_the_theme_by_key_says_that_it_could_not_be_kept(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            world.store.refuses = SettingsNotSaved(facts={"file": "settings.toml", "reason": "No space left"})
            bench.trigger("theme")
            assert "No space left" in bench.window.snackbar.text

    run_in_qt(application, scenario)


def test_a_folder_that_is_not_there_is_refused(application: QApplication, world: World, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.show_value("trusted_roots", str(tmp_path / "nowhere"))
            bench.click(dialog.save)
            await until(lambda: dialog._errors["trusted_roots"].text() == tr("preferences.error.folder"))
            dialog.show_value("trusted_roots", str(tmp_path))
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.settings.get(TRUSTED_ROOTS) == str(tmp_path)

    run_in_qt(application, scenario)


# --- what a change sets in motion -------------------------------------------------------------------------------------


def test_pace_retention_and_reading_ahead_follow_at_once(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        connection = await world.connect()
        world.put([a_file(number) for number in range(1, 7)])
        async with opened_bench(world) as bench:
            await bench.until_rows(6)
            bench.choose(a_key(1))
            await bench.until_open(a_key(1))
            await until(lambda: len(world.prefetcher.ahead) == 2)
            woken = world.synchroniser.woken
            dialog = await _opened(bench)
            for name, typed in (("refresh_seconds", "30"), ("prefetch_files", "4"), ("archive_days", "7")):
                dialog.show_value(name, typed)
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())
            assert world.synchroniser.paces[connection.connection_id]() == 30
            assert world.synchroniser.woken == woken + 1
            assert len(world.prefetcher.ahead) == 4
            assert world.keeper.looked_again == 1
            assert (world.settings.get(PREFETCH_FILES), world.settings.get(ARCHIVE_DAYS)) == (4, 7)
            assert world.settings.get(REFRESH_SECONDS) == 30

    run_in_qt(application, scenario)


def test_another_language_rebuilds_the_window(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            wanted: list[bool] = []
            bench.shell.rebuild_wanted.connect(lambda: wanted.append(True))
            dialog = await _opened(bench)
            dialog.show_value("language", "fr")
            bench.click(dialog.save)
            await until(lambda: wanted)
            assert world.settings.get(LANGUAGE) == "fr"

    run_in_qt(application, scenario)


def test_the_templates_open_over_the_settings(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.show_page("templates")
            bench.click(dialog.button("templates", "templates"))
            (await bench.dialog(TemplatesDialog)).reject()
            dialog.reject()
            await until(lambda: not bench.has_dialog())

    run_in_qt(application, scenario)


# --- start at login ---------------------------------------------------------------------------------------------------


def test_a_start_at_login_that_is_refused_saves_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            world.gates.fail("autostart", AutostartRefused("no", facts={"path": "autostart"}))
            dialog = await _opened(bench)
            switch = dialog.field("start_at_login")
            assert isinstance(switch, QCheckBox)
            assert switch.isEnabled()
            assert not switch.isChecked()
            switch.setChecked(True)
            dialog.show_value("grace_seconds", "25")
            bench.click(dialog.save)
            await until(lambda: dialog.problem.text)
            assert world.store.values == {}

    run_in_qt(application, scenario)


def test_where_no_start_at_login_is_possible_the_reason_is_said(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.autostart.is_possible = False
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            assert not dialog.field("start_at_login").isEnabled()
            assert dialog._notes["start_at_login"].text() == tr("preferences.no_autostart")

    run_in_qt(application, scenario)


# --- passphrase -------------------------------------------------------------------------------------------------------


def test_a_passphrase_is_set_changed_and_removed(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            asking = await _passphrase_dialog(bench, dialog, "set")
            assert asking.warning.text == tr("passphrase.warning")
            _fill(asking, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
            bench.click(asking.confirm)
            await until(lambda: world.vault_key.passphrase == NEW_PASSPHRASE)
            await until(lambda: dialog.button("passphrase", "passphrase_change").isVisible())
            assert not dialog.button("passphrase", "passphrase_set").isVisible()
            asking = await _passphrase_dialog(bench, dialog, "change")
            _fill(asking, present=NEW_PASSPHRASE, new="another one, longer", again="another one, longer")
            bench.click(asking.confirm)
            await until(lambda: world.vault_key.passphrase == "another one, longer")
            await until(lambda: dialog.button("passphrase", "passphrase_remove").isVisible())
            asking = await _passphrase_dialog(bench, dialog, "remove")
            _fill(asking, present="another one, longer")
            bench.click(asking.confirm)
            await until(lambda: world.vault_key.passphrase == "")
            await until(lambda: dialog.button("passphrase", "passphrase_set").isVisible())

    run_in_qt(application, scenario)


@pytest.mark.parametrize(
    ("new", "again", "field"), [("short", "short", "new"), (NEW_PASSPHRASE, NEW_PASSPHRASE + "!", "again")]
)
def test_a_short_one_and_two_that_differ_are_refused_beside_their_field(
    application: QApplication, world: World, new: str, again: str, field: str
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            asking = await _passphrase_dialog(bench, await _opened(bench), "set")
            _fill(asking, new=new, again=again)
            bench.click(asking.confirm)
            assert asking._errors[field].isVisible()
            await turns()
            assert "change_passphrase" not in world.gates.calls

    run_in_qt(application, scenario)


def test_a_wrong_one_is_a_sentence_beside_its_field_and_later_a_wait(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.vault_key.passphrase = NEW_PASSPHRASE
        async with opened_bench(world) as bench:
            asking = await _passphrase_dialog(bench, await _opened(bench), "remove")
            for _ in range(3):
                _fill(asking, present="wrong")
                bench.click(asking.confirm)
                await until(lambda: asking.confirm.isEnabled() and asking._errors["present"].isVisible())
            assert asking._errors["present"].text() == tr("lock.wait", count=2)
            assert world.vault_key.passphrase == NEW_PASSPHRASE

    run_in_qt(application, scenario)


def test_while_it_is_changed_progress_is_shown_and_escape_does_not_pretend(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        gate = world.gates.hold("change_passphrase")
        async with opened_bench(world) as bench:
            asking = await _passphrase_dialog(bench, await _opened(bench), "set")
            _fill(asking, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
            bench.click(asking.confirm)
            await until(lambda: asking.progress.isVisible())
            QTest.keyClick(asking, Qt.Key.Key_Escape)
            assert asking.isVisible()
            assert not asking.cancel.isEnabled()
            asking.close()
            gate.set()
            await until(lambda: bench.window.snackbar.text == tr("passphrase.done.set"))
            assert world.vault_key.passphrase == NEW_PASSPHRASE

    run_in_qt(application, scenario)


def test_a_keychain_that_does_not_answer_is_said_and_can_be_tried_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        world.gates.fail("change_passphrase", KeychainTimedOut())
        async with opened_bench(world) as bench:
            asking = await _passphrase_dialog(bench, await _opened(bench), "set")
            _fill(asking, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
            bench.click(asking.confirm)
            await until(lambda: asking.problem.text)
            assert asking.text("new") == NEW_PASSPHRASE
            world.gates.mend("change_passphrase")
            bench.click(asking.confirm)
            await until(lambda: world.vault_key.passphrase == NEW_PASSPHRASE)

    run_in_qt(application, scenario)


def test_a_keychain_in_trouble_leaves_the_rest_of_the_settings_alone(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.fail("has_passphrase", KeychainTimedOut())
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.show_page("passphrase")
            assert not dialog.button("passphrase", "passphrase_set").isVisible()
            dialog.show_value("auto_lock_minutes", "5")
            bench.click(dialog.save)
            await until(lambda: not bench.has_dialog())

    run_in_qt(application, scenario)


def test_leaving_while_a_passphrase_is_set_is_safe(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.hold("change_passphrase")
        async with opened_bench(world) as bench:
            asking = await _passphrase_dialog(bench, await _opened(bench), "set")
            _fill(asking, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
            bench.click(asking.confirm)
            await until(lambda: "change_passphrase" in world.gates.calls)
        assert world.gates.cancelled == ["change_passphrase"]

    run_in_qt(application, scenario)
