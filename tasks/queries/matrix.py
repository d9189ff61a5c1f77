"""The matrix of duties by agencies: a page of agencies in Vietnamese order, every duty of the decision, one cell each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from tasks.among import among as one_of
from tasks.asof import AsOf
from tasks.models import Agency, Decision, Duty
from tasks.queries.cells import Cell, Cells, held_cells
from tasks.queries.filters import TaskFilter, check_codes, conditions
from tasks.queries.lists import Page
from tasks.queries.segments import segments
from tasks.status import Facts, days_late, status_of

_FEW = 50_000  # tasks


@dataclass(frozen=True, slots=True)
class Line:
    """One agency's cells by duty code; a duty it does not lead has none."""

    agency: str
    agency_name: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`duties` are (code, text) in the decision's order, `sections` the section of each; `total` counts all pages' agencies."""

    duties: tuple[tuple[str, str], ...]
    sections: tuple[str, ...]
    total: int
    lines: tuple[Line, ...]


def matrix(
    session: Session,
    view: AsOf,
    wanted: TaskFilter,
    page: Page | None = None,
    among: Select[tuple[int]] | None = None,
) -> Matrix:
    """Return a page of the matrix of `wanted.decision`; other filters choose agencies, duties and cells.

    `among` are the ids of the only agencies to show.
    """
    page = page or Page()
    check_codes(session, wanted)
    cells = held_cells(session, view, wanted)
    total, lines = (
        _read_lines(session, view, wanted, page, among)
        if cells is None
        else _lines_of(session, cells, page, among)
    )
    duties = _duties(session, view, wanted)
    listed, sections = tuple((code, text) for code, text, _ in duties), tuple(row[2] for row in duties)
    return Matrix(listed, sections, total, lines)


def _lines_of(
    session: Session, cells: Cells, page: Page, among: Select[tuple[int]] | None
) -> tuple[int, tuple[Line, ...]]:
    """Return how many agencies lead one of the cells, and those of the page."""
    leading = set(cells) if among is None else set(cells) & set(session.scalars(among))
    if not page.limit or not leading:
        return len(leading), ()
    rows = select(Agency.id, Agency.code, Agency.name).where(one_of(Agency.id, leading))
    in_order = rows.order_by(Agency.sort_key, Agency.id).limit(page.limit).offset(page.offset)
    found = session.execute(in_order).tuples()
    return len(leading), tuple(Line(code, name, cells[number]) for number, code, name in found)


def _read_lines(
    session: Session, view: AsOf, wanted: TaskFilter, page: Page, among: Select[tuple[int]] | None
) -> tuple[int, tuple[Line, ...]]:
    tasks = view.tasks()
    met = conditions(wanted, tasks, view)
    leading: ColumnElement[bool] = (
        select(tasks.id).where(tasks.agency_id == Agency.id, *met).correlate(Agency).exists()
    )
    if view.tasks_changed or _are_few(
        session, view, wanted
    ):  # the past has no index to look each agency up in
        leading = Agency.id.in_(select(tasks.agency_id).where(*met))
    if among is not None:
        leading = and_(leading, Agency.id.in_(among))
    agencies = select(Agency.id, Agency.code, Agency.name).where(leading)
    total = session.scalar(select(func.count(Agency.id)).where(leading)) or 0
    shown = session.execute(
        agencies.order_by(Agency.sort_key, Agency.id).limit(page.limit).offset(page.offset)
    ).all()
    lines: dict[int, dict[str, Cell]] = {number: {} for number, _, _ in shown}
    rows = (
        select(
            tasks.id, tasks.agency_id, tasks.decision_id, Duty.code, tasks.life, tasks.due, tasks.waits,
            tasks.counted_on,
        )
        .join(Duty, Duty.id == tasks.duty_id)
        .where(*met, tasks.agency_id.in_(lines))
    )  # fmt: skip
    for number, agency, decision, code, *state in session.execute(rows):
        facts = Facts(*state)
        status = status_of(facts, view.today, view.soon.get(decision, view.today))
        lines[agency][code] = Cell(number, status, facts.due, days_late(facts, view.today))
    return total, tuple(Line(code, name, lines[number]) for number, code, name in shown)


def _are_few(session: Session, view: AsOf, wanted: TaskFilter) -> bool:
    """Tell whether reading all the tasks found costs less than looking up every agency."""
    parts = segments(session, view, wanted)
    return parts is not None and parts.total <= _FEW


def _duties(session: Session, view: AsOf, wanted: TaskFilter) -> tuple[tuple[str, str, str], ...]:
    """Return the rows of the list as it read at the instant; what an amendment added later was not there."""
    columns = (Duty.decision_id, Duty.code, Duty.text, Duty.section, Duty.cancelled_at)
    rows = select(*columns).join(Decision, Decision.id == Duty.decision_id)
    for value, column in (
        (wanted.decision, Decision.key),
        (wanted.section, Duty.section),
        (wanted.duty, Duty.code),
    ):
        if value:
            rows = rows.where(column == value)
    found = session.execute(rows.order_by(Duty.decision_id, Duty.position)).all()
    then = [(row.code, view.words_of(row)) for row in found if _was_there(row, view)]
    return tuple((code, words.text, words.section) for code, words in then)


def _was_there(row: Any, view: AsOf) -> bool:
    then = view.wordings.get(row.decision_id)
    cancelled_before = row.cancelled_at is not None and row.cancelled_at <= view.moment
    return then is None or row.code in then or cancelled_before
