"""The OpenAPI 3.1 document: what FastAPI knows of the operations, with every error they may answer and the token."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tasks.accounts.tokens import Scope
from web.api.operations import SCHEME, routes_of
from web.api.problems import MEDIA_TYPE, Kind, Problem

VERSION = "1.0.0"
BASE = "/api/v1"
_ABOUT = """API để hệ thống khác đọc nhiệm vụ, tình hình báo cáo và thay một cơ quan báo hoàn thành, nộp báo cáo.

Mỗi hệ thống có một khóa truy cập do quản trị viên cấp, gắn với một cơ quan (chỉ thấy và chỉ sửa phần của cơ quan đó, đọc thêm
nhiệm vụ được nêu đích danh là phối hợp) hoặc với cơ quan đôn đốc. Ngày là ngày theo giờ Hà Nội, dạng 2025-09-05, tính cả ngày đó;
thời điểm có múi giờ. Mọi lỗi là application/problem+json (RFC 9457). Danh sách có limit, offset, tiêu đề Link và next."""
_READING = (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.REFUSED, Kind.TOO_MANY, Kind.FAILURE, Kind.UNAVAILABLE)
_ADDRESSED = (Kind.NOT_FOUND,)
_WRITING = (Kind.MALFORMED, Kind.NOT_FOUND, Kind.CONFLICT, Kind.CHANGED, Kind.TOO_LARGE, Kind.MEDIA)
_HEADERS = {
    401: {"WWW-Authenticate": "Cách xưng khóa truy cập."},
    403: {"WWW-Authenticate": "Quyền còn thiếu, khi lỗi là thiếu quyền."},
    429: {"Retry-After": "Số giây phải đợi."},
}
Parameters = dict[tuple[str, str], dict[str, bool]]
_TAGS = {
    "decisions": "Quyết định và danh mục nhiệm vụ",
    "tasks": "Nhiệm vụ của từng cơ quan, lịch sử, báo hoàn thành và xác nhận",
    "rounds": "Các lần báo cáo và tình hình nộp",
    "reports": "Báo cáo của một cơ quan trong một lần báo cáo",
    "agencies": "Danh bạ cơ quan",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the document of `app`."""
    document = get_openapi(
        title="Đôn đốc nhiệm vụ",
        version=VERSION,
        summary="Theo dõi, đôn đốc danh mục nhiệm vụ",
        description=_ABOUT,
        routes=app.routes,
        servers=[{"url": BASE}],
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {SCHEME: _scheme()}
    schemas = parts.setdefault("schemas", {})
    found = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update({**found.pop("$defs"), "Problem": found})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    parts["responses"] = {str(status): _response(status) for status in sorted({kind.status for kind in Kind})}
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return document


def known_parameters(app: FastAPI, document: dict[str, Any]) -> Parameters:
    """Return of each operation, by method and path, the query parameters it knows and whether they may repeat."""
    paths = document["paths"]
    return {
        (method, route.path_format): {
            entry["name"]: _repeats(entry["schema"])
            for entry in paths[route.path_format][method.lower()].get("parameters", ())
            if entry["in"] == "query"
        }
        for route in routes_of(app)
        for method in route.methods or ()
    }


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add the errors that the operation may answer."""
    told = operation["responses"]
    told.pop("422", None)
    for entry in operation["parameters"]:
        entry["schema"] = _said(entry["schema"])
    kinds = set(_READING)
    if "body" in str(operation.get("requestBody", "")) or method != "get":
        kinds |= set(_WRITING)
    if any(entry["in"] == "path" for entry in operation.get("parameters", ())):
        kinds |= set(_ADDRESSED)
    if any(entry["name"] == "If-Match" and entry.get("required") for entry in operation["parameters"]):
        kinds.add(Kind.UNCONDITIONAL)
    told["200"]["description"] = "Thành công."
    told["200"]["headers"] = {"ETag": _header("Thẻ của nội dung này.")}
    if method == "get":
        told["304"] = {"description": "Chưa đổi từ lần đọc có ETag trong If-None-Match."}
        if "limit" in {entry["name"] for entry in operation["parameters"]}:
            told["200"]["headers"]["Link"] = _header("Địa chỉ của các trang kề (RFC 8288).")
    for kind in sorted(kinds, key=lambda kind: kind.status):
        told[str(kind.status)] = {"$ref": f"#/components/responses/{kind.status}"}


def _said(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that may be left out: it is then not there, and never null."""
    kept = {name: value for name, value in schema.items() if name not in {"anyOf", "title"}}
    given = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return {**given[0], **kept} if given else kept


def _response(status: int) -> dict[str, Any]:
    kinds = [kind for kind in Kind if kind.status == status]
    found: dict[str, Any] = {
        "description": "; ".join(f"{kind.called} ({kind.value})" for kind in kinds) + ".",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in _HEADERS:
        found["headers"] = {name: _header(text) for name, text in _HEADERS[status].items()}
    return found


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _scheme() -> dict[str, Any]:
    scopes = "\n".join(f"- `{scope.value}`: {scope.label}" for scope in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "dondoc_…",
        "description": f"Khóa truy cập do quản trị viên cấp. Các quyền:\n\n{scopes}",
    }


def _repeats(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" or any(
        each.get("type") == "array" for each in schema.get("anyOf", ())
    )
