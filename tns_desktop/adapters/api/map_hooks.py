"""The API map's table of web hooks: where a notification holds what."""

from __future__ import annotations

from tns_desktop.adapters.api.map_table import MapTable
from tns_desktop.services.ports import WebHookRules

MOST_EVENTS = 10_000


def webhook_rules(table: MapTable) -> WebHookRules:
    """What may be empty is not looked for: then each event means the whole list, or is known again by its whole text.

    Raises ApiMapInvalid.
    """
    rules = WebHookRules(
        events=table.field_path("events"),
        id=table.field_path("id"),
        client_file=table.field_path("client_file"),
        event=table.field_path("event", default=""),
        product=table.field_path("product", default=""),
        date=table.field_path("date", default=""),
        most_events=table.integer("most_events", minimum=1, maximum=MOST_EVENTS),
    )
    table.finish()
    return rules
