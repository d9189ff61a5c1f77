from datetime import date
from time import process_time

import pytest

from catalog.agencies import Directory, read_directory
from catalog.decision import Decision
from catalog.decision_file import read_decision
from catalog.expansion import Plan, expand

ISSUED = date(2025, 7, 25)
END_OF_YEAR = date(2025, 12, 31)

# code: (first day, last on-time day), by hand from the decision
DATES = {
    "1.1": (None, None),
    "1.2": (None, date(2025, 8, 14)),
    "1.3": (date(2025, 7, 1), date(2025, 9, 30)),
    "2.1": (None, None),
    "2.2": (date(2025, 7, 1), None),
    "2.3": (date(2025, 7, 1), None),
    "2.4": (date(2025, 7, 1), date(2025, 9, 30)),
    "2.5": (date(2025, 7, 1), None),
    "2.6": (None, None),
    "3.1": (date(2025, 11, 1), date(2025, 11, 30)),
    "3.2": (date(2025, 7, 1), END_OF_YEAR),
    "3.3": (date(2025, 7, 1), END_OF_YEAR),
    "3.4.a": (None, None),
    "3.4.b": (None, date(2025, 8, 14)),
    "3.4.b1": (date(2025, 7, 1), END_OF_YEAR),
    "3.4.b2": (date(2025, 7, 1), END_OF_YEAR),
    "3.4.b3": (date(2025, 7, 1), END_OF_YEAR),
    "4.1": (date(2025, 7, 1), END_OF_YEAR),
    "4.2": (date(2025, 7, 1), END_OF_YEAR),
    "4.3": (date(2025, 7, 1), END_OF_YEAR),
    "4.4": (date(2025, 7, 1), END_OF_YEAR),
    "4.5": (date(2025, 7, 1), END_OF_YEAR),
    "4.6": (date(2025, 7, 1), END_OF_YEAR),
    "4.7": (date(2025, 8, 1), date(2025, 8, 31)),
    "4.8": (date(2025, 10, 1), date(2025, 11, 30)),
    "5.1": (date(2025, 10, 1), date(2025, 10, 31)),
    "5.2": (date(2025, 7, 1), END_OF_YEAR),
    "5.3": (date(2025, 8, 1), date(2025, 8, 31)),
}


@pytest.fixture(scope="module")
def decision() -> Decision:
    read, faults = read_decision("hai-phong-dan-van-2025-2")
    assert faults == ()
    assert read is not None
    return read


@pytest.fixture(scope="module")
def directory() -> Directory:
    read, faults = read_directory("hai-phong")
    assert faults == ()
    assert read is not None
    return read


@pytest.fixture(scope="module")
def plan(decision: Decision, directory: Directory) -> Plan:
    made, faults = expand(decision, directory, issued_on=ISSUED)
    assert faults == ()
    return made


def planned(plan: Plan, code: str):
    return {one.duty.code: one for one in plan.duties}[code]


@pytest.mark.parametrize("code", DATES)
def test_each_duty_starts_and_falls_due_as_the_decision_says(plan: Plan, code: str):
    duty = planned(plan, code)
    assert (duty.start, duty.due) == DATES[code]


def test_only_the_duty_of_the_council_session_waits_for_an_event(plan: Plan):
    waiting = {one.duty.code: one.event for one in plan.duties if one.event}
    assert waiting == {"3.4.a": "ky-hop-hdnd-cuoi-nam-2025"}


@pytest.mark.parametrize(
    "code", ["2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.3", "3.4.a", "4.1", "4.2", "4.6"]
)
def test_a_duty_of_one_named_body_is_one_task(plan: Plan, code: str):
    assert len(planned(plan, code).leads) == 1


def test_communes_alone_do_3_4_b2_and_every_named_group_does_1_1(plan: Plan, directory: Directory):
    communes = {agency.code for agency in directory.agencies if agency.kind == "commune"}
    assert set(planned(plan, "3.4.b2").leads) == communes
    assert len(communes) == 114
    everyone = set(planned(plan, "1.1").leads)
    assert len(everyone) >= 130
    assert communes | {"so-noi-vu", "so-xay-dung", "van-phong-ubnd"} <= everyone


def test_the_decision_becomes_at_least_1500_tasks_each_lead_once(plan: Plan):
    assert plan.task_count >= 1500
    assert all(len(one.leads) == len(set(one.leads)) for one in plan.duties)


def test_the_coordinator_leads_like_any_other(plan: Plan):
    assert planned(plan, "2.4").leads == ("so-noi-vu",)
    assert "so-noi-vu" in planned(plan, "4.3").leads


def test_a_monitor_and_an_invited_body_are_no_supporters(plan: Plan):
    duty = planned(plan, "3.4.b3")
    assert duty.monitors == ("so-noi-vu",)
    assert len(duty.invited) == 2
    assert duty.supporters == ()
    assert duty.support_groups == ()


def test_supporters_are_those_named_one_by_one_and_a_choice_left_open_names_nobody(plan: Plan):
    assert set(planned(plan, "2.2").supporters) == {"so-tai-chinh", "so-nong-nghiep-va-moi-truong"}
    assert planned(plan, "2.4").supporters == ("ban-tuyen-giao-va-dan-van",)
    assert planned(plan, "2.3").supporters == ()
    assert planned(plan, "2.3").support_groups


def test_a_lead_cell_that_leaves_the_choice_lists_all_marked(plan: Plan):
    marked = [one.duty.code for one in plan.duties if one.candidates_marked]
    assert marked == ["3.4.b3"]
    duty = planned(plan, "3.4.b3")
    assert len(duty.leads) >= 130
    assert len(duty.candidates) == 114 + 14  # not the bodies after the semicolon
    assert any("3.4.b3" in note and "để ngỏ" in note for note in plan.notes)


def test_both_rounds_open_20_working_days_before_their_last_on_time_day(plan: Plan):
    assert [(one.code, one.opens, one.due) for one in plan.rounds] == [
        ("lan-1", date(2025, 8, 5), date(2025, 9, 4)),
        ("lan-2", date(2025, 11, 6), date(2025, 12, 4)),
    ]


def test_every_agency_that_leads_is_expected_to_report(plan: Plan):
    leads = {code for one in plan.duties for code in one.leads}
    assert leads <= set(plan.rounds[0].expected)
    assert plan.rounds[0].expected == plan.rounds[1].expected


def test_the_notes_say_what_the_directory_assumes(plan: Plan):
    assert any("giả định" in note for note in plan.notes)


SMALL = {
    "key": "thu-nghiem",
    "directory": "hai-phong",
    "year": 2026,
    "title": "Thử nghiệm",
    "issuer": "Ủy ban nhân dân thành phố",
    "place": "Hải Phòng",
    "coordinator": "so-noi-vu",
    "confirmer": "van-phong-ubnd",
    "leaders": "lanh-dao-ubnd",
    "sections": [{"code": "1", "title": "Phần một"}],
}


def small(directory: Directory, rounds=(), issued_on: date | None = None, **duty) -> tuple[Plan, tuple]:
    row = {
        "code": "1.1",
        "section": "1",
        "text": "Việc",
        "lead": "Sở Xây dựng",
        "deadline": "Quý III/2026",
    } | duty
    made = Decision.model_validate(SMALL | {"duties": [row], "rounds": list(rounds)})
    return expand(made, directory, issued_on=issued_on)


def test_a_lead_named_by_group_and_by_name_is_one_lead(directory: Directory):
    twice, _ = small(directory, lead="Sở Xây dựng; các sở, ban, ngành")
    once, _ = small(directory, lead="Các sở, ban, ngành")
    assert twice.duties[0].leads == once.duties[0].leads


def test_bodies_that_cannot_be_listed_make_no_task_and_one_note(directory: Directory):
    made, faults = small(
        directory, lead="Sở Xây dựng; doanh nghiệp và tổ chức khác thuộc khu vực ngoài nhà nước"
    )
    assert faults == ()
    assert made.duties[0].leads == ("so-xay-dung",)
    assert len([note for note in made.notes if "không liệt kê được" in note]) == 1


def test_a_deadline_that_waits_gets_an_event_code_of_its_own_and_says_so(directory: Directory):
    made, faults = small(directory, deadline="Kỳ họp HĐND thành phố giữa năm 2026")
    assert faults == ()
    assert made.duties[0].event == "ky-hop-hdnd-thanh-pho-giua-nam-2026"
    assert any("do phần mềm đặt" in note for note in made.notes)


def test_dates_set_by_a_person_win_and_are_noted(directory: Directory):
    made, faults = small(directory, deadline="Càng sớm càng tốt", due=date(2026, 6, 30))
    assert faults == ()
    assert made.duties[0].due == date(2026, 6, 30)
    assert made.duties[0].event is None
    assert any("do người nhập đặt" in note for note in made.notes)


def test_without_a_cell_for_it_every_lead_is_expected(directory: Directory):
    rounds = [{"code": "lan-1", "text": "trước ngày 05/9/2026", "source": "Điều 3"}]
    made, faults = small(directory, rounds, lead="Sở Xây dựng, Sở Nội vụ")
    assert faults == ()
    assert set(made.rounds[0].expected) == {"so-xay-dung", "so-noi-vu"}


def test_faults_say_where_even_without_a_file(directory: Directory):
    _, faults = small(directory, issued_on=date(2026, 11, 2), support="Tổng công ty Sao Hỏa")
    assert [str(fault).split(":")[0] for fault in faults] == [
        "nhiệm vụ 1.1, thời gian thực hiện",
        "nhiệm vụ 1.1, cơ quan phối hợp",
    ]


def test_reading_and_expanding_the_decision_takes_less_than_a_second(directory: Directory):
    started = process_time()
    read, _ = read_decision("hai-phong-dan-van-2025-2")
    assert read is not None
    expand(read, directory, issued_on=ISSUED)
    assert process_time() - started < 1
