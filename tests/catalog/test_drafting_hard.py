"""What real lists do beyond the plain shapes: cut figures, shared cells, leads as headings, feet of sheets."""

import pytest

from catalog.drafts.drafting import draft_decision
from catalog.drafts.joining import join_text
from catalog.drafts.numbers import read_number
from catalog.drafts.records import Draft
from catalog.drafts.source import MARK_CLOSE, MARK_OPEN, Block, Cell, Line, Row, Source, Table
from catalog.errors import FaultyDataError

HEADINGS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian thực hiện")
LEFT = Cell(covered="left")
FIRST = ("1", "Việc A", "Sở Y tế", "", "Quý I/2026")


def table(*rows: tuple[str | Cell, ...], headings: tuple[str, ...] = HEADINGS) -> Table:
    cells = [tuple(each if isinstance(each, Cell) else Cell(each) for each in row) for row in rows]
    numbered = [tuple(map(Cell, headings)), *cells]
    return Table(tuple(Row(row, f"dòng {at}") for at, row in enumerate(numbered)), "bảng 1")


def draft(*blocks: Block) -> Draft:
    return draft_decision(Source("thử.docx", blocks))


@pytest.mark.parametrize(
    ("wrapped", "whole"),
    [
        ("15/10/202\n6", "15/10/2026"),
        ("Trước ngày 15-10-20\n26", "Trước ngày 15-10-2026"),
        ("Tháng 9/2\n026", "Tháng 9/2026"),
        ("Trước 30/09\n15/10/2026", "Trước 30/09 15/10/2026"),
        ("Đợt 1/20\n15 người", "Đợt 1/20 15 người"),
    ],
)
def test_a_year_that_a_narrow_column_cut_is_whole_and_two_figures_stay_two(wrapped, whole):
    assert join_text(wrapped) == whole


def test_a_code_that_a_narrow_column_cut_is_whole():
    number = read_number("KH20_TT_N0 1.1")
    assert number is not None
    assert number.own == "KH20_TT_N01.1"
    assert read_number("Mục 1.2 khác") is None


def test_an_unnumbered_row_in_which_nothing_begins_goes_on_with_the_row_above():
    [duty] = draft(
        table(
            ("3", "Tiếp công dân và phản ánh của người", "Thanh tra tỉnh", "Các sở, ngành;", "Thường"),
            ("", "dân theo quy định", "", "UBND cấp xã", "xuyên"),
        )
    ).duties
    assert (duty.text, duty.support, duty.deadline) == (
        "Tiếp công dân và phản ánh của người dân theo quy định",
        "Các sở, ngành; UBND cấp xã",
        "Thường xuyên",
    )
    assert any("Đã nối dòng" in warning for warning in duty.warnings)


@pytest.mark.parametrize(
    ("cell", "lead", "support"),
    [
        ("- Chủ trì: Sở Y tế\n- Phối hợp: Sở Tài chính, Sở Tư pháp", "Sở Y tế", "Sở Tài chính, Sở Tư pháp"),
        ("Cơ quan chủ trì: Sở Y tế; cơ quan phối hợp: các sở, ngành.", "Sở Y tế", "các sở, ngành"),
        ("Đơn vị đầu mối: Sở Y tế", "Sở Y tế", ""),
        ("Sở Y tế chủ trì, Sở Tài chính phối hợp", "Sở Y tế chủ trì, Sở Tài chính phối hợp", ""),
    ],
)
def test_a_cell_for_lead_and_supporters_is_taken_apart_where_it_says_which_is_which(cell, lead, support):
    headings = ("TT", "Nhiệm vụ", "Cơ quan chủ trì, phối hợp", "Thời gian thực hiện")
    result = draft(table(("1", "Việc A", cell, "Quý I/2026"), headings=headings))
    assert [(duty.lead, duty.support) for duty in result.duties] == [(lead, support)]
    assert any("ghi chung chủ trì và phối hợp" in warning for warning in result.warnings)


def test_in_a_list_without_leads_the_heading_that_names_a_body_leads_and_says_so():
    headings = ("TT", "Nội dung nhiệm vụ", "Cơ quan phối hợp", "Thời hạn hoàn thành")
    result = draft(
        table(
            ("I. Sở Nội vụ", LEFT, LEFT, LEFT),
            ("1", "Việc A", "Sở Y tế", "Quý I/2026"),
            ("II. Phát triển hạ tầng", LEFT, LEFT, LEFT),
            ("2", "Việc B", "Sở Y tế", "Quý I/2026"),
            headings=headings,
        )
    )
    assert [duty.lead for duty in result.duties] == ["Sở Nội vụ", ""]
    assert any("lấy theo tên mục" in warning for warning in result.duties[0].warnings)


def test_a_row_that_speaks_of_duties_agencies_and_a_month_is_no_second_heading():
    unnumbered = ("", "Xây dựng nội dung tuyên truyền", "Các sở, ngành", "", "Tháng 8/2025")
    assert [duty.lead for duty in draft(table(FIRST, unnumbered)).duties] == ["Sở Y tế", "Các sở, ngành"]


def test_a_list_of_more_than_a_thousand_rows_keeps_every_row():
    rows = [
        (str(number), f"Nhiệm vụ {number}", "Các sở, ngành", "", "Tháng 8/2025") for number in range(1, 1102)
    ]
    assert [duty.code for duty in draft(table(*rows)).duties] == [row[0] for row in rows]


@pytest.mark.parametrize(
    "foot",
    [
        ("", "Tổng cộng: 10 nhiệm vụ", "", "", ""),
        ("", "", "", "", "TM. ỦY BAN NHÂN DÂN"),
        ("", "", "", "Ninh Bình, ngày 12 tháng 3 năm 2026", ""),
        ("", "Nơi nhận:", "", "", ""),
        ("", "Người lập biểu", "", "", "KT. CHỦ TỊCH"),
    ],
)
def test_the_foot_of_a_sheet_is_no_duty(foot):
    result = draft(table(FIRST, foot))
    assert [(row.code, row.deadline) for row in result.rows] == [("1", "Quý I/2026")]


def test_a_numbered_row_below_a_foot_is_still_of_the_list():
    foot = ("", "", "", "", "TM. ỦY BAN NHÂN DÂN")
    after = ("2", "Việc B", "Sở Y tế", "", "Quý I/2026")
    assert [row.code for row in draft(table(FIRST, foot, after)).rows] == ["1", "2"]


def test_parts_carry_the_number_that_their_caption_gives_them():
    result = draft(
        Line("Phụ lục I. Thể chế", "đoạn 1"),
        table(FIRST),
        Line("Biểu số II: Hạ tầng", "đoạn 2"),
        table(FIRST),
    )
    assert [(row.code, row.text) for row in result.rows] == [
        ("I", "Thể chế"), ("I.1", "Việc A"), ("II", "Hạ tầng"), ("II.1", "Việc A"),
    ]  # fmt: skip


def marked(text: str, mark: str, tail: str = "") -> str:
    return f"{text}{MARK_OPEN}{mark}{MARK_CLOSE}{tail}"


def test_a_note_under_the_list_is_known_by_the_mark_in_it_without_any_sign():
    result = draft(
        table(("1", marked("Việc năm 2027", "1"), "Sở Y tế", "", "Quý I/2026")),
        Line("1 Theo Nghị quyết số 25-NQ/TW.", "đoạn 9"),
    )
    assert (result.duties[0].text, result.duties[0].footnotes) == ("Việc năm 2027", (1,))
    assert result.footnotes == ((1, "Theo Nghị quyết số 25-NQ/TW."),)


def test_a_raised_figure_is_a_power_after_a_unit_and_a_lost_note_elsewhere():
    duties = draft(
        table(
            ("1", marked("Giao 50 m", "2", " đất"), "Sở Y tế", "", "Quý I/2026"),
            ("2", marked("Việc năm 2027", "2"), "Sở Y tế", "", "Quý I/2026"),
        )
    ).duties
    assert [duty.text for duty in duties] == ["Giao 50 m2 đất", "Việc năm 2027"]
    assert duties[1].warnings == ("Không thấy nội dung chú thích số 2.",)


def test_headings_without_a_single_duty_are_no_list():
    with pytest.raises(FaultyDataError, match="không phải danh mục"):
        draft(table(("I. PHÁT TRIỂN HẠ TẦNG", LEFT, LEFT, LEFT, LEFT)))
