"""What the portal is opened with, once: the settings of its machine, the database, the clock."""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Engine

from dondoc.clock import Clock
from dondoc.settings import Settings


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal of one installation. `demo`: read-only and without sign-in, for this machine alone."""

    settings: Settings
    engine: Engine
    clock: Clock
    demo: bool = False


def portal_of(request: Request) -> Portal:
    """Return the portal that serves `request`."""
    portal: Portal = request.app.state.portal
    return portal
