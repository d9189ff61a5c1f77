"""A decision being imported: the documents, the review row by row beside the source, what loading it would make."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import undefer

from catalog.drafts.file import DraftFile
from catalog.errors import FaultyDataError
from catalog.policy_file import policy_keys
from documents.draft_sheet.writer import write_draft_sheet
from documents.importing.apart import page_picture
from tasks.actors import Role
from tasks.errors import DomainError, NotFoundError
from tasks.import_drafts import directories_in, directory_in, draft_of, faults_of, find
from tasks.models import ImportDraft
from web.downloads import EXCEL, download
from web.forms import Typed
from web.import_fields import SPARE, Difference, filled_duty, filled_general
from web.import_views import Line as DutyLine
from web.import_views import line_of, lines_of, named_in, next_to_see, pages_of, row_of_fault, source_rows
from web.pages.task import RowNumber
from web.paging import PageNumber, Place, offset
from web.visit import Visit, visit_of

router = APIRouter(prefix="/nhap-quyet-dinh")

IMPORTERS = (Role.ADMINISTRATOR, Role.COORDINATOR)
_Visit = Annotated[Visit, Depends(visit_of(*IMPORTERS))]
SIZE = 60  # duties of one page of the list
FAULTS = 60  # that are shown at once
KINDS = {
    "docx": "Word", "xlsx": "Excel", "pdf": "PDF", "txt": "văn bản thường", "yaml": "tệp quyết định", "sheet": "trang tính của bản nháp",
}  # fmt: skip
ACCEPTED = ".docx,.xlsx,.pdf,.txt,.yaml,.yml"


@router.get("")
def imports(visit: _Visit) -> HTMLResponse:
    """Show the documents under review and the form for a new one."""
    return list_page(visit, Typed())


@router.get("/{number}")
def overview(
    visit: _Visit, number: RowNumber, page: PageNumber = 1, order: Annotated[str, Query(alias="xep")] = ""
) -> HTMLResponse:
    """Show the draft: what is doubtful first, then the list; `xep=van-ban` keeps the document's order."""
    return draft_page(visit, number, Typed(), page=page, order=order)


@router.get("/{number}/dong/{at}")
def duty(visit: _Visit, number: RowNumber, at: RowNumber) -> HTMLResponse:
    """Show one duty beside the rows it was read from."""
    return duty_page(visit, number, at)


@router.get("/{number}/chung")
def general(visit: _Visit, number: RowNumber) -> HTMLResponse:
    """Show everything that is no duty."""
    return general_page(visit, number)


@router.get("/{number}/xem-truoc")
def preview(visit: _Visit, number: RowNumber) -> HTMLResponse:
    """Show what loading would make, and everything that keeps the draft from it."""
    return preview_page(visit, number, Typed())


@router.get("/{number}/tep")
def original(visit: _Visit, number: RowNumber) -> Response:
    """Return the document as it came."""
    row = find(visit.session, number)
    return download(_content(visit, number), row.name, "application/octet-stream")


@router.get("/{number}/yaml")
def as_yaml(visit: _Visit, number: RowNumber) -> Response:
    """Return the draft as a decision file."""
    row = find(visit.session, number)
    return download(row.body.encode(), f"{_stem(row)}.yaml", "application/yaml")


@router.get("/{number}/excel")
def as_sheet(visit: _Visit, number: RowNumber) -> Response:
    """Return the draft as a workbook to correct and send back."""
    row = find(visit.session, number)
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / "ban-nhap.xlsx"
        try:
            write_draft_sheet(path, draft_of(row), visit.now, f"{row.id}:{row.version}")
        except FaultyDataError as refused:
            raise DomainError(str(refused)) from None
        return download(path.read_bytes(), f"{_stem(row)}.xlsx", EXCEL)


@router.get("/{number}/trang/{page}")
def picture(visit: _Visit, number: RowNumber, page: RowNumber) -> Response:
    """Return a page of the document as a picture. Raises NotFoundError where it has no such page."""
    row = find(visit.session, number)
    if row.kind != "pdf":
        raise NotFoundError("Tệp này không có ảnh trang.")
    try:
        png = page_picture(_content(visit, number), page)
    except FaultyDataError:
        raise NotFoundError("Không vẽ được trang này; hãy tải văn bản gốc để xem.") from None
    return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def list_page(visit: Visit, typed: Typed, status: int = 200) -> HTMLResponse:
    rows = visit.session.scalars(select(ImportDraft).order_by(ImportDraft.id.desc()).limit(100)).all()
    return visit.page("imports.html", status, rows=rows, typed=typed, accepted=ACCEPTED, kinds=KINDS)


def draft_page(
    visit: Visit, number: int, typed: Typed, status: int = 200, *, page: int = 1, order: str = ""
) -> HTMLResponse:
    row = find(visit.session, number)
    draft = draft_of(row)
    lines = lines_of(visit.session, draft)
    ordered = lines if order == "van-ban" else sorted(lines, key=lambda line: not line.to_see)
    start = offset(page, SIZE)
    return visit.page(
        "import_draft.html",
        status,
        row=row,
        draft=draft,
        lines=ordered[start : start + SIZE],
        place=Place(page, SIZE, len(lines)),
        order=order,
        to_see=to_see(draft, lines),
        next=next_to_see(lines, 0),
        directory=directory_in(visit.session, draft.directory),
        kinds=KINDS,
        typed=typed,
    )


def to_see(draft: DraftFile, lines: list[DutyLine]) -> int:
    """How many places somebody has still to look at: doubts of the reading, and cells that are not understood."""
    meant = sum(line.meaning.doubtful and not line.duty.review.doubtful for line in lines)
    return draft.doubts + meant


def duty_page(
    visit: Visit,
    number: int,
    at: int,
    typed: Typed | None = None,
    status: int = 200,
    theirs: tuple[Difference, ...] = (),
) -> HTMLResponse:
    """Return the page of one duty; `typed` is what was refused. Raises NotFoundError."""
    row = find(visit.session, number)
    draft = draft_of(row)
    if at > len(draft.duties):
        raise NotFoundError("Bản nháp không có dòng này; có thể đã có người xóa.")
    line = line_of(visit.session, draft, at)
    directory = directory_in(visit.session, draft.directory)
    return visit.page(
        "import_duty.html",
        status,
        row=row,
        draft=draft,
        line=line,
        typed=typed or filled_duty(line.duty),
        problems=typed or Typed(),
        theirs=theirs,
        source=source_rows(visit.session, row, line.duty.review),
        pages=pages_of(row, line.duty.review),
        leads=named_in(line.duty.lead, directory, "lead"),
        supports=named_in(line.duty.support, directory, "support"),
        directory=directory,
        offered={
            "sections": [(each.code, each.title) for each in draft.sections],
            "headings": [(each.code, each.text) for each in draft.headings],
            "events": [(each.code, each.name) for each in draft.events],
            "rounds": [(each.code, each.text) for each in draft.rounds],
        },
    )


def general_page(visit: Visit, number: int, typed: Typed | None = None, status: int = 200) -> HTMLResponse:
    """Return the page of what is no duty; `typed` is what was refused."""
    row = find(visit.session, number)
    draft = draft_of(row)
    directory = directory_in(visit.session, draft.directory)
    return visit.page(
        "import_general.html",
        status,
        row=row,
        draft=draft,
        typed=typed or filled_general(draft),
        problems=typed or Typed(),
        directories=directories_in(visit.session),
        agencies=sorted(directory.agencies, key=lambda agency: agency.sort_key) if directory else [],
        policies=policy_keys(),
        spare=SPARE,
    )


def preview_page(visit: Visit, number: int, typed: Typed, status: int = 200) -> HTMLResponse:
    row = find(visit.session, number)
    draft = draft_of(row)
    lines = lines_of(visit.session, draft)
    faults = () if row.loaded_as else faults_of(visit.session, draft)
    unresolved = {text for line in lines if line.meaning.roles for _, text in line.meaning.roles.unresolved}
    return visit.page(
        "import_preview.html",
        status,
        row=row,
        draft=draft,
        tasks=sum(line.leads or 0 for line in lines),
        undated=sum(line.meaning.due is None for line in lines),
        unresolved=sorted(unresolved),
        faults=[(fault, row_of_fault(fault)) for fault in faults[:FAULTS]],
        more_faults=max(0, len(faults) - FAULTS),
        to_see=to_see(draft, lines),
        typed=typed,
    )


def _content(visit: Visit, number: int) -> bytes:
    rows = select(ImportDraft).where(ImportDraft.id == number).options(undefer(ImportDraft.content))
    found = visit.session.scalar(rows.execution_options(populate_existing=True))
    assert found is not None, "found before"
    return found.content


def _stem(row: ImportDraft) -> str:
    return f"ban-nhap-{row.id}-{row.name.rpartition('.')[0] or row.name}"
