"""`dondoc catalog amend`: shows task by task what an amendment changes, and applies it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dondoc.commands.acting import coordinator, day_given
from dondoc.commands.opening import By, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table, show
from tasks.amending.amendments import Prepared, apply, prepare
from tasks.amending.plan import Difference
from tasks.database import reading, writing

File = Annotated[Path, typer.Argument(help="Tệp YAML ghi điều chỉnh, bổ sung.")]
Check = Annotated[bool, typer.Option("--check", help="Chỉ xem sẽ đổi những gì, không ghi.")]
Number = Annotated[
    str | None, typer.Option("--number", help="Số, ký hiệu của văn bản, thay cho số trong tệp.")
]
IssuedOn = Annotated[str | None, typer.Option("--issued-on", help="Ngày ban hành văn bản, dạng 2025-10-15.")]

_WHAT = {
    "added": "thêm việc",
    "moved": "đổi hạn",
    "reworded": "sửa nội dung",
    "cancelled": "hủy",
    "restored": "giao lại",
    "kept": "giữ nguyên",
    "untouched": "không liên quan",
}
_ROWS = {"added": "thêm", "changed": "sửa", "cancelled": "bãi bỏ"}
_SHOWN = 40  # tasks in the table for people; the JSON has them all


def amend_decision(
    file: File,
    check: Check = False,
    number: Number = None,
    issued_on: IssuedOn = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Điều chỉnh, bổ sung một quyết định đã nạp: nêu từng việc sẽ đổi; không có --check thì áp dụng luôn.

    Tệp ghi: amends (mã quyết định), number, issued_on, rồi các mục add (nhiệm vụ mới, đủ các cột), change (mã
    và những cột đổi), cancel (mã, reason), rounds (lần báo cáo dời hoặc thêm); mỗi mục có thể ghi because.
    """
    day = day_given(issued_on, "--issued-on")
    now = acting(as_of)
    if check:
        with reading(open_database()) as session:
            prepared = prepare(session, file, issued_on=day, number=number)
            difference = prepared.difference
    else:
        with writing(open_database()) as session:
            prepared = prepare(session, file, issued_on=day, number=number, lock=True)
            login = coordinator(session, by)
            difference = apply(session, prepared, login, now)
    applied = not check and not prepared.applied_before
    if as_json:
        print_json(_document(prepared, difference, applied=applied))
    else:
        _print(prepared, difference, applied=applied)


def _document(prepared: Prepared, difference: Difference, *, applied: bool) -> dict[str, Any]:
    amendment = prepared.target.amendment
    return {
        "amends": amendment.amends,
        "number": amendment.number,
        "issued_on": amendment.issued_on,
        "applied": applied,
        "applied_before": prepared.applied_before,
        **difference.document(),
    }


def _print(prepared: Prepared, difference: Difference, *, applied: bool) -> None:
    name = prepared.target.amendment.name
    if prepared.applied_before:
        print(f"{name} đã áp dụng từ trước; không có gì thay đổi.")
        return
    print_table(
        ("Mục", "Thay đổi", "Hạn cũ", "Hạn mới", "Lý do"),
        [
            (f"{kind} {row.code}", _ROWS[row.what], row.due_from, row.due_to, row.because)
            for kind, rows in (("Nhiệm vụ", difference.duties), ("Lần báo cáo", difference.rounds))
            for row in rows
        ],
    )
    told = [change for change in difference.tasks if change.told]
    print_table(
        ("Nhiệm vụ", "Cơ quan", "Thay đổi", "Hạn cũ", "Hạn mới"),
        [
            (change.duty, change.agency, _WHAT[change.what], change.due_from, change.timing.due)
            for change in told[:_SHOWN]
        ],
    )
    if len(told) > _SHOWN:
        print(f"… và {len(told) - _SHOWN} việc khác; xem đủ bằng --json.")
    totals = "; ".join(f"{_WHAT[what]} {count}" for what, count in difference.totals.items() if count)
    print(f"{name} – {'đã áp dụng' if applied else 'sẽ đổi'}: {totals}.")
    for note in difference.notes:
        print(f"  Lưu ý: {show(note)}")
