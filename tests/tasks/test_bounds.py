"""What the handbook says of the bounds on requests is what holds."""

from pathlib import Path

import pytest

from tasks.accounts import attempts
from tasks.accounts.attempts import Bound

BOUNDS = sorted(name for name, value in vars(attempts).items() if isinstance(value, Bound))
HANDBOOK = Path(__file__).parent.parent.parent / "docs" / "operations.md"


@pytest.mark.parametrize("name", BOUNDS)
def test_every_bound_is_in_the_handbook(name: str):
    bound: Bound = getattr(attempts, name)
    minutes = int(bound.span.total_seconds() // 60)
    table = HANDBOOK.read_text(encoding="utf-8").partition("## Bounds on requests")[2].partition("\n## ")[0]
    assert f" {bound.most} in {minutes} minutes |" in table


def test_no_two_bounds_count_the_same():
    kinds = [getattr(attempts, name).kind for name in BOUNDS]
    assert len(kinds) == len(set(kinds))
