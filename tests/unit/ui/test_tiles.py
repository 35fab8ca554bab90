"""Parts of pages: they cover what is visible, never overlap, and never take more memory than they may."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from tests.support.windows import delete, dressed
from tns_desktop.domain.adjustment import NEUTRAL, Adjustment
from tns_desktop.domain.preview import DocumentKey, PageSize, PixelArea, Raster
from tns_desktop.ui.preview.page_request import Fit, PageRequest
from tns_desktop.ui.preview.page_view import PageView
from tns_desktop.ui.preview.tiles import (
    TILE,
    WHOLE_PIXELS,
    Tiles,
    place_of_pixels,
    tile_scale,
    tiles_within,
    whole_scale,
)

KEY = DocumentKey("a" * 64, "1")
A0_AT_300_DPI = PageSize(9_933, 14_043)
sides = st.integers(1, 20_000)
places = st.floats(-5_000, 25_000)
lengths = st.floats(1, 4_000)


@given(sides, sides, places, places, lengths, lengths)
def test_parts_cover_what_is_visible_and_never_overlap(
    width: int, height: int, left: float, top: float, across: float, down: float
) -> None:
    visible = QRectF(left, top, across, down)
    areas = tiles_within((width, height), visible)
    on_page = visible.intersected(QRectF(0, 0, width, height))
    rects = [QRectF(area.left, area.top, area.width, area.height) for area in areas]
    covered = sum(rect.intersected(on_page).width() * rect.intersected(on_page).height() for rect in rects)
    assert abs(covered - on_page.width() * on_page.height()) <= 1e-6 * max(1.0, covered)
    assert len({(area.left, area.top) for area in areas}) == len(areas)
    for area in areas:
        assert area.left % TILE == area.top % TILE == 0
        assert 0 < area.width <= TILE
        assert 0 < area.height <= TILE
        assert area.left + area.width <= width
        assert area.top + area.height <= height


@given(st.floats(1, 30_000), st.floats(1, 30_000), st.floats(0.01, 16))
def test_a_whole_page_has_a_bounded_number_of_pixels(width: float, height: float, scale: float) -> None:
    whole = whole_scale(width, height, scale)
    assert whole <= scale
    assert width * height * whole * whole <= WHOLE_PIXELS * 1.001
    assert whole_scale(width, height, scale, is_picture=True) == min(whole, 1.0)


@given(st.floats(-500, 500), st.floats(1, 300), st.floats(1, 300), st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_an_image_drawn_for_its_place_is_painted_pixel_by_pixel(
    left: float, width: float, height: float, ratio: float
) -> None:
    rect = QRectF(left, -left, width, height)
    image = QImage(math.ceil(width * ratio), math.ceil(height * ratio), QImage.Format.Format_RGB32)
    place = place_of_pixels(rect, image, ratio)
    for painted in (place.width() * ratio - image.width(), place.height() * ratio - image.height()):
        assert abs(painted) < 1e-6
    for edge in (place.left() * ratio, place.top() * ratio):
        assert abs(edge - round(edge)) < 1e-6
    assert max(abs(place.left() - rect.left()), abs(place.top() - rect.top())) * ratio <= 0.5 + 1e-6


def test_an_image_of_another_size_is_scaled_to_its_place() -> None:
    rect = QRectF(3.5, 4.25, 200.5, 100.25)
    assert place_of_pixels(rect, QImage(100, 50, QImage.Format.Format_RGB32), 1.0) == rect
    assert place_of_pixels(rect, QImage(201, 99, QImage.Format.Format_RGB32), 1.0) == rect


@given(st.floats(0.01, 16))
def test_parts_of_a_picture_are_as_sharp_as_the_picture_allows(scale: float) -> None:
    chosen = tile_scale(scale, is_picture=True)
    assert chosen == 1.0 or scale <= chosen < 2 * scale
    assert chosen <= 1.0
    assert tile_scale(scale, is_picture=False) == scale


def test_the_memory_of_parts_is_bounded() -> None:
    tiles = Tiles(limit=10 * TILE * TILE * 4)
    for number in range(40):
        area = PixelArea(number * TILE, 0, TILE, TILE)
        tiles.put(0, 1.0, area, QImage(TILE, TILE, QImage.Format.Format_RGB32))
        assert tiles.size <= 10 * TILE * TILE * 4
    assert not tiles.has(0, 1.0, PixelArea(0, 0, TILE, TILE))
    assert tiles.has(0, 1.0, PixelArea(39 * TILE, 0, TILE, TILE))
    tiles.clear()
    assert tiles.size == 0


def shown_scan(asked: list[list[PageRequest]]) -> PageView:
    view = PageView()
    view.pages_wanted.connect(asked.append)
    view.resize(800, 700)
    view.show()
    view.show_document(KEY, (A0_AT_300_DPI,), fit=Fit.PAGE, is_picture=True)
    return view


def test_a_large_scan_is_asked_for_whole_at_first_and_in_parts_where_it_is_enlarged(qapp: QApplication) -> None:
    dressed("en")
    asked: list[list[PageRequest]] = []
    view = shown_scan(asked)
    assert [request.area for request in asked[-1]] == [None]
    for _ in range(20):
        view.zoom_by(1.2, QPoint(400, 350))
    parts = [request for request in asked[-1] if request.area is not None]
    assert 0 < len(parts) <= 9
    assert {request.scale for request in parts} == {1.0}
    part = parts[0]
    assert part.area is not None
    pixels = bytes(3 * part.area.width * part.area.height)
    raster = Raster(KEY, 0, part.area.width, part.area.height, 3 * part.area.width, pixels, part.area)
    assert view.add_raster(raster, 0, part.scale)
    view.zoom_by(1.01)
    assert part not in asked[-1]
    other = Raster(DocumentKey("b" * 64, "1"), 0, part.area.width, part.area.height, raster.stride, pixels, part.area)
    assert not view.add_raster(other, 0, part.scale)
    delete(view)


def test_pixels_have_their_colours_on_screen(qapp: QApplication) -> None:
    dressed("en")
    view = PageView()
    view.resize(200, 200)
    view.show()
    view.show_document(KEY, (PageSize(40.0, 40.0),), fit=Fit.FREE)
    halves = bytes((250, 20, 30)) * 20 + bytes((30, 20, 250)) * 20
    assert view.add_raster(Raster(KEY, 0, 40, 40, 120, halves * 40), 0)
    shown = view.viewport().grab().toImage()
    middle = view.viewport().rect().center().x()
    left, right = (shown.pixelColor(middle + step, 36) for step in (-10, 10))
    assert (left, right) == (QColor(250, 20, 30), QColor(30, 20, 250))
    delete(view)


@pytest.mark.parametrize("fit", [Fit.WIDTH, Fit.PAGE])
@pytest.mark.parametrize("pages", [1, 3])
def test_pages_are_asked_for_once_though_a_scroll_bar_comes(qapp: QApplication, fit: Fit, pages: int) -> None:
    dressed("en")
    asked: list[list[PageRequest]] = []
    view = PageView()
    view.resize(800, 700)
    view.show()
    qapp.sendPostedEvents()
    view.pages_wanted.connect(asked.append)
    view.show_document(KEY, (PageSize(595.0, 842.0),) * pages, fit=fit)
    qapp.sendPostedEvents()  # among them what the bar asks for
    first = asked[0][0]
    assert {request.scale for wanted in asked for request in wanted} == {first.scale}
    assert view.horizontalScrollBar().maximum() == 0
    assert view.verticalScrollBar().isVisible() == (fit is Fit.WIDTH or pages > 1)
    delete(view)


def test_zooming_keeps_the_point_under_the_pointer(qapp: QApplication) -> None:
    dressed("en")
    view = shown_scan([])
    for _ in range(12):
        view.zoom_by(1.2)
    at = QPoint(200, 500)
    before = view.page_point(at)
    for factor in (1.2, 1.2, 1 / 1.2, 1.5):
        view.zoom_by(factor, at)
        now = view.page_point(at)
        assert abs(now.x() - before.x()) * view.zoom < 20
        assert abs(now.y() - before.y()) * view.zoom < 20
    delete(view)


def test_while_a_slider_moves_the_page_follows_and_the_last_place_of_it_stays(qapp: QApplication) -> None:
    dressed("en")
    asked: list[list[PageRequest]] = []
    view = shown_scan(asked)
    steps = [Adjustment(brightness=10 * step) for step in range(4)]

    def arrives(adjustment: Adjustment) -> bool:
        return view.add_raster(Raster(KEY, 0, 4, 4, 12, bytes(48), adjustment=adjustment), 0)

    assert arrives(NEUTRAL)
    for step in steps[1:]:
        view.set_adjustment(step)
        assert [request.adjustment for request in asked[-1]] == [step]
    assert arrives(steps[1])  # better than what was there, and not yet what is wanted
    view.set_fit(Fit.PAGE)
    assert asked[-1]
    assert arrives(steps[3])
    view.set_fit(Fit.PAGE)
    assert asked[-1] == []
    assert not arrives(steps[2])
    part = Raster(KEY, 0, 4, 4, 12, bytes(48), PixelArea(0, 0, 4, 4), steps[2])
    assert not view.add_raster(part, 0, 1.0)
    delete(view)


@given(st.lists(st.integers(20, 400), min_size=1, max_size=60), st.floats(0.2, 4.0), st.integers(0, 100))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_in_view_is_found_without_looking_at_every_page(
    qapp: QApplication, heights: list[int], zoom: float, part: int
) -> None:
    dressed("en")
    view = PageView()
    view.resize(300, 400)
    sizes = tuple(PageSize(200, height) for height in heights)
    view.show_document(KEY, sizes, fit=Fit.FREE, zoom=zoom)
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() * part // 100)
    seen = QRectF(view.viewport().rect())
    every = [page for page in range(len(sizes)) if view._rect_of(page).intersects(seen)]
    assert view._visible_pages() == every
    assert set(view.pages_in_view()) <= set(every)
    delete(view)
