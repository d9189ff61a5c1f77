"""Whether a proposed relation is borne out by the figures, and what each of its cells should have been."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalog.figures.numbers import Figure, FigureKind
from catalog.tables.relations import Kind, Proposal, Relation

Place = tuple[int, int]  # (row index, column index)
_HOPELESS = 12  # failures without success
_UNJUDGED = 2  # table lines so few that the agreement of the others proves nothing


class Axis(StrEnum):
    """The way a relation runs: ROWS relates rows to each other, once in every column."""

    ROWS = "rows"
    COLUMNS = "columns"

    def place(self, line: int, across: int) -> Place:
        return (line, across) if self is Axis.ROWS else (across, line)


class Outcome(StrEnum):
    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Equation:
    """A relation at one place: the printed figure `target` and the cells it rests on."""

    kind: Kind
    target: Place
    terms: tuple[tuple[Place, int], ...]
    scale: int
    axis: Axis
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`expected` is exact; None where the terms do not give it. `partial`: some part is blank."""

    outcome: Outcome
    expected: Decimal | None = None
    partial: bool = False
    telling: bool = False  # whether its holding says anything: more than "0 = 0"


@dataclass(frozen=True, slots=True)
class Cells:
    """The figures of a table; `solved` are values worked out for cells whose print cannot be read."""

    figures: Mapping[Place, Figure]
    solved: Mapping[Place, Decimal]

    def amount(self, place: Place) -> Decimal | None:
        return self.solved[place] if place in self.solved else self.figures[place].amount

    def blank(self, place: Place) -> bool:
        return place not in self.solved and self.figures[place].kind is FigureKind.BLANK

    def decimals(self, place: Place) -> int:
        return self.figures[place].decimals


def equation(relation: Relation, axis: Axis, across: int) -> Equation:
    terms = tuple((axis.place(line, across), sign) for line, sign in relation.terms)
    target = axis.place(relation.target, across)
    return Equation(relation.kind, target, terms, relation.scale, axis, relation.balance)


def judge(item: Equation, cells: Cells) -> Verdict:
    """Say whether the printed figures satisfy the equation. A blank is not a zero: what rests on one is unknown."""
    if item.kind is Kind.RATIO:
        return _judge_ratio(item, cells)
    if item.kind is Kind.WITHIN:
        return _judge_within(item, cells)
    return _judge_sum(item, cells)


def _judge_sum(item: Equation, cells: Cells) -> Verdict:
    printed = cells.amount(item.target)
    known = [(amount, sign) for place, sign in item.terms if (amount := cells.amount(place)) is not None]
    blanks = sum(cells.blank(place) for place, _ in item.terms)
    if not known or len(known) + blanks < len(item.terms):
        return Verdict(Outcome.UNKNOWN)
    total = sum((amount * sign for amount, sign in known), Decimal(0))
    partial = blanks > 0
    telling = sum(amount != 0 for amount, _ in known) > 1
    if printed is None:
        return Verdict(Outcome.UNKNOWN, None if partial else total, partial)
    if abs(printed - total) <= _rounding(item, cells):
        return Verdict(Outcome.HOLDS, total, partial, telling and not partial)
    growing = all(amount >= 0 and sign > 0 for amount, sign in known)
    if partial and not (growing and printed < total):
        return Verdict(Outcome.UNKNOWN, total, partial)
    return Verdict(Outcome.FAILS, total, partial)


def _rounding(item: Equation, cells: Cells) -> Decimal:
    """Return how far rounded parts may stray from their rounded total; nothing for whole figures."""
    finest = max(cells.decimals(place) for place, _ in item.terms)
    if finest == 0 and cells.decimals(item.target) == 0:
        return Decimal(0)
    coarsest = min(finest, cells.decimals(item.target))
    return Decimal(len(item.terms)).scaleb(-coarsest) / 2


def _judge_ratio(item: Equation, cells: Cells) -> Verdict:
    over, *base = (cells.amount(place) for place, _ in item.terms)
    known = [amount for amount in base if amount is not None]
    under = sum(known, Decimal(0))
    printed = cells.amount(item.target)
    if over is None or not under or len(known) < len(base):
        return Verdict(Outcome.UNKNOWN)
    expected = item.scale * over / under
    if printed is None:
        return Verdict(Outcome.UNKNOWN, expected)
    unit = Decimal(1).scaleb(-cells.decimals(item.target))
    holds = printed - unit / 2 <= expected < printed + unit  # rounded, or cut off as some reports do
    telling = over not in (under, 0)
    return Verdict(Outcome.HOLDS if holds else Outcome.FAILS, expected, telling=holds and telling)


def _judge_within(item: Equation, cells: Cells) -> Verdict:
    whole, part = cells.amount(item.target), cells.amount(item.terms[0][0])
    if whole is None or part is None:
        return Verdict(Outcome.UNKNOWN)
    return Verdict(Outcome.HOLDS if part <= whole else Outcome.FAILS, telling=part > 0)


@dataclass(frozen=True, slots=True)
class Support:
    """How often a relation holds over the lines across it."""

    holds: int = 0
    fails: int = 0
    telling: int = 0

    @property
    def checked(self) -> int:
        return self.holds + self.fails

    @property
    def believable(self) -> bool:
        return self.telling > 0 and self.holds * 4 >= self.checked

    @property
    def proven(self) -> bool:
        return self.telling > 1 and self.holds > self.fails


def support(relation: Relation, axis: Axis, across: Iterable[int], cells: Cells) -> Support:
    """Count how a relation fares; one that fails a dozen times without ever holding is not followed further."""
    holds = fails = telling = 0
    for line in across:
        verdict = judge(equation(relation, axis, line), cells)
        holds += verdict.outcome is Outcome.HOLDS
        fails += verdict.outcome is Outcome.FAILS
        telling += verdict.telling
        if fails >= _HOPELESS and not holds:
            break
    return Support(holds, fails, telling)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a proposal: a relation to check by, or none; `doubtful` when figures were there to check."""

    relation: Relation | None = None
    doubtful: bool = False


def settle(proposal: Proposal, axis: Axis, across: tuple[int, ...], cells: Cells) -> Settled:
    """Choose among the rival readings by the figures; what they do not bear out is doubtful, never at fault."""
    rivals = [(support(relation, axis, across, cells), relation) for relation in proposal.rivals]
    guesses = [(support(relation, axis, across, cells), relation) for relation in proposal.guesses]
    accepted = [pair for pair in rivals if pair[0].believable] + [pair for pair in guesses if pair[0].proven]
    if accepted:
        return Settled(max(accepted, key=lambda pair: (pair[0].telling, pair[0].holds))[1])
    checked = max((found.checked for found, _ in rivals), default=0)
    held = max((found.holds for found, _ in rivals), default=0)
    if proposal.firm and checked and rivals[0][1].kind is Kind.WITHIN:
        return Settled(
            rivals[0][1] if rivals[0][0].holds >= rivals[0][0].fails or checked <= _UNJUDGED else None
        )
    if proposal.firm and checked and (checked <= _UNJUDGED or held * 2 >= checked):
        agreed = _agree([relation for _, relation in rivals], axis, across, cells)
        return Settled(rivals[0][1]) if agreed else Settled(doubtful=True)
    return Settled(doubtful=proposal.firm and checked > 0)


def _agree(rivals: list[Relation], axis: Axis, across: tuple[int, ...], cells: Cells) -> bool:
    """Tell whether every reading expects the same figures, so that it does not matter which is meant."""
    expected = [
        [judge(equation(relation, axis, line), cells).expected for line in across] for relation in rivals
    ]
    return all(figures == expected[0] for figures in expected)
