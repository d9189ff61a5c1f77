"""Phrases that administrative documents share: counts as they are written, the decision's name, posts and symbols."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from catalog.day_words import day_text
from catalog.figures.numbers import format_figure
from documents.administrative import Closing, Letterhead
from documents.cleaning import printable

NAMED = 20  # agencies named in a sentence; an annex names the rest
_POSTS = (
    ("Sở ", "Giám đốc"),
    ("Văn phòng ", "Chánh Văn phòng"),
    ("Ban ", "Trưởng ban"),
    ("Thanh tra ", "Chánh Thanh tra"),
    ("Ủy ban nhân dân ", "Chủ tịch"),
)


def count(number: int) -> str:
    """Return a count as documents have it: "05", "12", "1.703"; nothing at all is "0"."""
    return f"{number:02}" if 0 < number < 10 else format_figure(number)


def decision_name(facts: dict[str, Any]) -> str:
    """Return "Quyết định số …/QĐ-UBND ngày … của Ủy ban nhân dân …", with blanks where the decision's copy has them."""
    number = facts["number"] or "………/QĐ-UBND"
    issued = (
        f"ngày {day_text(date.fromisoformat(facts['issued_on']))}" if facts["issued_on"] else "ngày …/…/……"
    )
    return f"Quyết định số {number} {issued} của {facts['issuer']}"


def lowered(title: str) -> str:
    """Return a title as it goes on within a sentence."""
    return title[:1].lower() + title[1:]


def named(names: Sequence[str], annex: str = "") -> str:
    """Return the names as a list; beyond the first twenty only their number, and the annex that has them."""
    if len(names) <= NAMED:
        return ", ".join(names)
    rest = f" và {count(len(names) - NAMED)} cơ quan khác"
    return ", ".join(names[:NAMED]) + rest + (f" ({annex})" if annex else "")


def letterhead(facts: dict[str, Any], as_of: date, kind: str = "") -> Letterhead:
    """Return the coordinator's letterhead; `kind` is the abbreviation of the kind of document ("BC")."""
    body = facts["coordinator"]["name"]
    initials = "".join(word[0] for word in body.split()).upper()
    symbol = f"{kind}-{initials}" if kind else initials
    superior = in_two_lines(facts["issuer"].upper())
    return Letterhead(superior, body.upper(), symbol, facts["place"], str(as_of.year))


def in_two_lines(name: str) -> str:
    """Break a People's Committee's name before its place, where a typist would."""
    for rank in (" THÀNH PHỐ ", " TỈNH "):
        name = name.replace(rank, f"\n{rank[1:]}", 1)
    return name


def closing(facts: dict[str, Any], *recipients: str) -> Closing:
    """Return nơi nhận, ending with the archive, and the post of who signs for the coordinator."""
    name = facts["coordinator"]["name"]
    post = next((post for begin, post in _POSTS if name.startswith(begin)), "Thủ trưởng cơ quan")
    return Closing((*(f"- {each};" for each in recipients), "- Lưu: VT."), post.upper())


def clean(value: Any) -> Any:
    """Return a snapshot's body with every text fit to stand in a document."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: clean(each) for key, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, list) else value
