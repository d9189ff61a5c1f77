"""An office on a Friday morning: three agencies had a task whose last day was Thursday 14 August 2025."""

from datetime import date

from sqlalchemy import Engine

from tasks.database import writing
from tasks.models import Contact, ContactRole
from tests.tasks.cast import World, build

MORNING = "2025-08-15T08:00:00+07:00"  # the working day after the last on-time day
MAILS = 6  # to three agencies and the coordinator, and the week's two digests


def make_late(engine: Engine) -> None:
    """Fill a database that has its tables."""
    with writing(engine) as session:
        world = people(build(session))
        for number in world.duty("1.1", "2025-08-14"):
            world.task(number).next_step_on = date(2025, 8, 15)


def people(world: World) -> World:
    """Give every agency of the world an officer's and a head's address."""
    for code, agency in world.agencies.items():
        agency.contacts = [
            Contact(role=ContactRole.OFFICER, name="", email=f"{code}@haiphong.example"),
            Contact(role=ContactRole.HEAD, name="", email=f"{code}.head@haiphong.example"),
        ]
    world.session.flush()
    return world
