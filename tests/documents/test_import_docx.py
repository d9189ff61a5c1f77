"""A decision's list out of Word: the real one word for word, and the shapes that others come in."""

from pathlib import Path
from time import process_time

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from catalog.decision_file import read_decision
from catalog.drafts.drafting import draft_decision
from catalog.drafts.records import Draft
from documents.importing.tables_in import read_source

DATA = Path(__file__).parent.parent / "data" / "import"
HEADINGS = ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian thực hiện"]


def draft_of(path: Path) -> Draft:
    return draft_decision(read_source(path))


def drafted(tmp_path: Path, rows: list[list[str]], headings: list[str] | None = None, change=None) -> Draft:
    """The draft of a Word file with one table; `change(document, table)` may alter it before it is saved."""
    document = Document()
    all_rows = [headings or HEADINGS, *rows]
    table = document.add_table(rows=len(all_rows), cols=len(all_rows[0]))
    for row, texts in zip(table.rows, all_rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    if change:
        change(document, table)
    path = tmp_path / "danh-muc.docx"
    document.save(path)
    return draft_of(path)


def catalogue() -> dict[str, tuple[str, str, str, str]]:
    """The hand-made catalogue; this copy of the document has lost the mark that follows the footnote in 1.1."""
    decision, faults = read_decision("hai-phong-dan-van-2025-2")
    assert decision, faults
    duties = {each.code: (each.text, each.lead, each.support, each.deadline) for each in decision.duties}
    text, *rest = duties["1.1"]
    return {**duties, "1.1": (text.removesuffix(";"), *rest)}


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_every_duty_of_the_hai_phong_list_equals_the_hand_made_catalogue(suffix):
    draft = draft_of(DATA / f"hai-phong-danh-muc-dan-van-2025.{suffix}")
    found = {row.code: (row.text, row.lead, row.support, row.deadline) for row in draft.duties}
    assert found == catalogue()
    assert [row.code for row in draft.rows if row.heading] == ["1", "2", "3", "3.4", "4", "5"]
    assert not [row.warnings for row in draft.rows if row.warnings]


def test_the_hai_phong_word_file_is_read_in_under_two_seconds():
    start = process_time()
    draft_of(DATA / "hai-phong-danh-muc-dan-van-2025.docx")
    assert process_time() - start < 2


def test_duties_under_a_heading_row_name_it_as_parent_and_their_section():
    duties = {row.code: row for row in draft_of(DATA / "hai-phong-danh-muc-dan-van-2025.docx").duties}
    assert (duties["3.4.b1"].section, duties["3.4.b1"].parent) == ("3", "3.4")
    assert (duties["3.3"].section, duties["3.3"].parent) == ("3", None)


def test_a_table_of_two_thousand_rows_is_read_in_under_two_seconds(tmp_path):
    document = Document()
    table = document.add_table(rows=1, cols=5)
    for cell, text in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.text = text
    template = table.rows[0]._tr
    for number in range(1, 2001):
        copy = OxmlElement("w:tr")
        for text in (
            str(number) if number < 1000 else "",
            f"Nhiệm vụ {number}",
            "Sở Nội vụ",
            "",
            "Quý I/2026",
        ):
            cell = OxmlElement("w:tc")
            paragraph = OxmlElement("w:p")
            run = OxmlElement("w:r")
            piece = OxmlElement("w:t")
            piece.text = text
            run.append(piece)
            paragraph.append(run)
            cell.append(paragraph)
            copy.append(cell)
        template.getparent().append(copy)
    path = tmp_path / "dai.docx"
    document.save(path)
    start = process_time()
    draft = draft_of(path)
    assert process_time() - start < 2
    assert len(draft.duties) == 2000


def test_a_lead_merged_down_over_rows_holds_for_each_of_them(tmp_path):
    def merge(_, table):
        table.cell(1, 2).merge(table.cell(2, 2))

    draft = drafted(
        tmp_path,
        [["1", "Việc A", "Sở Y tế", "", "Quý I/2026"], ["2", "Việc B", "", "", "Quý II/2026"]],
        change=merge,
    )
    assert [row.lead for row in draft.duties] == ["Sở Y tế", "Sở Y tế"]


def test_a_merge_that_goes_on_without_a_beginning_is_told(tmp_path):
    def break_merge(_, table):
        properties = table.cell(1, 2)._tc.get_or_add_tcPr()
        merge = OxmlElement("w:vMerge")
        properties.append(merge)
        table._tbl.remove(table.rows[0]._tr)

    document_rows = [
        ["1", "Việc A", "Sở Y tế", "", "Quý I/2026"],
        ["2", "Việc B", "Sở Xây dựng", "", "Quý I/2026"],
    ]
    draft = drafted(tmp_path, document_rows, change=break_merge)
    assert any("gộp dọc" in warning for row in draft.rows for warning in row.warnings)


def test_numbers_that_word_writes_by_itself_are_read(tmp_path):
    def number(document, table):
        for row in table.rows[1:]:
            row.cells[0].paragraphs[0].style = document.styles["List Number"]

    rows = [["", "Việc A", "Sở Y tế", "", "Quý I/2026"], ["", "Việc B", "Sở Y tế", "", "Quý II/2026"]]
    draft = drafted(tmp_path, rows, change=number)
    assert [row.code for row in draft.duties] == ["1", "2"]


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_kept(tmp_path):
    def revise(_, table):
        paragraph = table.cell(1, 1).paragraphs[0]._p
        for tag, text in (("w:ins", " mới"), ("w:del", " cũ")):
            revision, run = OxmlElement(tag), OxmlElement("w:r")
            piece = OxmlElement("w:t" if tag == "w:ins" else "w:delText")
            piece.text = text
            piece.set(qn("xml:space"), "preserve")
            run.append(piece)
            revision.append(run)
            paragraph.append(revision)
        hidden = table.cell(1, 1).paragraphs[0].add_run(" ẩn")
        hidden.font.hidden = True

    draft = drafted(tmp_path, [["1", "Việc", "Sở Y tế", "", "Quý I/2026"]], change=revise)
    assert draft.duties[0].text == "Việc mới"


def test_two_line_headings_with_merged_cells_name_their_columns(tmp_path):
    def merge(_, table):
        for left, right in (((0, 2), (0, 3)), ((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 4), (1, 4))):
            table.cell(*left).merge(table.cell(*right))

    draft = drafted(
        tmp_path,
        [["", "", "Chủ trì", "Phối hợp", ""], ["1", "Việc A", "Sở Y tế", "Sở Xây dựng", "Quý I/2026"]],
        headings=["STT", "Nội dung công việc", "Phân công thực hiện", "", "Thời hạn hoàn thành"],
        change=merge,
    )
    assert [(row.lead, row.support, row.deadline) for row in draft.duties] == [
        ("Sở Y tế", "Sở Xây dựng", "Quý I/2026")
    ]


def test_a_superscript_mark_becomes_a_reference_where_its_note_exists(tmp_path):
    def mark(document, table):
        run = table.cell(1, 1).paragraphs[0].add_run("1")
        run.font.superscript = True
        table.cell(1, 1).paragraphs[0].add_run(";")
        area = table.cell(2, 1).paragraphs[0].add_run("2")
        area.font.superscript = True
        document.add_paragraph("[1] Nghị định số 59/2023/NĐ-CP.")

    rows = [
        ["1", "Thực hiện dân chủ", "Sở Nội vụ", "", "Quý I/2026"],
        ["2", "Xây 100 m", "Sở Y tế", "", "Quý I/2026"],
    ]
    draft = drafted(tmp_path, rows, change=mark)
    assert (draft.duties[0].text, draft.duties[0].footnotes) == ("Thực hiện dân chủ;", (1,))
    assert draft.footnotes == ((1, "Nghị định số 59/2023/NĐ-CP."),)


def test_the_list_is_found_among_other_tables(tmp_path):
    document = Document()
    numbers = document.add_table(rows=2, cols=3)
    for cell, text in zip(numbers.rows[0].cells, ["TT", "Chỉ tiêu", "Số lượng"], strict=True):
        cell.text = text
    document.add_paragraph("I. Nhóm nhiệm vụ thể chế")
    for part in ("Sở Tư pháp", "Sở Y tế"):
        table = document.add_table(rows=2, cols=5)
        for row, texts in zip(table.rows, [HEADINGS, ["1", "Việc", part, "", "Quý I/2026"]], strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph("II. Nhóm nhiệm vụ tổ chức")
    path = tmp_path / "nhieu-bang.docx"
    document.save(path)
    draft = draft_of(path)
    assert [(row.text, row.lead) for row in draft.duties] == [("Việc", "Sở Tư pháp"), ("Việc", "Sở Y tế")]
    assert [row.text for row in draft.rows if row.heading] == [
        "Nhóm nhiệm vụ thể chế",
        "Nhóm nhiệm vụ tổ chức",
    ]
    assert [row.code for row in draft.rows] == ["I", "I.1", "II", "II.1"]


def test_a_table_without_headings_is_drafted_with_a_warning(tmp_path):
    draft = drafted(
        tmp_path,
        [["2", "Rà soát quy định về đầu tư", "Sở Tài chính", "Các sở, ngành", "Quý I/2026"]],
        headings=["1", "Xây dựng kế hoạch tuyên truyền", "Sở Nội vụ", "Sở Y tế", "Tháng 3/2026"],
    )
    assert [(row.lead, row.deadline) for row in draft.duties] == [
        ("Sở Nội vụ", "Tháng 3/2026"),
        ("Sở Tài chính", "Quý I/2026"),
    ]
    assert any("không có dòng tiêu đề" in warning for warning in draft.warnings)
