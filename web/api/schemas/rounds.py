"""Rounds of reporting, how they stand, and a report, as other systems see them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from tasks.models import RoundState, Submission
from tasks.reporting.content import Declares
from web.api.fields import Day, Frozen, LongWords, Sign, Words
from web.api.paging import Paged


class Round(Frozen):
    """Một lần báo cáo."""

    decision: str
    code: str = Field(examples=["lan-1"])
    text: str = Field(description="Lần báo cáo, nguyên văn trong quyết định.")
    opens: date = Field(description="Ngày mở.")
    due: date = Field(description="Ngày cuối còn đúng hạn.")
    closes_at: datetime = Field(description="Từ lúc này là nộp chậm.")
    state: RoundState
    ad_hoc: bool = Field(description="Báo cáo đột xuất.")


class RoundPage(Paged):
    """Một trang các lần báo cáo."""

    items: tuple[Round, ...]


class RoundStanding(Round):
    """Tình hình nộp của một lần báo cáo: expected = submitted + exempt + missing; submitted = on_time + late."""

    expected: int
    submitted: int
    on_time: int
    late: int
    nil: int = Field(description="Số báo cáo không phát sinh, trong số đã nộp.")
    accepted: int
    drafting: int
    extended: int
    exempt: int
    missing: tuple[str, ...] = Field(description="Mã các cơ quan chưa nộp.")
    returned: tuple[str, ...] = Field(description="Mã các cơ quan bị trả lại, trong số chưa nộp.")


class AgencyStanding(Frozen):
    """Một cơ quan trong một lần báo cáo."""

    agency: str
    agency_name: str
    state: Submission
    due: date = Field(description="Ngày cuối còn đúng hạn của riêng cơ quan.")
    extended: bool
    nil: bool
    received_on: date | None
    on_time: bool | None = Field(description="null khi chưa nộp.")
    document: str = Field(description="Số, ký hiệu công văn kèm báo cáo.")


class AgencyStandingPage(Paged):
    """Một trang các cơ quan phải báo cáo."""

    items: tuple[AgencyStanding, ...]


PartKey = Literal[
    "leadership", "strengths", "limits", "causes_objective", "causes_subjective", "lessons", "next_tasks", "proposals",
]  # fmt: skip
"""The keys of catalog.report_outline.PARTS; a test holds them equal."""


class ReportLine(Frozen):
    """Báo cáo nói gì về một nhiệm vụ."""

    task: int = Field(ge=1, le=2**31 - 1, description="Số của nhiệm vụ.", examples=[1])
    declares: Declares = Field(
        Declares.NOTHING,
        description="Điều được báo của nhiệm vụ khi nộp: started, done, not_applicable, hoặc trống.",
    )
    result: LongWords = Field("", description="Kết quả.", examples=["Đã ban hành kế hoạch."])
    document_number: Sign = Field("", description="Số, ký hiệu văn bản kết quả.", examples=["12/KH-SNV"])
    document_date: Day | None = Field(None, description="Ngày của văn bản kết quả.")
    difficulties: LongWords = Field("", description="Khó khăn, vướng mắc.")
    proposals: LongWords = Field("", description="Đề xuất, kiến nghị.")
    addressee: Words = Field("", description="Nơi nhận kiến nghị.")


class ReportFigure(Frozen):
    """Một số liệu; value là chuỗi thập phân chính xác, dấu chấm trước phần thập phân."""

    indicator: str = Field(max_length=100, pattern=r"^[A-Za-z0-9_-]+$", examples=["ho-gia-dinh"])
    part: str = Field("", max_length=100, pattern=r"^[A-Za-z0-9_-]*$")
    value: Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")] = Field(examples=["1250"])
    bound: Sign = Field("", description="Chữ giới hạn: trên, gần, khoảng.", examples=["trên"])


class ReportContent(Frozen):
    """Toàn bộ nội dung báo cáo; thay cho bản đang có."""

    lines: tuple[ReportLine, ...] = Field((), max_length=2_000, description="Nhiệm vụ để trống thì bỏ ra.")
    narrative: dict[PartKey, LongWords] = Field(
        default_factory=dict, description="Các phần của báo cáo theo mã."
    )
    figures: tuple[ReportFigure, ...] = Field((), max_length=2_000)


class File(Frozen):
    """Một tệp đính kèm."""

    name: str
    media_type: str
    size: int = Field(description="Số byte.")
    sha256: str


class Report(Frozen):
    """Báo cáo của một cơ quan trong một lần báo cáo; version 0 khi chưa soạn."""

    decision: str
    round: str
    agency: str
    agency_name: str
    state: Submission
    due: date = Field(description="Ngày cuối còn đúng hạn của cơ quan.")
    nil: bool = Field(description="Báo cáo không phát sinh.")
    nil_statement: str
    received_on: date | None
    on_time: bool | None
    version: int = Field(ge=0)
    saved_at: datetime | None
    saved_by: str | None
    submitted_at: datetime | None
    submitted_by: str | None
    document_number: str = Field(description="Số, ký hiệu công văn kèm báo cáo.")
    document_date: date | None
    content: ReportContent
    attachments: tuple[File, ...]


class NilStatement(Frozen):
    """Lời xác nhận rằng không phát sinh."""

    statement: Words = Field(min_length=1, examples=["Trong kỳ không phát sinh nội dung phải báo cáo."])


class Submitting(Frozen):
    """Nộp bản đang có."""


class ReportReturn(Frozen):
    """Trả lại báo cáo đã nộp, có ý kiến; điều báo của từng nhiệm vụ giữ nguyên để trả lời riêng."""

    comments: Words = Field(
        min_length=1, description="Ý kiến, bắt buộc.", examples=["Thiếu số liệu của quý II."]
    )
    keeps_punctuality: bool = Field(
        True, description="Nộp lại thì tính đúng hạn theo lần nộp đầu; false: tính theo lần nộp lại."
    )


class StruckLine(Frozen):
    """Một nhiệm vụ mà điều báo không được xác nhận cùng báo cáo."""

    task: int = Field(ge=1, le=2**31 - 1, description="Số của nhiệm vụ.", examples=[1])
    reason: Words = Field("", description="Lý do trả lại điều đã báo; để trống thì vẫn chờ xác nhận.")


class Acceptance(Frozen):
    """Xác nhận báo cáo cùng những điều báo trong đó, trừ các dòng gạch ra."""

    struck: tuple[StruckLine, ...] = Field((), max_length=2_000, description="Các dòng gạch ra.")
