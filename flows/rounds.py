"""Rounds as Prefect flows: opened on their day, collected at their deadline. Both are safe to run again."""

import asyncio
import logging
from typing import Any

from prefect import flow, task

from flows.office import Office, recorded
from flows.showing import (
    PATIENCE,
    named,
    passes,
    show_link,
    show_table,
    wait_for_its_time,
    warn_of_other_code,
)
from tasks.database import writing
from tasks.rounds.collection import Collected, collect_rounds
from tasks.rounds.rounds import open_due_rounds

log = logging.getLogger(__name__)


@flow(name="open-rounds", flow_run_name=named("Mở lần báo cáo"), timeout_seconds=600)
async def open_rounds(as_of: str | None = None) -> dict[str, Any]:
    """Open every round whose day has come, with its set of expected agencies frozen."""
    await wait_for_its_time()
    await warn_of_other_code()
    opened = await _open(as_of)
    says = f"Mở {len(opened)} lần báo cáo." if opened else "Không có lần báo cáo nào đến ngày mở, hoặc đã mở."
    log.info(says)
    heads = ("Quyết định", "Lần báo cáo", "Nội dung", "Hạn", "Số cơ quan phải báo cáo")
    await show_table("opened-rounds", heads, opened, says)
    return {"opened": [row[1] for row in opened]}


@flow(name="collect-round", flow_run_name=named("Chốt lần báo cáo"), timeout_seconds=1800)
async def collect_round(
    decision: str | None = None, code: str | None = None, as_of: str | None = None
) -> dict[str, Any]:
    """Close the round at its deadline, count, name who is missing and freeze the figures; without a code, every round due.

    The dunning itself is the next morning's sweep; the run says on which day and how many it reaches.
    """
    await wait_for_its_time()
    await warn_of_other_code()
    collected, page = await _collect(as_of, decision, code)
    for one in collected:
        await _show(one, page)
    if not collected:
        log.info("Không có lần báo cáo nào vừa hết hạn mà chưa chốt.")
    return {"collected": [_document(one) for one in collected]}


@task(name="open", retry_condition_fn=passes, **PATIENCE)
async def _open(as_of: str | None) -> list[tuple[str, ...]]:
    return await asyncio.to_thread(open_what_is_due, as_of)


@task(name="collect", retry_condition_fn=passes, **PATIENCE)
async def _collect(as_of: str | None, decision: str | None, code: str | None) -> tuple[list[Collected], str]:
    return await asyncio.to_thread(collect_what_is_due, as_of, decision, code)


def sentence(one: Collected) -> str:
    """Return how the round stood at its deadline, in one line."""
    figures = one.standing
    told = (
        f"{figures.text}: {figures.submitted}/{figures.expected} cơ quan đã nộp ({figures.nil} không phát sinh), "
        f"{figures.exempt} được miễn, {len(one.missing)} chưa nộp."
    )
    if one.dunning_on is None:
        return told
    return f"{told} Đôn đốc {one.dunned} cơ quan vào ngày {one.dunning_on:%d/%m/%Y}."


def open_what_is_due(as_of: str | None) -> list[tuple[str, ...]]:
    """Open the rounds; return a row of words for each."""
    with Office(as_of) as office, recorded(office, "open-rounds") as outcome:
        with writing(office.engine) as session:
            opened: list[tuple[str, ...]] = [
                (
                    entry.decision.key,
                    entry.code,
                    entry.text,
                    f"{entry.due:%d/%m/%Y}",
                    str(len(entry.standings)),
                )
                for entry in open_due_rounds(session, office.now)
            ]
        outcome.said = f"Mở {len(opened)} lần báo cáo."
        return opened


def collect_what_is_due(
    as_of: str | None, decision: str | None = None, code: str | None = None
) -> tuple[list[Collected], str]:
    """Collect the rounds; return how each stood and where they are shown."""
    with Office(as_of) as office, recorded(office, "collect-rounds") as outcome:
        with writing(office.engine) as session:
            collected = collect_rounds(session, office.now, decision, code)
        outcome.said = " ".join(sentence(one) for one in collected) or "Chưa có lần báo cáo nào hết hạn."
        return collected, office.page("lan-bao-cao")


async def _show(one: Collected, page: str) -> None:
    says, code = sentence(one), one.standing.code
    log.info(says)
    figures = one.standing
    counts = (
        ("Phải báo cáo", figures.expected),
        ("Đã nộp", figures.submitted),
        ("trong đó không phát sinh", figures.nil),
        ("Được gia hạn", figures.extended),
        ("Được miễn", figures.exempt),
        ("Chưa nộp", len(one.missing)),
    )
    await show_table(f"round-{code}", ("Chỉ số", "Số cơ quan"), counts, says)
    await show_table(
        f"round-{code}-missing", ("Mã", "Cơ quan chưa nộp"), one.missing, f"{figures.text}: cơ quan chưa nộp"
    )
    await show_link(f"round-{code}-page", f"{page}/{one.decision}/{code}", f"Trang của {figures.text}")


def _document(one: Collected) -> dict[str, Any]:
    figures = one.standing
    return {
        "decision": one.decision,
        "round": figures.code,
        "due": figures.due.isoformat(),
        **{
            name: getattr(figures, name)
            for name in ("expected", "submitted", "on_time", "late", "nil", "exempt")
        },
        "missing": [code for code, _ in one.missing],
        "dunning_on": one.dunning_on.isoformat() if one.dunning_on else None,
        "dunned": one.dunned,
    }
