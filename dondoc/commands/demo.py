"""`dondoc demo`: the main job on the first decision, played day by day with a stated mix of agencies, then shown."""

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine, select

from catalog.days import HANOI
from catalog.decision_file import shipped_keys
from dondoc.clock import running_from
from dondoc.commands.opening import letterhead, login_of, open_database, reading_time
from dondoc.commands.output import print_table, show
from dondoc.commands.progress import counting
from dondoc.settings import Settings, read_settings
from flows.running import run_flow
from flows.server import prefect_server
from notifications.content.kinds import KIND_NAMES
from notifications.delivering.eml_folder import EmlFolder
from notifications.playing import PlayedDay, Stage, play
from notifications.rehearsal import MORNING
from tasks.activation import activate
from tasks.asof import as_of
from tasks.calendars import calendar_of
from tasks.database import reading, writing
from tasks.errors import DomainError
from tasks.intake import stored_decision, take_in
from tasks.models import Decision
from tasks.queries.lists import Page, overdue
from tasks.rounds.rounds import find_round
from tasks.rounds.standing import standing_of_round
from tasks.scenario import Scenario

app = typer.Typer(help="Chạy thử quyết định đầu tiên trong sáu tuần.")

ISSUED, LAST_DAY = date(2025, 7, 25), date(2025, 9, 8)
_MARK = "chay-thu"  # stands in a home that only ever held a demonstration
_DATA = ("dondoc.sqlite3", "dondoc.sqlite3-wal", "dondoc.sqlite3-shm", "mail")


@app.command()
def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Xong thì mở trang xem trên máy này.")
    ] = True,
    port: Annotated[int, typer.Option(help="Cổng của trang xem.")] = 8000,
) -> None:
    """Nạp quyết định, chơi lại từng ngày từ khi ban hành đến 08/9/2025, rồi cho xem kết quả. Không gửi thư ra ngoài."""
    settings = read_settings()
    _fresh_home(settings)
    engine = open_database(settings)
    key = _load(engine)
    print(f"Quyết định {key}; giả định ngày ban hành {show(ISSUED)} vì bản nguồn để trống số và ngày.")
    print("Giả định các cơ quan: khoảng 60 % đúng hạn, 25 % chậm hai ngày làm việc, 15 % im lặng.")
    stage = Stage(engine, letterhead(settings), EmlFolder(settings.mail_folder), Scenario.MIXED)
    with counting("Từng ngày") as progress:
        days = list(play(stage, ISSUED, LAST_DAY, progress))
    _print_days(days)
    _print_standing(engine, key)
    _run_one_flow(settings)
    print(f"Thư đã gửi (mỗi thư một tệp .eml): {settings.mail_folder.absolute()}")
    if serve:
        _serve(settings, engine, port)


def _fresh_home(settings: Settings) -> None:
    """Make the home ready: an earlier demonstration is cleared away, anything else in it is never touched."""
    mark = settings.home / _MARK
    if settings.database_url is not None:
        raise DomainError(
            "Chạy thử chỉ dùng SQLite trong DONDOC_HOME; hãy bỏ DONDOC_DATABASE_URL khi chạy dondoc demo."
        )
    if mark.exists():
        for name in _DATA:
            _remove(settings.home / name)
    elif (settings.home / _DATA[0]).exists() and _has_decisions(settings):
        raise DomainError(
            f"Thư mục {settings.home} đã có dữ liệu thật; hãy chạy thử ở chỗ khác, "
            "ví dụ: DONDOC_HOME=./chay-thu dondoc demo."
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    mark.write_text("Thư mục này chỉ chứa dữ liệu chạy thử; dondoc demo xóa và làm lại.\n", encoding="utf-8")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _has_decisions(settings: Settings) -> bool:
    with reading(open_database(settings)) as session:
        return session.scalar(select(Decision.id).limit(1)) is not None


def _load(engine: Engine) -> str:
    morning, login = datetime.combine(ISSUED, MORNING, HANOI), login_of(None)
    with writing(engine) as session:
        key, loaded = take_in(session, shipped_keys()[0], ISSUED, login, morning)
        activate(session, stored_decision(session, key), morning, calendar_of(session), login)
    print(f"Đã nạp {loaded.added} nhiệm vụ thành {loaded.tasks} việc của các cơ quan.")
    return key


def _print_days(days: list[PlayedDay]) -> None:
    rows = [
        (
            show(day.swept.as_of),
            day.sent,
            ", ".join(f"{KIND_NAMES[kind].lower()} {count}" for kind, count in day.swept.notices.items()),
        )
        for day in days
        if day.sent
    ]
    print_table(("Ngày", "Thư", "Thông báo trong thư"), rows, right=[1])
    totals: dict[str, int] = {}
    for day in days:
        for kind, count in day.swept.notices.items():
            totals[kind] = totals.get(kind, 0) + count
    print_table(
        ("Loại thông báo", "Số lượng"),
        [(KIND_NAMES[kind], totals[kind]) for kind in sorted(totals)],
        right=[1],
    )
    print(f"Tất cả {sum(day.sent for day in days)} thư trong {len(days)} ngày.\n")


def _print_standing(engine: Engine, key: str) -> None:
    with reading(engine) as session:
        view = as_of(session, reading_time(LAST_DAY.isoformat()))
        first = standing_of_round(session, find_round(session, stored_decision(session, key), "lan-1"), view)
        late = overdue(session, view, page=Page(limit=10))
    print(f"Báo cáo {first.text} (hết ngày {show(first.due)}), tính đến hết ngày {show(LAST_DAY)}:")
    print_table(
        ("Phải báo cáo", "Đúng hạn", "Chậm", "Chưa nộp"),
        [(first.expected, first.on_time, first.late, len(first.missing))],
        right=range(4),
    )
    print(f"\nQuá hạn lâu nhất (tất cả {late.total} việc quá hạn):")
    print_table(
        ("Cơ quan", "Nhiệm vụ", "Hạn", "Quá hạn (ngày)"),
        [(row.agency_name, row.duty, row.due, row.days_late) for row in late.items],
        right=[3],
    )


def _run_one_flow(settings: Settings) -> None:
    """Run the morning sweep once as a real Prefect flow: on a day already swept it must have nothing more to say."""
    print("\nMột lượt quét qua Prefect …", flush=True)
    with prefect_server(settings):
        returned = run_flow("sweep", as_of=LAST_DAY.isoformat())
    print(f"Luồng Prefect «sweep» chạy xong, xếp thêm {returned['mails']} thư.")


def _serve(settings: Settings, engine: Engine, port: int) -> None:
    import uvicorn  # deferred: --no-serve needs neither

    from web.app import create_app

    clock = running_from(datetime.combine(LAST_DAY, MORNING, HANOI))
    print(f"Trang xem (chỉ đọc): http://127.0.0.1:{port} — dừng bằng Ctrl+C.", flush=True)
    uvicorn.run(
        create_app(settings, engine, clock, demo=True), host="127.0.0.1", port=port, log_level="warning"
    )
