"""Who acts, and in which capacity towards one task: for the agency that leads it, or for the body that confirms it."""

from dataclasses import dataclass
from enum import StrEnum

from tasks.errors import NotAllowedError
from tasks.models import Agency, Decision, Task


class Role(StrEnum):
    """What an account is for."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    AGENCY = "agency"
    LEADER = "leader"


class Capacity(StrEnum):
    """For whom somebody speaks about one task."""

    AGENCY = "agency"  # for the agency that leads it
    CONFIRMER = (
        "confirmer"  # for the body that answers what the agency says: the coordinator, save for its own tasks
    )


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work. `agency_code` is None for the administrator; `directory` None means the only one there is."""

    login: str
    role: Role
    agency_code: str | None = None
    directory: str | None = None

    def belongs_to(self, agency: Agency) -> bool:
        """Tell whether the person works at `agency`; codes belong to a directory."""
        return self.agency_code == agency.code and self.directory in {None, agency.directory}

    def speaks_for(self, agency: Agency) -> bool:
        """Tell whether the person may say something in the name of `agency`: its own people, and the administrator."""
        if self.role is Role.ADMINISTRATOR:
            return True
        return self.role in {Role.AGENCY, Role.COORDINATOR} and self.belongs_to(agency)

    def coordinates(self, decision: Decision) -> bool:
        """Tell whether the person may do what the decision gives to its coordinator."""
        if self.role is Role.ADMINISTRATOR:
            return True
        return self.role is Role.COORDINATOR and self.belongs_to(decision.coordinator)


def confirmer_of(task: Task) -> Agency:
    """Return the body that answers for a task: the coordinator; for what the coordinator leads, the confirmer."""
    decision = task.decision
    return decision.confirmer if task.agency_id == decision.coordinator_id else decision.coordinator


def capacities(actor: Actor, task: Task) -> frozenset[Capacity]:
    """Return for whom `actor` may speak about `task`; nothing means that it may only read."""
    found = set()
    if actor.speaks_for(task.agency):
        found.add(Capacity.AGENCY)
    if task.agency_id == task.decision.coordinator_id:
        answers = actor.speaks_for(task.decision.confirmer)
    else:
        answers = actor.coordinates(task.decision)
    if answers:
        found.add(Capacity.CONFIRMER)
    return frozenset(found)


def require_keeper(actor: Actor, directory: str, deed: str) -> None:
    """Raise NotAllowedError unless the person may do what is of a whole directory: the administrator, its coordinators.

    `deed` completes "không được …".
    """
    own = actor.role is Role.COORDINATOR and actor.directory in {None, directory}
    if actor.role is not Role.ADMINISTRATOR and not own:
        message = f"Tài khoản {actor.login} không được {deed}: việc này của cơ quan đôn đốc nơi khác, danh bạ {directory}."
        raise NotAllowedError(message)


def require_coordinator(actor: Actor, decision: Decision, deed: str) -> None:
    """Raise NotAllowedError unless the person may coordinate `decision`. `deed` completes "không được …"."""
    if not actor.coordinates(decision):
        message = (
            f"Tài khoản {actor.login} không được {deed}: việc này của {decision.coordinator.name}, "
            "cơ quan đôn đốc, theo dõi."
        )
        raise NotAllowedError(message)
