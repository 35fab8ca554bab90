"""PDFs that carry files, sound and hostile."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any

from pyhanko.pdf_utils import embed as untyped_embed
from pyhanko.pdf_utils import generic as untyped_generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.support.documents import pdf

embed: Any = untyped_embed
generic: Any = untyped_generic
pdf_name: Any = generic.pdf_name
pdf_string: Any = generic.pdf_string


def with_files(files: Sequence[tuple[str, bytes]], content: bytes | None = None) -> bytes:
    """The PDF (one page, if none is given) with these files, name and bytes."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(content if content is not None else pdf()))
    for number, (name, data) in enumerate(files):
        made = embed.EmbeddedFileObject.from_file_data(writer, data, compress=True)
        # The key in the tree must differ; the name that is shown may be anything.
        spec = embed.FileSpec(file_spec_string=f"{number:05}.bin", file_name=name, embedded_data=made)
        embed.embed_file(writer, spec)
    return written(writer)


def with_bomb(size: int) -> bytes:
    """A file whose few bytes unpack to ``size`` zeros."""
    packer = zlib.compressobj(9)
    step = bytes(1 << 20)
    packed = b"".join(packer.compress(step) for _ in range(size >> 20)) + packer.flush()
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf()))
    stream = generic.StreamObject(
        {pdf_name("/Type"): pdf_name("/EmbeddedFile"), pdf_name("/Filter"): pdf_name("/FlateDecode")},
        encoded_data=packed,
    )
    _attach(writer, "bomb.bin", writer.add_object(stream))
    return written(writer)


def with_annotation(name: str, content: bytes) -> bytes:
    """The file hangs on an annotation of the first page, and on nothing else."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf()))
    spec = _spec(name, writer.add_object(generic.StreamObject(stream_data=content)))
    annotation = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FileAttachment"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (10, 10, 30, 30))),
            pdf_name("/FS"): writer.add_object(spec),
        }
    )
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(annotation)])
    writer.update_container(page)
    return written(writer)


def _spec(name: str, stream: Any) -> Any:
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Filespec"),
            pdf_name("/F"): pdf_string(name),
            pdf_name("/UF"): pdf_string(name),
            pdf_name("/EF"): generic.DictionaryObject({pdf_name("/F"): stream}),
        }
    )


def _attach(writer: Any, name: str, stream: Any) -> None:
    names = generic.ArrayObject([pdf_string(name), writer.add_object(_spec(name, stream))])
    tree = generic.DictionaryObject({pdf_name("/Names"): names})
    writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): writer.add_object(tree)})
    writer.update_root()


def written(writer: Any) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
