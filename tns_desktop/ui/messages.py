"""Errors in words: a title, a sentence that says what happened to what, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass

from tns_desktop.domain.errors import TnsError
from tns_desktop.ui import formatting
from tns_desktop.ui.i18n import has_text, tr

_FACTS = (
    "name",
    "status",
    "file",
    "line",
    "key",
    "reason",
    "expected",
    "host",
    "limit",
    "size",
    "path",
    "looks_like",
    "count",
)


@dataclass(frozen=True, slots=True)
class Message:
    """``server_words`` are the server's own, verbatim and apart; empty when it said nothing."""

    title: str
    sentence: str
    remedy: str
    server_words: str = ""
    retryable: bool = False

    @property
    def as_text(self) -> str:
        return "\n".join(part for part in (self.title, self.sentence, self.remedy, self.server_words) if part)


def message_for(error: BaseException) -> Message:
    """The words for ``error``. An error without a text of its own borrows its parent's in the tree."""
    if not isinstance(error, TnsError):
        return Message(tr("error.unexpected.title"), tr("error.unexpected.sentence"), tr("error.unexpected.remedy"))
    code = _code_with_text(type(error))
    facts = {name: error.facts.get(name, "?") for name in _FACTS}
    for name in ("limit", "size"):
        if facts[name].isdigit():
            facts[name] = formatting.size(int(facts[name]))
    reason_key = f"reason.{error.facts.get('reason', '')}"
    if has_text(reason_key):
        facts["reason"] = tr(reason_key)
    return Message(
        title=tr(f"error.{code}.title", **facts),
        sentence=tr(f"error.{code}.sentence", **facts),
        remedy=tr(f"error.{code}.remedy", **facts),
        server_words=_server_words(error),
        retryable=error.retryable,
    )


def _code_with_text(error_type: type[TnsError]) -> str:
    for ancestor in error_type.__mro__:
        code = getattr(ancestor, "code", "unexpected")
        if has_text(f"error.{code}.title"):
            return str(code)
    return "unexpected"


def _server_words(error: TnsError) -> str:
    if not error.server_message:
        return ""
    if error.server_code is None:
        return tr("error.server_words", message=error.server_message)
    return tr("error.server_words_with_code", message=error.server_message, code=error.server_code)
