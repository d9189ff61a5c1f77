"""The words of the administration for days, time left, statuses and numbers: the filters of every template.

Days follow the written form of Nghị định 30/2020/NĐ-CP: days below 10 and months below 3 carry a zero (04/9/2025,
01/02/2026). Pure functions; the often repeated ones remember their answers.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from notifications.content.contexts import RoundItem
from tasks.status import Status

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@lru_cache(maxsize=2048)
def day_text(day: date) -> str:
    """Return "04/9/2025", "15/10/2025", "01/02/2026"."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


@lru_cache(maxsize=2048)
def full_day(day: date) -> str:
    """Return "thứ Năm, ngày 04/9/2025"."""
    return f"{weekday(day)}, ngày {day_text(day)}"


@lru_cache(maxsize=2048)
def until(day: date) -> str:
    """Return what a last on-time day means: "hết ngày 04/9/2025 (thứ Năm)"."""
    return f"hết ngày {day_text(day)} ({weekday(day)})"


def moment(instant: datetime) -> str:
    """Return "08:15 ngày 04/9/2025" of an instant already in Asia/Ho_Chi_Minh."""
    return f"{instant:%H:%M} ngày {day_text(instant.date())}"


@lru_cache(maxsize=4096)
def time_left(due: date | None, days: int, day: date, status: str = "open") -> str:
    """Say how much is left on `day`: "còn 5 ngày làm việc", "hạn cuối hôm nay", "quá hạn 3 ngày làm việc".

    `days` counts as in `notifications.content.contexts`; where a day off is the last day, its eve is told as the last working day.
    """
    if due is None:
        return "chưa xác định hạn" if status == "no_date" else "thực hiện thường xuyên"
    if due < day:
        return f"quá hạn {number(-days)} ngày làm việc" if days < 0 else "vừa quá hạn"
    if days > 0:
        return f"còn {number(days)} ngày làm việc"
    return "hạn cuối hôm nay" if due == day else "hôm nay là ngày làm việc cuối cùng trong hạn"


@lru_cache(maxsize=4096)
def deadline_words(verbatim: str, due: date | None, status: str = "open", extended: bool = False) -> str:
    """Return the decision's own words and beside them what they mean: “trước ngày 05/9/2025” – hết ngày 04/9/2025 (thứ Năm).

    Without a day only the words stand there, with the reason where a day is still awaited.
    """
    quoted = f"“{verbatim}”" if verbatim else ""
    if due is not None:
        meant = f"được gia hạn đến {until(due)}" if extended else until(due)
    else:
        meant = "chưa xác định ngày" if status == "no_date" else ""
    return " – ".join(filter(None, (quoted, meant))) or "không ghi thời hạn"


def round_deadline(item: RoundItem) -> str:
    """Return what a round's wording means: "hết ngày 04/9/2025 (thứ Năm)"."""
    return f"được gia hạn đến {until(item.due)}" if item.extended else until(item.due)


def tone(due: date | None, days: int, day: date) -> str:
    """Return the colour that goes with `time_left`."""
    if due is None:
        return "grey"
    if due < day:
        return "red"
    return "amber" if days <= 10 else "blue"


def status_words(status: str) -> str:
    return Status(status).label


def status_tone(status: str) -> str:
    return Status(status).colour


def number(value: int) -> str:
    """Return a whole number with the dot of thousands: "1.187"."""
    return f"{value:,}".replace(",", ".")


def change(now: int, before: int | None) -> str:
    """Say how a count moved since the digest before; nothing in the first digest."""
    if before is None:
        return ""
    if now == before:
        return "không đổi"
    return f"tăng {number(now - before)}" if now > before else f"giảm {number(before - now)}"


def listed(names: Sequence[str], limit: int, noun: str) -> str:
    """Join names with semicolons (commas stand inside names); past `limit` say how many more there are."""
    shown = "; ".join(names[:limit])
    rest = len(names) - limit
    return f"{shown}; và {number(rest)} {noun} khác" if rest > 0 else shown


def report_name(text: str) -> str:
    """Return a round's wording as the name of a report: "Báo cáo lần 1 trước ngày 05/9/2025"."""
    named = text if text.casefold().startswith("báo cáo") else f"báo cáo {text}"
    return capital(named)


def round_request(item: RoundItem, coordinator: str) -> str:
    """Say what the agency must do about one round."""
    place = f"về {coordinator} để tổng hợp"
    if item.state == "returned":
        return f"Báo cáo đã bị trả lại; đề nghị hoàn thiện và gửi lại {place}."
    begun = "Báo cáo đang soạn, chưa gửi; đ" if item.state == "draft" else "Đ"
    if item.stage == "overdue":
        return f"{begun}ề nghị gửi ngay báo cáo {place}; nêu rõ lý do chậm."
    if item.stage == "round_last_day":
        return f"{begun}ề nghị gửi báo cáo {place} trong hôm nay."
    if item.stage == "round_open":
        return f"{begun}ợt báo cáo đã mở; đề nghị chuẩn bị và gửi báo cáo {place} đúng hạn."
    return f"{begun}ề nghị gửi báo cáo {place} đúng hạn."


@lru_cache(maxsize=256)
def named(decision: str) -> str:
    """Return how a sentence names a decision: one without a number is called by its title, "Ban hành danh mục …"."""
    name = decision.replace(": Ban hành ", " ban hành ", 1)
    return f"Quyết định ban hành {name[9:]}" if name.startswith("Ban hành ") else name


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=4096)
def shorten(text: str, limit: int) -> str:
    """Cut at a word so that at most `limit` characters remain, the ellipsis included."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def subject_line(label: str, phrases: Sequence[str], name: str, limit: int = 120) -> str:
    """Return "[Đôn đốc] 2 việc quá hạn, 1 báo cáo hạn cuối hôm nay – Sở Xây dựng" in at most `limit` characters.

    The least urgent phrases go first, then the end of the name.
    """
    name = " ".join(name.split())
    for count in range(len(phrases), 0, -1):
        line = f"[{label}] {', '.join(phrases[:count])} – {name}"
        if len(line) <= limit:
            return line
    head = f"[{label}] {phrases[0]}"
    return shorten(f"{head} – {name}", limit)


@lru_cache(maxsize=8192)
def hang(text: str, lead: str = "", width: int = 76) -> str:
    """Wrap a paragraph of plain text at `width`; `lead` begins it and later lines stand under the first word."""
    lines, line = [], lead
    indent = " " * len(lead)
    empty = True  # nothing but the lead or the indent stands on the line yet
    for word in text.split():
        if empty or len(line) + 1 + len(word) <= width:
            line += word if empty else f" {word}"
        else:
            lines.append(line)
            line = indent + word
        empty = False
    lines.append(line)
    return "\n".join(lines)


def underlined(title: str, mark: str = "-") -> str:
    return f"{title}\n{mark * min(len(title), 76)}"
