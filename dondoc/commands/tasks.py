"""`dondoc tasks`: the list, one task with its history, and what people do with tasks."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from dondoc.commands.acting import Reason, actor_of, day_given
from dondoc.commands.close_out import close_out_tasks
from dondoc.commands.opening import By, DecisionKey, acting, open_database, reading_time
from dondoc.commands.output import AsOf, JsonFlag, Limit, Offset, print_json, print_table
from dondoc.commands.task_output import history_document, print_histories, row_document
from tasks.asof import after_acting, as_of
from tasks.database import reading, writing
from tasks.queries.lists import Page, TaskFilter, list_tasks
from tasks.queries.task import task_histories, task_history
from tasks.status import Status
from tasks.tracking import tracker
from tasks.tracking.changes import Grounds
from tasks.tracking.extensions import ask_extension, grant_extension, refuse_extension

app = typer.Typer(no_args_is_help=True, help="Theo dõi và cập nhật nhiệm vụ.")

Number = Annotated[int, typer.Argument(metavar="ID", help="Số của nhiệm vụ, như dondoc tasks list in ra.")]
Numbers = Annotated[list[int], typer.Argument(metavar="ID...", help="Số của một hay nhiều nhiệm vụ.")]
On = Annotated[str | None, typer.Option("--on", help="Ngày thực hiện, khi không phải hôm nay.")]
Document = Annotated[str, typer.Option("--document", help="Số, ký hiệu văn bản kết quả.")]
DocumentDate = Annotated[str | None, typer.Option("--document-date", help="Ngày của văn bản kết quả.")]
_STATUS_HELP = f"Mã trạng thái ({', '.join(Status)}); nêu được nhiều lần."
Act = Callable[..., Sequence[Any]]


@app.command("list")
def list_(  # one parameter per option of interface.md
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan chủ trì.")] = None,
    duty: Annotated[str | None, typer.Option(help="Mã nhiệm vụ, ví dụ 3.4.b2.")] = None,
    status: Annotated[list[str] | None, typer.Option(help=_STATUS_HELP)] = None,
    search: Annotated[str, typer.Option(help="Từ khóa, không cần dấu.")] = "",
    section: Annotated[str | None, typer.Option(help="Phần của danh mục.")] = None,
    group: Annotated[str | None, typer.Option(help="Mã nhóm cơ quan.")] = None,
    decision: DecisionKey = None,
    limit: Limit = 50,
    offset: Offset = 0,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Liệt kê nhiệm vụ với trạng thái tính đến một ngày."""
    wanted = TaskFilter(decision, agency, duty, section, group, _statuses(status or []), search)
    with reading(open_database()) as session:
        found = list_tasks(session, as_of(session, reading_time(moment)), wanted, Page(limit, offset))
    if as_json:
        print_json({"total": found.total, "items": [row_document(row) for row in found.items]})
        return
    print_table(
        ("ID", "Nhiệm vụ", "Cơ quan", "Hạn", "Trạng thái", "Quá hạn (ngày)"),
        [
            (row.id, row.duty, row.agency_name, row.due, row.status.label, row.days_late or None)
            for row in found.items
        ],
        right=(0, 5),
    )
    print(f"{len(found.items)} trong {found.total} nhiệm vụ.")


@app.command("show")
def show_(number: Number, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Xem một nhiệm vụ và mọi thay đổi của nó."""
    with reading(open_database()) as session:
        history = task_history(session, as_of(session, reading_time(moment)), number)
        if as_json:
            print_json(history_document(history))
        else:
            print_histories([history])


@app.command("start")
def start(
    ids: Numbers,
    on: On = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Ghi nhận cơ quan đã bắt đầu thực hiện."""
    _act(tracker.start, ids, _grounds(reason, on), by, moment, as_json)


@app.command("declare")
def declare(  # one parameter per option of interface.md
    ids: Numbers,
    on: On = None,
    document: Document = "",
    document_date: DocumentDate = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Cơ quan báo hoàn thành; ngày của văn bản kết quả, nếu có, là ngày được tính."""
    _act(tracker.declare, ids, _grounds(reason, on, document, document_date), by, moment, as_json)


@app.command("confirm")
def confirm(  # one parameter per option of interface.md
    ids: Numbers,
    on: On = None,
    document: Document = "",
    document_date: DocumentDate = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Xác nhận điều cơ quan đã báo; --on hoặc --document-date ấn định ngày được tính. Người báo không tự xác nhận."""
    _act(tracker.confirm, ids, _grounds(reason, on, document, document_date), by, moment, as_json)


@app.command("return")
def return_(
    ids: Numbers,
    on: On = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Trả lại điều cơ quan đã báo, kèm lý do."""
    _act(tracker.return_, ids, _grounds(reason, on), by, moment, as_json)


@app.command("not-applicable")
def not_applicable(
    ids: Numbers,
    on: On = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Cơ quan báo không thuộc phạm vi hoặc không phát sinh; chờ xác nhận như báo hoàn thành."""
    _act(tracker.declare_not_applicable, ids, _grounds(reason, on), by, moment, as_json)


@app.command("cancel")
def cancel(
    ids: Numbers,
    on: On = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Hủy nhiệm vụ, kèm lý do."""
    _act(tracker.cancel, ids, _grounds(reason, on), by, moment, as_json)


@app.command("reopen")
def reopen(
    ids: Numbers,
    on: On = None,
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Mở lại nhiệm vụ đã xong, không phát sinh hoặc đã hủy, kèm lý do."""
    _act(tracker.reopen, ids, _grounds(reason, on), by, moment, as_json)


@app.command("extend")
def extend(
    number: Number,
    to: Annotated[str, typer.Option("--to", help="Ngày cuối cùng xin gia hạn đến.")],
    reason: Reason = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Cơ quan xin gia hạn, kèm lý do."""
    day, now = day_given(to, "--to"), acting(moment)
    assert day is not None
    with writing(open_database()) as session:
        ask_extension(session, number, day, reason, actor_of(session, by), now)
        _print(session, [number], now, as_json)


@app.command("grant")
def grant(
    number: Number, reason: Reason = "", by: By = None, moment: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Đồng ý gia hạn: ngày xin thành hạn có hiệu lực từ nay."""
    now = acting(moment)
    with writing(open_database()) as session:
        grant_extension(session, number, actor_of(session, by), now, reason)
        _print(session, [number], now, as_json)


@app.command("refuse")
def refuse(
    number: Number, reason: Reason = "", by: By = None, moment: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Không đồng ý gia hạn, kèm lý do; hạn giữ nguyên."""
    now = acting(moment)
    with writing(open_database()) as session:
        refuse_extension(session, number, actor_of(session, by), now, reason)
        _print(session, [number], now, as_json)


app.command("close-out")(close_out_tasks)


def _statuses(words: Sequence[str]) -> tuple[Status, ...]:
    unknown = [word for word in words if word not in set(Status)]
    if unknown:
        raise typer.BadParameter(
            f"--status không có «{', '.join(unknown)}»; hãy chọn trong: {', '.join(Status)}."
        )
    return tuple(Status(word) for word in words)


def _grounds(reason: str, on: str | None, document: str = "", document_date: str | None = None) -> Grounds:
    return Grounds(reason, document, day_given(document_date, "--document-date"), day_given(on, "--on"))


def _act(
    act: Act, ids: Sequence[int], grounds: Grounds, by: str | None, moment: str | None, as_json: bool
) -> None:
    now = acting(moment)
    with writing(open_database()) as session:
        act(session, ids, actor_of(session, by), now, grounds)
        _print(session, ids, now, as_json)


def _print(session: Session, ids: Sequence[int], now: datetime, as_json: bool) -> None:
    """Print the tasks as they now stand: one alone as an object, several as a list."""
    numbers = list(dict.fromkeys(ids))
    found = task_histories(session, after_acting(session, now), numbers)
    if as_json:
        documents = [history_document(history) for history in found]
        print_json(documents[0] if len(documents) == 1 else documents)
    else:
        print_histories(found)
