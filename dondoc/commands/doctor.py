"""`dondoc doctor`: looks at everything that mail depends on, and says what to do about what is not well."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from urllib.request import Request, urlopen

import typer
from sqlalchemy import Engine

from dondoc.clock import HANOI, acting_moment, system_clock
from dondoc.commands.opening import letterhead
from dondoc.commands.output import AsOf, JsonFlag, print_json
from dondoc.settings import Settings, prefect_api_url, prepare_prefect, read_settings
from flows.health import check_clock, check_prefect
from notifications.delivering.sending import transport_for
from notifications.health import check_mail
from notifications.webhooks.health import check_webhooks
from tasks.database import open_engine, reading
from tasks.health import Check, check_database, check_office
from tasks.runs import last_runs

app = typer.Typer(help="Kiểm tra tình trạng hệ thống.")

_LEAST_FREE = 500_000_000  # bytes; a year of mails and two weeks of copies of one city
_PINGING = 10  # seconds a heartbeat may take
_TITLES = {
    "database": "Cơ sở dữ liệu", "clock": "Đồng hồ", "prefect": "Máy chủ Prefect", "workers": "Máy chạy luồng",
    "deployments": "Lịch trên Prefect", "mail": "Máy chủ thư", "unsent": "Thư chờ gửi", "dead": "Thư hỏng",
    "sweep": "Lần quét", "disk": "Đĩa", "addresses": "Địa chỉ thư", "assumed": "Cơ quan giả định",
    "zone": "Múi giờ", "heartbeat": "Báo nhịp", "webhooks": "Báo thay đổi", "key": "Khóa ký",
}  # fmt: skip


@app.command()
def examine(
    pool: Annotated[str, typer.Option("--pool", help="Nhóm máy (work pool) chạy các luồng.")] = "dondoc",
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Kiểm tra mọi thứ mà việc gửi thư cần đến; có mục hỏng thì kết thúc với mã 1."""
    settings, now = read_settings(), acting_moment(as_of)
    checks = list(_checks(settings, pool, now))
    if settings.heartbeat_url:
        checks.append(_ping(settings.heartbeat_url, well=all(check.ok for check in checks)))
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        _print(checks)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _checks(settings: Settings, pool: str, now: datetime) -> Iterator[Check]:
    engine = open_engine(settings.database)
    try:
        database = check_database(engine)
        yield database
        yield check_mail(transport_for(settings, letterhead(settings).sender.address))
        yield _disk(settings)
        yield _zone()
        if database.ok and _has_tables(database):
            yield from _of_the_office(settings, engine, pool, now)
    finally:
        engine.dispose()


def _has_tables(database: Check) -> bool:
    return "chưa có bảng" not in database.detail


def _of_the_office(settings: Settings, engine: Engine, pool: str, now: datetime) -> Iterator[Check]:
    prepare_prefect(settings)
    with reading(engine) as session:
        yield from check_office(session, now)
        yield _key(settings, {run.place.partition(":")[0] for run in last_runs(session).values()})
        yield check_webhooks(session, now)
    yield check_clock(engine, now)
    yield from check_prefect(settings, engine, pool, now)


def _disk(settings: Settings) -> Check:
    folder = settings.home.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    detail = f"Còn {free / 1e9:.1f} GB trống tại {settings.home}.".replace(".", ",", 1)
    if free >= _LEAST_FREE:
        return Check("disk", ok=True, detail=detail)
    remedy = (
        "Dọn đĩa: bản sao cũ trong thư mục backups, thư .eml đã gửi, nội dung thư cũ (dondoc outbox purge)."
    )
    return Check("disk", ok=False, detail=detail, remedy=remedy)


def _zone() -> Check:
    now = system_clock()
    there = now.astimezone()
    if there.utcoffset() == now.astimezone(HANOI).utcoffset():
        return Check("zone", ok=True, detail="Máy ở giờ Việt Nam.")
    return Check(
        "zone", ok=True, detail=f"Máy ở múi giờ {there:%Z (UTC%z)}; mọi ngày giờ của hệ thống vẫn theo giờ Việt Nam."
    )  # fmt: skip


def _key(settings: Settings, machines: set[str]) -> Check:
    """Look whether every machine that shares the database signs with the same key; a home's own key serves one machine.

    `machines` have run something on this database. That their keys are the same cannot be seen from here.
    """
    if settings.secret_key is not None:
        return Check("key", ok=True, detail="DONDOC_SECRET_KEY đã đặt; mọi máy mở cổng phải cùng một khóa.")
    if settings.database.startswith("sqlite"):
        return Check("key", ok=True, detail="Khóa ở thư mục của máy này, đủ cho một máy.")
    several = len(machines) > 1 or prefect_api_url() is not None
    remedy = (
        "Nếu nhiều máy cùng mở cổng, đặt cùng một DONDOC_SECRET_KEY (hoặc DONDOC_SECRET_KEY_FILE) trên mọi máy rồi "
        "khởi động lại; khác khóa thì biểu mẫu gửi sang máy kia bị từ chối."
    )
    detail = "Chưa đặt DONDOC_SECRET_KEY, mỗi máy tự giữ một khóa riêng trong thư mục của mình."
    return Check("key", ok=not several, detail=detail, remedy=remedy)


def _ping(url: str, *, well: bool) -> Check:
    """Tell a watcher outside how it is; one that hears nothing for long raises the alarm itself."""
    address = url if well else f"{url.rstrip('/')}/fail"
    request = Request(address, method="POST")  # noqa: S310  # the operator's own setting
    try:
        with urlopen(request, timeout=_PINGING):  # noqa: S310  # as above
            return Check("heartbeat", ok=True, detail=f"Đã báo nhịp tới {address}.")
    except OSError as error:
        remedy = "Kiểm tra DONDOC_HEARTBEAT_URL và đường mạng ra ngoài."
        return Check(
            "heartbeat", ok=False, detail=f"Không báo được nhịp tới {address}: {error}.", remedy=remedy
        )


def _print(checks: list[Check]) -> None:
    for check in checks:
        print(f"{'✓' if check.ok else '✗'} {_TITLES[check.name]}: {check.detail}")
        if check.remedy:
            print(f"    → {check.remedy}")
    failing = sum(not check.ok for check in checks)
    print("Mọi mục đều tốt." if not failing else f"{failing} mục cần xử lý.")
