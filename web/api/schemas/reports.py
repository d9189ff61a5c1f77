"""A stored report as other systems see it."""

from typing import cast

from catalog.report_outline import NIL
from tasks.models import Report as Stored
from tasks.models import Standing
from tasks.reporting.content import Content
from tasks.reporting.lines import content_of
from web.api.schemas.rounds import File, PartKey, Report, ReportContent, ReportFigure, ReportLine

_OF_STANDING = ("state", "due", "nil", "received_on", "on_time")
_OF_REPORT = (
    "version", "saved_at", "saved_by", "submitted_at", "submitted_by", "document_number", "document_date",
)  # fmt: skip
_UNWRITTEN = Stored(version=0, document_number="")


def report_of(standing: Standing, *, hidden: bool = False) -> Report:
    """Return an agency's report in a round; version 0 where nothing was written yet. `hidden`: without what it says."""
    stored = standing.report or _UNWRITTEN
    shown = None if hidden else standing.report
    content = content_of(shown) if shown else Content()
    return Report(
        decision=standing.round.decision.key,
        round=standing.round.code,
        agency=standing.agency.code,
        agency_name=standing.agency.name,
        **{name: getattr(standing, name) for name in _OF_STANDING},
        **{name: getattr(stored, name) for name in _OF_REPORT},
        nil_statement=content.narrative.get(NIL, ""),
        content=_content(content),
        attachments=tuple(
            File(name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256)
            for file in (shown.attachments if shown else ())
        ),
    )


def _content(content: Content) -> ReportContent:
    """Return it as it was sent; what came by another way may be longer than this API takes."""
    return ReportContent.model_construct(
        lines=tuple(
            ReportLine.model_construct(**{name: getattr(line, name) for name in ReportLine.model_fields})
            for line in content.lines
        ),
        narrative={cast("PartKey", key): text for key, text in content.narrative.items() if key != NIL},
        figures=tuple(
            ReportFigure.model_construct(
                indicator=figure.indicator,
                part=figure.part,
                value=format(figure.value.normalize(), "f"),
                bound=figure.bound,
            )
            for figure in content.figures
            if figure.value is not None
        ),
    )
