"""Turns what a model refuses into faults: one Vietnamese sentence each, with the line and what to do."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from catalog.errors import Fault
from catalog.yaml_lines import KeyPath, Lines

# type of error: (what is wrong, what to do); {…} are the error's own figures
_SENTENCES = {
    "missing": ("thiếu mục {name}.", "Hãy bổ sung mục này."),
    "extra_forbidden": ("không có mục nào tên là {name}.", "Hãy sửa tên mục hoặc bỏ mục này."),
    "blank": ("mục {name} để trống.", "Hãy ghi nội dung."),
    "string_type": ("mục {name} phải là chữ.", "Hãy đặt giá trị trong dấu ngoặc kép."),
    "string_pattern_mismatch": (
        "mục {name} chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối.",
        "Hãy sửa lại mã.",
    ),
    "int_type": ("mục {name} phải là số nguyên.", "Hãy ghi số, không đặt trong dấu ngoặc kép."),
    "bool_type": ("mục {name} phải là true hoặc false.", "Hãy sửa lại giá trị."),
    "greater_than_equal": ("mục {name} phải từ {ge} trở lên.", "Hãy sửa lại số."),
    "less_than_equal": ("mục {name} phải từ {le} trở xuống.", "Hãy sửa lại số."),
    "tuple_type": (
        "mục {name} phải là một danh sách.",
        "Hãy ghi mỗi phần tử trên một dòng, bắt đầu bằng “- ”.",
    ),
    "list_type": (
        "mục {name} phải là một danh sách.",
        "Hãy ghi mỗi phần tử trên một dòng, bắt đầu bằng “- ”.",
    ),
    "too_short": ("mục {name} là danh sách trống.", "Hãy ghi ít nhất một phần tử."),
    "literal_error": ("mục {name} phải là một trong: {expected}.", "Hãy sửa lại giá trị."),
    "enum": ("mục {name} phải là một trong: {expected}.", "Hãy sửa lại giá trị."),
    "value_error": ("mục {name}: {error}.", "Hãy sửa lại giá trị."),  # our own validators speak Vietnamese
    "model_type": ("mục {name} phải gồm các mục con “tên: giá trị”.", "Hãy kiểm tra thụt lề."),
}
_DATE = ("mục {name} không phải là ngày.", "Hãy ghi ngày dạng 2025-09-05.")
_OTHER = ("mục {name} không dùng được.", "Hãy sửa lại giá trị.")


def record_faults(error: ValidationError, lines: Lines, file: str) -> tuple[Fault, ...]:
    """Return every refusal of `error` in the order of the file's lines."""
    placed = [(lines.of(_path(detail)), _fault(detail, lines, file)) for detail in error.errors()]
    return tuple(fault for _, fault in sorted(placed, key=lambda entry: entry[0]))


def _fault(detail: ErrorDetails, lines: Lines, file: str) -> Fault:
    kind = detail["type"]
    message, remedy = _SENTENCES.get(kind, _DATE if kind.startswith("date") else _OTHER)
    figures = {**detail.get("ctx", {}), "name": _name(_path(detail))}
    figures["expected"] = str(figures.get("expected", "")).replace(" or ", " hoặc ")
    if "expected" in figures:
        figures["expected"] = figures["expected"].replace(" or ", ", ")  # the library's one English word
    return Fault(message.format(**figures), lines.place(_path(detail)), file, remedy)


def _path(detail: ErrorDetails) -> KeyPath:
    return detail["loc"]


def _name(path: KeyPath) -> str:
    """Name a value as its reader finds it: lists are counted from 1."""
    if not path:
        return "gốc của tệp"
    return f"“{' › '.join(str(step + 1) if isinstance(step, int) else step for step in path)}”"
