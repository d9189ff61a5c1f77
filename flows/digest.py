"""The weekly digests as a Prefect flow: the sweep that makes them, then what they say, for the operator to read."""

import asyncio
from typing import Any

from prefect import flow

from catalog.days import day_of
from flows.errors import MailNotComposedError
from flows.office import Office, recorded
from flows.showing import named, show_table, show_text, warn_of_other_code
from flows.sweep import queue_the_day
from notifications.content.kinds import KIND_NAMES
from notifications.delivering.outbox_queries import Wanted, find, plain_text
from tasks.database import reading

_KINDS = ("digest_coordinator", "digest_leaders")


@flow(name="weekly-digest", flow_run_name=named("Bản tin tuần"), timeout_seconds=1800)
async def weekly_digest(as_of: str | None = None) -> dict[str, Any]:
    """Make sure that the week's digests are queued and show them; none is made when nothing changed, which is said."""
    await warn_of_other_code()
    swept, _ = await queue_the_day(as_of)
    made = await asyncio.to_thread(digests_of_the_day, as_of)
    rows = [(KIND_NAMES[kind], agency, subject, state) for kind, agency, subject, state, _ in made]
    says = f"{len(made)} bản tin ngày {swept.as_of:%d/%m/%Y}."
    if not made:
        says = f"Ngày {swept.as_of:%d/%m/%Y} không có bản tin: chưa đến ngày ra bản tin hoặc không có gì thay đổi."
    await show_table("weekly-digest", ("Bản tin", "Nơi nhận", "Tiêu đề", "Trạng thái"), rows, says)
    for kind, agency, subject, _, text in made:
        await show_text(f"{kind.replace('_', '-')}-text", f"```text\n{text}\n```", f"{subject} · {agency}")
    if swept.failed:
        raise MailNotComposedError(
            f"{swept.failed} thư không soạn được; xem dondoc outbox list --status dead."
        )
    return {"as_of": swept.as_of.isoformat(), "digests": [row[2] for row in made]}


def digests_of_the_day(as_of: str | None) -> list[tuple[str, str, str, str, str]]:
    """Return the day's digests as the sweep made them: kind, agency, subject, state, text."""
    with Office(as_of) as office, recorded(office, "digest") as outcome, reading(office.engine) as session:
        today = day_of(office.now)
        made = [
            (kind, mail.agency.name, mail.subject, mail.state.value, plain_text(mail.mime))
            for kind in _KINDS
            for mail in find(session, Wanted(kind=kind, since=today), limit=100).items
            if mail.speaks_for == today
        ]
        outcome.said = f"{len(made)} bản tin ngày {today:%d/%m/%Y}."
        return made
