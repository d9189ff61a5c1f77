"""Opening the database at its newest tables, which are made or brought up to date on first use."""

from sqlalchemy import Engine

from migrations.running import NewerDatabaseError, upgrade
from tasks.database import open_engine
from tasks.errors import DomainError


def open_database(url: str) -> Engine:
    """Return an engine on the database at `url`, ready for use. Raises DomainError when newer code has changed its tables."""
    engine = open_engine(url)
    try:
        upgrade(engine)
    except NewerDatabaseError as error:
        engine.dispose()
        raise DomainError(
            f"Cơ sở dữ liệu đã ở phiên bản {error}, mới hơn phần mềm trên máy này; hãy nâng cấp dondoc trên máy này "
            "rồi chạy lại."
        ) from None
    return engine
