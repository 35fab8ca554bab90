"""Images to upright pixels with Pillow (and libheif for HEIC). Runs in the decoder only.

Pillow is told which one format to expect: bytes that look like a photograph never reach another of its decoders. The
size is checked from the header, before anything is decoded.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from array import array
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast

from PIL import Image
from PIL import ImageFile as PillowFile

from tns_desktop.adapters.render.cutting import Cut, cut_out
from tns_desktop.adapters.render.fitting import Area, area_within, fitting_scale, whole_size
from tns_desktop.adapters.render.flatten import flatten, kept_form
from tns_desktop.adapters.render.refusals import Damaged, Refusal, TooLarge
from tns_desktop.adapters.render.shared import Allocate

if TYPE_CHECKING:
    from tns_desktop.adapters.render.pdf_text import Rectangle

PIXEL_LIMIT = 200_000_000
"""Pixels of one page, by its header: the largest camera sensors of telephones have as many."""
PAGES_LIMITS = {"TIFF": 1_000, "GIF": 50}
"""Frames that become pages, where a format has them; every other format shows its one picture."""
KEPT_FRAME_BYTES = 3 * PIXEL_LIMIT
"""Bytes of colour that a frame may have to be kept; Pillow needs a third more for them."""
STRIP_BYTES = 512 * 1024
"""Bytes that become plain colour and are handed over at once: they stay in the processor's memory."""
ORIENTATION_TAG = 0x0112
DRAFTED = ("JPEG", "MPO")
"""What can be decoded at a fraction of its size; MPO is what many telephones call a JPEG with a second picture."""

Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A decoded frame; ``reduction``: the side of the square of its pixels that became one."""

    page: int
    reduction: int
    image: Image.Image
    orientation: int


class ImageFile:
    """One image, page by page. The last decoded frame is kept, so that zooming does not decode again."""

    _keeper: ClassVar[ImageFile | None] = None
    """Whoever holds the one decoded frame that this process keeps."""

    def __init__(self, content: bytes, formats: tuple[str, ...]) -> None:
        self._content = content
        self._formats = formats
        self._kept: _Kept | None = None
        if "HEIF" in formats:
            import pi_heif

            pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
        self._sizes, self._truncated = self._read_sizes()

    def page_sizes(self) -> tuple[list[tuple[float, float]], bool]:
        """Upright sizes in pixels, and whether there are more pages than the limit."""
        return [(float(width), float(height)) for width, height in self._sizes], self._truncated

    def render(
        self,
        page: int,
        scale: float,
        rotation: int,
        max_pixels: int,
        allocate: Allocate,
        area: Area | None = None,
    ) -> tuple[int, int, int]:
        """Width, height and stride of the RGB pixels. ``scale`` is lowered until ``max_pixels`` suffice, except for an
        ``area`` (left, top, width, height) of the page as it is scaled and turned.

        Raises Damaged, TooLarge and Unsupported.
        """
        if not 0 <= page < len(self._sizes):
            raise Damaged("page_missing")
        width, height = self._sizes[page]
        if area is None:
            scale = fitting_scale(width, height, scale, max_pixels)
        whole = whole_size(width, height, scale, rotation)
        wanted = area_within(area, whole, max_pixels)
        frame, orientation = self._frame(page, scale)
        part = cut_out(frame, orientation, rotation, wanted, whole)
        stride = part.width * 3
        _fill(allocate(stride * part.height), part, stride)
        return part.width, part.height, stride

    def letters(self, page: int) -> tuple[str, array[float], list[tuple[Rectangle, str, int | None]]]:
        """A picture has no letters that could be selected."""
        return "", array("f"), []

    def find(self, pattern: re.Pattern[str], page: int) -> list[list[Rectangle]]:
        """Nor any that could be found."""
        return []

    def close(self) -> None:
        self._kept = None
        if ImageFile._keeper is self:
            ImageFile._keeper = None

    def _read_sizes(self) -> tuple[list[tuple[int, int]], bool]:
        sizes: list[tuple[int, int]] = []
        with self._decoding(), self._open() as image:
            limit = PAGES_LIMITS.get(image.format or "", 1)
            for page in range(limit + 1):
                if page:
                    if limit == 1:
                        return sizes, False
                    try:
                        image.seek(page)
                    except EOFError:
                        return sizes, False
                sizes.append(_upright_size(image))
        return sizes[:limit], True

    def _frame(self, page: int, scale: float) -> tuple[Image.Image, int]:
        """The page as it is stored, at full size or, of a JPEG, at the smallest fraction that is still enough; and how
        it has to be turned. It is neither copied nor turned as a whole: a large scan is in memory once.
        """
        wanted = max((fraction for fraction in (1, 2, 4, 8) if fraction * scale <= 1.0), default=1)
        if self._kept is not None and self._kept.page == page and self._kept.reduction <= wanted:
            return self._kept.image, self._kept.orientation
        self._forget_frames()
        width, height = self._sizes[page]
        if width * height > PIXEL_LIMIT:
            raise TooLarge("pixels")
        with self._decoding():
            image = self._open()
            if page:
                image.seek(page)
            reduction = 1
            if image.format in DRAFTED and wanted > 1:
                stored = image.size
                image.draft(None, (max(1, stored[0] // wanted), max(1, stored[1] // wanted)))
                reduction = max(1, round(stored[0] / image.size[0]))
            orientation = _orientation(image)
            image.load()
            frame = kept_form(image)
        if frame.width * frame.height * len(frame.getbands()) <= KEPT_FRAME_BYTES:
            self._kept = _Kept(page, reduction, frame, orientation)
            ImageFile._keeper = self
        return frame, orientation

    def _forget_frames(self) -> None:
        self._kept = None
        keeper, ImageFile._keeper = ImageFile._keeper, None
        if keeper is not None:
            keeper._kept = None

    def _open(self) -> Image.Image:
        return Image.open(io.BytesIO(self._content), formats=self._formats)

    @contextlib.contextmanager
    def _decoding(self) -> Any:
        try:
            yield
        except (Refusal, MemoryError):
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TooLarge("pixels") from error
        except Exception as error:
            # Pillow's decoders answer broken bytes with many kinds of exceptions (OSError, SyntaxError, struct.error,
            # ValueError, KeyError, EOFError…); to the operator they are one.
            raise Damaged("image") from error


class _Room(io.RawIOBase):
    """Memory that Pillow writes to as if it were a file."""

    def __init__(self, memory: memoryview) -> None:
        super().__init__()
        self._memory = memory
        self._filled = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        end = self._filled + len(data)
        self._memory[self._filled : end] = data
        self._filled = end
        return len(data)


def _fill(memory: memoryview, part: Cut, stride: int) -> None:
    """A few rows at once: copies of a whole page in between would be memory that the system has to find first.

    Plain pixels are packed straight out of the page, as Pillow's plug-ins write them to files: two copies less.
    """
    room = _Room(memory)
    if part.stored.mode == "RGB" and "transparency" not in part.stored.info and not part.is_turned:
        _pack(room, part.stored)
        return
    rows = max(1, STRIP_BYTES // stride)
    for top in range(0, part.height, rows):
        _pack(room, flatten(part.strip(top, min(part.height, top + rows))))


def _pack(room: _Room, image: Image.Image) -> None:
    tile = PillowFile._Tile("raw", (0, 0, *image.size), 0, ("RGB", 0, 1))
    PillowFile._save(image, cast(IO[bytes], room), [tile], STRIP_BYTES)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation still to be applied, 1 to 8."""
    if image.format == "TIFF":
        return 1  # Pillow turns TIFF pages while it loads them
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # asking would decode the whole picture in search of a trailing chunk
    try:
        orientation = image.getexif().get(ORIENTATION_TAG, 1)
    except Exception:
        return 1  # broken metadata does not make the picture unreadable
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    if width < 1 or height < 1:
        raise Damaged("image")
    return (height, width) if _orientation(image) >= 5 else (width, height)
