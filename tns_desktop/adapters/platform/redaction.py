"""Takes out of a text what a log or a crash report must not hold: secrets, and the traces of people.

Secrets are known (they are registered when they are read) and hidden in every form they travel in. Clients' data is
recognised by its form: e-mail addresses, phone numbers, IBANs, long runs of digits. Names cannot be recognised; the rule
for them is that nothing logs them.
"""

from __future__ import annotations

import base64
import re
import threading
from urllib.parse import quote

HIDDEN = "[hidden]"
MIN_SECRET_LENGTH = 4
"""Shorter "secrets" would blank half the log; the API's secret keys and our own keys are far longer."""

_AUTHORIZATION = re.compile(
    r"(?i)(authorization[\"']?\s*[:=,]\s*(?:b(?=[\"']))?[\"']?)(?:(?:basic|bearer|digest)\s+)?[^\s\"',;)}\]]+"
)
_SCHEME = re.compile(r"(?i)\b(basic|bearer)\s+[a-z0-9+/._~=-]{8,}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_PHONE = re.compile(r"(?<![\w.])(?:(?:\+|00)\d{1,3}(?:[ .()-]{0,2}\d){6,12}|0\d(?:[ .-]?\d{2}){4})(?!\w)")
_LONG_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d{9,}(?![A-Za-z0-9])")


class Redactor:
    """Hides what was registered and what looks like personal data. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: tuple[str, ...] = ()

    def hide(self, secret: str) -> None:
        """From now on ``secret`` and its base64 and URL forms are hidden."""
        if len(secret) < MIN_SECRET_LENGTH:
            return
        raw = secret.encode("utf-8", "backslashreplace")
        forms = {secret, quote(secret, safe="", errors="replace"), base64.b64encode(raw).decode("ascii")}
        with self._lock:
            # The longest first: a short secret may be part of a long one.
            self._secrets = tuple(sorted({*self._secrets, *forms}, key=len, reverse=True))

    def forget(self) -> None:
        """Drops the secrets that were registered: nobody else in the program has them any more either."""
        with self._lock:
            self._secrets = ()

    def redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = _AUTHORIZATION.sub(rf"\1{HIDDEN}", text)
        text = _SCHEME.sub(rf"\1 {HIDDEN}", text)
        for pattern in (_EMAIL, _IBAN, _PHONE, _LONG_DIGITS):
            text = pattern.sub(HIDDEN, text)
        return text
