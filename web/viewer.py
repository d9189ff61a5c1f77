"""Who looks at a page: an account, an agency's link, or the guest of a demonstration."""

from dataclasses import dataclass

from tasks.actors import Actor, Role

OVERSEERS = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEADER)  # they read everything

ROLE_NAMES = {
    Role.ADMINISTRATOR: "Quản trị viên",
    Role.COORDINATOR: "Cơ quan đôn đốc, theo dõi",
    Role.AGENCY: "Cơ quan thực hiện",
    Role.LEADER: "Lãnh đạo",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person whose page it is. The guest of a demonstration reads what overseers read and changes nothing."""

    actor: Actor
    name: str
    guest: bool = False

    @property
    def role(self) -> Role:
        """What the account is for."""
        return self.actor.role

    @property
    def oversees(self) -> bool:
        """Whether the person reads everything, not only what concerns one agency."""
        return self.role in OVERSEERS


GUEST = Viewer(Actor("khach", Role.LEADER), "Khách xem thử", guest=True)
