"""Every error of the tree has its words in both languages, with its facts in them and nothing left open."""

from __future__ import annotations

import ast

import pytest

from tests.support.catalogue_keys import PACKAGE
from tests.support.windows import dressed
from tns_desktop.domain.archive import EntryProblem
from tns_desktop.domain.errors import (
    ApiMapInvalid,
    DocumentDamaged,
    EntryUnreadable,
    RenderError,
    RequestInvalid,
    ServerError,
    ServerFailed,
    TnsError,
    all_error_types,
)
from tns_desktop.ui import i18n
from tns_desktop.ui.i18n import tr
from tns_desktop.ui.messages import message_for

FACTS = {
    "host": "api.example.test",
    "reason": "toml_syntax",
    "file": "map.toml",
    "line": "12",
    "key": "list.items",
    "name": "Carte d’identité.pdf",
    "path": "/home/awa/vault",
    "limit": "3000",
    "size": "4000",
    "looks_like": "PDF",
    "status": "418",
    "count": "2",
}
EMITTING = frozenset({"not_understood", "error", "unreadable"})
"""Helpers of the adapters that take a reason as their second argument, for errors whose sentence shows it."""


def _made(error_type: type[TnsError]) -> TnsError:
    if issubclass(error_type, ServerError):
        return error_type("detail", status=418, facts=FACTS)
    return error_type("detail", facts=FACTS)


@pytest.mark.parametrize("error_type", all_error_types(), ids=lambda kind: kind.__name__)
def test_every_error_says_what_happened_and_what_can_be_done(language: str, error_type: type[TnsError]) -> None:
    message = message_for(_made(error_type))
    for part in (message.title, message.sentence, message.remedy):
        assert part.strip()
        assert "{" not in part
        assert "?" not in part
        assert "detail" not in part
    assert message.retryable is error_type.retryable


@pytest.mark.parametrize("error_type", all_error_types(), ids=lambda kind: kind.__name__)
def test_an_error_without_facts_still_has_a_sentence(language: str, error_type: type[TnsError]) -> None:
    message = message_for(error_type())
    assert message.title
    assert message.sentence
    assert "{" not in message.as_text


def test_every_code_has_words_of_its_own(language: str) -> None:
    assert [kind.code for kind in all_error_types() if not i18n.has_text(f"error.{kind.code}.title")] == []
    assert len({kind.code for kind in all_error_types()}) == len(all_error_types())


def test_facts_stand_in_the_sentence() -> None:
    dressed("fr")
    message = message_for(ApiMapInvalid(facts=FACTS))
    assert message.sentence == "map.toml, ligne 12, clé list.items : le fichier n’est pas du TOML valide."


def test_a_name_with_braces_is_only_a_name(language: str) -> None:
    assert "{name}{0}" in message_for(DocumentDamaged(facts={"name": "{name}{0}"})).sentence


def test_a_reason_without_words_is_shown_as_it_came(language: str) -> None:
    error = EntryUnreadable(facts={"name": "a.pdf", "reason": "stranger"})
    assert "stranger" in message_for(error).sentence


def test_the_server_s_words_stand_apart_and_verbatim() -> None:
    dressed("en")
    error = RequestInvalid(status=400, server_message="Bad <b>field</b> {x}", server_code=17)
    message = message_for(error)
    assert message.server_words == "The server said: Bad <b>field</b> {x} (code 17)"
    assert "Bad" not in message.sentence
    assert message.as_text.endswith(message.server_words)
    assert message_for(ServerFailed(status=503)).server_words == ""


def test_an_error_without_words_of_its_own_borrows_its_parent_s(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DocumentDamaged, "code", "strange_damage")
    assert message_for(DocumentDamaged(facts=FACTS)) == message_for(RenderError(facts=FACTS))


def test_what_is_not_ours_shows_nothing_of_its_text(language: str) -> None:
    message = message_for(RuntimeError("Martin, Léa"))
    assert message.title == tr("error.unexpected.title")
    assert "Martin" not in message.as_text


def _reasons_of_the_adapters() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((PACKAGE / "adapters").rglob("*.py")):
        if "render" in path.parts:
            continue  # the decoder's reasons go to the log; no sentence shows them
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            reason = node.args[1]
            if called in EMITTING and isinstance(reason, ast.Constant) and isinstance(reason.value, str):
                found[reason.value] = f"{path.name}:{node.lineno}"
    return found


def test_every_reason_that_a_sentence_shows_has_words(language: str) -> None:
    reasons = _reasons_of_the_adapters() | {
        problem.value: "indexer" for problem in EntryProblem if problem.blocks_reading
    }
    assert {reason: place for reason, place in reasons.items() if not i18n.has_text(f"reason.{reason}")} == {}


def test_every_problem_of_an_entry_has_words_for_the_preview(language: str) -> None:
    assert [problem for problem in EntryProblem if not i18n.has_text(f"reason.entry_{problem.value}")] == []
