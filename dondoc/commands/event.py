"""`dondoc event`: the days that duties wait for."""

from typing import Annotated, Any

import typer

from dondoc.commands.acting import actor_of, day_given
from dondoc.commands.opening import By, DecisionKey, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from tasks.database import reading, writing
from tasks.intake import stored_decision
from tasks.occasions import Awaited, list_occasions, set_occasion

app = typer.Typer(no_args_is_help=True, help="Ngày của các sự kiện mà nhiệm vụ chờ.")


@app.command("list")
def list_(decision: DecisionKey = None, as_json: JsonFlag = False) -> None:
    """Liệt kê sự kiện, ngày (nếu đã xác định) và nhiệm vụ chờ."""
    with reading(open_database()) as session:
        found = list_occasions(session, stored_decision(session, decision) if decision else None)
    if as_json:
        print_json({"total": len(found), "items": [_document(entry) for entry in found]})
        return
    print_table(
        ("Mã", "Sự kiện", "Ngày", "Nhiệm vụ"),
        [(entry.code, entry.name, entry.day or "chưa xác định", ", ".join(entry.duties)) for entry in found],
    )


@app.command("set")
def set_(
    code: Annotated[str, typer.Argument(help="Mã sự kiện, như dondoc event list in ra.")],
    day: Annotated[str, typer.Argument(metavar="DATE", help="Ngày diễn ra, dạng 2025-12-09.")],
    decision: DecisionKey = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Xác định hoặc chuyển ngày của sự kiện: nhiệm vụ chờ nó có hạn, lịch nhắc lập lại từ đầu."""
    given = day_given(day, "DATE")
    assert given is not None
    with writing(open_database()) as session:
        row = stored_decision(session, decision)
        entry = set_occasion(session, row, code, given, actor_of(session, by), acting(moment))
    if as_json:
        print_json(_document(entry))
    else:
        print(
            f"{entry.name}: ngày {given:%d/%m/%Y}; nhiệm vụ có hạn: {', '.join(entry.duties) or 'không có'}."
        )


def _document(entry: Awaited) -> dict[str, Any]:
    return {
        "decision": entry.decision,
        "code": entry.code,
        "name": entry.name,
        "day": entry.day,
        "duties": entry.duties,
    }
