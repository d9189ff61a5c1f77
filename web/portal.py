"""What the portal is opened with, once: the settings of its machine, the database, the clock."""

from dataclasses import dataclass, field

from fastapi import Request
from sqlalchemy import Engine

from dondoc.clock import Clock
from dondoc.settings import Settings
from web.remembering import Memory


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal of one installation. `demo`: read-only and without sign-in, for this machine alone."""

    settings: Settings
    engine: Engine
    clock: Clock
    key: str  # signs what a browser holds
    demo: bool = False
    memory: Memory = field(default_factory=Memory, compare=False)

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS: cookies then travel over nothing else."""
        return self.settings.base_url.startswith("https:")


def portal_of(request: Request) -> Portal:
    """Return the portal that serves `request`."""
    portal: Portal = request.app.state.portal
    return portal
