"""The report's workbook: what Alice's agency gets, fills in with Excel (here: openpyxl), and what is said of every slip."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from documents.report_form.form import FormFigure, FormLine, ReportForm
from documents.report_form.report_workbook import read_report_workbook
from documents.report_form.report_workbook_template import write_report_workbook
from tasks.reporting.content import Content, Declares, Figure, Line

MADE = datetime(2025, 8, 19, 1, tzinfo=UTC)
FORM = ReportForm(
    decision="quyet-dinh", title="Danh mục nhiệm vụ", round="lan-1", round_text="lần 1 trước ngày 05/9/2025",
    due=date(2025, 9, 4), agency="alice", agency_name="Sở Anh Đào", coordinator="Sở Nội vụ",
    lines=(
        FormLine(11, "1.1", "Phổ biến, quán triệt", "Tháng 8/2025", date(2025, 8, 31), "Sắp đến hạn"),
        FormLine(12, "1.2", "=1+1 phải là chữ", "Thường xuyên", None, "Đang thực hiện trong hạn"),
    ),
    figures=(
        FormFigure("hoi-nghi", "1.1", "Hội nghị", "cuộc", "Do cơ quan tổ chức", 0, date(2025, 8, 31)),
        FormFigure("hoi-nghi.truc-tuyen", "1.1", "Hội nghị: trực tuyến", "cuộc", "Trực tuyến", 0, None),
        FormFigure("ty-trong", "1.2", "Tỷ trọng", "%", "Tự đánh giá", 2, None),
    ),
)  # fmt: skip
FILLED = Content(
    lines=(
        Line(11, Declares.DONE, "Đã tổ chức 2 hội nghị.", "12/KH-SAD", date(2025, 8, 15)),
        Line(12, Declares.STARTED, "Dòng một\nDòng hai", difficulties="Thiếu người", proposals="Bổ sung biên chế",
             addressee="Sở Nội vụ"),
    ),
    narrative={"strengths": "Chủ động", "limits": "Phối hợp chưa chặt chẽ"},
    figures=(Figure("hoi-nghi", "", Decimal(2)), Figure("ty-trong", "", Decimal("12.5"), "khoảng")),
)  # fmt: skip

Book = Any


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy filled in without a slip."""
    path = tmp_path / "mau.xlsx"
    write_report_workbook(path, FORM, MADE, FILLED)
    return path


def changed(path: Path, change: Callable[[Book], None]) -> list[str]:
    """Let somebody change the copy and say what is wrong with it then."""
    book = load_workbook(path)
    change(book)
    book.save(path)
    content, faults = read_report_workbook(path, FORM)
    assert (content is None) is bool(faults)
    return [str(fault) for fault in faults]


def test_what_was_filled_in_comes_back_as_it_was(copy: Path) -> None:
    assert read_report_workbook(copy, FORM) == (FILLED, ())


def test_an_empty_copy_is_an_empty_report(tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    write_report_workbook(path, FORM, MADE)
    assert read_report_workbook(path, FORM) == (Content(), ())


def test_another_library_finds_the_duties_and_the_heads(copy: Path) -> None:
    rows = CalamineWorkbook.from_path(copy).get_sheet_by_name("Nhiệm vụ").to_python()
    assert rows[3][:4] == ["Mã", "Nội dung nhiệm vụ", "Thời gian thực hiện", "Hạn cuối còn đúng hạn"]
    assert rows[4][3] == date(2025, 8, 31)
    assert rows[5][1] == "=1+1 phải là chữ"


def test_only_what_is_to_be_filled_in_is_open_and_keys_are_hidden(copy: Path) -> None:
    sheet = load_workbook(copy)["Nhiệm vụ"]
    assert sheet.protection.sheet
    assert sheet["A5"].protection.locked
    assert not sheet["G5"].protection.locked
    assert sheet.column_dimensions["M"].hidden
    assert load_workbook(copy)["dondoc"].sheet_state == "veryHidden"
    [choices] = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert "Đã hoàn thành" in choices.formula1


def test_sorted_rows_are_still_the_same_duties(copy: Path) -> None:
    def swap(book: Book) -> None:
        sheet = book["Nhiệm vụ"]
        for column in "ABCDEFGHIJKLM":
            sheet[f"{column}5"].value, sheet[f"{column}6"].value = (
                sheet[f"{column}6"].value,
                sheet[f"{column}5"].value,
            )

    assert changed(copy, swap) == []
    content, _ = read_report_workbook(copy, FORM)
    assert content is not None
    assert set(content.lines) == set(FILLED.lines)


SLIPS: list[tuple[str, str, Any, str]] = [
    ("Nhiệm vụ", "G5", "=1+1", "trang Nhiệm vụ, ô G5: ô này chứa công thức."),
    ("Nhiệm vụ", "F5", "Xong", "trang Nhiệm vụ, ô F5: “Xong” không có trong danh sách."),
    ("Nhiệm vụ", "I5", "15/8/2025", "trang Nhiệm vụ, ô I5: ngày “15/8/2025” được ghi bằng chữ."),
    ("Nhiệm vụ", "I5", datetime(1905, 7, 7), "trang Nhiệm vụ, ô I5: năm 1905 không đúng."),  # noqa: DTZ001
    ("Nhiệm vụ", "I5", None, "trang Nhiệm vụ, ô I5: văn bản có số mà thiếu ngày."),
    ("Nhiệm vụ", "H5", None, "trang Nhiệm vụ, ô H5: văn bản có ngày mà thiếu số, ký hiệu."),
    ("Nhiệm vụ", "H5", datetime(2025, 8, 12), "trang Nhiệm vụ, ô H5: ô này phải là chữ nhưng Excel đã đổi"),  # noqa: DTZ001
    ("Nhiệm vụ", "G6", "x" * 10_001, "trang Nhiệm vụ, ô G6: nội dung dài 10.001 ký tự, quá 10.000."),
    ("Nhiệm vụ", "K6", None, "trang Nhiệm vụ, ô K6: có nơi nhận kiến nghị mà chưa ghi kiến nghị."),
    ("Nhiệm vụ", "A5", "1.9", "trang Nhiệm vụ, ô A5: mã nhiệm vụ phải là 1.1 nhưng đang là “1.9”."),
    ("Nhiệm vụ", "M5", 99, "trang Nhiệm vụ, dòng 5: dòng này không có trong mẫu của cơ quan (khóa 99)."),
    ("Nhiệm vụ", "M6", 11, "trang Nhiệm vụ, dòng 6: dòng này bị ghi hai lần (khóa 11)."),
    ("Nhiệm vụ", "G9", "thêm", "trang Nhiệm vụ, ô G9: dòng này không thuộc mẫu"),
    ("Nội dung chung", "C6", "=A1", "trang Nội dung chung, ô C6: ô này chứa công thức."),
    ("Số liệu", "F5", "hai", "trang Số liệu, ô F5: “hai” là chữ, ô này phải là số."),
    ("Số liệu", "F5", "1.234", "trang Số liệu, ô F5: “1.234” là chữ, ô này phải là số."),
    ("Số liệu", "F5", "trên 5", "trang Số liệu, ô F5: “trên 5” là chữ, ô này phải là số."),
    ("Số liệu", "F5", "=SUM(F6:F7)", "trang Số liệu, ô F5: ô này chứa công thức."),
    ("Số liệu", "F5", -1, "trang Số liệu, ô F5: số -1 không thể là số âm."),
    ("Số liệu", "F5", 1.5, "trang Số liệu, ô F5: số 1,5 phải là số nguyên."),
    ("Số liệu", "F7", 1.234, "trang Số liệu, ô F7: số 1,234 chỉ lấy 2 chữ số sau dấu phẩy."),
    ("Số liệu", "F5", True, "trang Số liệu, ô F5: ô này phải là số."),
    ("Số liệu", "G7", "chừng", "trang Số liệu, ô G7: “chừng” không có trong danh sách."),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "cell", "value", "sentence"), SLIPS)
def test_each_slip_is_named_by_its_cell(copy: Path, sheet: str, cell: str, value: Any, sentence: str) -> None:
    def slip(book: Book) -> None:
        book[sheet][cell].value = value

    told = changed(copy, slip)
    assert any(sentence in each for each in told), told
    assert all(each.startswith("mau.xlsx, trang ") for each in told)


def test_all_slips_are_told_at_once(copy: Path) -> None:
    def slip(book: Book) -> None:
        book["Nhiệm vụ"]["G5"].value = "=1+1"
        book["Nhiệm vụ"]["I5"].value = "hôm qua"
        book["Số liệu"]["F5"].value = "hai"

    assert len(changed(copy, slip)) == 3


def test_not_applicable_needs_its_reason(copy: Path) -> None:
    def slip(book: Book) -> None:
        sheet = book["Nhiệm vụ"]
        sheet["F5"].value, sheet["G5"].value = "Không phát sinh", None

    assert changed(copy, slip) == [
        "mau.xlsx, trang Nhiệm vụ, ô G5: “Không phát sinh” mà chưa ghi lý do. Hãy ghi lý do ở cột kết quả."
    ]


def test_moved_columns_are_named_with_where_they_went(copy: Path) -> None:
    told = changed(copy, lambda book: book["Nhiệm vụ"].insert_cols(6))
    assert "cột “Kết quả thực hiện” đã bị chuyển từ G sang H." in " ".join(told)


def test_a_missing_duty_and_a_missing_sheet_are_named(copy: Path) -> None:
    assert changed(copy, lambda book: book["Nhiệm vụ"].delete_rows(5)) == [
        "mau.xlsx, trang Nhiệm vụ: thiếu dòng nhiệm vụ 1.1. Hãy xuất lại mẫu và chép nội dung sang."
    ]
    assert changed(copy, lambda book: book.remove(book["Số liệu"])) == [
        "mau.xlsx: thiếu trang “Số liệu”. Hãy xuất lại mẫu và chép nội dung sang."
    ]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"round": "lan-2"}, "mẫu này của lần báo cáo lan-1, không phải lan-2."),
        (
            {"agency": "bob", "agency_name": "Sở Bằng Lăng"},
            "mẫu này của cơ quan alice, không phải bob (Sở Bằng Lăng).",
        ),
        ({"lines": FORM.lines[:1]}, "danh sách nhiệm vụ hoặc chỉ tiêu đã thay đổi từ khi xuất mẫu này."),
    ],
)
def test_a_copy_of_another_round_agency_or_list_is_refused(
    copy: Path, other: dict[str, Any], sentence: str
) -> None:
    expected = {name: getattr(FORM, name) for name in FORM.__dataclass_fields__}
    content, faults = read_report_workbook(copy, ReportForm(**(expected | other)))
    assert content is None
    assert [sentence in str(fault) for fault in faults] == [True]


def test_a_workbook_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    from openpyxl import Workbook

    Workbook().save(tmp_path / "la.xlsx")
    _, faults = read_report_workbook(tmp_path / "la.xlsx", FORM)
    assert "không phải mẫu báo cáo" in str(faults[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "trống"),
        (b"xin chao", "không phải tệp Excel"),
        (b"PK\x03\x04 hong", "hỏng"),
        (b"%PDF-1.4", "không phải tệp Excel"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "tep.xlsx"
    path.write_bytes(content)
    _, faults = read_report_workbook(path, FORM)
    assert len(faults) == 1
    assert words in str(faults[0])


def test_fifty_megabytes_and_a_zip_bomb_are_refused_unopened(tmp_path: Path) -> None:
    large = tmp_path / "lon.xlsx"
    with large.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    assert "quá lớn" in str(read_report_workbook(large, FORM)[1][0])
    bomb = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (60 * 1024 * 1024))
    assert "bom nén" in str(read_report_workbook(bomb, FORM)[1][0])


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert "không tìm thấy tệp" in str(read_report_workbook(tmp_path / "khong.xlsx", FORM)[1][0])


_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@settings(max_examples=15, deadline=None)
@given(result=_words, number=st.integers(0, 10**9), difficulties=_words)
def test_any_words_and_figures_come_back(
    tmp_path_factory: pytest.TempPathFactory, result: str, number: int, difficulties: str
) -> None:
    path = tmp_path_factory.mktemp("vong") / "mau.xlsx"
    said = Line(11, Declares.STARTED, result=result, difficulties=difficulties)
    write_report_workbook(
        path, FORM, MADE, Content((said,), figures=(Figure("hoi-nghi", "", Decimal(number)),))
    )
    content, faults = read_report_workbook(path, FORM)
    assert faults == ()
    assert content is not None
    assert content.figures[0].value == number
    assert content.lines[0].declares is Declares.STARTED
