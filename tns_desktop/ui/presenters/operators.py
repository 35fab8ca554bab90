"""Choosing the acting operator by name: the dialog, the Admin's login, and the list that it brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.errors import ConnectionInvalid, TnsError
from tns_desktop.domain.operator import Admin, checked_admin
from tns_desktop.services.desk import Desk
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for
from tns_desktop.ui.runtime.dialogs import shown
from tns_desktop.ui.runtime.tasks import TaskScope
from tns_desktop.ui.views.connection_dialog import ConnectionDialog
from tns_desktop.ui.views.operators_dialog import OperatorsDialog


@dataclass(frozen=True, slots=True)
class _Login:
    """What becomes of a login that worked, once the connection is saved."""

    admin: Admin
    remember: bool


class OperatorChooser(QObject):
    """Over the connection dialog. A login is kept, or forgotten, with the connection: not before that is saved."""

    def __init__(self, desk: Desk, parent: QObject, on_error: Callable[[BaseException], None]) -> None:
        super().__init__(parent)
        self._desk = desk
        self._scope = TaskScope(on_error)
        self._logins: dict[str, _Login] = {}
        self._dialog: OperatorsDialog | None = None

    def choose(self, over: ConnectionDialog, connection: Connection) -> None:
        """``connection`` as it is typed; it need not be saved."""
        if not self._scope.is_running("choose"):
            self._scope.start("choose", self._choose(over, connection))

    async def keep(self, connection_id: str) -> None:
        """The connection is saved. Raises a SecretStoreError when its Admin's login cannot be kept or forgotten."""
        login = self._logins.pop(connection_id, None)
        if login is None:
            return
        if login.remember:
            await self._desk.operators.keep(connection_id, login.admin)
        else:
            await self._desk.operators.forget(connection_id)

    def leave(self) -> None:
        """The connection dialog is gone, and with it whatever was typed over it."""
        self._scope.cancel("choose")
        self._logins.clear()

    async def close(self) -> None:
        await self._scope.close()

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _choose(self, over: ConnectionDialog, connection: Connection) -> None:
        dialog = self._dialog = OperatorsDialog(over)
        dialog.fetch_requested.connect(
            lambda email, password: self._scope.start("fetch", self._fetch(dialog, connection, email, password))
        )
        self._scope.start("kept", self._show_kept(dialog, connection))
        try:
            result = await shown(dialog)
        finally:
            self._dialog = None
            for key in ("kept", "fetch"):
                self._scope.cancel(key)
        operator = dialog.chosen
        if result == QDialog.DialogCode.Accepted and operator is not None:
            over.show_operator(operator)

    async def _show_kept(self, dialog: OperatorsDialog, connection: Connection) -> None:
        try:
            keychain = await self._desk.connections.keychain()
            dialog.show_keychain(persistent=keychain.persistent, name=keychain.name)
            login = self._logins.get(connection.connection_id)
            admin = login.admin if login is not None else await self._desk.operators.kept(connection.connection_id)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        if admin is not None:
            dialog.show_kept(admin)

    async def _fetch(self, dialog: OperatorsDialog, connection: Connection, email: str, password: str) -> None:
        dialog.clear_errors()
        try:
            admin = checked_admin(email, password)
        except ConnectionInvalid as error:
            dialog.show_field_error(error.facts["field"], tr(f"connection.error.{error.facts['reason']}"))
            return
        dialog.set_busy(True)
        try:
            operators = await self._desk.operators.fetch(connection, admin)
        except TnsError as error:
            dialog.show_problem(message_for(error).as_text)
            return
        finally:
            if self._dialog is dialog:
                dialog.set_busy(False)
        self._logins[connection.connection_id] = _Login(admin, dialog.remember.isChecked())
        if operators:
            dialog.show_operators(operators, connection.operator_uuid)
        else:
            dialog.show_problem(tr("operators.none"))
