"""Where everything of a draft stands in its workbook: one layout for the writer and the reader."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

VERSION: Final = "1"  # of this layout; a copy of another version is refused
MARKER: Final = "dondoc-nhap"  # the hidden sheet by which a copy is known
MARKER_ROWS: Final = ("version", "stamp")
GENERAL, DUTIES, SECTIONS, HEADINGS = "Thông tin chung", "Nhiệm vụ", "Phần", "Mục"
ROUNDS, EVENTS, FOOTNOTES, ARTICLES = "Lần báo cáo", "Sự kiện", "Chú thích", "Điều khoản"
EXTRA: Final = "Khác: "  # begins the head of a column that the document has and a decision has not
YES: Final = "có"


class Form(Enum):
    TEXT = auto()
    DAY = auto()
    NUMBER = auto()
    NUMBERS = auto()  # several, with semicolons between
    YES = auto()
    PARAGRAPHS = auto()  # one a line
    LINES = auto()  # several texts, one a line


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `choices` is the sheet whose first column is offered; `kept` is what the reading left, not corrected."""

    name: str
    head: str
    width: int
    form: Form = Form.TEXT
    choices: str = ""
    kept: bool = False


_CODE = Field("code", "Mã", 10)
_REVIEW = (
    Field("review.seen", "Đã xem (có)", 9, Form.YES),
    Field("review.warnings", "Cần xem", 44, Form.LINES, kept=True),
    Field("review.printed", "Số in trong văn bản", 10, kept=True),
    Field("review.place", "Nơi trong văn bản", 26, kept=True),
    Field("review.sources.text", "Nơi của nội dung", 22, kept=True),
    Field("review.sources.lead", "Nơi của chủ trì", 22, kept=True),
    Field("review.sources.support", "Nơi của phối hợp", 22, kept=True),
    Field("review.sources.deadline", "Nơi của thời gian", 22, kept=True),
    Field("review.read", "Mã khi đọc", 10, kept=True),
)
SHEETS: Final[dict[str, tuple[Field, ...]]] = {
    DUTIES: (
        _CODE,
        Field("section", "Phần", 9, choices=SECTIONS),
        Field("parent", "Mục cha", 9, choices=HEADINGS),
        Field("text", "Nội dung nhiệm vụ", 60),
        Field("lead", "Cơ quan chủ trì", 34),
        Field("support", "Cơ quan phối hợp", 34),
        Field("deadline", "Thời gian thực hiện", 26),
        Field("footnotes", "Chú thích số", 10, Form.NUMBERS),
        Field("start", "Bắt đầu (đặt tay)", 13, Form.DAY),
        Field("due", "Hạn cuối còn đúng hạn (đặt tay)", 15, Form.DAY),
        Field("event", "Chờ sự kiện", 16, choices=EVENTS),
        Field("closed_by", "Kết thúc theo lần báo cáo", 14, choices=ROUNDS),
        Field("accept_past", "Nhận hạn trước ngày ban hành (có)", 14, Form.YES),
        Field("issued_on", "Ngày văn bản điều chỉnh", 13, Form.DAY),
        Field("year", "Năm của văn bản điều chỉnh", 12, Form.NUMBER),
        *_REVIEW,
    ),
    SECTIONS: (_CODE, Field("title", "Tên phần", 80), *_REVIEW),
    HEADINGS: (
        _CODE,
        Field("section", "Phần", 9, choices=SECTIONS),
        Field("text", "Nội dung mục", 80),
        *_REVIEW,
    ),
    ROUNDS: (
        _CODE,
        Field("text", "Nguyên văn", 60),
        Field("source", "Theo điều, khoản", 24),
        Field("opens", "Ngày mở (đặt tay)", 13, Form.DAY),
        Field("due", "Hạn cuối còn đúng hạn (đặt tay)", 15, Form.DAY),
        Field("issued_on", "Ngày văn bản điều chỉnh", 13, Form.DAY),
        Field("year", "Năm của văn bản điều chỉnh", 12, Form.NUMBER),
    ),
    EVENTS: (Field("code", "Mã", 30), Field("name", "Tên sự kiện", 80)),
    FOOTNOTES: (Field("number", "Số", 8, Form.NUMBER), Field("text", "Nội dung", 110, Form.PARAGRAPHS)),
    ARTICLES: (
        Field("number", "Điều", 8, Form.NUMBER),
        Field("clause", "Khoản", 8, Form.NUMBER),
        Field("text", "Nội dung", 110),
    ),
    GENERAL: (Field("label", "Thông tin", 36), Field("value", "Nội dung", 90)),
}
GROUPS: Final = {
    DUTIES: "duties", SECTIONS: "sections", HEADINGS: "headings", ROUNDS: "rounds", EVENTS: "events",
    FOOTNOTES: "footnotes",
}  # fmt: skip
"""The sheets that are lists of the draft, as the draft names them."""
WITH_REVIEW: Final = frozenset({DUTIES, SECTIONS, HEADINGS})

ROWS: Final = (
    Field("key", "Mã quyết định", 0),
    Field("title", "Trích yếu", 0),
    Field("number", "Số, ký hiệu", 0),
    Field("issued_on", "Ngày ban hành", 0, Form.DAY),
    Field("year", "Năm của các thời hạn không ghi năm", 0, Form.NUMBER),
    Field("inclusive", "“Trước ngày” tính cả ngày đó (có)", 0, Form.YES),
    Field("issuer", "Cơ quan ban hành", 0),
    Field("place", "Nơi ban hành", 0),
    Field("directory", "Danh bạ", 0),
    Field("policy", "Chính sách đôn đốc", 0),
    Field("coordinator", "Mã cơ quan tổng hợp, đôn đốc", 0),
    Field("confirmer", "Mã cơ quan xác nhận việc của cơ quan đôn đốc", 0),
    Field("leaders", "Mã nơi nhận bản tổng hợp của lãnh đạo", 0),
    Field("expected", "Cơ quan phải báo cáo", 0),
    Field("ad_hoc.text", "Báo cáo đột xuất", 0),
    Field("ad_hoc.source", "Báo cáo đột xuất: theo điều, khoản", 0),
    Field("reviewed", "Đã rà soát (có, không)", 0, Form.YES),
    Field("review.seen", "Đã xem phần chung (có)", 0, Form.YES),
    Field("review.file", "Tệp đã đọc", 0, kept=True),
    Field("review.coordinator", "Nơi ghi cơ quan tổng hợp", 0, kept=True),
)
"""Rows of the sheet of general matters that stand once."""
REPEATED: Final = (
    Field("assumptions", "Giả định", 0),
    Field("legal_bases", "Căn cứ ban hành", 0),
    Field("recipients", "Nơi nhận", 0),
    Field("review.warnings", "Cần xem", 0, kept=True),
)
"""Rows that stand as often as there are such texts."""
