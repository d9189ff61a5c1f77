"""Every error of the API as a problem (RFC 9457): a stable type, a Vietnamese sentence, every fault with its place."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import uuid4

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from tasks.errors import DomainError
from web.errors import refusals_of, status_of_refusal

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:dondoc:problem:"
_log = logging.getLogger(__name__)


class Kind(StrEnum):
    """What went wrong; the end of the problem's `type`, which other systems may rely on."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD = "method-not-allowed"
    CONFLICT = "conflict"
    IN_PROGRESS = "request-in-progress"
    CHANGED = "changed-meanwhile"
    TOO_LARGE = "too-large"
    MEDIA = "unsupported-media-type"
    REFUSED = "refused"
    KEY_REUSED = "idempotency-key-reused"
    UNCONDITIONAL = "precondition-required"
    TOO_MANY = "too-many-requests"
    FAILURE = "failure"
    UNAVAILABLE = "unavailable"

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _KINDS[self][0]

    @property
    def called(self) -> str:
        """What all problems of this kind are called."""
        return _KINDS[self][1]


_KINDS = {
    Kind.MALFORMED: (400, "Yêu cầu không đọc được"),
    Kind.UNAUTHENTICATED: (401, "Chưa có khóa truy cập dùng được"),
    Kind.FORBIDDEN: (403, "Không có quyền"),
    Kind.NOT_FOUND: (404, "Không tìm thấy"),
    Kind.METHOD: (405, "Không nhận phương thức này"),
    Kind.CONFLICT: (409, "Đã có thay đổi khác"),
    Kind.IN_PROGRESS: (409, "Yêu cầu đang được xử lý"),
    Kind.CHANGED: (412, "Đã thay đổi từ khi đọc"),
    Kind.TOO_LARGE: (413, "Nội dung quá lớn"),
    Kind.MEDIA: (415, "Kiểu nội dung không dùng được"),
    Kind.REFUSED: (422, "Yêu cầu chưa đúng"),
    Kind.KEY_REUSED: (422, "Idempotency-Key đã dùng cho yêu cầu khác"),
    Kind.UNCONDITIONAL: (428, "Thiếu If-Match"),
    Kind.TOO_MANY: (429, "Quá nhiều yêu cầu"),
    Kind.FAILURE: (500, "Hệ thống gặp lỗi"),
    Kind.UNAVAILABLE: (503, "Tạm thời chưa phục vụ được"),
}
_OF_STATUS = {
    400: Kind.MALFORMED,
    401: Kind.UNAUTHENTICATED,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD,
    409: Kind.CONFLICT,
    413: Kind.TOO_LARGE,
    415: Kind.MEDIA,
}
SENTENCES = {
    Kind.MALFORMED: "Nội dung gửi lên không phải JSON (UTF-8) đọc được. Hãy kiểm tra lại.",
    Kind.NOT_FOUND: "Không có địa chỉ này trong API. Xem /api/v1/openapi.json.",
    Kind.METHOD: "Địa chỉ này không nhận phương thức đó; xem tiêu đề Allow.",
    Kind.TOO_LARGE: "Nội dung gửi lên quá lớn; hãy chia nhỏ.",
    Kind.MEDIA: "Nội dung phải là JSON, với Content-Type: application/json.",
    Kind.CONFLICT: "Vừa có thay đổi khác cùng lúc; hãy đọc lại rồi gửi lại.",
    Kind.UNCONDITIONAL: "Hãy gửi If-Match với ETag của lần đọc gần nhất, để không ghi đè lên bản của người khác.",
    Kind.UNAVAILABLE: "Cơ sở dữ liệu tạm thời không dùng được. Hãy thử lại sau ít phút.",
}


class ProblemFault(BaseModel):
    """One thing that is wrong, with its place: in the body, in a parameter of the address, or in a header."""

    model_config = ConfigDict(frozen=True)

    detail: str = Field(description="Sai gì, phải làm gì.", examples=["Thiếu mục này."])
    pointer: str | None = Field(
        None, description="Chỗ sai trong nội dung gửi lên (JSON Pointer).", examples=["#/reason"]
    )
    parameter: str | None = Field(None, description="Tham số sai của địa chỉ.", examples=["limit"])
    header: str | None = Field(None, description="Tiêu đề sai.", examples=["If-Match"])


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(
        description="Loại lỗi, không đổi giữa các phiên bản.", examples=["urn:dondoc:problem:refused"]
    )
    title: str = Field(description="Tên loại lỗi.", examples=["Yêu cầu chưa đúng"])
    status: int = Field(description="Mã HTTP.", ge=400, le=599, examples=[422])
    detail: str = Field(description="Sai gì, phải làm gì.", examples=["Muốn trả lại phải ghi lý do."])
    errors: tuple[ProblemFault, ...] = Field(description="Từng chỗ sai, đủ mọi chỗ trong một lần.")


@dataclass
class ApiProblem(Exception):  # noqa: N818  # RFC 9457 calls it a problem
    """A refusal of the API itself."""

    kind: Kind
    detail: str
    errors: Sequence[ProblemFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return it as an answer."""
        return problem(self.kind, self.detail, self.errors, self.headers)


def problem(
    kind: Kind,
    detail: str,
    errors: Sequence[ProblemFault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error as an answer; without places the sentence itself is the one fault."""
    body = Problem(
        type=_TYPE + kind.value,
        title=kind.called,
        status=kind.status,
        detail=detail,
        errors=tuple(errors) or (ProblemFault(detail=detail),),
    )
    content = body.model_dump_json(exclude_none=True)
    return Response(content, kind.status, dict(headers or {}), MEDIA_TYPE)


def of_refusal(error: DomainError) -> Response:
    """Return what the domain refuses as an answer, every sentence a fault."""
    sentences = refusals_of(error)
    kind = _OF_STATUS.get(status_of_refusal(error), Kind.REFUSED)
    first = (
        sentences[0] if len(sentences) == 1 else f"Có {len(sentences)} điều chưa thực hiện được; xem errors."
    )
    return problem(kind, first, [ProblemFault(detail=sentence) for sentence in sentences])


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return what the framework refuses as an answer."""
    kind = _OF_STATUS.get(status, Kind.MALFORMED)
    return problem(kind, SENTENCES.get(kind, kind.called), headers=headers)


def of_failure(error: Exception, request: Request) -> Response:
    """Return an answer to a failure of ours, logged under a number that the answer names."""
    number = uuid4().hex[:8]
    _log.error("Unexpected failure %s at %s", number, request.url.path, exc_info=error)
    detail = f"Lỗi đã được ghi lại với mã {number}. Hãy thử lại; nếu vẫn lỗi, báo mã này cho quản trị viên."
    return problem(Kind.FAILURE, detail)
