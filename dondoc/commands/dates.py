"""Days given as options."""

from datetime import date

from catalog.errors import Fault, FaultyDataError


def date_option(text: str | None, option: str) -> date | None:
    """Return the ISO day given for `option`, None where none was. Raises FaultyDataError for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fault = Fault(f"Ngày «{text}» của {option} không đọc được.", remedy="Hãy ghi dạng 2025-07-25.")
        raise FaultyDataError([fault]) from None
