"""`dondoc simulate`: the whole half-year rehearsed before anything is sent."""

import gc
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from catalog.days import HANOI
from catalog.decision_file import shipped_keys
from catalog.errors import Fault, FaultyDataError
from dondoc.commands.opening import DecisionKey, letterhead, login_of, open_database
from dondoc.commands.output import JsonFlag, print_json, print_table, show
from dondoc.commands.progress import counting
from dondoc.settings import read_settings
from notifications.content.kinds import KIND_NAMES
from notifications.rehearsal import (
    MORNING,
    Rehearsal,
    RehearsedDay,
    copy_in_memory,
    rehearse,
    totals,
)
from notifications.rehearsal_page import rehearsal_page
from tasks.activation import activate
from tasks.calendars import calendar_of
from tasks.database import reading, writing
from tasks.intake import stored_decision, take_in
from tasks.models import Decision, Task
from tasks.scenario import Scenario

app = typer.Typer(help="Diễn tập cả kỳ, không ghi và không gửi gì.")

Day = Annotated[str, typer.Option(help="Ngày, dạng 2025-07-25.")]


@app.command()
def simulate(  # one parameter per option of interface.md
    start: Annotated[str, typer.Option("--from", help="Ngày bắt đầu, dạng 2025-07-25.")],
    end: Annotated[str, typer.Option("--to", help="Ngày kết thúc, tính cả ngày đó.")],
    scenario: Annotated[
        Scenario, typer.Option(help="Các cơ quan làm gì: silent, punctual hay mixed.")
    ] = Scenario.SILENT,
    decision: DecisionKey = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Ghi lịch thư ra tệp .html.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Chạy thử từng ngày trên bản sao trong bộ nhớ: ngày nào, gửi cho ai, thư gì. Không ghi và không gửi gì."""
    asked = _asked(start, end, scenario)
    settings = read_settings()
    gc.disable()  # the play is short and makes no cycles worth looking for: a fifth of its time
    engine = _copy(open_database(settings), asked, decision)
    with counting("Diễn tập", quiet=as_json) as progress:
        days = list(rehearse(engine, asked, letterhead(settings), progress))
    if output is not None:
        output.write_text(rehearsal_page(days, asked), encoding="utf-8")
    if as_json:
        print_json({"days": [_day(day) for day in days], "totals": totals(days)})
        return
    _print(days)
    if output is not None:
        print(f"Lịch thư từng ngày: {output}")


def _asked(start: str, end: str, scenario: Scenario) -> Rehearsal:
    faults, days = [], []
    for name, text in (("--from", start), ("--to", end)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            faults.append(
                Fault(f"Ngày «{text}» của {name} không đọc được.", remedy="Hãy ghi dạng 2025-07-25.")
            )
    if not faults and days[1] < days[0]:
        faults.append(Fault("Ngày kết thúc ở trước ngày bắt đầu.", remedy="Hãy đổi chỗ --from và --to."))
    if faults:
        raise FaultyDataError(faults)
    return Rehearsal(days[0], days[1], scenario)


def _copy(source: Engine, asked: Rehearsal, key: str | None) -> Engine:
    """Return the copy to play on: what is loaded, else a shipped decision issued and activated on the first day."""
    with reading(source) as session:
        loaded = session.scalar(select(Decision.id).limit(1)) is not None
    engine = copy_in_memory(source if loaded else None)
    morning = datetime.combine(asked.start, MORNING, HANOI)
    with writing(engine) as session:
        if not loaded:
            take_in(session, key or shipped_keys()[0], asked.start, login_of(None), morning)
        for row in session.scalars(select(Decision)):
            if row.active_since is None:
                _as_if_loaded(session, row, morning)
            activate(session, row, morning, calendar_of(session), login_of(None))
        if key is not None:
            _silence_others(stored_decision(session, key), session)
    return engine


def _as_if_loaded(session: Session, row: Decision, morning: datetime) -> None:
    """Let a silent decision's tasks begin with the play, whenever it was really loaded."""
    late = update(Task).where(Task.decision_id == row.id, Task.since > morning)
    session.execute(late.values(since=morning).execution_options(synchronize_session=False))


def _silence_others(kept: Decision, session: Session) -> None:
    for row in session.scalars(select(Decision).where(Decision.id != kept.id)):
        row.active_since = None


def _day(day: RehearsedDay) -> dict[str, Any]:
    messages = [
        {"agency": one.agency, "kinds": list(one.kinds), "subject": one.subject, "about": list(one.about)}
        for one in day.messages
    ]
    return {"on": day.on, "working": day.working, "messages": messages}


def _print(days: list[RehearsedDay]) -> None:
    rows = [
        (show(day.on), len(day.messages), ", ".join(KIND_NAMES[kind].lower() for kind in _kinds(day)))
        for day in days
        if day.messages
    ]
    print_table(("Ngày", "Số thư", "Gồm"), rows, right=[1])
    counted = [(KIND_NAMES[kind], count) for kind, count in totals(days).items()]
    print_table(("Loại thông báo", "Số thư"), counted, right=[1])


def _kinds(day: RehearsedDay) -> list[str]:
    return sorted({kind for message in day.messages for kind in message.kinds}, key=list(KIND_NAMES).index)
