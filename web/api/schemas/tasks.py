"""A task as other systems see it, and what they say of one."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from tasks.models import Extension, Life, TaskEvent
from tasks.queries.lists import TaskRow
from tasks.queries.task import TaskHistory
from tasks.status import Status
from web.api.fields import Day, Frozen, Sign, Words
from web.api.paging import Paged


class Task(Frozen):
    """Một nhiệm vụ mà một cơ quan chủ trì phải làm, với tình trạng tại ngày xem."""

    id: int = Field(description="Số của nhiệm vụ.", examples=[12])
    decision: str = Field(description="Mã quyết định.", examples=["hai-phong-dan-van-2025-2"])
    duty: str = Field(description="Mã nhiệm vụ trong danh mục.", examples=["1.1"])
    section: str = Field(description="Phần của danh mục.", examples=["1"])
    text: str = Field(description="Nội dung nhiệm vụ, nguyên văn.")
    deadline: str = Field(description="Thời hạn, nguyên văn.", examples=["Trước ngày 15/8/2025"])
    agency: str = Field(description="Mã cơ quan chủ trì.", examples=["so-noi-vu"])
    agency_name: str = Field(description="Tên cơ quan chủ trì.", examples=["Sở Nội vụ"])
    life: Life = Field(description="Cơ quan và bên xác nhận đã làm gì với nhiệm vụ.")
    status: Status = Field(description="Tình trạng tại ngày xem.")
    status_name: str = Field(description="Tình trạng bằng lời.", examples=["Quá hạn"])
    start: date | None = Field(description="Ngày bắt đầu của thời hạn.")
    due: date | None = Field(description="Ngày cuối còn đúng hạn, đang có hiệu lực.", examples=["2025-08-14"])
    original_due: date | None = Field(description="Ngày cuối còn đúng hạn ban đầu.")
    declared_on: date | None = Field(description="Ngày cơ quan báo.")
    counted_on: date | None = Field(description="Ngày tính đúng hạn hay quá hạn.")
    declares_not_applicable: bool = Field(description="Điều đã báo là không phát sinh.")
    days_late: int = Field(description="Số ngày quá hạn; 0 khi chưa quá hạn.", ge=0)


class TaskPage(Paged):
    """Một trang nhiệm vụ."""

    items: tuple[Task, ...]


class Change(Frozen):
    """Một lần thay đổi đã ghi."""

    recorded_at: datetime = Field(description="Lúc ghi.")
    by: str = Field(description="Tài khoản hoặc khóa (api:…) đã ghi.", examples=["api:he-thong-mot-cua"])
    action: str = Field(description="Việc đã làm.", examples=["declare"])
    reason: str
    document_number: str = Field(description="Số, ký hiệu văn bản kết quả.")
    document_date: date | None
    happened_on: date | None = Field(description="Ngày xảy ra, khi khác ngày ghi.")
    from_life: Life
    to_life: Life
    from_due: date | None
    to_due: date | None


class ExtensionAsked(Frozen):
    """Một lần xin gia hạn và câu trả lời."""

    due_before: date | None
    due_asked: date = Field(description="Ngày xin gia hạn đến.")
    reason: str
    asked_at: datetime
    asked_by: str
    granted: bool | None = Field(description="null khi chưa trả lời.")
    answered_at: datetime | None
    answered_by: str | None
    answer: str


class TaskDetail(Task):
    """Một nhiệm vụ với mọi việc đã xảy ra, cũ nhất trước."""

    events: tuple[Change, ...]
    extensions: tuple[ExtensionAsked, ...]


Reason = Annotated[Words, Field(description="Lý do.", examples=["Chờ văn bản của cấp trên."])]
NeededReason = Annotated[
    Words, Field(min_length=1, description="Lý do, bắt buộc.", examples=["Thiếu văn bản."])
]


class Start(Frozen):
    """Bắt đầu thực hiện."""

    reason: Reason = ""


class Declaration(Frozen):
    """Báo hoàn thành; ngày của văn bản kết quả là ngày tính đúng hạn."""

    reason: Reason = ""
    document_number: Sign = Field("", description="Số, ký hiệu văn bản kết quả.", examples=["12/BC-SNV"])
    document_date: Day | None = Field(None, description="Ngày của văn bản kết quả.", examples=["2025-08-13"])


class NotApplicable(Frozen):
    """Báo không phát sinh."""

    reason: NeededReason


class Confirmation(Frozen):
    """Xác nhận điều cơ quan đã báo; ngày văn bản, hoặc ngày tính, thay ngày cơ quan báo."""

    reason: Reason = ""
    document_number: Sign = Field("", description="Số, ký hiệu văn bản kết quả.", examples=["12/BC-SNV"])
    document_date: Day | None = Field(None, description="Ngày của văn bản kết quả.", examples=["2025-08-13"])
    counted_on: Day | None = Field(
        None, description="Ngày tính, khi không có văn bản.", examples=["2025-08-13"]
    )


class SendingBack(Frozen):
    """Trả lại điều cơ quan đã báo, hủy hoặc mở lại nhiệm vụ."""

    reason: NeededReason


class LaterDay(Frozen):
    """Một ngày cuối còn đúng hạn muộn hơn."""

    to: Day = Field(description="Ngày cuối còn đúng hạn mới.", examples=["2025-09-30"])
    reason: NeededReason


class ExtensionAnswer(Frozen):
    """Trả lời đề nghị gia hạn đang chờ."""

    granted: bool = Field(description="Đồng ý hay không.", examples=[True])
    reason: Reason = ""


def task_of(row: TaskRow) -> Task:
    """Return a task as other systems see it."""
    return Task(**_columns(row))


def detail_of(history: TaskHistory) -> TaskDetail:
    """Return a task with its history."""
    return TaskDetail(
        **_columns(history.task),
        events=tuple(_change(event) for event in history.events),
        extensions=tuple(_asked(extension) for extension in history.extensions),
    )


def _columns(row: TaskRow) -> dict[str, object]:
    own = {name: getattr(row, name) for name in Task.model_fields if name != "status_name"}
    return {**own, "status_name": row.status.label}


def _change(event: TaskEvent) -> Change:
    return Change(**{name: getattr(event, name) for name in Change.model_fields})


def _asked(extension: Extension) -> ExtensionAsked:
    return ExtensionAsked(**{name: getattr(extension, name) for name in ExtensionAsked.model_fields})
