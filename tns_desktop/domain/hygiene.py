"""Hygiene: what a document carries besides what it shows, each remark with how much it matters.

Nothing here is a verdict on the document: a form or a link is ordinary, a script is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tns_desktop.domain.archive import ArchiveEntry, DocumentKind
from tns_desktop.domain.preview import DocumentKey


class Hygiene(StrEnum):
    """One kind of remark; its words stand under ``hygiene.<value>`` in the catalogues."""

    # Worth an alarm: it acts, or it hides.
    SCRIPT = "script"
    LAUNCH = "launch"
    MACRO = "macro"
    DANGEROUS_ATTACHMENT = "dangerous_attachment"
    PAGES_ADDED = "pages_added"
    WRONG_TYPE = "wrong_type"
    TWO_IN_ONE = "two_in_one"
    ENTITIES = "entities"
    # Worth a look.
    OPENS_ACTION = "opens_action"
    REACTS = "reacts"
    EMBEDDED_FILE = "embedded_file"
    XFA = "xfa"
    SENDS_FORM = "sends_form"
    MEDIA = "media"
    EXTERNAL_FILE = "external_file"
    REMOTE_PART = "remote_part"
    ANNOTATION = "annotation"
    LAYERS = "layers"
    SAVED_LATER = "saved_later"
    STRUCTURE_UNREADABLE = "structure_unreadable"
    IRREGULAR = "irregular"
    NOT_ALL_SEEN = "not_all_seen"
    # Good to know.
    FORM = "form"
    ENCRYPTED = "encrypted"
    EXTERNAL_LINK = "external_link"
    DOCTYPE = "doctype"

    @property
    def severity(self) -> Severity:
        if self in _ALARMING:
            return Severity.ALARM
        return Severity.NOTE if self in _NOTES else Severity.LOOK


class Severity(StrEnum):
    """In the order in which remarks are shown."""

    ALARM = "alarm"
    LOOK = "look"
    NOTE = "note"


_ALARMING = frozenset(
    {
        Hygiene.SCRIPT,
        Hygiene.LAUNCH,
        Hygiene.MACRO,
        Hygiene.DANGEROUS_ATTACHMENT,
        Hygiene.PAGES_ADDED,
        Hygiene.WRONG_TYPE,
        Hygiene.TWO_IN_ONE,
        Hygiene.ENTITIES,
    }
)
_NOTES = frozenset({Hygiene.FORM, Hygiene.ENCRYPTED, Hygiene.EXTERNAL_LINK, Hygiene.DOCTYPE})


@dataclass(frozen=True, slots=True)
class Remark:
    """``count`` is how often it was met; ``detail`` the first name or address that came with it, made safe to show."""

    kind: Hygiene
    count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HygieneReport:
    """Remarks about one document, the most important first; ``looked_inside`` False: only its name and bytes' type."""

    key: DocumentKey
    remarks: tuple[Remark, ...] = ()
    looked_inside: bool = True

    @property
    def worst(self) -> Severity | None:
        return self.remarks[0].kind.severity if self.remarks else None


def hygiene_report(
    key: DocumentKey, entry: ArchiveEntry, kind: DocumentKind, found: tuple[Remark, ...], *, looked_inside: bool = True
) -> HygieneReport:
    """What the decoder found and what the name says, in the order of importance, each kind once."""
    remarks = list(found)
    if name_contradicts(entry.extension, kind):
        remarks.append(Remark(Hygiene.WRONG_TYPE, detail=entry.name))
    order = list(Severity)
    return HygieneReport(
        key, tuple(sorted(remarks, key=lambda remark: order.index(remark.kind.severity))), looked_inside
    )


def name_contradicts(extension: str, kind: DocumentKind) -> bool:
    """Whether the name's ending promises another type than the bytes are. Nothing is said of endings nobody knows."""
    if kind in (DocumentKind.EMPTY,):
        return False
    promised = _EXTENSIONS.get(extension)
    if promised is None:
        return extension in _EXECUTABLE
    return kind not in promised


_TEXTUAL = frozenset({DocumentKind.TEXT, DocumentKind.XML, DocumentKind.JSON, DocumentKind.EMAIL})
_OFFICE = frozenset({DocumentKind.UNKNOWN, DocumentKind.ZIP})
_EXTENSIONS: dict[str, frozenset[DocumentKind]] = {
    "pdf": frozenset({DocumentKind.PDF}),
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), frozenset({DocumentKind.JPEG})),
    "png": frozenset({DocumentKind.PNG}),
    **dict.fromkeys(("tif", "tiff"), frozenset({DocumentKind.TIFF})),
    "webp": frozenset({DocumentKind.WEBP}),
    **dict.fromkeys(("heic", "heif"), frozenset({DocumentKind.HEIC})),
    "gif": frozenset({DocumentKind.GIF}),
    "bmp": frozenset({DocumentKind.BMP}),
    # A plain text may look like an e-mail, and an e-mail like a plain text.
    **dict.fromkeys(("txt", "csv", "md", "log", "eml", "json"), _TEXTUAL),
    **dict.fromkeys(("xml", "htm", "html", "svg", "xhtml"), frozenset({DocumentKind.XML, DocumentKind.TEXT})),
    "zip": frozenset({DocumentKind.ZIP}),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp", "doc", "xls", "ppt", "msg"), _OFFICE),
}
_EXECUTABLE = frozenset(
    {"exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "hta", "msi", "lnk", "jar", "dll", "apk"}
)
