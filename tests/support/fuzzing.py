"""Documents that nobody would make: real ones, changed at random, the same for the same seed.

``python -m tests.support.fuzzing [COUNT [SEED]]`` is the long run: it prints what became of them and ends with 1 when
something but a known error came out.
"""

from __future__ import annotations

import asyncio
import io
import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from tests.support import signed_pdfs
from tests.support.documents import corner_image, document, encoded, form_pdf, mail, multi_page, oriented, pdf
from tests.support.zips import good_zip
from tns_desktop.adapters.archive import ZipArchiveReader
from tns_desktop.adapters.render.host import RenderHost
from tns_desktop.adapters.render.inspection_host import InspectionHost
from tns_desktop.adapters.render.limits import MEMORY_LIMIT
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import TnsError
from tns_desktop.domain.preview import RenderDocument

INTERESTING = (
    b"\x00",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"<<",
    b">>",
    b"obj",
    b"/Kids [1 0 R]",
    b"%PDF-",
)


def seeds() -> list[tuple[DocumentKind, bytes]]:
    image = corner_image(60, 40)
    return [
        (DocumentKind.PDF, pdf(pages=2, lines=8)),
        (DocumentKind.PDF, form_pdf()),
        (DocumentKind.PDF, signed_pdfs.made(signed_pdfs.signed)),
        (DocumentKind.JPEG, encoded(image, "JPEG")),
        (DocumentKind.JPEG, oriented(6, "JPEG")),
        (DocumentKind.JPEG, encoded(image.convert("CMYK"), "JPEG")),
        (DocumentKind.PNG, encoded(image, "PNG")),
        (DocumentKind.GIF, encoded(image, "GIF")),
        (DocumentKind.WEBP, encoded(image, "WEBP")),
        (DocumentKind.TIFF, multi_page("TIFF", ((1, 2, 3), (4, 5, 6)))),
        (DocumentKind.EMAIL, mail(html="<p>x</p>")),
        (DocumentKind.ZIP, good_zip()),
    ]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """One to eight changes: bytes flipped, replaced, cut out, doubled, or the end cut off."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(max(1, len(changed)))
        kind = chance.randrange(5)
        if kind == 0 and changed:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            piece = chance.choice(INTERESTING)
            changed[at : at + len(piece)] = piece
        elif kind == 2:
            del changed[at : at + chance.randint(1, 64)]
        elif kind == 3:
            changed[at:at] = changed[at : at + chance.randint(1, 256)]
        elif kind == 4 and chance.random() < 0.3:
            del changed[at:]
    return bytes(changed)


class Fuzz:
    """Feeds both decoders and the archive reader; ``outcomes`` counts what came back, by error code."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._seeds = seeds()
        self._pages = RenderHost()
        self._beside = InspectionHost()
        self.outcomes: Counter[str] = Counter()
        self.most_memory = 0

    async def run(self, count: int) -> None:
        try:
            for number in range(count):
                kind, content = self._seeds[number % len(self._seeds)]
                made = document(kind, mutated(content, self._chance), entry_id=str(number))
                await self._try(made)
                self.most_memory = max(self.most_memory, _memory_of(self._pages), _memory_of(self._beside))
        finally:
            await self._pages.close()
            await self._beside.close()

    async def _try(self, made: RenderDocument) -> None:
        if made.kind is DocumentKind.ZIP:
            self._count(lambda: _read_everything(made.content))
            await self._await(self._beside.look_inside(replace(made, kind=DocumentKind.UNKNOWN)))
            return
        if made.kind.is_text:
            await self._await(self._pages.extract_text(made))
        else:
            await self._await(self._pages.describe(made))
            scale, rotation = self._chance.choice((0.5, 1.0, 3.0)), self._chance.choice((0, 0, 90, 180, 270))
            await self._await(self._pages.render_page(made, 0, scale=scale, rotation=rotation))
        await self._await(self._beside.look_inside(made))
        if made.kind is DocumentKind.PDF:
            await self._await(self._beside.read_signatures(made, ()))
            await self._await(self._beside.read_layer(made))

    async def _await(self, work: object) -> None:
        try:
            await work  # type: ignore[misc]
            self.outcomes["fine"] += 1
        except TnsError as error:
            self.outcomes[error.code] += 1

    def _count(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
            self.outcomes["fine"] += 1
        except TnsError as error:
            self.outcomes[error.code] += 1


def _read_everything(content: bytes) -> None:
    reader = ZipArchiveReader()
    for entry in reader.index_blocking(io.BytesIO(content), "ab" * 32).entries:
        if entry.can_be_read:
            reader.read_blocking(io.BytesIO(content), entry.entry_id)


def _memory_of(host: RenderHost | InspectionHost) -> int:
    """Bytes of address space of the decoder, where the system tells."""
    try:
        status = Path(f"/proc/{host.worker_pid}/statm").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(status.split()[0]) * 4096


def main(arguments: list[str]) -> int:
    count, seed = (int(arguments[position]) if len(arguments) > position else 0 for position in (0, 1))
    fuzz = Fuzz(seed)
    asyncio.run(fuzz.run(count or 20_000))
    report = ", ".join(f"{code}: {number}" for code, number in fuzz.outcomes.most_common())
    sys.stdout.write(f"{report}\nmost address space: {fuzz.most_memory // 2**20} MiB\n")
    return 0 if fuzz.most_memory <= MEMORY_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
