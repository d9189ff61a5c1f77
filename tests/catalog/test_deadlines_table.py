"""Every row of docs/deadlines.md is true."""

from datetime import date
from pathlib import Path

import pytest

from catalog.deadlines import Kind, read_deadline

PAGE = Path(__file__).parents[2] / "docs" / "deadlines.md"


def rows_of_the_page() -> list[tuple[str, str, str, str, str, bool]]:
    rows = []
    doubtful = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            doubtful = "`none`" in line or "`needs_review`" in line
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 5 and cells[0] != "expression":
            rows.append((*cells, doubtful))
    return rows


def day(cell: str) -> date | None:
    return None if cell == "–" else date.fromisoformat(cell)


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0][:60])
def test_the_page_says_what_the_grammar_reads(row: tuple[str, str, str, str, str, bool]) -> None:
    expression, document, kind, start, due, doubtful = row
    text = "" if expression == "∅" else expression.replace("⏎", "\n")
    reading = read_deadline(text, doc_year=None if document == "–" else int(document))
    assert (reading.kind, reading.start, reading.due) == (Kind(kind), day(start), day(due))
    assert reading.needs_review is doubtful
    assert reading.notes or not doubtful, "a doubt has its reason"


def test_the_page_shows_every_kind() -> None:
    assert {row[2] for row in rows_of_the_page()} == {kind.value for kind in Kind}
