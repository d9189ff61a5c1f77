"""What a mail says first: the counted phrases of its subject and of its first line, most urgent first."""

from collections import Counter

from notifications.content.contexts import (
    CoordinationMail,
    CoordinatorDigest,
    ExtensionMail,
    LeadersDigest,
    ReturnedMail,
    RoundItem,
    RoutineMail,
)
from notifications.content.contexts_amended import AmendedMail
from notifications.content.wording import number, time_left, until

_NOW = ("overdue", "last_day")  # urgencies that cannot wait


def routine_label(mail: RoutineMail) -> str:
    """Return the word in brackets: urge, remind or assign, by the most urgent thing in the mail."""
    if any(group.urgency in _NOW for group in mail.groups) or any(r.days < 1 for r in mail.rounds):
        return "Đôn đốc"
    if mail.groups or mail.rounds or not mail.assignments:
        return "Nhắc việc"
    return "Giao việc"


def routine_headlines(mail: RoutineMail) -> list[str]:
    """Return "2 việc quá hạn", "1 báo cáo hạn cuối hôm nay", …; never empty."""
    phrases = [*_urgent(mail), *_soon(mail)]
    for assignment in mail.assignments:
        if assignment.leads:
            phrases.append(f"giao {number(len(assignment.leads))} nhiệm vụ chủ trì")
        if assignment.supports:
            phrases.append(f"{number(len(assignment.supports))} nhiệm vụ phối hợp")
        if not assignment.leads and not assignment.supports:
            phrases.append(f"{number(len(assignment.rounds))} lần báo cáo")
    if mail.supported:
        phrases.append(f"{number(len(mail.supported))} việc phối hợp")
    return phrases


def _urgent(mail: RoutineMail) -> list[str]:
    late_items = sum(len(group.items) for group in mail.groups if group.urgency == "overdue")
    last_items = sum(len(group.items) for group in mail.groups if group.urgency == "last_day")
    late_rounds = [item for item in mail.rounds if item.due < mail.day]
    last_rounds = [item for item in mail.rounds if item.due >= mail.day and item.days == 0]
    counted = (
        (late_items, "việc quá hạn"),
        (len(late_rounds), "báo cáo quá hạn"),
        (last_items, "việc hạn cuối hôm nay"),
        (len(last_rounds), "báo cáo hạn cuối hôm nay"),
    )
    return [f"{number(count)} {words}" for count, words in counted if count]


def _soon(mail: RoutineMail) -> list[str]:
    soon = [
        f"{number(len(group.items))} việc {time_left(group.items[0].due, group.days, mail.day)}"
        for group in mail.groups
        if group.urgency == "due_soon"
    ]
    other = sum(len(group.items) for group in mail.groups if group.urgency == "other")
    rounds = sorted((item for item in mail.rounds if item.days > 0), key=lambda item: item.due)
    return [
        *soon,
        *(_round_phrase(item) for item in rounds),
        *([f"{number(other)} việc chưa có hạn cuối"] if other else []),
    ]


def _round_phrase(item: RoundItem) -> str:
    left = f"còn {number(item.days)} ngày làm việc"
    return f"1 đợt báo cáo mới ({left})" if item.stage == "round_open" else f"1 báo cáo {left}"


def coordination_headlines(mail: CoordinationMail) -> list[str]:
    """Return what waits for the coordinator, most urgent first; never empty."""
    counted = (
        (sum(len(duty.agencies) for duty in mail.overdue), "việc quá hạn"),
        (sum(len(late.missing) for late in mail.rounds), "cơ quan chưa báo cáo"),
        (len(mail.unanswered), "kết quả chờ xác nhận"),
        (len(mail.close_outs), "đợt kết thúc nhiệm vụ"),
        (len(mail.undated), "sự kiện chưa định ngày"),
        (len(mail.bad_addresses), "cơ quan không nhận được thư"),
    )
    return [f"{number(count)} {words}" for count, words in counted if count]


def digest_headlines(mail: CoordinatorDigest | LeadersDigest) -> list[str]:
    """Return the figures of a digest; never empty."""
    phrases = [f"{number(mail.late_total)} việc quá hạn" if mail.late_total else "không có việc quá hạn"]
    if mail.newly_late_total:
        phrases.append(f"{number(mail.newly_late_total)} việc mới quá hạn")
    missing = sum(standing.missing for standing in mail.rounds if standing.days < 0)
    if missing:
        phrases.append(f"{number(missing)} báo cáo chưa nộp")
    return phrases


def returned_headlines(mail: ReturnedMail) -> list[str]:
    """Return what was sent back; never empty."""
    reports = sum(item.what == "report" for item in mail.items)
    counted = ((reports, "báo cáo"), (len(mail.items) - reports, "kết quả"))
    what = ", ".join(f"{number(count)} {words}" for count, words in counted if count)
    return [f"{what} cần hoàn thiện, gửi lại"]


def extension_headlines(mail: ExtensionMail, *, granted: bool) -> list[str]:
    """Return the answer; with a single duty also the day in force."""
    answer = "được gia hạn" if granted else "không được gia hạn"
    phrase = f"{number(len(mail.items))} nhiệm vụ {answer}"
    due = mail.items[0].due
    if len(mail.items) == 1 and due is not None:
        phrase += f", hạn {'mới' if granted else 'vẫn là'} {until(due)}"
    return [phrase]


def amended_headlines(mail: AmendedMail) -> list[str]:
    """Return what an amendment changes for the agency, counted; never empty."""
    counts = Counter(item.what for item in mail.items)
    counted = (
        (counts["added"] + counts["restored"], "nhiệm vụ mới"),
        (counts["moved"], "nhiệm vụ đổi hạn"),
        (counts["reworded"], "nhiệm vụ sửa nội dung"),
        (counts["cancelled"], "nhiệm vụ thôi thực hiện"),
        (len(mail.reports), "lần báo cáo đổi hạn"),
    )
    return [f"{number(count)} {words}" for count, words in counted if count]
