"""What an operator was at comes back from its text as it was."""

from __future__ import annotations

from tests.support.files import a_key
from tns_desktop.domain.rejection import MessageLine, RejectionDraft
from tns_desktop.ui.presenters.work_in_hand import WorkInHand, about, work_of


def test_words_for_one_file_and_for_many_come_back_apart() -> None:
    one = RejectionDraft("fr", "Illisible", "Bonjour,", "à revoir", (MessageLine("opening", "Bonjour,"),))
    many = RejectionDraft("en", "Closed", "The offer has ended.", "", is_for_all=True)
    work = WorkInHand(a_key(2), {about([a_key(1)]): one, about([a_key(2), a_key(1)]): many})
    again = work_of(work.as_text)
    assert again == work
    assert again.drafts[about([a_key(1), a_key(2)])] == many
    assert work_of(WorkInHand().as_text) == WorkInHand()
