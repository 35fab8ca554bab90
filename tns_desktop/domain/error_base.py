"""What every error of the desk has: a stable code, named facts, and whether trying again can help."""

from __future__ import annotations

from typing import ClassVar


class TnsError(Exception):
    """Base of every error that can be put into words for the operator.

    ``facts`` are the named values of the sentence (file, line, status…); they never hold a secret or client data that is
    not already on the operator's screen. ``server_message`` and ``server_code`` are the server's own words, verbatim.
    """

    code: ClassVar[str] = "unexpected"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str = "",
        *,
        facts: dict[str, str] | None = None,
        server_message: str | None = None,
        server_code: int | None = None,
    ) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.facts: dict[str, str] = dict(facts or {})
        self.server_message = server_message
        self.server_code = server_code
