"""Indicators as data: the shipped set, and what a faulty file is told."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from catalog.figures.indicators import (
    Measure,
    RatioRule,
    read_indicators,
    rule_figures,
    shipped_indicator_keys,
)

KEY = "hai-phong-dan-van-2025-2"
DECISION = Path(__file__).parents[2] / "catalog" / "data" / "decisions" / f"{KEY}.yaml"
DIRECTORY = Path(__file__).parents[2] / "catalog" / "data" / "directories" / "hai-phong.yaml"


def test_every_shipped_set_is_read_without_a_fault() -> None:
    assert KEY in shipped_indicator_keys()
    for key in shipped_indicator_keys():
        found, faults = read_indicators(key)
        assert faults == ()
        assert found is not None
        assert found.key == key


def test_the_indicators_hang_on_duties_of_the_decision() -> None:
    found, _ = read_indicators(KEY)
    assert found is not None
    duties = {duty["code"] for duty in yaml.safe_load(DECISION.read_text(encoding="utf-8"))["duties"]}
    assert {indicator.duty for indicator in found.indicators} <= duties
    assert {"1.1", "3.2", "3.3", "3.4.b", "4.3", "4.4", "4.5", "5.3"} <= {i.duty for i in found.indicators}


def test_the_levels_are_groups_of_the_directory() -> None:
    found, _ = read_indicators(KEY)
    assert found is not None
    groups = {group["code"] for group in yaml.safe_load(DIRECTORY.read_text(encoding="utf-8"))["groups"]}
    assert {group for level in found.levels for group in level.groups} <= groups


def test_every_ratio_says_what_it_is_computed_from() -> None:
    found, _ = read_indicators(KEY)
    assert found is not None
    for indicator in found.indicators:
        ratios = [rule for rule in indicator.rules if isinstance(rule, RatioRule)]
        assert (indicator.measure is Measure.RATIO) == bool(ratios)
    assert set(found.figures()) >= {key for rule in found.rules() for key in rule_figures(rule)}


def test_the_cut_off_of_a_round_is_a_day_and_an_unknown_round_has_none() -> None:
    found, _ = read_indicators(KEY)
    assert found is not None
    indicator = found.indicator_of("doi-thoai.doanh-nghiep")
    assert found.cut_off(indicator, "lan-1") == date(2025, 8, 31)
    assert found.cut_off(indicator, "dot-xuat-1") is None
    with pytest.raises(KeyError):
        found.indicator_of("doi-thoai.khac")


FAULTY = """\
key: thu
decision: thu
title: Thử
indicators:
  - {code: a, duty: "1", name: A, unit: cuộc, scope: Tất cả., measure: flow}
  - {code: a, duty: "1", name: B, unit: cuộc, scope: Tất cả., measure: flow}
  - code: c
    duty: "1"
    name: C
    unit: "%"
    scope: Tất cả.
    measure: ratio
    rules:
      - {kind: within, part: khong-co, total: a}
"""


def test_all_faults_of_a_file_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "thu.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    found, faults = read_indicators(path)
    assert found is None
    assert [str(fault) for fault in faults] == [
        "thu.yaml, dòng 6: mã chỉ tiêu a bị trùng. Hãy đặt mã khác.",
        "thu.yaml, dòng 14: quy tắc nhắc tới số liệu khong-co không có. Hãy sửa mã hoặc thêm chỉ tiêu.",
        "thu.yaml, dòng 7: tỷ lệ c không nói tính từ đâu. Hãy thêm quy tắc kind: ratio.",
    ]


def test_a_measure_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "thu.yaml"
    path.write_text(FAULTY.replace("measure: flow", "measure: tong"), encoding="utf-8")
    found, faults = read_indicators(path)
    assert found is None
    assert len(faults) == 2
    assert all("measure" in fault.message for fault in faults)


def test_an_unknown_key_is_answered_with_those_that_exist() -> None:
    found, (fault,) = read_indicators("khong-co")
    assert found is None
    assert KEY in fault.remedy
