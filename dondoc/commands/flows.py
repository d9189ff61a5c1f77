"""`dondoc flows`: run a flow here, list the flows, and write the deployments to a Prefect server."""

import signal
import sys
from typing import Annotated, Any

import typer

from dondoc.clock import acting_moment
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from dondoc.commands.running import OutsideFailure
from dondoc.settings import read_settings
from flows.errors import PrefectAwayError, UnfinishedError
from flows.names import FLOWS
from flows.running import run_flow
from flows.server import prefect_server

app = typer.Typer(help="Các luồng Prefect.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Tên luồng; xem dondoc flows list.")]
DecisionKey = Annotated[
    str | None, typer.Option("--decision", help="Chỉ lần báo cáo của quyết định này (collect-rounds).")
]
RoundCode = Annotated[str | None, typer.Option("--round", help="Chỉ lần báo cáo này (collect-rounds).")]


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
        print_table(("Kết quả", ""), [(key, _plain(value)) for key, value in returned.items()])


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


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {count}" for key, count in value.items()) or "không"
    if isinstance(value, list):
        return "; ".join(_plain(entry) for entry in value) or "không"
    return str(value)
