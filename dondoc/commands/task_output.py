"""How a task and its history are printed, for programs and for people."""

from collections.abc import Sequence
from typing import Any

from dondoc.clock import HANOI
from dondoc.commands.output import print_table, show
from tasks.models import Extension, TaskEvent
from tasks.queries.lists import TaskRow
from tasks.queries.task import TaskHistory
from tasks.tracking.transitions import LIFE_LABELS, Action


def row_document(row: TaskRow) -> dict[str, Any]:
    """Return a task as the items of `tasks list --json` have it."""
    return {
        "id": row.id,
        "decision": row.decision,
        "duty": row.duty,
        "agency": row.agency,
        "life": row.life.value,
        "status": row.status.value,
        "due": row.due,
        "counted_on": row.counted_on,
        "days_late": row.days_late,
    }


def history_document(history: TaskHistory) -> dict[str, Any]:
    """Return a task with its events and extensions."""
    row = history.task
    return {
        **row_document(row),
        "agency_name": row.agency_name,
        "text": row.text,
        "deadline": row.deadline,
        "start": row.start,
        "original_due": row.original_due,
        "declared_on": row.declared_on,
        "declares_not_applicable": row.declares_not_applicable,
        "events": [_event(event) for event in history.events],
        "extensions": [_extension(extension) for extension in history.extensions],
    }


def print_histories(histories: Sequence[TaskHistory]) -> None:
    """Print tasks for a person, each with what happened to it."""
    for history in histories:
        row = history.task
        due = f"hạn {show(row.due)}" if row.due else "không có hạn"
        first = f" (ban đầu {show(row.original_due)})" if row.original_due not in {None, row.due} else ""
        print(f"Nhiệm vụ {row.duty} của {row.agency_name} (số {row.id}): {row.status.label}, {due}{first}")
        print_table(
            ("Lúc", "Ai", "Việc", "Từ", "Thành", "Lý do, văn bản"),
            [_line(event) for event in history.events],
        )
        for extension in history.extensions:
            print(_sentence(extension))


def _event(event: TaskEvent) -> dict[str, Any]:
    return {
        "at": event.recorded_at.astimezone(HANOI),
        "by": event.by,
        "action": event.action,
        "from": event.from_life.value,
        "to": event.to_life.value,
        "due_from": event.from_due,
        "due_to": event.to_due,
        "counted_on": event.to_counted_on,
        "on": event.happened_on,
        "reason": event.reason,
        "document": event.document_number,
        "document_date": event.document_date,
    }


def _extension(extension: Extension) -> dict[str, Any]:
    return {
        "due_before": extension.due_before,
        "due_asked": extension.due_asked,
        "reason": extension.reason,
        "asked_at": extension.asked_at.astimezone(HANOI),
        "asked_by": extension.asked_by,
        "granted": extension.granted,
        "answered_at": extension.answered_at and extension.answered_at.astimezone(HANOI),
        "answered_by": extension.answered_by,
        "answer": extension.answer,
    }


def _line(event: TaskEvent) -> tuple[Any, ...]:
    paper = f"văn bản {event.document_number}".strip() if event.document_number else ""
    dated = f"ngày {show(event.document_date)}" if event.document_date else ""
    moved = f"hạn {show(event.from_due or '–')} → {show(event.to_due or '–')}"
    why = [event.reason, paper, dated, moved if event.from_due != event.to_due else ""]
    labels = {action.value: action.label for action in Action}
    return (
        event.recorded_at.astimezone(HANOI),
        event.by,
        labels.get(event.action, event.action),
        LIFE_LABELS[event.from_life],
        LIFE_LABELS[event.to_life],
        " ".join(part for part in why if part),
    )


def _sentence(extension: Extension) -> str:
    answer = {None: "đang chờ trả lời", True: "đã đồng ý", False: "không đồng ý"}[extension.granted]
    who = f" ({extension.answered_by})" if extension.answered_by else ""
    return f"  Xin gia hạn đến {show(extension.due_asked)}: {extension.reason} – {answer}{who} {extension.answer}".rstrip()
