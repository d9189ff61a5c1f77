"""The lives of a task and what leads from one to another: one table, no session, no clock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tasks.actors import Capacity
from tasks.models import Life


class Action(StrEnum):
    """What a person does with a task; the word recorded in its event."""

    START = "start"
    DECLARE = "declare"
    DECLARE_NOT_APPLICABLE = "declare_not_applicable"
    CONFIRM = "confirm"
    RETURN = "return"
    CANCEL = "cancel"
    REOPEN = "reopen"
    EXTEND = "extend"
    REDATE = "redate"
    ADD = "add"
    AMEND = "amend"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        """The action in the administration's words, as in "không thể …"."""
        return _LABELS[self]


_LABELS = {
    Action.START: "bắt đầu thực hiện",
    Action.DECLARE: "báo hoàn thành",
    Action.DECLARE_NOT_APPLICABLE: "báo không phát sinh",
    Action.CONFIRM: "xác nhận",
    Action.RETURN: "trả lại",
    Action.CANCEL: "hủy",
    Action.REOPEN: "mở lại",
    Action.EXTEND: "gia hạn",
    Action.REDATE: "đổi hạn",
    Action.ADD: "bổ sung",
    Action.AMEND: "điều chỉnh",
    Action.TRANSFER: "chuyển cơ quan",
}

LIFE_LABELS: Final = {
    Life.NOT_STARTED: "chưa bắt đầu",
    Life.IN_PROGRESS: "đang thực hiện",
    Life.DECLARED: "đã báo, chờ xác nhận",
    Life.COMPLETED: "đã hoàn thành",
    Life.NOT_APPLICABLE: "không phát sinh",
    Life.CANCELLED: "đã hủy",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may, from which lives, and whether a reason must be given. `to` None leaves the life as it is."""

    by: Capacity
    sources: frozenset[Life]
    to: Life | None
    needs_reason: bool = False


_UNDONE = frozenset({Life.NOT_STARTED, Life.IN_PROGRESS})
_RUNNING = _UNDONE | {Life.DECLARED}

RULES: Final = {
    Action.START: Rule(Capacity.AGENCY, frozenset({Life.NOT_STARTED}), Life.IN_PROGRESS),
    Action.DECLARE: Rule(Capacity.AGENCY, _UNDONE, Life.DECLARED),
    Action.DECLARE_NOT_APPLICABLE: Rule(Capacity.AGENCY, _UNDONE, Life.DECLARED, needs_reason=True),
    Action.CONFIRM: Rule(Capacity.CONFIRMER, frozenset({Life.DECLARED}), Life.COMPLETED),
    Action.RETURN: Rule(Capacity.CONFIRMER, frozenset({Life.DECLARED}), Life.IN_PROGRESS, needs_reason=True),
    Action.CANCEL: Rule(Capacity.CONFIRMER, _RUNNING, Life.CANCELLED, needs_reason=True),
    Action.REOPEN: Rule(
        Capacity.CONFIRMER,
        frozenset({Life.COMPLETED, Life.NOT_APPLICABLE, Life.CANCELLED}),
        Life.IN_PROGRESS,
        needs_reason=True,
    ),
    Action.EXTEND: Rule(Capacity.CONFIRMER, _RUNNING | {Life.COMPLETED}, None),
    Action.REDATE: Rule(Capacity.CONFIRMER, _RUNNING, None),
    Action.ADD: Rule(Capacity.CONFIRMER, frozenset(), Life.NOT_STARTED),  # a beginning: it follows no life
    Action.AMEND: Rule(Capacity.CONFIRMER, _RUNNING, None),
    Action.TRANSFER: Rule(Capacity.CONFIRMER, _RUNNING, None),
}


def next_life(action: Action, life: Life, *, declares_not_applicable: bool = False) -> Life | None:
    """Return the life after `action`, None where the table does not allow it.

    Confirming what was declared as not applicable leads to `not_applicable`.
    """
    rule = RULES[action]
    if life not in rule.sources:
        return None
    if action is Action.CONFIRM and declares_not_applicable:
        return Life.NOT_APPLICABLE
    return rule.to or life
