"""Signatures of a PDF, validated offline with pyHanko. Runs in the decoder only.

Nothing is fetched and no revocation is asked for: integrity, later changes and what the certificate says of itself are
looked at, and trust only against certificates that the desk hands over. pyHanko's coroutines await nothing when nothing
is fetched, so they are driven without an event loop (the isolation forbids the sockets that one needs).

pyHanko takes a signature that ends with the file for one that covers it; whether the hole in its byte range is the
signature itself and nothing else is checked here (Mladenov et al., "1 Trillion Dollar Refund", 2019).
"""

from __future__ import annotations

import io
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tns_desktop.adapters.render.protocol import SIGNATURE_VALUE_LIMIT, SIGNATURES_LIMIT
from tns_desktop.adapters.render.visible import clip, make_visible

WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})
REVISIONS_LOOKED_AT = 50
"""Saved versions of one file in which a signature that is gone now is looked for."""

_CHANGES = {
    "NONE": "none",
    "LTA_UPDATES": "archival",
    "FORM_FILLING": "form_filling",
    "ANNOTATIONS": "annotations",
    "OTHER": "other",
}


def read_signatures(reader: PdfFileReader, roots: list[x509.Certificate]) -> dict[str, Any]:
    """``signatures``, one object each as the desk's ``findings`` reads it, and whether there are ``more``."""
    present = list(_filled_fields(reader))
    found = [_read_one(reader, *field, roots) for field in present[:SIGNATURES_LIMIT]]
    removed = _removed_names(reader, {name for name, _field in present})
    found += [_blank(name) | {"integrity": "removed"} for name in removed]
    return {"signatures": found[:SIGNATURES_LIMIT], "more": len(present) + len(removed) > SIGNATURES_LIMIT}


def certificates_of(roots: list[str]) -> list[x509.Certificate]:
    """Trusted certificates from hexadecimal DER; one that cannot be read is left out, as if it were not trusted."""
    found = []
    for root in roots:
        try:
            certificate = x509.Certificate.load(bytes.fromhex(root))
            _ = certificate.subject.native
        except ValueError:
            continue
        found.append(certificate)
    return found


def _filled_fields(handler: Any) -> Iterator[tuple[str, Any]]:
    for name, value, field in enumerate_sig_fields(handler):
        if value is not None:
            yield name, field


def _removed_names(reader: PdfFileReader, present: set[str]) -> list[str]:
    """Fields that were signed in an earlier saved version and are not any more."""
    earlier: set[str] = set()
    for revision in range(min(reader.total_revisions - 1, REVISIONS_LOOKED_AT)):
        try:
            earlier |= {name for name, _field in _filled_fields(reader.get_historical_resolver(revision))}
        except MemoryError:
            raise
        except Exception:  # noqa: S112 - a version that cannot be read shows nothing to compare with
            continue
    return sorted(earlier - present)


def _read_one(reader: PdfFileReader, name: str, field: Any, roots: list[x509.Certificate]) -> dict[str, Any]:
    answer = _blank(name)
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        _describe(answer, embedded)
        _judge(answer, embedded, roots)
    except MemoryError:
        raise
    except Exception:
        # A broken signature meets many kinds of exceptions; none of them may pass for a verdict.
        answer |= {"integrity": "unreadable", "changes": "unknown"}
    return answer


def _blank(name: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(("signer", "organisation", "issuer", "signed_at", "stamped_at", "stamped_by"), ""),
        **dict.fromkeys(("valid_from", "valid_until", "reason", "location"), ""),
        "field": _text(name),
        "kind": "signature",
        "integrity": "unreadable",
        "coverage": "unclear",
        "changes": "unknown",
        "level": "plain",
        "trust": "not_checked",
        "self_signed": False,
        "weak": False,
    }


def _describe(answer: dict[str, Any], embedded: EmbeddedPdfSignature) -> None:
    """What the signature says of itself: nothing of it is verified here."""
    certificate: x509.Certificate = embedded.signer_cert
    subject = certificate.subject.native
    validity = certificate["tbs_certificate"]["validity"]
    answer |= {
        "kind": "timestamp" if embedded.sig_object_type == "/DocTimeStamp" else "signature",
        "signer": _text(subject.get("common_name") or certificate.subject.human_friendly),
        "organisation": _text(subject.get("organization_name") or ""),
        "issuer": _text(certificate.issuer.native.get("common_name") or certificate.issuer.human_friendly),
        "valid_from": _moment(validity["not_before"].native),
        "valid_until": _moment(validity["not_after"].native),
        "signed_at": _moment(embedded.self_reported_timestamp),
        "reason": _stated(embedded, "/Reason"),
        "location": _stated(embedded, "/Location"),
        "weak": embedded.md_algorithm.replace("-", "") in WEAK_DIGESTS,
        "self_signed": certificate.self_signed in ("yes", "maybe"),
    }


def _judge(answer: dict[str, Any], embedded: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> None:
    is_stamp = answer["kind"] == "timestamp"
    moment = _signing_moment(embedded)
    context = ValidationContext(
        trust_roots=list(roots),
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=moment,
        best_signature_time=moment,
        other_certs=embedded.other_embedded_certs,
    )
    validate = async_validate_pdf_timestamp if is_stamp else async_validate_pdf_signature
    status = _run(validate(embedded, context))
    covers = _hole_is_the_signature(embedded)
    answer |= {
        "integrity": "intact" if status.intact and status.valid else "altered",
        "coverage": _coverage(status.coverage) if covers else "unclear",
        "changes": _changes_of(
            status, covers, {field for field, _value, _field in enumerate_sig_fields(embedded.reader)}
        ),
        "trust": ("trusted" if status.trusted else "not_trusted") if roots else "not_checked",
    }
    if is_stamp:
        answer |= {"level": "timestamp", "stamped_at": _moment(status.timestamp), "stamped_by": answer["signer"]}
        return
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid:
        answer |= {
            "stamped_at": _moment(stamp.timestamp),
            "stamped_by": _text(stamp.signing_cert.subject.native.get("common_name") or ""),
        }
    answer["level"] = _level(embedded, has_stamp=bool(answer["stamped_at"]))


def _changes_of(status: Any, covers: bool, signed_fields: set[str]) -> str:
    if not covers:
        return "other"
    level = status.modification_level
    name = "unknown" if level is None else _CHANGES.get(level.name, "other")
    # A certified document may forbid what is otherwise allowed.
    if getattr(status, "docmdp_ok", True) is False:
        return "other"
    if name == "form_filling" and set(status.diff_result.changed_form_fields) <= signed_fields:
        return "signed_again"
    return name


def _hole_is_the_signature(embedded: EmbeddedPdfSignature) -> bool:
    """Everything of the file up to the end of the byte range is signed, but for the signature's own hexadecimal string."""
    numbers = [int(number) for number in embedded.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0:
        return False
    _zero, first, second, length = numbers
    stream = embedded.reader.stream
    size = stream.seek(0, io.SEEK_END)
    if second + length > size or second != first + 2 * len(embedded.pkcs7_content) + 2:
        return False
    stream.seek(first)
    hole = stream.read(second - first)
    return hole[:1] == b"<" and hole[-1:] == b">" and _is_hex(hole[1:-1])


def _is_hex(digits: bytes) -> bool:
    try:
        bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return False
    return True


def _coverage(level: SignatureCoverageLevel | None) -> str:
    if level is None:
        return "unclear"
    return {
        SignatureCoverageLevel.ENTIRE_FILE: "file",
        SignatureCoverageLevel.ENTIRE_REVISION: "revision",
        SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START: "block",
    }.get(level, "unclear")


def _level(embedded: EmbeddedPdfSignature, *, has_stamp: bool) -> str:
    """By what is embedded (ETSI EN 319 142-1): whether it is complete or genuine is not judged."""
    if embedded.sig_object.get("/SubFilter", "") != "/ETSI.CAdES.detached":
        return "plain_t" if has_stamp else "plain"
    root = embedded.reader.root
    store = root["/DSS"] if "/DSS" in root else None  # noqa: SIM401 - get() does not follow references
    if not has_stamp:
        return "pades_b"
    if not isinstance(store, generic.DictionaryObject) or not ({"/CRLs", "/OCSPs"} & set(store)):
        return "pades_t"
    stamps = any(value.get_object().get("/Type") == "/DocTimeStamp" for value in _values(embedded.reader))
    return "pades_lta" if stamps else "pades_lt"


def _values(reader: PdfFileReader) -> list[Any]:
    return [value for _name, value, _field in enumerate_sig_fields(reader) if value is not None]


def _signing_moment(embedded: EmbeddedPdfSignature) -> datetime | None:
    """For which instant the certificate is asked: the claimed one, that nobody has verified."""
    moment = embedded.self_reported_timestamp
    if moment is None and embedded.sig_object_type == "/DocTimeStamp":
        content = embedded.signed_data["encap_content_info"]["content"]
        if isinstance(content, cms.ParsableOctetString):
            moment = content.parsed["gen_time"].native
    return None if moment is None else _aware(moment)


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return finished.value
    coroutine.close()
    raise RuntimeError("something was to be fetched")


def _stated(embedded: EmbeddedPdfSignature, key: str) -> str:
    return _text(embedded.sig_object[key]) if key in embedded.sig_object else ""


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _moment(value: Any) -> str:
    return _aware(value).astimezone(UTC).isoformat() if isinstance(value, datetime) else ""


def _text(value: Any) -> str:
    joined = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return clip(make_visible(" ".join(joined.split())), SIGNATURE_VALUE_LIMIT)[0]
