"""Text layers, places and hygiene through the real, limited decoder."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.support import signed_pdfs
from tests.support.documents import BILLION_LAUGHS, corner_image, document, encoded, form_pdf, mail, pdf
from tests.support.signed_pdfs import changed_later, generic, made, pdf_name
from tns_desktop.adapters.render.inspection_host import InspectionHost
from tns_desktop.adapters.render.protocol import PAGES_LIMIT
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DocumentDamaged, DocumentLocked
from tns_desktop.domain.facts import Fact, Sighting, look_for
from tns_desktop.domain.hygiene import Hygiene
from tns_desktop.domain.matching import ValueKind
from tns_desktop.domain.preview import RenderDocument
from tns_desktop.domain.text_layer import Span, words_of_page

pytestmark = pytest.mark.anyio


def a_document(content: bytes, kind: DocumentKind = DocumentKind.PDF, password: str | None = None) -> RenderDocument:
    """Other bytes are another document: the decoder knows documents by their key."""
    return document(kind, content, password=password, entry_id=hashlib.sha256(content).hexdigest())


def letter(*, turned: int = 0, scanned_pages: int = 0) -> bytes:
    """One page with a name at a known place, turned by the page's own rotation, then pages without text."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setPageRotation(turned)
    canvas.drawString(100, 500, "Emprunteur : LEFEVRE Amelie, nee le 12 mars 1980")
    canvas.drawString(100, 450, "IBAN FR76 1999 9004 1700 0123 4567 834")
    canvas.showPage()
    for _ in range(scanned_pages):
        canvas.rect(100, 100, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


FACTS = (
    Fact("name", "last_name", "", "Lefèvre", ValueKind.NAME),
    Fact("born", "birth_date", "", "1980-03-12", ValueKind.DATE),
    Fact("iban", "iban", "", "FR7619999004170001234567834", ValueKind.IBAN),
    Fact("other", "last_name", "", "Dupont", ValueKind.NAME),
)


async def test_declared_values_are_found_in_a_real_document(inspector: InspectionHost) -> None:
    layer = await inspector.read_layer(a_document(letter(scanned_pages=1)))
    sightings = look_for(FACTS, layer, [words_of_page(page) for page in layer.pages])
    assert {name: seen.sighting for name, seen in sightings.seen.items()} == {
        "name": Sighting.FOUND,
        "born": Sighting.FOUND,
        "iban": Sighting.FOUND,
        "other": Sighting.NOT_FOUND,
    }
    assert sightings.seen["name"].pages == (0,)
    assert (sightings.pages, sightings.blank_pages, sightings.has_text) == (2, 1, True)


async def test_nothing_is_said_not_to_stand_in_a_scan(inspector: InspectionHost) -> None:
    """A scan in a PDF has no text layer: the value may well be there."""
    target = io.BytesIO()
    corner_image().save(target, "PDF")
    layer = await inspector.read_layer(a_document(target.getvalue()))
    sightings = look_for(FACTS, layer, [words_of_page(page) for page in layer.pages])
    assert {seen.sighting for seen in sightings.seen.values()} == {Sighting.NO_TEXT}
    assert not sightings.has_text


@pytest.mark.parametrize(
    ("turned", "left", "top"),
    [(0, 100, A4[1] - 500), (90, 500, 100), (180, A4[0] - 100, 500), (270, A4[0] - 500, A4[1] - 100)],
)
async def test_a_place_is_where_the_page_is_turned_to(
    inspector: InspectionHost, turned: int, left: float, top: float
) -> None:
    """The first letter stands at 100, 500 in the page's own system, of which the lower left is the origin."""
    shown = a_document(letter(turned=turned))
    start = (await inspector.read_layer(shown)).pages[0].index("Emprunteur")
    (place,) = await inspector.find_places(shown, 0, [Span(start, start + 1)])
    assert abs(place.left + place.width / 2 - left) < 14
    assert abs(place.top + place.height / 2 - top) < 14


async def test_a_page_that_is_not_there_has_no_places(inspector: InspectionHost) -> None:
    with pytest.raises(DocumentDamaged):
        await inspector.find_places(a_document(letter()), PAGES_LIMIT, [Span(0, 1)])


async def test_a_locked_document_is_not_looked_into(inspector: InspectionHost) -> None:
    content = pdf(password="specimen")
    with pytest.raises(DocumentLocked):
        await inspector.look_inside(a_document(content))


def with_root(**entries: object) -> bytes:
    def change(writer: object) -> None:
        root = writer.root  # type: ignore[attr-defined]
        for name, value in entries.items():
            root[pdf_name(f"/{name}")] = value
        writer.update_root()  # type: ignore[attr-defined]

    return changed_later(pdf(), change)


def action(kind: str, **entries: object) -> object:
    named = {pdf_name(f"/{name}"): value for name, value in entries.items()}
    return generic.DictionaryObject({pdf_name("/S"): pdf_name(f"/{kind}"), **named})


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return target.getvalue()


text = generic.pdf_string
CARRIERS: dict[str, tuple[DocumentKind, bytes, set[Hygiene]]] = {
    "plain": (DocumentKind.PDF, pdf(), set()),
    "signed": (DocumentKind.PDF, signed_pdfs.signed(), set()),
    "form": (DocumentKind.PDF, form_pdf(), {Hygiene.FORM}),
    "script at opening": (
        DocumentKind.PDF,
        with_root(OpenAction=action("JavaScript", JS=text("app.alert(1)"))),
        {Hygiene.SCRIPT, Hygiene.OPENS_ACTION, Hygiene.SAVED_LATER},
    ),
    "launch": (
        DocumentKind.PDF,
        with_root(OpenAction=action("Launch", F=text("calc.exe"))),
        {Hygiene.LAUNCH, Hygiene.OPENS_ACTION, Hygiene.SAVED_LATER},
    ),
    "link": (
        DocumentKind.PDF,
        with_root(Extra=action("URI", URI=text("https://x.test"))),
        {Hygiene.EXTERNAL_LINK, Hygiene.SAVED_LATER},
    ),
    "xfa": (
        DocumentKind.PDF,
        with_root(
            AcroForm=generic.DictionaryObject({pdf_name("/XFA"): text("x"), pdf_name("/Fields"): generic.ArrayObject()})
        ),
        {Hygiene.XFA, Hygiene.SAVED_LATER},
    ),
    "file inside": (
        DocumentKind.PDF,
        with_root(
            Extra=generic.DictionaryObject(
                {pdf_name("/EF"): generic.DictionaryObject(), pdf_name("/UF"): text("a.exe")}
            )
        ),
        {Hygiene.EMBEDDED_FILE, Hygiene.SAVED_LATER},
    ),
    "broken with a script": (
        DocumentKind.PDF,
        b"%PDF-1.4 /JavaScript /JS",
        {Hygiene.STRUCTURE_UNREADABLE, Hygiene.SCRIPT},
    ),
    "macros": (DocumentKind.UNKNOWN, zipped("[Content_Types].xml", "word/vbaProject.bin"), {Hygiene.MACRO}),
    "office without macros": (DocumentKind.UNKNOWN, zipped("[Content_Types].xml", "word/document.xml"), set()),
    "mail": (DocumentKind.EMAIL, mail(), set()),
    "mail with a tracking picture": (
        DocumentKind.EMAIL,
        mail(html='<img src="https://x.test/1.gif"><script>1</script>'),
        {Hygiene.REMOTE_PART, Hygiene.SCRIPT},
    ),
    "entities": (DocumentKind.XML, BILLION_LAUGHS, {Hygiene.ENTITIES}),
    "picture": (DocumentKind.PNG, encoded(corner_image(), "PNG"), set()),
    "picture that is a PDF too": (DocumentKind.GIF, b"GIF89a%PDF-1.4", {Hygiene.TWO_IN_ONE}),
}


@pytest.mark.parametrize("name", CARRIERS)
async def test_says_what_a_document_carries(inspector: InspectionHost, name: str) -> None:
    kind, content, expected = CARRIERS[name]
    remarks = await inspector.look_inside(a_document(content, kind))
    assert {remark.kind for remark in remarks} == expected


async def test_encryption_without_a_password_is_said(inspector: InspectionHost) -> None:
    content = pdf(password="specimen")
    remarks = await inspector.look_inside(a_document(content, password="specimen"))
    assert {remark.kind for remark in remarks} == {Hygiene.ENCRYPTED}


async def test_attacks_keep_their_structure_for_the_tests(inspector: InspectionHost) -> None:
    """The test set is made of documents that open: what is refused for another reason would prove nothing."""
    readable = 0
    for attack in signed_pdfs.ATTACKS.values():
        try:
            readable += bool(PdfFileReader(io.BytesIO(made(attack)), strict=False).root)
        except Exception:
            continue
    assert readable >= len(signed_pdfs.ATTACKS) - 1


async def test_small_pictures_of_pages_come_from_the_decoder_beside(inspector: InspectionHost) -> None:
    document_ = a_document(letter(scanned_pages=1))
    raster = await inspector.thumbnail(document_, 1, 0.1)
    assert (raster.key, raster.page, raster.height) == (document_.key, 1, 85)
    assert 0 in raster.pixels
    picture = a_document(encoded(corner_image(), "PNG"), DocumentKind.PNG)
    assert (await inspector.thumbnail(picture, 0, 1_000.0)).width <= 1_000
    with pytest.raises(DocumentDamaged):
        await inspector.thumbnail(a_document(b"%PDF-1.7\nbroken"), 0, 0.1)
