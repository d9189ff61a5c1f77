"""The directory goes out to Excel and comes back the same; a wrong cell is named."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from catalog.agencies import Directory, read_directory
from documents.directory_workbook import read_directory_workbook, write_directory


@pytest.fixture(scope="module")
def directory() -> Directory:
    found, faults = read_directory("hai-phong")
    assert found is not None, faults
    return found


@pytest.fixture
def file(directory: Directory, tmp_path: Path) -> Path:
    path = tmp_path / "danh-ba.xlsx"
    write_directory(directory, path)
    return path


def change(file: Path, **cells: object) -> None:
    """Write values into cells named like Cơ_quan__B3."""
    book = load_workbook(file)
    for name, value in cells.items():
        sheet, cell = name.rsplit("__", 1)
        book[sheet.replace("_", " ")][cell] = value
    book.save(file)


def test_a_workbook_read_back_is_the_same_directory(directory, file):
    again, faults = read_directory_workbook(file)
    assert faults == ()
    assert again == directory


def test_what_looks_like_a_formula_stays_words(directory, tmp_path):
    names = ("=1+1", "+84", "-x", "@SUM(A1)")
    agencies = tuple(
        directory.agencies[index].model_copy(update={"note": note}) for index, note in enumerate(names)
    )
    evil = directory.model_copy(update={"agencies": agencies})
    write_directory(evil, tmp_path / "e.xlsx")
    sheet = load_workbook(tmp_path / "e.xlsx")["Cơ quan"]
    assert [(sheet.cell(row, 7).value, sheet.cell(row, 7).data_type) for row in range(2, 6)] == [
        (name, "s") for name in names
    ]
    again, faults = read_directory_workbook(tmp_path / "e.xlsx")
    assert faults == ()
    assert [agency.note for agency in again.agencies] == list(names)


def test_an_edited_cell_is_taken_over(file):
    change(file, Cơ_quan__B3="Văn phòng mới")
    again, faults = read_directory_workbook(file)
    assert faults == ()
    assert again.agencies[1].name == "Văn phòng mới"


def test_every_wrong_cell_is_named_at_once(file):
    change(
        file,
        Cơ_quan__A5="so-noi-vu",
        Cơ_quan__D6="so-nganh; khong-co",
        Liên_hệ__D3="khong phai thu",
    )
    again, faults = read_directory_workbook(file)
    assert again is None
    places = " ".join(fault.place for fault in faults)
    assert "trang Cơ quan, ô A5" in places
    assert "trang Cơ quan, ô D6" in places
    assert "trang Liên hệ, ô D3" in places


def test_a_wrong_word_a_formula_and_a_stray_contact_are_named_by_cell(file):
    change(file, Cơ_quan__C4="Sở", Cơ_quan__B5="=A1", Liên_hệ__A2="khong-co", Liên_hệ__B3="Bảo vệ")
    again, faults = read_directory_workbook(file)
    assert again is None
    assert {fault.place for fault in faults} == {
        "trang Cơ quan, ô C4",
        "trang Cơ quan, ô B5",
        "trang Liên hệ, ô A2",
        "trang Liên hệ, ô B3",
    }
    assert all(fault.remedy for fault in faults)


def test_columns_are_found_by_their_headings_wherever_they_stand(directory, file):
    book = load_workbook(file)
    sheet = book["Cơ quan"]
    sheet.insert_cols(1)
    book.save(file)
    again, faults = read_directory_workbook(file)
    assert faults == ()
    assert again == directory


def test_a_missing_heading_or_sheet_is_told(file):
    change(file, Cơ_quan__B1="Gì đó")
    assert "thiếu cột “Tên”" in read_directory_workbook(file)[1][0].message
    book = load_workbook(file)
    del book["Nhóm"]
    book.save(file)
    assert "thiếu trang “Nhóm”" in read_directory_workbook(file)[1][0].message


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK but no archive")
    assert "không phải tệp Excel" in read_directory_workbook(tmp_path / "a.xlsx")[1][0].message
    assert "không tìm thấy" in read_directory_workbook(tmp_path / "b.xlsx")[1][0].message
    assert read_directory_workbook(tmp_path)[0] is None
