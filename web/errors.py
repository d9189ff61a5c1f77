"""The one place where what the domain refuses becomes an HTTP status and a page that says what to do."""

import logging
import re
from math import ceil
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from tasks.errors import (
    ConflictError,
    DomainError,
    ManyRefusalsError,
    NotAllowedError,
    NotFoundError,
    TooManyError,
)
from web.auth import SignInNeededError
from web.rendering import address, render

_log = logging.getLogger(__name__)

_STATUS = ((NotFoundError, 404), (NotAllowedError, 403), (ConflictError, 409), (TooManyError, 429))
_FOR_COMMANDS = re.compile(
    r"; (?:xem|trên dòng lệnh)\b[^;]*(?:dondoc|--by)[^;.]*"
)  # advice for the command line
_TITLES = {
    403: "Không có quyền",
    404: "Không tìm thấy",
    409: "Đã có người cập nhật",
    422: "Yêu cầu chưa đúng",
    429: "Quá nhiều yêu cầu",
    500: "Hệ thống gặp lỗi",
    503: "Tạm thời chưa phục vụ được",
}
_HTTP_SENTENCES = {
    404: "Không có trang này. Hãy kiểm tra lại đường dẫn hoặc quay về trang đầu.",
    405: "Trang này không nhận yêu cầu kiểu đó. Hãy quay về trang đầu và thao tác lại.",
    413: "Nội dung gửi lên quá lớn. Hãy giảm dung lượng tệp rồi gửi lại.",
    429: "Quá nhiều yêu cầu trong thời gian ngắn. Hãy đợi ít phút rồi thử lại.",
}


def status_of_refusal(error: DomainError) -> int:
    """Return the HTTP status of a refusal; of several, the first one's where they agree, else 422."""
    if isinstance(error, ManyRefusalsError):
        found = {status_of_refusal(one) for one in error.refusals}
        return found.pop() if len(found) == 1 else 422
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 422)


def refusals_of(error: DomainError) -> list[str]:
    """Return the sentences of a refusal."""
    return [_FOR_COMMANDS.sub("", sentence) for sentence in str(error).splitlines()]


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a page."""
    app.add_exception_handler(SignInNeededError, _sign_in_first)
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _failed)


def error_page(status: int, sentences: list[str], title: str | None = None) -> HTMLResponse:
    """Return a page that says what went wrong and what to do."""
    context = {"title": title or _TITLES.get(status, "Yêu cầu chưa thực hiện được"), "sentences": sentences}
    return HTMLResponse(render("error.html", context), status_code=status)


def _sign_in_first(request: Request, _: Exception) -> Response:
    if request.method != "GET":
        return error_page(
            403, ["Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại rồi gửi lại; những gì đã lưu vẫn còn."]
        )
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(address("/dang-nhap", tiep=None if target == "/" else target), status_code=303)


def _refused(_: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, DomainError)
    page = error_page(status_of_refusal(error), refusals_of(error))
    if isinstance(error, TooManyError):
        page.headers["Retry-After"] = str(ceil(error.wait.total_seconds()))
    return page


def _http(_: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)
    sentence = _HTTP_SENTENCES.get(error.status_code, "Yêu cầu chưa thực hiện được. Hãy quay về trang đầu.")
    page = error_page(error.status_code, [sentence])
    page.headers.update(error.headers or {})
    return page


def _unreadable(_: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError)
    if any(fault["loc"][0] == "path" for fault in error.errors()):
        return error_page(404, [_HTTP_SENTENCES[404]])
    names = ", ".join(sorted({str(fault["loc"][-1]) for fault in error.errors()}))
    return error_page(
        422, [f"Tham số {names} của đường dẫn không đọc được. Hãy quay về trang trước và chọn lại."]
    )


def _database_away(_: Request, error: Exception) -> HTMLResponse:
    _log.error("The database could not be used: %s", error)
    return error_page(503, ["Cơ sở dữ liệu tạm thời không dùng được. Hãy thử lại sau ít phút."])


def _failed(_: Request, error: Exception) -> HTMLResponse:
    number = uuid4().hex[:8]
    _log.error("Unexpected failure %s", number, exc_info=error)
    sentence = f"Lỗi đã được ghi lại với mã {number}. Hãy thử lại; nếu vẫn lỗi, báo mã này cho quản trị viên."
    return error_page(500, [sentence])
