"""A small real world: a directory of four departments and a decision of four duties, loaded and speaking.

Huyền's department coordinates (so-noi-vu). The decision is of 25 July 2025.
"""

from datetime import datetime
from pathlib import Path
from textwrap import dedent

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import read_directory
from tasks.activation import activate
from tasks.amending.amendments import apply, prepare
from tasks.amending.plan import Difference
from tasks.calendars import calendar_of
from tasks.directories import load_directory
from tasks.intake import take_in
from tasks.models import Agency, Decision, Duty, Task
from tests.tasks.cast import ISSUED, at

DIRECTORY = """\
key: nho
name: Thành phố Nhỏ
groups:
  - {code: so, name: Các sở, aliases: [sở]}
agencies:
  - {code: so-noi-vu, name: Sở Nội vụ, kind: department, groups: [so]}
  - {code: so-xay-dung, name: Sở Xây dựng, kind: department, groups: [so],
     contacts: [{role: officer, name: Văn thư, email: vanthu@xay-dung.example}]}
  - {code: so-tai-chinh, name: Sở Tài chính, kind: department, groups: [so],
     contacts: [{role: officer, name: Văn thư, email: vanthu@tai-chinh.example}]}
  - {code: so-y-te, name: Sở Y tế, kind: department, groups: [so],
     contacts: [{role: officer, name: Văn thư, email: vanthu@y-te.example}]}
  - {code: van-phong, name: Văn phòng Ủy ban nhân dân thành phố, kind: department}
  - {code: lanh-dao, name: Lãnh đạo Ủy ban nhân dân thành phố, kind: leadership}
"""
DECISION = """\
key: nho-2025
directory: nho
number: 12/QĐ-UBND
issued_on: 2025-07-25
year: 2025
title: Danh mục nhiệm vụ thử
issuer: Ủy ban nhân dân thành phố Nhỏ
place: Nhỏ
coordinator: so-noi-vu
confirmer: van-phong
leaders: lanh-dao
sections: [{code: "1", title: Phần một}, {code: "2", title: Phần hai}]
duties:
  - {code: "1.1", section: "1", text: Lập kế hoạch, lead: Sở Xây dựng; Sở Tài chính, support: Sở Y tế,
     deadline: Hoàn thành trước ngày 15/11/2025}
  - {code: "1.2", section: "1", text: Trình kỳ họp, lead: Sở Xây dựng,
     deadline: Kỳ họp HĐND thành phố cuối năm 2025, event: ky-hop}
  - {code: "2.1", section: "2", text: Đối thoại, lead: Các sở, deadline: 6 tháng cuối năm 2025}
  - {code: "2.2", section: "2", text: Báo cáo nhanh, lead: Sở Y tế, deadline: Quý III/2025}
rounds:
  - {code: lan-1, text: lần 1 trước ngày 05/9/2025, source: Điều 3}
  - {code: lan-2, text: lần 2 trước ngày 05/12/2025, source: Điều 3}
expected: Các sở
events: [{code: ky-hop, name: Kỳ họp HĐND thành phố cuối năm 2025}]
"""


def load_small(session: Session, folder: Path, *, active: bool = True) -> Decision:
    """Load the directory and the decision; activate it at 08:00 of its day."""
    (folder / "nho.yaml").write_text(DIRECTORY, "utf-8")
    (folder / "quyet-dinh.yaml").write_text(DECISION, "utf-8")
    directory, faults = read_directory(folder / "nho.yaml")
    assert directory is not None, faults
    load_directory(session, directory)
    key, _ = take_in(session, str(folder / "quyet-dinh.yaml"), None, "admin", at(ISSUED))
    decision = session.scalars(select(Decision).where(Decision.key == key)).one()
    if active:
        activate(session, decision, at(ISSUED), calendar_of(session), "admin")
    session.flush()
    return decision


def amendment(folder: Path, body: str, *, number: str = "99/QĐ-UBND", issued_on: str = "2025-10-15") -> Path:
    """Write an amendment of the small decision and return its path."""
    path = folder / f"{number.split('/', maxsplit=1)[0]}.yaml"
    head = f"amends: nho-2025\nnumber: {number}\nissued_on: {issued_on}\n"
    path.write_text(head + dedent(body), "utf-8")
    return path


def amend(session: Session, path: Path, now: datetime) -> Difference:
    """Apply an amendment as the command does."""
    return apply(session, prepare(session, path, lock=True), "huyen", now)


def tasks_of(session: Session, duty: str) -> dict[str, Task]:
    """Return the duty's tasks by their agency's code."""
    rows = (
        select(Agency.code, Task)
        .join_from(Task, Agency, Agency.id == Task.agency_id)
        .join(Duty, Duty.id == Task.duty_id)
        .where(Duty.code == duty)
        .order_by(Agency.sort_key)
        .execution_options(populate_existing=True)
    )
    return dict(session.execute(rows).tuples().all())
