"""YAML read with the line of every value, so that a fault can name the place its writer has to go to.

Plain data only: no tags of Python's, no aliases (which would let a small file grow without bound), at most
`MAX_BYTES` and `MAX_DEPTH`. Whatever keeps a file from being read is a fault in Vietnamese, never an exception.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from catalog.errors import Fault

MAX_BYTES = 5 * 1024 * 1024  # 5 MB
MAX_DEPTH = 30  # levels of nesting; our files need six
KeyPath = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same safe loader, compiled where it can be


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file, counted from 1, by the path of a value: ("duties", 3, "lead")."""

    by_path: dict[KeyPath, int] = field(default_factory=dict)

    def of(self, path: KeyPath) -> int:
        """Return the line of the value at `path`, or of the nearest value above it that the file holds."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.by_path:
                return self.by_path[path[:length]]
        return 1

    def place(self, path: KeyPath) -> str:
        return f"dòng {self.of(path)}"


def load_yaml(path: Path) -> tuple[Any, Lines, tuple[Fault, ...]]:
    """Return the values of the file, their lines, and what is wrong with it; on any fault the value is None.

    Text comes back in NFC; an empty file is a fault.
    """
    text, fault = read_text(path)
    if fault:
        return None, Lines(), (fault,)
    return parse_yaml(text, path.name)


def parse_yaml(text: str, file: str) -> tuple[Any, Lines, tuple[Fault, ...]]:
    """As `load_yaml`, of text already in hand; `file` is the name the faults carry."""
    text = unicodedata.normalize("NFC", text)
    try:
        faults = tuple(_refused(text, file))
        node = None if faults else yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        return None, Lines(), (_syntax_fault(error, file),)
    if faults:
        return None, Lines(), faults
    if node is None:
        empty = Fault("tệp trống.", file=file, remedy="Hãy chọn tệp có nội dung.")
        return None, Lines(), (empty,)
    reading = _Reading(file)
    value = reading.value(node, ())
    if reading.faults:
        return None, Lines(reading.lines), tuple(reading.faults)
    return value, Lines(reading.lines), ()


def read_text(path: Path) -> tuple[str, Fault | None]:
    """Return the text of a YAML file, or what keeps it from being read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", Fault(
                "tệp lớn hơn 5 MB.", file=path.name, remedy="Hãy kiểm tra có chọn nhầm tệp không."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        return "", Fault("không tìm thấy tệp.", file=str(path), remedy="Hãy kiểm tra lại đường dẫn.")
    except OSError as error:
        reason = "đây là thư mục" if path.is_dir() else (error.strerror or "lỗi đọc")
        return "", Fault(f"không đọc được tệp ({reason}).", file=str(path), remedy="Hãy kiểm tra quyền đọc.")
    if b"\0" in data:
        return "", Fault(
            "đây không phải tệp văn bản YAML.", file=path.name, remedy="Hãy chọn đúng tệp .yaml."
        )
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remedy = "Hãy lưu lại tệp với bảng mã UTF-8."
        return "", Fault("tệp không ở bảng mã UTF-8.", place=f"dòng {line}", file=path.name, remedy=remedy)


def _refused(text: str, file: str) -> Iterator[Fault]:
    """Yield what is refused before anything is built from the file: aliases, tags, too deep a nesting."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        place = _place(event)
        if isinstance(event, yaml.AliasEvent):
            yield Fault("bí danh YAML (dấu *) không được dùng.", place, file, "Hãy ghi lại đầy đủ nội dung.")
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                yield Fault(
                    f"lồng quá {MAX_DEPTH} cấp.", place, file, "Hãy kiểm tra lại dấu ngoặc và thụt lề."
                )
                return
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            yield Fault(f"thẻ YAML {tag} không được dùng.", place, file, "Hãy bỏ thẻ, chỉ ghi giá trị.")


def _place(event: yaml.Event) -> str:
    return f"dòng {event.start_mark.line + 1}" if event.start_mark else ""


def _syntax_fault(error: yaml.YAMLError, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"dòng {mark.line + 1}, cột {mark.column + 1}" if mark else ""
    remedy = "Hãy kiểm tra thụt lề, dấu hai chấm, dấu ngoặc và dấu nháy quanh chỗ đó."
    return Fault("không đúng cú pháp YAML.", place, file, remedy)


@dataclass(slots=True)
class _Reading:
    """Builds plain values from nodes and notes the line of each."""

    file: str
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    scalars: SafeConstructor = field(default_factory=SafeConstructor)

    def value(self, node: Node, path: KeyPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._fault("tên mục để trống hoặc không phải là chữ.", line, "Hãy ghi tên mục bằng chữ.")
            elif key in values:
                first = self.lines[*path, key]
                self._fault(
                    f"mục “{key}” ghi hai lần (lần đầu ở dòng {first}).", line, "Hãy bỏ một trong hai."
                )
            else:
                self.lines[*path, key] = line
                values[key] = self.value(value_node, (*path, key))
        return values

    def _scalar(self, node: Node) -> Any:
        try:
            return self.scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):
            self._fault(
                f"không hiểu giá trị “{node.value}”.", node.start_mark.line + 1, "Hãy ghi lại cho đúng."
            )
            return None

    def _fault(self, message: str, line: int, remedy: str) -> None:
        self.faults.append(Fault(message, f"dòng {line}", self.file, remedy))
