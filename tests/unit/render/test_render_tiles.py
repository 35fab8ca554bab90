"""Parts of pages: put together they are the page, whatever it is, however it is stored, scaled and turned."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageOps

from tests.support.documents import corner_image, document, encoded, form_pdf, oriented, pdf
from tns_desktop.adapters.render.cutting import cut_out
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.image import STRIP_BYTES, ImageFile
from tns_desktop.adapters.render.shared import TRANSLATED_SIZE, Canvas
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DocumentDamaged, RenderTooLarge
from tns_desktop.domain.preview import PixelArea, Raster, RenderDocument

pytestmark = pytest.mark.anyio

SIDE = 37


def picture(raster: Raster) -> Image.Image:
    return Image.frombytes("RGB", (raster.width, raster.height), raster.pixels, "raw", "RGB")


async def assembled(host: RenderHost, shown: RenderDocument, scale: float, rotation: int) -> Image.Image:
    """The page from its parts; its size is known from the whole."""
    whole = await host.render_page(shown, 0, scale=scale, rotation=rotation)
    canvas = Image.new("RGB", (whole.width, whole.height))
    for top in range(0, whole.height, SIDE):
        for left in range(0, whole.width, SIDE):
            area = PixelArea(left, top, min(SIDE, whole.width - left), min(SIDE, whole.height - top))
            part = await host.render_page(shown, 0, scale=scale, rotation=rotation, area=area)
            assert part.area == area
            canvas.paste(picture(part), (left, top))
    return canvas


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures of the same size, of 255."""
    histogram = ImageChops.difference(one, other).convert("L").histogram()
    return sum(value * count for value, count in enumerate(histogram)) / (one.width * one.height)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_the_parts_of_a_pdf_page_are_the_page(host: RenderHost, rotation: int) -> None:
    shown = document(DocumentKind.PDF, pdf(size=(150, 200)), entry_id=f"pdf{rotation}")
    whole = await host.render_page(shown, 0, scale=0.7, rotation=rotation)
    assert difference(picture(whole), await assembled(host, shown, 0.7, rotation)) < 1.0


async def test_a_filled_form_field_is_drawn_in_its_part(host: RenderHost) -> None:
    shown = document(DocumentKind.PDF, form_pdf(), entry_id="form")
    field = PixelArea(90, 330, 200, 120)
    part = await host.render_page(shown, 0, scale=1.0, area=field)
    assert min(part.pixels) < 100


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
async def test_the_parts_of_a_photograph_are_the_photograph(host: RenderHost, orientation: int, rotation: int) -> None:
    content = oriented(orientation, "JPEG")
    shown = document(DocumentKind.JPEG, content, entry_id=f"photo{orientation}")
    whole = await host.render_page(shown, 0, scale=0.9, rotation=rotation)
    upright = corner_image().resize((108, 72)).rotate(-rotation, expand=True)
    assert difference(picture(whole), upright) < 6
    assert difference(await assembled(host, shown, 0.9, rotation), upright) < 6


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
async def test_parts_of_every_colour_model(host: RenderHost, mode: str) -> None:
    image = corner_image().convert("L").point(lambda value: 255 if value > 90 else 0)
    stored = (
        image.convert(mode) if mode != "I;16" else image.convert("I").point(lambda value: value * 257).convert(mode)
    )
    kind, image_format = (DocumentKind.TIFF, "TIFF") if mode in ("CMYK", "I;16") else (DocumentKind.PNG, "PNG")
    shown = document(kind, encoded(stored, image_format), entry_id=f"mode{mode}")
    assert difference(await assembled(host, shown, 1.0, 0), image.convert("RGB")) < 3


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("rows", [1, 3, 7])
def test_a_page_that_is_handed_over_in_strips_is_the_whole_page(mode: str, rows: int) -> None:
    width, whole_strips = 700, STRIP_BYTES // (3 * 700)
    stored = Image.linear_gradient("L").resize((width, 2 * whole_strips + rows)).convert("RGB").convert(mode)
    room = bytearray(3 * stored.width * stored.height)
    file = ImageFile(encoded(stored, "TIFF"), ("TIFF",))
    assert file.render(0, 1.0, 0, 40_000_000, lambda length: memoryview(room)[:length]) == (*stored.size, 3 * width)
    assert Image.frombytes("RGB", stored.size, bytes(room), "raw", "RGB").tobytes() == stored.convert("RGB").tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_strips_of_a_turned_picture_are_the_turned_picture(orientation: int, rotation: int) -> None:
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(oriented(orientation, "PNG"))))
    turned = upright.rotate(-rotation, expand=True)
    stored = Image.open(io.BytesIO(oriented(orientation, "PNG")))
    cut = cut_out(stored, orientation, rotation, (0, 0, *turned.size), turned.size)
    assert (cut.width, cut.height) == turned.size
    for rows in (1, 7, 1000):
        canvas = Image.new("RGB", turned.size)
        for top in range(0, cut.height, rows):
            canvas.paste(cut.strip(top, min(cut.height, top + rows)), (0, top))
        assert canvas.tobytes() == turned.convert("RGB").tobytes()


async def test_enlarged_parts_fit_together(host: RenderHost) -> None:
    shown = document(DocumentKind.PNG, encoded(corner_image(24, 16), "PNG"), entry_id="enlarged")
    whole = await host.render_page(shown, 0, scale=6.0)
    assert difference(picture(whole), await assembled(host, shown, 6.0, 0)) < 1


@pytest.mark.parametrize("area", [PixelArea(0, 0, 1000, 10), PixelArea(590, 0, 10, 10), PixelArea(0, 900, 5, 5)])
async def test_a_part_that_is_not_on_the_page_is_refused(host: RenderHost, area: PixelArea) -> None:
    shown = document(DocumentKind.PDF, pdf(), entry_id="outside")
    with pytest.raises(DocumentDamaged):
        await host.render_page(shown, 0, scale=1.0, area=area)


async def test_a_part_keeps_to_the_limit_of_pixels(host: RenderHost) -> None:
    shown = document(DocumentKind.PDF, pdf(), entry_id="limit")
    with pytest.raises(RenderTooLarge):
        await host.render_page(shown, 0, scale=4.0, area=PixelArea(0, 0, 100, 101), max_pixels=10_000)


async def test_an_area_that_means_nothing_is_a_fault_of_the_caller(host: RenderHost) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        await host.render_page(document(DocumentKind.PDF, pdf()), 0, scale=1.0, area=PixelArea(0, 0, 0, 5))


async def test_a_scan_of_the_largest_paper_is_held_once_and_served_in_parts() -> None:
    """A0 at 300 dpi: it has to fit beside everything else, and its parts have to come without decoding again."""
    host = RenderHost(time_limit=60)
    scan = Image.new("RGB", (9_933, 14_043), (200, 30, 30))
    scan.paste((30, 30, 200), (9_000, 13_000, 9_933, 14_043))
    shown = document(DocumentKind.JPEG, encoded(scan, "JPEG", quality=60), entry_id="a0")
    del scan
    assert (await host.render_page(shown, 0, scale=0.05)).width == 497
    corner = await host.render_page(shown, 0, scale=1.0, area=PixelArea(9_933 - 512, 14_043 - 512, 512, 512))
    red, _green, blue = corner.pixels[:3]
    assert blue > 150 > red
    turned = await host.render_page(shown, 0, scale=0.5, rotation=90, area=PixelArea(0, 0, 512, 512))
    assert turned.pixels[0] > 150
    await host.close()


@pytest.mark.parametrize("area", [None, PixelArea(10, 20, 60, 70)])
async def test_an_adjusted_page_is_the_page_with_each_colour_replaced(host: RenderHost, area: PixelArea | None) -> None:
    adjustment = Adjustment(brightness=30, contrast=-20, invert=True)
    shown = document(DocumentKind.PDF, pdf(size=(150, 200)), entry_id="adjusted")
    plain = await host.render_page(shown, 0, scale=3.0, area=area)
    adjusted = await host.render_page(shown, 0, scale=3.0, area=area, adjustment=adjustment)
    assert len(plain.pixels) > 0
    assert adjusted.pixels == plain.pixels.translate(adjustment.table())
    assert (plain.adjustment, adjusted.adjustment) == (NEUTRAL, adjustment)


def test_pixels_that_travel_are_adjusted_in_parts_and_to_the_last_one() -> None:
    canvas = Canvas()
    length = 2 * TRANSLATED_SIZE + 5
    canvas.allocate(length)[:] = bytes(length)
    canvas.translate(length, bytes([7]) * 256)
    assert bytes(canvas.take_payload() or b"") == bytes([7]) * length
