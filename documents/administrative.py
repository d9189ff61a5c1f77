"""The layout of administrative documents by Nghị định 30/2020/NĐ-CP (phụ lục I), on python-docx.

A4; Times New Roman, black, 13-14 pt (nơi nhận 11-12 pt, as the decree's own annex has it); the page number stands
centred in the top margin from page 2. Lengths are in the unit that their name says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
A4 = (210, 297)  # mm
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm
TEXT_WIDTH = A4[0] - LEFT - RIGHT  # mm
CENTRE, JUSTIFIED, LEFTWARD, RIGHTWARD = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
_HEADER_FROM_TOP = 10  # mm
_ISSUER_WIDTH = 62  # mm; the motto needs the rest to stand on one line


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues a document, as printed: in capitals. `superior` may be empty; `symbol` follows the number ("BC-SNV")."""

    superior: str
    body: str
    symbol: str
    place: str
    year: str


@dataclass(frozen=True, slots=True)
class Closing:
    """How a document ends, as printed: to whom it goes, and in what post it is signed."""

    recipients: tuple[str, ...]
    post: str


@dataclass(frozen=True, slots=True)
class Style:
    """How the words of one paragraph look; `indent` is that of the first line, in mm."""

    bold: bool = False
    italic: bool = False
    size: int = 14  # pt
    align: WD_ALIGN_PARAGRAPH = JUSTIFIED
    indent: int = 10
    after: int = 6  # pt
    keep_with_next: bool = False


BODY = Style()
HEADING = Style(bold=True, keep_with_next=True)
CENTRED = Style(align=CENTRE, indent=0)
CENTRED_BOLD = Style(bold=True, align=CENTRE, indent=0, after=0)


def new_document() -> Document:
    """Return an empty document laid out by the decree."""
    document = docx.Document()
    for name in ("Normal", "Header"):
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(14)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), FONT)
        style.element.rPr.rFonts.set(qn("w:cs"), FONT)
    _language(document)
    spacing = document.styles["Normal"].paragraph_format
    spacing.space_after, spacing.line_spacing = Pt(6), 1.0
    set_up_page(document.sections[0])
    document.sections[0].different_first_page_header_footer = True
    number_pages(document.sections[0])
    return document


def set_up_page(section: Section, *, wide: bool = False) -> None:
    """Make the section A4 with the decree's margins; `wide` turns the page sideways for tables."""
    width, height = reversed(A4) if wide else A4
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(_HEADER_FROM_TOP)


def wide_section(document: Document) -> None:
    """Begin annexes on a new page turned sideways; its pages go on being numbered."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section, wide=True)
    section.different_first_page_header_footer = False


def upright_section(document: Document) -> Section:
    """Begin a new document within the file: its own first page without a number, numbered from 1."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up_page(section)
    section.different_first_page_header_footer = True
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.append(start)  # noqa: SLF001  # the library has no name for where numbering starts
    return section


def number_pages(section: Section) -> None:
    """Put the page number, centred, into the header of every page but the first."""
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        set_font(run, Style(size=13))
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001  # the library has no name for fields


def write(place: Any, text: str, style: Style = BODY) -> Paragraph:
    """Add a paragraph to a document or a cell."""
    paragraph: Paragraph = place.add_paragraph()
    return fill(paragraph, text, style)


def fill(paragraph: Paragraph, text: str, style: Style = BODY) -> Paragraph:
    """Write into an empty paragraph."""
    paragraph.alignment = style.align
    layout = paragraph.paragraph_format
    layout.first_line_indent = Mm(style.indent)
    layout.space_after = Pt(style.after)
    layout.keep_with_next = style.keep_with_next or None
    set_font(paragraph.add_run(text), style)
    return paragraph


def set_font(run: Any, style: Style) -> None:
    run.font.name, run.font.size = FONT, Pt(style.size)
    run.font.bold, run.font.italic = style.bold or None, style.italic or None
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._r.get_or_add_rPr().rFonts.set(qn("w:cs"), FONT)  # noqa: SLF001  # no name for complex scripts either


def add_letterhead(document: Document, head: Letterhead, about: str = "") -> None:
    """Write the issuing body at the left and the motto at the right; `about` is the "V/v …" of an official letter."""
    left, right = side_by_side(document, (_ISSUER_WIDTH, TEXT_WIDTH - _ISSUER_WIDTH))
    line = Style(size=13, align=CENTRE, indent=0, after=0)
    strong = Style(bold=True, size=13, align=CENTRE, indent=0, after=0)
    if head.superior:
        fill(left.paragraphs[0], head.superior, line)
        write(left, head.body, strong)
    else:
        fill(left.paragraphs[0], head.body, strong)
    rule(left, 20)
    write(left, f"Số:          /{head.symbol}", Style(size=13, align=CENTRE, indent=0, after=0))
    if about:
        write(left, about, Style(size=13, align=CENTRE, indent=0, after=0))
    fill(right.paragraphs[0], MOTTO[0], strong)
    write(right, MOTTO[1], Style(bold=True, size=14, align=CENTRE, indent=0, after=0))
    rule(right, 23)
    dated = f"{head.place}, ngày      tháng      năm {head.year}"
    write(right, dated, Style(italic=True, align=CENTRE, indent=0, after=0))
    write(document, "", Style(size=13, indent=0, after=0))


def add_title(document: Document, kind: str, about: Sequence[str]) -> None:
    """Write the kind of document and its trích yếu, with the line under it."""
    write(document, kind, CENTRED_BOLD)
    for line in about:
        write(document, line, CENTRED_BOLD)
    rule(document, 62)


def add_closing(document: Document, closing: Closing) -> None:
    """Write nơi nhận at the left and the place of the signature at the right, on one page."""
    write(document, "", Style(size=13, indent=0, after=0))
    left, right = side_by_side(document, (80, TEXT_WIDTH - 80))
    fill(
        left.paragraphs[0],
        "Nơi nhận:",
        Style(bold=True, italic=True, size=12, align=LEFTWARD, indent=0, after=0),
    )
    for recipient in closing.recipients:
        write(left, recipient, Style(size=11, align=LEFTWARD, indent=0, after=0))
    fill(right.paragraphs[0], closing.post, CENTRED_BOLD)
    for _ in range(4):  # room for the signature and the seal
        write(right, "", CENTRED_BOLD)


def side_by_side(document: Document, widths: tuple[int, int]) -> tuple[Any, Any]:
    """Return the two cells of a table without borders, `widths` in mm; each has one empty paragraph."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    no_split = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(no_split)  # noqa: SLF001  # no name for rows that stay on one page
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    left, right = table.rows[0].cells
    left.width, right.width = Mm(widths[0]), Mm(widths[1])
    return left, right


def rule(place: Any, indent: int) -> None:
    """Add a thin line `indent` mm shorter on either side than its place."""
    paragraph = write(place, "", Style(indent=0, after=4))
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(indent)
    layout.line_spacing = Pt(2)
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  # the library has no name for borders
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def paragraphs(document: Document, texts: Iterable[str], style: Style = BODY) -> None:
    for text in texts:
        write(document, text, style)


def _language(document: Document) -> None:
    """Say that the words are Vietnamese, so that a spelling checker does not underline all of them."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "vi-VN")
