"""Everything a report's template prints, as finished values: the template neither counts nor decides."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from catalog.day_words import day_text
from catalog.figures.numbers import format_figure
from catalog.report_outline import Outline
from catalog.text import search_key
from documents import report_sentences as say
from documents.phrases import clean, closing, count, letterhead
from documents.report_figures import GROUPS, grouped, of_section, overall, summed
from documents.words import SUBMISSIONS
from tasks.models import Submission
from tasks.snapshots.issued_snapshots import Issued

GENERAL = "Kiến nghị chung"
_RECEIVED = {Submission.SUBMITTED, Submission.ACCEPTED}


def report_context(snapshot: Issued, outline: Outline) -> dict[str, Any]:
    """Return the context of the template for `outline`."""
    body = clean(snapshot.body)
    facts = body["decision"]
    head = letterhead(facts, date.fromisoformat(body["as_of"]), "BC")
    end = closing(
        facts, f"{facts['issuer']} (để báo cáo)", facts["leaders"], facts["confirmer"],
        "Các cơ quan, đơn vị, địa phương trong danh mục", f"Lãnh đạo {facts['coordinator']['name']}",
    )  # fmt: skip
    return {
        "superior": head.superior,
        "issuer": head.body,
        "issuer_name": facts["coordinator"]["name"],
        "symbol": head.symbol,
        "place": head.place,
        "year": head.year,
        "about": f"Kết quả thực hiện danh mục nhiệm vụ, {body['round']['text']}",
        "recipients": end.recipients,
        "post": end.post,
        "basis": say.basis(body),
        "progress": list(say.progress(body)),
        "kinds": _kinds(body),
        "achieved": say.achieved(body),
        "status_rows": _status_rows(body),
        "sections": list(say.sections(body, "" if outline is Outline.INTERIM else "3.")),
        **_assessment(body),
        **_annexes(body),
    }


def _assessment(body: Mapping[str, Any]) -> dict[str, Any]:
    parts = ("leadership", "causes_objective", "causes_subjective", "lessons")
    return {
        **{part: say.or_blank(say.told(body, part)) for part in parts},
        "strengths": say.or_blank(say.strengths(body)),
        "limits": say.or_blank(say.limits(body)),
        "next_tasks": say.or_blank(say.next_tasks(body)),
        "proposals": list(_proposals(body)),
    }


def _proposals(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the proposals by addressee, however the reports spell it; those without one, and the general ones, last."""
    by_addressee: dict[str, tuple[str, list[str]]] = {}
    for each in body["gathered"]["proposals"]:
        name = each["addressee"]
        by_addressee.setdefault(search_key(name), (name, []))[1].append(f"- {say.said(each)}")
    general = [*by_addressee.pop("", ("", []))[1], *say.told(body, "proposals")]
    number = 0
    for number, (name, lines) in enumerate(by_addressee.values(), 1):
        yield {"title": f"{number}. Đối với {name}", "lines": lines}
    if general or not by_addressee:
        yield {"title": f"{number + 1}. {GENERAL}", "lines": say.or_blank(general)}


def _kinds(body: Mapping[str, Any]) -> list[dict[str, str]]:
    names = ("expected", "submitted", "on_time", "late", "nil", "exempt", "missing")
    rows = [
        {"name": each["name"], **{name: format_figure(each[name]) for name in names}}
        for each in body["kinds"]
    ]
    total = {name: format_figure(sum(each[name] for each in body["kinds"])) for name in names}
    return [*rows, {"name": "Tổng số", **total}]


def _status_rows(body: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = []
    for section in body["sections"]:
        figures = of_section(body, section["code"])
        if figures["total"]:
            rows.append(_status_row(f"{section['code']}. {section['title']}", figures))
    return [*rows, _status_row("Tổng số", overall(body))]


def _status_row(name: str, figures: Mapping[str, int]) -> dict[str, str]:
    other = figures["total"] - figures["on_time"] - figures["late"] - figures["overdue"]
    shown = {key: format_figure(figures[key]) for key in ("total", "on_time", "late", "overdue")}
    return {"name": name, **shown, "other": format_figure(other)}


def _annexes(body: Mapping[str, Any]) -> dict[str, Any]:
    results = body["gathered"]["results"]
    texts = {duty["code"]: duty["text"] for duty in body["duties"]}
    return {
        "duties": _duty_rows(body),
        "indicators": list(_indicator_rows(body)),
        "levels": ", ".join(body["indicators"]["levels"]) if body["indicators"] else "",
        "agencies": [_agency_row(number, each) for number, each in enumerate(body["agencies"], 1)],
        "results": [
            {"number": str(number), "duty": each["duty"], "agency": each["agency"], "text": say.result(each)}
            for number, each in enumerate(results, 1)
        ],
        "overdue": [
            {
                "code": duty["code"],
                "text": texts[duty["code"]],
                "count": count(len(duty["overdue"])),
                "names": "; ".join(duty["overdue"]),
            }
            for duty in body["duties"]
            if duty["overdue"]
        ],
    }


def _duty_rows(body: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = [(duty, grouped(duty["counts"])) for duty in body["duties"]]
    shown = [
        {"code": duty["code"], "text": duty["text"], "deadline": duty["deadline"], **_printed(figures)}
        for duty, figures in rows
    ]
    total = summed(figures for _, figures in rows)
    return [*shown, {"code": "", "text": "Tổng số", "deadline": "", **_printed(total)}]


def _printed(figures: Mapping[str, int]) -> dict[str, str]:
    return {name: format_figure(figures[name]) for name in ("total", *GROUPS)}


def _indicator_rows(body: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for row in (body["indicators"] or {"rows": []})["rows"]:
        since, decimals = row["since"], row["decimals"]
        levels = zip(body["indicators"]["levels"], row["levels"], strict=True)
        by_level = [
            f"{name}: {say.figure(each['value'], decimals)}"
            for name, each in levels
            if each["value"] is not None
        ]
        yield {
            "duty": row["duty"],
            "name": row["name"],
            "unit": row["unit"],
            "value": say.figure(row["value"], decimals),
            "coverage": f"{row['reporting']}/{row['expected']}",
            "since": _with_coverage(since, decimals) if since else "",
            "levels": "\n".join(by_level),
        }


def _with_coverage(each: Mapping[str, Any], decimals: int) -> str:
    shown = say.figure(each["value"], decimals)
    return f"{shown} ({each['reporting']}/{each['expected']})" if shown else ""


def _agency_row(number: int, agency: Mapping[str, Any]) -> dict[str, str]:
    state = Submission(agency["state"])
    punctual = ""
    if state in _RECEIVED:
        punctual = "đúng hạn" if agency["on_time"] is not False else "chậm"
    figures = grouped(agency["counts"])
    notes = [
        word
        for word, holds in (("không phát sinh", agency["nil"]), ("được gia hạn", agency["extended"]))
        if holds
    ]
    return {
        "number": str(number),
        "name": agency["name"],
        "state": SUBMISSIONS[state],
        "punctual": punctual,
        "received": day_text(date.fromisoformat(agency["received_on"])) if agency["received_on"] else "",
        "notes": ", ".join(notes),
        **_printed(figures),
    }
