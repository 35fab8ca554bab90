"""Templates for rejections: words for a cause, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tns_desktop.domain.rejection import Template
from tns_desktop.services.settings import Settings
from tns_desktop.services.template_book import LANGUAGES, TemplateBook, TemplateKind, usable_text

RECORDS = "rejection_templates"


class Templates(TemplateBook[Template]):
    """A book of rejections."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, KIND)


def merged(present: Iterable[Template], brought: Iterable[Template]) -> list[Template]:
    """What was brought takes the place of what has the same cause and language; the rest stays."""
    found = {(template.cause.casefold(), template.language): template for template in present}
    found |= {(template.cause.casefold(), template.language): template for template in brought}
    return list(found.values())


def _template_of(record: Any) -> Template | None:
    if not isinstance(record, dict):
        return None
    cause, language, text = (record.get(name) for name in ("cause", "language", "text"))
    if not (usable_text(cause) and usable_text(text) and language in LANGUAGES):
        return None
    return Template(str(cause).strip(), str(language), str(text).strip())


def _record_of(template: Template) -> dict[str, Any]:
    return {"cause": template.cause, "language": template.language, "text": template.text}


KIND = TemplateKind(RECORDS, "templates", _template_of, _record_of)
