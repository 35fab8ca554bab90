"""A verdict as bytes: JSON in its canonical form, with a checksum of itself, and back.

The seal says whether the data was changed by accident or in haste; anybody can make a new one. Only a signature says who
made it (docs/adr/0023).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NoReturn

from tns_desktop.domain.verdict import AuditVerdict, plain_of, verdict_of
from tns_desktop.domain.verdict_errors import VerdictUnreadable

LONGEST = 16 * 1024 * 1024
"""Bytes: a verdict on 3,000 documents has some two megabytes."""
_SEAL = "seal_sha256"


@dataclass(frozen=True, slots=True)
class ReadVerdict:
    """``sealed``: the data agrees with its own checksum."""

    verdict: AuditVerdict
    sealed: bool


def canonical(plain: object) -> bytes:
    """RFC 8785 for what a verdict holds: keys sorted, no spaces, UTF-8. There are no fractions and no foreign keys."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode(
        errors="surrogatepass"
    )


def dump(verdict: AuditVerdict) -> bytes:
    """The file: canonical, with its seal."""
    plain = plain_of(verdict)
    return canonical({**plain, _SEAL: hashlib.sha256(canonical(plain)).hexdigest()})


def load(content: bytes, name: str) -> ReadVerdict:
    """Raises VerdictUnreadable; ``name`` is what the file is called."""
    if len(content) > LONGEST:
        raise VerdictUnreadable("too large", facts={"name": name, "reason": "verdict_too_large"})
    try:
        plain = json.loads(content, object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
        verdict = verdict_of(plain)
    except (ValueError, RecursionError) as error:
        raise VerdictUnreadable("no verdict", facts={"name": name, "reason": "verdict_other_file"}) from error
    seal = plain.pop(_SEAL, None)
    return ReadVerdict(verdict, seal == hashlib.sha256(canonical(plain)).hexdigest())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A field that is there twice would be read differently by different programs."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field twice")
    return found


def _refuse(_text: str) -> NoReturn:
    raise ValueError("a number that is not whole")
