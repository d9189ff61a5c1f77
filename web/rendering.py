"""Templates of the portal: one environment, compiled once; undefined names are errors, everything is escaped."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from catalog.days import HANOI
from notifications.content import wording
from notifications.content.kinds import KIND_NAMES
from tasks.models import MessageState, RoundState, Submission
from web import charts, drawings, words
from web.viewer import ROLE_NAMES

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def render(template: str, context: Mapping[str, Any]) -> str:
    """Render a page. Raises jinja2.UndefinedError where the context lacks what the page prints."""
    return _environment().get_template(template).render(context)


def address(path: str, **query: Any) -> str:
    """Return `path` with the query of every parameter that is neither None nor empty; lists repeat their name."""
    if not query:
        return path
    given = {name: value for name, value in query.items() if value not in (None, "", (), [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _moment(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant.astimezone(HANOI):%H:%M %d/%m/%Y}"


@cache
def _static(name: str) -> str:
    """Return a static file's address, new whenever its content is."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(
        day=_day,
        moment=_moment,
        percent=drawings.percent,
        abbreviated=drawings.abbreviated,
        until=wording.until,
        weekday=wording.weekday,
        full_day=wording.full_day,
        number=wording.number,
        shorten=wording.shorten,
        capital=wording.capital,
        report_name=wording.report_name,
        kind=lambda code: KIND_NAMES.get(code, code),
        size=words.file_size,
    )
    environment.globals.update(
        address=address,
        one_time_number=lambda: secrets.token_urlsafe(12),
        ROLE_NAMES=ROLE_NAMES,
        static=_static,
        deadline_words=wording.deadline_words,
        words=words,
        charts=charts,
        drawings=drawings,
        MessageState=MessageState,
        RoundState=RoundState,
        Submission=Submission,
    )
    return environment
