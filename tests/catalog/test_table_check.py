"""The checker on annexes as the city printed them, and on the other forms that such tables take.

The annexes are those of two reports of 2023; their faults were worked out by hand and are not ours.
"""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.figures.numbers import FigureKind, format_figure, read_figure
from catalog.tables.check import TableCheck, check_table

TABLES = Path(__file__).parents[1] / "data" / "tables"
FORMS = TABLES / "forms"
Rows = list[list[str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def table(text: str) -> Rows:
    return [line.split("|") for line in text.strip().splitlines()]


def wrong(check: TableCheck) -> dict[str, tuple[str, Decimal | None]]:
    return {fault.cell: (fault.printed, fault.expected) for fault in check.faults}


# 142.594 + 130.765 = 273.359; 1.949 + 120 = 2.069; 185 + 1.330 + 261 + 308 = 2.084; 2.816 + 228 = 3.044;
# 381 + 1.730 + 455 + 493 = 3.059; 4.732.723 / 5.045.454 = 93,80 %; 427 + 592 + 168 = 1.187; the ten years of
# opinions taken up add to 30.408, and so does 30.742 less 334
ANNEXES: dict[str, dict[str, tuple[str, int]]] = {
    "doi-thoai-2014-2023": {},
    "lanh-dao-chi-dao-2013-2022": {"C4": ("274.584", 273359)},
    "pho-bien-2013-2023": {},
    "gop-y-dang": {},
    "gop-y-chinh-quyen": {"K11": ("1,187", 1187), "L13": ("3.0408", 30408)},
    "ban-dan-van": {},
    "hoi-dong-nhan-dan": {},
    "uy-ban-nhan-dan": {"H6": ("188", 94)},
    "co-quan-tu-phap": {},
    "luc-luong-vu-trang": {},
    "mat-tran": {},
    "mo-hinh-dan-van-kheo": {
        "D4": ("2.035", 2069),
        "I4": ("2.035", 2084),
        "D5": ("3.010", 3044),
        "I5": ("3.010", 3059),
    },
}


@pytest.mark.parametrize("name", ANNEXES)
def test_an_annex_shows_exactly_the_figures_that_are_printed_wrong(name: str) -> None:
    check = check_table(read(TABLES / f"{name}.csv"))
    assert wrong(check) == ANNEXES[name]
    assert check.ok == (not ANNEXES[name])


def test_a_wrong_total_is_named_by_its_row_its_column_and_its_rule() -> None:
    (fault,) = check_table(read(TABLES / "lanh-dao-chi-dao-2013-2022.csv")).faults
    assert (fault.row, fault.line, fault.column) == ("Tổng cộng", 4, "số người tham gia")
    assert fault.rule == "“Tổng cộng” = “2013-2018” + “2019-2022”"


def test_empty_cells_are_listed_and_dashes_are_not() -> None:
    check = check_table(read(TABLES / "lanh-dao-chi-dao-2013-2022.csv"))
    assert [(blank.row, blank.cell) for blank in check.blanks] == [
        ("2019-2022", cell) for cell in ("G3", "H3", "I3", "J3")
    ]


def test_a_heading_over_several_rows_is_quoted_whole() -> None:
    (fault,) = check_table(read(TABLES / "uy-ban-nhan-dan.csv")).faults
    assert fault.column == "Công tác cải cách hành chính: Kết quả thực hiện thủ tục hành chính: Tỷ lệ %"
    assert fault.rule == "“Tỷ lệ %” = “Đã giải quyết” / “Đã tiếp nhận” × 100"


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.csv")), ids=lambda path: path.stem)
def test_a_consistent_table_of_any_form_passes_with_nothing_left_unchecked(path: Path) -> None:
    check = check_table(read(path))
    assert (check.ok, check.faults, check.notes) == (True, (), ())


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.csv")), ids=lambda path: path.stem)
def test_changing_any_one_figure_of_a_consistent_table_is_reported(path: Path) -> None:
    rows = read(path)
    unnoticed = []
    for number, row in enumerate(rows[1:], 1):
        for column, cell in enumerate(row[2:], 2):
            figure = read_figure(cell)
            if figure.kind is FigureKind.VALUE and figure.value is not None and not cell.startswith("("):
                changed = [list(line) for line in rows]
                changed[number][column] = format_figure(figure.value + 7) + ("%" if figure.percent else "")
                if check_table(changed).ok:
                    unnoticed.append((number + 1, column + 1, cell))
    assert unnoticed == []


def test_a_wrong_subtotal_is_reported_there_and_not_in_the_totals_above_it() -> None:
    rows = read(TABLES / "doi-thoai-2014-2023.csv")
    rows[1][6] = "67"  # 2014, "Huyện, quận: Cộng": 10 + 56 = 66
    assert wrong(check_table(rows)) == {"G2": ("67", Decimal(66))}


def test_a_wrong_corner_is_reported_once_with_both_rules() -> None:
    rows = read(TABLES / "doi-thoai-2014-2023.csv")
    rows[-1][-1] = "5287"
    (fault,) = check_table(rows).faults
    assert (fault.cell, fault.expected) == ("K12", 5286)
    assert fault.rule.count("“Tổng") == 2


def test_a_wrong_part_is_suspected_where_its_row_and_its_column_are_off_by_as_much() -> None:
    rows = read(TABLES / "doi-thoai-2014-2023.csv")
    rows[3][4] = "30"  # 2016, "Huyện, quận: cấp ủy" was 10
    rows[3][4], rows[3][5] = "10", "82"  # "chính quyền" was 62
    check = check_table(rows)
    assert set(wrong(check)) == {"G4", "F12"}
    assert any("ô F4" in note for note in check.notes)


def test_letters_carried_over_and_received_must_be_resolved_or_outstanding() -> None:
    check = check_table(
        table("""
Đơn vị|Kỳ trước chuyển sang|Tiếp nhận trong kỳ|Đã giải quyết|Chưa giải quyết
Phường A|5|20|22|4""")
    )
    assert wrong(check) == {"E2": ("4", Decimal(3))}


def test_a_percentage_in_the_total_row_is_recomputed_with_the_column_s_decimals() -> None:
    check = check_table(
        table("""
Đơn vị|Tiếp nhận|Giải quyết|Tỷ lệ (%)
A|200|150|75,0
B|100|90|90,0
Tổng|300|240|165,0""")
    )
    assert wrong(check) == {"D4": ("165,0", Decimal("80.0"))}


def test_percentages_without_known_terms_are_still_not_added() -> None:
    check = check_table(
        table("""
Đơn vị|Số hội nghị|Tỷ lệ cán bộ tham gia (%)
A|20|93
B|10|94
Tổng|30|187""")
    )
    assert wrong(check) == {"C4": ("187", None)}


def test_of_which_is_held_to_its_whole_and_nothing_more() -> None:
    rows = table("""
Đơn vị|Số người|Trong đó: nữ|Trong đó: đảng viên
A|100|40|70
B|50|25|20
Tổng|150|65|90""")
    assert check_table(rows).ok
    rows[1][2], rows[3][2] = "101", "126"
    assert set(wrong(check_table(rows))) == {"C2"}


def test_a_total_above_its_parts_is_not_judged_where_a_part_is_blank() -> None:
    rows = table("""
Đơn vị|Cuộc|Người
A|5|
B|6|200
Tổng|11|500""")
    check = check_table(rows)
    assert check.ok
    assert [blank.cell for blank in check.blanks] == ["C2"]
    assert any("ô C4" in note for note in check.notes)
    rows[3][2] = "150"  # less than the one part that is known
    assert set(wrong(check_table(rows))) == {"C4"}


def test_a_row_not_filled_in_is_blank_and_a_section_s_heading_is_not() -> None:
    check = check_table(
        table("""
TT|Đơn vị|Cuộc|Người
I|Khối sở, ngành||
1|Sở A|5|10
2|Sở B||
II|Khối xã, phường||
1|Xã C|6|20
|Tổng|11|30""")
    )
    assert [blank.cell for blank in check.blanks] == ["C4", "D4"]


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị|Số hội nghị|Số người|Tổng\nA|2|100|5\nB|3|200|9\nC|1|50|3",
        "Địa phương|Cuộc|Người\nXã A|5|100\nXã B|6|200\nToàn thành phố|120|9.000",
        "Đơn vị|Số tiêu chí|Điểm trung bình|Xếp hạng\nA|5|8,5|1\nB|6|7,5|2\nTổng|11|8,0|",
        "Giai đoạn|Số hội viên|Số cuộc\n2013-2018|700|5\n2019-2022|800|6\nTổng cộng|800|11",
        "Năm|Biên chế|Tiến sỹ|Thạc sỹ\n2013|20|0|2\n2018|21|1|11\n2022|20|1|11",
        "Nội dung|Năm 2024|Năm 2025|So sánh (%)\nTiếp công dân|100|120|120\nĐơn thư|50|40|80",
        "Đơn vị|Kế hoạch|Thực hiện|Đạt tỷ lệ (%)\nA|10|12|120\nB|20|18|90\nTổng|30|30|100",
        "Đơn vị|Số tiền (tỷ đồng)\nA|1,187\nB|2,25\nTổng|3,437",
        "Đơn vị|Cuộc|Người\nA|5|trên 300\nB|6|200\nTổng|11|gần 600",
        "TT|Nội dung|Số lượng\n1|Số hội nghị|10\n|- Số người tham gia|500\n2|Số mô hình|5",
        "Đơn vị|Tổng số|Đảng viên|Nữ\nA|50|20|40\nTổng cộng|50|20|40",
        "Đơn vị|Tổng số cuộc|Tổng số người\nA|2|100\nB|3|200\nTổng|5|300",
        "Stt|Tên văn bản|Ngày\n1|Kế hoạch số 60|01/7/2013\n2|Thông tri số 14|16/7/2013",
        "a|b|c",
        "",
    ],
)
def test_what_is_not_certain_is_never_called_wrong(text: str) -> None:
    assert check_table(table(text)).ok


def test_what_was_left_unchecked_is_said() -> None:
    check = check_table(table("Đơn vị|Số hội nghị|Số người|Tổng\nA|2|100|5\nB|3|200|9\nC|1|50|3"))
    assert check.notes == ("Không kiểm được cột “Tổng”: không rõ cộng từ những cột nào.",)


def test_a_table_under_its_title_and_over_its_notes_is_found() -> None:
    check = check_table(
        table("""
Phụ lục 7: Kết quả đối thoại|||
|||Đơn vị tính: cuộc
STT|Đơn vị|Cuộc|Ghi chú
1|Phường A|12|
2|Phường B|8|đợt 2
Tổng cộng||21|
Ghi chú: số liệu đến 30/11/2025.|||""")
    )
    assert wrong(check) == {"C6": ("21", Decimal(20))}
    assert check.blanks == ()
