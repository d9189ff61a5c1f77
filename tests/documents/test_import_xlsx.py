"""A list out of Excel: what the sheet shows, with every date that may be turned round told."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from catalog.drafts.drafting import draft_decision
from catalog.drafts.records import Draft
from documents.importing.tables_in import read_source
from documents.importing.xlsx_values import settle_dates, show

HEADINGS = ["TT", "Nhiệm vụ", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian hoàn thành"]


@pytest.fixture
def sheet() -> Worksheet:
    """A sheet with a title over its headings; the headings stand in row 3."""
    sheet = Workbook().active
    sheet["A1"] = "DANH MỤC NHIỆM VỤ NĂM 2026"
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(HEADINGS)
    return sheet


def drafted(sheet: Worksheet, tmp_path: Path) -> Draft:
    path = tmp_path / "danh-muc.xlsx"
    sheet.parent.save(path)
    return draft_decision(read_source(path))


def add_date(sheet: Worksheet, number: int, day: date | str | int, number_format: str = "") -> None:
    sheet.append([number, f"Việc {number}", "Sở Y tế", "", day])
    if number_format:
        sheet.cell(sheet.max_row, 5).number_format = number_format


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("dd/mm/yyyy", "01/04/2026"),
        ("d/m/yy", "1/4/26"),
        ('"Tháng "m/yyyy', "Tháng 4/2026"),
        ("mm-dd-yy", "01/04/2026"),
        ("[$-42A]dd\\ mmmm\\ yyyy;@", "01 tháng 4 2026"),
        ("d/m/yyyy h:mm", "1/4/2026"),
        ("General", "01/04/2026"),
    ],
)
def test_a_date_is_read_as_the_sheet_shows_it(number_format, shown):
    assert show(date(2026, 4, 1), number_format).text == shown


def test_numbers_keep_the_decimals_that_the_sheet_shows():
    assert [show(1.1, "0.00").text, show(3.0, "General").text, show(1.5, "General").text] == [
        "1.10",
        "3",
        "1.5",
    ]


def test_a_month_first_date_past_the_twelfth_is_turned_and_told(sheet, tmp_path):
    add_date(sheet, 1, date(2026, 8, 15), "m/d/yyyy")
    duty = drafted(sheet, tmp_path).duties[0]
    assert duty.deadline == "15/08/2026"
    assert any("tháng trước ngày" in warning for warning in duty.warnings)


def test_stored_dates_beside_typed_ones_past_the_twelfth_are_suspected_of_being_swapped(sheet, tmp_path):
    add_date(sheet, 1, date(2026, 5, 9), "mm-dd-yy")
    add_date(sheet, 2, "15/9/2026")
    duties = drafted(sheet, tmp_path).duties
    assert duties[0].deadline == "05/09/2026"
    assert any("đảo ngày và tháng" in warning for warning in duties[0].warnings)
    assert duties[1].warnings == ()


def test_dates_in_the_vietnamese_order_are_not_suspected(sheet, tmp_path):
    add_date(sheet, 1, date(2026, 5, 9), "dd/mm/yyyy")
    add_date(sheet, 2, date(2026, 9, 15), "dd/mm/yyyy")
    assert [(row.deadline, row.warnings) for row in drafted(sheet, tmp_path).duties] == [
        ("09/05/2026", ()),
        ("15/09/2026", ()),
    ]


def test_a_month_first_column_with_a_day_past_the_twelfth_keeps_its_stored_days():
    shown = settle_dates([show(date(2026, 5, 9), "m/d/yyyy"), show(date(2026, 8, 15), "m/d/yyyy")])
    assert [each.text for each in shown] == ["09/05/2026", "15/08/2026"]
    assert all(each.notes for each in shown)


def test_a_date_as_text_or_as_a_bare_number_is_written_as_a_day_and_told(sheet, tmp_path):
    add_date(sheet, 1, "2026-08-15 00:00:00")
    add_date(sheet, 2, 46249)
    duties = drafted(sheet, tmp_path).duties
    assert [row.deadline for row in duties] == ["15/08/2026", "15/08/2026"]
    assert all(row.warnings for row in duties)


def test_merged_cells_hold_for_every_row_they_cover(sheet, tmp_path):
    sheet.append([1, "Việc 1", "Sở Y tế", "", "Quý I/2026"])
    sheet.append([2, "Việc 2", None, "", None])
    sheet.merge_cells("C4:C5")
    sheet.merge_cells("E4:E5")
    assert [(row.lead, row.deadline, row.warnings) for row in drafted(sheet, tmp_path).duties] == [
        ("Sở Y tế", "Quý I/2026", ())
    ] * 2


def test_a_section_merged_over_the_whole_row_is_a_heading_with_its_number(sheet, tmp_path):
    sheet.append(["I. NHÓM NHIỆM VỤ THỂ CHẾ"])
    sheet.merge_cells("A4:E4")
    sheet.append([1, "Việc 1", "Sở Y tế", "", "Quý I/2026"])
    rows = drafted(sheet, tmp_path).rows
    assert (rows[0].code, rows[0].text, rows[0].heading) == ("I", "NHÓM NHIỆM VỤ THỂ CHẾ", True)
    assert rows[1].section == "I"


def test_hidden_rows_are_kept_and_told_hidden_sheets_only_told(sheet, tmp_path):
    sheet.append([1, "Việc 1", "Sở Y tế", "", "Quý I/2026"])
    sheet.row_dimensions[4].hidden = True
    other = sheet.parent.create_sheet("cũ")
    other.append(HEADINGS)
    other.sheet_state = "hidden"
    draft = drafted(sheet, tmp_path)
    assert "đang ẩn" in draft.duties[0].warnings[0]
    assert "Trang tính “cũ” đang ẩn nên không được đọc." in draft.warnings


def test_a_hidden_column_gives_way_to_a_visible_one_of_the_same_kind(tmp_path):
    sheet = Workbook().active
    sheet.append(["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian cũ", "Thời gian thực hiện"])
    sheet.append([1, "Việc", "Sở Y tế", "Quý I/2025", "Quý I/2026"])
    sheet.column_dimensions["D"].hidden = True
    assert drafted(sheet, tmp_path).duties[0].deadline == "Quý I/2026"


def test_several_sheets_are_one_list_each_with_its_own_part(tmp_path):
    book = Workbook()
    for name, sheet in (("Quý I", book.active), ("Quý II", book.create_sheet())):
        sheet.title = name
        sheet.append(HEADINGS)
        sheet.append([1, f"Việc {name}", "Sở Y tế", "", "Quý I/2026"])
    draft = drafted(book.active, tmp_path)
    assert [row.text for row in draft.duties] == ["Việc Quý I", "Việc Quý II"]
    assert [row.text for row in draft.rows if row.heading] == ["Quý I", "Quý II"]


def test_a_merge_over_the_whole_sheet_costs_neither_time_nor_memory(sheet, tmp_path):
    sheet.append([1, "Việc 1", "Sở Y tế", "", "Quý I/2026"])
    path = tmp_path / "gop.xlsx"
    sheet.parent.save(path)
    import zipfile

    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "gop2.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(b'ref="A1:E1"', b'ref="A6:XFD1048576"')
            new.writestr(name, data)
    assert len(draft_decision(read_source(tmp_path / "gop2.xlsx")).duties) == 1


def test_each_cell_says_where_it_came_from(sheet, tmp_path):
    sheet.append([1, "Việc 1", "Sở Y tế", "", "Quý I/2026"])
    assert drafted(sheet, tmp_path).duties[0].sources["lead"] == "ô C4 trang tính “Sheet”"


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_damaged_workbook_is_refused(sheet, tmp_path, part):
    import zipfile

    from catalog.errors import FaultyDataError

    path = tmp_path / "a.xlsx"
    sheet.parent.save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<x" if name == part else old.read(name))
    with pytest.raises(FaultyDataError, match="hỏng"):
        read_source(tmp_path / "b.xlsx")
