"""What the decoder makes of honest and of broken documents, through the host as the desk uses it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from tests.support.documents import (
    BILLION_LAUGHS,
    BLUE,
    GREEN,
    RED,
    YELLOW,
    corner_image,
    document,
    encoded,
    form_pdf,
    heic_sample,
    mail,
    multi_page,
    oriented,
    pdf,
    png_claiming,
)
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.protocol import LONG_TEXT_LIMIT
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DocumentDamaged, DocumentLocked, DocumentUnsupported, RenderTooLarge
from tns_desktop.domain.preview import PageSize, Raster

pytestmark = pytest.mark.anyio

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
Colour = tuple[int, int, int]


def pixel(raster: Raster, x: int, y: int) -> Colour:
    """Red, green and blue of one pixel; negative positions count from the right and the bottom."""
    start = (y % raster.height) * raster.stride + (x % raster.width) * 3
    red, green, blue = raster.pixels[start : start + 3]
    return red, green, blue


def corners(raster: Raster) -> list[Colour]:
    return [pixel(raster, x, y) for y in (2, -3) for x in (2, -3)]


def like(found: Colour, wanted: Colour, tolerance: int = 12) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(found, wanted, strict=True))


def all_like(found: list[Colour], wanted: list[Colour]) -> bool:
    return all(map(like, found, wanted))


# --- PDF --------------------------------------------------------------------------------------------------------------


async def test_describes_every_page_of_a_pdf_in_points(host: RenderHost) -> None:
    described = await host.describe(document(DocumentKind.PDF, pdf(pages=3), entry_id="described"))
    assert described.pages == (PageSize(595.0, 842.0),) * 3
    assert described.key.entry_id == "described"
    assert not described.truncated_pages


async def test_describes_no_more_than_five_thousand_pages(host: RenderHost) -> None:
    described = await host.describe(document(DocumentKind.PDF, pdf(pages=5_002, lines=0), entry_id="long"))
    assert (len(described.pages), described.truncated_pages) == (5_000, True)


async def test_renders_the_page_that_was_asked_for(host: RenderHost) -> None:
    shown = document(DocumentKind.PDF, pdf(pages=3), entry_id="pages")
    first = await host.render_page(shown, 0, scale=1.0)
    third = await host.render_page(shown, 2, scale=1.0)
    assert (first.width, first.height, first.page, third.page) == (595, 842, 0, 2)
    assert (pixel(first, 100, 20), pixel(third, 100, 20)) == (WHITE, BLACK)
    assert len(first.pixels) == first.stride * first.height


@pytest.mark.parametrize(("rotation", "black_corner"), [(0, (5, 5)), (90, (-5, 5)), (180, (-5, -5)), (270, (5, -5))])
async def test_turns_pages_clockwise(host: RenderHost, rotation: int, black_corner: tuple[int, int]) -> None:
    shown = document(DocumentKind.PDF, pdf(lines=0), entry_id="turned")
    raster = await host.render_page(shown, 0, scale=0.5, rotation=rotation)
    assert (raster.width < raster.height) == (rotation in (0, 180))
    black = [(x, y) for x in (5, -5) for y in (5, -5) if pixel(raster, x, y) == BLACK]
    assert black == [black_corner]


async def test_draws_form_fields(host: RenderHost) -> None:
    raster = await host.render_page(document(DocumentKind.PDF, form_pdf(), entry_id="form"), 0, scale=0.5)
    assert any(byte < 100 for byte in raster.pixels)


async def test_lowers_the_scale_to_the_pixel_limit(host: RenderHost) -> None:
    shown = document(DocumentKind.PDF, pdf(), entry_id="clamped")
    raster = await host.render_page(shown, 0, scale=50.0, max_pixels=500_000)
    assert 480_000 < raster.width * raster.height <= 500_000
    assert raster.width / raster.height == pytest.approx(595 / 842, rel=0.01)


async def test_refuses_a_page_too_long_for_the_pixel_limit(host: RenderHost) -> None:
    strip = document(DocumentKind.PDF, pdf(size=(1.0, 14_000.0), lines=0), entry_id="strip")
    with pytest.raises(RenderTooLarge):
        await host.render_page(strip, 0, scale=1.0, max_pixels=1_000)


async def test_asks_for_a_password_says_when_it_is_wrong_and_takes_the_right_one(host: RenderHost) -> None:
    content = pdf(password="sesame 42")
    with pytest.raises(DocumentLocked) as needed:
        await host.describe(document(DocumentKind.PDF, content, entry_id="locked"))
    with pytest.raises(DocumentLocked) as wrong:
        await host.describe(document(DocumentKind.PDF, content, entry_id="locked", password="no"))
    opened = await host.describe(document(DocumentKind.PDF, content, entry_id="locked", password="sesame 42"))
    assert needed.value.facts == {"name": "locked.pdf", "reason": "password_needed"}
    assert wrong.value.facts["reason"] == "password_wrong"
    assert len(opened.pages) == 1


async def test_does_not_stay_open_for_those_without_the_password(host: RenderHost) -> None:
    content = pdf(password="42")
    await host.describe(document(DocumentKind.PDF, content, entry_id="opened", password="42"))
    with pytest.raises(DocumentLocked):
        await host.describe(document(DocumentKind.PDF, content, entry_id="opened"))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + bytes(range(256)) * 40, b"%PDF-", pdf()[:300]])
async def test_reports_a_broken_pdf_as_damaged(host: RenderHost, content: bytes) -> None:
    with pytest.raises(DocumentDamaged):
        await host.describe(document(DocumentKind.PDF, content, entry_id=f"broken{len(content)}"))


async def test_reports_a_missing_page_as_damaged(host: RenderHost) -> None:
    with pytest.raises(DocumentDamaged):
        await host.render_page(document(DocumentKind.PDF, pdf(), entry_id="short"), 7, scale=1.0)


# --- images -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [DocumentKind.JPEG, DocumentKind.PNG, DocumentKind.TIFF, DocumentKind.WEBP])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_shows_photographs_upright(host: RenderHost, kind: DocumentKind, orientation: int) -> None:
    content = oriented(orientation, kind.value.upper())
    shown = document(kind, content, entry_id=f"{kind.value}{orientation}")
    described = await host.describe(shown)
    raster = await host.render_page(shown, 0, scale=1.0)
    assert described.pages == (PageSize(120.0, 80.0),)
    assert (raster.width, raster.height) == (120, 80)
    assert all_like(corners(raster), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("kind", [DocumentKind.GIF, DocumentKind.BMP])
async def test_shows_gif_and_bmp(host: RenderHost, kind: DocumentKind) -> None:
    content = encoded(corner_image(), kind.value.upper())
    raster = await host.render_page(document(kind, content, entry_id=kind.value), 0, scale=1.0)
    assert all_like(corners(raster), [RED, GREEN, BLUE, YELLOW])


async def test_shows_heic(host: RenderHost) -> None:
    content = heic_sample()
    if content is None:
        pytest.skip("the sandbox has no HEIC sample")
    shown = document(DocumentKind.HEIC, content, entry_id="heic")
    (page,) = (await host.describe(shown)).pages
    raster = await host.render_page(shown, 0, scale=0.5)
    assert raster.width == pytest.approx(page.width / 2, abs=1)
    assert len(set(raster.pixels)) > 1


@pytest.mark.parametrize(
    ("rotation", "wanted"),
    [
        (90, [BLUE, RED, YELLOW, GREEN]),
        (180, [YELLOW, BLUE, GREEN, RED]),
        (270, [GREEN, YELLOW, RED, BLUE]),
    ],
)
async def test_turns_images_clockwise(host: RenderHost, rotation: int, wanted: list[Colour]) -> None:
    shown = document(DocumentKind.PNG, encoded(corner_image(), "PNG"), entry_id="turn")
    raster = await host.render_page(shown, 0, scale=1.0, rotation=rotation)
    assert corners(raster) == wanted


async def test_zooming_in_after_a_thumbnail_shows_full_detail(host: RenderHost) -> None:
    stripes = Image.new("L", (1600, 800), 255)
    for x in range(0, 1600, 2):
        stripes.paste(0, (x, 0, x + 1, 800))
    shown = document(DocumentKind.JPEG, encoded(stripes, "JPEG", quality=95), entry_id="stripes")
    thumbnail = await host.render_page(shown, 0, scale=0.1)
    full = await host.render_page(shown, 0, scale=1.0)
    again = await host.render_page(shown, 0, scale=0.1)
    assert (thumbnail.width, full.width, again.width) == (160, 1600, 160)
    assert max(full.pixels) - min(full.pixels) > 200


async def test_shows_the_first_picture_of_a_telephones_double_jpeg(host: RenderHost) -> None:
    pictures = [corner_image(400, 200), corner_image(100, 100)]
    content = encoded(pictures[0], "MPO", save_all=True, append_images=pictures[1:])
    shown = document(DocumentKind.JPEG, content, entry_id="double")
    assert (await host.describe(shown)).pages == (PageSize(400.0, 200.0),)
    raster = await host.render_page(shown, 0, scale=0.25)
    assert (raster.width, raster.height) == (100, 50)
    assert all_like(corners(raster), [RED, GREEN, BLUE, YELLOW])


async def test_makes_tiff_pages_and_gif_frames_pages(host: RenderHost) -> None:
    tiff = document(DocumentKind.TIFF, multi_page("TIFF", (RED, GREEN, BLUE)), entry_id="pages")
    gif = document(DocumentKind.GIF, multi_page("GIF", (RED, GREEN)), entry_id="frames")
    assert [page.width for page in (await host.describe(tiff)).pages] == [100, 110, 120]
    assert len((await host.describe(gif)).pages) == 2
    assert like(pixel(await host.render_page(tiff, 2, scale=1.0), 5, 5), BLUE)
    assert like(pixel(await host.render_page(tiff, 0, scale=1.0), 5, 5), RED)
    assert like(pixel(await host.render_page(gif, 1, scale=1.0), 5, 5), GREEN)


async def test_describes_no_more_gif_frames_than_the_limit(host: RenderHost) -> None:
    colours = tuple((shade, 0, 0) for shade in range(0, 240, 4))
    described = await host.describe(document(DocumentKind.GIF, multi_page("GIF", colours), entry_id="film"))
    assert (len(described.pages), described.truncated_pages) == (50, True)


def _gradient_16_bit() -> bytes:
    image = Image.new("I;16", (256, 4))
    image.putdata([x * 257 for _ in range(4) for x in range(256)])
    return encoded(image, "PNG")


def _palette_with_transparency() -> bytes:
    image = corner_image().quantize(8)
    image.info["transparency"] = image.getpixel((0, 0))
    return encoded(image, "PNG", transparency=image.getpixel((0, 0)))


@pytest.mark.parametrize(
    ("kind", "content", "place", "wanted"),
    [
        (DocumentKind.PNG, encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"), (5, 5), WHITE),
        (DocumentKind.PNG, encoded(Image.new("LA", (20, 20), (0, 127)), "PNG"), (5, 5), (128, 128, 128)),
        (DocumentKind.PNG, _palette_with_transparency(), (2, 2), WHITE),
        (DocumentKind.PNG, _palette_with_transparency(), (-3, -3), YELLOW),
        (DocumentKind.PNG, _gradient_16_bit(), (128, 1), (128, 128, 128)),
        (DocumentKind.JPEG, encoded(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG"), (5, 5), (254, 0, 0)),
        (DocumentKind.TIFF, encoded(Image.new("1", (32, 32), 1), "TIFF", compression="group4"), (5, 5), WHITE),
        (DocumentKind.TIFF, encoded(corner_image(), "TIFF", compression="jpeg"), (2, 2), RED),
        (DocumentKind.TIFF, encoded(Image.linear_gradient("L").convert("F"), "TIFF"), (5, 250), (250, 250, 250)),
    ],
)
async def test_every_colour_model_becomes_rgb_on_white(
    host: RenderHost, kind: DocumentKind, content: bytes, place: tuple[int, int], wanted: Colour
) -> None:
    shown = document(kind, content, entry_id=f"{len(content)}{wanted}")
    assert like(pixel(await host.render_page(shown, 0, scale=1.0), *place), wanted)


async def test_refuses_a_small_file_that_claims_to_be_huge(host: RenderHost) -> None:
    with pytest.raises(RenderTooLarge):
        await host.describe(document(DocumentKind.PNG, png_claiming(50_000, 50_000), entry_id="bomb"))


async def test_survives_an_image_that_needs_more_memory_than_the_limit() -> None:
    host = RenderHost(time_limit=60)
    # Laying its see-through colour on paper needs the picture twice, 780 MB each.
    content = encoded(Image.new("P", (14_000, 14_000)), "PNG", transparency=0, compress_level=1)
    await host.start()
    before = host.worker_pid
    with pytest.raises(RenderTooLarge) as refused:
        await host.render_page(document(DocumentKind.PNG, content, entry_id="hungry"), 0, scale=1.0)
    assert refused.value.facts["reason"] == "memory"
    assert (await host.describe(document(DocumentKind.PDF, pdf(), entry_id="next"))).pages
    assert host.worker_pid == before
    await host.close()


@pytest.mark.parametrize("kind", [DocumentKind.JPEG, DocumentKind.PNG, DocumentKind.WEBP, DocumentKind.GIF])
async def test_reports_a_cut_image_as_damaged(host: RenderHost, kind: DocumentKind) -> None:
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    content = encoded(noise, kind.value.upper())
    with pytest.raises(DocumentDamaged):
        await host.render_page(document(kind, content[: len(content) // 2], entry_id=f"cut{kind}"), 0, scale=1.0)


@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind.is_image])
async def test_one_format_never_reaches_the_decoder_of_another(host: RenderHost, kind: DocumentKind) -> None:
    other = encoded(corner_image(), "PPM" if kind is not DocumentKind.PNG else "JPEG")
    with pytest.raises(DocumentDamaged):
        await host.describe(document(kind, other, entry_id=f"wrong{kind}"))


# --- texts ------------------------------------------------------------------------------------------------------------


async def text_of(host: RenderHost, kind: DocumentKind, content: bytes) -> str:
    return (await host.extract_text(document(kind, content, entry_id=f"{kind}{hash(content)}"))).text


async def test_a_text_has_no_pages(host: RenderHost) -> None:
    shown = document(DocumentKind.TEXT, b"hello", entry_id="plain")
    assert (await host.describe(shown)).pages == ()
    with pytest.raises(DocumentUnsupported):
        await host.render_page(shown, 0, scale=1.0)


async def test_a_picture_has_no_text(host: RenderHost) -> None:
    with pytest.raises(DocumentUnsupported):
        await host.extract_text(document(DocumentKind.PNG, encoded(corner_image(), "PNG"), entry_id="mute"))


async def test_indents_json_and_keeps_its_order_and_numbers(host: RenderHost) -> None:
    shown = await text_of(host, DocumentKind.JSON, '{"b":1.10,"a":["é","\\u00e8",{}],"b":[]}'.encode())
    assert shown == '{\n  "b": 1.10,\n  "a": [\n    "é",\n    "è",\n    {}\n  ],\n  "b": []\n}'


@pytest.mark.parametrize("content", [b'{"a": ', b"[" * 200_000, b"[" * 500 + b"]" * 500, b"[1e999999, NaN,]"])
async def test_shows_json_it_cannot_indent_as_it_is(host: RenderHost, content: bytes) -> None:
    assert await text_of(host, DocumentKind.JSON, content) == content.decode()


async def test_indents_xml(host: RenderHost) -> None:
    content = "<?xml version='1.0' encoding='ISO-8859-1'?><a x='1'><b>é &amp; è</b><c/></a>".encode("latin-1")
    shown = await text_of(host, DocumentKind.XML, content)
    assert shown == '<?xml version="1.0"?>\n<a x="1">\n  <b>é &amp; è</b>\n  <c></c>\n</a>'


async def test_never_expands_an_entity(host: RenderHost) -> None:
    assert await text_of(host, DocumentKind.XML, BILLION_LAUGHS) == BILLION_LAUGHS.decode()


async def test_shows_at_most_twelve_million_characters(host: RenderHost) -> None:
    shown = await host.extract_text(document(DocumentKind.TEXT, "é".encode() * 13_000_000, entry_id="endless"))
    assert (len(shown.text), shown.truncated) == (LONG_TEXT_LIMIT, True)


async def test_says_where_a_text_folds(host: RenderHost) -> None:
    shown = await host.extract_text(document(DocumentKind.JSON, b'{"\xc3\xa9":{"b":[1,2]}}', entry_id="folds"))
    assert (shown.kind, len(shown.folds)) == (DocumentKind.JSON, 6)
    assert [shown.text[place] for place in shown.folds] == ["{", "}", "{", "}", "[", "]"]


# --- e-mails ----------------------------------------------------------------------------------------------------------


async def test_shows_an_email_with_its_headers_and_attachments(host: RenderHost) -> None:
    shown = await host.extract_text(document(DocumentKind.EMAIL, mail(html="<p>other</p>"), entry_id="mail"))
    headers = {part.name: part.value for part in shown.headers}
    assert headers["From"] == "Zoé Müller <zoe@example.org>"
    assert headers["Subject"] == "Dossier n° 42 – pièces"
    assert shown.text.strip() == "Bonjour, voici les pièces."
    assert [(part.name, part.value) for part in shown.attachments] == [("identité.pdf", "13")]


async def test_shows_the_words_of_an_html_email_only(host: RenderHost) -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>Hello <b>you</b></p>"
        "<script>steal()</script><img src='https://example.org/track.png'><p>Bye</p></body></html>"
    )
    shown = await host.extract_text(document(DocumentKind.EMAIL, mail(html=html, text=None), entry_id="html"))
    assert shown.text == "Hello you\n\nBye"


async def test_the_longest_lists_of_an_email_still_arrive(host: RenderHost) -> None:
    name = "\N{GRINNING FACE}" * 2_000
    part = f"--b\r\nContent-Disposition: attachment; filename={name}\r\n\r\ny\r\n"
    head = "".join(f"{header}: {name}\r\n" * 30 for header in ("From", "To", "Cc", "Subject"))
    content = head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 300
    shown = await host.extract_text(document(DocumentKind.EMAIL, content.encode(), entry_id="lists"))
    assert (len(shown.headers), len(shown.attachments)) == (40, 100)


# --- neither ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [DocumentKind.ZIP, DocumentKind.EMPTY, DocumentKind.UNKNOWN])
async def test_what_cannot_be_shown_is_refused_at_once(host: RenderHost, kind: DocumentKind) -> None:
    shown = document(kind, b"PK")
    calls: list[Any] = [host.describe(shown), host.extract_text(shown), host.render_page(shown, 0, scale=1.0)]
    for call in calls:
        with pytest.raises(DocumentUnsupported):
            await call


async def test_an_order_that_means_nothing_is_a_bug(host: RenderHost) -> None:
    shown = document(DocumentKind.PDF, pdf())
    with pytest.raises(ValueError, match="out of range"):
        await host.render_page(shown, 0, scale=1.0, rotation=45)
    with pytest.raises(ValueError, match="out of range"):
        await host.render_page(shown, 0, scale=float("nan"))


async def test_the_pixels_are_those_pillow_sees(host: RenderHost) -> None:
    content = encoded(corner_image(64, 48), "PNG")
    raster = await host.render_page(document(DocumentKind.PNG, content, entry_id="same"), 0, scale=1.0)
    with Image.open(io.BytesIO(content)) as image:
        assert raster.pixels == image.convert("RGB").tobytes()
