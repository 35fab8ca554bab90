"""What can be wrong with an archive or one of its documents; part of the tree in ``domain.errors``, and had from there."""

from __future__ import annotations

from tns_desktop.domain.error_base import TnsError


class ArchiveError(TnsError):
    """An archive cannot be shown, wholly or in part. ``facts`` may hold ``name``, ``limit``, ``size``."""

    code = "archive"


class NotAnArchive(ArchiveError):
    code = "not_an_archive"


class ArchiveTruncated(ArchiveError):
    code = "archive_truncated"


class ArchiveTooLarge(ArchiveError):
    code = "archive_too_large"


class TooManyEntries(ArchiveError):
    code = "too_many_entries"


class EntryUnreadable(ArchiveError):
    code = "entry_unreadable"


class EntryTooLarge(ArchiveError):
    code = "entry_too_large"


class EntryEncrypted(ArchiveError):
    code = "entry_encrypted"


class ArchiveNotAvailable(ArchiveError):
    code = "archive_not_available"
    retryable = True


class RenderError(TnsError):
    """One document cannot be previewed. ``facts`` may hold ``name`` and ``reason``."""

    code = "render"


class DocumentUnsupported(RenderError):
    code = "document_unsupported"


class DocumentDamaged(RenderError):
    code = "document_damaged"


class DocumentLocked(RenderError):
    code = "document_locked"


class RenderTimedOut(RenderError):
    code = "render_timed_out"
    retryable = True


class RenderCrashed(RenderError):
    code = "render_crashed"
    retryable = True


class RenderTooLarge(RenderError):
    code = "render_too_large"
