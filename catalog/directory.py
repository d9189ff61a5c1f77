"""The agencies of one city or province, their groups and their contacts."""

from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from catalog.text import search_key, sort_key


class AgencyKind(StrEnum):
    """What a body is; only the first four stand under the People's Committee."""

    DEPARTMENT = "department"
    COMMUNE = "commune"
    SERVICE_UNIT = "service_unit"
    ENTERPRISE = "enterprise"
    LEADERSHIP = "leadership"
    PARTY = "party"
    COUNCIL = "council"
    FRONT = "front"
    VERTICAL = "vertical"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    AgencyKind.DEPARTMENT: "Sở, ban, ngành",
    AgencyKind.COMMUNE: "Ủy ban nhân dân cấp xã",
    AgencyKind.SERVICE_UNIT: "Đơn vị sự nghiệp công lập",
    AgencyKind.ENTERPRISE: "Doanh nghiệp nhà nước",
    AgencyKind.LEADERSHIP: "Lãnh đạo Ủy ban nhân dân",
    AgencyKind.PARTY: "Cơ quan Đảng",
    AgencyKind.COUNCIL: "Hội đồng nhân dân",
    AgencyKind.FRONT: "Mặt trận và đoàn thể",
    AgencyKind.VERTICAL: "Cơ quan ngành dọc",
}

ContactRole = Literal["officer", "head"]
ROLE_LABELS: dict[ContactRole, str] = {"officer": "Văn thư", "head": "Thủ trưởng"}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Frozen):
    """Where an agency is written to; `name` is a post, not a person."""

    role: ContactRole
    name: str
    email: str


class Agency(_Frozen):
    """One body. `assumed` marks a row that nobody has verified; `note` says why."""

    code: str
    name: str
    kind: AgencyKind
    groups: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    assumed: bool = False
    note: str = ""

    @property
    def sort_key(self) -> str:
        return sort_key(self.name)

    @property
    def search_key(self) -> str:
        return search_key(" ".join((self.name, *self.aliases)))


class Group(_Frozen):
    """A named set of agencies; `aliases` are the nouns that mean it in a cell: "sở", "ban", "ngành"."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


class Directory(_Frozen):
    """All agencies and groups of one place; codes are unique within it, not between directories."""

    key: str
    name: str
    agencies: tuple[Agency, ...]
    groups: tuple[Group, ...]

    def __hash__(self) -> int:
        return hash(self.key)

    def agency(self, code: str) -> Agency:
        """Return the agency with `code`; KeyError when the directory has none."""
        return self._by_code[code]

    def has_agency(self, code: str) -> bool:
        return code in self._by_code

    def group(self, code: str) -> Group:
        """Return the group with `code`; KeyError when the directory has none."""
        return self._groups[code]

    def has_group(self, code: str) -> bool:
        return code in self._groups

    def members(self, group_code: str) -> tuple[str, ...]:
        """Return the codes of the group's agencies in dictionary order of their names; KeyError when unknown."""
        return self._members[group_code]

    @property
    def level(self) -> str:
        """The word for the place's rank as its name has it: "thành phố" or "tỉnh"; empty when it has none."""
        return next((word for word in ("thành phố", "tỉnh") if self.name.lower().startswith(word)), "")

    @property
    def place(self) -> str:
        """The proper name of the place without its rank: "Hải Phòng"."""
        return self.name[len(self.level) :].strip()

    @cached_property
    def _by_code(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    @cached_property
    def _groups(self) -> dict[str, Group]:
        return {group.code: group for group in self.groups}

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {group.code: [] for group in self.groups}
        for agency in sorted(self.agencies, key=lambda agency: agency.sort_key):
            for code in agency.groups:
                found[code].append(agency.code)
        return {code: tuple(codes) for code, codes in found.items()}
