"""What another system sends as a report, as the record the domain knows."""

from collections.abc import Iterator
from decimal import Decimal

from documents.report_form.form import ReportForm
from tasks.reporting.content import Content, Figure, Line
from web.api.problems import ApiProblem, Kind, ProblemFault
from web.api.schemas.rounds import ReportContent, ReportFigure
from web.api.validation import told


def content_said(said: ReportContent, form: ReportForm) -> Content:
    """Return the report that was sent. Raises ApiProblem with every figure that the form does not ask so."""
    faults = list(_faults(said, form))
    if faults:
        raise ApiProblem(Kind.REFUSED, told(faults), faults)
    lines = tuple(Line(**line.model_dump()) for line in said.lines)
    return Content(
        tuple(line for line in lines if line != Line(line.task)),
        {str(key): text for key, text in said.narrative.items() if text},
        tuple(Figure(sent.indicator, sent.part, Decimal(sent.value), sent.bound) for sent in said.figures),
    )


def _faults(said: ReportContent, form: ReportForm) -> Iterator[ProblemFault]:
    asked = {figure.key: figure.decimals for figure in form.figures}
    seen: set[str] = set()
    for place, sent in enumerate(said.figures):
        key = _key(sent)
        if key not in asked:
            sentence = f"Lần báo cáo này không hỏi số liệu {key}."
        elif len(sent.value.partition(".")[2]) > asked[key]:
            sentence = f"Số liệu {key} nhiều nhất {asked[key]} chữ số thập phân."
        elif key in seen:
            sentence = f"Số liệu {key} được ghi hai lần."
        else:
            seen.add(key)
            continue
        yield ProblemFault(detail=sentence, pointer=f"#/figures/{place}")


def _key(sent: ReportFigure) -> str:
    return f"{sent.indicator}.{sent.part}" if sent.part else sent.indicator
