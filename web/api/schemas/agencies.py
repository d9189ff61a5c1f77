"""An agency as other systems see it: without its addresses."""

from datetime import date

from pydantic import Field

from tasks.models import Agency as Stored
from tasks.status import Status
from web.api.fields import Frozen
from web.api.paging import Paged


class Agency(Frozen):
    """Một cơ quan trong danh bạ."""

    code: str = Field(examples=["so-noi-vu"])
    name: str = Field(examples=["Sở Nội vụ"])
    kind: str = Field(description="Loại cơ quan.")
    directory: str = Field(description="Mã danh bạ.")
    groups: tuple[str, ...] = Field(description="Mã các nhóm mà cơ quan thuộc về.")
    merged_on: date | None = Field(description="Ngày sáp nhập; null khi còn hoạt động.")


class AgencyPage(Paged):
    """Một trang danh bạ."""

    items: tuple[Agency, ...]


class AgencyDetail(Agency):
    """Một cơ quan với số nhiệm vụ theo tình trạng."""

    counts: dict[Status, int] = Field(description="Số nhiệm vụ theo tình trạng tại ngày xem.")


def agency_columns(row: Stored) -> dict[str, object]:
    """Return the fields of Agency."""
    own = {name: getattr(row, name) for name in Agency.model_fields if name != "groups"}
    return {**own, "groups": tuple(sorted(group.code for group in row.groups))}
