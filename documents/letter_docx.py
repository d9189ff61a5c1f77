"""Dunning letters (công văn đôn đốc): one to each agency, merged into one file or one file each."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from docx.document import Document

from catalog.day_words import day_text, until
from documents.administrative import (
    BODY,
    CENTRED,
    add_closing,
    add_letterhead,
    new_document,
    upright_section,
    write,
)
from documents.packing import save_document
from documents.phrases import clean, closing, count, decision_name, letterhead, lowered
from documents.word_table import WordColumn, add_table
from tasks.snapshots.issued_snapshots import Issued

_TASKS = (
    WordColumn("STT", 12, "center"),
    WordColumn("Mã", 15, "center"),
    WordColumn("Nội dung nhiệm vụ", 72),
    WordColumn("Thời gian thực hiện", 30),
    WordColumn("Hạn cuối", 21, "center"),
    WordColumn("Số ngày quá hạn", 15, "center"),
)
_REPORTS = (
    WordColumn("STT", 12, "center"),
    WordColumn("Báo cáo", 96),
    WordColumn("Hạn cuối", 30, "center"),
    WordColumn("Số ngày quá hạn", 27, "center"),
)
ABOUT = "V/v đôn đốc thực hiện\nnhiệm vụ, báo cáo quá hạn"


def write_letters(snapshot: Issued, path: Path) -> int:
    """Write all letters of the snapshot into one file, each beginning on its own page 1; return how many."""
    body = clean(snapshot.body)
    document = new_document()
    for place, letter in enumerate(body["letters"]):
        if place:
            upright_section(document)
        _write_letter(document, body, letter)
    save_document(document, path, snapshot.made_at, "Công văn đôn đốc")
    return len(body["letters"])


def write_each_letter(snapshot: Issued, folder: Path) -> tuple[Path, ...]:
    """Write one file for each agency into `folder`, named by the agency's code; return their paths."""
    body = clean(snapshot.body)
    return tuple(_write_file(body, letter, snapshot, folder) for letter in body["letters"])


def _write_file(body: dict[str, Any], letter: dict[str, Any], snapshot: Issued, folder: Path) -> Path:
    document = new_document()
    _write_letter(document, body, letter)
    path = folder / f"don-doc-{letter['code']}.docx"
    save_document(document, path, snapshot.made_at, f"Công văn đôn đốc {letter['name']}")
    return path


def _write_letter(document: Document, body: dict[str, Any], letter: dict[str, Any]) -> None:
    facts, as_of = body["decision"], date.fromisoformat(body["as_of"])
    coordinator = facts["coordinator"]["name"]
    add_letterhead(document, letterhead(facts, as_of), ABOUT)
    write(document, f"Kính gửi: {letter['name']}.", CENTRED)
    for text in _opening(facts, letter, as_of):
        write(document, text, BODY)
    if letter["tasks"]:
        add_table(document, _TASKS, _task_rows(letter["tasks"]))
        write(document, "", CENTRED)
    if letter["reports"]:
        add_table(document, _REPORTS, _report_rows(letter["reports"]))
        write(document, "", CENTRED)
    for text in _request(coordinator, letter):
        write(document, text, BODY)
    add_closing(
        document, closing(facts, "Như trên", f"{facts['leaders']} (để báo cáo)", f"Lãnh đạo {coordinator}")
    )


def _opening(facts: dict[str, Any], letter: dict[str, Any], as_of: date) -> Iterable[str]:
    owed = []
    if letter["tasks"]:
        owed.append(f"{count(len(letter['tasks']))} nhiệm vụ quá hạn chưa hoàn thành")
    if letter["reports"]:
        owed.append(f"{count(len(letter['reports']))} báo cáo quá hạn chưa gửi")
    yield f"Thực hiện {decision_name(facts)} {lowered(facts['title'])}, {facts['coordinator']['name']} được giao tổng hợp, đôn đốc, theo dõi việc thực hiện các nhiệm vụ trong danh mục."
    yield f"Qua theo dõi, tính đến {until(as_of)}, {letter['name']} còn {' và '.join(owed)}, cụ thể như sau:"


def _request(coordinator: str, letter: dict[str, Any]) -> Sequence[str]:
    what = "hoàn thành các nhiệm vụ" if letter["tasks"] else "gửi báo cáo"
    if letter["tasks"] and letter["reports"]:
        what = "hoàn thành các nhiệm vụ, gửi báo cáo"
    return (
        f"{coordinator} đề nghị {letter['name']}:",
        f"1. Khẩn trương {what} nêu trên; cập nhật kết quả kèm số, ký hiệu, ngày ban hành của văn bản sản phẩm.",
        "2. Làm rõ nguyên nhân chậm, trách nhiệm và thời gian hoàn thành; nếu có khó khăn, vướng mắc vượt thẩm quyền thì nêu rõ kiến nghị hoặc đề nghị gia hạn.",
        f"Văn bản trả lời gửi về {coordinator} trước ngày …/…/…… để tổng hợp, báo cáo cấp có thẩm quyền.",
        f"{coordinator} đề nghị {letter['name']} quan tâm, thực hiện./.",
    )


def _task_rows(tasks: Iterable[dict[str, Any]]) -> Iterable[Sequence[str]]:
    for number, task in enumerate(tasks, 1):
        due = day_text(date.fromisoformat(task["due"]))
        yield (str(number), task["code"], task["text"], task["deadline"], due, str(task["days"]))


def _report_rows(reports: Iterable[dict[str, Any]]) -> Iterable[Sequence[str]]:
    for number, report in enumerate(reports, 1):
        due = day_text(date.fromisoformat(report["due"]))
        yield (
            str(number),
            f"Báo cáo kết quả thực hiện danh mục nhiệm vụ, {report['text']}",
            due,
            str(report["days"]),
        )
