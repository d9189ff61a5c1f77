"""A directory as its file writes it, checked and completed: communes, contacts by rule, groups by kind."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from catalog.communes import commune_agencies
from catalog.directory import Agency, AgencyKind, Contact, ContactRole, Directory, Group
from catalog.errors import Fault
from catalog.fields import Cell, Code, Text
from catalog.groups.name_words import name_key
from catalog.record_faults import record_faults
from catalog.yaml_lines import KeyPath, Lines

DIRECTORIES = Path(__file__).parent / "data" / "directories"
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _ContactRow(_Row):
    role: ContactRole
    name: Text
    email: Text


class _ContactRule(_ContactRow):
    """Gives every agency of `kinds` (of any kind, where none is named) this contact; the first rule of a role holds."""

    kinds: list[AgencyKind] = []

    model_config = ConfigDict(strict=False)


class _GroupRow(_Row):
    code: Code
    name: Text
    aliases: list[Text] = []
    kinds: list[AgencyKind] = []

    model_config = ConfigDict(strict=False)


class _AgencyRow(_Row):
    code: Code
    name: Text
    kind: AgencyKind
    groups: list[Code] | None = None
    aliases: list[Text] = []
    contacts: list[_ContactRow] | None = None
    assumed: bool = False
    note: Cell = ""

    model_config = ConfigDict(strict=False)


class _File(_Row):
    key: Code
    name: Text
    communes_of: int | None = None
    contacts: list[_ContactRule] = []
    groups: list[_GroupRow] = []
    agencies: list[_AgencyRow] = []


def directory_from(data: Any, lines: Lines, file: str) -> tuple[Directory | None, tuple[Fault, ...]]:
    """Return the directory that plain values describe, or None and every fault at the place `lines` gives it."""
    try:
        written = _File.model_validate(data)
    except ValidationError as error:
        return None, record_faults(error, lines, file)
    faults = list(_faults(written, lines, file))
    communes, fault = _communes(written, lines, file)
    agencies = tuple(_complete(row, written) for row in (*written.agencies, *communes))
    if not agencies and not fault:
        remedy = "Hãy ghi ít nhất một cơ quan ở mục agencies."
        fault = Fault("danh bạ không có cơ quan nào.", lines.place(("agencies",)), file, remedy)
    faults.extend([fault] if fault else _clashes(agencies, written, lines, file))
    if faults:
        return None, tuple(faults)
    groups = tuple(Group(code=row.code, name=row.name, aliases=tuple(row.aliases)) for row in written.groups)
    return Directory(key=written.key, name=written.name, agencies=agencies, groups=groups), ()


def is_mail_address(text: str) -> bool:
    """Tell whether the text has the form of a mail address."""
    return _ADDRESS.fullmatch(text) is not None


def _communes(written: _File, lines: Lines, file: str) -> tuple[list[_AgencyRow], Fault | None]:
    if written.communes_of is None:
        return [], None
    try:
        found = commune_agencies(written.communes_of)
    except ValueError:
        message = f"không có tỉnh, thành phố nào mang mã {written.communes_of}."
        place = lines.place(("communes_of",))
        return [], Fault(message, place, file, "Hãy ghi mã của Cục Thống kê, ví dụ 31.")
    return [
        _AgencyRow(**agency.model_dump(include={"code", "name", "kind", "aliases"})) for agency in found
    ], None


def _complete(row: _AgencyRow, written: _File) -> Agency:
    groups = [group.code for group in written.groups if row.kind in group.kinds]
    ruled = {
        rule.role: rule for rule in reversed(written.contacts) if not rule.kinds or row.kind in rule.kinds
    }
    contacts = list(reversed(ruled.values())) if row.contacts is None else row.contacts
    return Agency(
        code=row.code,
        name=row.name,
        kind=row.kind,
        groups=tuple(groups if row.groups is None else row.groups),
        aliases=tuple(row.aliases),
        contacts=tuple(
            Contact(role=rule.role, name=rule.name, email=rule.email.replace("{code}", row.code))
            for rule in contacts
        ),
        assumed=row.assumed,
        note=row.note,
    )


def _faults(written: _File, lines: Lines, file: str) -> Iterator[Fault]:
    known = {group.code for group in written.groups}
    for index, row in enumerate(written.agencies):
        for position, code in enumerate(row.groups or ()):
            if code not in known:
                place = lines.place(("agencies", index, "groups", position))
                remedy = "Hãy khai nhóm này ở mục groups hoặc sửa mã."
                yield Fault(f"không có nhóm nào mang mã “{code}”.", place, file, remedy)
        yield from _bad_addresses(row.contacts or (), ("agencies", index), lines, file)
    yield from _bad_addresses(written.contacts, (), lines, file)
    codes = [("groups", index, row.code) for index, row in enumerate(written.groups)]
    yield from _twice(codes, lines, file)


def _bad_addresses(
    contacts: Sequence[_ContactRow], parent: KeyPath, lines: Lines, file: str
) -> Iterator[Fault]:
    for index, contact in enumerate(contacts):
        if not is_mail_address(contact.email.replace("{code}", "x")):
            place = lines.place((*parent, "contacts", index, "email"))
            remedy = "Hãy ghi dạng ten@ten-mien."
            yield Fault(f"“{contact.email}” không phải địa chỉ thư điện tử.", place, file, remedy)


def _clashes(agencies: tuple[Agency, ...], written: _File, lines: Lines, file: str) -> Iterator[Fault]:
    yield from _twice([("agencies", index, row.code) for index, row in enumerate(agencies)], lines, file)
    owners: dict[tuple[str, ...], str] = {}
    named: list[tuple[KeyPath, str, tuple[str, ...]]] = [
        *(
            (("groups", index), row.code, (row.name, *row.aliases))
            for index, row in enumerate(written.groups)
        ),
        *((("agencies", index), row.code, (row.name, *row.aliases)) for index, row in enumerate(agencies)),
    ]
    for path, code, names in named:
        for position, name in enumerate(names):
            owner = owners.setdefault(name_key(name), code)
            if owner != code:
                field: KeyPath = ("name",) if position == 0 else ("aliases", position - 1)
                message = f"tên “{name}” của “{code}” đã thuộc về “{owner}”."
                yield Fault(message, lines.place((*path, *field)), file, "Hãy để tên này ở một nơi.")


def _twice(entries: list[tuple[str, int, str]], lines: Lines, file: str) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for section, index, code in entries:
        place = lines.place((section, index, "code"))
        if code in first:
            yield Fault(f"mã “{code}” đã dùng ở {first[code]}.", place, file, "Hãy đặt mã khác.")
        first.setdefault(code, place)
