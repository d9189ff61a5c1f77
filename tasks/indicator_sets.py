"""The indicators of a loaded decision: stored with it, so that the next city's need no code."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import Directory
from catalog.decision import Decision as SaidDecision
from catalog.errors import FaultyDataError
from catalog.figures.indicator_checks import misfits
from catalog.figures.indicators import IndicatorSet, read_indicators, shipped_indicator_keys
from tasks.errors import DomainError
from tasks.models import Decision, Report, ReportFigure, Round, Standing

BESIDE = ".chi-tieu.yaml"
"""How the file of indicators beside a decision's file ends, in place of .yaml."""


def indicators_of(decision: Decision) -> IndicatorSet | None:
    """Return the decision's indicators, None when it has none. Raises FaultyDataError where they cannot be read."""
    if decision.indicators is not None:
        return IndicatorSet.model_validate(decision.indicators)
    if decision.key not in shipped_indicator_keys():  # loaded before indicators were stored
        return None
    return _read(decision.key)


def given_indicators(
    path_or_key: str, file: Path | None, decision: SaidDecision, directory: Directory
) -> IndicatorSet | None:
    """Return the indicators to load with a decision: those of `file`, else those beside its file, else the shipped ones.

    None where there are none. Raises FaultyDataError where they cannot be read or do not fit the decision.
    """
    beside = Path(path_or_key).with_suffix(BESIDE) if path_or_key.endswith((".yaml", ".yml")) else None
    source: str | Path | None = file or (beside if beside and beside.is_file() else None)
    if source is None:
        source = decision.key if decision.key in shipped_indicator_keys() else None
    if source is None:
        return None
    found = _read(source)
    faults = misfits(found, decision, directory)
    if faults and source == decision.key:
        return None  # another decision under the shipped key: the shipped indicators are not its own
    if faults:
        raise FaultyDataError(faults)
    return found


def store_indicators(session: Session, key: str, found: IndicatorSet | None) -> bool:
    """Keep the indicators with the loaded decision `key` and tell whether that changed anything; None leaves what there is.

    Raises DomainError where agencies have reported figures by other indicators already.
    """
    row = session.scalars(select(Decision).where(Decision.key == key)).one()
    wanted = None if found is None else found.model_dump(mode="json")
    if wanted is None or row.indicators == wanted:
        return False
    used = (
        select(ReportFigure.id)
        .join(Report, Report.id == ReportFigure.report_id)
        .join(Standing, Standing.id == Report.standing_id)
        .join(Round, Round.id == Standing.round_id)
        .where(Round.decision_id == row.id)
    )
    if row.indicators is not None and session.scalar(used.limit(1)) is not None:
        message = f"Đã có cơ quan báo cáo số liệu theo bộ chỉ tiêu của quyết định {key} nên không thay bộ chỉ tiêu được."
        raise DomainError(message)
    row.indicators = wanted
    session.flush()
    return True


def _read(source: str | Path) -> IndicatorSet:
    found, faults = read_indicators(source)
    if found is None:
        raise FaultyDataError(faults)
    return found
