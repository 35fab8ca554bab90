"""Connections from the window's side: the dialog, the check, and switching."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from tns_desktop.domain.connection import Connection, checked_secret_key
from tns_desktop.domain.errors import ApiMapInvalid, ConnectionInvalid, TnsError
from tns_desktop.services.connection_records import BASE_URLS, checked_connection
from tns_desktop.services.connections import SAMPLE_CONNECTION_IDS
from tns_desktop.services.desk import Desk
from tns_desktop.services.ports import RouteCheck, RouteMeaning
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.presenters.operators import OperatorChooser
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.connection_dialog import CheckLine, ConnectionDialog, ConnectionInput
from tns_desktop.ui.views.desk_view import DeskView


class ConnectionsPresenter(QObject):
    """Emits ``connections_ready`` with those that are to be shown: one, or all of several; none when there is none left."""

    connections_ready = Signal(object)
    connection_changed = Signal(str)
    """Its address or credentials are new; comes before ``connections_ready``."""
    connection_forgotten = Signal()
    """A connection has gone, with everything that was kept of it."""

    def __init__(self, desk: Desk, window: DeskView, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._scope = TaskScope(on_error)
        self._operators = OperatorChooser(desk, self, on_error)
        self._dialog: ConnectionDialog | None = None
        header = window.header
        header.connection_chosen.connect(self.choose)
        header.all_connections_chosen.connect(self.choose_all)
        header.edit_connection_requested.connect(self.edit)
        header.new_connection_requested.connect(self.add)
        window.actions_by_id["connections"].triggered.connect(lambda: self._edit_current())

    def start(self) -> bool:
        """Shows the connections of last time; False when there is none yet."""
        if not self._desk.connections.shown():
            self._show_header()
            return False
        self._show()
        self._ask_for_missing_secret()
        return True

    def choose(self, connection_id: str) -> None:
        if self._desk.connections.find(connection_id) is not None:
            self._desk.connections.choose(connection_id)
            self._show()
            self._ask_for_missing_secret()

    def choose_all(self) -> None:
        self._desk.connections.choose_all()
        self._show()

    def show_changed(self, connection_id: str, *, bring: bool = True) -> None:
        """A connection is new, or not what it was: it is shown, beside the others where all of them are. ``bring`` False:
        only if it is shown already.
        """
        self._desk.lines.reset(connection_id)
        self._desk.sender.unpark(connection_id)
        self.connection_changed.emit(connection_id)
        shown = [item.connection_id for item in self._desk.connections.shown()]
        if bring and len(shown) < 2:
            self.choose(connection_id)
        elif connection_id in shown:
            self._show()
        else:
            self._show_header()

    def add(self) -> None:
        self._open(None)

    def edit(self, connection_id: str) -> None:
        self._open(self._desk.connections.find(connection_id))

    async def close(self) -> None:
        """What lies over the dialog first."""
        await self._operators.close()
        await self._scope.close()

    # --- the preset ---------------------------------------------------------------------------------------------------

    def _ask_for_missing_secret(self) -> None:
        """A connection that an administrator has set up lacks but its secret key: it is asked for on first use."""
        shown = self._desk.connections.shown()
        if len(shown) == 1 and self._desk.connections.is_preset(shown[0].connection_id):
            self._scope.start("first use", self._ask_if_missing(shown[0]))

    async def _ask_if_missing(self, connection: Connection) -> None:
        try:
            has_secret = await self._desk.connections.has_secret(connection.connection_id)
        except TnsError:
            return  # the line says what is wrong with the keychain
        if not has_secret:
            self._open(connection)

    # --- the dialog ---------------------------------------------------------------------------------------------------

    def _edit_current(self) -> None:
        self._open(self._desk.connections.current())

    def _open(self, connection: Connection | None) -> None:
        if self._dialog is None:
            self._scope.start("dialog", self._show_dialog(connection))

    async def _show_dialog(self, connection: Connection | None) -> None:
        connection_id = connection.connection_id if connection is not None else self._desk.connections.new_id()
        fixed = self._desk.connections.fixed_fields(connection_id) if connection is not None else ()
        dialog = self._dialog = ConnectionDialog(BASE_URLS, connection, self._window, fixed=fixed)
        if connection is not None and self._desk.connections.is_preset(connection_id):
            dialog.show_preset(tr("connection.preset.fixed") if fixed else tr("connection.preset.open"))
        dialog.save_requested.connect(
            lambda typed: self._scope.start("save", self._save(dialog, connection_id, typed, new=connection is None))
        )
        dialog.check_requested.connect(
            lambda typed: self._scope.start("check", self._check(dialog, connection_id, typed, new=connection is None))
        )
        dialog.operators_requested.connect(lambda typed: self._choose_operator(dialog, connection_id, typed))
        dialog.remove_requested.connect(lambda: self._scope.start("remove", self._remove(dialog, connection_id)))
        self._scope.start("keychain", self._tell_keychain(dialog, connection))
        try:
            result = await shown(dialog)
        finally:
            # Removing goes on: it was confirmed by the click, and half of it would leave a secret behind.
            for key in ("keychain", "check", "save"):
                self._scope.cancel(key)
            self._operators.leave()
            self._dialog = None
        if result == QDialog.DialogCode.Accepted:
            self.show_changed(connection_id)

    async def _tell_keychain(self, dialog: ConnectionDialog, connection: Connection | None) -> None:
        try:
            info = await self._desk.connections.keychain()
            asks = connection is not None and not await self._desk.connections.has_secret(connection.connection_id)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        dialog.show_keychain(persistent=info.persistent, name=info.name)
        if asks:
            dialog.ask_for_secret()

    def _checked(
        self, dialog: ConnectionDialog, connection_id: str, typed: ConnectionInput, *, new: bool
    ) -> Connection | None:
        """The connection that was typed, or None after the fault was shown beside its field."""
        dialog.clear_errors()
        try:
            connection = checked_connection(
                connection_id=connection_id,
                label=typed.label,
                environment=typed.environment,
                base_url=typed.base_url,
                public_id=typed.public_id,
                operator_uuid=typed.operator_uuid,
                api_map_path=typed.api_map_path,
                role=typed.role,
                operator_name=typed.operator_name,
            )
            if new:
                checked_secret_key(typed.secret_key)
        except ConnectionInvalid as error:
            dialog.show_field_error(error.facts["field"], tr(f"connection.error.{error.facts['reason']}"))
            return None
        return connection

    def _choose_operator(self, dialog: ConnectionDialog, connection_id: str, typed: ConnectionInput) -> None:
        """The product's own key is not needed for it; what is wrong with another field is said beside that."""
        connection = self._checked(dialog, connection_id, typed, new=False)
        if connection is not None:
            self._operators.choose(dialog, connection)

    async def _check(self, dialog: ConnectionDialog, connection_id: str, typed: ConnectionInput, *, new: bool) -> None:
        connection = self._checked(dialog, connection_id, typed, new=new)
        if connection is None:
            return
        dialog.set_busy(True)
        try:
            checks = await self._desk.connections.check(connection, typed.secret_key or None)
            dialog.show_check([_line_of(check, connection.base_url) for check in checks])
        except ApiMapInvalid as error:
            dialog.show_field_error("api_map", message_for(error).as_text)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
        finally:
            if self._dialog is dialog:
                dialog.set_busy(False)

    async def _save(self, dialog: ConnectionDialog, connection_id: str, typed: ConnectionInput, *, new: bool) -> None:
        connection = self._checked(dialog, connection_id, typed, new=new)
        if connection is None:
            return
        dialog.set_busy(True)
        try:
            if not typed.secret_key and not await self._desk.connections.has_secret(connection_id):
                dialog.show_field_error("secret_key", tr("connection.error.empty"))
                return
            await self._desk.connections.save(connection, typed.secret_key or None)
            await self._operators.keep(connection_id)
            # A map that cannot be used is said now, beside its field, not at the next refresh.
            await self._desk.connections.api_for(connection_id)
        except ApiMapInvalid as error:
            dialog.show_field_error("api_map", message_for(error).as_text)
            return
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        finally:
            if self._dialog is dialog:
                dialog.set_busy(False)
        dialog.accept()

    async def _remove(self, dialog: ConnectionDialog, connection_id: str) -> None:
        try:
            await self._desk.keeper.refuse_unfinished(connection_id)
            # Before anything goes: should the vault fail, or the program end, the rest of the wipe is done at the next start.
            self._desk.keeper.begin_wipe(connection_id)
            try:
                await self._desk.connections.remove(connection_id)
            except TnsError:
                self._desk.keeper.forget_wipe(connection_id)
                raise
        except TnsError as error:
            if self._dialog is dialog:
                dialog.show_problem(message_for(error).as_text)
            else:
                self._window.snackbar.show_message(message_for(error).sentence)
            return
        if self._dialog is dialog:
            dialog.reject()
        self._show()
        # Last, when nothing asks that server any more: what it said before must not come back.
        try:
            await self._desk.keeper.forget_connection(connection_id)
        except TnsError as error:
            left = tr("connection.wipe_unfinished", sentence=message_for(error).sentence)
            self._window.snackbar.show_message(left, lasting=True)
        self.connection_forgotten.emit()

    def _show(self) -> None:
        self._show_header()
        self.connections_ready.emit(self._desk.connections.shown())

    def _show_header(self) -> None:
        connections = self._desk.connections
        known = {item.connection_id for item in connections.all()}
        self._window.header.show_connections(
            connections.all(),
            connections.shown(),
            offer_samples=[name in known for name in SAMPLE_CONNECTION_IDS] == [True, False],
        )


_MEANINGS = {
    RouteMeaning.NOTHING_THERE: "check.meaning.nothing_there",
    RouteMeaning.NOT_FOUND: "check.meaning.not_found",
}


def _line_of(check: RouteCheck, base_url: str) -> CheckLine:
    """One route: what was asked, what came back, what was understood of it."""
    if check.meaning is RouteMeaning.NOT_IN_MAP:
        route = f"[routes.{check.route}]"
        return CheckLine("skipped", route, tr("check.not_in_map"), tr("check.meaning.listings_instead"))
    request = tr("check.request", method=check.method, url=check.url.removeprefix(base_url))
    if check.error is not None:
        message = message_for(check.error)
        understood = "\n".join(part for part in (message.title, message.sentence, message.server_words) if part)
        answer = tr("check.status", status=check.status) if check.status else tr("check.no_answer")
        return CheckLine("error", request, answer, understood)
    if not check.understood:
        return CheckLine("skipped", request, tr("check.not_asked"), tr("check.why_not_asked"))
    answer = tr("check.status", status=check.status)
    lines = []
    if check.meaning in _MEANINGS:
        lines.append(tr(_MEANINGS[check.meaning]))
    if check.items is not None:
        lines.append(tr("check.items", count=check.items))
    if check.sample:
        lines.append(tr("check.sample", sample=check.sample))
    if check.proxy:
        lines.append(tr("check.proxy", proxy=check.proxy))
    if check.issuer:
        lines.append(tr("check.issuer", issuer=check.issuer))
    return CheckLine("ok", request, answer, "\n".join(lines) or tr("check.understood"))
