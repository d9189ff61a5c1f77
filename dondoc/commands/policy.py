"""`dondoc policy`: the ladder of urging, explained."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from catalog.errors import FaultyDataError
from catalog.policy import Policy, Rung
from catalog.policy_file import read_policy
from catalog.policy_words import rung_day, rung_kind, rung_tells, sentences
from dondoc.commands.output import JsonFlag, print_json, print_table

app = typer.Typer(no_args_is_help=True, help="Lịch đôn đốc: bậc nào, ngày nào, báo cho ai.")

PolicyName = Annotated[str, typer.Argument(help="Khóa của lịch có sẵn, hoặc đường dẫn tệp YAML.")]


@app.callback()
def _group() -> None:
    """Hold the group, so that `show` keeps its name."""


@app.command("show")
def show(policy: PolicyName = "default", as_json: JsonFlag = False) -> None:
    """Giải thích lịch đôn đốc bằng lời và bằng bảng."""
    read, faults = read_policy(policy)
    if read is None:
        raise FaultyDataError(faults)
    if as_json:
        print_json(_document(read))
        return
    print(f"{read.name} ({read.key})\n")
    _print_rungs("Nhiệm vụ", read.tasks, of_round=False)
    _print_rungs("Lần báo cáo", read.rounds, of_round=True)
    for sentence in sentences(read):
        print(f"- {sentence}")


def _print_rungs(title: str, rungs: Sequence[Rung], *, of_round: bool) -> None:
    print(title)
    rows = [(rung_day(rung), rung_kind(rung), rung_tells(rung, of_round=of_round)) for rung in rungs]
    print_table(("Ngày", "Thư", "Báo cho"), rows)
    print()


def _document(policy: Policy) -> dict[str, Any]:
    body: dict[str, Any] = policy.model_dump(mode="json", by_alias=True)
    body["tasks"] = [_explained(rung) for rung in policy.tasks]
    body["rounds"] = [_explained(rung, of_round=True) for rung in policy.rounds]
    body["close_out"] = _explained(policy.close_out)
    return {**body, "sentences": list(sentences(policy))}


def _explained(rung: Rung, *, of_round: bool = False) -> dict[str, Any]:
    text = f"{rung_day(rung)}: {rung_kind(rung)}; báo cho {rung_tells(rung, of_round=of_round)}"
    return {"step": rung.step, "kind": rung.kind, "tell": list(rung.tell), "text": text}
