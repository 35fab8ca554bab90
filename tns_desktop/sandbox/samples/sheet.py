"""What all PDF samples share: a page of A4 with margins, tables, the SPECIMEN mark, and bytes that do not vary."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib import colors, pdfencrypt
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, Paragraph, Table, TableStyle

WIDTH, HEIGHT = A4
MARGIN = 20 * mm
INK = colors.HexColor("#1F2933")
FAINT = colors.HexColor("#6B7785")
LINE = colors.HexColor("#C9D1D9")

BODY = ParagraphStyle(
    "body", fontName="Helvetica", fontSize=9.2, leading=12.6, textColor=INK, alignment=TA_JUSTIFY, spaceAfter=5
)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=10.5, leading=14, textColor=INK, spaceBefore=7, spaceAfter=3
)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=15, leading=19, textColor=INK, spaceAfter=3)
SMALL = ParagraphStyle("small", fontName="Helvetica", fontSize=7.6, leading=9.6, textColor=FAINT)


class Sheets:
    """A PDF under construction. ``password``: needed to open it."""

    def __init__(self, title: str, author: str, *, password: str = "") -> None:
        self._buffer = io.BytesIO()
        encrypt = pdfencrypt.StandardEncryption(password, ownerPassword=password, strength=128) if password else None
        self.canvas = Canvas(self._buffer, pagesize=A4, invariant=1, pageCompression=1, encrypt=encrypt)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("TnS Desktop sandbox: SPECIMEN")

    def flow(self, story: list[Any], *, top: float, bottom: float = 24 * mm) -> None:
        """Lays the story out between two heights, in points from the lower edge."""
        Frame(MARGIN, bottom, WIDTH - 2 * MARGIN, top - bottom, 0, 0, 0, 0).addFromList(story, self.canvas)

    def end_page(self) -> None:
        specimen(self.canvas)
        self.canvas.showPage()

    def finish(self) -> bytes:
        self.canvas.save()
        return self._buffer.getvalue()


def specimen(canvas: Canvas) -> None:
    """The diagonal mark, over everything, light enough to read through."""
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(52)
    canvas.setFillColor(colors.HexColor("#C2352B"), alpha=0.13)
    canvas.setFont("Helvetica-Bold", 104)
    canvas.drawCentredString(0, -34, "SPECIMEN")
    canvas.restoreState()


def grid(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    *,
    accent: Any = INK,
    header: bool = True,
    size: float = 8.6,
    right: Sequence[int] = (),
    padding: float = 3.2,
) -> Table:
    """A table with thin lines; ``right`` names the columns of figures."""
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), "Helvetica", size),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("BOX", (0, 0), (-1, -1), 0.6, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *(("ALIGN", (column, 0), (column, -1), "RIGHT") for column in right),
    ]
    if header:
        style += [
            ("BACKGROUND", (0, 0), (-1, 0), accent),
            ("TEXTCOLOR", (0, 0), (-1, 0), colors.white),
            ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", size),
        ]
    return Table([list(row) for row in rows], colWidths=list(widths), style=TableStyle(style))


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(text, style)


def euros(amount: float) -> str:
    """``1234.5`` as ``1 234,50 €``."""
    return f"{amount:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",") + "\N{NO-BREAK SPACE}€"
