"""The errors of verdicts, apart from the tree of ``errors`` for its length.

::

    TnsError
    ├── SigningRefused              a certificate cannot be used to sign: reason
    └── VerdictUnreadable           a file is no verdict that can be checked: name, reason
"""

from __future__ import annotations

from typing import ClassVar

from tns_desktop.domain.errors import TnsError


class SigningRefused(TnsError):
    """``reason``: ``passphrase``, ``not_pkcs12``, ``no_key``, ``expired``, ``not_yet``, ``key_usage`` or ``failed``."""

    code: ClassVar[str] = "signing_refused"


class VerdictUnreadable(TnsError):
    """``reason``: ``not_a_verdict``, ``too_large``, ``no_data`` (a PDF without the verdict in it) or ``unreadable``."""

    code: ClassVar[str] = "verdict_unreadable"
