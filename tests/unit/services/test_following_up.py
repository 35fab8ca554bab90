"""Links of participants: for whom there is one, why there is none, and that nobody hears of a token who need not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.fake_desk import MemorySettings, World
from tests.support.files import a_connection, a_file, a_key
from tns_desktop.domain.client_file import PENDING, ClientFile, Participant
from tns_desktop.domain.errors import TemplatesInvalid
from tns_desktop.domain.follow_up import FollowUpRules
from tns_desktop.domain.invitation import MessageTemplate, Purpose
from tns_desktop.services.follow_up import Invited, NoLink
from tns_desktop.services.message_templates import RECORDS, MessageTemplates, merged
from tns_desktop.services.settings import EXPIRES_DAYS, LATE_DAYS, Settings

pytestmark = pytest.mark.anyio

TOKEN = "20140917_7HJOLUbtlKET2iQwBGtN7QkkzFgg2r"
OURS = MessageTemplate(Purpose.REMIND, "fr", "Votre dossier {file_id}", "Bonjour {first_name},\n{link}", "{link}")


def _open_file(*tokens: str) -> ClientFile:
    people = tuple(Participant(uuid=f"p-{at}", access_token=token) for at, token in enumerate(tokens))
    return replace(a_file(1, state=PENDING), participants=people)


async def _invited(world: World) -> list[Invited]:
    found = await world.desk.follow_up.invited(a_key(1))
    assert found is not None
    assert not any(one.access_token for one in found[0].participants), "a file on screen holds none"
    return found[1]


async def test_who_has_a_token_has_a_link_and_the_redactor_knows_it_first() -> None:
    world = World()
    await world.connect()
    world.put([_open_file(TOKEN, "")])
    with_link, without = await _invited(world)
    assert with_link.link == f"https://sign.example.test/?token={TOKEN}"
    assert (without.link, without.why_not) == ("", NoLink.NO_TOKEN)
    assert world.hidden == [TOKEN]
    assert TOKEN not in repr(with_link)
    assert with_link.participant.access_token == ""


async def test_an_auditor_gets_no_link() -> None:
    world = World()
    await world.connect(a_connection(read_only=True))
    world.put([_open_file(TOKEN)])
    (person,) = await _invited(world)
    assert (person.link, person.why_not, world.hidden) == ("", NoLink.ROLE, [])


async def test_a_connection_that_cannot_be_used_says_so() -> None:
    world = World()
    await world.connect()
    world.secrets.values.clear()
    world.put([_open_file(TOKEN)])
    (person,) = await _invited(world)
    assert person.why_not is NoLink.NO_CONNECTION


async def test_a_file_that_is_not_here_has_nobody() -> None:
    world = World()
    await world.connect()
    assert await world.desk.follow_up.invited(a_key(1)) is None


async def test_rules_are_the_settings() -> None:
    world = World()
    assert world.desk.follow_up.rules == FollowUpRules(7, 90, 14)
    world.settings.set_all([(LATE_DAYS, 3), (EXPIRES_DAYS, 0)])
    assert world.desk.follow_up.rules == FollowUpRules(3, 0, 14)


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m.toml", "m.json"])
async def test_messages_travel_as_files_and_are_not_taken_for_rejections(tmp_path: Path, name: str) -> None:
    world = World()
    await world.desk.messages.write_file(tmp_path / name, [OURS])
    assert await world.desk.messages.read_file(tmp_path / name) == [OURS]
    with pytest.raises(TemplatesInvalid):
        await world.desk.templates.read_file(tmp_path / name)


def test_a_template_that_would_stop_every_message_is_left_out() -> None:
    store = MemorySettings()
    book = MessageTemplates(Settings(store))
    book.save([OURS])
    good = store.values[RECORDS][0]
    store.values[RECORDS] += [
        {**good, "text": "{prenom}"},
        {**good, "purpose": "scold"},
        {**good, "language": "de"},
        {**good, "email": " "},
        "x",
    ]
    assert MessageTemplates(Settings(store)).all() == [OURS]
    assert book.find(Purpose.REMIND, "fr") == OURS
    assert book.find(Purpose.REMIND, "en") is None


def test_what_is_brought_takes_the_place_of_the_same_purpose_and_language() -> None:
    other, english = replace(OURS, text="x"), replace(OURS, language="en")
    assert merged([OURS, english], [other]) == [other, english]
