"""The tasks, the matrix of duties by agencies and the league of agencies as sheets of a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from catalog.day_words import until
from documents.workbooks.workbook import Column, Form, Marked, Row, Sheet
from tasks.queries.league import Standing
from tasks.queries.lists import TaskRow
from tasks.queries.matrix import Line, Matrix
from tasks.status import Status

_TASKS = (
    Column("STT", 6, Form.WHOLE),
    Column("Mã nhiệm vụ", 9),
    Column("Nội dung nhiệm vụ", 42),
    Column("Cơ quan chủ trì", 26),
    Column("Mã cơ quan", 15),
    Column("Thời gian thực hiện", 16),
    Column("Hạn ban đầu", 12, Form.DAY),
    Column("Hạn đang áp dụng", 12, Form.DAY),
    Column("Trạng thái", 14),
    Column("Ngày tính", 12, Form.DAY),
    Column("Số ngày quá hạn", 9, Form.WHOLE),
    Column("Số việc", 7, Form.WHOLE),
)
_LEAGUE = (
    Column("STT", 6, Form.WHOLE),
    Column("Cơ quan", 44),
    Column("Số việc", 9, Form.WHOLE),
    Column("Hoàn thành đúng hạn", 12, Form.WHOLE),
    Column("Hoàn thành quá hạn", 12, Form.WHOLE),
    Column("Quá hạn", 9, Form.WHOLE),
    Column("Chờ xác nhận", 10, Form.WHOLE),
    Column("Tỷ lệ đúng hạn", 10, Form.PERCENT),
    Column("Số ngày chậm (trung vị)", 12, Form.DECIMAL),
)
_CELL_WIDTH, _DUTIES_A_PAGE = 11, 16


def task_sheet(title: str, as_of: date, rows: Iterable[TaskRow], *, decisions: bool = False) -> Sheet:
    """Return the list of tasks; `decisions` adds a column of decision keys. `rows` may be a generator."""
    more = (Column("Quyết định", 22),) if decisions else ()
    return Sheet(
        name="Nhiệm vụ",
        titles=(title, _shown(as_of)),
        columns=(*_TASKS, *more),
        rows=_task_rows(rows, decisions=decisions),
        fixed=2,
    )


def _task_rows(rows: Iterable[TaskRow], *, decisions: bool) -> Iterator[Row]:
    marks = {status: Marked(status.label, status.colour) for status in Status}
    for number, row in enumerate(rows, 1):
        line = (
            number, row.duty, row.text, row.agency_name, row.agency, row.deadline, row.original_due, row.due,
            marks[row.status], row.counted_on, row.days_late, row.id,
        )  # fmt: skip
        yield (*line, row.decision) if decisions else line


def matrix_sheets(title: str, as_of: date, found: Matrix) -> list[Sheet]:
    """Return the matrix, a line for each agency and a column for each duty, and the duties' words on a second sheet."""
    counted = (Status.DONE_ON_TIME, Status.DONE_LATE, Status.OVERDUE)
    columns = (
        Column("Cơ quan", 36),
        Column("Số việc", 8, Form.WHOLE),
        *(Column(status.label, 11, Form.WHOLE) for status in counted),
        *(Column(code, _CELL_WIDTH) for code, _ in found.duties),
    )
    duties = [code for code, _ in found.duties]
    return [
        Sheet(
            name="Ma trận",
            titles=(title, _shown(as_of)),
            columns=columns,
            rows=(_matrix_row(line, duties, counted) for line in found.lines),
            fixed=1,
            pages_wide=1 + len(found.duties) // _DUTIES_A_PAGE,
        ),
        Sheet(
            name="Nội dung nhiệm vụ",
            titles=("Nội dung các nhiệm vụ trong ma trận",),
            columns=(Column("Mã nhiệm vụ", 12), Column("Nội dung nhiệm vụ", 110)),
            rows=found.duties,
        ),
    ]


def _matrix_row(line: Line, duties: Sequence[str], counted: Sequence[Status]) -> Row:
    states = [cell.status for cell in line.cells.values()]
    cells = (line.cells.get(code) for code in duties)
    return (
        line.agency_name,
        len(states),
        *(states.count(status) for status in counted),
        *(Marked(cell.status.label, cell.status.colour) if cell else None for cell in cells),
    )


def league_sheet(title: str, as_of: date, standings: Iterable[Standing]) -> Sheet:
    """Return the league in the order given; a rate that cannot be computed yet stays blank."""
    note = "Tỷ lệ đúng hạn = hoàn thành đúng hạn / (hoàn thành + quá hạn); việc chờ xác nhận chưa tính."
    return Sheet(
        name="Xếp hạng cơ quan",
        titles=(title, _shown(as_of), note),
        columns=_LEAGUE,
        rows=(
            (
                number, each.agency_name, each.tasks, each.done_on_time, each.done_late, each.overdue,
                each.awaiting, each.rate, each.median_days_late,
            )
            for number, each in enumerate(standings, 1)
        ),
        fixed=2,
    )  # fmt: skip


def _shown(as_of: date) -> str:
    return f"Tính đến {until(as_of)}"
