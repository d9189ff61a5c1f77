"""A policy file is read whole; every rung that could not be true is told with its line."""

from pathlib import Path

import pytest

from catalog.policy import Policy
from catalog.policy_file import policy_keys, read_policy

GOOD = """\
key: thu
name: Lịch thử
tasks:
  - {step: -2, kind: reminder, tell: [agency]}
  - {step: 1, kind: overdue, tell: [agency]}
rounds:
  - {step: 0, kind: round_last_day, tell: [agency]}
close_out: {step: 1, kind: close_out, tell: [coordinator]}
due_soon: 10
named_to_leaders: 10
unanswered_after: 5
ask_dates: monthly
coordinator_digest: monday
leaders_digest: friday
"""


@pytest.fixture
def policy_of(tmp_path: Path):
    def read(text: str) -> tuple[Policy | None, list[str]]:
        path = tmp_path / "lich.yaml"
        path.write_text(text, encoding="utf-8", newline="")
        policy, faults = read_policy(path)
        return policy, [str(fault) for fault in faults]

    return read


def test_every_shipped_policy_is_without_fault():
    assert "default" in policy_keys()
    for key in policy_keys():
        policy, faults = read_policy(key)
        assert policy is not None
        assert faults == ()
        assert policy.key == key


def test_the_default_ladder_is_the_one_the_business_describes():
    policy, _ = read_policy("default")
    assert [(rung.step, rung.kind) for rung in policy.tasks] == [
        (-10, "reminder"), (-5, "reminder"), (-2, "reminder"), (0, "last_day"),
        (1, "overdue"), (1, "escalation"), (5, "overdue"), (5, "escalation"),
    ]  # fmt: skip
    assert policy.named_to_leaders == 10


def test_a_correct_file_is_read(policy_of):
    policy, faults = policy_of(GOOD)
    assert faults == []
    assert policy.leaders_digest == "friday"


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("step: -2, kind: reminder", "step: 2, kind: reminder", 4, "trước hạn"),
        ("step: 1, kind: overdue", "step: -1, kind: overdue", 5, "sau hạn"),
        ("step: 0, kind: round_last_day", "step: 3, kind: round_last_day", 7, "ngày cuối cùng"),
        ("kind: round_last_day", "kind: last_day", 7, "không dùng được ở mục rounds"),
        ("{step: 1, kind: close_out", "{step: 0, kind: close_out", 8, "sau hạn"),
        ("tell: [agency]}\n  - {step: 1", "tell: [chủ tịch]}\n  - {step: 1", 4, "phải là một trong"),
        ("due_soon: 10", "due_soon: 900", 9, "250"),
        ("leaders_digest: friday", "leaders_digest: sunday", 14, "phải là một trong"),
    ],
)  # fmt: skip
def test_a_rung_that_cannot_be_true_is_told_with_its_line(policy_of, before, after, line, words):
    assert before in GOOD
    policy, faults = policy_of(GOOD.replace(before, after))
    assert policy is None
    assert all(fault.startswith(f"lich.yaml, dòng {line}: ") for fault in faults)
    assert words in faults[0]
    assert " or " not in faults[0]


def test_all_faults_are_told_at_once(policy_of):
    text = GOOD.replace("step: -2", "step: 2").replace("step: 0", "step: 4")
    _, faults = policy_of(text)
    assert len(faults) == 2


def test_a_rung_written_twice_is_told(policy_of):
    rung = "  - {step: 1, kind: overdue, tell: [agency]}\n"
    _, faults = policy_of(GOOD.replace(rung, rung * 2))
    assert any("ghi hai lần: overdue +1" in fault for fault in faults)


def test_an_unknown_key_is_one_sentence():
    policy, faults = read_policy("khong-co")
    assert policy is None
    assert "không tìm thấy tệp" in str(faults[0])
