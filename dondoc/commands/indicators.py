"""`dondoc indicators`: the numbers that reports give, and the checker of a finished table.

`check` prints its answer in full and exits 1 when a figure is wrong (the data is at fault), 0 when none is; blanks
and notes alone do not make a table wrong.
"""

from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from catalog.errors import FaultyDataError
from catalog.figures.indicators import IndicatorSet, Measure, read_indicators, shipped_indicator_keys
from catalog.figures.numbers import format_figure
from catalog.tables.check import TableCheck, check_table
from documents.indicator_tables import read_tables
from dondoc.commands.opening import open_database
from dondoc.commands.output import JsonFlag, print_json, print_table
from dondoc.commands.running import AT_FAULT
from dondoc.settings import read_settings
from tasks.database import is_there, reading
from tasks.indicator_sets import indicators_of
from tasks.models import Decision

app = typer.Typer(no_args_is_help=True, help="Chỉ tiêu số liệu và kiểm tra bảng số liệu.")

_MEASURES = {
    Measure.FLOW: "cộng dồn các kỳ",
    Measure.STOCK: "lấy kỳ cuối",
    Measure.OPENING: "lấy đầu kỳ",
    Measure.RATIO: "tính lại từ số liệu gốc",
}
Key = Annotated[str | None, typer.Argument(help="Mã bộ chỉ tiêu hoặc tệp YAML; bỏ trống khi chỉ có một bộ.")]
File = Annotated[
    Path, typer.Argument(help="Bảng số liệu cần kiểm tra (.csv hoặc .xlsx).", show_default=False)
]


@app.command("show")
def show_indicators(key: Key = None, as_json: JsonFlag = False) -> None:
    """Liệt kê các chỉ tiêu của một quyết định: đơn vị, phạm vi, cách cộng, các phần."""
    indicators = _loaded(key) if key else None
    if indicators is None:
        indicators, faults = read_indicators(key or _only_key())
        if indicators is None:
            raise FaultyDataError(faults)
    if as_json:
        print_json(indicators.model_dump(mode="json"))
    else:
        _print_indicators(indicators)


def _loaded(key: str) -> IndicatorSet | None:
    """Return the indicators stored with the loaded decision `key`, None where there are none."""
    if not is_there(read_settings().database):
        return None
    with reading(open_database()) as session:
        row = session.scalar(select(Decision).where(Decision.key == key))
        return indicators_of(row) if row is not None else None


@app.command("check")
def check_file(file: File, as_json: JsonFlag = False) -> None:
    """Kiểm tra một bảng đã lập: tổng, số dư, tỷ lệ in sai và các ô để trống. Mã thoát 1 khi có số sai."""
    sheets, faults = read_tables(file)
    if faults:
        raise FaultyDataError(faults)
    checked = [(sheet.name, check_table(sheet.rows)) for sheet in sheets]
    several = len(checked) > 1
    if as_json:
        print_json(_document(checked, several=several))
    else:
        for name, result in checked:
            _print_check(f"Trang “{name}”: " if several else "", result)
    if not all(result.ok for _, result in checked):
        raise typer.Exit(AT_FAULT)


def _only_key() -> str:
    keys = shipped_indicator_keys()
    if len(keys) != 1:
        raise typer.BadParameter(f"Hãy chọn một trong các bộ chỉ tiêu: {', '.join(keys)}.")
    return keys[0]


def _document(checked: list[tuple[str, TableCheck]], *, several: bool) -> dict[str, Any]:
    """Return the JSON form; rows carry their sheet when the workbook has several."""

    def place(name: str, row: Any) -> dict[str, Any]:
        fields = {field: _plain(value) for field, value in asdict(row).items()}
        return {"sheet": name, **fields} if several else fields

    return {
        "ok": all(result.ok for _, result in checked),
        "faults": [place(name, fault) for name, result in checked for fault in result.faults],
        "blanks": [place(name, blank) for name, result in checked for blank in result.blanks],
        "notes": [f"Trang “{name}”: {note}" if several else note for name, r in checked for note in r.notes],
    }


def _plain(value: Any) -> Any:
    """Return figures as JSON numbers: whole ones as integers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _print_indicators(indicators: IndicatorSet) -> None:
    print(indicators.title)
    print_table(
        ("Nhiệm vụ", "Chỉ tiêu", "Đơn vị", "Cách cộng"),
        [
            (
                indicator.duty if key == indicator.code else "",
                name if key == indicator.code else f"  {name.removeprefix(f'{indicator.name}: ')}",
                indicator.unit,
                _MEASURES[indicator.measure],
            )
            for indicator in indicators.indicators
            for key, name in indicator.figures()
        ],
    )


def _print_check(title: str, result: TableCheck) -> None:
    if result.ok:
        print(f"{title}Không thấy số nào sai.")
    else:
        print(f"{title}{len(result.faults)} số sai.")
        print_table(
            ("Ô", "Dòng", "Cột", "In là", "Phải là", "Quy tắc"),
            [
                (
                    fault.cell,
                    fault.row,
                    fault.column,
                    fault.printed,
                    "" if fault.expected is None else format_figure(fault.expected),
                    fault.rule,
                )
                for fault in result.faults
            ],
            right=(3, 4),
        )
    if result.blanks:
        print(f"Ô để trống ({len(result.blanks)}): {', '.join(blank.cell for blank in result.blanks)}.")
    for note in result.notes:
        print(note)
