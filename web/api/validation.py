"""What the schema refuses of a request, said in Vietnamese with the place of every fault."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response

from web.api.problems import SENTENCES, Kind, ProblemFault, problem

# type of error: the sentence; {…} are the error's own figures
_SENTENCES = {
    "missing": "Thiếu mục này; hãy bổ sung.",
    "extra_forbidden": "Không có mục nào tên như vậy; hãy sửa tên hoặc bỏ đi.",
    "string_type": "Phải là chuỗi ký tự.",
    "string_too_long": "Dài quá {max_length} ký tự; hãy rút ngắn.",
    "string_too_short": "Không được để trống.",
    "string_pattern_mismatch": "Có ký tự không dùng được, hoặc không đúng dạng; xem pattern của mục này trong openapi.json.",
    "string_unicode": "Có ký tự Unicode không hợp lệ.",
    "int_type": "Phải là số nguyên.",
    "int_parsing": "Phải là số nguyên.",
    "int_parsing_size": "Số quá lớn.",
    "int_from_float": "Phải là số nguyên.",
    "greater_than_equal": "Phải từ {ge} trở lên.",
    "less_than_equal": "Phải từ {le} trở xuống.",
    "bool_type": "Phải là true hoặc false.",
    "bool_parsing": "Phải là true hoặc false.",
    "enum": "Phải là một trong: {expected}.",
    "literal_error": "Phải là một trong: {expected}.",
    "list_type": "Phải là một danh sách.",
    "tuple_type": "Phải là một danh sách.",
    "too_short": "Không được để trống.",
    "too_long": "Có quá {max_length} phần tử; hãy chia nhỏ.",
    "dict_type": "Phải là một đối tượng JSON.",
    "model_type": "Phải là một đối tượng JSON.",
    "model_attributes_type": "Phải là một đối tượng JSON.",
    "value_error": "{error}",  # our own validators speak Vietnamese
}
_DATE = "Phải là ngày dạng 2025-09-05, từ năm 2000 đến 2099."
_OTHER = "Giá trị không dùng được."


def of_validation(error: RequestValidationError, more: Sequence[ProblemFault] = ()) -> Response:
    """Return every fault of a request, and `more` that was found, as an answer: unreadable JSON 400, an address that cannot be 404, a write on no
    version 428, else 422.
    """
    details = error.errors()
    if any(detail["type"] == "json_invalid" for detail in details):
        return problem(Kind.MALFORMED, SENTENCES[Kind.MALFORMED])
    if any(detail["loc"][0] == "path" for detail in details):
        return problem(Kind.NOT_FOUND, "Không có mục nào có số hoặc mã như trong địa chỉ.")
    if any(
        detail["type"] == "missing" and tuple(detail["loc"]) == ("header", "If-Match") for detail in details
    ):
        sentence = SENTENCES[Kind.UNCONDITIONAL]
        return problem(Kind.UNCONDITIONAL, sentence, [ProblemFault(detail=sentence, header="If-Match")])
    faults = [*more, *(_fault(detail) for detail in details)]
    return problem(Kind.REFUSED, told(faults), faults)


def told(faults: Sequence[ProblemFault]) -> str:
    """Return one sentence for all the faults."""
    if len(faults) == 1:
        place = faults[0].parameter or faults[0].header or faults[0].pointer
        return f"{place}: {faults[0].detail}" if place else faults[0].detail
    return f"Yêu cầu có {len(faults)} chỗ chưa đúng; xem errors."


def _fault(detail: Mapping[str, Any]) -> ProblemFault:
    kind: str = detail["type"]
    where, *path = detail["loc"]
    sentence = _SENTENCES.get(kind, _DATE if kind.startswith("date") else _OTHER)
    figures = {name: str(value).replace(" or ", ", ") for name, value in detail.get("ctx", {}).items()}
    said = sentence.format(**figures)
    if where == "body":
        return ProblemFault(detail=said, pointer="#" + "".join(f"/{_step(step)}" for step in path))
    name = str(path[0]) if path else None
    return ProblemFault(
        detail=said, parameter=name if where == "query" else None, header=name if where == "header" else None
    )


def _step(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
