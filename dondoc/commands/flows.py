"""`dondoc flows`: run a flow here, list the flows, and write the deployments to a Prefect server."""

import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from dondoc.clock import acting_moment
from dondoc.commands.opening import open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from dondoc.commands.running import OutsideFailure
from dondoc.settings import environment_with, prepare_prefect, read_settings
from flows.errors import PrefectAwayError, UnfinishedError
from flows.names import FLOWS
from flows.running import run_flow
from flows.server import prefect_server, require_server
from flows.version import PROJECT
from tasks.database import reading
from tasks.runs import last_runs

app = typer.Typer(help="Các luồng Prefect.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Tên luồng; xem dondoc flows list.")]
DecisionKey = Annotated[
    str | None, typer.Option("--decision", help="Chỉ lần báo cáo của quyết định này (collect-rounds).")
]
RoundCode = Annotated[str | None, typer.Option("--round", help="Chỉ lần báo cáo này (collect-rounds).")]
Pool = Annotated[str, typer.Option("--pool", help="Nhóm máy (work pool) chạy các luồng.")]
Folder = Annotated[
    Path, typer.Option("--source", help="Thư mục phần mềm dondoc, như các máy chạy luồng nhìn thấy.")
]


@app.command("list")
def list_flows(as_json: JsonFlag = False) -> None:
    """Liệt kê các luồng và lịch chạy thường kỳ của từng luồng."""
    if as_json:
        print_json([{"name": name, "says": entry.says, "cron": entry.cron} for name, entry in FLOWS.items()])
        return
    rows = [(name, entry.says, entry.cron or "theo từng lần báo cáo") for name, entry in FLOWS.items()]
    print_table(("Tên", "Việc", "Lịch (giờ Việt Nam)"), rows)


@app.command()
def run(
    name: Name,
    decision: DecisionKey = None,
    code: RoundCode = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Chạy một luồng ngay trong tiến trình này; chưa có máy chủ Prefect thì một máy chủ tạm thời được dùng."""
    parameters = _parameters(name, decision, code, as_of)
    signal.signal(signal.SIGTERM, _end_in_order)
    try:
        with prefect_server(read_settings()):
            returned = run_flow(name, **parameters)
    except (UnfinishedError, PrefectAwayError) as error:
        raise OutsideFailure(str(error)) from error
    if as_json:
        print_json(returned)
    else:
        print(_said(name))


@app.command()
def deploy(
    pool: Pool = "dondoc", folder: Folder = PROJECT, as_of: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Ghi các luồng và lịch của từng lần báo cáo lên máy chủ Prefect; chạy lại chỉ sửa chỗ khác, và nói rõ."""
    now, settings = acting_moment(as_of), read_settings()
    try:
        url = require_server(settings)
        from flows.deployments import Site, deploy  # deferred: Prefect may be imported only from here on

        done = deploy(
            open_database(settings), Site(pool, folder.resolve()), now, mailbox=settings.has_bounce_mailbox
        )
    except PrefectAwayError as error:
        raise OutsideFailure(str(error)) from error
    if as_json:
        print_json({"server": url, "pool": pool, **asdict(done), "skipped": _skipped(done.skipped)})
        return
    for word, names in (
        ("Thêm", done.added),
        ("Sửa", done.updated),
        ("Bỏ", done.removed),
        ("Giữ nguyên", done.unchanged),
        ("Quy tắc tự xử lý đã đổi", done.automations),
    ):
        print(f"{word}: {len(names)}{' – ' + ', '.join(names) if names else ''}")
    for _, reason in done.skipped:
        print(f"Bỏ qua: {reason}")


@app.command()
def worker(
    pool: Pool = "dondoc",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Số luồng chạy cùng lúc trên máy này.")] = 2,
    name: Annotated[str | None, typer.Option("--name", help="Tên của máy trên trang Prefect.")] = None,
) -> None:
    """Chạy các luồng mà máy chủ Prefect giao cho máy này, đến khi dừng."""
    settings = read_settings()
    try:
        require_server(settings)
    except PrefectAwayError as error:
        raise OutsideFailure(str(error)) from error
    arguments = ["worker", "start", "--pool", pool, "--type", "process", "--limit", str(limit)]
    _become_prefect(arguments + (["--name", name] if name else []))


@app.command()
def server(
    host: Annotated[str, typer.Option("--host", help="Địa chỉ nghe.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Cổng nghe.")] = 4200,
) -> None:
    """Chạy máy chủ Prefect chung của các máy; cơ sở dữ liệu của nó theo PREFECT_SERVER_DATABASE_CONNECTION_URL."""
    prepare_prefect(read_settings())
    _become_prefect(["server", "start", "--host", host, "--port", str(port)])


def _become_prefect(arguments: list[str]) -> None:
    """Replace this process. A Ctrl-C that whoever started us ignores would keep Prefect from ending, so it is restored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    command = [sys.executable, "-m", "prefect", *arguments]
    os.execve(sys.executable, command, environment_with({}))  # noqa: S606  # no shell, and the words are ours


def _skipped(rows: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "reason": reason} for name, reason in rows]


def _parameters(name: str, decision: str | None, code: str | None, as_of: str | None) -> dict[str, Any]:
    if name not in FLOWS:
        raise typer.BadParameter(f"Không có luồng «{name}»; các luồng hiện có: {', '.join(FLOWS)}.")
    if (decision or code) and name != "collect-rounds":
        raise typer.BadParameter("--decision và --round chỉ dùng với luồng collect-rounds.")
    if as_of is not None:
        acting_moment(as_of)  # a senseless moment is told before anything is started
    parameters = {"as_of": as_of, "decision": decision, "code": code}
    return {key: value for key, value in parameters.items() if value is not None}


def _end_in_order(*_: object) -> None:
    sys.exit(128 + signal.SIGTERM)  # leaves the blocks above, so that the temporary server ends too


def _said(name: str) -> str:
    """Return what the run recorded of itself, in one sentence."""
    with reading(open_database()) as session:
        return last_runs(session)[name].said
