"""The kinds of values that other systems send: bounded, without what a database or a letter cannot hold."""

import re
from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from catalog.text import normalize

_DAY = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_CODE = r"^[0-9A-Za-zĐđ]+([.\-_][0-9A-Za-zĐđ]+)*$"  # as catalogue files write codes
_PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


class Frozen(BaseModel):
    """A part of a request or of an answer; nothing beside what is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _iso(value: object) -> object:
    """Refuse what the library would take for a day beside "2025-09-05": a number of seconds, an instant."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(_DAY, value)):
        return value
    message = "Phải là ngày dạng 2025-09-05, từ năm 2000 đến 2099."
    raise ValueError(message)


def _lines(text: str) -> str:
    return "\n".join(normalize(line) for line in text.splitlines()).strip()


Day = Annotated[
    date, BeforeValidator(_iso), WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY})
]
Code = Annotated[str, StringConstraints(pattern=_CODE, max_length=100)]
AgencyWord = Annotated[
    str, StringConstraints(pattern=f"{_CODE[:-1]}(/{_CODE[1:-1]})?$", max_length=201)
]  # a code, or the directory's key before it
Words = Annotated[
    str, StringConstraints(pattern=_PRINTABLE, max_length=4_000), AfterValidator(_lines)
]  # kept in NFC, line by line
LongWords = Annotated[str, StringConstraints(pattern=_PRINTABLE, max_length=10_000), AfterValidator(_lines)]
Sign = Annotated[
    str, StringConstraints(pattern=_PRINTABLE, max_length=100), AfterValidator(normalize)
]  # số, ký hiệu of a document

RowNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="Số của nhiệm vụ.", examples=[1])]
DecisionKey = Annotated[
    str,
    Path(
        pattern=_CODE,
        max_length=100,
        description="Mã quyết định.",
        examples=["hai-phong-dan-van-2025-2"],
    ),
]
DutyCode = Annotated[
    str, Path(pattern=_CODE, max_length=100, description="Mã nhiệm vụ trong danh mục.", examples=["1.1"])
]
RoundCode = Annotated[
    str, Path(pattern=_CODE, max_length=100, description="Mã lần báo cáo.", examples=["lan-1"])
]
Sha256 = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{64}$", description="Dấu SHA-256 của tệp.", examples=["0" * 64]),
]
AgencyCode = Annotated[
    str, Path(pattern=_CODE, max_length=100, description="Mã cơ quan.", examples=["so-noi-vu"])
]
InDirectory = Annotated[
    Code | None,
    Query(description="Mã danh bạ, khi mã cơ quan có trong nhiều danh bạ.", examples=["hai-phong"]),
]
AsOfDay = Annotated[
    Day | None,
    Query(description="Xem như cuối ngày này (giờ Hà Nội); bỏ trống là hiện tại.", examples=["2025-09-08"]),
]
