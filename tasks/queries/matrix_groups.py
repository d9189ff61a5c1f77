"""The matrix folded: one line for each group of agencies. Each agency stands in one group, the smallest it belongs to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tasks.among import among
from tasks.asof import AsOf
from tasks.models import Agency, Duty, Group, Membership
from tasks.queries.cells import Cells, held_cells
from tasks.queries.filters import TaskFilter, check_codes, conditions
from tasks.status import Status, status_case

NO_GROUP = ""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group, `NO_GROUP` for agencies in none; its tasks by duty code and status."""

    group: str
    name: str
    agencies: int
    cells: dict[str, dict[Status, int]]


_Cells = dict[int | None, dict[str, dict[Status, int]]]
_Counted = tuple[_Cells, Mapping[int | None, int]]  # the groups' tasks, and how many agencies each has


def group_lines(session: Session, view: AsOf, wanted: TaskFilter) -> list[GroupLine]:
    """Return the groups whose agencies lead what the filter finds, in the order of the directory. Three statements."""
    check_codes(session, wanted)
    held = held_cells(session, view, wanted)
    cells, agencies = _counted(session, view, wanted) if held is None else _counted_of(session, held)
    named = session.execute(select(Group.id, Group.code, Group.name).order_by(Group.id)).tuples().all()
    return [
        GroupLine(code, name, agencies[number], cells[number])
        for number, code, name in (*named, (None, NO_GROUP, ""))
        if number in cells
    ]


def _counted_of(session: Session, held: Cells) -> _Counted:
    homes = _homes().subquery().c
    own = select(homes.agency_id, homes.group_id).where(among(homes.agency_id, held))
    group_of = dict(session.execute(own).tuples().all())
    cells: _Cells = {}
    agencies: Counter[int | None] = Counter()
    for agency, line in held.items():
        group = group_of.get(agency)
        agencies[group] += 1
        of_group = cells.setdefault(group, {})
        for duty, cell in line.items():
            counts = of_group.setdefault(duty, {})
            counts[cell.status] = counts.get(cell.status, 0) + 1
    return cells, agencies


def _counted(session: Session, view: AsOf, wanted: TaskFilter) -> _Counted:
    tasks, homes = view.tasks(), _homes().subquery().c
    met = conditions(wanted, tasks, view)
    status = status_case(tasks, view.today, view.soon_of(tasks)).label("status")
    counted = (
        select(homes.group_id, Duty.code, status, func.count())
        .select_from(tasks.id.table)
        .join(Duty, Duty.id == tasks.duty_id)
        .outerjoin(homes.agency_id.table, homes.agency_id == tasks.agency_id)
        .where(*met)
        .group_by(homes.group_id, Duty.code, status)
    )
    cells: _Cells = {}
    for group, duty, word, count in session.execute(counted).tuples():
        cells.setdefault(group, {}).setdefault(duty, {})[Status(word)] = count
    leading = (
        select(homes.group_id, func.count(tasks.agency_id.distinct()))
        .select_from(tasks.id.table)
        .outerjoin(homes.agency_id.table, homes.agency_id == tasks.agency_id)
        .where(*met)
        .group_by(homes.group_id)
    )
    return cells, dict(session.execute(leading).tuples().all())


def agencies_of(group: str) -> Select[tuple[int]]:
    """Return the ids of the agencies that stand in a group of the folded matrix."""
    homes = _homes().subquery().c
    if group == NO_GROUP:
        return select(Agency.id).where(Agency.id.not_in(select(homes.agency_id)))
    return select(homes.agency_id).join(Group, Group.id == homes.group_id).where(Group.code == group)


@cache
def _homes() -> Select[tuple[int, int]]:
    """Return each agency with the smallest of its groups; of equals the one the directory names first."""
    sizes = select(Membership.group_id, func.count().label("size")).group_by(Membership.group_id).subquery().c
    place = func.row_number().over(
        partition_by=Membership.agency_id, order_by=(sizes.size, Membership.group_id)
    )
    ranked = (
        select(Membership.agency_id, Membership.group_id, place.label("place"))
        .join(sizes.size.table, sizes.group_id == Membership.group_id)
        .subquery()
        .c
    )
    return select(ranked.agency_id, ranked.group_id).where(ranked.place == 1)
