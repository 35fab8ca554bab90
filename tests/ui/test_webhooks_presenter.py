"""Web hooks in the settings: what is saved where, what is refused, how they are said to be, and the self-test."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.support.bench import Bench, opened_bench
from tests.support.fake_desk import World
from tests.support.files import CONNECTION_ID
from tests.support.windows import run_in_qt, turns, until
from tns_desktop.domain.errors import KeychainTimedOut, RequestTimedOut, SettingsNotSaved
from tns_desktop.domain.webhooks import ReceiverNotOpened
from tns_desktop.services.events import WebHooksChanged
from tns_desktop.services.hook_test import HookStep, StepOutcome
from tns_desktop.services.ports import Tally
from tns_desktop.services.settings import WEBHOOKS_HEADER, WEBHOOKS_ON, WEBHOOKS_PUBLIC_URL
from tns_desktop.services.webhooks import HookState
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.webhooks import problem_of
from tns_desktop.ui.views.hook_test_dialog import HookTestDialog
from tns_desktop.ui.views.settings_dialog import SettingsDialog

SECRET = "a-specimen-secret-value"
TESTED = ("hook_test", CONNECTION_ID)
NOT_OPENED = ReceiverNotOpened(facts={"host": "127.0.0.1:8790", "reason": "port_in_use"})


async def _opened(bench: Bench) -> SettingsDialog:
    bench.trigger("settings")
    dialog = await bench.dialog(SettingsDialog)
    dialog.show_page("webhooks_on")
    await until(lambda: "webhook_value" in bench.world.gates.calls, "the keychain")
    await turns()
    return dialog


async def _test_dialog(bench: Bench, dialog: SettingsDialog) -> HookTestDialog:
    bench.click(dialog.button("webhooks_state", "webhooks_test"))
    await until(lambda: dialog.findChildren(HookTestDialog), "the self-test")
    return dialog.findChildren(HookTestDialog)[0]


def _note(dialog: SettingsDialog, name: str) -> str:
    return dialog._notes[name].text()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("webhooks_address", "127.0.0.1", ""),
        ("webhooks_address", "::", ""),
        ("webhooks_address", "desk.example.com", "not_an_address"),
        ("webhooks_public_url", "", ""),
        ("webhooks_public_url", "https://hooks.example.com", ""),
        ("webhooks_public_url", "http://hooks.example.com", "https_needed"),
        ("webhooks_public_url", "hooks.example.com", "not_a_url"),
        ("webhooks_public_url", "https://hooks.example.com/?a=b", "query_in_url"),
        ("webhooks_public_url", "https://me:you@hooks.example.com", "credentials_in_url"),
        ("webhooks_header", "X-Webhook-Secret", ""),
        ("webhooks_header", "X Webhook", "bad_header_name"),
        ("webhooks_header", "", "bad_header_name"),
        ("webhooks_header", "Content-Length", "taken_header"),
        ("webhooks_secret", "", ""),
        ("webhooks_secret", SECRET, ""),
        ("webhooks_secret", "short", "too_short"),
        ("webhooks_secret", "x" * 513, "too_long"),
        ("webhooks_secret", "un secret à accents", "bad_characters"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    application: QApplication, name: str, value: str, reason: str
) -> None:
    assert problem_of(name, value) == (tr(f"webhooks.problem.{reason}") if reason else "")


def test_what_is_saved_counts_at_once_and_the_secret_is_in_the_keychain_only(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            field = dialog.field("webhooks_secret")
            assert isinstance(field, QLineEdit)
            assert field.echoMode() is QLineEdit.EchoMode.Password
            dialog.show_value("webhooks_on", True)
            dialog.show_value("webhooks_public_url", "https://hooks.example.com")
            dialog.show_value("webhooks_secret", SECRET)
            bench.click(dialog.save)
            await until(lambda: world.webhooks.applied == 1)
            assert world.webhooks.saved == [SECRET]
            assert world.settings.get(WEBHOOKS_ON)
            assert world.settings.get(WEBHOOKS_PUBLIC_URL) == "https://hooks.example.com"
            assert SECRET not in repr(world.store.values)

    run_in_qt(application, scenario)


def test_without_a_value_nothing_is_switched_on(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            dialog.show_value("webhooks_on", True)
            bench.click(dialog.save)
            await until(lambda: dialog._errors["webhooks_secret"].text() == tr("webhooks.problem.secret_needed"))
            assert not world.settings.get(WEBHOOKS_ON)
            bench.click(dialog.button("webhooks_state", "webhooks_make"))
            made = str(dialog.value("webhooks_secret"))
            clipboard = QGuiApplication.clipboard()
            assert (problem_of("webhooks_secret", made), clipboard.text()) == ("", made)
            assert bytes(clipboard.mimeData().data("x-kde-passwordManagerHint").data()) == b"secret"
            bench.click(dialog.save)
            await until(lambda: world.webhooks.applied == 1)
            assert world.webhooks.saved == [made]
            assert clipboard.text() == made
        assert clipboard.text() == "", "a lock closes the window"

    run_in_qt(application, scenario)


def test_a_keychain_that_fails_keeps_what_was_typed_and_saves_nothing(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.gates.fail("webhook_value", KeychainTimedOut())
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            await until(lambda: _note(dialog, "webhooks_secret") == message_for(KeychainTimedOut()).sentence)
            world.gates.mend("webhook_value")
            world.gates.fail("save_webhook_value", KeychainTimedOut())
            dialog.show_value("webhooks_secret", SECRET)
            dialog.show_value("webhooks_header", "X-Other")
            await until(dialog.field("start_at_login").isEnabled)
            dialog.show_value("start_at_login", True)
            bench.click(dialog.save)
            await until(lambda: message_for(KeychainTimedOut()).title in dialog.problem.text)
            assert dialog.value("webhooks_secret") == SECRET
            assert world.settings.get(WEBHOOKS_HEADER) == "X-Webhook-Secret"
            assert world.webhooks.applied == 0
            assert not world.autostart.on, "what the system was told is taken back"

    run_in_qt(application, scenario)


def test_the_page_says_how_they_are_and_goes_on_saying_it(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            assert _note(dialog, "webhooks_state") == tr("webhooks.state.off")
            bench.click(dialog.button("webhooks_state", "webhooks_test"))
            await until(lambda: _note(dialog, "webhooks_state") == tr("webhooks.test.no_connection"))
            world.webhooks.state = HookState("", NOT_OPENED, None, Tally())
            world.bus.publish(WebHooksChanged(NOT_OPENED))
            assert "another program has this port" in _note(dialog, "webhooks_state")
            assert not bench.window.snackbar.isVisible()
            last = world.clock.now() - timedelta(minutes=2)
            world.webhooks.state = HookState("127.0.0.1:8790", None, last, Tally(12, 1, 0, {"header_missing": 3}))
            world.bus.publish(WebHooksChanged())
            assert _note(dialog, "webhooks_state").splitlines() == [
                "The desk listens on 127.0.0.1:8790.",
                "Last event 2 min ago.",
                "accepted: 12 · delivered again: 1 · without the header: 3",
            ]
            dialog.reject()
            await turns()
            world.bus.publish(WebHooksChanged(NOT_OPENED))
            assert "another program has this port" in bench.window.snackbar.text

    run_in_qt(application, scenario)


def test_addresses_are_copied_and_the_self_test_shows_its_steps_and_runs_again(
    application: QApplication, world: World
) -> None:
    async def scenario() -> None:
        await world.connect()
        world.hook_test.steps = [
            HookStep("listening", StepOutcome.DONE, "there", {"place": "127.0.0.1:8790"}),
            HookStep("answer", StepOutcome.FAILED, "none", error=RequestTimedOut(facts={"host": "hooks.example.com"})),
            HookStep("header", StepOutcome.SKIPPED, "not_seen", {"name": "X-Webhook-Secret"}),
        ]
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            bench.click(dialog.button("webhooks_state", "webhooks_copy"))
            copied = QGuiApplication.clipboard().text()
            assert copied == f"Crédit Demo: https://hooks.example.com/hooks/{CONNECTION_ID}"
            gate = world.gates.hold(TESTED)
            shown = await _test_dialog(bench, dialog)
            assert shown.steps.message == tr("webhooks.test.running")
            assert not shown.again.isEnabled()
            gate.set()
            await until(lambda: shown.steps.findings, "the steps")
            assert [finding.title for finding in shown.steps.findings] == [
                "The desk listens on 127.0.0.1:8790",
                "There was no answer",
                "The header X-Webhook-Secret could not be looked at",
            ]
            assert shown.steps.findings[1].lines[-1] == tr("webhooks.hint.answer_none")
            bench.click(shown.again)
            await until(lambda: world.gates.calls.count(TESTED) == 2, "the second test")

    run_in_qt(application, scenario)


@pytest.mark.parametrize("action", ["webhooks_copy", "webhooks_test"])
def test_settings_that_cannot_keep_an_address_are_said_on_the_page(
    application: QApplication, world: World, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    def refuse(_connection_id: str) -> str:
        raise SettingsNotSaved("no", facts={"file": "settings.toml", "line": "", "reason": "not_allowed"})

    async def scenario() -> None:
        await world.connect()
        monkeypatch.setattr(world.webhooks, "address_of", refuse)
        QGuiApplication.clipboard().setText("something else")
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            bench.click(dialog.button("webhooks_state", action))
            await until(lambda: message_for(SettingsNotSaved("no")).title in _note(dialog, "webhooks_state"))
            assert QGuiApplication.clipboard().text() == "something else"

    run_in_qt(application, scenario)


@pytest.mark.parametrize("how", ["closed", "owner gone"])
def test_a_self_test_that_nobody_waits_for_is_given_up(application: QApplication, world: World, how: str) -> None:
    async def scenario() -> None:
        await world.connect()
        world.gates.hold(TESTED)
        async with opened_bench(world) as bench:
            dialog = await _opened(bench)
            shown = await _test_dialog(bench, dialog)
            await until(lambda: TESTED in world.gates.calls, "the test")
            if how == "closed":
                shown.reject()
                await until(lambda: TESTED in world.gates.cancelled, "the end")
        assert TESTED in world.gates.cancelled

    run_in_qt(application, scenario)


def test_one_more_connection_is_listened_for_too(application: QApplication, world: World) -> None:
    async def scenario() -> None:
        world.settings.set(WEBHOOKS_ON, True)
        async with opened_bench(world) as bench:
            bench.shell.webhooks.follow_connections()
            await turns()
            assert world.webhooks.applied == 0
            await world.connect()
            bench.shell.webhooks.follow_connections()
            await until(lambda: world.webhooks.applied == 1)
            bench.shell.webhooks.follow_connections(anew=True)
            await until(lambda: world.webhooks.applied == 2)

    run_in_qt(application, scenario)
