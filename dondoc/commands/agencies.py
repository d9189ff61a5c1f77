"""`dondoc agencies`: the directory of agencies, and how a cell that names them is read."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from catalog.agencies import Agency, AgencyKind, Directory, read_directory
from catalog.days import day_of
from catalog.errors import Fault, FaultyDataError
from catalog.groups.cell_batch import read_cells
from catalog.groups.parser import Part, resolve_cell
from catalog.text import search_key
from documents.directory_workbook import read_directory_workbook, write_directory
from dondoc.commands.acting import coordinator, day_given
from dondoc.commands.opening import By, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from dondoc.commands.running import AT_FAULT
from dondoc.settings import read_settings
from tasks.amending.merging import Merger, merge_agencies
from tasks.database import is_there, reading, writing
from tasks.directories import directory_key, heir_code, load_directory, loaded_keys, stored_directory

app = typer.Typer(no_args_is_help=True, help="Danh bạ cơ quan và cách ghi nhóm cơ quan.")

SHIPPED = "hai-phong"
_AS = {
    "agency": "cơ quan",
    "group": "nhóm",
    "open_group": "nhóm không liệt kê được",
    "unresolved": "chưa nhận ra",
}
_ROLES = {"lead": "chủ trì", "support": "phối hợp", "monitor": "theo dõi", "invited": "được đề nghị"}

Column = Annotated[
    Literal["lead", "support"], typer.Option("--column", help="Cột chứa ô: chủ trì hay phối hợp.")
]
Batch = Annotated[Path | None, typer.Option("--batch", help="Tệp JSONL, mỗi dòng {text, column?}.")]
File = Annotated[Path, typer.Argument(help="Tệp danh bạ, .yaml hoặc .xlsx.")]


def current_directory(*, as_listed: bool = False) -> Directory:
    """Return the directory that commands work on: the loaded one, the shipped one as long as none is."""
    stored = _stored(as_listed=as_listed)
    if stored is not None:
        return stored
    directory, faults = read_directory(SHIPPED)
    if directory is None:
        raise FaultyDataError(faults)
    return directory


def _stored(*, as_listed: bool) -> Directory | None:
    """Return the loaded directory; where there are several, the one whose key is the shipped one's, else the first."""
    settings = read_settings()
    if not is_there(settings.database):
        return None
    with reading(open_database(settings)) as session:
        keys = loaded_keys(session)
        key = SHIPPED if SHIPPED in keys else next(iter(keys), None)
        return None if key is None else stored_directory(session, key, as_listed=as_listed)


def directory_of(file: Path) -> tuple[Directory | None, tuple[Fault, ...]]:
    """Return the directory of a .yaml or .xlsx file, or of a shipped key, with what is wrong in it."""
    if file.suffix.lower() in {".xlsx", ".xlsm", ".xls"}:
        return read_directory_workbook(file)
    return read_directory(file)


@app.command("resolve")
def resolve(
    cell: Annotated[str | None, typer.Argument(help="Nội dung ô, đặt trong dấu nháy.")] = None,
    batch: Batch = None,
    column: Column = "lead",
    as_json: JsonFlag = False,
) -> None:
    """Tách một ô thành từng cơ quan, nhóm cơ quan, kèm vai trò."""
    if (cell is None) is (batch is None):
        raise typer.BadParameter("Hãy ghi nội dung một ô, hoặc --batch TỆP, không ghi cả hai.")
    directory = current_directory()
    if batch is not None:
        cells, faults = read_cells(batch)
        if faults:
            raise FaultyDataError(faults)
        read = [(each.text, resolve_cell(each.text, directory, each.column or column)) for each in cells]
    else:
        assert cell is not None
        read = [(cell, resolve_cell(cell, directory, column))]
    if as_json:
        for text, parts in read:
            print_json({"text": text, "parts": [_part(part) for part in parts]})
        return
    _print_parts([part for _, parts in read for part in parts])


@app.command("list")
def list_agencies(
    group: Annotated[str | None, typer.Option("--group", help="Chỉ cơ quan của nhóm này.")] = None,
    kind: Annotated[AgencyKind | None, typer.Option("--kind", help="Chỉ cơ quan loại này.")] = None,
    search: Annotated[str | None, typer.Option("--search", help="Tìm theo tên, không cần dấu.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Liệt kê các cơ quan trong danh bạ."""
    directory = current_directory()
    if group is not None and not directory.has_group(group):
        known = ", ".join(each.code for each in directory.groups)
        raise FaultyDataError([Fault(f"Không có nhóm nào mang mã “{group}”.", remedy=f"Các nhóm: {known}.")])
    chosen = [
        agency
        for agency in directory.agencies
        if (group is None or group in agency.groups)
        and (kind is None or agency.kind is kind)
        and (search is None or search_key(search) in agency.search_key)
    ]
    if as_json:
        print_json([_agency(agency) for agency in chosen])
        return
    print_table(
        ("Mã", "Tên", "Loại", "Nhóm", "Giả định"),
        [(a.code, a.name, a.kind.label, ", ".join(a.groups), "có" if a.assumed else "") for a in chosen],
    )


@app.command("show")
def show(code: Annotated[str, typer.Argument(help="Mã cơ quan.")], as_json: JsonFlag = False) -> None:
    """Xem một cơ quan: nhóm, tên gọi khác, địa chỉ."""
    directory = current_directory()
    if not directory.has_agency(code):
        heir = _heir_of(code)
        if heir is not None:
            raise FaultyDataError(
                [Fault(f"Cơ quan “{code}” đã sáp nhập vào “{heir}”.", remedy="Hãy xem mã đó.")]
            )
        remedy = f"Hãy tìm mã bằng: dondoc agencies list --search “{code}”."
        raise FaultyDataError([Fault(f"Không có cơ quan nào mang mã “{code}” trong danh bạ.", remedy=remedy)])
    agency = directory.agency(code)
    if as_json:
        print_json({**_agency(agency), "aliases": agency.aliases, "note": agency.note})
        return
    rows = [
        ("Mã", agency.code),
        ("Tên", agency.name),
        ("Loại", agency.kind.label),
        ("Nhóm", ", ".join(directory.group(each).name for each in agency.groups)),
        ("Tên gọi khác", "; ".join(agency.aliases)),
        *((contact.name, contact.email) for contact in agency.contacts),
        ("Giả định", "có, chưa xác minh" if agency.assumed else "không"),
        ("Ghi chú", agency.note),
    ]
    print_table(("Mục", "Nội dung"), [row for row in rows if row[1]])


@app.command("check")
def check(file: File, as_json: JsonFlag = False) -> None:
    """Kiểm tra một tệp danh bạ, không nạp gì."""
    directory, faults = directory_of(file)
    if as_json:
        print_json(
            {
                "ok": directory is not None,
                "agencies": len(directory.agencies) if directory else 0,
                "faults": [
                    {"message": each.message, "place": each.place, "file": each.file, "remedy": each.remedy}
                    for each in faults
                ],
            }
        )
        if directory is None:
            raise typer.Exit(AT_FAULT)
        return
    if directory is None:
        raise FaultyDataError(faults)
    assumed = sum(agency.assumed for agency in directory.agencies)
    count = len(directory.agencies)
    print(f"Danh bạ “{directory.name}” dùng được: {count} cơ quan, trong đó {assumed} dòng giả định.")


@app.command("load")
def load(
    source: Annotated[str, typer.Argument(help="Tệp .yaml hoặc .xlsx, hoặc mã danh bạ có sẵn.")],
    as_json: JsonFlag = False,
) -> None:
    """Nạp danh bạ, hoặc sửa danh bạ đã nạp: thêm cơ quan, đổi tên, đổi địa chỉ; không xóa cơ quan nào."""
    directory, faults = directory_of(Path(source))
    if directory is None:
        raise FaultyDataError(faults)
    with writing(open_database()) as session:
        done = load_directory(session, directory)
    if as_json:
        print_json({"added": done.added, "changed": done.changed, "unchanged": done.unchanged})
    else:
        print(
            f"Đã nạp danh bạ “{directory.name}”: thêm {done.added}, đổi {done.changed}, "
            f"giữ nguyên {done.unchanged} cơ quan."
        )


@app.command("merge")
def merge(
    codes: Annotated[list[str], typer.Argument(help="Mã các cơ quan được nhập.")],
    into: Annotated[str, typer.Option("--into", help="Mã cơ quan kế thừa.")],
    reason: Annotated[str, typer.Option("--reason", help="Lý do, ví dụ số, ký hiệu của văn bản sáp nhập.")],
    on: Annotated[
        str | None, typer.Option("--on", help="Ngày có hiệu lực, dạng 2025-10-01; mặc định hôm nay.")
    ] = None,
    directory: Annotated[
        str | None, typer.Option("--directory", help="Mã danh bạ, khi đã nạp nhiều danh bạ.")
    ] = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Nhập các cơ quan vào một cơ quan: việc và báo cáo còn phải làm chuyển sang cơ quan kế thừa, lịch sử giữ nguyên."""
    now = acting(as_of)
    day = day_given(on, "--on") or day_of(now)
    with writing(open_database()) as session:
        login = coordinator(session, by)
        key = directory_key(session, directory)
        merger = Merger(key, tuple(codes), into, reason, day, login)
        merged = merge_agencies(session, merger, now)
    if as_json:
        print_json({"into": into, "on": day, "merged": [asdict(each) for each in merged]})
        return
    print_table(
        (
            "Cơ quan",
            "Việc chuyển",
            "Việc hủy do trùng",
            "Báo cáo chuyển",
            "Báo cáo miễn do trùng",
            "Việc đã xong",
        ),
        [(m.code, m.tasks, m.tasks_ended, m.reports, m.reports_ended, m.tasks_kept) for m in merged],
        right=range(1, 6),
    )
    for each in merged:
        for name in each.groups.joined:
            print(f"  {into} vào nhóm “{name}” thay {each.code}.")
        for name in each.groups.left_out:
            print(f"  {into} không vào nhóm “{name}” của {each.code}: nhóm không có cơ quan cùng loại.")


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ ghi.")], as_json: JsonFlag = False
) -> None:
    """Xuất danh bạ ra Excel để sửa rồi nạp lại."""
    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter("Hãy đặt tên tệp có đuôi .xlsx.")
    directory = current_directory(as_listed=True)
    write_directory(directory, file)
    if as_json:
        print_json({"path": str(file), "agencies": len(directory.agencies)})
    else:
        print(f"Đã ghi {len(directory.agencies)} cơ quan vào {file}.")


def _heir_of(code: str) -> str | None:
    if not is_there(read_settings().database):
        return None
    with reading(open_database()) as session:
        return heir_code(session, code)


def _part(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "as": part.kind,
        "role": part.role,
        "codes": part.codes,
        "members": len(part.members),
        "choose": part.choose,
    }


def _agency(agency: Agency) -> dict[str, Any]:
    return {
        "code": agency.code,
        "name": agency.name,
        "kind": agency.kind.value,
        "groups": agency.groups,
        "contacts": [contact.model_dump() for contact in agency.contacts],
        "assumed": agency.assumed,
    }


def _print_parts(parts: Sequence[Part]) -> None:
    print_table(
        ("Nội dung", "Là", "Vai trò", "Mã", "Số cơ quan", "Chọn"),
        [
            (
                part.text,
                _AS[part.kind],
                _ROLES[part.role],
                ", ".join(part.codes),
                len(part.members) or "",
                "để chọn" if part.choose else "",
            )
            for part in parts
        ],
        right=[4],
    )
