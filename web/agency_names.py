"""How an address or a form names an agency: by its code, with its directory before it where several are loaded."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.models import Agency, Directory

_SEVERAL = "several directories"


def several_directories(session: Session) -> bool:
    """Tell whether agencies of more than one directory are loaded; looked up once in a session."""
    found: bool | None = session.info.get(_SEVERAL)
    if found is None:
        first, last = session.execute(select(func.min(Agency.directory), func.max(Agency.directory))).one()
        found = session.info[_SEVERAL] = first != last
    return found


def agency_word(session: Session, code: str, directory: str) -> str:
    """Return the word that `tasks.accounts.accounts.find_agency` understands: "code", or "directory/code"."""
    return f"{directory}/{code}" if several_directories(session) else code


def agency_choices(session: Session, most: int | None = None) -> Sequence[tuple[str, str]]:
    """Return every agency, or the first `most`, with its word and its name, and its place where there are several."""
    rows = (
        select(Agency.code, Agency.name, Agency.directory, func.coalesce(Directory.name, Agency.directory))
        .outerjoin(Directory, Directory.key == Agency.directory)
        .order_by(Agency.sort_key, Agency.id)
        .limit(most)
    )
    placed = several_directories(session)
    return [
        (agency_word(session, code, directory), f"{name} ({place})" if placed else name)
        for code, name, directory, place in session.execute(rows).tuples()
    ]
