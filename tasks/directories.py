"""The directory of agencies in the database: loaded from its file, given back as the catalogue knows it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

import catalog.agencies as said
from catalog.text import search_key
from tasks.errors import NotFoundError
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
    stored = {agency.code: agency for agency in listed_agencies(session, directory.key)}
    added = changed = 0
    for agency in directory.agencies:
        row = stored.get(agency.code)
        if row is None:
            row = Agency(directory=directory.key, code=agency.code)
            session.add(row)
            added += 1
        elif as_said(row) == agency:
            continue
        else:
            changed += 1
        fill(row, agency, groups)
    session.flush()
    return Difference(added, changed, len(directory.agencies) - added - changed)


def stored_directory(session: Session, key: str, *, as_listed: bool = False) -> said.Directory | None:
    """Return the stored directory as cells are read with it, None when it was never loaded.

    Merged agencies are left out; their names, and names borne before, are understood as the agency of today, save where
    it is wanted `as_listed`: loading that again changes nothing.
    """
    rows = listed_agencies(session, key)
    if not rows:
        return None
    others = {} if as_listed else _other_names(rows)
    groups = session.scalars(select(Group).where(Group.directory == key).order_by(Group.id)).all()
    return said.Directory(
        key=key,
        name=session.get_one(Directory, key).name,
        groups=tuple(
            said.Group(code=group.code, name=group.name, aliases=tuple(group.aliases)) for group in groups
        ),
        agencies=tuple(
            as_said(row).model_copy(update={"aliases": (*row.aliases, *others.get(row.id, ()))})
            for row in rows
            if row.heir_id is None
        ),
    )


def loaded_keys(session: Session) -> tuple[str, ...]:
    """Return the keys of the loaded directories, in order."""
    return tuple(session.scalars(select(Directory.key).order_by(Directory.key)))


def directory_key(session: Session, key: str | None) -> str:
    """Return `key`, or the key of the only loaded directory. Raises NotFoundError naming what there is."""
    keys = loaded_keys(session)
    found = [each for each in keys if key in {None, each}]
    if len(found) == 1:
        return found[0]
    if not keys:
        raise NotFoundError("Chưa nạp danh bạ nào; hãy dùng dondoc agencies load.")
    if key is None:
        raise NotFoundError(f"Đã nạp nhiều danh bạ, hãy nêu rõ bằng --directory: {', '.join(keys)}.")
    raise NotFoundError(f"Không có danh bạ «{key}»; đã nạp: {', '.join(keys)}.")


def heir_code(session: Session, code: str) -> str | None:
    """Return the code of the agency that `code` merged into, None where it merged into none."""
    heir = aliased(Agency)
    rows = select(heir.code).join(Agency, Agency.heir_id == heir.id).where(Agency.code == code)
    return session.scalar(rows.limit(1))


def agency_ids(session: Session, key: str) -> dict[str, int]:
    """Return the id of every agency of a directory by its code."""
    rows = session.execute(select(Agency.code, Agency.id).where(Agency.directory == key))
    return dict(rows.tuples().all())


def listed_agencies(session: Session, key: str) -> list[Agency]:
    """Return every agency of a directory, merged ones too, with contacts and groups, in the order they were loaded."""
    everything = (selectinload(Agency.contacts), selectinload(Agency.groups))
    return list(
        session.scalars(
            select(Agency).where(Agency.directory == key).options(*everything).order_by(Agency.id)
        )
    )


def _other_names(rows: list[Agency]) -> dict[int, list[str]]:
    """Return by living agency the names that mean it although the directory does not list them for it."""
    living = [row for row in rows if row.heir_id is None]
    taken = {search_key(name) for row in living for name in (row.name, *row.aliases)}
    others: dict[int, list[str]] = {row.id: [] for row in living}
    for row in rows:
        merged = row.heir_id is not None
        own = (row.name, *row.aliases) if merged else ()
        for name in (*own, *row.former_names):
            key = search_key(name)
            if key not in taken:  # a name that somebody bears today means its bearer
                taken.add(key)
                others[row.heir_id or row.id].append(name)
    return others


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


def fill(row: Agency, agency: said.Agency, groups: dict[str, Group]) -> None:
    """Write into a row what `agency` says; a name that goes is remembered, an address that stays keeps its marks."""
    row.former_names = _former_names(row, agency.name)
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


def _former_names(row: Agency, name: str) -> list[str]:
    """Return the names the agency bore, with the one it bears now if `name` takes its place."""
    borne = [] if row.name is None else [*(row.former_names or []), row.name]
    return [former for former in dict.fromkeys(borne) if former != name]


def as_said(row: Agency) -> said.Agency:
    """Return a row as its directory lists it."""
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
