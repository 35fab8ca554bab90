"""A row of the list in sentences: its tool tip, and what a screen reader says of its name and age."""

from __future__ import annotations

from tns_desktop.domain.connection import Connection
from tns_desktop.domain.follow_up import Standing
from tns_desktop.domain.projection import ProjectedFile
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.state_words import connection_words, kept_words, standing_sentence, urgency_words


def age_text(age: str, standing: Standing | None) -> str:
    """The age, and for an open file the word for it: a colour never stands alone."""
    if standing is None:
        return age
    word = urgency_words(standing.urgency)
    return tr("list.age_standing", age=age, word=word) if age and standing.days is not None else word


def spoken_name(row: ProjectedFile, connection: Connection | None, found_in: str) -> str:
    """``connection`` where the rows of several are shown; ``found_in`` a document's name, or empty."""
    name = row.client_file.display_name
    if connection is not None:
        name = tr("list.name_of", name=name, connection=connection_words(connection))
    if found_in:
        name = tr("list.found_in.accessible", name=name, document=found_in)
    kept = kept_words(row)
    return tr("list.kept_accessible", name=name, kept=kept) if kept else name


def tool_tip(row: ProjectedFile, connection: Connection | None, found_in: str, standing: Standing | None) -> str:
    client_file = row.client_file
    lines = [client_file.display_name, client_file.display_id, client_file.workflow_label]
    if connection is not None:
        lines.append(connection_words(connection))
    lines.append(tr("list.tip.started", date=formatting.date_time(client_file.start_date)))
    if standing is not None:
        lines.append(
            tr("list.tip.standing", word=urgency_words(standing.urgency), sentence=standing_sentence(standing))
        )
    if found_in:
        lines.append(tr("list.tip.found_in", document=found_in))
    if kept := kept_words(row):
        lines.append(kept)
    if row.review_begun:
        lines.append(tr("list.tip.begun"))
    if row.changed_since_seen:
        lines.append(tr("list.tip.changed"))
    return "\n".join(line for line in lines if line)
