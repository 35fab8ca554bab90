"""Why a command cannot go on, in one sentence for a person. Anything else that is raised is a bug and shows itself."""

from __future__ import annotations

import errno

DISK_FULL = "The disk is full: the set-up needs about 1 GB. Make room and run the command again."
NO_NETWORK = "The package index cannot be reached. Check the network (or the proxy) and run the command again."


class Stop(Exception):
    """Ends the command with exit code 2. Its text says what is wrong and what to do."""


def sentence_for(error: OSError) -> str:
    """An error of the operating system that nobody expected where it happened."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"


def explain_pip(output: str) -> str:
    """Makes one sentence of what pip said when it failed. ``output``: standard output and error, mixed."""
    low = output.lower()
    if "no space left on device" in low or "errno 28" in low:
        return DISK_FULL
    if "do not match the hashes" in low:
        return "A downloaded package does not match its hash in requirements.lock. Nothing was installed from it."
    if any(sign in low for sign in _NETWORK_SIGNS):
        return NO_NETWORK
    errors = [line[len("ERROR:") :].strip() for line in output.splitlines() if line.startswith("ERROR:")]
    if any("no matching distribution" in line.lower() for line in errors):
        return f"pip finds no ready-made package for this machine: {errors[0]}"
    return "pip could not install the dependencies: {}".format(errors[0] if errors else "it did not say why.")


_NETWORK_SIGNS = (
    "name resolution",
    "newconnectionerror",
    "name or service not known",
    "nodename nor servname",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "max retries exceeded",
    "proxyerror",
    "timed out",
    "certificate verify failed",
)
