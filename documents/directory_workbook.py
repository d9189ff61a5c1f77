"""A directory as an Excel workbook that officers correct: written, and read back with every fault at its cell.

Four sheets: the directory itself, groups, agencies, contacts. Every value is written as text, so that nothing that
begins with = + - @ is taken for a formula.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from catalog.agencies import Agency, AgencyKind, Directory
from catalog.directory_file import directory_from
from catalog.errors import Fault
from catalog.yaml_lines import KeyPath, Lines

MAX_BYTES = 20 * 1024 * 1024  # 20 MB as it lies on the disk
MAX_UNPACKED = 200 * 1024 * 1024  # 200 MB unpacked, against zip bombs
MAX_ROWS = 20_000  # in one sheet
_SEPARATOR = "; "
_FORMULA = object()  # stands for a formula, which is refused: its result is not what a person typed


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    field: str
    width: int


_GENERAL, _GROUPS, _AGENCIES, _CONTACTS = "Danh bạ", "Nhóm", "Cơ quan", "Liên hệ"
_CODE, _NAME = _Column("Mã", "code", 34), _Column("Tên", "name", 60)
_SHEETS: dict[str, tuple[_Column, ...]] = {
    _GENERAL: (_Column("Mã danh bạ", "key", 20), _NAME),
    _GROUPS: (_CODE, _NAME, _Column("Cách gọi trong văn bản", "aliases", 60)),
    _AGENCIES: (
        _CODE,
        _NAME,
        _Column("Loại", "kind", 26),
        _Column("Nhóm", "groups", 34),
        _Column("Tên gọi khác", "aliases", 40),
        _Column("Giả định", "assumed", 10),
        _Column("Ghi chú", "note", 50),
    ),
    _CONTACTS: (
        _Column("Mã cơ quan", "agency", 34),
        _Column("Vai trò", "role", 14),
        _Column("Người nhận", "name", 24),
        _Column("Thư điện tử", "email", 56),
    ),
}
_KINDS = {kind.label: kind.value for kind in AgencyKind}
_ROLES = {"Văn thư": "officer", "Thủ trưởng": "head"}
_ROLE_WORDS = {code: word for word, code in _ROLES.items()}
_YES_NO = {"có": True, "": False, "không": False}


def write_directory(directory: Directory, path: Path) -> None:
    """Write the directory; an existing file is replaced. Raises OSError when the place cannot be written."""
    book = Workbook()
    book.remove(book.worksheets[0])
    rows: dict[str, Iterator[Sequence[str]]] = {
        _GENERAL: iter([(directory.key, directory.name)]),
        _GROUPS: ((group.code, group.name, _SEPARATOR.join(group.aliases)) for group in directory.groups),
        _AGENCIES: (_agency_row(agency) for agency in directory.agencies),
        _CONTACTS: (
            (agency.code, _ROLE_WORDS[contact.role], contact.name, contact.email)
            for agency in directory.agencies
            for contact in agency.contacts
        ),
    }
    for title, columns in _SHEETS.items():
        _write_sheet(book.create_sheet(title), columns, rows[title])
    book.save(path)


def _agency_row(agency: Agency) -> Sequence[str]:
    return (
        agency.code,
        agency.name,
        agency.kind.label,
        _SEPARATOR.join(agency.groups),
        _SEPARATOR.join(agency.aliases),
        "có" if agency.assumed else "",
        agency.note,
    )


def _write_sheet(sheet: Worksheet, columns: Sequence[_Column], rows: Iterator[Sequence[str]]) -> None:
    for index, column in enumerate(columns, 1):
        sheet.cell(1, index, column.head).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    for line, row in enumerate(rows, 2):
        for index, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(line, index, text)
                cell.data_type = TYPE_STRING  # "=1+1" stays words
                cell.quotePrefix = text[0] in "=+-@"  # and Excel keeps it so when the cell is edited
                cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def read_directory_workbook(path: Path) -> tuple[Directory | None, tuple[Fault, ...]]:
    """Return the directory that the workbook holds, or None and every fault with its sheet and cell."""
    sheets, faults = _sheets(path)
    if faults:
        return None, faults
    reading = _Reading(path.name)
    reading.headings(sheets)
    if reading.faults:
        return None, tuple(reading.faults)
    directory, faults = directory_from(reading.directory(sheets), reading.cells, path.name)
    faults = (*reading.faults, *faults)
    return (None, faults) if faults else (directory, ())


def _sheets(path: Path) -> tuple[dict[str, list[tuple[Any, ...]]], tuple[Fault, ...]]:
    """Return the rows of the sheets we know, in order; each row a tuple of values."""
    unreadable = _unreadable(path)
    if unreadable:
        return {}, (unreadable,)
    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError):
        return {}, (
            Fault("tệp Excel hỏng.", file=path.name, remedy="Hãy mở bằng Excel và lưu lại dạng .xlsx."),
        )
    missing = [title for title in _SHEETS if title not in book.sheetnames]
    faults = [
        Fault(f"thiếu trang “{title}”.", file=path.name, remedy="Hãy xuất lại tệp mẫu.") for title in missing
    ]
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for title in set(_SHEETS) - set(missing):
        sheet = book[title]
        sheet.reset_dimensions()  # what the file says of its size is not to be trusted
        rows[title] = [tuple(map(_value, row)) for row in sheet.iter_rows(max_row=MAX_ROWS + 2)]
        if len(rows[title]) > MAX_ROWS + 1:
            remedy = "Hãy xóa các dòng thừa."
            faults.append(Fault(f"trang “{title}” quá {MAX_ROWS} dòng.", file=path.name, remedy=remedy))
    book.close()
    return rows, tuple(faults)


def _value(cell: Any) -> Any:
    return _FORMULA if cell.data_type == "f" else cell.value


def _unreadable(path: Path) -> Fault | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            return Fault("tệp lớn hơn 20 MB.", file=path.name, remedy="Hãy kiểm tra có chọn nhầm tệp không.")
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except FileNotFoundError:
        return Fault("không tìm thấy tệp.", file=str(path), remedy="Hãy kiểm tra lại đường dẫn.")
    except (zipfile.BadZipFile, ValueError):
        return Fault(
            "đây không phải tệp Excel .xlsx.",
            file=path.name,
            remedy="Hãy lưu lại dạng .xlsx, không mật khẩu.",
        )
    except OSError as error:
        return Fault(
            f"không đọc được tệp ({error.strerror}).", file=str(path), remedy="Hãy kiểm tra quyền đọc."
        )
    if size > MAX_UNPACKED:
        return Fault("tệp giải nén quá lớn.", file=path.name, remedy="Hãy xuất lại tệp và nhập từ đầu.")
    return None


@dataclass(frozen=True, slots=True)
class _Cells(Lines):
    """Places values by sheet and cell where a YAML file has lines."""

    names: dict[KeyPath, str] = field(default_factory=dict)

    def place(self, path: KeyPath) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.names:
                return self.names[path[:length]]
        return f"trang {_AGENCIES}"

    def put(self, path: KeyPath, title: str, line: int, column: int = 0) -> None:
        spot = f"ô {get_column_letter(column + 1)}{line}" if column >= 0 else f"dòng {line}"
        self.names[path] = f"trang {title}, {spot}"
        self.by_path[path] = line


@dataclass(slots=True)
class _Reading:
    """Turns rows into the plain values of a directory file and notes the cell of each."""

    file: str
    cells: _Cells = field(default_factory=_Cells)
    faults: list[Fault] = field(default_factory=list)

    def directory(self, sheets: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
        general = self._rows(_GENERAL, sheets, ())
        groups = self._rows(_GROUPS, sheets, ("groups",))
        agencies = self._rows(_AGENCIES, sheets, ("agencies",))
        by_code: dict[str, dict[str, Any]] = {}
        for index, row in enumerate(agencies):
            path: KeyPath = ("agencies", index)
            row["kind"] = self._coded(row["kind"], _KINDS, (*path, "kind"), "loại cơ quan")
            row["assumed"] = self._coded(row["assumed"].lower(), _YES_NO, (*path, "assumed"), "giá trị")
            row["groups"], row["aliases"] = _split(row["groups"]), _split(row["aliases"])
            row["contacts"] = []
            by_code.setdefault(row["code"], row)
        for group in groups:
            group["aliases"] = _split(group["aliases"])
        self._contacts(sheets, by_code, [row["code"] for row in agencies])
        first = general[0] if general else {}
        return {**first, "groups": groups, "agencies": agencies}

    def _contacts(
        self, sheets: dict[str, list[tuple[Any, ...]]], by_code: dict[str, dict[str, Any]], order: list[str]
    ) -> None:
        for index, row in enumerate(self._rows(_CONTACTS, sheets, ("contacts",))):
            path: KeyPath = ("contacts", index)
            code = row.pop("agency")
            row["role"] = self._coded(row["role"], _ROLES, (*path, "role"), "vai trò")
            if code not in by_code:
                message = f"không có cơ quan nào mang mã “{code}”."
                remedy = f"Hãy sửa mã hoặc thêm cơ quan ở trang {_AGENCIES}."
                self.faults.append(Fault(message, self.cells.place((*path, "agency")), self.file, remedy))
                continue
            contacts = by_code[code]["contacts"]
            target: KeyPath = ("agencies", order.index(code), "contacts", len(contacts))
            for name in ("role", "name", "email"):
                self.cells.names[(*target, name)] = self.cells.place((*path, name))
            contacts.append(row)

    def _rows(
        self, title: str, sheets: dict[str, list[tuple[Any, ...]]], parent: KeyPath
    ) -> list[dict[str, Any]]:
        """Return one record for each row that is not blank, its columns found by their headings."""
        rows = sheets[title]
        found = _headings(rows)
        places = {column.field: found.index(column.head.lower()) for column in _SHEETS[title]}
        records: list[dict[str, Any]] = []
        for line, row in enumerate(rows[1:], 2):
            texts = {name: self._text(row, column, title, line) for name, column in places.items()}
            if not any(texts.values()):
                continue
            path = (*parent, len(records)) if parent else ()
            for name, column in places.items():
                self.cells.put((*path, name), title, line, column)
            if path:
                self.cells.put(path, title, line, -1)
            records.append(dict(texts))
        return records

    def headings(self, sheets: dict[str, list[tuple[Any, ...]]]) -> None:
        """Note a fault for each column that a sheet lacks."""
        for title, columns in _SHEETS.items():
            found = _headings(sheets[title])
            for head in (column.head for column in columns if column.head.lower() not in found):
                remedy = "Hãy ghi lại tiêu đề cột ở dòng 1."
                self.faults.append(Fault(f"thiếu cột “{head}”.", f"trang {title}, dòng 1", self.file, remedy))

    def _text(self, row: tuple[Any, ...], column: int, title: str, line: int) -> str:
        value = row[column] if column < len(row) else None
        if value is None or isinstance(value, str):
            return (value or "").strip()
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"{value:g}"
        place = f"trang {title}, ô {get_column_letter(column + 1)}{line}"
        self.faults.append(
            Fault(
                "ô này phải là chữ, không phải công thức hay ngày.",
                place,
                self.file,
                "Hãy định dạng ô là Text và ghi lại.",
            )
        )
        return ""

    def _coded(self, text: str, codes: dict[str, Any], path: KeyPath, what: str) -> Any:
        for word, code in codes.items():
            if text.lower() == word.lower():
                return code
        known = ", ".join(word for word in codes if word)
        message = f"không có {what} “{text}”."
        self.faults.append(Fault(message, self.cells.place(path), self.file, f"Hãy dùng một trong: {known}."))
        return next(iter(codes.values()))


def _headings(rows: list[tuple[Any, ...]]) -> list[str]:
    return [" ".join(str(head or "").split()).lower() for head in (rows[0] if rows else ())]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
