"""How the figures of a table may hang together, read from its headings and labels.

Every reading is a proposal with rivals; the figures themselves decide (catalog.tables.evidence), so that a heading
misread costs a note, never a false fault.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.tables.tree import Node
from catalog.tables.words import Stage

MAX_RUN = 40  # parts of a sum guessed by position
NEAR = 6  # lines on which a percentage may rest


class Kind(StrEnum):
    """SUM: target = Σ sign x term. RATIO: target = scale x first term / Σ others. WITHIN: each term ≤ target."""

    SUM = "sum"
    RATIO = "ratio"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Relation:
    """One reading of the line `target`; `terms` are (line, sign)."""

    kind: Kind
    target: int
    terms: tuple[tuple[int, int], ...]
    scale: int = 100  # RATIO only: 100 for per cent, 1 for a fraction
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rival readings of one line, the most natural first.

    `firm`: the headings leave no doubt, so a single table line may be judged by it. `guesses` are readings that only
    the agreement of most figures can prove. `family`: proposals that stand or fall together.
    """

    target: int
    rivals: tuple[Relation, ...]
    guesses: tuple[Relation, ...] = ()
    firm: bool = False
    family: str = ""


def proposals(root: Node, *, total_may_lead: bool) -> Iterator[Proposal]:
    """Yield what the wording of a tree proposes, group by group.

    `total_may_lead`: whether a total before its parts is certain to be their total. A first row is; a first column
    ("Tổng số | Đảng viên | Nữ") may head figures that overlap.
    """
    lines = [node for node in root.walk() if node.line is not None]
    for parent in root.walk():
        siblings = parent.children
        if parent.line is not None and len(parent.children) > 1:
            yield from _parent(parent)
        for index, node in enumerate(siblings):
            yield from _total(siblings, index, total_may_lead=total_may_lead)
            yield from _breakdown(siblings, index)
            if node.says.ratio and node.line is not None:
                yield _ratio(siblings, index, lines)
        yield from _balance(siblings)
    bottom = [node for node in lines if not node.children]
    if not set(bottom) <= set(root.children):  # stages in different groups
        yield from (replace(proposal, firm=False) for proposal in _balance(bottom))


def formula_proposals(formulas: Mapping[int, str]) -> Iterator[Proposal]:
    """Yield what a row of column formulas states: "(5)=(3)+(4)", "(7)=(6)/(5)x100"."""
    names = {
        match[1]: column for column, text in formulas.items() if (match := re.match(r"\(?(\w+)\)?", text))
    }
    for column, text in formulas.items():
        _, equals, right = text.partition("=")
        relation = _formula(column, re.sub(r"[()\s%]", "", right), names) if equals else None
        if relation:
            yield Proposal(column, (relation,), firm=True)


def _formula(column: int, right: str, names: Mapping[str, int]) -> Relation | None:
    ratio = re.fullmatch(r"(\w+?)[/:](\w+?)(?:[*xX×.]?100)?", right)
    if ratio and ratio[1] in names and ratio[2] in names:
        return Relation(Kind.RATIO, column, ((names[ratio[1]], 1), (names[ratio[2]], 1)))
    parts = re.findall(r"([+-]?)(\w+)", right)
    if not parts or "".join(sign + name for sign, name in parts) != right:
        return None
    if any(name not in names for _, name in parts):
        return None
    return Relation(Kind.SUM, column, tuple((names[name], -1 if sign == "-" else 1) for sign, name in parts))


def _sums(target: int, readings: Sequence[Sequence[int]], least: int) -> tuple[Relation, ...]:
    """Return one sum for each different set of lines, in the order given."""
    seen: dict[frozenset[int], Relation] = {}
    for lines in readings:
        if len(lines) >= least and target not in lines:
            seen.setdefault(frozenset(lines), Relation(Kind.SUM, target, tuple((line, 1) for line in lines)))
    return tuple(seen.values())


def _own(nodes: Sequence[Node]) -> list[int]:
    return [line for node in nodes for line in node.own()]


def _leaves(nodes: Sequence[Node]) -> list[int]:
    return [line for node in nodes for line in node.leaves()]


def _adding(nodes: Sequence[Node]) -> list[Node]:
    return [node for node in nodes if node.says.adds]


def _total(siblings: Sequence[Node], index: int, *, total_may_lead: bool) -> Iterator[Proposal]:
    node = siblings[index]
    if node.says.total and node.line is None and node.children:
        yield from _corresponding(siblings, index)
        return
    if node.line is None or not (node.says.total or node.says.sum_like):
        return
    readings = _total_readings(siblings, index)
    if not node.says.total:  # "Tổng số đơn thư" may be a sum, or just a count
        yield Proposal(node.line, (), _sums(node.line, [*readings, *_runs(siblings, index)], 2))
        return
    rivals = _sums(node.line, readings, 1 if len(readings[0]) == 1 == len(siblings) - 1 else 2)
    firm = not node.says.sum_like and (total_may_lead or bool(_adding(siblings[:index])))
    yield Proposal(node.line, rivals, _sums(node.line, list(_runs(siblings, index)), 2), firm=firm)


def _total_readings(siblings: Sequence[Node], index: int) -> list[list[int]]:
    before, after = siblings[:index], siblings[index + 1 :]
    last_total = max((n for n, node in enumerate(before) if node.says.total), default=-1)
    next_total = next((n for n, node in enumerate(after) if node.says.total), len(after))
    totals = [node for node in before if node.says.total and node.line is not None]
    backward = [
        _own(_adding(before[last_total + 1 :])),
        _own([*totals, *_adding(before[last_total + 1 :])]) if len(totals) > 1 else [],
        _own(_adding(before)),
        _leaves(_adding(before)),
    ]
    later_totals = [node for node in after if node.says.total and node.line is not None]
    forward = [
        _own(_adding(after[:next_total])),
        _own(_adding(after)),
        _own(later_totals) if len(later_totals) > 1 else [],
        _leaves(_adding(after)),
    ]
    return [*forward, *backward] if not _adding(before) else [*backward, *forward]


def _runs(siblings: Sequence[Node], index: int) -> Iterator[list[int]]:
    """Yield the lines next to a total, two, three, … at a time, before it and after it."""
    before, after = _adding(siblings[:index])[-MAX_RUN:], _adding(siblings[index + 1 :])[:MAX_RUN]
    for length in range(2, len(before) + 1):
        yield _own(before[-length:])
    for length in range(2, len(after) + 1):
        yield _own(after[:length])


def _corresponding(siblings: Sequence[Node], index: int) -> Iterator[Proposal]:
    """Read a group of totals: its "cấp ủy" is the sum of every other group's "cấp ủy"."""
    for child in siblings[index].children:
        if child.line is None:
            continue
        others = [
            twin.line
            for group in _adding(siblings)
            for twin in group.children
            if twin.name == child.name and twin.line is not None
        ]
        yield Proposal(child.line, _sums(child.line, [others], 2), firm=True)


def _parent(parent: Node) -> Iterator[Proposal]:
    """Read a row with rows under it as the sum of its parts, if the figures bear it out."""
    assert parent.line is not None
    rivals = _sums(parent.line, [_own(_adding(parent.children)), _leaves(_adding(parent.children))], 2)
    yield Proposal(parent.line, rivals, family="parents")
    for child in parent.children:
        if child.says.detail and child.line is not None:
            yield Proposal(parent.line, (Relation(Kind.WITHIN, parent.line, ((child.line, 1),)),), firm=True)


def _breakdown(siblings: Sequence[Node], index: int) -> Iterator[Proposal]:
    """Hold each part of a "Trong đó" to the figure before it; let the parts of a "Gồm" make that figure up."""
    node = siblings[index]
    if not (node.says.detail or node.says.breakdown):
        return
    base = next((other for other in reversed(siblings[:index]) if other.says.adds or other.says.total), None)
    if base is None or len(base.own()) != 1:
        return
    target = base.own()[0]
    lines = [leaf.line for leaf in node.walk() if leaf.line is not None and not leaf.says.ratio]
    if node.says.breakdown:
        yield Proposal(target, (), _sums(target, [node.own(), node.leaves()], 2))
    else:
        terms = tuple((line, 1) for line in lines if not node.says.apart)
        yield from (Proposal(target, (Relation(Kind.WITHIN, target, (term,)),), firm=True) for term in terms)


def _balance(siblings: Sequence[Node]) -> Iterator[Proposal]:
    """Balance opening + received against resolved + outstanding; without an opening only where the figures agree."""
    stages = {stage: _at_stage(siblings, stage) for stage in Stage}
    if any(len(stages[stage]) != 1 for stage in (Stage.RESOLVED, Stage.OUTSTANDING)):
        return
    resolved, outstanding = stages[Stage.RESOLVED][0], stages[Stage.OUTSTANDING][0]
    if len(stages[Stage.OPENING]) == len(stages[Stage.RECEIVED]) == 1:
        opening, received = stages[Stage.OPENING][0], stages[Stage.RECEIVED][0]
        yield from _carried_over(opening, received, resolved, outstanding)
    elif not stages[Stage.OPENING]:
        first = min(siblings.index(resolved), siblings.index(outstanding))
        base = siblings[first - 1] if first else None
        if base is not None and len(base.own()) == 1 and not base.says.ratio:
            parts = [*resolved.own(), *outstanding.own()]
            yield Proposal(base.own()[0], (), _sums(base.own()[0], [parts], 2))


def _at_stage(siblings: Sequence[Node], stage: Stage) -> list[Node]:
    """Return the figures at a stage; of several, those that are not a sum of the others ("Tổng số tiếp nhận")."""
    found = [node for node in siblings if node.says.stage is stage and node.own() and not node.says.detail]
    return found if len(found) == 1 else [node for node in found if not node.says.sum_like]


def _carried_over(opening: Node, received: Node, resolved: Node, outstanding: Node) -> Iterator[Proposal]:
    if len(outstanding.own()) != 1:
        return
    target = outstanding.own()[0]
    plus, minus = [*opening.own(), *received.own()], list(resolved.own())
    terms = (*((line, 1) for line in plus), *((line, -1) for line in minus))
    # some forms count what was carried over among what was received
    inside = (*((line, 1) for line in received.own()), *((line, -1) for line in minus))
    yield Proposal(
        target,
        (Relation(Kind.SUM, target, terms, balance=True),),
        (Relation(Kind.SUM, target, inside, balance=True),),
        firm=True,
    )


def _ratio(siblings: Sequence[Node], index: int, lines: Sequence[Node]) -> Proposal:
    node = siblings[index]
    assert node.line is not None
    near = [n for n in reversed(siblings[:index]) if not n.says.ratio and len(n.own()) == 1][:NEAR]
    natural = [(near[0], near[1]), (near[1], near[0])] if len(near) > 1 else []
    wholes = [n for n in near if n.says.total or n.says.sum_like]
    natural += [(part, whole) for whole in wholes for part in near if part not in wholes]
    place = next(n for n, other in enumerate(lines) if other is node)
    wide = [n for n in reversed(lines[:place]) if not n.says.ratio][: 2 * NEAR]
    wide += [n for n in lines[place + 1 :] if not n.says.ratio][:2]
    pairs = [(a, b) for a in wide for b in wide if a is not b]
    return Proposal(
        node.line, _ratios(node.line, [*natural, *_rates_of_resolution(siblings)]), _ratios(node.line, pairs)
    )


def _rates_of_resolution(siblings: Sequence[Node]) -> list[tuple[Node, ...]]:
    """Return what "tỷ lệ giải quyết" may mean: of what came in, with what was carried over, or of what was handled."""
    stages = {stage: [n for n in _at_stage(siblings, stage) if len(n.own()) == 1] for stage in Stage}
    if any(len(found) > 1 for found in stages.values()) or not stages[Stage.RESOLVED]:
        return []
    resolved = stages[Stage.RESOLVED][0]
    bases = ((Stage.OPENING, Stage.RECEIVED), (Stage.RECEIVED,), (Stage.RESOLVED, Stage.OUTSTANDING))
    return [
        (resolved, *(stages[stage][0] for stage in base))
        for base in bases
        if all(stages[stage] for stage in base)
    ]


def _ratios(target: int, readings: Sequence[tuple[Node, ...]]) -> tuple[Relation, ...]:
    """Return a ratio for each reading: the first node over all the others."""
    return tuple(
        Relation(Kind.RATIO, target, tuple((node.own()[0], 1) for node in nodes), scale)
        for scale in (100, 1)
        for nodes in readings
    )
