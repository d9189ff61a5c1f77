"""A country to measure on: its directory and a decision, written as the files that an officer would load.

3,321 communes are the real ones of 2025, by province; the bodies beside them and the decision are made up, in the form
and the words of the real one. Everything is loaded the way a person loads it; nothing is inserted by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, select

from catalog.agencies import read_directory
from catalog.calendar import WorkingCalendar
from catalog.communes import commune_agencies
from catalog.days import HANOI
from migrations.running import upgrade
from tasks.activation import activate
from tasks.database import writing
from tasks.intake import take_in
from tasks.models import Decision

KEY, DIRECTORY = "ke-hoach-quoc-gia", "quoc-gia"
ISSUED = date(2025, 7, 25)
LOADED = datetime(2025, 7, 25, 9, 0, tzinfo=HANOI)
ACTIVATED = datetime(2025, 9, 6, 9, 0, tzinfo=HANOI)  # a Saturday: nothing speaks before Monday
MONDAY = datetime(2025, 9, 8, 8, 0, tzinfo=HANOI)  # the day on which SPEAKING speaks and nothing else does

EVERYBODY = "Các sở, ban, ngành và Ủy ban nhân dân cấp xã; các cơ quan, đơn vị, tổ chức"
SERVICE_UNITS = "Đơn vị sự nghiệp công lập thuộc Ủy ban nhân dân thành phố"
ENTERPRISES = "Các doanh nghiệp nhà nước thuộc Ủy ban nhân dân thành phố"
# On MONDAY the first is in its last day and the other two are one working day late.
SPEAKING = ("Chậm nhất ngày 08/9/2025", "Chậm nhất ngày 07/9/2025", "Chậm nhất ngày 06/9/2025")
_SILENT = (
    "6 tháng cuối năm 2025", "Trong quý III/2025", "Thường xuyên", "Tháng 10, 11/2025", "6 tháng cuối năm 2025",
    "Hoàn thành trước ngày 15/10/2025", "6 tháng cuối năm 2025 và các năm tiếp theo", "Trong quý III/2025",
    "Tháng 11/2025", "Kỳ họp HĐND thành phố cuối năm 2025",
)  # fmt: skip
_SUPPORT = ("", "Sở Tài chính; Sở Xây dựng", "", "Sở Nội vụ tổng hợp, theo dõi chung", "")
_TEXT = (
    "Rà soát, hoàn thiện và tổ chức triển khai thực hiện nội dung thứ {number} của kế hoạch công tác dân vận gắn với "
    "thực hiện dân chủ ở cơ sở, cải cách hành chính và giải quyết kiến nghị của người dân trên địa bàn"
)
_KINDS = {
    "so-nganh": ["department"],
    "cap-xa": ["commune"],
    "don-vi-su-nghiep": ["service_unit"],
    "doanh-nghiep-nha-nuoc": ["enterprise"],
    "co-quan-don-vi": ["service_unit", "enterprise"],
}
_NAMED = (
    ("so-noi-vu", "Sở Nội vụ"),
    ("van-phong-ubnd", "Văn phòng Ủy ban nhân dân thành phố"),
    ("so-tai-chinh", "Sở Tài chính"),
    ("so-xay-dung", "Sở Xây dựng"),
)
_PROVINCES = range(1, 97)  # codes of the Statistics Office


@dataclass(frozen=True, slots=True)
class Cast:
    """How many agencies of each kind there are; all of them lead what EVERYBODY leads."""

    departments: int
    communes: int
    service_units: int
    enterprises: int

    @property
    def agencies(self) -> int:
        return self.departments + self.communes + self.service_units + self.enterprises


@dataclass(frozen=True, slots=True)
class Row:
    """One duty of the decision: its cells of who leads, who supports and when."""

    lead: str
    support: str
    deadline: str


NATION = Cast(departments=79, communes=3_321, service_units=60, enterprises=40)  # 3,500


def rows_for(tasks: int, cast: Cast = NATION) -> tuple[Row, ...]:
    """Return the duties that make about so many tasks: the three that speak, and as many silent ones as it takes."""
    silent = max(0, round(tasks / cast.agencies) - len(SPEAKING))
    deadlines = (*SPEAKING, *islice(cycle(_SILENT), silent))
    return tuple(
        Row(EVERYBODY, support, deadline)
        for deadline, support in zip(deadlines, cycle(_SUPPORT), strict=False)
    )


def write_world(folder: Path, cast: Cast, rows: tuple[Row, ...]) -> Path:
    """Write the directory and the decision into `folder`; return the decision's file."""
    (folder / DIRECTORY).write_text(_plain(_directory(cast)), encoding="utf-8")
    decision = folder / f"{KEY}.yaml"
    decision.write_text(_plain(_decision(rows)), encoding="utf-8")
    return decision


def load(engine: Engine, decision: Path) -> int:
    """Make the tables, load the decision with its directory as `catalog load` does; return how many tasks there are."""
    upgrade(engine)
    with writing(engine) as session:
        _, loaded = take_in(session, str(decision), ISSUED, "benchmark", LOADED)
    return loaded.tasks


def start(engine: Engine) -> None:
    """Activate the decision, two days before anything speaks."""
    with writing(engine) as session:
        decision = session.scalars(select(Decision)).one()
        activate(session, decision, ACTIVATED, WorkingCalendar(), "benchmark")


def _plain(data: dict[str, Any]) -> str:
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(data, Dumper=dumper, allow_unicode=True, sort_keys=False, width=100_000)
    return text


def _directory(cast: Cast) -> dict[str, Any]:
    shipped, _ = read_directory("hai-phong")
    assert shipped is not None
    groups = [
        {"code": group.code, "name": group.name, "aliases": list(group.aliases), "kinds": _KINDS[group.code]}
        for group in shipped.groups
        if group.code in _KINDS
    ]
    leaders = {"code": "lanh-dao-ubnd", "name": "Lãnh đạo Ủy ban nhân dân thành phố", "kind": "leadership"}
    return {
        "key": DIRECTORY,
        "name": "Thành phố Thử nghiệm",
        "contacts": [
            {"role": "officer", "name": "Văn thư", "email": "van-thu@{code}.example"},
            {"role": "head", "name": "Thủ trưởng", "email": "thu-truong@{code}.example"},
        ],
        "groups": groups,
        "agencies": [leaders, *_agencies(cast)],
    }


def _agencies(cast: Cast) -> Iterator[dict[str, str]]:
    for code, name in _NAMED:
        yield {"code": code, "name": name, "kind": "department"}
    for number in range(1, cast.departments - len(_NAMED) + 1):
        yield {"code": f"so-{number}", "name": f"Sở Chuyên ngành số {number}", "kind": "department"}
    yield from islice(_communes(), cast.communes)
    for number in range(1, cast.service_units + 1):
        yield {"code": f"don-vi-{number}", "name": f"Bệnh viện Đa khoa số {number}", "kind": "service_unit"}
    for number in range(1, cast.enterprises + 1):
        yield {"code": f"cong-ty-{number}", "name": f"Công ty Công ích số {number}", "kind": "enterprise"}


def _communes() -> Iterator[dict[str, str]]:
    """Yield every commune-level committee of the country; its province's number keeps codes and names apart."""
    for province in _PROVINCES:
        try:
            communes = commune_agencies(province)
        except ValueError:  # a number that no province has since 2025
            continue
        for agency in communes:
            numbered = {"code": f"{agency.code}-{province}", "name": f"{agency.name}, tỉnh số {province}"}
            yield numbered | {"kind": "commune"}


def _decision(rows: tuple[Row, ...]) -> dict[str, Any]:
    duties = [
        {
            "code": f"1.{number}", "section": "1", "text": _TEXT.format(number=number), "lead": row.lead,
            "support": row.support, "deadline": row.deadline,
        }
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    for duty in duties:
        if duty["deadline"].startswith("Kỳ họp"):
            duty["event"] = "ky-hop"
    return {
        "key": KEY,
        "directory": DIRECTORY,
        "number": "01/QĐ-UBND",
        "issued_on": ISSUED,
        "year": ISSUED.year,
        "title": "Ban hành danh mục nhiệm vụ của cả nước để đo tốc độ",
        "issuer": "Ủy ban nhân dân thành phố Thử nghiệm",
        "place": "Thử nghiệm",
        "coordinator": "so-noi-vu",
        "confirmer": "van-phong-ubnd",
        "leaders": "lanh-dao-ubnd",
        "sections": [{"code": "1", "title": "CÁC NHIỆM VỤ"}],
        "duties": duties,
        "rounds": [
            {"code": "lan-1", "text": "lần 1 trước ngày 05/11/2025", "source": "Điều 3 khoản 1"},
            {"code": "lan-2", "text": "lần 2 trước ngày 05/12/2025", "source": "Điều 3 khoản 1"},
        ],
        "expected": EVERYBODY,
        "events": [{"code": "ky-hop", "name": "Kỳ họp HĐND thành phố cuối năm 2025"}],
    }
