"""The report's workbook as it goes out: what is asked is locked, what is to be filled in is open and yellow."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from catalog.day_words import day_text, until
from catalog.figures.numbers import format_figure
from catalog.report_outline import PARTS
from documents.placing import placed
from documents.report_form.form import FormLine, ReportForm
from documents.report_form.report_workbook_layout import (
    BOUNDS,
    CHOICES,
    FIGURE_FIELDS,
    FIGURES,
    GUIDE,
    HEAD_ROW,
    LINE_FIELDS,
    LINES,
    LONGEST,
    MARKER,
    MARKER_ROWS,
    NARRATIVE,
    NARRATIVE_FIELDS,
    VERSION,
    Field,
)
from tasks.reporting.content import Content, Declares, Line

_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True}
_CHOICE_OF = {declares: words for words, declares in CHOICES.items()}
_ALLOWED = {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True}
_FAR = date(2100, 12, 31)
_LINE = 15.75  # points


def write_report_workbook(
    path: Path, form: ReportForm, made_at: datetime, start: Content | None = None
) -> None:
    """Write the workbook for the agency to fill in; `start` is what stands in it already. Raises OSError."""
    with placed(path) as target, Workbook(str(target), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
        writer = _Writer(book, form, start or Content())
        writer.guide()
        writer.lines()
        writer.narrative()
        if form.figures:
            writer.figures()
        writer.marker()


class _Writer:
    def __init__(self, book: Any, form: ReportForm, start: Content) -> None:
        self._book, self._form, self._start = book, form, start
        locked = {**_FONT, "border": 1, "bg_color": "#F2F2F2"}
        filled = {**_FONT, "border": 1, "bg_color": "#FFFDE7", "locked": False, "num_format": "@"}
        head = {
            **_FONT,
            "border": 1,
            "bold": True,
            "bg_color": "#DCE6F1",
            "align": "center",
            "valign": "vcenter",
        }
        self._title = book.add_format({**_FONT, "bold": True, "font_size": 13, "text_wrap": False})
        self._note = book.add_format({**_FONT, "italic": True, "text_wrap": False})
        self._words = book.add_format(_FONT)
        self._head = book.add_format(head)
        self._locked = book.add_format({**locked, "num_format": "@"})
        self._locked_day = book.add_format({**locked, "num_format": "dd/mm/yyyy"})
        self._filled = book.add_format(filled)
        self._filled_day = book.add_format({**filled, "num_format": "dd/mm/yyyy"})
        self._filled_number = book.add_format({**filled, "num_format": "#,##0.####"})

    def guide(self) -> None:
        form = self._form
        page = self._book.add_worksheet(GUIDE)
        page.set_column(0, 0, 100)
        page.write_string(0, 0, f"BÁO CÁO {form.round_text}", self._title)
        for line, text in enumerate(_guide(form), 1):
            page.write_string(line, 0, text, self._words)
            page.set_row(line, _LINE * (1 + len(text) // 110))
        page.fit_to_pages(1, 0)
        page.protect("", _ALLOWED)
        page.set_paper(9)

    def lines(self) -> None:
        page = self._sheet(
            LINES, LINE_FIELDS, "Chọn tình hình và ghi kết quả từng nhiệm vụ; chỉ ghi vào các ô màu vàng."
        )
        said = {line.task: line for line in self._start.lines}
        for row, line in enumerate(self._form.lines, HEAD_ROW):
            self._line(page, row, line, said.get(line.task, Line(line.task)))
        last = HEAD_ROW + max(len(self._form.lines), 1) - 1
        choose = {"validate": "list", "source": list(CHOICES), "error_title": "Chưa đúng"}
        page.data_validation(
            HEAD_ROW, 5, last, 5, {**choose, "error_message": "Hãy chọn một dòng trong danh sách."}
        )
        page.data_validation(
            HEAD_ROW, 8, last, 8,
            {
                "validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "maximum": _FAR,
                "error_title": "Chưa đúng", "error_message": "Hãy gõ ngày dạng 15/8/2025.",
            },
        )  # fmt: skip

    def _line(self, page: Any, row: int, line: FormLine, said: Line) -> None:
        for place, text in enumerate((line.code, line.text, line.deadline)):
            page.write_string(row, place, text, self._locked)
        _write_day(page, row, 3, line.due, self._locked_day)
        page.write_string(row, 4, line.status, self._locked)
        chosen = "" if said.declares is Declares.NOTHING else _CHOICE_OF[said.declares]
        for place, text in ((5, chosen), (6, said.result), (7, said.document_number)):
            _write_text(page, row, place, text, self._filled)
        _write_day(page, row, 8, said.document_date, self._filled_day)
        for place, text in ((9, said.difficulties), (10, said.proposals), (11, said.addressee)):
            _write_text(page, row, place, text, self._filled)
        page.write_number(row, 12, line.task, self._locked)
        page.set_row(
            row,
            max(
                2 * _LINE,
                _LINE * (1 + max(len(line.text) // 38, len(said.result) // 40, len(said.difficulties) // 24)),
            ),
        )

    def narrative(self) -> None:
        page = self._sheet(
            NARRATIVE, NARRATIVE_FIELDS, "Ghi nội dung vào các ô màu vàng; mục nào không có thì để trống."
        )
        for row, part in enumerate(PARTS, HEAD_ROW):
            page.write_string(row, 0, part.title, self._locked)
            page.write_string(row, 1, part.hint, self._locked)
            _write_text(page, row, 2, self._start.narrative.get(part.key, ""), self._filled)
            page.write_string(row, 3, part.key, self._locked)
            page.set_row(row, 6 * _LINE)

    def figures(self) -> None:
        note = "Gõ số vào cột màu vàng: để trống là chưa có số liệu, số 0 là không phát sinh. Tỷ lệ do hệ thống tự tính."
        page = self._sheet(FIGURES, FIGURE_FIELDS, note)
        said = {f"{f.indicator}.{f.part}" if f.part else f.indicator: f for f in self._start.figures}
        for row, figure in enumerate(self._form.figures, HEAD_ROW):
            for place, text in enumerate((figure.duty, figure.name, figure.unit, figure.scope)):
                page.write_string(row, place, text, self._locked)
            _write_day(page, row, 4, figure.cut_off, self._locked_day)
            known = said.get(figure.key)
            if known is None or known.value is None:
                page.write_blank(row, 5, None, self._filled_number)
            else:
                page.write_number(row, 5, float(known.value), self._filled_number)
            _write_text(page, row, 6, known.bound if known else "", self._filled)
            page.write_string(row, 7, figure.key, self._locked)
            page.set_row(row, 2 * _LINE)
        last = HEAD_ROW + len(self._form.figures) - 1
        number = {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Chưa đúng"}
        page.data_validation(
            HEAD_ROW, 5, last, 5, {**number, "error_message": "Hãy gõ một số, không gõ chữ."}
        )
        page.data_validation(HEAD_ROW, 6, last, 6, {"validate": "list", "source": list(BOUNDS)})

    def marker(self) -> None:
        page = self._book.add_worksheet(MARKER)
        form = self._form
        values = (VERSION, form.decision, form.round, form.agency, form.digest)
        for row, (name, value) in enumerate(zip(MARKER_ROWS, values, strict=True)):
            page.write_string(row, 0, name)
            page.write_string(row, 1, value)
        page.protect()
        page.very_hidden()

    def _sheet(self, name: str, fields: tuple[Field, ...], note: str) -> Any:
        page = self._book.add_worksheet(name)
        page.write_string(0, 0, f"{self._form.agency_name.upper()}: {name.upper()}", self._title)
        page.write_string(1, 0, note, self._note)
        for place, field in enumerate(fields):
            hidden = field is fields[-1]  # what ties a row to the database
            page.set_column(place, place, field.width, None, {"hidden": hidden})
            page.write_string(HEAD_ROW - 1, place, field.head, self._head)
        page.set_row(HEAD_ROW - 1, 2.5 * _LINE)
        page.freeze_panes(HEAD_ROW, 2 if fields is LINE_FIELDS else 0)
        page.repeat_rows(HEAD_ROW - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_header("&C&P")
        page.protect("", _ALLOWED)
        return page


def _guide(form: ReportForm) -> tuple[str, ...]:
    return (
        f"Cơ quan báo cáo: {form.agency_name}.",
        f"Danh mục: {form.title}.",
        f"Nơi nhận báo cáo: {form.coordinator}. Hạn nộp: {until(form.due)}.",
        f"1. Trang “{LINES}”: mỗi dòng là một nhiệm vụ cơ quan chủ trì; chọn tình hình, ghi kết quả bằng lời.",
        "    “Đã hoàn thành” là đề nghị xác nhận hoàn thành; nên ghi số, ký hiệu và ngày của văn bản sản phẩm.",
        "    “Không phát sinh” phải ghi lý do ở cột kết quả.",
        f"2. Trang “{NARRATIVE}”: ưu điểm, hạn chế, nguyên nhân, kiến nghị chung.",
        *(
            [f"3. Trang “{FIGURES}”: gõ số, không gõ chữ; ô trống là chưa có số liệu."]
            if form.figures
            else []
        ),
        "Chỉ ghi vào các ô màu vàng. Không thêm, xóa, đổi chỗ cột; không dùng công thức.",
        f"Mỗi ô ghi nhiều nhất {format_figure(LONGEST)} ký tự. Ngày gõ dạng {day_text(form.due)}.",
        "Tệp này chỉ dùng cho cơ quan và lần báo cáo ghi trên đây.",
    )


def _write_text(page: Any, row: int, place: int, text: str, form: Any) -> None:
    if text:
        page.write_string(row, place, text, form)
    else:
        page.write_blank(row, place, None, form)


def _write_day(page: Any, row: int, place: int, day: date | None, form: Any) -> None:
    if day is None:
        page.write_blank(row, place, None, form)
    else:
        page.write_datetime(row, place, day, form)
