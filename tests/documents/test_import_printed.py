"""A list written in Word and the PDF that LibreOffice prints of it are read alike, upright and across, over several pages."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Cm

from catalog.drafts.drafting import draft_decision
from catalog.drafts.records import Draft
from documents.importing.tables_in import read_source
from documents.pdf import convert_to_pdf

LONG = (
    " theo quy định của pháp luật và các văn bản hướng dẫn thi hành; bảo đảm công khai, minh bạch, đúng đối tượng, không "
    "để xảy ra khiếu nại, tố cáo kéo dài trên địa bàn"
)
HEADINGS = (
    "TT",
    "Nội dung nhiệm vụ",
    "Sản phẩm/kết quả",
    "Đơn vị chủ trì",
    "Đơn vị phối hợp",
    "Thời hạn hoàn thành",
)
WIDTHS = {
    WD_ORIENT.PORTRAIT: (1.2, 5.2, 2.2, 2.9, 2.8, 2.2),
    WD_ORIENT.LANDSCAPE: (1.4, 9, 3, 4.2, 4.2, 3),
}
ONE_LEAD = range(5, 9)  # these duties share one merged cell, which a page cuts


def duty(number: int) -> tuple[str, ...]:
    lead = "Sở Tài chính" if number in ONE_LEAD else "Văn phòng UBND tỉnh"
    text = f"Rà soát, hoàn thiện nội dung thứ {number}" + LONG * (1 + number % 2)
    return str(number), text, "Báo cáo", lead, "Các sở, ban, ngành; UBND cấp xã", f"{10 + number}/10/2026"


def rows() -> list[tuple[str, ...]]:
    sections = {1: "I", 9: "II"}
    found = []
    for number in range(1, 17):
        if number in sections:
            found.append((sections[number], "HOÀN THIỆN THỂ CHẾ", "", "", "", ""))
        found.append(duty(number))
    return found


def write_list(path: Path, orientation: WD_ORIENT) -> None:
    document = Document()
    page, size = document.sections[0], (Cm(21), Cm(29.7))
    page.orientation = orientation
    page.page_width, page.page_height = size if orientation is WD_ORIENT.PORTRAIT else size[::-1]
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Triển khai nhiệm vụ trọng tâm năm 2026")
    table = document.add_table(rows=0, cols=len(HEADINGS), style="Table Grid")
    for texts in (HEADINGS, *rows()):
        add_row(table, texts)
    first = next(at for at, row in enumerate(rows(), 1) if row[0] == str(ONE_LEAD[0]))
    merged = table.cell(first, 3).merge(table.cell(first + len(ONE_LEAD) - 1, 3))
    merged.text = "Sở Tài chính"
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS[orientation], strict=True):
            cell.width = Cm(width)
    document.save(str(path))


def add_row(table: Any, texts: tuple[str, ...]) -> None:
    """Add a row; a section's title runs over all columns right of its number."""
    cells = table.add_row().cells
    if not any(texts[2:]):
        cells[1].merge(cells[-1])
    for cell, text in zip(cells, texts, strict=True):
        if text:
            cell.text = text


def duties_of(path: Path) -> list[tuple[str, ...]]:
    draft: Draft = draft_decision(read_source(path))
    return [
        (row.code, row.text, row.extras["Sản phẩm/kết quả"], row.lead, row.support, row.deadline)
        for row in draft.duties
    ]


@pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="LibreOffice không có trên máy này"
)
@pytest.mark.parametrize("orientation", list(WIDTHS), ids=["upright", "across"])
def test_what_was_written_is_what_is_read_from_word_and_from_its_print(
    tmp_path: Path, orientation: WD_ORIENT
) -> None:
    written = [duty(number) for number in range(1, 17)]
    write_list(tmp_path / "ke-hoach.docx", orientation)
    assert duties_of(tmp_path / "ke-hoach.docx") == written
    convert_to_pdf(tmp_path / "ke-hoach.docx", tmp_path / "ke-hoach.pdf")
    assert duties_of(tmp_path / "ke-hoach.pdf") == written
