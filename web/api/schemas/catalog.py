"""Decisions and their duties as other systems see them."""

from datetime import date, datetime

from pydantic import Field

from tasks.models import Decision as StoredDecision
from tasks.models import Duty as StoredDuty
from tasks.status import Status
from web.api.fields import Frozen
from web.api.paging import Paged


class Decision(Frozen):
    """Một quyết định có danh mục nhiệm vụ."""

    key: str = Field(description="Mã quyết định.", examples=["hai-phong-dan-van-2025-2"])
    number: str | None = Field(description="Số, ký hiệu.")
    issued_on: date | None = Field(description="Ngày ban hành.")
    title: str
    issuer: str
    directory: str = Field(description="Mã danh bạ cơ quan.")
    coordinator: str = Field(description="Mã cơ quan đôn đốc.", examples=["so-noi-vu"])
    confirmer: str = Field(description="Mã cơ quan xác nhận việc của chính cơ quan đôn đốc.")
    active_since: datetime | None = Field(description="Bắt đầu đôn đốc từ lúc này; null khi chưa.")


class DecisionPage(Paged):
    """Một trang quyết định."""

    items: tuple[Decision, ...]


class Section(Frozen):
    """Một phần của danh mục."""

    code: str
    title: str


class Occasion(Frozen):
    """Một sự kiện mà nhiệm vụ chờ để có hạn."""

    code: str
    name: str
    day: date | None = Field(description="null khi chưa có ngày.")


class DecisionDetail(Decision):
    """Một quyết định với các phần của danh mục và các sự kiện mà nhiệm vụ chờ."""

    sections: tuple[Section, ...]
    occasions: tuple[Occasion, ...]


class Duty(Frozen):
    """Một dòng của danh mục, nguyên văn, với hạn đã đọc ra."""

    decision: str
    code: str = Field(examples=["1.1"])
    section: str
    text: str
    lead: str = Field(description="Ô cơ quan chủ trì, nguyên văn.")
    support: str = Field(description="Ô cơ quan phối hợp, nguyên văn.")
    deadline: str = Field(description="Ô thời hạn, nguyên văn.")
    kind: str = Field(description="Dạng thời hạn.", examples=["before"])
    start: date | None
    due: date | None = Field(description="Ngày cuối còn đúng hạn.")
    amended_by: str | None = Field(description="Số của văn bản điều chỉnh gần nhất.")
    cancelled_at: datetime | None


class DutyPage(Paged):
    """Một trang danh mục."""

    items: tuple[Duty, ...]


class Supporting(Frozen):
    """Một cơ quan được nêu đích danh bên cạnh nhiệm vụ."""

    agency: str
    agency_name: str
    role: str = Field(description="support: phối hợp; monitor: theo dõi chung; invited: được đề nghị.")


class DutyDetail(Duty):
    """Một dòng của danh mục với cơ quan được nêu đích danh và số nhiệm vụ theo tình trạng."""

    supporters: tuple[Supporting, ...]
    whole: bool = Field(description="Số đếm là của mọi cơ quan chủ trì; false: chỉ của cơ quan có khóa.")
    counts: dict[Status, int] = Field(description="Số nhiệm vụ theo tình trạng tại ngày xem.")


def decision_of(row: StoredDecision) -> Decision:
    """Return a decision as other systems see it."""
    return Decision(**_decision(row))


def decision_detail(row: StoredDecision, occasions: tuple[Occasion, ...]) -> DecisionDetail:
    """Return a decision with its sections and what its duties wait for."""
    sections = tuple(
        Section(code=entry["code"], title=entry["title"]) for entry in row.document.get("sections", ())
    )
    return DecisionDetail(**_decision(row), sections=sections, occasions=occasions)


def duty_columns(decision: str, row: StoredDuty) -> dict[str, object]:
    """Return the fields of Duty."""
    own = {name: getattr(row, name) for name in Duty.model_fields if name != "decision"}
    return {"decision": decision, **own}


def _decision(row: StoredDecision) -> dict[str, object]:
    named = {"coordinator": row.coordinator.code, "confirmer": row.confirmer.code}
    return {name: getattr(row, name) for name in Decision.model_fields if name not in named} | named
