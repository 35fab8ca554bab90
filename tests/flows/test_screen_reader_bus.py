"""The way from a queue to a rejection over the accessibility bus, as a screen reader goes it: another process, no mouse.

``tests/ui/test_screen_reader.py`` asks Qt what it would tell; here is what arrives.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.accessible_bus import DOWN, UP, State, desk_on_the_bus

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="AT-SPI is Linux's")

ALIVE = (State.ENABLED, State.SENSITIVE, State.SHOWING)


def test_queue_file_document_and_rejection_are_reached_and_read_over_the_bus(tmp_path: Path) -> None:
    with desk_on_the_bus(tmp_path) as reader:
        frame = reader.await_thing("frame", "TnS Desktop")
        assert frame.has(*ALIVE)

        # The queue: it says how many it holds, and which one is chosen.
        waiting = reader.await_thing("list item", "To validate: 24", holds=lambda item: item.has(State.SELECTED))
        assert waiting.has(*ALIVE, State.SELECTABLE, State.FOCUSABLE)
        reader.await_thing("cell", "Jacquet, Hugo")
        assert reader.nameless() == []
        reader.focus(reader.await_thing("list", "Queues"))
        reader.strike(DOWN)
        reader.await_thing("list item", "In progress: 6", holds=lambda item: item.has(State.SELECTED))
        reader.strike(UP)
        reader.await_thing("list item", "To validate: 24", holds=lambda item: item.has(State.SELECTED))

        # The file: chosen by the arrows, opened with its archive.
        table = reader.await_thing("table", "Client files")
        assert table.has(*ALIVE, State.FOCUSABLE)
        reader.await_thing("cell", "Jacquet, Hugo")
        reader.focus(table)
        reader.strike(DOWN)
        contract = reader.await_thing("tree item", "contrat.pdf", "Seen", holds=lambda item: item.has(State.SELECTED))
        assert contract.has(*ALIVE, State.FOCUSABLE)
        assert reader.await_thing("document", "Preview of contrat.pdf").has(*ALIVE, State.FOCUSABLE)
        assert reader.await_thing("label", "page 1 / 3").has(State.SHOWING, State.READ_ONLY)

        # The documents: what was looked at says so, what was not says that.
        tree = reader.await_thing("tree", "Documents")
        unseen = reader.await_thing("tree item", "recto", "Not seen")
        assert not unseen.has(State.SELECTED)
        assert reader.await_thing("tree item", "SIGNED DOCUMENTS").has(State.EXPANDED)
        reader.focus(tree)
        reader.strike(DOWN)
        reader.await_thing("tree item", "SUPPORTING DOCUMENTS", holds=lambda item: item.has(State.FOCUSED))
        reader.strike(DOWN)
        reader.await_thing(
            "tree item", "recto", "Seen", holds=lambda item: item.has(State.SELECTED) and "Not seen" not in item.name
        )

        # The decision: offered, said what it does, and asked for by the button's own action.
        accept, reject = reader.await_thing("push button", "Accept"), reader.await_thing("push button", "Reject…")
        assert accept.has(*ALIVE, State.FOCUSABLE)
        assert "archived legally" in reader.description(accept)
        assert reader.nameless() == []
        reader.listen_to_announcements()
        reader.press(reject)
        dialog = reader.await_thing("dialog", "Reject")
        assert dialog.has(*ALIVE, State.ACTIVE)
        cause = reader.await_thing("text", "Cause", holds=lambda item: item.has(State.FOCUSED))
        reader.write(cause, "Expired document")
        reader.write(reader.await_thing("text", "Message for the client"), "Please send a valid one.")
        assert reader.label_of(reader.await_thing("combo box", "English")) == "Customer's language"
        assert reader.await_thing("text", "Internal note").has(State.FOCUSABLE)
        reader.press(reader.await_thing("push button", "Reject", holds=lambda item: item.name == "Reject"))
        reader.await_gone("dialog", "Reject")

        # It is decided, and that is said.
        reader.await_thing("list item", "Outbox: 1")
        reader.await_thing("label", "Rejected: Jacquet, Hugo")
        said = reader.announced()
        assert len([text for text in said if "Rejected: Jacquet, Hugo" in text]) == 1, said
