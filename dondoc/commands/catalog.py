"""`dondoc catalog`: decisions as files and in the database."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import read_directory
from catalog.decision import Decision
from catalog.decision_file import read_decision, shipped_keys
from catalog.errors import FaultyDataError
from catalog.expansion import Plan, expand
from documents.draft_sheet.reader import is_draft_sheet
from dondoc.commands.acting import coordinator, day_given
from dondoc.commands.amending import amend_decision
from dondoc.commands.draft_sheets import import_sheet, write_sheet
from dondoc.commands.importing import import_file
from dondoc.commands.opening import By, acting, letterhead, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table, show
from dondoc.settings import read_settings
from notifications.sweep import Swept, sweep
from tasks import models
from tasks.activation import activate
from tasks.calendars import calendar_of
from tasks.database import reading, writing
from tasks.directories import stored_directory
from tasks.intake import checked_decision, current_decision, stored_decision, take_in

app = typer.Typer(no_args_is_help=True, help="Quyết định và danh mục nhiệm vụ.")

FileOrKey = Annotated[str, typer.Argument(help="Tệp YAML, hoặc mã quyết định có sẵn.")]
IssuedOn = Annotated[str | None, typer.Option("--issued-on", help="Ngày ban hành, dạng 2025-07-25.")]


@app.command("list")
def list_decisions(as_json: JsonFlag = False) -> None:
    """Liệt kê quyết định đã nạp và quyết định có sẵn."""
    with reading(open_database()) as session:
        loaded = {row.key: row for row in session.scalars(select(models.Decision))}
        rows = [_listed(key, loaded.get(key)) for key in sorted({*loaded, *shipped_keys()})]
    if as_json:
        print_json(rows)
    else:
        print_table(
            ("Khóa", "Tình trạng", "Số", "Ngày ban hành", "Tên"),
            [(row["key"], _condition(row), row["number"], row["issued_on"], row["title"]) for row in rows],
        )


@app.command()
def check(source: FileOrKey, issued_on: IssuedOn = None, as_json: JsonFlag = False) -> None:
    """Kiểm tra một tệp quyết định; nêu mọi lỗi cùng lúc, không ghi gì."""
    with reading(open_database()) as session:
        decision = checked_decision(session, source, day_given(issued_on, "--issued-on"))
        plan = _plan(decision, session)
    counts = {
        "key": decision.key,
        "duties": len(plan.duties),
        "tasks": sum(len(entry.leads) for entry in plan.duties),
    }
    if as_json:
        print_json({"ok": True, **counts, "notes": list(plan.notes)})
        return
    print(f"Không có lỗi: {counts['duties']} nhiệm vụ, sẽ thành {counts['tasks']} việc của các cơ quan.")
    _print_notes(plan.notes)


@app.command()
def load(  # one parameter per option of interface.md
    source: FileOrKey,
    issued_on: IssuedOn = None,
    start: Annotated[bool, typer.Option("--activate", help="Kích hoạt ngay sau khi nạp.")] = False,
    indicators: Annotated[
        Path | None,
        typer.Option("--indicators", help="Tệp chỉ tiêu số liệu; mặc định là tệp .chi-tieu.yaml bên cạnh."),
    ] = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Nạp một quyết định; nạp lại không đổi gì. Quyết định nạp xong còn im lặng cho đến khi kích hoạt."""
    now = acting(as_of)
    with writing(open_database()) as session:
        login = coordinator(session, by)
        key, loaded = take_in(session, source, day_given(issued_on, "--issued-on"), login, now, indicators)
        swept = _activate(session, key, login, now) if start else None
        notes = list(stored_decision(session, key).notes)
    counts = {
        "added": loaded.added,
        "changed": loaded.changed,
        "unchanged": loaded.unchanged,
        "tasks": loaded.tasks,
    }
    if as_json:
        print_json(counts)
        return
    print(
        f"Đã nạp {key}: thêm {loaded.added}, đổi {loaded.changed}, giữ nguyên {loaded.unchanged} nhiệm vụ; "
        f"{loaded.tasks} việc."
    )
    _print_notes(notes)
    _print_activation(swept)


@app.command("activate")
def activate_decision(key: FileOrKey, by: By = None, as_of: AsOf = None, as_json: JsonFlag = False) -> None:
    """Kích hoạt: bắt đầu đôn đốc theo quyết định; thư giao nhiệm vụ được xếp vào hộp thư đi."""
    now = acting(as_of)
    with writing(open_database()) as session:
        login = coordinator(session, by)
        swept = _activate(session, stored_decision(session, key).key, login, now)
        since = stored_decision(session, key).active_since
    if as_json:
        print_json({"key": key, "active_since": since, "mails": swept.mails if swept else 0})
    else:
        _print_activation(swept)


@app.command("show")
def show_decision(key: Annotated[str | None, typer.Argument()] = None, as_json: JsonFlag = False) -> None:
    """Xem một quyết định: các nhiệm vụ nguyên văn, thời hạn đã đọc, các lần báo cáo."""
    with reading(open_database()) as session:
        document = _shown(session, key)
    if as_json:
        print_json(document)
        return
    head = document["decision"]
    print(head["title"])
    print_table(
        ("Mã", "Nhiệm vụ", "Chủ trì", "Thời gian", "Hạn", "Số cơ quan"),
        [
            (
                duty["code"],
                duty["text"],
                duty["lead"],
                duty["deadline"]["text"],
                duty["deadline"]["due"],
                duty["members"],
            )
            for duty in document["duties"]
        ],
        right=[5],
    )
    print_table(
        ("Lần", "Nguyên văn", "Mở", "Ngày cuối đúng hạn", "Phải báo cáo"),
        [
            (item["code"], item["text"], item["opens"], item["due"], item["expected"])
            for item in document["rounds"]
        ],
        right=[4],
    )
    _print_notes(head["assumptions"])


@app.command("import")
def import_decision(
    file: Annotated[Path, typer.Argument(help="Tệp .docx, .xlsx, .pdf, .txt, hoặc trang tính của bản nháp.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Ghi bản nháp YAML ra tệp này.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Đọc danh mục nhiệm vụ từ văn bản, hoặc từ trang tính đã sửa của bản nháp, thành bản nháp; không nạp gì."""
    if is_draft_sheet(file):
        import_sheet(file, output, as_json)
    else:
        import_file(file, output, as_json)


@app.command("sheet")
def export_sheet(
    file: Annotated[Path, typer.Argument(help="Bản nháp hoặc tệp quyết định .yaml.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp .xlsx sẽ ghi.")],
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Ghi bản nháp thành trang tính Excel để sửa; nhập lại bằng catalog import."""
    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter("Hãy đặt tên tệp có đuôi .xlsx.")
    write_sheet(file, output, acting(as_of), as_json)


app.command("amend")(amend_decision)


def _activate(session: Session, key: str, login: str, now: Any) -> Swept | None:
    decision = stored_decision(session, key)
    if not activate(session, decision, now, calendar_of(session), login):
        return None
    session.flush()
    return sweep(session, now, letterhead(read_settings()))


def _shown(session: Session, key: str | None) -> dict[str, Any]:
    row = session.scalar(select(models.Decision).where(models.Decision.key == key)) if key else None
    if row is None and (key is None or key not in shipped_keys()):
        row = stored_decision(session, key)
    if row is None:
        decision, faults = read_decision(str(key))
        if decision is None:
            raise FaultyDataError(faults)
    else:
        decision = current_decision(row)
    since = None if row is None else row.active_since
    return _document(decision, _plan(decision, session), since)


def _document(decision: Decision, plan: Plan, active_since: Any) -> dict[str, Any]:
    keys = ("key", "number", "issued_on", "title", "issuer", "coordinator", "confirmer")
    return {
        "decision": {
            **{name: getattr(decision, name) for name in keys},
            "active_since": active_since,
            "assumptions": list(decision.assumptions),
        },
        "rounds": [
            {
                "code": item.code,
                "text": item.text,
                "opens": item.opens,
                "due": item.due,
                "expected": len(item.expected),
            }
            for item in plan.rounds
        ],
        "duties": [
            {
                "code": entry.duty.code,
                "section": entry.duty.section,
                "text": entry.duty.text,
                "lead": entry.duty.lead,
                "support": entry.duty.support,
                "deadline": {
                    "text": entry.duty.deadline,
                    "kind": entry.reading.kind.value,
                    "start": entry.start,
                    "due": entry.due,
                },
                "members": len(entry.leads),
            }
            for entry in plan.duties
        ],
    }


def _plan(decision: Decision, session: Session) -> Plan:
    directory = stored_directory(session, decision.directory)
    if directory is None:
        directory, faults = read_directory(decision.directory)
        if directory is None:
            raise FaultyDataError(faults)
    plan, faults = expand(decision, directory, issued_on=decision.issued_on)
    if faults:
        raise FaultyDataError(faults)
    return plan


def _listed(key: str, row: models.Decision | None) -> dict[str, Any]:
    if row is None:
        decision, _ = read_decision(key)
        title = decision.title if decision else ""
        return {
            "key": key,
            "loaded": False,
            "active_since": None,
            "number": None,
            "issued_on": None,
            "title": title,
        }
    shown = ("active_since", "number", "issued_on", "title")
    return {"key": key, "loaded": True, **{name: getattr(row, name) for name in shown}}


def _condition(row: dict[str, Any]) -> str:
    if not row["loaded"]:
        return "chưa nạp"
    return f"đang đôn đốc từ {show(row['active_since'])}" if row["active_since"] else "đã nạp, chưa kích hoạt"


def _print_notes(notes: Any) -> None:
    for note in notes:
        print(f"  Lưu ý: {note}")


def _print_activation(swept: Swept | None) -> None:
    if swept is not None:
        print(f"Đã kích hoạt; {swept.mails} thư giao nhiệm vụ chờ gửi. Gửi bằng: dondoc deliver")
