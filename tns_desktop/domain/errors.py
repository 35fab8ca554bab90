"""The errors the desk knows, as one tree.

A foreign exception (httpx, SQLite, zipfile, keyring, PDFium…) stops at its adapter and becomes one of these. The window
turns ``code`` into a title, a sentence and what can be done, in the operator's language; anything that is not a
``TnsError`` is a bug of ours and goes to the crash dialog.

::

    TnsError
    ├── TransportError              nothing usable came back
    │   ├── ServerUnreachable       no route, no name, refused                           retryable
    │   ├── CertificateNotTrusted   TLS could not be verified
    │   ├── RequestTimedOut         sent or not, no answer in time                       retryable
    │   ├── ConnectionCut           the line broke in the middle                         retryable
    │   └── RedirectRefused         the server sent us elsewhere
    ├── ServerError                 the server answered, and said no
    │   ├── CredentialsRefused      401
    │   ├── AdminRefused            401 for the e-mail address and password of an Admin
    │   ├── AccessForbidden         403
    │   ├── AdminNotAllowed         403: whoever this is may not see the operators
    │   ├── ClientFileNotFound      404
    │   ├── StateConflict           409: not in a state that allows it
    │   ├── RequestInvalid          any other 4xx
    │   │   └── ExternalIdTaken     a file with that external identifier exists
    │   ├── TooManyRequests         429, with ``retry_after`` in seconds                 retryable
    │   └── ServerFailed            5xx, ``retry_after`` when the server gave one        retryable
    ├── AnswerNotUnderstood         2xx, but not what the API map says                   retryable
    ├── ApiMapInvalid               the map file is broken: file, line, key
    ├── ConnectionInvalid           a connection's field cannot be used
    ├── ArchiveError                an archive cannot be shown, wholly or in part
    │   ├── NotAnArchive
    │   ├── ArchiveTruncated
    │   ├── ArchiveTooLarge         more bytes than the limit
    │   ├── TooManyEntries
    │   ├── EntryUnreadable         one document of it is damaged
    │   ├── EntryTooLarge           one document unpacks to more than the limit
    │   ├── EntryEncrypted          one document needs a password
    │   └── ArchiveNotAvailable     not in the vault and it cannot be fetched now     retryable
    ├── RenderError                 one document cannot be previewed
    │   ├── DocumentUnsupported
    │   ├── DocumentDamaged
    │   ├── DocumentLocked          needs a password, or the password is wrong
    │   ├── RenderTimedOut          the decoder was stopped: too long                 retryable
    │   ├── RenderCrashed           the decoder died                                  retryable
    │   └── RenderTooLarge          over the pixel or memory limit
    ├── VaultError
    │   ├── VaultKeyMissing         the keychain no longer holds the key
    │   ├── VaultKeyWrong
    │   ├── VaultDamaged
    │   ├── VaultTooNew             written by a newer version
    │   ├── VaultReadOnly
    │   └── DiskFull                                                                  retryable
    ├── SecretStoreError
    │   ├── NoKeychain
    │   ├── KeychainLocked                                                            retryable
    │   ├── KeychainTimedOut                                                          retryable
    │   ├── SecretMissing
    │   ├── SecretTooLong           Windows holds 2,560 bytes
    │   └── PassphraseWrong         the vault's key does not open with it                retryable
    ├── AutostartRefused            the system does not let the program start at login: path
    ├── SettingsInvalid             the settings file cannot be read: file, line
    │   └── SettingsNotSaved        it cannot be written: file, reason
    ├── LogNotWritten               the log file cannot be opened: path, reason
    ├── ReceiverNotOpened           web hooks cannot be listened for: host, reason
    ├── TemplatesInvalid            a file of rejection templates cannot be used: name, reason
    ├── WorkflowsInvalid            the file of workflows is broken: file, line, key
    ├── TableUnreadable             a CSV or XLSX file cannot be read, or a report not be written: name, reason
    ├── DocumentNotTaken            a document cannot go along with a creation: name, reason
    ├── RoleForbids                 the connection's role does not allow it: name, duty
    ├── HandoverError               a file cannot be handed over; what is below it is drawn in ``handover_errors``
    └── DecisionNotAllowed          a rule forbids this decision now
        ├── AlreadyDecided          a decision for this client file is on its way
        ├── DecisionsUnfinished     something would take decisions along that are on their way: count
        └── IllegalTransition       an outbox row cannot go that way
"""

from __future__ import annotations

from typing import ClassVar

from tns_desktop.domain.document_errors import (
    ArchiveError as ArchiveError,
)
from tns_desktop.domain.document_errors import (
    ArchiveNotAvailable as ArchiveNotAvailable,
)
from tns_desktop.domain.document_errors import (
    ArchiveTooLarge as ArchiveTooLarge,
)
from tns_desktop.domain.document_errors import (
    ArchiveTruncated as ArchiveTruncated,
)
from tns_desktop.domain.document_errors import (
    DocumentDamaged as DocumentDamaged,
)
from tns_desktop.domain.document_errors import (
    DocumentLocked as DocumentLocked,
)
from tns_desktop.domain.document_errors import (
    DocumentUnsupported as DocumentUnsupported,
)
from tns_desktop.domain.document_errors import (
    EntryEncrypted as EntryEncrypted,
)
from tns_desktop.domain.document_errors import (
    EntryTooLarge as EntryTooLarge,
)
from tns_desktop.domain.document_errors import (
    EntryUnreadable as EntryUnreadable,
)
from tns_desktop.domain.document_errors import (
    NotAnArchive as NotAnArchive,
)
from tns_desktop.domain.document_errors import (
    RenderCrashed as RenderCrashed,
)
from tns_desktop.domain.document_errors import (
    RenderError as RenderError,
)
from tns_desktop.domain.document_errors import (
    RenderTimedOut as RenderTimedOut,
)
from tns_desktop.domain.document_errors import (
    RenderTooLarge as RenderTooLarge,
)
from tns_desktop.domain.document_errors import (
    TooManyEntries as TooManyEntries,
)
from tns_desktop.domain.error_base import TnsError as TnsError


class TransportError(TnsError):
    """Nothing usable came back: whether the server acted is unknown unless a subclass says so."""

    code = "transport"
    retryable = True
    request_sent: ClassVar[bool] = True
    """False when it is certain that the server never saw the request."""


class ServerUnreachable(TransportError):
    code = "server_unreachable"
    request_sent = False


class CertificateNotTrusted(TransportError):
    code = "certificate_not_trusted"
    retryable = False
    request_sent = False


class RequestTimedOut(TransportError):
    code = "request_timed_out"


class ConnectionCut(TransportError):
    code = "connection_cut"


class RedirectRefused(TransportError):
    code = "redirect_refused"
    retryable = False


class ServerError(TnsError):
    """The server answered with a status that is not a success.

    ``status`` is the HTTP status; ``retry_after`` is in seconds, None when the server did not say.
    """

    code = "server"

    def __init__(
        self,
        detail: str = "",
        *,
        status: int = 0,
        retry_after: float | None = None,
        facts: dict[str, str] | None = None,
        server_message: str | None = None,
        server_code: int | None = None,
    ) -> None:
        super().__init__(detail, facts=facts, server_message=server_message, server_code=server_code)
        self.status = status
        self.retry_after = retry_after
        self.facts.setdefault("status", str(status))


class CredentialsRefused(ServerError):
    code = "credentials_refused"


class AdminRefused(ServerError):
    """Not the connection's own credentials: an operator's e-mail address and password, for the management API."""

    code = "admin_refused"


class AccessForbidden(ServerError):
    code = "access_forbidden"


class AdminNotAllowed(ServerError):
    code = "admin_not_allowed"


class ClientFileNotFound(ServerError):
    code = "client_file_not_found"


class StateConflict(ServerError):
    code = "state_conflict"


class RequestInvalid(ServerError):
    code = "request_invalid"


class ExternalIdTaken(RequestInvalid):
    """A creation was refused: the external identifier is used already."""

    code = "external_id_taken"


class TooManyRequests(ServerError):
    code = "too_many_requests"
    retryable = True


class ServerFailed(ServerError):
    code = "server_failed"
    retryable = True


class AnswerNotUnderstood(TnsError):
    """A success status whose body is not what the API map describes.

    The request may well have been carried out: a decision answered like this is *outcome unknown*, never *failed*.
    """

    code = "answer_not_understood"
    retryable = True


class ApiMapInvalid(TnsError):
    """The API map cannot be used. ``facts``: ``file``, ``line`` (1-based, "?" when unknown), ``key``, ``reason``."""

    code = "api_map_invalid"


class ConnectionInvalid(TnsError):
    """A field of a connection cannot be used. ``facts``: ``field``, ``reason``."""

    code = "connection_invalid"


class VaultError(TnsError):
    """The encrypted store on this workstation cannot do what was asked. ``facts`` may hold ``path``."""

    code = "vault"


class VaultKeyMissing(VaultError):
    code = "vault_key_missing"


class VaultKeyWrong(VaultError):
    code = "vault_key_wrong"


class VaultDamaged(VaultError):
    code = "vault_damaged"


class VaultTooNew(VaultError):
    code = "vault_too_new"


class VaultReadOnly(VaultError):
    code = "vault_read_only"


class DiskFull(VaultError):
    code = "disk_full"
    retryable = True


class SecretStoreError(TnsError):
    """The operating system's keychain cannot do what was asked."""

    code = "secret_store"


class NoKeychain(SecretStoreError):
    code = "no_keychain"


class KeychainLocked(SecretStoreError):
    code = "keychain_locked"
    retryable = True


class KeychainTimedOut(SecretStoreError):
    code = "keychain_timed_out"
    retryable = True


class SecretMissing(SecretStoreError):
    code = "secret_missing"


class SecretTooLong(SecretStoreError):
    code = "secret_too_long"


class PassphraseWrong(SecretStoreError):
    code = "passphrase_wrong"
    retryable = True


class AutostartRefused(TnsError):
    """The operating system's list of programs to start at login could not be changed. ``facts``: ``path``."""

    code = "autostart_refused"


class SettingsInvalid(TnsError):
    """The settings file cannot be read. ``facts``: ``file``, ``line``, ``reason``."""

    code = "settings_invalid"


class SettingsNotSaved(SettingsInvalid):
    """The settings file cannot be written; what was there stays. ``facts``: ``file``, ``reason``."""

    code = "settings_not_saved"


class LogNotWritten(TnsError):
    """The log file cannot be opened. ``facts``: ``path``, ``reason``."""

    code = "log_not_written"


class TemplatesInvalid(TnsError):
    """A file of rejection templates cannot be used. ``facts``: ``name``, ``reason``."""

    code = "templates_invalid"


class RoleForbids(TnsError):
    """The connection's role does not allow it; nothing was sent. ``facts``: ``name`` of the connection, ``duty``."""

    code = "role_forbids"


class WorkflowsInvalid(TnsError):
    """The file of workflows cannot be used. ``facts``: ``file``, ``line`` (1-based, "?" when unknown), ``key``, ``reason``."""

    code = "workflows_invalid"


class TableUnreadable(TnsError):
    """A table cannot be read or written. ``facts``: ``name``, ``reason`` and, where it helps, ``line``."""

    code = "table_unreadable"


class DocumentNotTaken(TnsError):
    """A document cannot go along with a creation. ``facts``: ``name``, ``reason``, ``limit`` in megabytes."""

    code = "document_not_taken"


class DecisionNotAllowed(TnsError):
    code = "decision_not_allowed"


class AlreadyDecided(DecisionNotAllowed):
    code = "already_decided"


class DecisionsUnfinished(DecisionNotAllowed):
    code = "decisions_unfinished"


class IllegalTransition(DecisionNotAllowed):
    code = "illegal_transition"


def all_error_types() -> tuple[type[TnsError], ...]:
    """Every class of the tree, parents before children: the catalogue of messages is checked against it."""
    # A branch counts once its module is read.
    from tns_desktop.domain import handover_errors, preset_errors, webhooks  # noqa: F401

    found: list[type[TnsError]] = [TnsError]
    for kind in found:  # grows as it is walked
        found.extend(kind.__subclasses__())
    return tuple(found)
