"""Following up at work: ages in words, links to whom they belong and to nobody else, messages that are whole, reminders."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import NOW, a_connection, a_file, a_key
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.client_file import PENDING, WAITING, ClientFile, ClientFileState, Participant
from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import ClientFileNotFound, VaultDamaged
from tns_desktop.domain.invitation import MessageTemplate, Purpose
from tns_desktop.services.events import ClientFilesChanged
from tns_desktop.services.settings import CLIPBOARD_SECONDS, EXPIRES_DAYS, LATE_DAYS
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.models.client_files import Column
from tns_desktop.ui.models.queues import Place
from tns_desktop.ui.runtime.clipboard import SecretClipboard
from tns_desktop.ui.views.follow_up_pane import FollowUpPane
from tns_desktop.ui.views.message_dialog import MessageDialog
from tns_desktop.ui.views.message_templates_dialog import MessageTemplatesDialog
from tns_desktop.ui.views.qr_dialog import QrDialog
from tns_desktop.ui.views.reminders_dialog import RemindersDialog
from tns_desktop.ui.widgets.qr_code import QUIET_ZONE, qr_image

TOKEN = "20140917_7HJOLUbtlKET2iQwBGtN7QkkzFgg2r"
LINK = f"https://sign.example.test/?token={TOKEN}"
LEA = Participant(uuid="p-1", first_name="Léa", last_name="Martin", email="lea@example.test", access_token=TOKEN)
AWA = Participant(uuid="p-2", first_name="Awa", last_name="Diallo", mobile_phone="+33 6 12 34 56 78")


def _open_file(number: int = 1, days: float = 9, people: tuple[Participant, ...] = (LEA, AWA)) -> ClientFile:
    began = NOW - timedelta(days=days)
    return replace(a_file(number, state=PENDING), start_date=began, participants=people, language="fr")


@asynccontextmanager
async def _at(world: World, *files: ClientFile, connection: Connection | None = None) -> AsyncIterator[Bench]:
    """The first of the files is on screen, its participants too."""
    await world.connect(connection)
    world.put(files)
    world.gates.fail(("open", files[0].key), ClientFileNotFound(status=404))
    async with opened_bench(world) as bench:
        await until(lambda: bench.models.queues.row_of(Place(PENDING)) >= 0)
        bench.window.queues.choose_state(PENDING)
        await until(lambda: bench.models.files.row_of(files[0].key) >= 0)
        bench.choose(files[0].key)
        await until(lambda: bench.window.review.follow_up.current >= 0 or not files[0].participants)
        yield bench


def _pane(bench: Bench) -> FollowUpPane:
    return bench.window.review.follow_up


class MailProgram(QObject):
    """Stands for the system's: what it is opened with is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


# --- what is shown ------------------------------------------------------------------------------------------------------


def test_an_open_file_shows_its_age_its_people_and_calmly_that_there_is_no_document(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file()) as bench:
            pane = _pane(bench)
            assert pane.isVisible()
            assert pane.word.text() == tr("follow_up.urgency.late")
            await until(lambda: tr("review.no_documents_yet.title") in bench.window.review.archive_message)
            assert pane.note.text() == tr("follow_up.no_link.no_token")
            assert [button.isEnabled() for button in pane.buttons_of(0)] == [True, True, True]
            assert [button.isEnabled() for button in pane.buttons_of(1)] == [True, False, False]
            age = bench.models.files.index(0, Column.AGE).data()
            assert tr("follow_up.urgency.late") in age
            assert TOKEN not in repr([child.text() for child in pane.findChildren(QPushButton)])

    run_in_qt(application, scenario)


def test_rules_of_age_are_the_settings_and_change_at_once(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file(days=9)) as bench:
            world.settings.set_all([(LATE_DAYS, 30), (EXPIRES_DAYS, 10)])
            bench.shell.follow_up.settings_changed([LATE_DAYS, EXPIRES_DAYS])
            assert _pane(bench).word.text() == tr("follow_up.urgency.expiring")
            assert tr("follow_up.urgency.expiring") in bench.models.files.index(0, Column.AGE).data()

    run_in_qt(application, scenario)


@pytest.mark.parametrize("state", [WAITING, ClientFileState("ARCHIVING")])
def test_a_file_that_nobody_follows_up_shows_nothing_of_it(
    application: QApplication, world: World, state: ClientFileState
) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file()) as bench:
            world.set_state(a_key(1), state)
            await until(lambda: not _pane(bench).isVisible())
            bench.trigger("copy_link")
            assert bench.window.snackbar.text == tr("follow_up.not_here")

    run_in_qt(application, scenario)


def test_another_file_takes_the_last_ones_people_away_before_its_own_come(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file(), _open_file(2, days=1)) as bench:
            gate = world.gates.hold(("facts", a_key(2)))
            bench.choose(a_key(2))
            await until(lambda: bench.shell.review.key == a_key(2))
            assert _pane(bench).current == -1
            assert _pane(bench).word.text() == tr("follow_up.urgency.fresh")
            bench.trigger("copy_link")
            assert QGuiApplication.clipboard().text() != LINK
            gate.set()
            await until(lambda: _pane(bench).current == 0)

    run_in_qt(application, scenario)


def test_an_auditor_sees_the_age_and_nothing_else(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file(), connection=a_connection(read_only=True)) as bench:
            pane = _pane(bench)
            assert not any(button.isEnabled() for number in (0, 1) for button in pane.buttons_of(number))
            assert pane.note.text() == tr("follow_up.no_link.role")
            for action in ("follow_up", "copy_link", "show_qr"):
                bench.window.snackbar.hide()
                bench.trigger(action)
                assert bench.window.snackbar.text == tr("follow_up.no_link.role")
            assert not bench.has_dialog()

    run_in_qt(application, scenario)


def test_a_vault_that_does_not_answer_says_so_in_the_pane(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        await world.connect()
        world.put([_open_file()])
        world.gates.fail(("facts", a_key(1)), VaultDamaged())
        async with opened_bench(world) as bench:
            await until(lambda: bench.models.queues.row_of(Place(PENDING)) >= 0)
            bench.window.queues.choose_state(PENDING)
            bench.choose(a_key(1))
            await until(lambda: _pane(bench).note.text() == message_for(VaultDamaged()).sentence)

    run_in_qt(application, scenario)


# --- links --------------------------------------------------------------------------------------------------------------


def test_a_copied_link_is_marked_as_a_secret_and_does_not_outlive_the_window(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        world.settings.override(CLIPBOARD_SECONDS, 600)
        clipboard = QGuiApplication.clipboard()
        async with _at(world, _open_file()) as bench:
            bench.click(_pane(bench).buttons_of(0)[1])
            assert clipboard.text() == LINK
            assert bytes(clipboard.mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
            assert TOKEN not in bench.window.snackbar.text
        assert clipboard.text() == ""

    run_in_qt(application, scenario)


def test_after_its_time_a_secret_leaves_the_clipboard_unless_somebody_copied_something_else(
    application: QApplication,
) -> None:
    async def scenario() -> None:
        clipboard, owner = QGuiApplication.clipboard(), QObject()
        secret = SecretClipboard(owner)
        cleared: list[bool] = []
        secret.cleared.connect(lambda: cleared.append(True))
        secret.copy("secret", 0)
        await until(lambda: cleared == [True])
        assert clipboard.text() == ""
        secret.copy("secret", 0)
        other = QMimeData()
        other.setText("something else")
        clipboard.setMimeData(other)
        await turns(10)
        assert (clipboard.text(), cleared) == ("something else", [True])

    run_in_qt(application, scenario)


def test_a_link_is_a_qr_code_with_a_name_and_no_text(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file()) as bench:
            bench.trigger("show_qr")
            dialog = await bench.dialog(QrDialog)
            assert dialog.code.accessibleName() == tr("follow_up.qr.spoken", name="Léa Martin")
            assert LINK not in repr([child.text() for child in dialog.findChildren(type(dialog.code))])

    run_in_qt(application, scenario)


def test_a_qr_code_is_black_on_white_with_its_quiet_zone_and_in_whole_pixels(application: QApplication) -> None:
    image = qr_image(LINK, 340)
    assert isinstance(image, QImage)
    assert image.width() == image.height() <= 340
    colours = {image.pixel(x, y) & 0xFFFFFF for x in range(image.width()) for y in range(0, image.height(), 5)}
    assert colours == {0x000000, 0xFFFFFF}
    dark = [x for x in range(image.width()) if any(image.pixel(x, y) & 1 == 0 for y in range(image.height()))]
    scale = dark[0] // QUIET_ZONE
    assert dark[0] == QUIET_ZONE * scale
    assert image.width() - 1 - dark[-1] == QUIET_ZONE * scale
    assert qr_image("x" * 3000, 340) is None


# --- messages -----------------------------------------------------------------------------------------------------------


def test_a_message_is_in_the_customers_language_and_opens_the_operators_own_program(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        program = MailProgram()
        # The stubs want bytes, the binding a text.
        QDesktopServices.setUrlHandler("mailto", program, "open")  # type: ignore[arg-type]
        try:
            async with _at(world, _open_file(days=80)) as bench:
                bench.trigger("follow_up")
                dialog = await bench.dialog(MessageDialog)
                assert dialog.purpose.currentData() == Purpose.EXPIRING
                assert dialog.language.currentData() == "fr"
                assert LINK in dialog.email.toPlainText()
                bench.click(dialog.mail)
                await until(lambda: not bench.has_dialog())
                (opened,) = program.opened
                assert opened.startswith("mailto:lea@example.test?subject=Votre%20dossier")
                assert "%0D%0A" in opened
                assert LINK in unquote(opened)
        finally:
            QDesktopServices.unsetUrlHandler("mailto")

    run_in_qt(application, scenario)


@pytest.mark.qt_log_ignore("does not support")
def test_without_a_mail_program_the_text_can_still_be_copied(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file()) as bench:
            bench.trigger("follow_up")
            dialog = await bench.dialog(MessageDialog)
            bench.click(dialog.mail)
            await until(lambda: dialog.problem.text == tr("message.no_program"))
            bench.click(dialog.copy)
            assert LINK in QGuiApplication.clipboard().text()
            assert "\u00a0:" in QGuiApplication.clipboard().text(), "French spaces survive the editor"

    run_in_qt(application, scenario)


def test_what_is_not_known_stops_the_message_until_it_is_taken_out(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file()) as bench:
            bench.click(_pane(bench).buttons_of(1)[0])
            dialog = await bench.dialog(MessageDialog)
            assert "{link}" in dialog.text.toPlainText()
            assert dialog.problem.text == tr("message.missing", names="{link}")
            assert not dialog.copy.isEnabled()
            assert not dialog.mail.isEnabled(), "Awa has no address either"
            dialog.text.setPlainText("Bonjour Awa, appelez-nous.")
            assert dialog.copy.isEnabled()

    run_in_qt(application, scenario)


def test_the_offices_own_words_take_the_place_of_the_programs(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file(days=9)) as bench:
            bench.trigger("follow_up")
            dialog = await bench.dialog(MessageDialog)
            before = dialog.subject.text()
            dialog.templates_requested.emit()
            templates = await bench.dialog(MessageTemplatesDialog)
            assert (templates.purpose.currentData(), templates.language.currentData()) == (Purpose.REMIND, "fr")
            templates.subject.setText("Dossier {numero}")
            assert templates.error.text() == tr("message_templates.unknown", names="{numero}")
            assert templates.subject.property("invalid") == "true"
            templates.language.setCurrentIndex(templates.language.findData("en"))
            bench.click(templates.save)
            await turns(5)
            assert templates.isVisible(), "what is wrong is shown and nothing is saved"
            assert templates.language.currentData() == "fr"
            templates.subject.setText("Dossier {file_id}")
            bench.click(templates.save)
            await until(lambda: dialog.subject.text() == "Dossier 24-0001")
            assert dialog.subject.text() != before
            (kept,) = world.desk.messages.all()
            assert (kept.purpose, kept.language, kept.subject) == (Purpose.REMIND, "fr", "Dossier {file_id}")

    run_in_qt(application, scenario)


def test_words_as_the_program_has_them_are_not_kept(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.desk.messages.save([MessageTemplate(Purpose.INVITE, "fr", "s", "e", "t")])
        async with opened_bench(world) as bench:
            bench.trigger("message_templates")
            dialog = await bench.dialog(MessageTemplatesDialog)
            dialog.show_words_for(Purpose.INVITE, "fr")
            assert dialog.subject.text() == "s"
            bench.click(dialog.own_words)
            bench.click(dialog.save)
            await until(lambda: world.desk.messages.all() == [])

    run_in_qt(application, scenario)


# --- reminders ----------------------------------------------------------------------------------------------------------


def test_reminders_lead_to_the_most_urgent_file(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        files = [_open_file(1, 9), _open_file(2, 95), _open_file(3, 1), a_file(4)]
        async with _at(world, *files) as bench:
            bench.trigger("reminders")
            dialog = await bench.dialog(RemindersDialog)
            names = [dialog.table.item(row, 2).text() for row in range(dialog.table.rowCount())]  # type: ignore[union-attr]
            assert names == ["24-0002", "24-0001"]
            QTest.keyClick(dialog.table, Qt.Key.Key_Return)
            await until(lambda: bench.shell.review.key == a_key(2))

    run_in_qt(application, scenario)


def test_without_anybody_to_remind_it_says_so(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file(1, 1)) as bench:
            bench.trigger("reminders")
            dialog = await bench.dialog(RemindersDialog)
            assert dialog.table.rowCount() == 0
            assert not dialog.show_file.isEnabled()

    run_in_qt(application, scenario)


def test_a_refresh_that_changes_the_file_brings_its_people_anew(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with _at(world, _open_file(people=(AWA,))) as bench:
            assert not _pane(bench).buttons_of(0)[1].isEnabled()
            world.put([_open_file()])
            world.bus.publish(ClientFilesChanged("c1", frozenset({a_key(1)})))
            await until(lambda: bool(_pane(bench).note.text()) and _pane(bench).buttons_of(0)[1].isEnabled())

    run_in_qt(application, scenario)
