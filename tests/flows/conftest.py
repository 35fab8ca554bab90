"""Flows run against the real sandbox and real desks."""

from tests.support.sandbox import sandbox, sandbox_process

__all__ = ["sandbox", "sandbox_process"]
