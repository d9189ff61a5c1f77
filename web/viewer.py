"""Who looks at a page: an account, an agency's link, or the guest of a demonstration."""

from dataclasses import dataclass

from tasks.actors import Actor, Role

OVERSEERS = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEADER)  # they read everything
EVERYBODY = tuple(Role)

ROLE_NAMES = {
    Role.ADMINISTRATOR: "Quản trị viên",
    Role.COORDINATOR: "Cơ quan đôn đốc, theo dõi",
    Role.AGENCY: "Cơ quan thực hiện",
    Role.LEADER: "Lãnh đạo",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person whose page it is. The guest of a demonstration reads what overseers read and changes nothing.

    `mark` is what each form of this browser must carry; `sign_in` the number of the sign-in, 0 for the guest.
    """

    actor: Actor
    name: str
    agency_id: int | None = None
    mark: str = ""
    sign_in: int = 0
    account: bool = False  # signed in by an account, which has a password

    @property
    def guest(self) -> bool:
        """Whether this is the guest of a demonstration."""
        return self.sign_in == 0

    @property
    def role(self) -> Role:
        """What the account is for."""
        return self.actor.role

    @property
    def oversees(self) -> bool:
        """Whether the person reads everything, not only what concerns one agency."""
        return self.role in OVERSEERS

    @property
    def own_id(self) -> int | None:
        """The one agency whose matters the person reads, by its number: two cities may use one code. None: everything."""
        return None if self.oversees else self.agency_id or _NOBODYS

    @property
    def directory(self) -> str | None:
        """The directory within which the person reads at all, None for who reads everything."""
        return None if self.oversees else self.actor.directory


_NOBODYS = 0  # the number of no agency

GUEST = Viewer(Actor("khach", Role.LEADER), "Khách xem thử")
