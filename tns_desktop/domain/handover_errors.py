"""The errors of handing over: a branch of the tree in ``errors``.

::

    TnsError
    └── HandoverError               a file cannot be handed over
        ├── HandoverFolderGone      the folder is away or cannot be written: path, reason     retryable
        ├── HandoverFolderFull      no room left in it: path                                  retryable
        ├── HandoverRefused         what is there must not be handed over: name, reason
        ├── HandoverCommandFailed   the command afterwards did not end well: name, status, reason
        └── HandoverRuleInvalid     a field of the rule cannot be used: field, reason, name
"""

from __future__ import annotations

from tns_desktop.domain.errors import TnsError


class HandoverError(TnsError):
    """A file cannot be handed over. ``facts`` may hold ``path``, ``name`` and ``reason``."""

    code = "handover"


class HandoverFolderGone(HandoverError):
    """The folder of the hand-over is away, or cannot be written just now. ``facts``: ``path``, ``reason``."""

    code = "handover_folder_gone"
    retryable = True


class HandoverFolderFull(HandoverError):
    code = "handover_folder_full"
    retryable = True


class HandoverRefused(HandoverError):
    """What is there must not be handed over, or not like this. ``facts``: ``name``, ``reason``."""

    code = "handover_refused"


class HandoverCommandFailed(HandoverError):
    """The command that follows a hand-over did not end well. ``facts``: ``name`` (the program), ``status``, ``reason``."""

    code = "handover_command_failed"


class HandoverRuleInvalid(HandoverError):
    """A field of a rule cannot be used. ``facts``: ``field``, ``reason``, ``name``."""

    code = "handover_rule_invalid"
