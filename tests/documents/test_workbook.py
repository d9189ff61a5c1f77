"""Workbooks are written by one library and read back by another (calamine), and by a third for what print set-up says."""

import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from catalog.days import HANOI
from documents.workbooks.workbook import LONGEST_TEXT, Column, Form, Marked, Row, Sheet, write_workbook
from documents.workbooks.workbook_rows import escaped

NOON = datetime(2025, 9, 5, 5, 0, tzinfo=UTC)  # 12:00 in Hanoi
COLUMNS = (
    Column("Chữ", 30),
    Column("Ngày", 12, Form.DAY),
    Column("Số", 10, Form.WHOLE),
    Column("Tỷ lệ", 10, Form.PERCENT),
    Column("Lúc", 18, Form.MOMENT),
)


def written(tmp_path: Path, *rows: Row, titles: tuple[str, ...] = ()) -> Path:
    path = tmp_path / "bang.xlsx"
    write_workbook(path, [Sheet("Bảng", titles, COLUMNS, iter(rows), fixed=1)], NOON)
    return path


def read(path: Path) -> list[list[object]]:
    rows: list[list[object]] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return rows


def test_another_library_reads_real_days_figures_and_instants_of_hanoi(tmp_path: Path) -> None:
    path = written(tmp_path, ("Sở Nội vụ", date(2025, 8, 14), 12, 0.5, NOON))
    assert read(path)[1:] == [
        ["Sở Nội vụ", date(2025, 8, 14), 12.0, 0.5, NOON.astimezone(HANOI).replace(tzinfo=None)]
    ]


def test_decimals_and_words_on_a_colour_keep_their_value(tmp_path: Path) -> None:
    path = written(tmp_path, (Marked("Quá hạn", "red"), None, Decimal("1234.5"), None, None))
    assert read(path)[1][:3] == ["Quá hạn", "", 1234.5]
    fill = load_workbook(path).active["A2"].fill
    assert fill.fill_type == "solid"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x.example")']
)
def test_text_that_looks_like_a_formula_stays_text_even_when_edited(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, (text, None, None, None, None))
    assert read(path)[1][0] == text
    cell = load_workbook(path).active["A2"]
    assert cell.data_type != "f"
    assert cell.quotePrefix


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    node = ET.fromstring(f"<t>{escaped(text)}</t>")
    # the \r of the text is escaped; what remains is what XML itself turns into a line's end
    assert unescape(node.text or "") == text


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    shown = read(written(tmp_path, ("x" * (LONGEST_TEXT + 1), None, None, None, None)))[1][0]
    assert isinstance(shown, str)
    assert len(shown) == LONGEST_TEXT
    assert shown.endswith("(đã cắt bớt)")


def test_the_sheet_is_set_up_for_the_screen_and_for_a4_paper(tmp_path: Path) -> None:
    path = written(
        tmp_path, ("a", None, 1, None, None), ("b", None, 2, None, None), titles=("TIÊU ĐỀ", "phụ")
    )
    sheet = load_workbook(path).active
    assert sheet.freeze_panes == "B5"  # below two titles, a blank line and the heads; beside the first column
    assert sheet.auto_filter.ref == "A4:E6"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.print_title_rows == "$1:$4"
    assert sheet.column_dimensions["A"].width == pytest.approx(30, abs=1)
    assert sheet.oddHeader.center.text == "&P"
    assert sheet.page_setup.fitToHeight == 0  # as many pages down as it takes; one across is Excel's default


def test_the_same_rows_and_instant_give_the_same_bytes(tmp_path: Path) -> None:
    row = ("Sở Nội vụ", date(2025, 8, 14), 12, 0.5, NOON)
    first = written(tmp_path, row).read_bytes()
    assert written(tmp_path, row).read_bytes() == first


def test_a_sheet_without_rows_has_its_heads_and_no_filter(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert read(path) == [["Chữ", "Ngày", "Số", "Tỷ lệ", "Lúc"]]
    assert not load_workbook(path).active.auto_filter.ref


def test_a_failure_half_way_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = written(tmp_path, ("cũ", None, None, None, None))

    def rows() -> Iterator[Row]:
        yield ("mới", None, None, None, None)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_workbook(path, [Sheet("Bảng", (), COLUMNS, rows())], NOON)
    assert read(path)[1][0] == "cũ"
    assert [each.name for each in tmp_path.iterdir()] == ["bang.xlsx"]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        rows = (("Sở Nội vụ", date(2025, 8, 14), number, 0.5, NOON) for number in range(count))
        write_workbook(tmp_path / "to.xlsx", [Sheet("Bảng", (), COLUMNS, rows)], NOON)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(5000) < peak(500) + 200_000  # bytes


def test_the_file_is_a_sound_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, ("a", None, 1, None, None))) as archive:
        assert archive.testzip() is None
