"""The sentences of a consolidated report: how the round went, what was done, where it is late. Finished text only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.day_words import day_text, until
from catalog.figures.numbers import format_figure, round_half_up
from documents.phrases import count, decision_name, lowered, named
from documents.report_figures import GROUPS, WORDS, grouped, judged, of_section, overall

TOLD_IN_FULL = 3  # agencies whose results stand in the text; of more the annex tells
_WORST = 5  # agencies named among the limits
BLANK = "(Cơ quan tổng hợp bổ sung nội dung.)"


def basis(body: Mapping[str, Any]) -> str:
    facts = body["decision"]
    return (
        f"Căn cứ {decision_name(facts)} {lowered(facts['title'])}; trên cơ sở báo cáo của các cơ quan, đơn vị, địa phương, "
        f"{facts['coordinator']['name']} tổng hợp, báo cáo kết quả thực hiện {body['round']['text']} "
        f"(số liệu tính đến {until(date.fromisoformat(body['as_of']))}) như sau:"
    )


def progress(body: Mapping[str, Any], annex: str = "Phụ lục III") -> Iterator[str]:
    """Yield how the round went: expected, received, in time, late, nil; then who is missing and who was late."""
    figures, agencies = body["round"], body["agencies"]
    due = until(date.fromisoformat(figures["due"]))
    yield (
        f"Có {count(figures['submitted'])}/{count(figures['expected'])} cơ quan đã gửi báo cáo (hạn gửi: {due}), "
        f"trong đó {count(figures['on_time'])} cơ quan gửi đúng hạn, {count(figures['late'])} cơ quan gửi chậm"
        f"{_nil(figures)}; {count(figures['missing'])} cơ quan chưa gửi{_returned(figures)}"
        f"{_exempt(figures)} (xem {annex})."
    )
    missing = [each["name"] for each in agencies if each["state"] in {"missing", "draft", "returned"}]
    late = [
        each["name"]
        for each in agencies
        if each["state"] in {"submitted", "accepted"} and each["on_time"] is False
    ]
    if missing:
        yield f"Cơ quan chưa gửi báo cáo ({count(len(missing))}): {named(missing, annex)}."
    if late:
        yield f"Cơ quan gửi báo cáo chậm ({count(len(late))}): {named(late, annex)}."


def achieved(body: Mapping[str, Any]) -> str:
    """Return the headline of the results: all tasks by status, with the annex that has them one by one."""
    return f"{achieved_counts(body)}. Tình hình từng nhiệm vụ tại Phụ lục I."


def achieved_counts(body: Mapping[str, Any]) -> str:
    """Return all tasks by status and the on-time rate, without a full stop."""
    figures = overall(body)
    leads = sum(1 for agency in body["agencies"] if sum(agency["counts"].values()))
    return (
        f"Danh mục có {count(len(body['duties']))} nhiệm vụ, thành {count(figures['total'])} đầu việc giao các cơ quan chủ trì "
        f"({count(leads)} cơ quan trong diện báo cáo): {_statuses(figures)}.{_rate(figures)}".rstrip(".")
    )


def sections(body: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
    """Yield each group of duties: its heading, its figures, a paragraph for each duty. `prefix` numbers them ("3.")."""
    numbered = [
        section
        for section in body["sections"]
        if any(d["section"] == section["code"] for d in body["duties"])
    ]
    for place, section in enumerate(numbered, 1):
        duties = [duty for duty in body["duties"] if duty["section"] == section["code"]]
        figures = of_section(body, section["code"])
        yield {
            "title": f"{prefix}{place}. {section['title']}",
            "summary": f"Có {count(len(duties))} nhiệm vụ, {count(figures['total'])} đầu việc: {_statuses(figures)}.{_rate(figures)}",
            "lines": [line for duty in duties for line in _duty(body, duty)],
        }


def _duty(body: Mapping[str, Any], duty: Mapping[str, Any]) -> Iterator[str]:
    figures = grouped(duty["counts"])
    text = duty["text"].rstrip(" .;")
    yield f"- Nhiệm vụ {duty['code']}. {text} ({duty['deadline']}): {count(figures['total'])} cơ quan chủ trì; {_statuses(figures)}."
    if duty["overdue"]:
        yield f"+ Cơ quan quá hạn: {named(duty['overdue'], 'Phụ lục V')}."
    results = [each for each in body["gathered"]["results"] if each["duty"] == duty["code"]]
    if 0 < len(results) <= TOLD_IN_FULL:
        yield from (f"+ {each['agency']}: {result(each)}" for each in results)
    elif results:
        yield f"+ {count(len(results))} cơ quan báo cáo kết quả bằng lời tại Phụ lục IV."
    for row in (body["indicators"] or {"rows": []})["rows"]:
        if row["duty"] == duty["code"] and not row["part"] and row["value"] is not None:
            yield f"+ {row['name']}: {measured(row)} ({count(row['reporting'])}/{count(row['expected'])} cơ quan có số liệu)."


def result(each: Mapping[str, Any]) -> str:
    """Return an agency's result in its own words, with the document it names."""
    text: str = each["text"].strip().replace("\n", " ")
    if not each["number"]:
        return text
    dated = f" ngày {day_text(date.fromisoformat(each['date']))}" if each["date"] else ""
    return f"{text.rstrip(' .')} (văn bản số {each['number']}{dated})."


def figure(value: str | None, decimals: int) -> str:
    """Return a stored figure the Vietnamese way, nothing for a blank."""
    return "" if value is None else format_figure(Decimal(value), decimals)


def measured(row: Mapping[str, Any]) -> str:
    """Return an indicator's sum with its unit."""
    shown = figure(row["value"], row["decimals"])
    return f"{shown}%" if row["unit"] == "%" else f"{shown} {row['unit']}"


def strengths(body: Mapping[str, Any]) -> Iterator[str]:
    figures = overall(body)
    if figures["on_time"]:
        yield f"- Đã hoàn thành {count(figures['on_time'] + figures['late'])} đầu việc, trong đó {count(figures['on_time'])} đầu việc hoàn thành đúng hạn."
    yield from told(body, "strengths")


def limits(body: Mapping[str, Any]) -> Iterator[str]:
    figures, round_ = overall(body), body["round"]
    if figures["overdue"]:
        worst = sorted(body["agencies"], key=lambda each: -each["counts"]["overdue"])[:_WORST]
        names = ", ".join(
            f"{each['name']} ({count(each['counts']['overdue'])})"
            for each in worst
            if each["counts"]["overdue"]
        )
        named_worst = f"; nhiều nhất là: {names}" if names else ""
        yield f"- Còn {count(figures['overdue'])} đầu việc quá hạn chưa hoàn thành{named_worst}."
    if round_["late"] or round_["missing"]:
        yield f"- Chế độ báo cáo chưa được thực hiện nghiêm: {count(round_['late'])} cơ quan gửi chậm, {count(round_['missing'])} cơ quan chưa gửi."
    yield from told(body, "limits")
    for each in body["gathered"]["difficulties"]:
        yield f"- Nhiệm vụ {each['duty']}: {said(each)}"


def next_tasks(body: Mapping[str, Any]) -> Iterator[str]:
    figures, as_of = overall(body), body["as_of"]
    if figures["overdue"]:
        yield f"- Tập trung hoàn thành dứt điểm {count(figures['overdue'])} đầu việc quá hạn."
    coming: dict[str, list[Mapping[str, Any]]] = {}
    for duty in body["duties"]:
        if duty["due"] and duty["due"] >= as_of and grouped(duty["counts"])["running"]:
            coming.setdefault(duty["due"], []).append(duty)
    for due, duties in sorted(coming.items()):
        texts = [_brief(duty) if len(duties) <= TOLD_IN_FULL else duty["code"] for duty in duties]
        yield f"- Hoàn thành {until(date.fromisoformat(due))}: nhiệm vụ {'; '.join(texts)}."
    yield from told(body, "next_tasks")


def _brief(duty: Mapping[str, Any]) -> str:
    text = duty["text"].rstrip(" .;")
    return f"{duty['code']} ({lowered(text)})"


def told(body: Mapping[str, Any], part: str) -> Iterator[str]:
    """Yield what the agencies say in one part of the narrative; the same words once, with how many said them."""
    for each in body["gathered"]["narrative"][part]:
        yield f"- {said(each)}"


def said(each: Mapping[str, Any]) -> str:
    """Return a text with the agencies it comes from."""
    text = each["text"].strip().replace("\n", " ")
    names: Sequence[str] = each["agencies"]
    shown = (
        names[0]
        if len(names) == 1
        else f"{count(len(names))} cơ quan: {named(names[:3])}{'…' if len(names) > 3 else ''}"
    )
    return f"{text.rstrip(' .;')} ({shown})."


def or_blank(lines: Iterable[str]) -> list[str]:
    """Return the lines, or the reminder to the editor that nothing came in."""
    return list(lines) or [BLANK]


def _statuses(figures: Mapping[str, int]) -> str:
    parts = [f"{count(figures[name])} {WORDS[name]}" for name in GROUPS if figures[name]]
    return ", ".join(parts) or "chưa giao cơ quan nào"


def _rate(figures: Mapping[str, int]) -> str:
    if not judged(figures):
        return ""
    share = round_half_up(Decimal(100 * figures["on_time"]) / judged(figures), 1)
    return f" Tỷ lệ đúng hạn trên số đầu việc đã hoàn thành hoặc quá hạn: {format_figure(share)}%."


def _nil(figures: Mapping[str, int]) -> str:
    return f" ({count(figures['nil'])} báo cáo không phát sinh)" if figures["nil"] else ""


def _returned(figures: Mapping[str, int]) -> str:
    return (
        f" (gồm {count(figures['returned'])} cơ quan bị trả lại chưa nộp lại)" if figures["returned"] else ""
    )


def _exempt(figures: Mapping[str, int]) -> str:
    return f"; {count(figures['exempt'])} cơ quan được miễn" if figures["exempt"] else ""
