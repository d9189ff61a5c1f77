"""What a command opens before it works: the settings, the database at its newest tables, its clock, who acts."""

from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Engine

from dondoc.clock import acting_moment, reading_moment
from dondoc.settings import Settings, UnusableSettingsError, read_settings
from notifications.mailing import Letterhead, read_letterhead
from tasks import opening

LOCAL_ADMINISTRATOR = "admin"

DecisionKey = Annotated[
    str | None, typer.Option("--decision", help="Mã quyết định, khi đã nạp nhiều quyết định.")
]
By = Annotated[
    str | None,
    typer.Option("--by", help="Tên đăng nhập của người thực hiện (mặc định: quản trị viên máy này)."),
]
InDirectory = Annotated[
    str | None, typer.Option("--directory", help="Mã danh bạ, khi mã cơ quan có ở nhiều danh bạ.")
]


def open_database(settings: Settings | None = None) -> Engine:
    """Open the database that the settings name; its tables are made or brought up to date on first use."""
    return opening.open_database((settings or read_settings()).database)


def acting(as_of: str | None) -> datetime:
    """Return when an acting command acts: now, or 08:00 of a bare `--as-of` date."""
    return acting_moment(as_of)


def reading_time(as_of: str | None) -> datetime:
    """Return the instant a reading command shows: now, or the end of a bare `--as-of` date."""
    return reading_moment(as_of)


def login_of(by: str | None) -> str:
    """Return who acts: the login given with --by, else the administrator of this machine."""
    return by or LOCAL_ADMINISTRATOR


def letterhead(settings: Settings) -> Letterhead:
    """Return what every mail has in common. Raises UnusableSettingsError when the sender cannot be used."""
    try:
        return read_letterhead(settings.mail_from, settings.base_url)
    except ValueError as error:
        raise UnusableSettingsError(f"Thiết lập DONDOC_MAIL_FROM không dùng được: {error}") from None
