"""A list out of PDF: one grid over pages, merged cells, two-line headings on every page."""

from pathlib import Path
from time import process_time

import pytest

from catalog.drafts.drafting import draft_decision
from documents.importing.tables_in import read_source

DATA = Path(__file__).parent.parent / "data" / "import"


@pytest.fixture(scope="module")
def plan():
    return draft_decision(read_source(DATA / "ke-hoach-o-gop.pdf"))


def test_cells_merged_down_from_a_parent_row_hold_for_its_children(plan):
    rows = {row.code: row for row in plan.rows}
    assert rows["1"].heading
    assert [(rows[code].lead, rows[code].support, rows[code].deadline) for code in ("1.a", "1.đ")] == [
        ("Sở Tài chính", "Sở Khoa học và Công nghệ", "30/8/2026"),
        ("Trung tâm Phục vụ hành chính công, Sở, ban, ngành", "Sở Khoa học và Công nghệ", "30/8/2026"),
    ]


def test_a_parent_whose_time_points_below_is_a_heading(plan):
    rows = {row.code: row for row in plan.rows}
    assert rows["2"].heading
    assert rows["2"].deadline == "Theo thời hạn cụ thể sau đây:"
    assert not rows["2.a"].heading


def test_a_row_cut_by_a_page_is_whole_again_and_repeated_headings_are_skipped(plan):
    duty = next(row for row in plan.rows if row.code == "2.a")
    assert duty.text.startswith("Tổng rà soát, kiểm kê")
    assert duty.text.endswith("ngày 26/01/2026 của UBND Thành phố).")
    assert duty.deadline == "100 ngày kể từ ngày ban hành Kế hoạch"
    assert [row.code for row in plan.rows] == ["1", "1.a", "1.đ", "2", "2.a", "3"]


def test_the_product_column_is_kept_beside_the_four_cells(plan):
    assert plan.duties[-1].extras == {"Sản phẩm": "02 mô hình"}


def test_rounds_and_coordinator_come_from_the_prose(plan):
    assert [each.text for each in plan.prose.rounds] == ["Định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)"]
    assert plan.prose.coordinator == "Sở Khoa học và Công nghệ"


def test_each_cell_says_its_page_table_and_row(plan):
    assert plan.duties[0].sources["lead"].startswith("trang 1, bảng 1, dòng ")


def test_eleven_pages_are_read_in_under_five_seconds():
    start = process_time()
    draft_decision(read_source(DATA / "hai-phong-danh-muc-dan-van-2025.pdf"))
    assert process_time() - start < 5
