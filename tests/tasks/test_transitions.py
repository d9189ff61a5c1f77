from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.models import Life
from tasks.tracking.transitions import RULES, Action, next_life

N, P, D, C, A, X = Life
ALLOWED = {
    (Action.START, N): P,
    (Action.DECLARE, N): D,
    (Action.DECLARE, P): D,
    (Action.DECLARE_NOT_APPLICABLE, N): D,
    (Action.DECLARE_NOT_APPLICABLE, P): D,
    (Action.CONFIRM, D): C,
    (Action.RETURN, D): P,
    (Action.CANCEL, N): X,
    (Action.CANCEL, P): X,
    (Action.CANCEL, D): X,
    (Action.REOPEN, C): P,
    (Action.REOPEN, A): P,
    (Action.REOPEN, X): P,
    (Action.EXTEND, N): N,
    (Action.EXTEND, P): P,
    (Action.EXTEND, D): D,
    (Action.EXTEND, C): C,
    (Action.REDATE, N): N,
    (Action.REDATE, P): P,
    (Action.REDATE, D): D,
    (Action.AMEND, N): N,
    (Action.AMEND, P): P,
    (Action.AMEND, D): D,
    (Action.TRANSFER, N): N,
    (Action.TRANSFER, P): P,
    (Action.TRANSFER, D): D,
}


@pytest.mark.parametrize(("action", "life"), list(product(Action, Life)))
def test_the_whole_table_by_hand(action: Action, life: Life) -> None:
    assert next_life(action, life) == ALLOWED.get((action, life))


def test_confirming_what_was_declared_not_applicable_makes_it_so() -> None:
    assert next_life(Action.CONFIRM, D, declares_not_applicable=True) is A


@given(st.lists(st.tuples(st.sampled_from(Action), st.booleans()), max_size=30))
def test_nothing_is_finished_without_having_been_declared(history: list[tuple[Action, bool]]) -> None:
    life, declared = N, False
    for action, flag in history:
        after = next_life(action, life, declares_not_applicable=flag)
        if after is None:
            continue
        if after in {C, A} and after is not life:
            assert declared
            assert action is Action.CONFIRM
        declared = after is D
        life = after


def test_every_action_has_a_rule_and_words() -> None:
    assert set(RULES) == set(Action)
    assert len({action.label for action in Action}) == len(Action)
