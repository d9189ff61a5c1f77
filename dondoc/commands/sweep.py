"""`dondoc sweep`: look at the state and queue what must be said."""

from typing import Any

import typer

from dondoc.commands.opening import letterhead
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table, show
from dondoc.commands.progress import counting
from dondoc.commands.running import OutsideFailure
from flows.office import Office, recorded
from notifications.content.kinds import KIND_NAMES
from notifications.sweep import Swept, sweep
from tasks.database import writing

app = typer.Typer(help="Quét và xếp thư phải gửi trong ngày.")


@app.command()
def run_sweep(as_of: AsOf = None, as_json: JsonFlag = False) -> None:
    """Xem tình trạng trong ngày và xếp thư phải gửi; chạy lại trong ngày không xếp thêm thư nào trùng."""
    with Office(as_of) as office, recorded(office, "sweep") as outcome:
        head = letterhead(office.settings)
        with counting("Soạn thư", quiet=as_json) as progress, writing(office.engine) as session:
            swept = sweep(session, office.now, head, progress)
        outcome.ok = not swept.failed
        outcome.said = f"Ngày {show(swept.as_of)}: xếp {swept.mails} thư, {swept.failed} thư không soạn được."
    if as_json:
        print_json(_document(swept))
    else:
        _print(swept)
    if swept.failed:
        raise OutsideFailure(f"{swept.failed} thư không soạn được; xem dondoc outbox list --status dead.")


def _document(swept: Swept) -> dict[str, Any]:
    skipped = [{"key": key, "reason": reason} for key, reason in swept.skipped]
    return {
        "as_of": swept.as_of,
        "working_day": swept.working_day,
        "mails": swept.mails,
        "notices": swept.notices,
        "skipped": skipped,
        "superseded": swept.superseded,
        "rounds_opened": list(swept.opened),
        "rounds_closed": list(swept.closed),
    }


def _print(swept: Swept) -> None:
    if not swept.working_day:
        print(f"Ngày {show(swept.as_of)} là ngày nghỉ: không gửi thư đôn đốc.")
    print(
        f"Ngày {show(swept.as_of)}: xếp {swept.mails} thư; {swept.superseded} thư cũ không gửi được đã thay bằng thư mới."
    )
    if swept.notices:
        rows = [(KIND_NAMES[kind], count) for kind, count in swept.notices.items()]
        print_table(("Loại thông báo", "Số lượng"), rows, right=[1])
    for key, reason in swept.skipped:
        print(f"  Bỏ qua {key}: {reason}")
