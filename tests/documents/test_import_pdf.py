"""A list out of PDF: one grid over pages, merged cells, two-line headings on every page."""

from pathlib import Path
from time import process_time

import pytest

from catalog.drafts.drafting import draft_decision
from documents.importing.pdf_unruled import read_unruled
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


def test_a_table_without_rules_is_read_under_its_headings_and_says_so():
    draft = draft_decision(read_source(DATA / "khong-duong-ke.pdf"))
    assert len(draft.duties) == 30
    fourth = draft.duties[3]
    assert (fourth.lead, fourth.support, fourth.deadline) == (
        "Sở Văn hóa, Thể thao và Du lịch",
        "Các sở, ban, ngành",
        "Tháng 10, 11/2026",
    )
    assert fourth.text.endswith("nhân rộng điển hình tiên tiến")
    assert [duty.text for duty in draft.duties[:5]] == [duty.text for duty in draft.duties[25:]]
    assert any("không có đường kẻ" in warning for warning in draft.warnings)
    assert [each.text for each in draft.prose.rounds] == [
        "lần 1 trước ngày 05/7/2026",
        "lần 2 trước ngày 05/12/2026",
    ]


def _word(text: str, left: float, top: float) -> dict[str, object]:
    return {"text": text, "x0": left, "x1": left + 6.0 * len(text), "top": top, "bottom": top + 12}


HEADS = [
    _word("TT", 50, 100),
    _word("Nhiệm_vụ", 100, 100),
    _word("Chủ_trì", 250, 100),
    _word("Thời_hạn", 400, 100),
]


def test_words_in_strips_under_headings_are_a_table():
    body = [_word(text, left, 120 + 30 * at) for at in range(3) for text, left in
            ((str(at + 1), 50), ("Tổng", 100), ("Sở", 250), ("2026", 400))]  # fmt: skip
    found = read_unruled([(1, [*HEADS, *body])])
    assert found is not None
    assert [[cell.text for cell in row.cells] for row in found.table.rows[1:]] == [
        [str(at), "Tổng", "Sở", "2026"] for at in (1, 2, 3)
    ]


def test_prose_and_tables_that_do_not_come_apart_are_left_alone():
    prose = [_word("chữ", 50 + 22 * at, 120 + 14 * line) for line in range(6) for at in range(20)]
    assert read_unruled([(1, prose)]) is None
    assert read_unruled([(1, [*HEADS, *prose])]) is None
    middle = [_word(text, left, top) for at in range(3) for text, left, top in
              (("Tổng", 100, 120 + 60 * at), (str(at + 1), 50, 134 + 60 * at), ("kết", 100, 134 + 60 * at), ("Sở", 250, 134 + 60 * at))]  # fmt: skip
    assert read_unruled([(1, [*HEADS, *middle])]) is None  # numbers set in the middle of their rows
