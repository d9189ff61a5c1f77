"""Every folder of templates, rendered with its sample as strictly as in use, and read as its reader would."""

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError

from catalog.calendar import WorkingCalendar
from notifications.content.contexts import AgencyLine, LateDuty, LateRound, LateTask, StatusCount
from notifications.content.rendering import TEMPLATES, render, template_names
from notifications.content.samples import sample, sample_kinds
from notifications.content.urgency import grouped, working_days_left

BLOCKS = {"p", "div", "td", "th", "tr", "br"}
VOID = {"meta", "br", "img", "hr"}
ENGLISH = "the and due overdue reminder task tasks report round agency late open dear regards yes none true false undefined day days today week"
NATIONAL = 3_000  # agencies in a list that must not make a mail of megabytes
LIMIT = 120_000  # bytes of the largest part; the largest clients cut longer ones off


class Page(HTMLParser):
    """Reads what a person sees, and notes what is not closed or stands where it may not."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.shown: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in BLOCKS:
            self.shown.append(" ")
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "background"}]
        self.faults += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")

    def handle_data(self, data):
        if "style" not in self.open and "title" not in self.open:
            self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.shown).split())


def mail(kind: str):
    return render(*sample(kind))


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d[\d./]*\d|\d", re.sub(r"https?://\S+", "", text)))


@pytest.fixture(params=sample_kinds())
def kind(request) -> str:
    return request.param


def test_every_folder_has_its_three_parts_and_a_sample():
    assert set(template_names()) == {template for template, _ in map(sample, sample_kinds())}
    for name in template_names():
        assert {path.name for path in (TEMPLATES / name).iterdir()} == {
            "subject.txt",
            "body.txt",
            "body.html",
        }


def test_the_subject_is_one_short_line(kind):
    subject = mail(kind).subject
    assert subject.startswith("[")
    assert "\n" not in subject
    assert len(subject) <= 120


def test_the_html_is_well_formed_and_fetches_nothing(kind):
    page = Page(mail(kind).html)
    assert page.faults == []
    assert page.open == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "form", "object"})
    assert all(link.startswith("https://dondoc.example/") for link in page.links)


def test_text_and_html_give_the_same_figures(kind):
    rendered = mail(kind)
    assert figures(rendered.text) == figures(Page(rendered.html).text)


def test_the_figures_of_the_subject_stand_in_the_mail(kind):
    rendered = mail(kind)
    assert figures(rendered.subject) <= figures(rendered.text)


def test_nothing_is_left_untranslated_or_unfilled(kind):
    rendered = mail(kind)
    for part in (rendered.subject, rendered.text, Page(rendered.html).text):
        plain = re.sub(r"https?://\S+|\S+@\S+", "", part)
        assert set(re.findall(r"[a-z]+", plain.lower())).isdisjoint(set(ENGLISH.split()) - {"the"})
        assert "{" not in plain
        assert "None" not in plain


def test_all_of_it_is_in_composed_unicode(kind):
    rendered = mail(kind)
    for part in (rendered.subject, rendered.text, rendered.html):
        assert unicodedata.is_normalized("NFC", part)


def test_the_text_reads_alone(kind):
    text = mail(kind).text
    assert text.startswith("Kính gửi: ")
    assert "Trân trọng./." in text
    assert "\n\n\n" not in text
    assert [line for line in text.splitlines() if len(line) > 76 and "https://" not in line] == []


def test_the_same_context_gives_the_same_bytes(kind):
    assert mail(kind) == mail(kind)


def test_both_parts_carry_the_one_plain_link(kind):
    rendered = mail(kind)
    _, context = sample(kind)
    link = getattr(context, "url", None) or context.link
    assert link in rendered.text
    assert link in Page(rendered.html).links
    assert "?" not in link


def test_the_html_says_that_it_can_be_dark(kind):
    html = mail(kind).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width:640px" in html


def test_the_days_left_in_each_sample_are_those_of_the_calendar(kind):
    calendar = WorkingCalendar()
    context = sample(kind)[1]
    wrong = [
        entry
        for entry in records(context)
        if getattr(entry, "due", None)
        and hasattr(entry, "days")
        and entry.days != working_days_left(context.day, entry.due, calendar)
    ]
    assert wrong == []


def records(value):
    if is_dataclass(value):
        yield value
        for each in fields(value):
            yield from records(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from records(each)


def test_a_value_that_the_context_lacks_is_an_error_and_none_is_there_in_vain():
    asked: dict[str, set[str]] = {}
    leaders = sample("digest_leaders")
    none_named = (leaders[0], replace(leaders[1], named=(), named_total=0))
    for template, context in (none_named, *map(sample, sample_kinds())):
        names = [each.name for each in fields(context)]
        for name in names:
            lacking = SimpleNamespace(**{each: getattr(context, each) for each in names if each != name})
            try:
                render(template, lacking)
            except (UndefinedError, AttributeError, TypeError):
                asked.setdefault(type(context).__name__, set()).add(name)
    for context in (sample(kind)[1] for kind in sample_kinds()):
        assert asked[type(context).__name__] == {each.name for each in fields(context)}


def test_names_from_outside_cannot_become_markup():
    hostile = '<script>alert("x")</script><img src=x onerror=y>'
    for each in sample_kinds():
        template, context = sample(each)
        page = Page(render(template, poisoned(context, hostile)).html)
        assert page.tags.isdisjoint({"script", "img"}), each
        assert page.faults == [], each
        assert "<script>" in page.text, each


def poisoned(value, hostile, name=""):
    """Return the context with every name, text, reason and address replaced."""
    if is_dataclass(value):
        return replace(
            value,
            **{each.name: poisoned(getattr(value, each.name), hostile, each.name) for each in fields(value)},
        )
    if isinstance(value, tuple):
        return tuple(poisoned(each, hostile, name) for each in value)
    kept = {"url", "link", "status", "stage", "state", "what", "urgency"}
    return hostile if isinstance(value, str) and value and name not in kept else value


def test_a_line_break_in_a_name_does_not_break_the_subject():
    template, context = sample("overdue")
    subject = render(template, replace(context, agency_name="Sở Xây dựng\r\nBcc: ai@mau.example")).subject
    assert "\n" not in subject
    assert "\r" not in subject


def test_a_very_long_name_is_cut_in_the_subject_only():
    template, context = sample("routine")
    name = "Trung tâm Dịch vụ tổng hợp " * 8
    rendered = render(template, replace(context, agency_name=name.strip()))
    assert len(rendered.subject) <= 120
    assert rendered.subject.startswith("[Đôn đốc] 2 việc quá hạn")
    assert " ".join(name.split()) in Page(rendered.html).text


def test_a_national_list_stays_a_small_mail_and_says_how_many_more():
    template, context = sample("coordination")
    names = tuple(f"Ủy ban nhân dân xã Mẫu {number}" for number in range(NATIONAL))
    late = LateDuty("1.1", "Việc " * 200, "trước ngày 05/9/2025", date(2025, 9, 4), -1, names, context.url)
    rounds = LateRound("lần 1", date(2025, 9, 4), -1, NATIONAL, 0, 0, names, context.url)
    rendered = render(template, replace(context, overdue=(late,) * 400, rounds=(rounds,)))
    assert len(rendered.html.encode()) < LIMIT
    assert len(rendered.text.encode()) < LIMIT
    assert "và 2.980 cơ quan khác" in Page(rendered.html).text
    assert "và 370 nhiệm vụ khác" in Page(rendered.html).text
    assert "và 370 nhiệm vụ khác" in rendered.text


def test_an_agency_with_very_many_duties_gets_a_small_mail():
    template, context = sample("routine")
    item = context.groups[0].items[0]
    rendered = render(template, replace(context, groups=grouped([item] * 900, context.day)))
    assert len(rendered.html.encode()) < LIMIT
    assert "và 870 việc khác" in rendered.text


@pytest.mark.parametrize(("digest", "hidden"), [("digest_coordinator", 870), ("digest_leaders", 895)])
def test_a_digest_says_how_many_rows_it_does_not_show(digest, hidden):
    template, context = sample(digest)
    task = LateTask("Sở Mẫu", "1.1", "Việc mẫu", date(2025, 9, 1), -4, context.url)
    line = AgencyLine("Sở Mẫu", 3, 9, context.url, None)
    grown = replace(
        context,
        newly_late=(task,) * 200,
        newly_late_total=900,
        agencies=(line,) * 200,
        agencies_total=NATIONAL,
    )
    rendered = render(template, grown)
    assert f"và {hidden} việc khác" in rendered.text
    assert f"và {hidden} việc khác" in Page(rendered.html).text
    assert "và 2.99" in rendered.text
    assert len(rendered.html.encode()) < LIMIT


def test_the_first_digest_compares_with_nothing():
    template, context = sample("digest_leaders")
    first = replace(
        context,
        since=None,
        counts=tuple(StatusCount(count.status, count.now) for count in context.counts),
        agencies=tuple(replace(line, before=None) for line in context.agencies),
    )
    text = render(template, first).text
    assert "Từ khi giao việc" in text
    assert "tăng" not in text


def test_items_stand_most_urgent_first():
    text = mail("routine").text
    places = [text.index(words) for words in ("QUÁ HẠN (2)", "HẠN CUỐI HÔM NAY (1)", "SẮP ĐẾN HẠN")]
    assert places == sorted(places)
    assert text.index("Quá hạn 13 ngày") < text.index("Quá hạn 1 ngày")


def test_the_decisions_words_stand_beside_what_they_mean():
    assert "“trước ngày 05/9/2025” – hết ngày 04/9/2025 (thứ Năm)" in mail("last_day").text


def test_several_decisions_are_told_apart():
    template, context = sample("reminder")
    item = replace(context.groups[0].items[0], decision="Quyết định số 11/QĐ-UBND ngày 02/01/2025")
    both = replace(
        context,
        decisions=(*context.decisions, item.decision),
        groups=grouped([item, *context.groups[0].items], context.day),
    )
    rendered = render(template, both)
    assert "Theo: Quyết định số 11/QĐ-UBND" in rendered.text
    assert "Quyết định số 11/QĐ-UBND" in Page(rendered.html).text


def test_every_colour_can_be_read_on_its_ground():
    """WCAG AA: 4.5 to 1, in light and in dark."""
    parts = (TEMPLATES / "_parts.html").read_text(encoding="utf-8")
    layout = (TEMPLATES / "_layout.html").read_text(encoding="utf-8")
    light = re.findall(r'"(\w+)": "(#\w{6})"', parts)
    dark = re.findall(
        r"\.(red|amber|orange|blue|green|violet|grey|mute|text|link) \{ color: (#\w{6})", layout
    )
    assert {name for name, _ in light} <= {name for name, _ in dark}
    for ground, colours in (("#ffffff", light), ("#1f2429", dark)):
        faint = {name: contrast(colour, ground) for name, colour in colours if contrast(colour, ground) < 4.5}
        assert faint == {}


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
