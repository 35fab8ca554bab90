"""What went wrong on the wire, in the desk's own errors.

The question that matters for a decision is whether the server may have acted. Only ServerUnreachable and
CertificateNotTrusted say "certainly not": they are used for failures before the first byte of a request could leave.

::

    httpx.ConnectError, ConnectTimeout, PoolTimeout, ProxyError   ServerUnreachable
      … with a certificate that cannot be verified                CertificateNotTrusted
    httpx.ReadTimeout, WriteTimeout, TimeoutError                 RequestTimedOut
    httpx.ReadError, WriteError, RemoteProtocolError, the rest    ConnectionCut
    httpx.DecodingError                                           AnswerNotUnderstood
    status 3xx                                                    RedirectRefused
    status 4xx, 5xx                                               by the map: [errors.status], [errors.decision_codes],
                                                                  [errors.creation_codes]
    any other status that the route does not call a success       AnswerNotUnderstood
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from tns_desktop.adapters.api.map_values import ErrorRules, StatusMeaning
from tns_desktop.adapters.api.wire import read_envelope
from tns_desktop.domain.errors import (
    AccessForbidden,
    AnswerNotUnderstood,
    CertificateNotTrusted,
    ClientFileNotFound,
    ConnectionCut,
    CredentialsRefused,
    ExternalIdTaken,
    RedirectRefused,
    RequestInvalid,
    RequestTimedOut,
    ServerError,
    ServerFailed,
    ServerUnreachable,
    StateConflict,
    TnsError,
    TooManyRequests,
)

MAX_RETRY_AFTER = 3600.0
"""Seconds; a server that asks for more is asked again after an hour."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

_ERROR_OF: Mapping[StatusMeaning, type[ServerError]] = {
    StatusMeaning.REQUEST_INVALID: RequestInvalid,
    StatusMeaning.CREDENTIALS_REFUSED: CredentialsRefused,
    StatusMeaning.ACCESS_FORBIDDEN: AccessForbidden,
    StatusMeaning.CLIENT_FILE_NOT_FOUND: ClientFileNotFound,
    StatusMeaning.STATE_CONFLICT: StateConflict,
    StatusMeaning.TOO_MANY_REQUESTS: TooManyRequests,
    StatusMeaning.SERVER_FAILED: ServerFailed,
}


def transport_error(error: Exception, *, host: str, proxy: str = "") -> TnsError:
    """The desk's error for an exception of httpx, or for TimeoutError (the whole exchange took too long)."""
    facts = {"host": host}
    if proxy:
        facts["proxy"] = proxy
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, _NOT_SENT):
        certificate = _certificate_problem(error)
        if certificate is not None:
            return CertificateNotTrusted(detail, facts={**facts, "problem": certificate})
        return ServerUnreachable(detail, facts={**facts, "problem": type(error).__name__})
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return RequestTimedOut(detail, facts=facts)
    if isinstance(error, httpx.DecodingError):
        return AnswerNotUnderstood(detail, facts={**facts, "reason": "bad_encoding"})
    return ConnectionCut(detail, facts=facts)


def _certificate_problem(error: BaseException) -> str | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message or str(seen)
        seen = seen.__cause__ or seen.__context__
    return None


def status_error(
    rules: ErrorRules, *, route: str, url: str, status: int, headers: Mapping[str, str], body: bytes
) -> TnsError:
    """The error for a status that is not a success of this route."""
    if 300 <= status <= 399:
        return redirect_error(url, headers.get("location", ""), status)
    if not 400 <= status <= 599:
        return AnswerNotUnderstood(
            f"{route}: unexpected status {status}",
            facts={"route": route, "reason": "unexpected_status", "status": str(status)},
        )
    envelope = read_envelope(body, headers.get("content-type", ""), rules)
    fallback = StatusMeaning.REQUEST_INVALID if status < 500 else StatusMeaning.SERVER_FAILED
    meaning = rules.status.get(status, fallback)
    if envelope.code is not None and envelope.code in rules.state_conflict_codes:
        meaning = StatusMeaning.STATE_CONFLICT
    kind = _ERROR_OF[meaning]
    if status < 500 and envelope.code is not None and envelope.code in rules.external_id_taken_codes:
        kind = ExternalIdTaken
    facts = {"route": route}
    if envelope.invalid_parameters:
        facts["invalid_parameters"] = envelope.invalid_parameters
    return kind(
        f"{route}: status {status}",
        status=status,
        retry_after=retry_after_seconds(headers.get("retry-after", ""), headers.get("date", "")),
        facts=facts,
        server_message=envelope.message,
        server_code=envelope.code,
    )


def redirect_error(url: str, location: str, status: int = 0) -> RedirectRefused:
    """A redirect is never followed: it would carry the product's credentials to a host that nobody configured."""
    try:
        host = urlsplit(location).netloc.rpartition("@")[2]
    except ValueError:
        host = ""
    facts = {"host": host or urlsplit(url).netloc}
    if status:
        facts["status"] = str(status)
    return RedirectRefused(f"redirect to {host or 'the same host'}", facts=facts)


def retry_after_seconds(value: str, date: str = "") -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3), between 0 and MAX_RETRY_AFTER; None without a usable one.

    A time is measured from the answer's own Date header where it has one: this machine's clock may be wrong.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return MAX_RETRY_AFTER if len(text) > 9 else min(float(text), MAX_RETRY_AFTER)
    until = _http_date(text)
    if until is None:
        return None
    now = _http_date(date) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
