"""Paper in, paper out: each bound of the office's documents, as the median of runs in processes of their own.

Each run is a fresh process with cold caches; its imports are not counted, its memory is (of the whole process). Processor
time stands beside the clock's, since other work on the machine slows only the latter.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks.figures import Figure, options, show
from benchmarks.worker import peak
from catalog.days import HANOI
from catalog.drafts.drafting import draft_decision
from documents.administrative import new_document
from documents.importing.tables_in import read_source
from documents.packing import save_document
from documents.report_docx import write_report
from documents.word_table import WordColumn, add_table
from documents.workbooks.workbook import write_workbook
from documents.workbooks.workbook_tasks import task_sheet
from tasks.activation import activate
from tasks.actors import Actor, Role
from tasks.asof import as_of
from tasks.calendars import calendar_of
from tasks.database import open_engine, writing
from tasks.intake import stored_decision, take_in
from tasks.models import Life, Standing, Task
from tasks.opening import open_database
from tasks.queries.lists import TaskRow
from tasks.reporting.content import Content, Line
from tasks.reporting.reports import Deed, save_draft, submit
from tasks.rounds.rounds import find_round, open_due_rounds
from tasks.snapshots.report_snapshot import take_report_snapshot
from tasks.status import Status

KEY = "hai-phong-dan-van-2025-2"
SAMPLES = Path(__file__).parent.parent / "tests" / "data" / "import"
ISSUED = datetime(2025, 7, 25, 8, tzinfo=HANOI)
REPORTED = datetime(2025, 9, 3, 8, tzinfo=HANOI)
SEEN = datetime(2025, 9, 8, 8, tzinfo=HANOI)
_TASKS, _ROWS = 100_000, 3_000
_HEADS = (("TT", 15), ("Nhiệm vụ", 70), ("Cơ quan chủ trì", 30), ("Cơ quan phối hợp", 30), ("Thời gian", 25))


def main(arguments: Sequence[str] = ()) -> None:
    parser = options("paper", 0)
    parser.add_argument("--pdf", type=Path, default=SAMPLES / "ke-hoach-o-gop.pdf", help="the PDF to import")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="dondoc-bench-") as name:
        folder = Path(name)
        _prepare(folder)
        (folder / "list.pdf").write_bytes(chosen.pdf.read_bytes())
        figures = [_measured(part, folder, chosen.runs) for part in PARTS]
    show("Paper in, paper out", figures, as_json=chosen.json)


def _measured(part: str, folder: Path, runs: int) -> Figure:
    what, bound, _ = PARTS[part]
    done = [_in_its_own_process(part, folder) for _ in range(runs)]
    cpu, memory = (median(run[name] for run in done) for name in ("cpu", "peak"))
    note = f"{done[0]['what']}; processor {cpu:.2f} s; {memory:.0f} MB"
    return Figure("", what, median(run["seconds"] for run in done), bound=bound, runs=runs, note=note)


def _in_its_own_process(part: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.paper", part, str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    done: dict[str, Any] = json.loads(told)
    return done


def _once(part: str, folder: Path) -> None:
    started, began = perf_counter(), process_time()
    what = PARTS[part][2](folder)
    taken = {"seconds": perf_counter() - started, "cpu": process_time() - began}
    print(json.dumps({**taken, "peak": peak(), "what": what}, ensure_ascii=False))


def _import(path: Path) -> str:
    draft = draft_decision(read_source(path))
    return f"{len(draft.duties)} duties, {len(draft.rows) - len(draft.duties)} headings"


def _report(folder: Path) -> str:
    engine = open_engine(f"sqlite:///{folder / 'office.sqlite3'}")
    with writing(engine) as session:
        round_ = find_round(session, stored_decision(session, KEY), "lan-1")
        frozen = take_report_snapshot(session, round_, as_of(session, SEEN))
    write_report(frozen, folder / "report.docx")
    lines = len(frozen.body["gathered"]["results"])
    return f"{len(frozen.body['agencies'])} agencies, {len(frozen.body['duties'])} duties, {lines} results"


def _workbook(folder: Path) -> str:
    sheet = task_sheet("DANH SÁCH NHIỆM VỤ", SEEN.date(), _task_rows())
    count = write_workbook(folder / "tasks.xlsx", [sheet], SEEN)
    return f"{count:,} rows of {len(sheet.columns)} columns"


def _task_rows() -> Iterator[TaskRow]:
    due = date(2025, 8, 14)
    for number in range(_TASKS):
        agency, duty = divmod(number, 28)
        yield TaskRow(
            id=number, decision=KEY, duty=f"{1 + duty // 6}.{1 + duty % 6}", section="1",
            text=f"Nội dung nhiệm vụ {duty}, tổ chức thực hiện công tác dân vận theo kế hoạch " * 2,
            deadline="Hoàn thành trước ngày 15/8/2025", agency=f"ubnd-xa-{agency}",
            agency_name=f"Ủy ban nhân dân xã số {agency}", life=Life.NOT_STARTED, status=Status.OVERDUE, start=None,
            due=due, original_due=due, declared_on=None, counted_on=None, declares_not_applicable=False, days_late=25,
            directory="hai-phong",
        )  # fmt: skip


def _word_table(folder: Path) -> str:
    document = new_document()
    columns = [WordColumn(head, width) for head, width in _HEADS]
    add_table(document, columns, (_word_row(number) for number in range(1, _ROWS + 1)))
    save_document(document, folder / "table.docx", SEEN.astimezone(UTC), "Bảng")
    return f"{_ROWS:,} rows of {len(columns)} columns"


def _word_row(number: int) -> list[str]:
    what = f"Nhiệm vụ {number}: rà soát, hoàn thiện quy chế dân chủ ở cơ sở"
    return [str(number), what, "Sở Nội vụ", "Các sở, ngành", f"Tháng {1 + number % 12}/2026"]


PARTS: dict[str, tuple[str, float, Callable[[Path], str]]] = {
    "word": (
        "import of the Hải Phòng .docx",
        2,
        lambda _: _import(SAMPLES / "hai-phong-danh-muc-dan-van-2025.docx"),
    ),
    "pdf": ("import of a PDF of 40 rows", 10, lambda folder: _import(folder / "list.pdf")),
    "long": ("import of a Word list of 3,000 rows", 2, lambda folder: _import(folder / "long.docx")),
    "report": ("consolidated report of a city", 5, _report),
    "workbook": ("Excel of 100,000 tasks", 10, _workbook),
    "table": ("Word table of 3,000 rows", 2, _word_table),
}


def _prepare(folder: Path) -> None:
    """Make the office whose every agency has reported on every task, and the long list."""
    _word_table(folder)
    (folder / "table.docx").rename(folder / "long.docx")
    engine = open_database(f"sqlite:///{folder / 'office.sqlite3'}")
    with writing(engine) as session:
        take_in(session, KEY, ISSUED.date(), "admin", ISSUED)
        activate(session, stored_decision(session, KEY), ISSUED, calendar_of(session), "admin")
        open_due_rounds(session, REPORTED)
        for standing in find_round(session, stored_decision(session, KEY), "lan-1").standings:
            _submit(session, standing)
    engine.dispose()


def _submit(session: Any, standing: Standing) -> None:
    deed = Deed(Actor("can-bo", Role.AGENCY, standing.agency.code), REPORTED)
    tasks = session.query(Task).filter_by(agency_id=standing.agency_id)
    lines = tuple(Line(task.id, result="Đã ban hành kế hoạch và tổ chức thực hiện.") for task in tasks)
    save_draft(session, standing, Content(lines), deed)
    submit(session, standing, deed)


if __name__ == "__main__":
    _once(sys.argv[1], Path(sys.argv[2]))
