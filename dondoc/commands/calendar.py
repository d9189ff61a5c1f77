"""`dondoc calendar`: days off and worked in their place, with their source."""

from pathlib import Path
from typing import Annotated, Any

import typer

from catalog.calendar import SpecialDay, read_overrides
from catalog.errors import FaultyDataError
from dondoc.commands.opening import open_database
from dondoc.commands.output import JsonFlag, print_json, print_table
from tasks.calendars import calendar_of, store_overrides
from tasks.database import reading, writing

app = typer.Typer(no_args_is_help=True, help="Ngày nghỉ và ngày làm bù.")

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
Year = Annotated[int, typer.Argument(min=1995, max=2100, help="Năm cần xem, ví dụ 2026.")]
File = Annotated[Path, typer.Argument(help="Tệp YAML ghi ngày nghỉ (off) và ngày làm bù (worked).")]


@app.command("show")
def show_year(year: Year, as_json: JsonFlag = False) -> None:
    """Liệt kê ngày nghỉ lễ, nghỉ bù và ngày làm bù của một năm, kèm căn cứ."""
    with reading(open_database()) as session:
        special = calendar_of(session).special_days(year)
    if as_json:
        print_json({"year": year, **_document(special)})
    else:
        _print_days(special)


@app.command("override")
def override(file: File, as_json: JsonFlag = False) -> None:
    """Kiểm tra và nạp tệp điều chỉnh ngày nghỉ, ngày làm bù."""
    overrides, faults = read_overrides(file)
    if overrides is None:
        raise FaultyDataError(faults)
    with writing(open_database()) as session:
        moved = store_overrides(session, overrides)
    if as_json:
        print_json({**_document(overrides.days), "steps_moved": moved})
        return
    _print_days(overrides.days)
    print(f"Đã lưu {len(overrides.days)} ngày; {moved} bước đôn đốc chưa gửi đã dời theo lịch mới.")


def _document(days: tuple[SpecialDay, ...]) -> dict[str, Any]:
    return {"off": _rows(days, off=True), "worked": _rows(days, off=False)}


def _print_days(days: tuple[SpecialDay, ...]) -> None:
    print_table(
        ("Ngày", "Thứ", "Nghỉ/làm", "Tên", "Căn cứ"),
        [
            (day.day, _WEEKDAYS[day.day.weekday()], "nghỉ" if day.off else "làm bù", day.name, day.source)
            for day in days
        ],
    )


def _rows(days: tuple[SpecialDay, ...], *, off: bool) -> list[dict[str, Any]]:
    return [{"day": day.day, "name": day.name, "source": day.source} for day in days if day.off is off]
