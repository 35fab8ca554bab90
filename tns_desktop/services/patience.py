"""What an error means for the work behind it: whether to go on, and how long to wait before the next try."""

from __future__ import annotations

import random
from datetime import timedelta

from tns_desktop.domain.errors import AnswerNotUnderstood, CredentialsRefused, ServerError, TnsError, TooManyRequests

FIRST_RETRY_SECONDS = 2.0
LONGEST_RETRY_SECONDS = 300.0


def stops_a_round(error: TnsError) -> bool:
    """True when the next row would end the same way; False when only this row is concerned."""
    if isinstance(error, CredentialsRefused | TooManyRequests):
        return True
    if isinstance(error, ServerError):
        return error.retry_after is not None
    return not isinstance(error, AnswerNotUnderstood)


def pause_after(failures: int, error: TnsError | None) -> timedelta:
    """Doubled with each failure in a row, with jitter; what the server asked for wins."""
    if isinstance(error, ServerError) and error.retry_after is not None:
        return timedelta(seconds=max(error.retry_after, 0.1))
    doubled = FIRST_RETRY_SECONDS * 2 ** min(max(failures - 1, 0), 10)
    return timedelta(seconds=min(LONGEST_RETRY_SECONDS, doubled) * random.uniform(0.8, 1.2))  # noqa: S311
