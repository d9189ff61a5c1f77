"""Tables of figures read from files, and files that are refused."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.tables.check import check_table
from documents.indicator_tables import MAX_BYTES, read_tables

TABLES = Path(__file__).parents[1] / "data" / "tables"


def save(path: Path, rows: list[list[object]], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_file_is_read_whatever_its_separator_and_mark(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    path = tmp_path / "bang.csv"
    rows = [["Đơn vị", "Cuộc", "Tỷ lệ"], ["Phường A", "1.048", "93,5"], ["Tổng", "1.048", "93,5"]]
    quoted = "\r\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows
    )
    path.write_bytes(quoted.encode(encoding))
    (sheet,), faults = read_tables(path)
    assert faults == ()
    assert [list(row) for row in sheet.rows] == rows


def test_rows_keep_their_number_in_the_file_after_a_cell_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    path.write_text('Đơn vị,"Số\ncuộc",Người\nA,1,2\nB,2,3\n\nTổng,4,5\n', encoding="utf-8")
    (sheet,), _ = read_tables(path)
    (fault,) = check_table(sheet.rows).faults
    assert (fault.row, fault.line, fault.cell, fault.column) == ("Tổng", 6, "B6", "Số cuộc")


def test_a_workbook_is_checked_like_the_csv_file_it_shows(tmp_path: Path) -> None:
    path = save(
        tmp_path / "bang.xlsx",
        [
            ["Năm", "Đã tiếp nhận", "Đã giải quyết", "Tỷ lệ"],
            [2014, 2420234, 2252436, 0.93],
            [2015, 2625220, 2480287, 0.94],
            ["Tổng cộng", 5045454, 4732723, 1.88],
        ],
        {"B2": "#,##0", **{f"D{row}": "0%" for row in (2, 3, 4)}},
    )
    (sheet,), faults = read_tables(path)
    assert faults == ()
    assert sheet.rows[1] == ("2014", "2.420.234", "2252436", "93%")
    (fault,) = check_table(sheet.rows).faults
    assert (fault.cell, fault.printed, fault.expected) == ("D4", "188%", 94)


def test_binary_noise_of_stored_numbers_is_no_fault(tmp_path: Path) -> None:
    path = save(tmp_path / "bang.xlsx", [["Đơn vị", "Tỷ đồng"], ["A", 0.1], ["B", 0.2], ["Tổng", 0.1 + 0.2]])
    (sheet,), _ = read_tables(path)
    assert sheet.rows[3] == ("Tổng", "0,3")
    assert check_table(sheet.rows).ok


def test_formulas_without_a_result_are_named_cell_by_cell(tmp_path: Path) -> None:
    path = save(
        tmp_path / "bang.xlsx", [["Đơn vị", "Cuộc"], ["A", 1], ["Tổng", "=SUM(B2:B2)"], ["Khác", "=B2"]]
    )
    sheets, faults = read_tables(path)
    assert sheets == ()
    assert [fault.place for fault in faults] == ["trang “Sheet”, ô B3", "trang “Sheet”, ô B4"]
    assert all("công thức" in str(fault) for fault in faults)


def test_hidden_and_empty_sheets_are_left_out(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Đơn vị", "Cuộc"])
    book.create_sheet("Trống")
    hidden = book.create_sheet("Ẩn")
    hidden.append(["nháp", 1])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "bang.xlsx")
    sheets, faults = read_tables(tmp_path / "bang.xlsx")
    assert ([sheet.name for sheet in sheets], faults) == (["Sheet"], ())


def test_what_cannot_be_read_is_refused_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bang.ods").write_text("x")
    (tmp_path / "cu.csv").write_bytes("Đơn vị,Cuộc\n".encode("utf-16"))
    (tmp_path / "trong.csv").write_text("")
    (tmp_path / "hong.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    with zipfile.ZipFile(tmp_path / "la.xlsx", "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    for name in ("bang.ods", "cu.csv", "trong.csv", "hong.xlsx", "la.xlsx", "khong-co.csv"):
        sheets, faults = read_tables(tmp_path / name)
        assert sheets == ()
        assert len(faults) == 1
        assert str(faults[0]).startswith(name)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "to.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    sheets, (fault,) = read_tables(path)
    assert sheets == ()
    assert "20 MB" in fault.message


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 * 1024 * 1024))
    sheets, faults = read_tables(path)
    assert sheets == ()
    assert len(faults) == 1


def test_the_annexes_are_read_as_they_are() -> None:
    (sheet,), faults = read_tables(TABLES / "doi-thoai-2014-2023.csv")
    assert faults == ()
    assert sheet.rows[-1][-1] == "5286"
