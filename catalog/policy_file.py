"""Reads a policy file, shipped or the coordinator's own, and shows everything that is wrong with it."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from catalog.errors import Fault
from catalog.file_form import form_faults
from catalog.policy import POLICIES, Policy, Rung
from catalog.record_faults import record_faults
from catalog.yaml_lines import Lines, load_yaml

# in which half of the deadline each kind of rung can be true
_BEFORE = frozenset({"reminder", "round_reminder"})
_ON_DAY = frozenset({"last_day", "round_last_day"})
_OF_TASKS = frozenset({"reminder", "last_day", "overdue", "escalation"})
_OF_ROUNDS = frozenset({"round_reminder", "round_last_day", "overdue", "escalation"})


def policy_keys() -> tuple[str, ...]:
    """Return the keys of the policies that come with the package."""
    return tuple(sorted(path.stem for path in POLICIES.glob("*.yaml")))


def read_policy(path_or_key: Path | str) -> tuple[Policy | None, tuple[Fault, ...]]:
    """Return the policy of a shipped key or of a file, or None and every fault with its line."""
    path = _path(str(path_or_key))
    form = form_faults(path)
    data, lines, faults = load_yaml(path)
    if faults:
        return None, form + faults
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        return None, form + record_faults(error, lines, path.name)
    faults = form + tuple(_untrue(policy, lines, path.name))
    return (None, faults) if faults else (policy, ())


def _path(path_or_key: str) -> Path:
    return POLICIES / f"{path_or_key}.yaml" if path_or_key in policy_keys() else Path(path_or_key)


def _untrue(policy: Policy, lines: Lines, file: str) -> Iterator[Fault]:
    """Yield the rungs whose mail would say something untrue, such as a last day told after it."""
    for part, rungs, kinds in (("tasks", policy.tasks, _OF_TASKS), ("rounds", policy.rounds, _OF_ROUNDS)):
        for index, rung in enumerate(rungs):
            place = lines.place((part, index))
            if rung.kind not in kinds:
                allowed = ", ".join(sorted(kinds))
                yield Fault(
                    f"bậc {rung.kind} không dùng được ở mục {part}.", place, file, f"Chọn: {allowed}."
                )
            elif not _on_its_side(rung):
                yield Fault(_side_sentence(rung), place, file, "Hãy sửa số ngày làm việc (step).")
    if policy.close_out.kind != "close_out":
        place = lines.place(("close_out", "kind"))
        yield Fault("mục close_out phải có loại close_out.", place, file, "Hãy sửa lại loại (kind).")
    elif policy.close_out.step < 1:
        place = lines.place(("close_out", "step"))
        yield Fault(_side_sentence(policy.close_out), place, file, "Hãy sửa số ngày làm việc (step).")


def _on_its_side(rung: Rung) -> bool:
    if rung.kind in _BEFORE:
        return rung.step < 0
    if rung.kind in _ON_DAY:
        return rung.step == 0
    return rung.step > 0


def _side_sentence(rung: Rung) -> str:
    if rung.kind in _BEFORE:
        return f"bậc {rung.kind} phải ở trước hạn (step âm), không phải {rung.step:+d}."
    if rung.kind in _ON_DAY:
        return f"bậc {rung.kind} phải ở đúng ngày cuối cùng (step 0), không phải {rung.step:+d}."
    return f"bậc {rung.kind} phải ở sau hạn (step dương), không phải {rung.step:+d}."
