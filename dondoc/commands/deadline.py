"""`dondoc deadline`: read one expression, or a file of them, and say what day it means."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from catalog.calendar import WorkingCalendar
from catalog.day_words import day_text, until
from catalog.deadline.batch import Request, read_batch
from catalog.deadline.points import FIRST_YEAR, LAST_YEAR
from catalog.deadlines import Kind, Reading, read_deadline
from catalog.errors import FaultyDataError
from dondoc.commands.output import JsonFlag, print_json, print_table

app = typer.Typer(help="Đọc một cách ghi thời hạn.")

_KINDS = {
    Kind.BEFORE: "trước một thời điểm",
    Kind.BY: "chậm nhất một ngày",
    Kind.ON: "vào một dịp",
    Kind.WITHIN: "trong một số ngày",
    Kind.PERIOD: "từ ngày đến ngày",
    Kind.MONTH: "trong tháng",
    Kind.QUARTER: "trong quý",
    Kind.HALF: "trong sáu tháng",
    Kind.YEAR: "trong năm",
    Kind.ONGOING: "không có hạn cuối",
    Kind.RECURRING: "lặp lại theo kỳ",
    Kind.EVENT: "theo sự kiện chưa có ngày",
    Kind.RELATIVE: "tính từ một mốc",
    Kind.MULTI: "nhiều mốc",
    Kind.NONE: "không phải thời hạn",
}

Text = Annotated[str | None, typer.Argument(help="Cách ghi thời hạn, đặt trong dấu nháy.")]
Batch = Annotated[
    Path | None, typer.Option("--batch", help="Tệp JSONL, mỗi dòng {text, issued?, doc_year?}.")
]
Issued = Annotated[str | None, typer.Option("--issued", help="Ngày ban hành văn bản, dạng 2025-07-25.")]
DocYear = Annotated[
    int | None,
    typer.Option(
        "--doc-year", min=FIRST_YEAR, max=LAST_YEAR, help="Năm của văn bản, cho ngày tháng không ghi năm."
    ),
]


@app.command()
def deadline(
    text: Text = None,
    batch: Batch = None,
    issued: Issued = None,
    doc_year: DocYear = None,
    as_json: JsonFlag = False,
) -> None:
    """Đọc một cách ghi thời hạn, hoặc cả tệp, và cho biết ngày cuối cùng còn đúng hạn."""
    if (text is None) is (batch is None):
        raise typer.BadParameter("Hãy ghi một cách viết thời hạn, hoặc --batch TỆP, không ghi cả hai.")
    if batch is not None:
        _read_file(batch, issued=_day(issued), doc_year=doc_year, as_json=as_json)
        return
    assert text is not None
    reading = _read(Request(text, _day(issued), doc_year), WorkingCalendar())
    if as_json:
        print_json(_document(reading))
    else:
        _print_one(reading)


def _read_file(batch: Path, *, issued: date | None, doc_year: int | None, as_json: bool) -> None:
    requests, faults = read_batch(batch)
    if faults:
        raise FaultyDataError(faults)
    calendar = WorkingCalendar()
    readings = [
        _read(Request(line.text, line.issued or issued, line.doc_year or doc_year), calendar)
        for line in requests
    ]
    if as_json:
        for reading in readings:
            print_json(_document(reading))
        return
    print_table(
        ("Cách ghi", "Loại", "Từ ngày", "Hạn", "Cần xem lại"),
        [(" ".join(each.text.split()), _KINDS[each.kind], *_days(each), _doubt(each)) for each in readings],
    )


def _read(request: Request, calendar: WorkingCalendar) -> Reading:
    return read_deadline(request.text, issued=request.issued, doc_year=request.doc_year, calendar=calendar)


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        message = f"Ngày «{written}» của --issued không đọc được; hãy ghi dạng 2025-07-25."
        raise typer.BadParameter(message) from None


def _document(reading: Reading) -> dict[str, Any]:
    return {
        "text": reading.text,
        "kind": reading.kind.value,
        "start": reading.start,
        "due": reading.due,
        "milestones": [
            {"text": each.text, "start": each.start, "due": each.due} for each in reading.milestones
        ],
        "needs_review": reading.needs_review,
        "notes": reading.notes,
    }


def _days(reading: Reading) -> tuple[str, str]:
    return day_text(reading.start) if reading.start else "", until(
        reading.due
    ) if reading.due else "chưa có ngày"


def _doubt(reading: Reading) -> str:
    return reading.notes[0] if reading.needs_review else ""


def _print_one(reading: Reading) -> None:
    start, due = _days(reading)
    rows = [
        ("Cách ghi", " ".join(reading.text.split())),
        ("Loại", _KINDS[reading.kind]),
        ("Từ ngày", start or "không ghi"),
        ("Hạn", due),
    ]
    rows += [
        ("Mốc", f"{until(each.due) if each.due else 'chưa có ngày'}: {each.text}")
        for each in reading.milestones
    ]
    rows.append(("Cần xem lại", "có" if reading.needs_review else "không"))
    rows.extend(("Lưu ý", note) for note in reading.notes)
    width = max(len(head) for head, _ in rows)
    for head, words in rows:
        print(f"{head:<{width}}  {words}")
