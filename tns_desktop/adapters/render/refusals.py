"""Why the decoder could not do what it was asked, in the few words that travel back to the desk."""

from __future__ import annotations


class Refusal(Exception):
    """Base: ``code`` names the desk's error class, ``reason`` is one lower-case word for its facts."""

    code = "document_damaged"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Damaged(Refusal):
    code = "document_damaged"


class Unsupported(Refusal):
    code = "document_unsupported"


class Locked(Refusal):
    """``reason`` is ``password_needed`` or ``password_wrong``."""

    code = "document_locked"


class TooLarge(Refusal):
    code = "render_too_large"
