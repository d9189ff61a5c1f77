"""The workbooks that people take away: each reads what it shows as of an instant and writes one file.

All raise DomainError for what does not exist and OSError where the file cannot be written, and return the number of
rows written.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.workbooks.workbook import write_workbook
from documents.workbooks.workbook_proof import proof_sheet
from documents.workbooks.workbook_rounds import indicator_sheet, round_sheets
from documents.workbooks.workbook_tasks import league_sheet, matrix_sheets, task_sheet
from tasks.asof import AsOf
from tasks.models import Decision, Round
from tasks.queries.league import league
from tasks.queries.lists import Page, TaskFilter
from tasks.queries.matrix import matrix
from tasks.queries.proof import ProofFilter, proof
from tasks.queries.round import round_lines
from tasks.queries.stream import every_task
from tasks.rounds.standing import standing_of_round
from tasks.snapshots.consolidated import consolidated_figures

_ALL = 1_000_000  # agencies on the one page of an exported matrix


def export_tasks(session: Session, view: AsOf, wanted: TaskFilter, path: Path) -> int:
    """Write the tasks of the filter; they are read and written a thousand at a time."""
    several = wanted.decision is None and len(session.scalars(select(Decision.id).limit(2)).all()) > 1
    rows = every_task(session, view, wanted)
    sheet = task_sheet("DANH SÁCH NHIỆM VỤ", view.today, rows, decisions=several)
    return write_workbook(path, [sheet], view.moment)


def export_matrix(session: Session, view: AsOf, wanted: TaskFilter, path: Path) -> int:
    """Write the matrix of `wanted.decision`; return the number of agencies."""
    found = matrix(session, view, wanted, Page(limit=_ALL))
    sheets = matrix_sheets("MA TRẬN NHIỆM VỤ - CƠ QUAN", view.today, found)
    write_workbook(path, sheets, view.moment)
    return len(found.lines)


def export_league(session: Session, view: AsOf, wanted: TaskFilter, path: Path) -> int:
    standings = league(session, view, wanted)
    sheet = league_sheet("XẾP HẠNG CƠ QUAN THEO KẾT QUẢ THỰC HIỆN", view.today, standings)
    return write_workbook(path, [sheet], view.moment)


def export_round(session: Session, view: AsOf, round_: Round, path: Path) -> int:
    """Write a round's standing; return the number of agencies."""
    lines = round_lines(session, round_, view)
    standing = standing_of_round(session, round_, view)
    write_workbook(path, round_sheets(_round_title(round_), view.today, standing, lines), view.moment)
    return len(lines)


def export_proof(
    session: Session, view: AsOf, wanted: ProofFilter, kinds: Mapping[str, str], path: Path
) -> int:
    """Write who was told what and when; `kinds` gives the words of each kind of notice."""
    sheet = proof_sheet("BẰNG CHỨNG NHẮC VIỆC, ĐÔN ĐỐC", view.today, proof(session, wanted), kinds)
    return write_workbook(path, [sheet], view.moment)


def export_indicators(session: Session, view: AsOf, rounds: Sequence[Round], path: Path) -> int:
    """Write the indicators consolidated over the rounds, which are of one decision and in order of time."""
    figures = consolidated_figures(session, view, rounds)
    title = f"TỔNG HỢP CHỈ TIÊU, {', '.join(round_.text for round_ in rounds)}"
    sheet = indicator_sheet(title, view.today, figures.indicators, figures.total, figures.levels)
    return write_workbook(path, [sheet], view.moment)


def _round_title(round_: Round) -> str:
    return f"TÌNH HÌNH BÁO CÁO, {round_.text}"
