"""Conclusion notices of a round (thông báo kết luận): how it ended, who was late or silent, what is asked of them."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from documents.administrative import (
    BODY,
    CENTRED,
    CENTRED_BOLD,
    HEADING,
    add_closing,
    add_letterhead,
    add_title,
    new_document,
    write,
)
from documents.packing import save_document
from documents.phrases import clean, closing, count, decision_name, letterhead, lowered, named
from documents.report_figures import overall
from documents.report_sentences import achieved_counts, progress
from documents.word_table import WordColumn, add_table
from tasks.snapshots.issued_snapshots import Issued

_AWAITED = {"missing", "draft", "returned"}
_LIST = "DANH SÁCH CƠ QUAN CHƯA GỬI BÁO CÁO, GỬI CHẬM HOẶC CÒN NHIỆM VỤ QUÁ HẠN"
_COLUMNS = (
    WordColumn("STT", 14, "center"),
    WordColumn("Cơ quan", 84),
    WordColumn("Báo cáo", 34, "center"),
    WordColumn("Số đầu việc quá hạn", 33, "center"),
)


def write_conclusion(snapshot: Issued, path: Path) -> int:
    """Write the notice from a report's snapshot; return the number of agencies it lists as late or silent."""
    body = clean(snapshot.body)
    facts = body["decision"]
    document = new_document()
    add_letterhead(document, letterhead(facts, date.fromisoformat(body["as_of"]), "TB"))
    add_title(
        document,
        "THÔNG BÁO",
        [f"Kết luận về kết quả thực hiện nhiệm vụ và chế độ báo cáo, {body['round']['text']}"],
    )
    write(
        document,
        f"Thực hiện {decision_name(facts)} {lowered(facts['title'])}, {facts['coordinator']['name']} thông báo như sau:",
    )
    write(document, "1. Chế độ báo cáo", HEADING)
    for text in progress(body, "danh sách kèm theo"):
        write(document, text, BODY)
    write(document, "2. Kết quả thực hiện nhiệm vụ", HEADING)
    write(document, f"{achieved_counts(body)}.", BODY)
    write(document, "3. Yêu cầu", HEADING)
    for text in _requests(body):
        write(document, text, BODY)
    listed = [each for each in body["agencies"] if _is_listed(each)]
    add_closing(
        document,
        closing(facts, f"{facts['issuer']} (để báo cáo)", "Các cơ quan, đơn vị, địa phương trong danh mục"),
    )
    if listed:
        head = write(document, _LIST, CENTRED_BOLD)
        head.paragraph_format.page_break_before = True
        write(document, "", CENTRED)
        add_table(document, _COLUMNS, (_row(number, each) for number, each in enumerate(listed, 1)))
        write(document, "", CENTRED)
    save_document(document, path, snapshot.made_at, f"Thông báo {body['round']['text']}")
    return len(listed)


def _is_listed(agency: Mapping[str, Any]) -> bool:
    return agency["state"] in _AWAITED or agency["on_time"] is False or agency["counts"]["overdue"] > 0


def _requests(body: Mapping[str, Any]) -> Iterator[str]:
    coordinator = body["decision"]["coordinator"]["name"]
    missing = [each["name"] for each in body["agencies"] if each["state"] in _AWAITED]
    late = [each["name"] for each in body["agencies"] if each["counts"]["overdue"]]
    if missing:
        yield f"- {named(missing, 'danh sách kèm theo')}: gửi báo cáo về {coordinator} trước ngày …/…/……, nêu rõ lý do chậm."
    if late:
        figures = overall(body)
        yield (
            f"- {count(len(late))} cơ quan còn nhiệm vụ quá hạn (danh sách kèm theo): hoàn thành dứt điểm "
            f"{count(figures['overdue'])} đầu việc quá hạn; làm rõ nguyên nhân, trách nhiệm, thời gian hoàn thành."
        )
    yield f"- Các cơ quan, đơn vị, địa phương: tiếp tục thực hiện các nhiệm vụ trong danh mục đúng thời hạn; kịp thời phản ánh khó khăn, vướng mắc về {coordinator}./."


def _row(number: int, agency: Mapping[str, Any]) -> tuple[str, str, str, str]:
    overdue = agency["counts"]["overdue"]
    state = (
        "chưa gửi"
        if agency["state"] in _AWAITED
        else "đã gửi"
        if agency["on_time"] is not False
        else "gửi chậm"
    )
    if agency["state"] == "exempt":
        state = "được miễn"
    return str(number), agency["name"], state, str(overdue) if overdue else ""
