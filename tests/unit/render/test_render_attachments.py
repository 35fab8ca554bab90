"""Files attached to a PDF, through the real, limited decoder."""

from __future__ import annotations

import pytest

from tests.support.attached_pdfs import with_annotation, with_bomb, with_files
from tests.support.documents import document, pdf
from tests.support.zips import SAMPLE_JPEG
from tns_desktop.adapters.render.inspection_host import InspectionHost
from tns_desktop.adapters.render.protocol import ATTACHMENT_NAME_LIMIT, ATTACHMENTS_LIMIT
from tns_desktop.domain.archive import DocumentKind
from tns_desktop.domain.errors import DocumentDamaged, DocumentUnsupported, RenderError

pytestmark = pytest.mark.anyio


async def test_names_and_bytes_come_as_they_were_attached(inspector: InspectionHost) -> None:
    made = document(DocumentKind.PDF, with_files([("identité.jpg", SAMPLE_JPEG), ("note.txt", b"hello")]))
    attached = await inspector.attached_files(made)
    assert (attached.key, attached.names, attached.more) == (made.key, ("identité.jpg", "note.txt"), False)
    assert await inspector.attached_file(made, 0) == SAMPLE_JPEG
    assert await inspector.attached_file(made, 1) == b"hello"


async def test_file_that_hangs_on_an_annotation_is_found(inspector: InspectionHost) -> None:
    made = document(DocumentKind.PDF, with_annotation("card.jpg", SAMPLE_JPEG))
    assert (await inspector.attached_files(made)).names == ("card.jpg",)
    assert await inspector.attached_file(made, 0) == SAMPLE_JPEG


async def test_pdf_without_files_carries_none(inspector: InspectionHost) -> None:
    made = document(DocumentKind.PDF, pdf())
    assert (await inspector.attached_files(made)).names == ()
    with pytest.raises(DocumentDamaged):
        await inspector.attached_file(made, 0)


async def test_only_a_pdf_is_asked(inspector: InspectionHost) -> None:
    with pytest.raises(DocumentUnsupported):
        await inspector.attached_files(document(DocumentKind.JPEG, SAMPLE_JPEG))


async def test_thousands_of_files_are_named_up_to_the_limit(inspector: InspectionHost) -> None:
    made = document(DocumentKind.PDF, with_files([(f"{number}.txt", b"x") for number in range(2_000)]))
    attached = await inspector.attached_files(made)
    assert (len(attached.names), attached.more) == (ATTACHMENTS_LIMIT, True)


async def test_endless_name_is_cut(inspector: InspectionHost) -> None:
    made = document(DocumentKind.PDF, with_files([("n" * 2_000, b"x"), ("m" * 100_000, b"x")]))
    first, second = (await inspector.attached_files(made)).names
    assert len(first) == ATTACHMENT_NAME_LIMIT
    assert second == ""


async def test_bomb_is_refused_and_the_next_document_is_answered(inspector: InspectionHost) -> None:
    bomb = document(DocumentKind.PDF, with_bomb(400 << 20), entry_id="bomb")
    assert (await inspector.attached_files(bomb)).names == ("bomb.bin",)
    with pytest.raises(RenderError) as refused:
        await inspector.attached_file(bomb, 0)
    assert refused.value.code in ("render_too_large", "render_crashed", "document_damaged")
    sound = document(DocumentKind.PDF, with_files([("card.jpg", SAMPLE_JPEG)]), entry_id="sound")
    assert await inspector.attached_file(sound, 0) == SAMPLE_JPEG
