from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import Directory
from catalog.groups.parser import resolve_cell
from notifications.mailing import read_letterhead
from notifications.sweep import sweep
from tasks.actors import Actor, Role
from tasks.amending.merging import Merger, merge_agencies
from tasks.asof import as_of
from tasks.directories import load_directory, stored_directory
from tasks.errors import DomainError, ManyRefusalsError
from tasks.models import (
    Agency,
    Decision,
    Group,
    Life,
    Message,
    MessageState,
    Notice,
    Round,
    Standing,
    Supporter,
)
from tasks.rounds.rounds import open_due_rounds
from tasks.tracking import tracker
from tests.tasks.cast import ADMIN, ISSUED, at
from tests.tasks.small import amend, amendment, load_small, tasks_of

HEAD = read_letterhead("Đôn đốc <don-doc@nho.example>", "https://dondoc.example")
HUYEN = Actor("huyen", Role.ADMINISTRATOR)
NOW = at("2025-10-20")


@pytest.fixture
def decision(session: Session, tmp_path: Path) -> Decision:
    return load_small(session, tmp_path)


def merge(session: Session, codes: str, into: str, **more: object):
    values = {"reason": "Nghị quyết số 1", "on": date(2025, 10, 15), "by": "huyen"} | more
    return merge_agencies(session, Merger("nho", tuple(codes.split()), into, **values), NOW)


def agency(session: Session, code: str) -> Agency:
    return session.scalars(select(Agency).where(Agency.code == code)).one()


def directory(session: Session) -> Directory:
    found = stored_directory(session, "nho")
    assert found is not None
    return found


def test_open_tasks_move_duplicates_end_and_the_finished_stay(session, decision) -> None:
    quick = tasks_of(session, "2.2")["so-y-te"].id
    plan = tasks_of(session, "1.1")["so-tai-chinh"].id
    tracker.declare(session, [plan], ADMIN, at("2025-10-01"))
    tracker.confirm(session, [plan], HUYEN, at("2025-10-02"))
    moved, other = merge(session, "so-y-te so-tai-chinh", "so-xay-dung")
    # Health leads 2.1 (as Construction does) and 2.2; Finance 1.1 (done) and 2.1
    assert (moved.tasks, moved.tasks_ended, moved.tasks_kept) == (1, 1, 0)
    assert (other.tasks, other.tasks_ended, other.tasks_kept) == (0, 1, 1)
    task = tasks_of(session, "2.2")["so-xay-dung"]
    assert (task.id, task.life) == (quick, Life.NOT_STARTED)
    (event,) = task.events
    assert (event.action, event.from_agency_id, event.reason, event.document_date) == (
        "transfer", agency(session, "so-y-te").id, "Đã sáp nhập vào Sở Xây dựng: Nghị quyết số 1", date(2025, 10, 15),
    )  # fmt: skip
    ended = tasks_of(session, "2.1")
    assert {code: task.life for code, task in ended.items()} == {
        "so-noi-vu": Life.NOT_STARTED,
        "so-tai-chinh": Life.CANCELLED,
        "so-xay-dung": Life.NOT_STARTED,
        "so-y-te": Life.CANCELLED,
    }
    assert ended["so-y-te"].events[-1].reason == "Đã sáp nhập vào Sở Xây dựng: Nghị quyết số 1"
    assert tasks_of(session, "1.1")["so-tai-chinh"].life is Life.COMPLETED


def test_the_day_before_the_task_was_the_merged_agencys(session, decision) -> None:
    number = tasks_of(session, "2.2")["so-y-te"].id
    merge(session, "so-y-te", "so-xay-dung")
    then, now = as_of(session, at("2025-10-19", 23)).tasks(), as_of(session, at("2025-10-20", 23)).tasks()
    led = [session.scalars(select(tasks.agency_id).where(tasks.id == number)).one() for tasks in (then, now)]
    assert led == [agency(session, "so-y-te").id, agency(session, "so-xay-dung").id]


def test_a_report_moves_or_ends_as_the_tasks_do(session, decision) -> None:
    open_due_rounds(session, at("2025-08-10"))
    first = session.scalars(select(Round).where(Round.code == "lan-1")).one()
    heir = Agency(
        directory="nho", code="so-moi", name="Sở Mới", kind="department", sort_key="x", search_key="x"
    )
    session.add(heir)
    session.flush()
    assert [(m.reports, m.reports_ended) for m in merge(session, "so-y-te so-tai-chinh", "so-moi")] == [
        (1, 0),
        (0, 1),
    ]
    rows = select(Agency.code, Standing.state).join(Standing, Standing.agency_id == Agency.id)
    states = {code: state.value for code, state in session.execute(rows.where(Standing.round_id == first.id))}
    assert states == {
        "so-noi-vu": "missing",
        "so-xay-dung": "missing",
        "so-moi": "missing",
        "so-tai-chinh": "exempt",
    }
    exempt = session.scalars(select(Standing).join(Agency).where(Agency.code == "so-tai-chinh")).one()
    assert exempt.reason == "Đã sáp nhập vào Sở Mới: Nghị quyết số 1"
    second = session.scalars(select(Round).where(Round.code == "lan-2")).one()
    assert sorted(second.expected) == ["so-moi", "so-noi-vu", "so-xay-dung"]


def test_cells_that_name_the_merged_agency_mean_its_heir_and_groups_leave_it_out(
    session, decision, tmp_path
) -> None:
    merge(session, "so-y-te", "so-xay-dung")
    (part,) = resolve_cell("Sở Y tế", directory(session))
    assert part.codes == ("so-xay-dung",)
    assert directory(session).members("so") == ("so-noi-vu", "so-tai-chinh", "so-xay-dung")
    done = amend(session, amendment(tmp_path, """
        add: [{code: "1.9", section: "1", text: Mới, lead: Các sở, deadline: Tháng 12/2025}]
    """), NOW)  # fmt: skip
    assert [change.agency for change in done.tasks] == ["so-noi-vu", "so-tai-chinh", "so-xay-dung"]


def test_offices_and_support_pass_to_the_heir(session, decision) -> None:
    merge(session, "so-noi-vu so-y-te", "so-tai-chinh")
    session.refresh(decision)
    assert decision.coordinator.code == "so-tai-chinh"
    assert session.scalars(select(Supporter.agency_id)).all() == [agency(session, "so-tai-chinh").id]


def test_who_merged_before_goes_on_with_the_new_heir(session, decision) -> None:
    merge(session, "so-y-te", "so-tai-chinh")
    merge(session, "so-tai-chinh", "so-xay-dung")
    assert {agency(session, code).heir_id for code in ("so-y-te", "so-tai-chinh")} == {
        agency(session, "so-xay-dung").id
    }
    (part,) = resolve_cell("Sở Y tế", directory(session))
    assert part.codes == ("so-xay-dung",)


def test_unsent_mail_is_taken_back_and_the_heir_is_told_once(session, decision) -> None:
    sweep(session, at(ISSUED), HEAD)
    merge(session, "so-y-te", "so-xay-dung", on=ISSUED)
    merged, heir = agency(session, "so-y-te").id, agency(session, "so-xay-dung").id
    mails = session.scalars(select(Message.state).where(Message.agency_id == merged)).all()
    assert mails == [MessageState.SUPERSEDED]
    swept = sweep(session, at("2025-10-21"), HEAD)
    assert swept.failed == 0
    told = session.scalars(select(Message.agency_id).where(Message.speaks_for == date(2025, 10, 21))).all()
    assert merged not in told
    assert told.count(heir) == 1
    waiting = session.scalars(
        select(Notice.state).where(Notice.agency_id == merged, Notice.state == "pending")
    )
    assert waiting.all() == []


def test_all_that_is_wrong_is_told_at_once_and_nothing_changes(session, decision) -> None:
    merge(session, "so-y-te", "so-xay-dung")
    with pytest.raises(ManyRefusalsError) as refused:
        merge(session, "so-y-te so-la so-xay-dung", "so-xay-dung", reason=" ", on=date(2025, 12, 1))
    told = str(refused.value)
    for words in ("mang mã so-la", "đã sáp nhập vào cơ quan khác", "chính nó", "lý do", "01/12/2025"):
        assert words in told
    with pytest.raises(DomainError, match="đã sáp nhập vào cơ quan khác"):
        merge(session, "so-tai-chinh", "so-y-te")


def test_a_renamed_agency_keeps_its_tasks_and_answers_to_its_old_name(session, decision) -> None:
    said = directory(session)
    named = said.model_copy(
        update={
            "agencies": tuple(
                a.model_copy(update={"name": "Sở Quy hoạch và Xây dựng"}) if a.code == "so-xay-dung" else a
                for a in said.agencies
            )
        }
    )
    assert load_directory(session, named).changed == 1
    assert load_directory(session, named).changed == 0
    for cell in ("Sở Xây dựng", "Sở Quy hoạch và Xây dựng"):
        (part,) = resolve_cell(cell, directory(session))
        assert part.codes == ("so-xay-dung",)
    assert tasks_of(session, "1.1")["so-xay-dung"].agency.name == "Sở Quy hoạch và Xây dựng"


def test_a_name_that_another_agency_takes_over_means_its_bearer_of_today(session, decision) -> None:
    said = directory(session)
    names = {"so-xay-dung": "Sở Mới", "so-y-te": "Sở Xây dựng"}
    swapped = tuple(a.model_copy(update={"name": names.get(a.code, a.name)}) for a in said.agencies)
    load_directory(session, said.model_copy(update={"agencies": swapped}))
    (part,) = resolve_cell("Sở Xây dựng", directory(session))
    assert part.codes == ("so-y-te",)


def test_the_heir_takes_the_place_in_groups_that_hold_its_kind_and_in_no_other(session, decision) -> None:
    health, office = agency(session, "so-y-te"), agency(session, "van-phong")
    project = Group(directory="nho", code="de-an", name="Các cơ quan tham gia Đề án")
    units = Group(directory="nho", code="don-vi", name="Các đơn vị sự nghiệp")
    session.add_all([project, units])
    health.groups = [*health.groups, project]
    unit = Agency(
        directory="nho", code="trung-tam", name="Trung tâm", kind="service_unit", sort_key="trung tam",
        search_key="trung tam", groups=[units, project],
    )  # fmt: skip
    session.add(unit)
    session.flush()
    (first,) = merge(session, "so-y-te", "van-phong")  # both departments
    assert set(first.groups.joined) == {"Các sở", "Các cơ quan tham gia Đề án"}
    assert first.groups.left_out == ()
    session.refresh(office)
    assert "van-phong" in directory(session).members("so")
    (second,) = merge(session, "trung-tam", "so-xay-dung")  # a unit into a department
    assert second.groups.joined == ("Các cơ quan tham gia Đề án",)  # which holds departments too
    assert second.groups.left_out == ("Các đơn vị sự nghiệp",)
    assert directory(session).members("don-vi") == ()


def test_an_heir_by_group_keeps_its_task_when_the_cell_is_worded_anew(session, decision, tmp_path) -> None:
    merge(session, "so-y-te", "van-phong")
    amend(session, amendment(tmp_path, """
        change:
          - {code: "2.1", lead: Tất cả các sở}
    """), NOW)  # fmt: skip
    assert tasks_of(session, "2.1")["van-phong"].life is Life.NOT_STARTED
