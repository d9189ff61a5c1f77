"""What an agency may read: its own, what it confirms, and the duties it supports by name. Anything else does not exist."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tasks.actors import capacities
from tasks.errors import DomainError, NotFoundError
from tasks.models import Agency, Decision, Duty, Supporter, Task
from web.viewer import Viewer

NO_TASK = "Không có nhiệm vụ này, hoặc nhiệm vụ không thuộc phần của đơn vị."


def readable_task(session: Session, viewer: Viewer, number: int) -> Task:
    """Return the task. Raises NotFoundError for one that there is not, and for one that the viewer may not read."""
    task = session.get(Task, number)
    if task is None or not (
        viewer.oversees or capacities(viewer.actor, task) or _supports(session, viewer, task.duty_id)
    ):
        raise NotFoundError(NO_TASK)
    return task


def readable_decisions(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return the conditions that a decision is one the viewer may read of: of its own directory, or any."""
    return [] if viewer.directory is None else [Decision.directory == viewer.directory]


def reads_whole_duty(session: Session, viewer: Viewer, duty: Duty) -> bool:
    """Tell whether the viewer sees every agency's task of the duty, not only its own. Raises NotFoundError."""
    if viewer.oversees or _supports(session, viewer, duty.id):
        return True
    leads = select(Task.id).where(Task.duty_id == duty.id, Task.agency_id == viewer.own_id)
    if session.scalar(leads.limit(1)) is None:
        raise NotFoundError(NO_TASK)
    return False


def readable_duties(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return the conditions that a duty is one the viewer may read at all: one its agency leads or supports by name."""
    if viewer.oversees:
        return []
    leads = select(Task.duty_id).where(Task.agency_id == viewer.own_id)
    named = select(Supporter.duty_id).where(Supporter.agency_id == viewer.own_id)
    return [or_(Duty.id.in_(leads), Duty.id.in_(named))]


def readable_agency(session: Session, viewer: Viewer, code: str, directory: str | None = None) -> Agency:
    """Return the agency of a page; of a code in several directories, the one in the viewer's own.

    Raises NotFoundError, also for what the viewer may not read, and DomainError where the code could be any of several.
    """
    rows = select(Agency).where(Agency.code == code)
    if directory is not None:
        rows = rows.where(Agency.directory == directory)
    if not viewer.oversees:
        rows = rows.where(Agency.id == viewer.own_id)
    found = session.scalars(rows.order_by(Agency.id)).all()
    if not found:
        raise NotFoundError("Không có cơ quan này, hoặc trang không dành cho đơn vị.")
    own = [agency for agency in found if agency.directory == viewer.actor.directory]
    if len(found) > 1 and not own:
        named = "; ".join(f"{agency.directory}/{code}" for agency in found)
        raise DomainError(f"Mã {code} có trong nhiều danh bạ; hãy nêu rõ danh bạ: {named}.")
    return (own or found)[0]


def supported_duties(session: Session, viewer: Viewer) -> list[Duty]:
    """Return the duties beside which the viewer's agency is named, in the decisions' order."""
    rows = (
        select(Duty)
        .join(Supporter, Supporter.duty_id == Duty.id)
        .where(Supporter.agency_id == viewer.agency_id, Duty.cancelled_at.is_(None))
        .order_by(Duty.decision_id, Duty.position)
    )
    return list(session.scalars(rows))


def _supports(session: Session, viewer: Viewer, duty: int) -> bool:
    named = select(Supporter.duty_id).where(
        Supporter.duty_id == duty, Supporter.agency_id == viewer.agency_id
    )
    return session.scalar(named.limit(1)) is not None
