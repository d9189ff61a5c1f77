"""The directory of agencies in the database: loaded from its file, given back as the catalogue knows it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

import catalog.agencies as said
from tasks.models import Agency, Contact, ContactRole, Directory, Group


@dataclass(frozen=True, slots=True)
class Difference:
    """How many entries a load added, changed and left as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


def load_directory(session: Session, directory: said.Directory) -> Difference:
    """Bring the stored directory to what `directory` says; loading it again changes nothing. Nobody is removed."""
    session.merge(Directory(key=directory.key, name=directory.name))
    session.flush()
    groups = _load_groups(session, directory)
    stored = {agency.code: agency for agency in _agencies(session, directory.key)}
    added = changed = 0
    for agency in directory.agencies:
        row = stored.get(agency.code)
        if row is None:
            row = Agency(directory=directory.key, code=agency.code)
            session.add(row)
            added += 1
        elif _as_said(row) == agency:
            continue
        else:
            changed += 1
        _fill(row, agency, groups)
    session.flush()
    return Difference(added, changed, len(directory.agencies) - added - changed)


def stored_directory(session: Session, key: str) -> said.Directory | None:
    """Return the stored directory as the catalogue's record, None when it was never loaded."""
    agencies = _agencies(session, key)
    if not agencies:
        return None
    groups = session.scalars(select(Group).where(Group.directory == key).order_by(Group.id)).all()
    return said.Directory(
        key=key,
        name=session.get_one(Directory, key).name,
        groups=tuple(
            said.Group(code=group.code, name=group.name, aliases=tuple(group.aliases)) for group in groups
        ),
        agencies=tuple(_as_said(agency) for agency in agencies),
    )


def agency_ids(session: Session, key: str) -> dict[str, int]:
    """Return the id of every agency of a directory by its code."""
    rows = session.execute(select(Agency.code, Agency.id).where(Agency.directory == key))
    return dict(rows.tuples().all())


def _agencies(session: Session, key: str) -> list[Agency]:
    everything = (selectinload(Agency.contacts), selectinload(Agency.groups))
    return list(
        session.scalars(
            select(Agency).where(Agency.directory == key).options(*everything).order_by(Agency.id)
        )
    )


def _load_groups(session: Session, directory: said.Directory) -> dict[str, Group]:
    stored = {
        group.code: group for group in session.scalars(select(Group).where(Group.directory == directory.key))
    }
    for group in directory.groups:
        row = stored.get(group.code)
        if row is None:
            row = stored[group.code] = Group(directory=directory.key, code=group.code)
            session.add(row)
        row.name, row.aliases = group.name, list(group.aliases)
    return stored


def _fill(row: Agency, agency: said.Agency, groups: dict[str, Group]) -> None:
    row.name, row.kind, row.aliases = agency.name, agency.kind, list(agency.aliases)
    row.assumed, row.note = agency.assumed, agency.note
    row.sort_key, row.search_key = agency.sort_key, agency.search_key
    row.groups = [groups[code] for code in agency.groups]
    kept = {(contact.role.value, contact.email): contact for contact in row.contacts}
    contacts = []
    for contact in agency.contacts:
        entry = kept.get((contact.role, contact.email)) or Contact(
            role=ContactRole(contact.role), email=contact.email
        )
        entry.name = contact.name
        contacts.append(entry)
    row.contacts = contacts


def _as_said(row: Agency) -> said.Agency:
    return said.Agency(
        code=row.code,
        name=row.name,
        kind=row.kind,
        groups=tuple(group.code for group in sorted(row.groups, key=lambda group: group.id)),
        aliases=tuple(row.aliases),
        contacts=tuple(
            said.Contact(role=contact.role.value, name=contact.name, email=contact.email)
            for contact in sorted(row.contacts, key=lambda contact: contact.id)
        ),
        assumed=row.assumed,
        note=row.note,
    )
