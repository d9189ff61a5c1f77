"""A report as the fields of a form, both ways: what is stored fills them, what was typed is read with every fault."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.figures.numbers import FigureKind, format_figure, read_count, read_figure
from catalog.report_outline import PARTS
from documents.report_form.form import FormFigure, ReportForm
from documents.report_form.report_workbook_layout import CHOICES
from tasks.reporting.content import Content, Declares, Figure, Line
from web.forms import Typed

TEXT = 10_000  # characters of one field, as many as a cell of the workbook
_LINE_TEXTS = (
    ("result", "ket-qua", "kết quả"),
    ("document_number", "so-van-ban", "số, ký hiệu văn bản"),
    ("difficulties", "kho-khan", "khó khăn, vướng mắc"),
    ("proposals", "de-xuat", "đề xuất, kiến nghị"),
    ("addressee", "noi-nhan", "nơi nhận kiến nghị"),
)
DECLARED = {declares.value: words for words, declares in CHOICES.items()}
VERSION = "phien-ban"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what was typed and what somebody else saved meanwhile differ."""

    label: str
    theirs: str


def filled(content: Content, version: int) -> Typed:
    """Return the fields that show `content`."""
    values = {VERSION: str(version)}
    for line in content.lines:
        values[_name(line.task, "tinh-hinh")] = line.declares.value
        values[_name(line.task, "ngay-van-ban")] = (
            f"{line.document_date:%d/%m/%Y}" if line.document_date else ""
        )
        values |= {_name(line.task, field): getattr(line, column) for column, field, _ in _LINE_TEXTS}
    values |= {f"phan-{key}": text for key, text in content.narrative.items()}
    for figure in content.figures:
        key = f"{figure.indicator}.{figure.part}" if figure.part else figure.indicator
        values[f"so-lieu-{key}"] = shown(figure.value, figure.bound)
    return Typed(values)


def read(typed: Typed, form: ReportForm) -> Content:
    """Return the report that was typed; its faults are kept in `typed`."""
    lines = [_line(typed, line.task, line.code) for line in form.lines]
    narrative = {
        part.key: text
        for part in PARTS
        if (text := typed.text(f"phan-{part.key}", part.title.lower(), longest=TEXT))
    }
    figures = [_figure(typed, figure) for figure in form.figures]
    return Content(
        tuple(line for line in lines if line != Line(line.task)),
        narrative,
        tuple(figure for figure in figures if figure is not None),
    )


def version_of(typed: Typed) -> int:
    """Return which saved version the form was made from; 0: none had been saved."""
    text = typed.of(VERSION, "0")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def differences(typed: Typed, theirs: Typed, form: ReportForm) -> list[Difference]:
    """Return the fields that were sent and differ, with what somebody else saved."""
    return [
        Difference(
            label,
            DECLARED[theirs.of(name)] if name.endswith("-tinh-hinh") else theirs.of(name) or "(để trống)",
        )
        for name, label in _labels(form).items()
        if name in typed.values and "\n".join(typed.of(name).split()) != "\n".join(theirs.of(name).split())
    ]


def shown(value: Decimal | None, bound: str = "") -> str:
    """Return a figure as it is typed: "1.250", "trên 90,5"; blank is blank."""
    return "" if value is None else f"{bound} {format_figure(value)}".strip()


def line_field(task: int) -> str:
    """Return the field that every line of a form sends."""
    return _name(task, "tinh-hinh")


def _name(task: int, field: str) -> str:
    return f"viec-{task}-{field}"


def _line(typed: Typed, task: int, code: str) -> Line:
    texts = {
        column: typed.text(_name(task, field), f"{words} của nhiệm vụ {code}", longest=TEXT)
        for column, field, words in _LINE_TEXTS
    }
    name = _name(task, "tinh-hinh")
    declares = typed.of(name)
    if declares not in DECLARED:
        typed.faults[name] = f"Hãy chọn tình hình thực hiện của nhiệm vụ {code}."
        declares = ""
    dated = typed.day(_name(task, "ngay-van-ban"), f"ngày văn bản của nhiệm vụ {code}")
    return Line(task, Declares(declares), document_date=dated, **texts)


def _figure(typed: Typed, asked: FormFigure) -> Figure | None:
    name = f"so-lieu-{asked.key}"
    found = (read_figure if asked.decimals else read_count)(typed.of(name))
    indicator, _, part = asked.key.partition(".")
    if found.kind is FigureKind.BLANK:
        return None
    if found.kind is FigureKind.BOUND:
        return Figure(indicator, part, found.limit, found.qualifier)
    if found.amount is None or found.amount < 0 or found.decimals > asked.decimals or found.percent:
        problem = found.problem or "không phải một số liệu hợp lệ"
        typed.faults[name] = (
            f"{asked.name}: «{found.text[:30]}» {problem}; dùng dấu chấm ngăn hàng nghìn, dấu phẩy trước phần thập phân."
        )
        return None
    return Figure(indicator, part, found.amount)


def _labels(form: ReportForm) -> dict[str, str]:
    found = {}
    for line in form.lines:
        found[_name(line.task, "tinh-hinh")] = f"Nhiệm vụ {line.code}: tình hình thực hiện"
        found[_name(line.task, "ngay-van-ban")] = f"Nhiệm vụ {line.code}: ngày văn bản"
        found |= {
            _name(line.task, field): f"Nhiệm vụ {line.code}: {words}" for _, field, words in _LINE_TEXTS
        }
    found |= {f"phan-{part.key}": part.title for part in PARTS}
    return found | {f"so-lieu-{figure.key}": figure.name for figure in form.figures}
