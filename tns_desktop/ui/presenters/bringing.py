"""Brings a client file on screen wherever it is asked for: its connection shown, its queue chosen, its row current."""

from __future__ import annotations

from tns_desktop.domain.client_file import ClientFileKey
from tns_desktop.ui.models.client_files import ClientFileModel
from tns_desktop.ui.presenters.connections import ConnectionsPresenter
from tns_desktop.ui.presenters.files import FilesPresenter
from tns_desktop.ui.presenters.review import ReviewPresenter
from tns_desktop.ui.views.desk_view import DeskView


class Bringing:
    """At most one file is awaited: the one that was asked for last."""

    def __init__(
        self,
        window: DeskView,
        model: ClientFileModel,
        files: FilesPresenter,
        review: ReviewPresenter,
        connections: ConnectionsPresenter,
    ) -> None:
        self._window = window
        self._model = model
        self._files = files
        self._review = review
        self._connections = connections
        self._awaited: tuple[ClientFileKey, bool] | None = None
        """A file that is to be shown as soon as the rows of its connection are there, and whether anew."""
        files.rows_shown.connect(self._rows_shown)

    def show(self, key: ClientFileKey) -> None:
        self._show(key, anew=False)

    def show_anew(self, key: ClientFileKey) -> None:
        """With what the server has now, its archive fetched again."""
        self._show(key, anew=True)

    def await_rows_of(self, key: ClientFileKey) -> None:
        """Shows the file once the rows are there that are on their way by themselves."""
        self._awaited = (key, False)

    def _show(self, key: ClientFileKey, *, anew: bool) -> None:
        if self._model.file_of(key) is not None:
            self._bring(key, anew=anew)
        elif key.connection_id not in {item.connection_id for item in self._files.connections}:
            # A decision of a connection that is not shown: its rows have to come first.
            self._awaited = (key, anew)
            self._connections.choose(key.connection_id)
        else:
            # Read a moment ago, its row is on its way: a file that was just created.
            self._awaited = (key, anew)

    def _rows_shown(self) -> None:
        if self._awaited is not None:
            (key, anew), self._awaited = self._awaited, None
            if self._model.file_of(key) is not None:
                self._bring(key, anew=anew)

    def _bring(self, key: ClientFileKey, *, anew: bool) -> None:
        row = self._model.file_of(key)
        assert row is not None
        self._window.header.search.clear()
        if self._model.filter.connection_id not in ("", key.connection_id):
            self._window.queues.choose_connection("")
        self._window.queues.choose_state(row.client_file.state)
        self._window.show_files()
        if self._model.row_of(key) < 0:
            self._files.widen_list()
        self._window.files.choose_row(self._model.row_of(key))
        if anew and self._review.key == key:
            self._review.fetch_again()
