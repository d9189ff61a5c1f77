"""The matrix folded: Alice and Bob are departments, the seal is in the large group only, Charlie in none."""

import pytest

from tasks.asof import as_of
from tasks.models import Group
from tasks.queries.counts import status_counts
from tasks.queries.filters import TaskFilter
from tasks.queries.lists import Page
from tasks.queries.matrix import matrix
from tasks.queries.matrix_groups import NO_GROUP, agencies_of, group_lines
from tasks.status import Status
from tests.tasks.cast import World, at, statements

ALL = TaskFilter(decision="quyet-dinh")


@pytest.fixture
def grouped(world: World) -> World:
    everybody = Group(directory="d", code="moi", name="Mọi cơ quan")
    everybody.agencies = [world.agencies[code] for code in ("alice", "bob", "seal")]
    world.session.add(everybody)
    world.duty("1.1", "2025-08-14")
    world.duty("2.1", None, "alice charlie seal")
    return world


def test_each_agency_stands_in_the_smallest_of_its_groups(grouped: World) -> None:
    view = as_of(grouped.session, at("2025-09-05"))
    lines = group_lines(grouped.session, view, ALL)
    assert [(line.group, line.agencies) for line in lines] == [("so", 2), ("moi", 1), (NO_GROUP, 1)]
    assert lines[0].cells == {"1.1": {Status.OVERDUE: 2}, "2.1": {Status.OPEN: 1}}
    assert lines[2].cells == {"1.1": {Status.OVERDUE: 1}, "2.1": {Status.OPEN: 1}}


@pytest.mark.parametrize("day", ["2025-08-01", "2025-09-05"])
def test_the_groups_hold_every_task_once(grouped: World, day: str) -> None:
    view = as_of(grouped.session, at(day))
    lines = group_lines(grouped.session, view, ALL)
    held = sum(count for line in lines for cell in line.cells.values() for count in cell.values())
    assert held == sum(status_counts(grouped.session, view).values())


def test_a_group_unfolds_into_its_own_agencies(grouped: World) -> None:
    view = as_of(grouped.session, at("2025-09-05"))
    shown = {
        group: [line.agency for line in matrix(grouped.session, view, ALL, Page(), agencies_of(group)).lines]
        for group in ("so", "moi", NO_GROUP)
    }
    assert shown == {"so": ["alice", "bob"], "moi": ["seal"], NO_GROUP: ["charlie"]}


def test_a_filter_leaves_groups_without_a_hit_out(grouped: World) -> None:
    view = as_of(grouped.session, at("2025-09-05"))
    only = TaskFilter(decision="quyet-dinh", duty="2.1", search="van phong")
    with statements(grouped.session) as told:
        found = group_lines(grouped.session, view, only)
    assert [line.group for line in found] == ["moi"]
    assert len(told) <= 5
