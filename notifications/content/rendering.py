"""Renders a folder of templates with a finished context. One environment, compiled once; no query, no clock.

Undefined names are errors; HTML is escaped, text is not. The same context gives the same bytes.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from notifications.content import charts, headlines, sentences, wording
from notifications.content.contexts import Context

TEMPLATES = Path(__file__).parent.parent / "templates"
ROWS = 30  # rows of one list; a longer one ends with how many more there are
NAMES = 20  # names in one sentence
TEXT = 320  # characters of a duty's text where the link shows the rest
WHOLE = 1_200  # the same when duties are handed over
SHORT = 160  # the same in the coordinator's and the leaders' lists
BRIEF = 60  # the same where a mail has to fit on one screen
TOP, FEW = 10, 5  # rows of a digest's lists

_HEADLINES = (
    headlines.routine_label,
    headlines.routine_headlines,
    headlines.coordination_headlines,
    headlines.digest_headlines,
    headlines.returned_headlines,
    headlines.extension_headlines,
    headlines.amended_headlines,
)
_SENTENCES = (
    sentences.opening,
    sentences.group_title,
    sentences.group_request,
    sentences.assignment_opening,
    sentences.coordination_opening,
    sentences.late_round_figures,
    sentences.waiting,
    sentences.undated_reason,
    sentences.close_out_reason,
    sentences.address_fault,
    sentences.digest_opening,
    sentences.changed,
    sentences.standing_figures,
    sentences.returned_opening,
    sentences.extension_opening,
    sentences.amended_opening,
    sentences.amended_what,
)
_BLANK_RUN = re.compile(r"\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail's subject (one line, at most 120 characters), text part and HTML part."""

    subject: str
    text: str
    html: str


def render(template: str, context: Context) -> Rendered:
    """Render the folder `template`. Raises jinja2.UndefinedError where the context lacks what the folder prints."""
    subject, text, html = (_part(template, part) for part in ("subject.txt", "body.txt", "body.html"))
    return Rendered(
        " ".join(subject.render(mail=context).split()),
        _BLANK_RUN.sub("\n\n", text.render(mail=context)).strip("\n") + "\n",
        html.render(mail=context),
    )


def render_subject(template: str, context: Context) -> str:
    """Render only the subject line of the folder `template`, for rehearsals."""
    return " ".join(_part(template, "subject.txt").render(mail=context).split())


def template_names() -> tuple[str, ...]:
    """Return the names of all folders."""
    return tuple(sorted(path.parent.name for path in TEMPLATES.glob("*/subject.txt")))


@cache
def _part(template: str, part: str) -> Template:
    return _environment().get_template(f"{template}/{part}")


class _Environment(Environment):
    """Gives templates their globals as one plain dict: each render and each import goes through all of them."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


@cache
def _environment() -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(
        day=wording.day_text,
        full_day=wording.full_day,
        until=wording.until,
        moment=wording.moment,
        number=wording.number,
        listed=wording.listed,
        report_name=wording.report_name,
        shorten=wording.shorten,
        capital=wording.capital,
        hang=wording.hang,
        underlined=wording.underlined,
        status=wording.status_words,
        tone=wording.status_tone,
        time_left=wording.time_left,  # called for every line of every mail: a filter costs half of what a function does
        time_tone=wording.tone,
        deadline=wording.deadline_words,
    )
    _add_globals(environment)
    return environment


def _add_globals(environment: Environment) -> None:
    environment.globals.update(
        time_left=wording.time_left,
        time_tone=wording.tone,
        deadline=wording.deadline_words,
        round_deadline=wording.round_deadline,
        round_request=wording.round_request,
        change=wording.change,
        subject_line=wording.subject_line,
        status_bar=charts.status_bar,
        agency_bars=charts.agency_bars,
        round_bar=charts.round_bar,
        **{function.__name__: function for function in (*_HEADLINES, *_SENTENCES)},
        CALENDAR_NOTE=sentences.CALENDAR_NOTE,
        REQUESTS=sentences.COORDINATOR_REQUESTS,
        ROWS=ROWS,
        NAMES=NAMES,
        TEXT=TEXT,
        WHOLE=WHOLE,
        SHORT=SHORT,
        BRIEF=BRIEF,
        TOP=TOP,
        FEW=FEW,
    )
