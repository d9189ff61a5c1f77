"""The rehearsal as a calendar: which mails would go on which of the coming days, from the state of today."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from notifications.content.kinds import KIND_NAMES
from notifications.rehearsal import RehearsedDay, totals
from notifications.rehearsal_page import SCENARIO_WORDS, months_of
from tasks.actors import Role
from tasks.models import Agency
from tasks.scenario import Scenario
from web.dates import day_from
from web.forecast import SPANS, Forecast, forecast, next_morning, too_many
from web.paging import PageNumber, Place, offset
from web.visit import Visit, visit_of

router = APIRouter()

SIZE = 60  # mails of a page
USUAL = 30  # days


@router.get("/lich-gui")
def calendar(
    visit: Annotated[Visit, Depends(visit_of(Role.COORDINATOR, Role.ADMINISTRATOR))],
    span: Annotated[str, Query(alias="so-ngay", max_length=3)] = "",
    scenario: Annotated[str, Query(alias="gia-dinh", max_length=10)] = "",
    on: Annotated[str, Query(alias="xem", max_length=10)] = "",
    number: PageNumber = 1,
) -> HTMLResponse:
    """Show the calendar, and the mails of one of its days."""
    asked = Forecast(
        next_morning(visit.now),
        int(span) if span in {str(days) for days in SPANS} else USUAL,
        Scenario(scenario) if scenario in set(Scenario) else Scenario.SILENT,
    )
    refused = too_many(visit.session)
    days = [] if refused else forecast(visit.portal, visit.session, asked)
    day = next((played for played in days if played.on == day_from(on)), None)
    mails = day.messages[offset(number, SIZE) :][:SIZE] if day else ()
    return visit.page(
        "forecast.html",
        asked=asked,
        refused=refused,
        spans=SPANS,
        scenarios=[(code.value, words) for code, words in SCENARIO_WORDS.items()],
        assumed=SCENARIO_WORDS[asked.scenario],
        months=months_of(days),
        totals={kind: count for kind, count in _in_order(totals(days)).items() if count},
        all_mails=sum(len(played.messages) for played in days),
        day=day,
        kinds=_kinds(day) if day else {},
        mails=mails,
        names=_names(visit, {mail.agency for mail in mails}),
        place=Place(number, SIZE, len(day.messages) if day else 0),
    )


def _in_order(counted: dict[str, int]) -> dict[str, int]:
    return {kind: counted.get(kind, 0) for kind in KIND_NAMES}


def _kinds(day: RehearsedDay) -> dict[str, int]:
    counted = Counter(kind for mail in day.messages for kind in mail.kinds)
    return {kind: count for kind, count in _in_order(counted).items() if count}


def _names(visit: Visit, codes: set[str]) -> dict[tuple[str, str], str]:
    """Return the names of agencies by directory and code."""
    rows = select(Agency.directory, Agency.code, Agency.name).where(Agency.code.in_(codes))
    return {(directory, code): name for directory, code, name in visit.session.execute(rows).tuples()}
