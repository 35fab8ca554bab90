"""How a client archive is laid out: where things lie and what report.json calls them.

Only the beginning of report.json is documented (``clientFile.uuid`` and what surrounds it); the list of documents and
the folders are assumptions. They are parameters, so that a first real archive costs one line here and no code.
"""

from __future__ import annotations

from dataclasses import dataclass

from tns_desktop.domain.archive import EntryRole


@dataclass(frozen=True, slots=True)
class ReportLayout:
    """Dotted paths and field names of report.json; prefixes and words of paths, in lower case.

    ``documents`` are tried in order. Prefixes win over words, and words that mean proof over words that mean contract
    ("preuve du contrat").
    """

    report: str = "report.json"
    uuid: str = "clientFile.uuid"
    documents: tuple[str, ...] = ("clientFile.documents", "documents")
    participants: str = "clientFile.participants"
    external_info: str = "clientFile.externalInfo"
    label: str = "label"
    path: str = "path"
    participant: str = "participant"
    participant_uuid: str = "uuid"
    signed_prefixes: tuple[str, ...] = ("signed/",)
    proof_prefixes: tuple[str, ...] = ("proof/",)
    supporting_prefixes: tuple[str, ...] = ("documents/",)
    proof_words: tuple[str, ...] = ("preuve",)
    signed_words: tuple[str, ...] = ("contrat", "contract")

    def role_of_folder(self, path: str) -> EntryRole | None:
        """The role that the folder gives, or None."""
        lowered = path.casefold()
        for prefixes, role in (
            (self.signed_prefixes, EntryRole.SIGNED_DOCUMENT),
            (self.proof_prefixes, EntryRole.PROOF_FILE),
            (self.supporting_prefixes, EntryRole.SUPPORTING_DOCUMENT),
        ):
            if lowered.startswith(prefixes):
                return role
        return None

    def role_of_path(self, path: str) -> EntryRole:
        """The role of a document at ``path`` (cleaned), by folder, then by the words in it."""
        if (role := self.role_of_folder(path)) is not None:
            return role
        lowered = path.casefold()
        if any(word in lowered for word in self.proof_words):
            return EntryRole.PROOF_FILE
        if any(word in lowered for word in self.signed_words):
            return EntryRole.SIGNED_DOCUMENT
        return EntryRole.SUPPORTING_DOCUMENT


DEFAULT_LAYOUT = ReportLayout()


def is_system_litter(path: str) -> bool:
    """What macOS leaves in archives: no document, whatever its bytes."""
    components = path.split("/")
    return "__MACOSX" in components or components[-1] == ".DS_Store"
