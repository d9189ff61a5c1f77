"""The tree of a table's headings, and the tree of its rows: groups over columns, sections over rows.

A line is a column index or a row index; both trees have the same form, so the same rules read them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from catalog.tables.grid import Column, Row, number_style
from catalog.tables.words import Wording, is_cumulative, is_period, wording

_BULLETS = frozenset("-+–*•")


@dataclass(slots=True, eq=False)  # two nodes of one wording are not the same node
class Node:
    """A group, a line, or a line with parts under it. `line` is None where the node has no figures of its own."""

    name: str
    says: Wording
    line: int | None = None
    children: list["Node"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def own(self) -> tuple[int, ...]:
        """Return the lines that together make this node: its own, its total's, else those of its parts."""
        if self.line is not None:
            return (self.line,)
        totals = [child for child in self.children if child.says.total and child.line is not None]
        if len(totals) == 1 and totals[0].line is not None:
            return (totals[0].line,)
        return tuple(line for child in self.children if child.says.adds for line in child.own())

    def leaves(self) -> tuple[int, ...]:
        """Return the lines at the bottom that may be added."""
        below = tuple(line for child in self.children if child.says.adds for line in child.leaves())
        return below or (() if self.line is None else (self.line,))


def column_tree(columns: Sequence[Column]) -> Node:
    root = Node("", Wording())
    for column in columns:
        node = root
        for name in column.path[:-1]:
            last = node.children[-1] if node.children else None
            if last is None or last.name != name or last.line is not None:
                last = Node(name, wording(name))
                node.children.append(last)
            node = last
        own = column.path[-1] if column.path else column.heading
        node.children.append(Node(own, wording(own), column.index))
    _mark_cumulative(root)
    return root


def row_tree(rows: Sequence[Row], filled: Callable[[Row], bool]) -> Node:
    """Hang rows under the rows that head them, by the style of their numbers in the order the styles appear.

    Totals stand at the top, whatever their number; `filled` tells rows of figures from headings.
    """
    root = Node("", Wording())
    stack: list[tuple[str, Node]] = []
    for row in rows:
        says = _row_wording(row)
        node = Node(row.label, says, row.index if filled(row) else None)
        if says.total:
            root.children.append(node)
            continue
        style = _style(row, filled=filled(row))
        depth = next((n for n, (known, _) in enumerate(stack) if known == style), len(stack))
        del stack[depth:]
        (stack[-1][1] if stack else root).children.append(node)
        stack.append((style, node))
    _mark_cumulative(root)
    return root


def _style(row: Row, *, filled: bool) -> str:
    if not row.number and not filled:
        return "section"
    if not row.number and row.label[:1] in _BULLETS:
        return f"bullet {row.label[0]}"
    return number_style(row.number)


def _row_wording(row: Row) -> Wording:
    """Take a row for a total when any of its labels says so: "Xã, phường | Cộng"."""
    return next((wording(name) for name in row.labels if wording(name).total), wording(row.label))


def _mark_cumulative(root: Node) -> None:
    """Make "6 tháng" and "Cả năm" totals where quarters or months stand beside them."""
    for parent in root.walk():
        if any(is_period(child.name) for child in parent.children):
            for child in parent.children:
                if is_cumulative(child.name):
                    child.says = replace(child.says, total=True, sum_like=False)
