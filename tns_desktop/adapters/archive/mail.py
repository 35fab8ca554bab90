"""E-mails as archives: their attachments listed and read like the entries of a ZIP file, within bounds of their own.

The standard library's parser works line by line against every boundary that is open, so that a small mail can be made to
cost minutes; what could is not looked into, and that is said (``is_complete``). Nothing it refers to is ever loaded.
"""

from __future__ import annotations

import email
import email.policy
import zlib
from collections.abc import Iterator
from email.message import EmailMessage, Message

from tns_desktop.adapters.archive.directory import STORED, Record
from tns_desktop.adapters.archive.inflate import Peek, too_large, unreadable
from tns_desktop.adapters.archive.names import clean_name
from tns_desktop.adapters.archive.sniff import SNIFF_BYTES
from tns_desktop.adapters.archive.survey import Member
from tns_desktop.domain.archive import ArchiveLimits, EntryProblem

LARGEST_MAIL = 32 * 1024 * 1024
"""Bytes of a mail whose attachments are listed; mail servers take less."""
MOST_ATTACHMENTS = 100
"""Of one mail, as many as its preview names."""
MOST_COMPARISONS = 5_000_000
"""Lines times boundaries: about two seconds of the parser's work."""

_HOST_UNIX = 3


class MailContainer:
    """The attachments of one mail, as a container's members. For one thread; a mail nobody can parse has none.

    ``is_complete`` is False where there are, or may be, more than are listed.
    """

    is_surrounded = False

    def __init__(self, content: bytes, limits: ArchiveLimits) -> None:
        self._limits = limits
        self._contents: dict[int, bytes] = {}
        self._inline: set[int] = set()
        self.is_complete = _can_be_parsed(content)
        self.members = tuple(self._parsed(content)) if self.is_complete else ()

    def member(self, position: str) -> Member | None:
        """The attachment at that position; None when there is none."""
        return next((member for member in self.members if str(member.record.position) == position), None)

    def is_inline(self, member: Member) -> bool:
        """A picture that belongs to the text, such as the logo of a signature: nobody has to judge it."""
        return member.record.position in self._inline

    def peek_blocking(self, member: Member) -> Peek:
        content = self._contents[member.record.position]
        return Peek(content[:SNIFF_BYTES], len(content) <= SNIFF_BYTES)

    def unpack_blocking(self, member: Member, password: str | None = None) -> bytes:
        """The whole attachment; mails lock nothing. Raises EntryTooLarge and EntryUnreadable."""
        if EntryProblem.TOO_LARGE in member.problems:
            raise too_large(member, "size", self._limits.entry_bytes)
        if EntryProblem.DAMAGED in member.problems:
            raise unreadable(member, EntryProblem.DAMAGED.value)
        return self._contents[member.record.position]

    def _parsed(self, content: bytes) -> Iterator[Member]:
        try:
            message = email.message_from_bytes(content, policy=email.policy.default)
            body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
            parts = list(_attachments(message, body))
        except MemoryError:
            raise
        except Exception:
            # The parser answers hostile mails with many kinds of exceptions, RecursionError among them.
            self.is_complete = False
            return
        self.is_complete = len(parts) <= MOST_ATTACHMENTS
        for position, part in enumerate(parts[:MOST_ATTACHMENTS]):
            yield self._member_of(position, part)

    def _member_of(self, position: int, part: Message) -> Member:
        problems: set[EntryProblem] = set()
        try:
            content = _content_of(part)
        except MemoryError:
            raise
        except Exception:
            content = b""
            problems.add(EntryProblem.DAMAGED)
        if len(content) > self._limits.entry_bytes:
            problems.add(EntryProblem.TOO_LARGE)
        self._contents[position] = content
        if part.get_content_disposition() != "attachment" and part["Content-ID"] and _maintype(part) == "image":
            self._inline.add(position)
        raw = _name_of(part).encode("utf-8", "surrogatepass")
        name = clean_name(raw, is_utf8=True, position=position)
        record = Record(
            position=position,
            name=raw,
            flags=0,
            method=STORED,
            crc=zlib.crc32(content),
            dos_time=0,
            size=len(content),
            compressed_size=len(content),
            header_offset=position,
            host=_HOST_UNIX,
            attributes=0,
        )
        return Member(record, name.path, name.raw_name, frozenset(problems) | name.problems, position + 1)


def _can_be_parsed(content: bytes) -> bool:
    if len(content) > LARGEST_MAIL:
        return False
    boundaries = content.lower().count(b"boundary")
    lines = max(content.count(b"\n"), content.count(b"\r"))
    return lines * (boundaries + 1) <= MOST_COMPARISONS


def _attachments(message: Message, body: Message | None) -> Iterator[Message]:
    """What the mail carries besides its text, in the order in which its preview names them."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part is body:
            continue
        is_mail = part.get_content_type() == "message/rfc822"
        if part.is_multipart() and not is_mail:
            waiting[:0] = [inner for inner in part.get_payload() if isinstance(inner, Message)]
            continue
        if part is message and not part.get_filename():
            continue
        if part.get_filename() or is_mail or _maintype(part) != "text":
            yield part


def _content_of(part: Message) -> bytes:
    """The bytes as they were attached; of a mail within the mail as the parser writes it again."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    mails = [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []
    # Without folding: a header longer than a line stays the one that was signed or sent.
    policy = email.policy.compat32.clone(max_line_length=0)
    return b"".join(mail.as_bytes(policy=policy) for mail in mails)


def _name_of(part: Message) -> str:
    name = part.get_filename()
    if name:
        return str(name)
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        subject = str(first.get("Subject", "")) if isinstance(first, Message) else ""
        return f"{subject.replace('/', ' ').strip() or 'message'}.eml"
    return part.get_content_type().replace("/", ".")


def _maintype(part: Message) -> str:
    return part.get_content_maintype()
