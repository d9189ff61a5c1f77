"""Certificates that a report was received (giấy xác nhận đã nộp báo cáo)."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from catalog.day_words import day_text, until, weekday
from documents.administrative import BODY, add_closing, add_letterhead, add_title, new_document, write
from documents.packing import save_document
from documents.phrases import clean, closing, count, decision_name, letterhead, lowered
from tasks.snapshots.issued_snapshots import Issued


def write_receipt(snapshot: Issued, path: Path) -> None:
    """Write the certificate that the snapshot holds. Raises OSError."""
    body = clean(snapshot.body)
    facts = body["decision"]
    document = new_document()
    add_letterhead(document, letterhead(facts, date.fromisoformat(body["as_of"]), "GXN"))
    add_title(document, "GIẤY XÁC NHẬN", [f"Đã nhận báo cáo {body['round']}"])
    for text in _sentences(body, facts["coordinator"]["name"]):
        write(document, text, BODY)
    add_closing(document, closing(facts, body["agency"]))
    save_document(document, path, snapshot.made_at, f"Giấy xác nhận {body['agency']}")


def _sentences(body: dict[str, Any], coordinator: str) -> Iterator[str]:
    received, due = date.fromisoformat(body["received_on"]), date.fromisoformat(body["due"])
    recorded = datetime.fromisoformat(body["recorded_at"])
    facts = body["decision"]
    yield f"Thực hiện {decision_name(facts)} {lowered(facts['title'])};"
    yield f"{coordinator} xác nhận đã nhận báo cáo kết quả thực hiện nhiệm vụ {body['round']} của {body['agency']}:"
    yield f"1. Ngày nhận: {day_text(received)} ({weekday(received)}); hạn nộp: {until(due)}."
    late = (received - due).days
    judged = "đúng hạn" if body["on_time"] else f"chậm {count(late)} ngày" if late > 0 else "chậm trong ngày"
    yield f"2. Báo cáo được nộp {judged}."
    if body["document"]:
        dated = body["document"]["date"]
        on = f" ngày {day_text(date.fromisoformat(dated))}" if dated else ""
        yield f"3. Hình thức: văn bản số {body['document']['number']}{on}."
    else:
        yield f"3. Hình thức: nộp trên hệ thống theo dõi lúc {recorded:%H} giờ {recorded:%M} ngày {day_text(recorded.date())}."
    if body["nil"]:
        yield "4. Nội dung: báo cáo không phát sinh./."
    else:
        parts = (("lines", "dòng nhiệm vụ"), ("figures", "số liệu"), ("attachments", "tệp kèm theo"))
        held = ", ".join(f"{count(body[name])} {words}" for name, words in parts if body[name])
        yield f"4. Nội dung: {held or 'báo cáo bằng lời'}./."
