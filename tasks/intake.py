"""Takes a decision in from its file or shipped key: read, checked, its directory loaded when there is none yet."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agencies import Directory, directory_keys, read_directory
from catalog.decision import Decision
from catalog.decision_file import FindDirectory, read_decision
from catalog.errors import FaultyDataError
from catalog.expansion import expand
from catalog.policy_file import read_policy
from tasks import models
from tasks.directories import agency_ids, load_directory, stored_directory
from tasks.errors import NotFoundError
from tasks.indicator_sets import given_indicators, store_indicators
from tasks.loading import Loaded, Source, load_decision


def take_in(
    session: Session,
    path_or_key: str,
    issued_on: date | None,
    by: str,
    now: datetime,
    indicators: Path | None = None,
) -> tuple[str, Loaded]:
    """Load the decision with its indicators and return its key and what changed.

    Indicators are those of the file `indicators`, else of the file beside the decision's, else the shipped ones.
    Raises FaultyDataError with everything that is wrong.
    """
    # one and the same object each time: what was worked out of a directory's names is kept with it
    find = cache(lambda key: stored_directory(session, key) or _directory_file(key, path_or_key))
    decision = _checked(path_or_key, issued_on, find)
    directory = find(decision.directory)
    assert directory is not None, "a decision whose directory cannot be read is refused"
    figures = given_indicators(path_or_key, indicators, decision, directory)
    loaded = store_checked(session, decision, directory, by, now)
    store_indicators(session, decision.key, figures)
    return decision.key, loaded


def store_checked(
    session: Session, decision: Decision, directory: Directory, by: str, now: datetime
) -> Loaded:
    """Load a decision that was found without fault against `directory`, which is loaded too when there is none yet.

    Raises FaultyDataError, DomainError.
    """
    if not agency_ids(session, directory.key):
        load_directory(session, directory)
    plan, faults = expand(decision, directory, issued_on=decision.issued_on)
    policy, policy_faults = read_policy(decision.policy)
    if faults or policy_faults or policy is None:
        raise FaultyDataError((*faults, *policy_faults))
    return load_decision(session, Source(decision, plan, policy, by), now)


def checked_decision(session: Session, path_or_key: str, issued_on: date | None) -> Decision:
    """Return the decision checked against the stored directory. Raises FaultyDataError."""
    return _checked(path_or_key, issued_on, lambda key: stored_directory(session, key))


def _checked(path_or_key: str, issued_on: date | None, find: FindDirectory) -> Decision:
    decision, faults = read_decision(path_or_key, find, issued_on=issued_on)
    if decision is None:
        raise FaultyDataError(faults)
    return decision


def stored_decision(session: Session, key: str | None) -> models.Decision:
    """Return the decision `key`, or the only one there is. Raises NotFoundError naming what there is."""
    rows = session.scalars(select(models.Decision).order_by(models.Decision.key)).all()
    found = [row for row in rows if key in {None, row.key}]
    if len(found) == 1:
        return found[0]
    if not rows:
        raise NotFoundError("Chưa nạp quyết định nào; hãy dùng dondoc catalog load.")
    keys = ", ".join(row.key for row in rows)
    if key is None:
        raise NotFoundError(f"Đã nạp nhiều quyết định, hãy nêu rõ bằng --decision: {keys}.")
    raise NotFoundError(f"Không có quyết định «{key}»; đã nạp: {keys}.")


def current_decision(row: models.Decision) -> Decision:
    """Return the decision as it reads now, with the agencies that answer for it now: one may have merged into another."""
    decision = Decision.model_validate(row.document)
    return decision.model_copy(
        update={
            "coordinator": row.coordinator.code,
            "confirmer": row.confirmer.code,
            "leaders": row.leaders.code,
        }
    )


def _directory_file(key: str, path_or_key: str) -> Directory | None:
    """Return the directory beside the decision's file or the shipped one; None, which the check tells, where it is faulty."""
    beside = Path(path_or_key).parent / key
    if not beside.is_file() and key not in directory_keys():
        return None
    directory, _ = read_directory(beside if beside.is_file() else key)
    return directory
