"""Signatures of a document as values, and what may be said of them: never more than was verified.

A signature is *fine* only if its bytes are intact, everything it should cover is covered, and nothing was changed after
it but what a signed document may gain (further signatures, time stamps). Whether its certificate is to
be trusted is another question, answered only against roots that the firm names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tns_desktop.domain.preview import DocumentKey


class Integrity(StrEnum):
    INTACT = "intact"
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    """It cannot be checked: broken, emptied or of an unknown kind."""
    REMOVED = "removed"
    """An earlier version saved in the file was signed in this field; the present one is not."""


class Coverage(StrEnum):
    FILE = "file"
    REVISION = "revision"
    BLOCK = "block"
    UNCLEAR = "unclear"

    @property
    def is_complete(self) -> bool:
        return self in (Coverage.FILE, Coverage.REVISION)


class LaterChanges(StrEnum):
    """What was saved into the file after this signature, by pyHanko's difference analysis."""

    NONE = "none"
    ARCHIVAL = "archival"
    SIGNED_AGAIN = "signed_again"
    """Further signatures or their fields, and nothing else."""
    FORM_FILLING = "form_filling"
    ANNOTATIONS = "annotations"
    OTHER = "other"
    UNKNOWN = "unknown"


class SignatureLevel(StrEnum):
    PLAIN = "plain"
    PLAIN_T = "plain_t"
    PADES_B = "pades_b"
    PADES_T = "pades_t"
    PADES_LT = "pades_lt"
    PADES_LTA = "pades_lta"
    TIMESTAMP = "timestamp"


class Trust(StrEnum):
    NOT_CHECKED = "not_checked"
    """No trusted roots are configured."""
    TRUSTED = "trusted"
    NOT_TRUSTED = "not_trusted"


class RootsState(StrEnum):
    """Whether certificates could be compared with roots that the firm trusts."""

    NONE = "none"
    USED = "used"
    UNREADABLE = "unreadable"
    """A folder is named in the settings, but no certificate could be read from it."""


class SignatureVerdict(StrEnum):
    """In the order of alarm, the calmest first."""

    INTACT = "intact"
    EXTENDED = "extended"
    """Intact; signatures or stamps were added later."""
    UNREADABLE = "unreadable"
    REMOVED = "removed"
    CHANGED = "changed"
    ALTERED = "altered"

    @property
    def is_fine(self) -> bool:
        return self in (SignatureVerdict.INTACT, SignatureVerdict.EXTENDED)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature or document time stamp. Texts are what the certificate or the file states of itself."""

    field: str
    integrity: Integrity
    is_timestamp: bool = False
    coverage: Coverage = Coverage.UNCLEAR
    changes: LaterChanges = LaterChanges.UNKNOWN
    level: SignatureLevel = SignatureLevel.PLAIN
    trust: Trust = Trust.NOT_CHECKED
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    self_signed: bool = False
    signed_at: datetime | None = None
    """The signer's own clock: claimed, not verified."""
    stamped_at: datetime | None = None
    stamped_by: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    reason: str = ""
    location: str = ""
    weak_digest: bool = False

    @property
    def verdict(self) -> SignatureVerdict:
        if self.integrity is Integrity.ALTERED:
            return SignatureVerdict.ALTERED
        if self.integrity is Integrity.REMOVED:
            return SignatureVerdict.REMOVED
        if self.integrity is not Integrity.INTACT:
            return SignatureVerdict.UNREADABLE
        if not self.coverage.is_complete or self.changes not in _HARMLESS:
            return SignatureVerdict.CHANGED
        return SignatureVerdict.INTACT if self.changes is LaterChanges.NONE else SignatureVerdict.EXTENDED

    @property
    def moment(self) -> datetime | None:
        """The best there is: a time stamp's, else the claimed one."""
        return self.stamped_at or self.signed_at

    @property
    def certificate_covers_moment(self) -> bool | None:
        """Whether the certificate was valid, by its own dates, at ``moment``; None where the dates are missing."""
        if self.moment is None or self.valid_from is None or self.valid_until is None:
            return None
        return self.valid_from <= self.moment <= self.valid_until


# A filled form and an annotation may cover or replace what was signed ("shadow attacks", Mainka et al., 2021).
_HARMLESS = frozenset({LaterChanges.NONE, LaterChanges.ARCHIVAL, LaterChanges.SIGNED_AGAIN})


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Every signature of one document, in the order of the file.

    ``stray``: the bytes speak of a signature that the document does not lead to. ``regular`` False: the file breaks the
    format's rules, so that other programs may read it differently. ``more``: there are more than are listed.
    """

    key: DocumentKey
    signatures: tuple[Signature, ...] = ()
    more: bool = False
    stray: bool = False
    regular: bool = True
    roots: RootsState = RootsState.NONE

    @property
    def worst(self) -> SignatureVerdict | None:
        """The most alarming verdict; None without a signature."""
        order = list(SignatureVerdict)
        return max((one.verdict for one in self.signatures), key=order.index, default=None)
