"""Where everything stands in the report's workbook: one layout for the writer and the reader."""

from dataclasses import dataclass
from typing import Final

from tasks.reporting.content import Declares

VERSION: Final = "1"  # of this layout; a copy of another version is refused
GUIDE, LINES, NARRATIVE, FIGURES = "Hướng dẫn", "Nhiệm vụ", "Nội dung chung", "Số liệu"
MARKER: Final = "dondoc"  # the hidden sheet that says whose copy it is
MARKER_ROWS = ("version", "decision", "round", "agency", "digest")
HEAD_ROW = 4  # of every sheet to fill in, counted from 1; below titles that say what to do
LONGEST = 10_000  # characters of one cell


@dataclass(frozen=True, slots=True)
class Field:
    """One column: what its head says, how wide it is, and whether the agency fills it in."""

    name: str
    head: str
    width: int
    filled: bool = False


LINE_FIELDS = (
    Field("code", "Mã", 8),
    Field("text", "Nội dung nhiệm vụ", 38),
    Field("deadline", "Thời gian thực hiện", 15),
    Field("due", "Hạn cuối còn đúng hạn", 13),
    Field("status", "Tình trạng đang ghi nhận", 14),
    Field("declares", "Tình hình thực hiện (chọn)", 17, filled=True),
    Field("result", "Kết quả thực hiện", 40, filled=True),
    Field("document_number", "Số, ký hiệu văn bản", 14, filled=True),
    Field("document_date", "Ngày văn bản", 13, filled=True),
    Field("difficulties", "Khó khăn, vướng mắc", 24, filled=True),
    Field("proposals", "Đề xuất, kiến nghị", 24, filled=True),
    Field("addressee", "Kiến nghị với cơ quan", 16, filled=True),
    Field("task", "Số việc", 8),
)
NARRATIVE_FIELDS = (
    Field("title", "Mục", 34),
    Field("hint", "Gợi ý", 40),
    Field("text", "Nội dung", 90, filled=True),
    Field("key", "Khóa", 18),
)
FIGURE_FIELDS = (
    Field("duty", "Nhiệm vụ", 9),
    Field("name", "Chỉ tiêu", 56),
    Field("unit", "Đơn vị tính", 11),
    Field("scope", "Cách tính", 48),
    Field("cut_off", "Tính đến hết ngày", 13),
    Field("value", "Số liệu", 14, filled=True),
    Field("bound", "Nếu là số ước (chọn)", 14, filled=True),
    Field("key", "Khóa", 30),
)
SHEETS = {LINES: LINE_FIELDS, NARRATIVE: NARRATIVE_FIELDS, FIGURES: FIGURE_FIELDS}

CHOICES = {
    "Chưa thực hiện": Declares.NOTHING,
    "Đang thực hiện": Declares.STARTED,
    "Đã hoàn thành": Declares.DONE,
    "Không phát sinh": Declares.NOT_APPLICABLE,
}
BOUNDS = ("trên", "gần", "khoảng", "dưới")
