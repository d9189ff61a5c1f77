"""Makes the templates that consolidated reports are printed from: Word documents with the marks of docxtpl.

The shipped ones are `documents/templates/bao-cao-*.docx`; an officer may edit a copy in Word and report with that.
`python -m documents.report_template` writes them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from docx.document import Document
from docx.text.paragraph import Paragraph

from catalog.report_outline import Outline
from documents.administrative import (
    CENTRED,
    CENTRED_BOLD,
    HEADING,
    Closing,
    Letterhead,
    Style,
    add_closing,
    add_letterhead,
    add_title,
    new_document,
    paragraphs,
    wide_section,
    write,
)
from documents.packing import save_document
from documents.word_table import WordColumn, add_table

FOLDER = Path(__file__).parent / "templates"
_FILES = {Outline.INTERIM: "bao-cao-so-ket.docx", Outline.FINAL: "bao-cao-tong-ket.docx"}
_MADE = datetime(2025, 1, 1, tzinfo=UTC)  # any instant, always the same
_TABLE = 13  # pt
_NOTE = Style(italic=True, indent=0)


def shipped_template(outline: Outline) -> Path:
    """Return the template that comes with the package."""
    return FOLDER / _FILES[outline]


def report_template(outline: Outline) -> Document:
    """Return the template of an outline as the program makes it."""
    document = new_document()
    add_letterhead(
        document, Letterhead("{{ superior }}", "{{ issuer }}", "{{ symbol }}", "{{ place }}", "{{ year }}")
    )
    add_title(document, "BÁO CÁO", ["{{ about }}"])
    write(document, "{{ basis }}")
    if outline is Outline.INTERIM:
        _interim(document)
    else:
        _final(document)
    recipients = ("{%p for recipient in recipients %}", "{{ recipient }}", "{%p endfor %}")
    add_closing(document, Closing(recipients, "{{ post }}"))
    _annexes(document)
    return document


def _interim(document: Document) -> None:
    """Lay out a report in mid-term as the city's nine-month report of 2023 is laid out."""
    write(document, "I. TÌNH HÌNH TRIỂN KHAI", HEADING)
    _part(document, "1. Công tác lãnh đạo, chỉ đạo, triển khai thực hiện", "leadership")
    write(document, "2. Việc thực hiện chế độ thông tin, báo cáo", HEADING)
    _progress(document)
    write(document, "II. KẾT QUẢ THỰC HIỆN", HEADING)
    _results(document)
    write(document, "III. ĐÁNH GIÁ CHUNG", HEADING)
    _part(document, "1. Ưu điểm", "strengths")
    _part(document, "2. Hạn chế", "limits")
    _part(document, "3. Nguyên nhân khách quan", "causes_objective")
    _part(document, "4. Nguyên nhân chủ quan", "causes_subjective")
    _part(document, "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM", "next_tasks")
    _proposals(document)


def _final(document: Document) -> None:
    """Lay out a report at the end of the term as report 363 of 2023 is laid out."""
    write(document, "I. ĐẶC ĐIỂM, TÌNH HÌNH", HEADING)
    write(document, "(Cơ quan tổng hợp bổ sung nội dung.)")
    write(document, "II. KẾT QUẢ THỰC HIỆN", HEADING)
    _part(document, "1. Công tác lãnh đạo, chỉ đạo, triển khai thực hiện", "leadership")
    write(document, "2. Việc thực hiện chế độ thông tin, báo cáo", HEADING)
    _progress(document)
    write(document, "3. Kết quả thực hiện các nhiệm vụ trong danh mục", HEADING)
    _results(document)
    write(document, "III. ĐÁNH GIÁ CHUNG", HEADING)
    _part(document, "1. Kết quả đạt được", "strengths")
    _part(document, "2. Hạn chế", "limits")
    write(document, "3. Nguyên nhân của những hạn chế", HEADING)
    _part(document, "3.1. Nguyên nhân khách quan", "causes_objective")
    _part(document, "3.2. Nguyên nhân chủ quan", "causes_subjective")
    _part(document, "4. Một số bài học kinh nghiệm", "lessons")
    _part(document, "IV. NHIỆM VỤ TRỌNG TÂM TRONG THỜI GIAN TỚI", "next_tasks")
    _proposals(document)


def _part(document: Document, title: str, key: str) -> None:
    write(document, title, HEADING)
    _lines(document, key)


def _lines(document: Document, name: str) -> None:
    paragraphs(document, (f"{{%p for line in {name} %}}", "{{ line }}", "{%p endfor %}"))


def _progress(document: Document) -> None:
    _lines(document, "progress")
    columns = (
        WordColumn("Loại cơ quan", 53),
        *(
            WordColumn(head, 16, "center")
            for head in ("Phải gửi", "Đã gửi", "Đúng hạn", "Chậm", "Không phát sinh", "Được miễn", "Chưa gửi")
        ),
    )
    fields = ("name", "expected", "submitted", "on_time", "late", "nil", "exempt", "missing")
    _loop(document, columns, "kinds", fields)
    write(document, "", CENTRED)


def _results(document: Document) -> None:
    write(document, "{{ achieved }}")
    heads = ("Số đầu việc", "Hoàn thành đúng hạn", "Hoàn thành quá hạn", "Quá hạn", "Đang thực hiện và khác")
    columns = (WordColumn("Nhóm nhiệm vụ", 75), *(WordColumn(head, 18, "center") for head in heads))
    _loop(document, columns, "status_rows", ("name", "total", "on_time", "late", "overdue", "other"))
    write(document, "", CENTRED)
    write(document, "{%p for section in sections %}")
    write(document, "{{ section.title }}", HEADING)
    write(document, "{{ section.summary }}")
    _lines(document, "section.lines")
    write(document, "{%p endfor %}")


def _proposals(document: Document) -> None:
    write(document, "V. ĐỀ XUẤT, KIẾN NGHỊ", HEADING)
    write(document, "{%p for group in proposals %}")
    write(document, "{{ group.title }}", HEADING)
    _lines(document, "group.lines")
    write(document, "{%p endfor %}")


@dataclass(frozen=True, slots=True)
class _Annex:
    """One annex: its title, the context's rows, and for each column its head, its width in mm, its field."""

    title: str
    rows: str
    columns: tuple[tuple[str, int, str], ...]


_LEFT = frozenset({"name", "text", "deadline", "levels", "agency", "names", "notes"})
_RIGHT = frozenset({"value", "since"})
_COUNTED = (
    ("Hoàn thành đúng hạn", 16, "on_time"), ("Hoàn thành quá hạn", 16, "late"), ("Chờ xác nhận", 16, "awaiting"),
)  # fmt: skip
_ANNEXES = (
    _Annex("TÌNH HÌNH THỰC HIỆN TỪNG NHIỆM VỤ", "duties", (
        ("Mã", 15, "code"), ("Nhiệm vụ", 68, "text"), ("Thời gian thực hiện", 25, "deadline"),
        ("Số cơ quan", 16, "total"), *_COUNTED, ("Đang thực hiện", 16, "running"), ("Quá hạn", 16, "overdue"),
        ("Chưa xác định hạn", 16, "undated"), ("Không phát sinh", 16, "nil"), ("Đã hủy", 16, "cancelled"),
    )),
    _Annex("TỔNG HỢP CHỈ TIÊU SỐ LIỆU", "indicators", (
        ("Nhiệm vụ", 18, "duty"), ("Chỉ tiêu", 80, "name"), ("Đơn vị tính", 20, "unit"), ("Trong kỳ", 24, "value"),
        ("Số cơ quan có số liệu", 22, "coverage"), ("Từ đầu danh mục", 24, "since"), ("Theo cấp", 64, "levels"),
    )),
    _Annex("TÌNH HÌNH TỪNG CƠ QUAN", "agencies", (
        ("STT", 13, "number"), ("Cơ quan", 68, "name"), ("Báo cáo", 26, "state"), ("Đúng hạn", 19, "punctual"),
        ("Ngày nhận", 25, "received"), ("Ghi chú", 22, "notes"), ("Số đầu việc", 15, "total"), *_COUNTED,
        ("Quá hạn", 15, "overdue"),
    )),
    _Annex("KẾT QUẢ DO CÁC CƠ QUAN BÁO CÁO", "results", (
        ("STT", 15, "number"), ("Nhiệm vụ", 20, "duty"), ("Cơ quan", 72, "agency"), ("Kết quả", 145, "text"),
    )),
    _Annex("CƠ QUAN QUÁ HẠN THEO TỪNG NHIỆM VỤ", "overdue", (
        ("Mã", 18, "code"), ("Nhiệm vụ", 82, "text"), ("Số cơ quan", 20, "count"), ("Tên cơ quan", 132, "names"),
    )),
)  # fmt: skip


def _annexes(document: Document) -> None:
    wide_section(document)
    for number, annex in zip(("I", "II", "III", "IV", "V"), _ANNEXES, strict=True):
        first = _annex_title(document, number, annex.title)
        first.paragraph_format.page_break_before = number != "I"
        columns = [WordColumn(head, width, _side(name)) for head, width, name in annex.columns]
        _loop(document, columns, annex.rows, [name for _, _, name in annex.columns])


def _side(name: str) -> Literal["left", "center", "right"]:
    if name in _LEFT:
        return "left"
    return "right" if name in _RIGHT else "center"


def _annex_title(document: Document, number: str, title: str) -> Paragraph:
    first = write(document, f"Phụ lục {number}", CENTRED_BOLD)
    write(document, title, CENTRED_BOLD)
    kept = "(Kèm theo Báo cáo số …/{{ symbol }} ngày … tháng … năm {{ year }} của {{ issuer_name }})"
    write(document, kept, Style(italic=True, align=CENTRED.align, indent=0))
    return first


def _loop(document: Document, columns: Sequence[WordColumn], rows: str, fields: Sequence[str]) -> None:
    """Add a table with one row for each entry of `rows` in the context."""
    rest = [""] * (len(fields) - 1)
    body = [
        [f"{{%tr for row in {rows} %}}", *rest],
        [f"{{{{ row.{name} }}}}" for name in fields],
        ["{%tr endfor %}", *rest],
    ]
    add_table(document, columns, body, _TABLE)


def main() -> None:
    """Write the shipped templates."""
    FOLDER.mkdir(exist_ok=True)
    for outline, name in _FILES.items():
        save_document(report_template(outline), FOLDER / name, _MADE, "Báo cáo")


if __name__ == "__main__":
    main()
