"""Reads a JSONL file of cells to resolve: one object a line, {text, column?}; other names on a line are left alone."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import Fault
from catalog.groups.roles import Column


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to read; `column` is None where the line leaves it to the caller."""

    text: str
    column: Column | None = None


def read_cells(path: Path) -> tuple[tuple[Cell, ...], tuple[Fault, ...]]:
    """Return the cells in order of lines, or every line that is at fault. Blank lines are skipped."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return (), (Fault("không tìm thấy tệp.", file=str(path), remedy="Hãy kiểm tra lại đường dẫn."),)
    except (OSError, UnicodeDecodeError):
        return (), (Fault("không đọc được tệp.", file=str(path), remedy="Hãy lưu tệp văn bản UTF-8."),)
    cells: list[Cell] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        read = _cell(line)
        if isinstance(read, Cell):
            cells.append(read)
        else:
            remedy = 'Hãy ghi dạng {"text": "…", "column": "lead"}.'
            faults.append(Fault(read, f"dòng {number}", path.name, remedy))
    return (() if faults else tuple(cells)), tuple(faults)


def _cell(line: str) -> Cell | str:
    """Return the cell, or the sentence that says what is wrong with the line."""
    try:
        value: Any = json.loads(line)
    except ValueError:
        return "không phải một đối tượng JSON."
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return "thiếu mục “text” là chữ."
    column = value.get("column")
    if column not in {None, "lead", "support"}:
        return f"mục “column” không nhận giá trị “{column}”."
    return Cell(value["text"], column)
