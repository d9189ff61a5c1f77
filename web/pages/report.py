"""One agency's report for one round: written as it goes, sent, looked at beside the previous one, printed."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from catalog.report_outline import NIL, PARTS
from documents.report_form.form import report_form
from documents.report_form.report_workbook_template import write_report_workbook
from tasks.errors import NotFoundError
from tasks.indicator_sets import indicators_of
from tasks.models import AWAITED, Attachment, Round, RoundState, Standing, Submission
from tasks.reporting.checking import figure_faults
from tasks.reporting.content import Content
from tasks.reporting.lines import content_of, previous_content
from tasks.reporting.reports import find_standing
from web.downloads import EXCEL, download, made
from web.forms import Typed
from web.limits import EXPORT
from web.pages.task import RowNumber
from web.report_fields import DECLARED, Difference, filled, shown
from web.report_paging import part_of
from web.uploads import ACCEPTED
from web.viewer import EVERYBODY, Viewer
from web.visit import Visit, visit_of

router = APIRouter()

NO_REPORT = "Không có báo cáo này, hoặc báo cáo không phải của đơn vị."


@dataclass(frozen=True, slots=True)
class Again:
    """A report's page shown again after a form was refused."""

    typed: Typed
    status: int = 422
    conflict: tuple[Difference, ...] = ()


@router.get("/bao-cao/{number}")
def own_report(visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber) -> Response:
    """Lead an agency's people to their report, everybody else to the round."""
    round_ = visit.session.get(Round, number)
    if round_ is None or visit.viewer.directory not in {None, round_.decision.directory}:
        raise NotFoundError(NO_REPORT)
    target = f"/bao-cao/{number}/{visit.own_agency}"
    if visit.own_agency is None:
        target = f"/lan-bao-cao/{round_.decision.key}/{round_.code}"
    return RedirectResponse(visit.link(target), status_code=303)


@router.get("/bao-cao/{number}/{agency}")
def report(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber, agency: str
) -> Response:
    """Show the report, to be written or to be read."""
    return report_page(visit, number, agency)


@router.get("/bao-cao/{number}/{agency}/mau", dependencies=[Depends(EXPORT)])
def workbook(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber, agency: str
) -> Response:
    """Return the form as a workbook, filled with what stands in it already."""
    standing = readable_standing(visit.session, visit.viewer, number, agency)
    form = report_form(visit.session, standing, visit.view)
    start = None if draft_is_hidden(visit.viewer, standing) else start_of(visit.session, standing)
    name = f"bao-cao-{standing.round.code}-{agency}.xlsx"
    return made(name, EXCEL, lambda path: write_report_workbook(path, form, visit.now, start))


@router.get("/bao-cao/{number}/{agency}/tep/{file}")
def attached(
    visit: Annotated[Visit, Depends(visit_of(*EVERYBODY))], number: RowNumber, agency: str, file: RowNumber
) -> Response:
    """Return an attached file."""
    standing = readable_standing(visit.session, visit.viewer, number, agency)
    found = readable_file(visit.session, visit.viewer, standing, Attachment.id == file)
    return download(found.content, found.name, found.media_type)


def readable_standing(session: Session, viewer: Viewer, number: int, agency: str) -> Standing:
    """Return where an agency stands in a round. Raises NotFoundError, also for what the viewer may not read."""
    round_ = session.get(Round, number)
    if round_ is None or not (viewer.oversees or _is_own(viewer, round_, agency)):
        raise NotFoundError(NO_REPORT)
    if round_.state is RoundState.PLANNED:
        raise NotFoundError(
            f"{round_.text}: lần báo cáo này chưa mở, dự kiến mở ngày {round_.opens:%d/%m/%Y}."
        )
    return find_standing(session, round_, agency)


def draft_is_hidden(viewer: Viewer, standing: Standing) -> bool:
    """Tell whether the report is a draft of somebody else's: only the agency that writes it reads it."""
    return standing.state is Submission.DRAFT and not viewer.actor.belongs_to(standing.agency)


def readable_file(
    session: Session, viewer: Viewer, standing: Standing, which: ColumnElement[bool]
) -> Attachment:
    """Return a file of the report with its content. Raises NotFoundError, also for what is only drafted elsewhere."""
    report = 0 if standing.report is None or draft_is_hidden(viewer, standing) else standing.report.id
    rows = (
        select(Attachment).where(Attachment.report_id == report, which).options(undefer(Attachment.content))
    )
    found = session.scalars(rows.limit(1)).first()
    if found is None:
        raise NotFoundError("Không có tệp này.")
    return found


def _is_own(viewer: Viewer, round_: Round, agency: str) -> bool:
    """Tell whether `agency` is the viewer's in the round's own directory: another city's round may expect the same code."""
    return (viewer.actor.agency_code, viewer.directory) == (agency, round_.decision.directory)


def report_page(visit: Visit, number: int, agency: str, again: Again | None = None) -> Response:
    """Return the page: the form for who writes, what was sent for who reads. Raises NotFoundError."""
    standing = readable_standing(visit.session, visit.viewer, number, agency)
    form = report_form(visit.session, standing, visit.view)
    stored = standing.report
    content = content_of(stored) if stored else Content()
    writes = may_write(visit, standing)
    start = (start_of(visit.session, standing) if writes else None) or Content()
    whole = again is not None and again.typed.of("bieu-mau") == "chinh"
    part = part_of(form, visit.request)
    shown_here = {line.task for line in part.form.lines}
    here = replace(start, lines=tuple(line for line in start.lines if line.task in shown_here))
    typed = again.typed if again and whole else filled(here, stored.version if stored else 0)
    previous = previous_content(visit.session, standing)
    return visit.page(
        "report_form.html" if writes else "report.html",
        again.status if again else 200,
        standing=standing,
        form=form,
        part=part,
        report=stored,
        content=content,
        previous=previous,
        lines={line.task: line for line in content.lines},
        before={line.task: line for line in previous.lines} if previous else {},
        from_previous=stored is None and previous is not None,
        parts=PARTS,
        nil=content.narrative.get(NIL, ""),
        figures=_figures(content),
        contradictions=[
            str(fault) for fault in figure_faults(content, indicators_of(standing.round.decision))
        ],
        typed=typed,
        problems=again.typed if again else Typed(),
        typed_in=lambda name: again.typed if again and again.typed.of("bieu-mau") == name else Typed(),
        conflict=again.conflict if again else (),
        declared=DECLARED,
        accepted_files=ACCEPTED,
        may_answer=_may_answer(visit, standing),
        may_record=_may_record(visit, standing),
    )


def may_write(visit: Visit, standing: Standing) -> bool:
    """Tell whether the viewer writes this report now: its own agency's people, while it is awaited."""
    acts = not visit.viewer.guest and visit.asked_day is None
    return acts and standing.state in AWAITED and visit.viewer.actor.belongs_to(standing.agency)


def _may_answer(visit: Visit, standing: Standing) -> bool:
    coordinates = not visit.viewer.guest and visit.viewer.actor.coordinates(standing.round.decision)
    return coordinates and visit.asked_day is None and standing.state is Submission.SUBMITTED


def _may_record(visit: Visit, standing: Standing) -> bool:
    coordinates = not visit.viewer.guest and visit.viewer.actor.coordinates(standing.round.decision)
    return coordinates and visit.asked_day is None and standing.state in AWAITED


def start_of(session: Session, standing: Standing) -> Content | None:
    """Return what the form is filled with: what is stored, else the words of the report before."""
    if standing.report is not None:
        return content_of(standing.report)
    return previous_content(session, standing)


def _figures(content: Content) -> dict[str, str]:
    return {
        f"{figure.indicator}.{figure.part}" if figure.part else figure.indicator: shown(
            figure.value, figure.bound
        )
        for figure in content.figures
    }
