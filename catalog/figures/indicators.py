"""Indicators: the numbers that reports give beside their words, hung on duties and described as data."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog.errors import Fault
from catalog.fields import Cell, Code, Text
from catalog.file_form import form_faults
from catalog.record_faults import record_faults
from catalog.yaml_lines import Lines, load_yaml

_SHIPPED = Path(__file__).parent.parent / "data" / "indicators"
FigureKey = Annotated[
    str, Field(pattern=r"^[0-9a-z-]+(\.[0-9a-z-]+)?$")
]  # "doi-thoai" or "doi-thoai.voi-doanh-nghiep"


class Measure(StrEnum):
    """How an indicator behaves over time: FLOW adds, STOCK takes the last, OPENING the first, RATIO is recomputed."""

    FLOW = "flow"
    STOCK = "stock"
    OPENING = "opening"
    RATIO = "ratio"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Breakdown(_Record):
    """One part of an indicator, in its unit; its figure's key is the indicator's code, a dot, and this code."""

    code: Code
    name: Text


class PartsRule(_Record):
    """The total is the sum of its parts."""

    kind: Literal["parts"]
    total: FigureKey
    parts: tuple[FigureKey, ...] = Field(min_length=2)


class BalanceRule(_Record):
    """Opening + received = resolved + outstanding."""

    kind: Literal["balance"]
    opening: FigureKey
    received: FigureKey
    resolved: FigureKey
    outstanding: FigureKey


class RatioRule(_Record):
    """The ratio, in per cent, is recomputed from its terms and never added."""

    kind: Literal["ratio"]
    ratio: FigureKey
    numerator: FigureKey
    denominator: FigureKey


class WithinRule(_Record):
    """The part is at most the total."""

    kind: Literal["within"]
    part: FigureKey
    total: FigureKey


Rule = Annotated[PartsRule | BalanceRule | RatioRule | WithinRule, Field(discriminator="kind")]


class CutOff(_Record):
    """The last day, inclusive, that the figures of a round count."""

    round: Code
    on: date


class Level(_Record):
    """A level that consolidation shows apart: the agencies of these groups of the directory."""

    code: Code
    name: Text
    groups: tuple[Code, ...] = Field(min_length=1)


class Indicator(_Record):
    """`scope` says what is counted and what is not; `decimals` is how finely it is reported (0: whole things).

    `stated_as` are the words that follow the figure in a report's text: "cuộc đối thoại".
    """

    code: Code
    duty: Code
    name: Text
    unit: Text
    scope: Text
    measure: Measure
    cut_offs: tuple[CutOff, ...] = ()
    decimals: int = Field(default=0, ge=0, le=4)
    parts: tuple[Breakdown, ...] = ()
    rules: tuple[Rule, ...] = ()
    stated_as: tuple[Text, ...] = ()

    def figures(self) -> tuple[tuple[str, str], ...]:
        """Return the key and the name of every figure asked for: the total, then its parts."""
        parts = ((f"{self.code}.{part.code}", f"{self.name}: {part.name}") for part in self.parts)
        return ((self.code, self.name), *parts)


class IndicatorSet(_Record):
    """The indicators of one decision. `cut_offs` hold for every indicator that names none of its own."""

    key: Code
    decision: Code
    title: Text
    note: Cell = ""
    assumptions: tuple[Text, ...] = ()
    cut_offs: tuple[CutOff, ...] = ()
    levels: tuple[Level, ...] = ()
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    def indicator_of(self, figure: str) -> Indicator:
        """Return the indicator that `figure` belongs to; raises KeyError for a key that the set does not have."""
        code = figure.partition(".")[0]
        for indicator in self.indicators:
            if indicator.code == code and figure in dict(indicator.figures()):
                return indicator
        raise KeyError(figure)

    def figures(self) -> dict[str, str]:
        """Return every figure's key and name, in the file's order."""
        return {key: name for indicator in self.indicators for key, name in indicator.figures()}

    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for indicator in self.indicators for rule in indicator.rules)

    def cut_off(self, indicator: Indicator, round_code: str) -> date | None:
        """Return the last day counted in a round, or None where the data sets none."""
        dates = {cut.round: cut.on for cut in (*self.cut_offs, *indicator.cut_offs)}
        return dates.get(round_code)


def rule_figures(rule: Rule) -> tuple[str, ...]:
    """Return the keys of every figure that a rule speaks of."""
    if isinstance(rule, PartsRule):
        return (rule.total, *rule.parts)
    return tuple(value for name, value in rule if name != "kind")


def shipped_indicator_keys() -> tuple[str, ...]:
    """Return the keys of the sets that come with the package: those of the decisions they belong to."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))


def read_indicators(source: str | Path) -> tuple[IndicatorSet | None, tuple[Fault, ...]]:
    """Return the set of a shipped key or of a YAML file, or None and every fault with its line."""
    path = _SHIPPED / f"{source}.yaml" if str(source) in shipped_indicator_keys() else Path(source)
    if not path.suffix and not path.exists():
        known = ", ".join(shipped_indicator_keys())
        return None, (Fault(f"không có tệp hay bộ chỉ tiêu “{source}”.", remedy=f"Có sẵn: {known}."),)
    form = form_faults(path)
    data, lines, faults = load_yaml(path)
    if faults:
        return None, form + faults
    try:
        found = IndicatorSet.model_validate(data)
    except ValidationError as error:
        return None, form + record_faults(error, lines, path.name)
    faults = form + _reference_faults(found, lines, path.name)
    return (None, faults) if faults else (found, ())


def _reference_faults(found: IndicatorSet, lines: Lines, file: str) -> tuple[Fault, ...]:
    known = found.figures()
    faults: list[Fault] = []
    codes = [indicator.code for indicator in found.indicators]
    for index, indicator in enumerate(found.indicators):
        place = lines.place(("indicators", index))
        if indicator.code in codes[:index]:
            faults.append(Fault(f"mã chỉ tiêu {indicator.code} bị trùng.", place, file, "Hãy đặt mã khác."))
        own = [part.code for part in indicator.parts]
        repeated = sorted({code for code in own if own.count(code) > 1})
        faults += [
            Fault(f"chỉ tiêu {indicator.code} có hai phần cùng mã {code}.", place, file, "Hãy đặt mã khác.")
            for code in repeated
        ]
        for number, rule in enumerate(indicator.rules):
            where = lines.place(("indicators", index, "rules", number))
            faults += [
                Fault(
                    f"quy tắc nhắc tới số liệu {key} không có.", where, file, "Hãy sửa mã hoặc thêm chỉ tiêu."
                )
                for key in rule_figures(rule)
                if key not in known
            ]
        if indicator.measure is Measure.RATIO and not _has_ratio(indicator):
            faults.append(
                Fault(
                    f"tỷ lệ {indicator.code} không nói tính từ đâu.",
                    place,
                    file,
                    "Hãy thêm quy tắc kind: ratio.",
                )
            )
    return tuple(faults)


def _has_ratio(indicator: Indicator) -> bool:
    return any(isinstance(rule, RatioRule) and rule.ratio == indicator.code for rule in indicator.rules)
