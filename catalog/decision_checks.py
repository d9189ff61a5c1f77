"""What can be wrong in a decision whose file is well formed: codes that lead nowhere, words that nobody understands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from catalog.agencies import Directory
from catalog.day_words import day_text
from catalog.decision import Decision, Duty, Round
from catalog.errors import Fault
from catalog.roles import DutyRoles
from catalog.timing import Timing
from catalog.yaml_lines import KeyPath, Lines

_COLUMNS = {"lead": "cơ quan chủ trì", "support": "cơ quan phối hợp"}
_DATED = "Hãy đặt hạn bằng mục due (ngày cuối cùng đúng hạn), hoặc mục start nếu không có ngày kết thúc."
_PAST = "Hãy kiểm tra năm; nếu đúng, ghi thêm accept_past: true hoặc đặt hạn khác bằng mục due."
_CODES = "Hãy kiểm tra lại mã."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: its path in the file, and the place in words for those who have no file at hand."""

    path: KeyPath
    place: str
    message: str
    remedy: str

    def fault(self, lines: Lines | None = None, file: str = "") -> Fault:
        words = (lines.place(self.path), self.place) if lines else (self.place,)
        return Fault(self.message, ", ".join(filter(None, words)), file, self.remedy)


def check_references(decision: Decision) -> Iterator[Finding]:
    """Yield what is wrong within the file itself: a code given twice, or one that the file does not define."""
    for group in ("sections", "headings", "footnotes", "duties", "rounds", "events"):
        yield from _repeated(decision, group)
    sections = {section.code for section in decision.sections}
    for index, heading in enumerate(decision.headings):
        if heading.section not in sections:
            yield _unknown(("headings", index, "section"), f"đề mục {heading.code}", "phần", heading.section)
    known: dict[str, set[str]] = {
        "section": sections,
        "parent": {heading.code for heading in decision.headings},
        "event": {event.code for event in decision.events},
        "closed_by": {planned.code for planned in decision.rounds},
    }
    notes = {footnote.number for footnote in decision.footnotes}
    for index, duty in enumerate(decision.duties):
        yield from _duty_references(index, duty, known)
        for place, number in enumerate(duty.footnotes):
            if number not in notes:
                path = ("duties", index, "footnotes", place)
                yield _unknown(path, f"nhiệm vụ {duty.code}", "chú thích", str(number))


def check_agencies(decision: Decision, directory: Directory) -> Iterator[Finding]:
    """Yield the agency codes of the decision that its directory does not have."""
    for key in ("coordinator", "confirmer", "leaders"):
        code = getattr(decision, key)
        if not directory.has_agency(code):
            message = f"mục “{key}”: danh bạ {directory.key} không có cơ quan mang mã “{code}”."
            yield Finding((key,), "", message, "Hãy sửa mã hoặc bổ sung cơ quan vào danh bạ.")


def check_timing(index: int, duty: Duty, timing: Timing, issued_on: date | None) -> Iterator[Finding]:
    """Yield what is wrong with the dates of one duty; without `issued_on` nothing can lie in the past."""
    place = f"nhiệm vụ {duty.code}, thời gian thực hiện"
    path = ("duties", index, "deadline")
    if not timing.understood:
        reason = " ".join(timing.reading.notes) or "Không nhận ra cách ghi này."
        yield Finding(path, place, f"không hiểu thời hạn “{duty.deadline}”. {reason}", _DATED)
        return
    if timing.start and timing.due and timing.start > timing.due:
        message = f"ngày bắt đầu {day_text(timing.start)} sau hạn {day_text(timing.due)}."
        yield Finding(path, place, message, "Hãy sửa mục start hoặc mục due.")
    accepted = duty.accept_past or duty.due is not None
    if issued_on and timing.due and timing.due < issued_on and not accepted:
        yield Finding(path, place, _before_issue(duty.deadline, timing.due, issued_on), _PAST)


def check_round(index: int, planned: Round, due: date | None, issued_on: date | None) -> Iterator[Finding]:
    """Yield what is wrong with the dates of one round whose last on-time day was read as `due`."""
    place = f"lần báo cáo {planned.code}"
    path = ("rounds", index, "text")
    if due is None:
        message = f"“{planned.text}” không cho biết ngày phải báo cáo."
        yield Finding(path, place, message, "Hãy ghi rõ ngày, hoặc đặt ngày cuối cùng đúng hạn bằng mục due.")
        return
    if planned.opens and planned.opens > due:
        message = f"ngày mở {day_text(planned.opens)} sau hạn {day_text(due)}."
        yield Finding(("rounds", index, "opens"), place, message, "Hãy sửa mục opens.")
    if issued_on and due < issued_on and planned.due is None:
        message = _before_issue(planned.text, due, issued_on)
        yield Finding(path, place, message, "Hãy kiểm tra năm; nếu đúng, đặt hạn bằng mục due.")


def check_roles(index: int, duty: Duty, roles: DutyRoles, directory: Directory) -> Iterator[Finding]:
    """Yield every part of the duty's cells that was not recognised, and a lead cell that names nobody at all."""
    for column, text in roles.unresolved:
        place = f"nhiệm vụ {duty.code}, {_COLUMNS[column]}"
        yield _unrecognised(("duties", index, column), place, text, directory)
    unresolved_leads = any(column == "lead" for column, _ in roles.unresolved)
    if not roles.leads and not roles.unlisted and not unresolved_leads:
        place = f"nhiệm vụ {duty.code}, {_COLUMNS['lead']}"
        message = f"“{duty.lead}” không gồm cơ quan nào trong danh bạ {directory.key}."
        yield Finding(("duties", index, "lead"), place, message, "Hãy bổ sung cơ quan vào danh bạ.")


def check_expected(
    decision: Decision, expected: Iterable[str], unresolved: Iterable[str], directory: Directory
) -> Iterator[Finding]:
    """Yield what is wrong with the cell that says who reports."""
    texts = list(unresolved)
    place = "cơ quan phải báo cáo"
    for text in texts:
        yield _unrecognised(("expected",), place, text, directory)
    if decision.rounds and not texts and not any(True for _ in expected):
        message = f"không có cơ quan nào của danh bạ {directory.key} phải báo cáo."
        yield Finding(("expected",), place, message, "Hãy sửa mục expected hoặc bổ sung danh bạ.")


def _repeated(decision: Decision, group: str) -> Iterator[Finding]:
    words = {
        "sections": "phần",
        "headings": "đề mục",
        "footnotes": "chú thích",
        "duties": "nhiệm vụ",
        "rounds": "lần báo cáo",
        "events": "sự kiện",
    }
    seen: set[str] = set()
    for index, record in enumerate(getattr(decision, group)):
        key = "number" if group == "footnotes" else "code"
        code = str(getattr(record, key))
        if code in seen:
            message = f"mã {words[group]} “{code}” đã dùng ở trên."
            yield Finding((group, index, key), "", message, "Hãy đặt mỗi mã một lần.")
        seen.add(code)


def _duty_references(index: int, duty: Duty, known: dict[str, set[str]]) -> Iterator[Finding]:
    words = {"section": "phần", "parent": "đề mục", "event": "sự kiện", "closed_by": "lần báo cáo"}
    for key, codes in known.items():
        code = getattr(duty, key)
        if code is not None and code not in codes:
            yield _unknown(("duties", index, key), f"nhiệm vụ {duty.code}", words[key], code)


def _unknown(path: KeyPath, place: str, word: str, code: str) -> Finding:
    return Finding(path, place, f"không có {word} nào mang mã “{code}”.", _CODES)


def _unrecognised(path: KeyPath, place: str, text: str, directory: Directory) -> Finding:
    message = f"danh bạ {directory.key} không có “{text}”."
    remedy = "Hãy bổ sung cơ quan hoặc tên gọi khác vào danh bạ, hoặc sửa lại cách ghi."
    return Finding(path, place, message, remedy)


def _before_issue(text: str, due: date, issued_on: date) -> str:
    return f"“{text}” (hết ngày {day_text(due)}) trước ngày ban hành {day_text(issued_on)}."
