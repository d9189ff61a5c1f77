"""A round's standing and the consolidated indicators as sheets of a workbook."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from catalog.agencies import AgencyKind
from catalog.day_words import until
from catalog.figures.consolidation import Consolidated
from catalog.figures.indicators import IndicatorSet
from documents.words import submission
from documents.workbooks.workbook import Column, Form, Marked, Sheet, Value
from tasks.queries.round import AgencyStanding
from tasks.rounds.standing import RoundStanding

_AGENCIES = (
    Column("STT", 6, Form.WHOLE),
    Column("Cơ quan", 46),
    Column("Loại cơ quan", 26),
    Column("Tình hình", 20),
    Column("Hạn nộp", 12, Form.DAY),
    Column("Gia hạn", 8),
    Column("Không phát sinh", 10),
    Column("Ngày nhận", 12, Form.DAY),
    Column("Số ngày chậm", 9, Form.WHOLE),
    Column("Văn bản", 20),
)


def round_sheets(
    title: str, as_of: date, standing: RoundStanding, lines: Sequence[AgencyStanding]
) -> list[Sheet]:
    """Return the round agency by agency, and its figures: expected = submitted + exempt + missing."""
    figures = (
        ("Cơ quan phải báo cáo", standing.expected),
        ("Đã nộp", standing.submitted),
        ("   trong đó đúng hạn", standing.on_time),
        ("   trong đó chậm", standing.late),
        ("   trong đó báo cáo không phát sinh", standing.nil),
        ("   trong đó đã xác nhận", standing.accepted),
        ("Được miễn", standing.exempt),
        ("Chưa nộp", len(standing.missing)),
        ("   trong đó đang soạn", standing.drafting),
        ("   trong đó bị trả lại, chưa nộp lại", len(standing.returned)),
        ("Được gia hạn", standing.extended),
    )
    titles = (title, f"Tính đến {until(as_of)}; hạn nộp: {until(standing.due)}")
    return [
        Sheet(
            "Từng cơ quan", titles, _AGENCIES, (_line(n, each) for n, each in enumerate(lines, 1)), fixed=2
        ),
        Sheet("Tổng hợp", titles, (Column("Nội dung", 46), Column("Số cơ quan", 12, Form.WHOLE)), figures),
    ]


def _line(number: int, line: AgencyStanding) -> tuple[Value, ...]:
    late = (line.received_on - line.due).days if line.received_on and line.on_time is False else None
    return (
        number,
        line.agency_name,
        AgencyKind(line.kind).label,
        Marked(*submission(line)),
        line.due,
        "có" if line.extended else "",
        "có" if line.nil else "",
        line.received_on,
        late if late is None else max(late, 0),
        line.document,
    )


def indicator_sheet(
    title: str,
    as_of: date,
    indicators: IndicatorSet,
    total: Sequence[Consolidated],
    levels: Mapping[str, Sequence[Consolidated]],
) -> Sheet:
    """Return every figure with its coverage, beside it the same by level. What nobody reported stays blank."""
    columns = (
        Column("Nhiệm vụ", 10),
        Column("Chỉ tiêu", 54),
        Column("Đơn vị tính", 12),
        Column("Tổng", 13, Form.DECIMAL),
        Column("Số cơ quan báo cáo", 10, Form.WHOLE),
        Column("Số cơ quan phải báo cáo", 10, Form.WHOLE),
        *(Column(name, 14, Form.DECIMAL) for name in levels),
    )
    return Sheet(
        name="Chỉ tiêu",
        titles=(title, f"Tính đến {until(as_of)}; ô trống là chưa có cơ quan nào báo cáo"),
        columns=columns,
        rows=_figures(indicators, total, levels),
        fixed=2,
    )


def _figures(
    indicators: IndicatorSet, total: Sequence[Consolidated], levels: Mapping[str, Sequence[Consolidated]]
) -> Iterable[tuple[Value, ...]]:
    names = indicators.figures()
    for place, each in enumerate(total):
        indicator = indicators.indicator_of(each.figure)
        name = names[each.figure]
        if each.figure != indicator.code:
            name = f"   {name.removeprefix(f'{indicator.name}: ')}"
        by_level = (figures[place].value for figures in levels.values())
        yield (indicator.duty, name, indicator.unit, each.value, each.reporting, each.expected, *by_level)
