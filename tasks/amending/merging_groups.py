"""The groups that a merged agency stood in: what its heir takes over of them.

A group is a set of bodies of one sort (guide of the decision's cells: "Các sở, ban, ngành"), so what took over the work of
a public service unit does not become one. Where the group has bodies of the heir's own kind, the heir takes the place.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tasks.models import Agency, Group, Membership


@dataclass(frozen=True, slots=True)
class GroupsTaken:
    """The names of the groups that the heir joined, and of those that it stays out of, being of another kind."""

    joined: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


NO_GROUPS = GroupsTaken()


def take_groups(session: Session, agency: int, heir: int) -> GroupsTaken:
    """Let the heir join the groups of the merged agency that hold bodies of its kind; two statements, then the rows."""
    member = aliased(Agency)
    own = select(Membership.group_id).where(Membership.agency_id == heir)
    kind = select(Agency.kind).where(Agency.id == heir).scalar_subquery()
    akin = (
        select(Membership.group_id)
        .join(member, member.id == Membership.agency_id)
        .where(member.kind == kind, member.heir_id.is_(None))
    )
    rows = session.execute(
        select(Group.id, Group.name, Group.id.in_(akin))
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.agency_id == agency, Group.id.not_in(own))
        .order_by(Group.id)
    ).all()
    session.add_all(Membership(group_id=row[0], agency_id=heir) for row in rows if row[2])
    session.flush()
    return GroupsTaken(tuple(row[1] for row in rows if row[2]), tuple(row[1] for row in rows if not row[2]))
