"""A draft's fields in forms: filled from the records, read back into them with every fault beside what was typed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from catalog.drafts.file import (
    DraftAdHoc,
    DraftDuty,
    DraftEvent,
    DraftFile,
    DraftHeading,
    DraftPeriod,
    DraftSection,
)
from tasks.import_drafts import general_of, mark_of
from web.forms import Typed

VERSION = "phien-ban"
LONGEST = 20_000  # characters of one cell
SPARE = 2  # empty rows to add with
_Record = TypeVar("_Record")
DUTY_LABELS = {
    "ma": "mã", "phan": "phần", "muc-cha": "mục cha", "noi-dung": "nội dung nhiệm vụ", "chu-tri": "cơ quan chủ trì",
    "phoi-hop": "cơ quan phối hợp", "thoi-han": "thời gian thực hiện", "bat-dau": "ngày bắt đầu", "han": "hạn",
    "su-kien": "sự kiện phải chờ", "ket-thuc-theo": "lần báo cáo kết thúc",
}  # fmt: skip
_TEXTS = {
    "ma": "code", "phan": "section", "muc-cha": "parent", "noi-dung": "text", "chu-tri": "lead", "phoi-hop": "support",
    "thoi-han": "deadline", "su-kien": "event", "ket-thuc-theo": "closed_by",
}  # fmt: skip
GENERAL_LABELS = {
    "khoa": "mã quyết định", "trich-yeu": "trích yếu", "so": "số, ký hiệu", "noi-ban-hanh": "nơi ban hành",
    "co-quan-ban-hanh": "cơ quan ban hành", "danh-ba": "danh bạ", "chinh-sach": "chính sách đôn đốc",
    "tong-hop": "cơ quan tổng hợp, đôn đốc", "xac-nhan": "cơ quan xác nhận việc của cơ quan đôn đốc",
    "lanh-dao": "nơi nhận bản tổng hợp của lãnh đạo", "phai-bao-cao": "cơ quan phải báo cáo",
}  # fmt: skip
_GENERAL = {
    "khoa": "key", "trich-yeu": "title", "so": "number", "noi-ban-hanh": "place", "co-quan-ban-hanh": "issuer",
    "danh-ba": "directory", "chinh-sach": "policy", "tong-hop": "coordinator", "xac-nhan": "confirmer",
    "lanh-dao": "leaders", "phai-bao-cao": "expected",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else filled in differently meanwhile."""

    label: str
    theirs: str


def filled_duty(duty: DraftDuty) -> Typed:
    """Return the form of a duty as it stands."""
    values = {name: getattr(duty, attribute) for name, attribute in _TEXTS.items()}
    values |= {"bat-dau": _day(duty.start), "han": _day(duty.due), VERSION: mark_of(duty)}
    values |= {"nhan-qua-khu": "1" if duty.accept_past else "", "da-xem": "1" if duty.review.seen else ""}
    return Typed(values)


def read_duty(typed: Typed, duty: DraftDuty) -> DraftDuty:
    """Return the duty as typed, with what was read of it kept; faults stand in `typed`."""
    fields: dict[str, Any] = {
        attribute: typed.text(name, DUTY_LABELS[name], required=name == "ma", longest=LONGEST)
        for name, attribute in _TEXTS.items()
    }
    fields["start"] = typed.day("bat-dau", DUTY_LABELS["bat-dau"])
    fields["due"] = typed.day("han", DUTY_LABELS["han"])
    fields["accept_past"] = typed.of("nhan-qua-khu") == "1"
    fields["review"] = duty.review.model_copy(update={"seen": typed.of("da-xem") == "1"})
    kept = {name: getattr(duty, name) for name in ("footnotes", "issued_on", "year")}
    return duty if typed.faults else DraftDuty(**kept, **fields)


def differences(typed: Typed, theirs: Typed) -> Iterator[Difference]:
    """Yield where another's version of a duty differs from what was typed."""
    for name, label in DUTY_LABELS.items():
        if typed.of(name).split() != theirs.of(name).split():
            yield Difference(label, theirs.of(name) or "(để trống)")


def filled_general(draft: DraftFile) -> Typed:
    """Return the form of everything that is no duty, as it stands."""
    values = {name: getattr(draft, attribute) for name, attribute in _GENERAL.items()}
    values |= {
        "ngay-ban-hanh": _day(draft.issued_on),
        "nam": str(draft.year or ""),
        "tinh-ca-ngay": "1" if draft.before == "inclusive" else "",
        "dot-xuat": draft.ad_hoc.text if draft.ad_hoc else "",
        "dot-xuat-theo": draft.ad_hoc.source if draft.ad_hoc else "",
        "da-xem": "1" if draft.review.seen else "",
        VERSION: mark_of(general_of(draft)),
    }
    for at, period in enumerate(draft.rounds):
        values |= _named(f"ky-{at}", ma=period.code, van=period.text, theo=period.source)
        values |= _named(f"ky-{at}", mo=_day(period.opens), han=_day(period.due))
    for at, section in enumerate(draft.sections):
        values |= _named(f"phan-{at}", ma=section.code, ten=section.title)
    for at, heading in enumerate(draft.headings):
        values |= _named(f"muc-{at}", ma=heading.code, phan=heading.section, ten=heading.text)
    for at, event in enumerate(draft.events):
        values |= _named(f"sk-{at}", ma=event.code, ten=event.name)
    return Typed(values)


def read_general(typed: Typed, draft: DraftFile) -> DraftFile:
    """Return the draft with everything that is no duty as typed; faults stand in `typed`."""
    fields: dict[str, Any] = {
        attribute: typed.text(name, GENERAL_LABELS[name], longest=LONGEST)
        for name, attribute in _GENERAL.items()
    }
    fields["issued_on"] = typed.day("ngay-ban-hanh", "ngày ban hành")
    fields["year"] = _year(typed)
    fields["before"] = "inclusive" if typed.of("tinh-ca-ngay") == "1" else "exclusive"
    clause = DraftAdHoc(text=typed.of("dot-xuat"), source=typed.of("dot-xuat-theo"))
    fields["ad_hoc"] = clause if clause.text or clause.source else None
    fields["rounds"] = _rows("ky", typed, draft.rounds, lambda name, old: _period(typed, name, old))
    fields["sections"] = _rows("phan", typed, draft.sections, lambda name, old: _section(typed, name, old))
    fields["headings"] = _rows("muc", typed, draft.headings, lambda name, old: _heading(typed, name, old))
    fields["events"] = _rows("sk", typed, draft.events, lambda name, _: _event(typed, name))
    fields["review"] = draft.review.model_copy(update={"seen": typed.of("da-xem") == "1"})
    if typed.faults:
        return draft
    return DraftFile.model_validate({**dict(draft), **fields})


def _rows(
    prefix: str, typed: Typed, stored: tuple[_Record, ...], make: Callable[[str, _Record | None], _Record]
) -> tuple[_Record, ...]:
    """Return the rows that still have a code, and those that got one."""
    rows = [*stored, *[None] * SPARE]
    return tuple(
        make(f"{prefix}-{at}", old) for at, old in enumerate(rows) if typed.of(f"{prefix}-{at}-ma").strip()
    )


def _period(typed: Typed, name: str, old: DraftPeriod | None) -> DraftPeriod:
    kept = {"issued_on": old.issued_on, "year": old.year} if old else {}
    return DraftPeriod(
        code=typed.of(f"{name}-ma"),
        text=typed.of(f"{name}-van")[:LONGEST],
        source=typed.of(f"{name}-theo")[:LONGEST],
        opens=typed.day(f"{name}-mo", "ngày mở"),
        due=typed.day(f"{name}-han", "hạn của lần báo cáo"),
        **kept,
    )


def _section(typed: Typed, name: str, old: DraftSection | None) -> DraftSection:
    kept = {"review": old.review} if old else {}
    return DraftSection(code=typed.of(f"{name}-ma"), title=typed.of(f"{name}-ten")[:LONGEST], **kept)


def _heading(typed: Typed, name: str, old: DraftHeading | None) -> DraftHeading:
    kept = {"review": old.review} if old else {}
    section, text = typed.of(f"{name}-phan"), typed.of(f"{name}-ten")[:LONGEST]
    return DraftHeading(code=typed.of(f"{name}-ma"), section=section, text=text, **kept)


def _event(typed: Typed, name: str) -> DraftEvent:
    return DraftEvent(code=typed.of(f"{name}-ma"), name=typed.of(f"{name}-ten")[:LONGEST])


def _year(typed: Typed) -> int | None:
    text = typed.of("nam").strip()
    if not text:
        return None
    if not (text.isdecimal() and 1945 <= int(text[:6]) <= 2200):
        typed.faults["nam"] = f"Năm «{text[:20]}» không đọc được; hãy ghi bốn chữ số, ví dụ 2025."
        return None
    return int(text)


def _named(prefix: str, **values: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def _day(day: Any) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
