"""Runs the command and turns what went wrong into one sentence and the exit status of interface.md."""

import sys
from typing import Any

import typer

from catalog.errors import FaultyDataError
from dondoc.clock import SenselessMomentError
from dondoc.commands.usage import usage_sentence
from dondoc.settings import UnusableSettingsError
from tasks.errors import DomainError

OK, AT_FAULT, WRONG_USAGE, OUTSIDE_FAILED = 0, 1, 2, 3


_USAGE_ERROR = typer.BadParameter.__mro__[1]  # every usage error of the command-line library
_AT_FAULT = (DomainError, typer.Abort)
_MISUSED = (SenselessMomentError, UnusableSettingsError)


class OutsideFailure(Exception):  # noqa: N818  # it is the outside that failed, not a programming error
    """Something outside failed: mail server, database, disk. The sentence says what to do."""


def run(app: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run `app` and return its exit status; a fault is told on standard error."""
    try:
        result: Any = app(args=arguments, prog_name="dondoc", standalone_mode=False)
    except Exception as error:
        status, sentences = _verdict(error)
        for sentence in sentences:
            print(sentence, file=sys.stderr)
        return status
    return result if isinstance(result, int) else OK


def _verdict(error: Exception) -> tuple[int, list[str]]:
    if isinstance(error, FaultyDataError):
        return AT_FAULT, [str(fault) for fault in error.faults]
    if isinstance(error, _USAGE_ERROR):
        return WRONG_USAGE, [usage_sentence(error)]
    if isinstance(error, OSError):
        return OUTSIDE_FAILED, [f"Không dùng được tệp {error.filename}: {error.strerror}."]
    for kinds, status in ((_AT_FAULT, AT_FAULT), (_MISUSED, WRONG_USAGE), (OutsideFailure, OUTSIDE_FAILED)):
        if isinstance(error, kinds):
            return status, [str(error) or "Đã dừng theo yêu cầu; chưa có gì thay đổi."]
    outside = _database_sentence(error)
    if outside:
        return OUTSIDE_FAILED, [outside]
    raise error


def _database_sentence(error: Exception) -> str | None:
    database_errors = sys.modules.get("sqlalchemy.exc")
    if database_errors is None or not isinstance(error, database_errors.OperationalError):
        return None
    cause = str(error.orig).strip().splitlines()[0]
    return (
        f"Cơ sở dữ liệu không dùng được ({cause}). Hãy kiểm tra DONDOC_DATABASE_URL và quyền ghi của thư mục."
    )
