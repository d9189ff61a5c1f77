"""From tables and prose to a draft: headings in all their wordings, numbering, joining, inheriting, rounds."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.drafts.columns import Role, read_headings, role_of
from catalog.drafts.drafting import draft_decision
from catalog.drafts.joining import join_text
from catalog.drafts.numbers import place_numbers, read_number
from catalog.drafts.records import Draft
from catalog.drafts.rounds import read_rounds
from catalog.drafts.source import Cell, Line, Row, Source, Table
from catalog.drafts.yaml import draft_yaml
from catalog.errors import FaultyDataError

HEADINGS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian thực hiện")
LEFT, ABOVE = Cell(covered="left"), Cell(covered="above")


def row(*cells: str | Cell, at: int = 1, page_top: bool = False) -> Row:
    return Row(
        tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells), f"dòng {at}", page_top
    )


def draft(*rows: Row, headings: tuple[str, ...] = HEADINGS, prose: tuple[str, ...] = ()) -> Draft:
    numbered = [row(*headings, at=0), *rows]
    placed = tuple(Row(each.cells, f"dòng {at}", each.page_top) for at, each in enumerate(numbered))
    lines = tuple(Line(text, f"đoạn {at}") for at, text in enumerate(prose, 1))
    return draft_decision(Source("thử.docx", (*lines, Table(placed, "bảng 1"))))


@pytest.mark.parametrize(
    ("label", "role"),
    [
        *((label, Role.NUMBER) for label in ("TT", "STT", "Số TT", "Số thứ tự", "Mã nhiệm vụ")),
        *(
            (label, Role.TEXT)
            for label in ("Nhiệm vụ", "Nội dung", "Nội dung công việc", "Nội dung nhiệm vụ")
        ),
        *(
            (label, Role.TEXT)
            for label in ("Tên nhiệm vụ", "Nhiệm vụ, giải pháp", "Nội dung, nhiệm vụ cụ thể")
        ),
        *(
            (label, Role.LEAD)
            for label in ("Cơ quan chủ trì", "Đơn vị chủ trì", "Chủ trì", "Cơ quan thực hiện")
        ),
        *(
            (label, Role.LEAD)
            for label in ("Cơ quan, đơn vị chủ trì", "CƠ QUAN CHỦ TRÌ THỰC HIỆN", "Đơn vị đầu mối")
        ),
        *((label, Role.SUPPORT) for label in ("Cơ quan phối hợp", "Đơn vị phối hợp", "Phối hợp")),
        *((label, Role.DEADLINE) for label in ("Thời gian", "Thời gian thực hiện", "Thời hạn", "Tiến độ")),
        *(
            (label, Role.DEADLINE)
            for label in ("Thời gian hoàn thành", "Hạn hoàn thành", "Thời hạn thực hiện nhiệm vụ")
        ),
        *(
            (label, Role.EXTRA)
            for label in ("Sản phẩm/Kết quả", "Sản phẩm hoàn thành", "Ghi chú", "Đơn vị tính")
        ),
    ],
)
def test_a_heading_is_known_in_all_its_wordings(label, role):
    assert role_of(label) is role
    assert role_of(label.upper()) is role


def test_a_sentence_is_no_heading():
    assert read_headings([row("1", "Nhiệm vụ chủ trì " * 10, "Cơ quan chủ trì", "", "")], 0) is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("1.1.", "1.1"),
        ("(2)", "2"),
        ("a)", "a"),
        ("đ", "đ"),
        ("b1", "b1"),
        ("I.", "I"),
        ("3/c)", "3.c"),
        ("12a", "12a"),
        ("KH20_TT_N01.1.1", "KH20_TT_N01.1.1"),
        ("Phần II", "II"),
        ("1 . 2", "1.2"),
    ],
)
def test_a_printed_number_gives_its_code(printed, code):
    number = read_number(printed)
    assert number is not None
    assert number.own == code


@pytest.mark.parametrize("printed", ["", "-", "Sở Nội vụ", "Việc này", "…"])
def test_what_is_no_number_gives_none(printed):
    assert read_number(printed) is None


def codes(*printed: str) -> list[str]:
    return [each.code for each in place_numbers([read_number(text) for text in printed])]


def test_letters_stand_under_the_number_before_them():
    assert codes("3", "3.4", "a", "b", "b1", "b2", "3.5") == [
        "3",
        "3.4",
        "3.4.a",
        "3.4.b",
        "3.4.b1",
        "3.4.b2",
        "3.5",
    ]


def test_numbers_that_run_on_through_the_parts_stay_plain():
    assert codes("I", "1", "2", "II", "3") == ["I", "1", "2", "II", "3"]


def test_numbers_that_start_again_carry_their_part():
    assert codes("I", "1", "a", "II", "1", "1.1") == ["I", "I.1", "I.1.a", "II", "II.1", "II.1.1"]


def test_a_repeated_number_gets_a_code_of_its_own_and_is_told():
    placed = place_numbers([read_number("1"), read_number("1")])
    assert [each.code for each in placed] == ["1", "1-2"]
    assert placed[1].doubts


def test_capital_letters_after_h_are_not_roman_numerals():
    assert codes("H", "1", "I", "2") == ["H", "1", "I", "2"]
    assert [each.parent for each in place_numbers([read_number(text) for text in ("H", "I")])] == [None, None]


@given(
    st.lists(
        st.sampled_from(["I", "II", "1", "2", "1.1", "1.2", "a", "b", "b1", "A", "12a", "3/c)", ""]),
        max_size=30,
    )
)
def test_every_row_has_one_code_and_stands_under_an_earlier_one(printed):
    placed = place_numbers([read_number(text) for text in printed])
    assert len({each.code for each in placed}) == len(printed)
    assert all(each.parent is None or each.parent < index for index, each in enumerate(placed))


def test_lines_are_joined_and_symbols_that_were_broken_are_whole():
    assert join_text("Chỉ thị số 33/CT-\nTTg ngày\n26/11/2021") == "Chỉ thị số 33/CT-TTg ngày 26/11/2021"
    assert join_text("giai đoạn 2021 -\n2025") == "giai đoạn 2021 - 2025"


def test_a_row_that_a_page_cut_is_joined_cell_by_cell():
    duties = draft(
        row("1", "Xây dựng kế hoạch của", "Sở Nông nghiệp và", "Sở Y tế", "Quý I/2026"),
        row("", "thành phố", "Môi trường", "", "", page_top=True),
        row("2", "Việc khác", "Sở Y tế", "", "Quý I/2026"),
    ).duties
    assert (duties[0].text, duties[0].lead) == (
        "Xây dựng kế hoạch của thành phố",
        "Sở Nông nghiệp và Môi trường",
    )
    assert len(duties) == 2


def test_a_whole_row_without_a_number_after_a_page_break_is_a_row_of_its_own():
    duties = draft(
        row("1", "Việc A.", "Sở Y tế", "", "Quý I/2026"),
        row("", "Việc B.", "Sở Xây dựng", "", "Quý II/2026", page_top=True),
    ).duties
    assert [duty.text for duty in duties] == ["Việc A.", "Việc B."]
    assert duties[1].warnings


def test_a_number_that_a_page_break_parted_from_its_row_comes_back_to_it():
    duties = draft(
        row("1", "Việc A.", "Sở Y tế", "", "Quý I/2026"),
        row("", "Xây dựng kế hoạch của", "Sở Xây dựng", "", "Quý II/2026"),
        row("2", "thành phố", "", "", "", page_top=True),
    ).duties
    assert [(duty.code, duty.text) for duty in duties] == [
        ("1", "Việc A."),
        ("2", "Xây dựng kế hoạch của thành phố"),
    ]


def test_repeated_headings_and_column_numbers_are_skipped():
    result = draft(
        row("(1)", "(2)", "(3)", "(4)", "(5)"),
        row("1", "Việc A", "Sở Y tế", "", "Quý I/2026"),
        row(*HEADINGS, page_top=True),
        row("2", "Việc B", "Sở Y tế", "", "Quý I/2026"),
    )
    assert [each.code for each in result.rows] == ["1", "2"]


def test_blank_children_inherit_from_the_heading_above_and_say_so():
    result = draft(
        row("1", "Hoàn thiện dữ liệu", "Sở Y tế", "Sở Nội vụ", "Quý I/2026"),
        row("a", "Dữ liệu dân cư", "", "", ""),
        row("b", "Dữ liệu đất đai", "Sở Xây dựng", "", ""),
    )
    assert [each.heading for each in result.rows] == [True, False, False]
    assert [(each.lead, each.support, each.deadline) for each in result.duties] == [
        ("Sở Y tế", "Sở Nội vụ", "Quý I/2026"),
        ("Sở Xây dựng", "", "Quý I/2026"),
    ]
    assert all("lấy theo mục cha" in each.warnings[0] for each in result.duties)


def test_a_parent_that_is_assigned_itself_stays_a_duty_when_its_children_are_too():
    result = draft(
        row("b", "Xây dựng quy chế", "Sở Nội vụ", "", "Quý I/2026"),
        row("b1", "Triển khai ở xã", "Ủy ban nhân dân cấp xã", "", "Quý II/2026"),
    )
    assert [each.heading for each in result.rows] == [False, False]


def test_siblings_do_not_lend_each_other_what_is_blank():
    duties = draft(
        row("1", "Việc A", "Sở Y tế", "", "Quý I/2026"), row("2", "Việc B", "", "", "Quý I/2026")
    ).duties
    assert duties[1].lead == ""
    assert "Không ghi cơ quan chủ trì." in duties[1].warnings


@pytest.mark.parametrize("mark", ['"', "”", "nt", "-nt-", "như trên", "Như trên", "//", "''"])
def test_ditto_marks_take_what_stands_above_and_say_so(mark):
    duties = draft(row("1", "Việc A", "Sở Y tế", "", "Quý I/2026"), row("2", "Việc B", mark, "", mark)).duties
    assert (duties[1].lead, duties[1].deadline) == ("Sở Y tế", "Quý I/2026")
    assert len(duties[1].warnings) == 2


def test_a_dash_says_that_there_is_nobody():
    assert draft(row("1", "Việc A", "Sở Y tế", "-", "Quý I/2026")).duties[0].support == ""


def test_a_section_over_all_columns_is_a_heading_and_gives_its_duties_their_section():
    result = draft(
        row("I", "VỀ TUYÊN TRUYỀN", LEFT, LEFT, LEFT), row("1", "Việc A", "Sở Y tế", "", "Quý I/2026")
    )
    assert result.rows[0].heading
    assert result.duties[0].section == "I"


def test_a_total_at_the_foot_is_no_duty():
    assert (
        len(draft(row("1", "Việc A", "Sở Y tế", "", "Quý I/2026"), row("", "Tổng cộng", "", "", "")).rows)
        == 1
    )


def test_bullets_without_agencies_belong_to_the_duty_above():
    result = draft(
        row("1", "Rà soát, gồm:", "Sở Y tế", "", "Quý I/2026"), row("", "- văn bản quy phạm;", "", "", "")
    )
    assert result.duties[0].text == "Rà soát, gồm: - văn bản quy phạm;"
    assert result.duties[0].warnings


def test_a_deadline_that_is_not_understood_is_told():
    duty = draft(row("1", "Việc A", "Sở Y tế", "", "Chưa xác định")).duties[0]
    assert any("chưa đọc được" in warning for warning in duty.warnings)


def test_a_column_for_lead_and_supporters_together_is_told():
    headings = ("TT", "Nhiệm vụ", "Cơ quan chủ trì, phối hợp", "Thời hạn")
    result = draft(row("1", "Việc A", "Sở Y tế chủ trì", "Quý I/2026"), headings=headings)
    assert any("ghi chung" in warning for warning in result.warnings)


def test_ticked_columns_of_quarters_make_a_deadline():
    table = Table(
        (
            row("TT", "Nhiệm vụ", "Chủ trì", "Thời gian thực hiện", LEFT),
            row(ABOVE, ABOVE, ABOVE, "Quý I", "Quý II"),
            row("1", "Việc A", "Sở Y tế", "x", "x"),
        ),
        "bảng 1",
    )
    assert draft_decision(Source("a", (table,))).duties[0].deadline == "Quý I, Quý II"


@pytest.mark.parametrize(
    ("sentence", "rounds"),
    [
        (
            "Các đơn vị báo cáo kết quả về Sở Nội vụ lần 1 trước ngày 05/9/2025 và lần 2 trước ngày 05/12/2025.",
            [("lan-1", "lần 1 trước ngày 05/9/2025"), ("lan-2", "lần 2 trước ngày 05/12/2025")],
        ),
        (
            "Định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu), các cơ quan báo cáo tiến độ về Sở Nội vụ.",
            [("dinh-ky", "Định kỳ 02 tuần một lần (trước 16 giờ thứ Sáu)")],
        ),
        (
            "Gửi báo cáo kết quả thực hiện trước ngày 15/12/2026 về Sở Tài chính.",
            [("lan-1", "báo cáo kết quả thực hiện trước ngày 15/12/2026")],
        ),
    ],
)
def test_reporting_rounds_are_found_in_the_prose(sentence, rounds):
    found, _, _ = read_rounds([(sentence, "đoạn 1")])
    assert [(each.code, each.text) for each in found] == rounds


def test_no_round_is_told():
    assert read_rounds([("Không có gì.", "đoạn 1")])[2]


@pytest.mark.parametrize(
    ("sentences", "body"),
    [
        (("Giao Sở Nội vụ tổng hợp, đôn đốc, theo dõi việc thực hiện.",), "Sở Nội vụ"),
        (
            ("1. Sở Khoa học và Công nghệ", "- Là cơ quan đầu mối theo dõi, đôn đốc, tổng hợp tình hình."),
            "Sở Khoa học và Công nghệ",
        ),
        (
            ("báo cáo về Ủy ban nhân dân tỉnh (qua Sở Tài chính tổng hợp) trước ngày 15/12/2026.",),
            "Sở Tài chính",
        ),
        (("Giao Văn phòng UBND tỉnh theo dõi, đôn đốc các đơn vị.",), "Văn phòng UBND tỉnh"),
    ],
)
def test_the_coordinator_is_found_in_the_prose(sentences, body):
    result = draft(row("1", "Việc A", "Sở Y tế", "", "Quý I/2026"), prose=sentences)
    assert result.prose.coordinator == body


def test_nobody_named_among_the_recipients_is_taken_over():
    lines = (
        "Nơi nhận:",
        "- Như Điều 4;",
        "- PCT UBND TP Lê Thị Hoa Mai;",
        "- VPUB: PCVP B.V.Tám;",
        "- Lưu: VT.",
    )
    result = draft(row("1", "Việc A", "Sở Y tế", "", "Quý I/2026"), prose=lines)
    assert result.prose.recipients == ("Như Điều 4",)
    assert any("Nơi nhận" in warning for warning in result.warnings)


def test_the_draft_file_is_unreviewed_yaml_with_places_and_doubts():
    result = draft(
        row("1", "VỀ TUYÊN TRUYỀN", LEFT, LEFT, LEFT),
        row("1.1", "Việc A", "", "", "Quý I/2026"),
        prose=("KẾ HOẠCH", "Công tác dân vận năm 2026", "Giao Sở Nội vụ tổng hợp, đôn đốc, theo dõi."),
    )
    text = draft_yaml(result)
    values = yaml.safe_load(text)
    assert values["reviewed"] is False
    assert values["coordinator"] == "so-noi-vu"
    assert values["sections"] == [{"code": "1", "title": "VỀ TUYÊN TRUYỀN"}]
    assert values["duties"][0]["code"] == "1.1"
    assert values["review"]["rows"]["1.1"]["warnings"] == ["Không ghi cơ quan chủ trì."]
    assert "# cần xem: Không ghi cơ quan chủ trì." in text


def test_a_document_without_a_list_is_a_fault():
    with pytest.raises(FaultyDataError, match="không thấy bảng danh mục"):
        draft_decision(Source("a.docx", (Line("Không có gì.", "đoạn 1"),)))


texts = st.sampled_from(
    [
        "",
        "1",
        "a)",
        "I",
        "-",
        "nt",
        "Sở Y tế",
        "Nhiệm vụ",
        "Chủ trì",
        "TT",
        "Quý I/2026",
        "Việc\nA;",
        *HEADINGS,
    ]
)
cells = st.one_of(texts.map(Cell), st.just(LEFT), st.just(ABOVE))
rows = st.lists(st.tuples(st.lists(cells, min_size=1, max_size=7), st.booleans()), max_size=12)


@settings(max_examples=300, deadline=None)
@given(rows)
def test_any_table_is_drafted_or_refused(shape):
    table = Table(tuple(Row(tuple(each), "dòng", top) for each, top in shape), "bảng 1")
    try:
        result = draft_decision(Source("a.docx", (table,)))
    except FaultyDataError:
        return
    assert yaml.safe_load(draft_yaml(result))["reviewed"] is False
    assert len({each.code for each in result.rows}) == len(result.rows)
