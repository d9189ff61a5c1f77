"""What a page shows of an amendment: each row with its old and new cells, each set of tasks alike, who is written to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.decision import Decision
from tasks.amending.amendments import Prepared
from tasks.intake import current_decision
from tasks.models import Agency

ROWS = {"added": ("Thêm", "green"), "changed": ("Sửa", "amber"), "cancelled": ("Bãi bỏ", "red")}
TASKS = {
    "added": ("Thêm việc", "green"),
    "moved": ("Đổi hạn", "amber"),
    "reworded": ("Sửa nội dung", "blue"),
    "restored": ("Giao lại", "green"),
    "cancelled": ("Hủy", "red"),
    "kept": ("Giữ nguyên", "grey"),
}
TOTALS = {**{what: label for what, (label, _) in TASKS.items()}, "untouched": "Không thay đổi"}
_CELLS = {
    "text": "Nội dung",
    "lead": "Chủ trì",
    "support": "Phối hợp",
    "deadline": "Thời gian",
    "section": "Phần",
    "event": "Sự kiện",
    "closed_by": "Kết thúc theo",
    "opens": "Ngày mở",
}


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of the list, or one round; a new one has no `before` in its cells."""

    name: str
    what: str
    cells: tuple[Cell, ...]
    due_from: date | None
    due_to: date | None
    because: str


@dataclass(frozen=True, slots=True)
class TasksShown:
    """Tasks of one duty that the same happens to, by the names of their agencies."""

    duty: str
    what: str
    due_from: date | None
    due_to: date | None
    reason: str
    agencies: tuple[str, ...]


def rows_of(prepared: Prepared) -> list[RowShown]:
    """Return the rows and rounds with their cells before and after."""
    before, after = current_decision(prepared.target.row), prepared.target.after
    return [
        RowShown(
            f"{kind} {change.code}",
            change.what,
            tuple(_cells(_entry(before, kind, change.code), _entry(after, kind, change.code))),
            change.due_from,
            change.due_to,
            change.because,
        )
        for kind, changes in (
            ("Nhiệm vụ", prepared.difference.duties),
            ("Lần báo cáo", prepared.difference.rounds),
        )
        for change in changes
    ]


def tasks_of(session: Session, directory: str, changes: Iterable[Mapping[str, Any]]) -> list[TasksShown]:
    """Return the tasks that something is to be said of, alike ones together, in the order of the list."""
    names = select(Agency.code, Agency.name).where(Agency.directory == directory)
    called = dict(session.execute(names).tuples().all())
    alike: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for change in changes:
        key = tuple(change[name] for name in ("duty", "what", "due_from", "due_to", "reason"))
        alike[key].append(called.get(change["agency"], change["agency"]))
    return [
        TasksShown(duty, what, _day(due_from), _day(due_to), reason, tuple(agencies))
        for (duty, what, due_from, due_to, reason), agencies in alike.items()
    ]


def _entry(decision: Decision, kind: str, code: str) -> Any:
    entries: Iterable[Any] = decision.duties if kind == "Nhiệm vụ" else decision.rounds
    return next((entry for entry in entries if entry.code == code), None)


def _cells(before: Any, after: Any) -> Iterable[Cell]:
    for name, label in _CELLS.items():
        old, new = (_words(getattr(entry, name, None)) for entry in (before, after))
        if old != new and (after is not None or name == "text"):
            yield Cell(label, old, new)


def _words(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""


def _day(value: date | str | None) -> date | None:
    """Return a day; what was stored with an amendment has it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
