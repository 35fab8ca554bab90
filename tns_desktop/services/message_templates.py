"""Templates of messages to participants: an office's words in place of the program's, for a purpose in a language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tns_desktop.domain.invitation import MessageTemplate, Purpose, unknown_placeholders
from tns_desktop.services.settings import Settings
from tns_desktop.services.template_book import LANGUAGES, TemplateBook, TemplateKind, usable_text

RECORDS = "message_templates"


class MessageTemplates(TemplateBook[MessageTemplate]):
    """A book of messages; what it does not hold, the program has words of its own for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, TemplateKind(RECORDS, "messages", _template_of, _record_of))

    def find(self, purpose: Purpose, language: str) -> MessageTemplate | None:
        return next((one for one in self.all() if (one.purpose, one.language) == (purpose, language)), None)


def merged(present: Iterable[MessageTemplate], brought: Iterable[MessageTemplate]) -> list[MessageTemplate]:
    """What was brought takes the place of what has the same purpose and language; the rest stays."""
    found = {(one.purpose, one.language): one for one in present}
    found |= {(one.purpose, one.language): one for one in brought}
    return list(found.values())


def _template_of(record: Any) -> MessageTemplate | None:
    """None also for one with a placeholder that nobody can fill in: it would stop every message."""
    if not isinstance(record, dict) or record.get("purpose") not in list(Purpose):
        return None
    language, *words = (record.get(name) for name in ("language", "subject", "email", "text"))
    if language not in LANGUAGES or not all(usable_text(text) for text in words):
        return None
    subject, email, text = (str(word).strip() for word in words)
    if any(unknown_placeholders(one) for one in (subject, email, text)):
        return None
    return MessageTemplate(Purpose(record["purpose"]), str(language), " ".join(subject.split()), email, text)


def _record_of(template: MessageTemplate) -> dict[str, Any]:
    return {
        "purpose": template.purpose.value,
        "language": template.language,
        "subject": template.subject,
        "email": template.email,
        "text": template.text,
    }
