from datetime import date

import pytest

from catalog.agencies import read_directory
from catalog.amendment import Amendment, amended
from catalog.amendment_checks import Amended, check_amendment
from catalog.decision import Decision
from catalog.decision_file import read_decision
from catalog.expansion import expand


@pytest.fixture(scope="module")
def base() -> Amended:
    decision, faults = read_decision("hai-phong-dan-van-2025-2", issued_on=date(2025, 7, 25))
    directory, _ = read_directory("hai-phong")
    assert decision is not None, faults
    assert directory is not None
    return Amended(decision, directory)


def amendment(**entries: object) -> Amendment:
    head = {"amends": "hai-phong-dan-van-2025-2", "number": "99/QĐ-UBND", "issued_on": "2025-10-15"}
    return Amendment.model_validate(head | entries)


def dues(decision: Decision, base: Amended) -> dict[str, date | None]:
    plan, faults = expand(decision, base.directory)
    assert faults == ()
    return {planned.duty.code: planned.due for planned in plan.duties}


def row(code: str, **more: str) -> dict[str, str]:
    return {
        "code": code,
        "section": "2",
        "text": "Việc mới",
        "lead": "Sở Y tế",
        "deadline": "Thường xuyên",
    } | more


def test_a_new_row_stands_where_it_says_else_at_the_end_of_its_section(base: Amended) -> None:
    after = amended(base.decision, amendment(add=[row("2.9"), row("2.1a", after="2.1")]))
    codes = [duty.code for duty in after.duties]
    assert codes[codes.index("2.1") + 1] == "2.1a"
    assert codes[codes.index("3.1") - 1] == "2.9"


def test_a_period_counts_from_the_amendments_own_day(base: Amended) -> None:
    after = amended(base.decision, amendment(add=[row("2.9", deadline="30 ngày kể từ ngày ban hành")]))
    assert dues(after, base)["2.9"] == date(2025, 11, 14)  # 30 days from 15 October


def test_a_day_without_a_year_takes_the_amendments(base: Amended) -> None:
    after = amended(base.decision, amendment(year=2026, add=[row("2.9", deadline="trước ngày 15/3")]))
    assert dues(after, base)["2.9"] == date(2026, 3, 14)


def test_what_a_person_set_for_the_old_words_goes_with_them(base: Amended) -> None:
    by_hand = amended(base.decision, amendment(change=[{"code": "2.2", "due": "2025-11-20"}]))
    assert dues(by_hand, base)["2.2"] == date(2025, 11, 20)
    reworded = amendment(number="100/QĐ-UBND", change=[{"code": "2.2", "deadline": "Tháng 12/2025"}])
    assert dues(amended(by_hand, reworded), base)["2.2"] == date(2025, 12, 31)


def test_what_is_not_named_stays(base: Amended) -> None:
    after = amended(base.decision, amendment(change=[{"code": "1.1", "support": ""}]))
    before, now = base.decision.duty("1.1"), after.duty("1.1")
    assert now == before.model_copy(update={"support": ""})


def test_the_words_of_untouched_rows_are_not_questioned(base: Amended) -> None:
    odd = base.decision.model_copy(
        update={
            "duties": tuple(
                duty.model_copy(update={"lead": "Sở Lạ"}) if duty.code == "2.2" else duty
                for duty in base.decision.duties
            )
        }
    )
    changed = amendment(change=[{"code": "2.2", "text": "Khác"}, {"code": "1.1", "text": "Khác"}])
    assert list(check_amendment(changed, Amended(odd, base.directory))) == []


def test_every_duty_cancelled_is_refused(base: Amended) -> None:
    gone = [{"code": duty.code, "reason": "Thôi"} for duty in base.decision.duties]
    (finding,) = check_amendment(amendment(cancel=gone), base)
    assert "mọi nhiệm vụ" in finding.message


def test_a_cancelled_code_is_not_given_again(base: Amended) -> None:
    first = amendment(number="98/QĐ-UBND", cancel=[{"code": "4.8", "reason": "Thôi"}])
    now = Amended(amended(base.decision, first), base.directory, (first,))
    for entries in ({"add": [row("4.8")]}, {"change": [{"code": "4.8", "text": "Khác"}]}):
        assert any(
            "đã bị bãi bỏ theo Quyết định số 98/QĐ-UBND" in finding.message
            for finding in check_amendment(amendment(**entries), now)
        )
