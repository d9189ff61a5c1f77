"""A file of expressions to read, one JSON object per line: `{text, issued?, doc_year?}`; other keys are passed over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalog.deadline.points import FIRST_YEAR, LAST_YEAR
from catalog.errors import Fault


@dataclass(frozen=True, slots=True)
class Request:
    """One expression with what is known of its document."""

    text: str
    issued: date | None = None
    doc_year: int | None = None


def read_batch(path: Path) -> tuple[tuple[Request, ...], tuple[Fault, ...]]:
    """Return the requests in file order, or every fault with its line. Blank lines are passed over."""
    requests: list[Request] = []
    faults: list[Fault] = []
    try:
        content = path.read_bytes()
    except OSError as error:
        remedy = "Hãy kiểm tra đường dẫn và quyền đọc tệp."
        return (), (Fault(f"không đọc được tệp ({error.strerror}).", file=str(path), remedy=remedy),)
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        found, problems = _request(line)
        requests.extend(() if found is None else (found,))
        faults.extend(Fault(problem, f"dòng {number}", path.name, remedy) for problem, remedy in problems)
    return tuple(requests), tuple(faults)


def _request(line: bytes) -> tuple[Request | None, list[tuple[str, str]]]:
    try:
        document = json.loads(line)
    except UnicodeDecodeError:
        return None, [("không phải chữ mã hóa UTF-8.", "Hãy lưu lại tệp ở dạng UTF-8.")]
    except (ValueError, RecursionError):
        return None, [("không phải JSON đúng.", 'Hãy ghi mỗi dòng dạng {"text": "Trước ngày 15/8/2025"}.')]
    if not isinstance(document, dict):
        return None, [("không phải một đối tượng JSON.", 'Hãy ghi dạng {"text": "…", "doc_year": 2025}.')]
    problems = list(_problems(document))
    if problems:
        return None, problems
    issued = document.get("issued")
    return Request(
        document["text"], date.fromisoformat(issued) if issued else None, document.get("doc_year")
    ), []


def _problems(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    text, issued, year = document.get("text"), document.get("issued"), document.get("doc_year")
    if not isinstance(text, str):
        yield "thiếu mục text hoặc mục text không phải chuỗi chữ.", "Hãy ghi cách viết thời hạn vào mục text."
    if issued is not None and not _is_day(issued):
        yield f"mục issued «{issued}» không phải một ngày.", "Hãy ghi dạng 2025-07-25."
    if year is not None and not _is_year(year):
        remedy = f"Hãy ghi một năm từ {FIRST_YEAR} đến {LAST_YEAR}."
        yield f"mục doc_year «{year}» không phải một năm.", remedy


def _is_day(value: Any) -> bool:
    try:
        return (
            isinstance(value, str)
            and len(value) == len("2025-07-25")
            and _is_year(date.fromisoformat(value).year)
        )
    except ValueError:
        return False


def _is_year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR
