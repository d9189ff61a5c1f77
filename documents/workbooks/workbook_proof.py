"""The proof of urging as a sheet: who was told what, when, in which mail, and what became of each address."""

from collections.abc import Iterable, Mapping
from datetime import date

from catalog.day_words import until
from documents.workbooks.workbook import Column, Form, Sheet, Value
from tasks.models import NoticeState
from tasks.queries.proof import Told

_NOTICES = {
    NoticeState.PENDING: "Chờ soạn thư",
    NoticeState.QUEUED: "Chờ gửi",
    NoticeState.TOLD: "Đã gửi",
    NoticeState.SUPERSEDED: "Đã thay bằng thư sau",
    NoticeState.SKIPPED: "Bỏ qua",
}
_OUTCOMES = {None: "", "": "Chưa có kết quả", "sent": "Đã nhận", "refused": "Từ chối"}
_COLUMNS = (
    Column("Ngày", 12, Form.DAY),
    Column("Gửi tới cơ quan", 24),
    Column("Loại thông báo", 14),
    Column("Về nhiệm vụ, lần báo cáo", 12),
    Column("Của cơ quan", 24),
    Column("Hạn", 12, Form.DAY),
    Column("Số ngày làm việc so với hạn", 9, Form.WHOLE),
    Column("Kết quả", 18),
    Column("Gửi lúc", 17, Form.MOMENT),
    Column("Địa chỉ", 24),
    Column("Máy chủ thư trả lời", 16),
    Column("Tiêu đề thư", 28),
    Column("Message-ID", 20),
)


def proof_sheet(title: str, as_of: date, told: Iterable[Told], kinds: Mapping[str, str]) -> Sheet:
    """Return the proof; `kinds` gives the words of each kind of notice. `told` may be a generator."""
    return Sheet(
        name="Bằng chứng đôn đốc",
        titles=(title, f"Tính đến {until(as_of)}"),
        columns=_COLUMNS,
        rows=(_row(each, kinds) for each in told),
        fixed=2,
    )


def _row(told: Told, kinds: Mapping[str, str]) -> tuple[Value, ...]:
    return (
        told.on_day, told.agency_name, kinds.get(told.kind, told.kind), told.about, told.led_by, told.due,
        told.step, _joined(_NOTICES[told.state], told.reason), told.sent_at, told.address, _joined(_OUTCOMES.get(told.outcome, ""), told.reply), told.subject,
        told.message_id,
    )  # fmt: skip


def _joined(words: str, more: str | None) -> str:
    return f"{words}: {more}" if more else words
