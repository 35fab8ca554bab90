"""Hostile e-mails within an archive: each attack with what has to come of it."""

from __future__ import annotations

from email.message import EmailMessage

from tests.support.hostile_archives import KIB, Attack
from tests.support.zips import SAMPLE_PDF, STORED, Part, build_zip, sample_report
from tns_desktop.domain.archive import EntryProblem
from tns_desktop.domain.errors import EntryTooLarge, EntryUnreadable

_P = EntryProblem
_NOT_ALL = frozenset({_P.NOT_ALL_LISTED})
_DECEPTIVE = frozenset({_P.DECEPTIVE_NAME})


def a_mail(*attachments: tuple[str, bytes], subject: str = "Documents") -> EmailMessage:
    """A mail with these attachments, name and bytes."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "customer@example.com", "desk@example.com"
    mail["Date"], mail["Subject"] = "Tue, 24 Nov 2026 09:00:00 +0000", subject
    mail.set_content("See what is attached.\n")
    for name, content in attachments:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def mail_bytes(*attachments: tuple[str, bytes]) -> bytes:
    return a_mail(*attachments).as_bytes()


def within(mail: EmailMessage, levels: int) -> EmailMessage:
    """The mail, attached to a mail, attached to a mail…"""
    for level in range(levels):
        outer = a_mail(subject=f"Fwd {level}")
        outer.add_attachment(mail)
        mail = outer
    return mail


def archive_with(mail: bytes) -> bytes:
    """Report, the hostile mail, a good document."""
    return build_zip(
        [Part(b"report.json", sample_report()), Part(b"mail.eml", mail, method=STORED), Part(b"good.pdf", SAMPLE_PDF)]
    )


def raw_named(header: bytes) -> bytes:
    """A mail whose attachment is named by a header that no library would write."""
    return (
        b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhello\n--b\n"
        b"Content-Type: application/pdf\nContent-Disposition: attachment; " + header + b"\n\nhello\n--b--\n"
    )


def _deep_multiparts(levels: int) -> bytes:
    head = b"From: a@example.com\nTo: b@example.com\nSubject: x\nMIME-Version: 1.0\n"
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(levels)
    )
    return head + parts + b"Content-Type: application/pdf\n\n%PDF-1.7\n" + b"\n" * 20_000


MAIL_ATTACKS: tuple[Attack, ...] = (
    Attack(
        "mail: attachment that is a ZIP bomb",
        lambda: archive_with(mail_bytes(("photos.zip", build_zip([Part(b"bomb", bytes(10 * KIB * KIB))])))),
        entry="1/0/0",
        entry_problems=frozenset({_P.TOO_LARGE, _P.RATIO_TOO_HIGH}),
        read_error=EntryTooLarge,
    ),
    Attack(
        "mail: attachment with a right-to-left override",
        lambda: archive_with(mail_bytes(("contrat\u202efdp.exe", SAMPLE_PDF))),
        entry="1/0",
        entry_problems=_DECEPTIVE,
        shown_as="mail.eml/contrat\ufffdfdp.exe",
    ),
    Attack(
        "mail: attachment whose name climbs out (../)",
        lambda: archive_with(mail_bytes(("../../etc/passwd", SAMPLE_PDF))),
        entry="1/0",
        entry_problems=frozenset({_P.UNSAFE_PATH}),
        shown_as="mail.eml/etc/passwd",
    ),
    Attack(
        "mail: attachment named as a Windows path",
        lambda: archive_with(raw_named(b'filename="C:\\\\Windows\\\\x.dll"')),
        entry="1/0",
        entry_problems=frozenset({_P.ABSOLUTE_PATH, _P.UNSAFE_PATH}),
        shown_as="mail.eml/Windows/x.dll",
    ),
    Attack(
        "mail: attachment whose name is no text",
        lambda: archive_with(raw_named(b'filename="\xff\xfe.pdf"')),
        entry="1/0",
        entry_problems=_DECEPTIVE,
    ),
    Attack(
        "mail: thousands of attachments",
        lambda: archive_with(mail_bytes(*((f"{number}.txt", b"x") for number in range(1_500)))),
        entry_problems=_NOT_ALL,
    ),
    Attack(
        "mail: mails within mails, too deep",
        lambda: archive_with(within(a_mail(("deep.pdf", SAMPLE_PDF)), 3).as_bytes()),
        entry="1/0/0",
        entry_problems=_NOT_ALL,
    ),
    Attack(
        "mail: an archive within mails, too deep",
        lambda: archive_with(within(a_mail(("deep.zip", build_zip([Part(b"x", b"y")]))), 1).as_bytes()),
        entry="1/0/0",
        entry_problems=frozenset({_P.NESTED_TOO_DEEP}),
        read_error=EntryUnreadable,
    ),
    Attack(
        "mail: parts within parts that make the parser slow",
        lambda: archive_with(_deep_multiparts(2_000)),
        entry_problems=_NOT_ALL,
    ),
    Attack(
        "mail: parts within parts beyond the interpreter's depth",
        lambda: archive_with(_deep_multiparts(200)),
    ),
    Attack(
        "mail: an attachment that is no base64",
        lambda: archive_with(
            mail_bytes(("a.pdf", SAMPLE_PDF)).replace(
                b"Content-Transfer-Encoding: base64\n\n", b"Content-Transfer-Encoding: base64\n\n=!?\n"
            )
        ),
        entry="1/0",
    ),
)
