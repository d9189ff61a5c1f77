"""Whole sentences that the text and the HTML part of a mail share, so that they cannot differ."""

from collections.abc import Sequence
from datetime import date

from notifications.content.contexts import (
    Assignment,
    BadAddress,
    Changes,
    CloseOut,
    CoordinationMail,
    CoordinatorDigest,
    ExtensionMail,
    ItemGroup,
    LateRound,
    LeadersDigest,
    ReturnedMail,
    RoundStanding,
    RoutineMail,
    Unanswered,
    Undated,
)
from notifications.content.contexts_amended import AmendedItem, AmendedMail
from notifications.content.headlines import (
    amended_headlines,
    coordination_headlines,
    digest_headlines,
    routine_headlines,
)
from notifications.content.wording import capital, day_text, full_day, listed, named, number, time_left, until

CALENDAR_NOTE = "Kèm theo thư này là tệp lịch (.ics) ghi các thời hạn của cơ quan; thời hạn thay đổi thì lịch được cập nhật."
CODES = 12  # duty codes in one sentence

_REQUESTS = {
    "overdue": "Đề nghị quý cơ quan hoàn thành ngay và cập nhật kết quả; nếu có khó khăn, vướng mắc thì nêu rõ lý do, thời gian hoàn thành.",
    "last_day": "Đề nghị quý cơ quan hoàn thành và cập nhật kết quả trong hôm nay.",
    "due_soon": "Đề nghị quý cơ quan bảo đảm tiến độ và cập nhật kết quả ngay khi hoàn thành.",
    "other": "Đề nghị quý cơ quan cập nhật tình hình thực hiện.",
}

COORDINATOR_REQUESTS = {
    "overdue": "Đề nghị đôn đốc các cơ quan nêu trên; có thể xuất công văn đôn đốc từ bảng theo dõi.",
    "rounds": "Đề nghị đôn đốc các cơ quan chưa báo cáo; báo cáo nhận bằng văn bản giấy thì ghi nhận vào hệ thống.",
    "unanswered": "Đề nghị xác nhận hoặc trả lại kết quả.",
    "close_outs": "Đề nghị rà soát theo báo cáo cuối và kết thúc một lượt.",
    "undated": "Đề nghị xác định ngày để tính hạn và nhắc các cơ quan.",
    "bad_addresses": "Đề nghị bổ sung, sửa địa chỉ trong danh bạ; thư chưa đến các cơ quan này.",
}


def opening(mail: RoutineMail) -> str:
    """Return the first sentence of an agency's mail: under which decision, on which day, how much of what."""
    figures = ", ".join(routine_headlines(mail))
    return f"Thực hiện {_all(mail.decisions)}, tính đến {full_day(mail.day)}, quý cơ quan có: {figures}."


def group_title(group: ItemGroup, day: date) -> str:
    """Return a group's heading, without its count."""
    if group.urgency == "due_soon":
        return f"Sắp đến hạn – {time_left(group.items[0].due, group.days, day)}"
    if group.urgency == "last_day":
        return "Hạn cuối hôm nay"
    return "Quá hạn" if group.urgency == "overdue" else "Chưa có hạn cuối"


def group_request(group: ItemGroup) -> str:
    return _REQUESTS[group.urgency]


def assignment_opening(part: Assignment) -> str:
    """Return the sentence that hands over what one decision gives the agency."""
    decision = named(part.decision)
    title = part.title[:1].lower() + part.title[1:]
    if title.casefold() not in decision.casefold():
        decision = f"{decision} {title}"
    given = [
        f"{number(len(rows))} {words}"
        for rows, words in (
            (part.leads, "nhiệm vụ chủ trì"),
            (part.supports, "nhiệm vụ phối hợp"),
            (part.rounds, "lần báo cáo"),
        )
        if rows
    ]
    return f"{part.issuer} đã có {decision}. Quý cơ quan được giao {', '.join(given)}. Đề nghị quý cơ quan xây dựng kế hoạch, tổ chức thực hiện và báo cáo đúng hạn."


def coordination_opening(mail: CoordinationMail) -> str:
    figures = ", ".join(coordination_headlines(mail))
    return f"Theo dõi việc thực hiện {_all(mail.decisions)}, tính đến {full_day(mail.day)} có: {figures}."


def late_round_figures(late: LateRound) -> str:
    """Return a closed round's figures in words."""
    reported = f"{number(late.on_time + late.late)}/{number(late.expected)} cơ quan đã báo cáo"
    return f"{reported} (đúng hạn {number(late.on_time)}, chậm {number(late.late)}); chưa báo cáo {number(len(late.missing))}."


def waiting(entry: Unanswered) -> str:
    """Say what an agency declared, when, and for how long it has waited."""
    what = "không thuộc phạm vi hoặc không phát sinh" if entry.not_applicable else "đã hoàn thành"
    return f"{entry.agency_name} báo {what} ngày {day_text(entry.declared_on)}; đã chờ {number(entry.waited)} ngày làm việc."


def undated_reason(entry: Undated) -> str:
    codes = listed(entry.duty_codes, CODES, "nhiệm vụ")
    return f"Nhiệm vụ {codes} ({number(entry.tasks)} việc) chờ ngày này nên chưa xác định được hạn."


def close_out_reason(entry: CloseOut) -> str:
    codes = listed(entry.duty_codes, CODES, "nhiệm vụ")
    return f"{number(entry.tasks)} việc của nhiệm vụ {codes} có hạn {until(entry.due)}, sau lần báo cáo cuối."


def address_fault(entry: BadAddress) -> str:
    if not entry.address:
        return "chưa có địa chỉ thư trong danh bạ."
    reason = f": {entry.reason.rstrip('.')}" if entry.reason else ""
    return f"địa chỉ {entry.address} không nhận thư{reason}."


def digest_opening(mail: CoordinatorDigest | LeadersDigest) -> str:
    figures = ", ".join(digest_headlines(mail))
    total = number(sum(count.now for count in mail.counts))
    return f"Tình hình thực hiện {named(mail.decision)} đến {full_day(mail.day)}: {figures}, trong tổng số {total} việc."


def changed(mail: CoordinatorDigest | LeadersDigest) -> str:
    """Say what happened since the digest before, or that nothing did."""
    begin = f"Từ bản tin ngày {day_text(mail.since)}" if mail.since else "Từ khi giao việc"
    return f"{begin}: {_moves(mail.changes)}."


def _moves(changes: Changes) -> str:
    counted = (
        (changes.newly_late, "việc mới quá hạn"),
        (changes.completed, "việc hoàn thành"),
        (changes.declared, "việc báo cáo kết quả, chờ xác nhận"),
        (changes.returned, "việc bị trả lại"),
        (changes.extended, "việc được gia hạn"),
    )
    return ", ".join(f"{number(count)} {words}" for count, words in counted if count) or "không có thay đổi"


def standing_figures(standing: RoundStanding, day: date) -> str:
    """Return a round's figures in words; the nil reports are said to be among those received."""
    received = standing.on_time + standing.late
    nil = f", trong đó {number(standing.nil)} báo cáo không phát sinh" if standing.nil else ""
    exempt = f", được miễn {number(standing.exempt)}" if standing.exempt else ""
    left = time_left(standing.due, standing.days, day)
    figures = f"đã nhận {number(received)}/{number(standing.expected)} báo cáo (đúng hạn {number(standing.on_time)}, chậm {number(standing.late)}{nil}){exempt}, chưa nộp {number(standing.missing)}"
    return f"{capital(until(standing.due))}, {left}: {figures}."


def returned_opening(mail: ReturnedMail) -> str:
    count = len(mail.items)
    what = "nội dung" if count > 1 else _RETURNED[mail.items[0].what]
    return f"{mail.coordinator_name} đã xem xét và trả lại {number(count)} {what} của quý cơ quan theo {named(mail.decision)}. Đề nghị quý cơ quan bổ sung, hoàn thiện và gửi lại."


_RETURNED = {"declaration": "kết quả đã báo", "report": "báo cáo"}


def extension_opening(mail: ExtensionMail, *, granted: bool) -> str:
    answer = "đồng ý gia hạn" if granted else "không đồng ý gia hạn"
    return f"Xem xét đề nghị của quý cơ quan, {mail.coordinator_name} {answer} {number(len(mail.items))} nhiệm vụ theo {named(mail.decision)}."


def amended_opening(mail: AmendedMail) -> str:
    by = " và ".join(named(amendment) for amendment in mail.amendments)
    changed = "; ".join(amended_headlines(mail))
    return f"{capital(named(mail.decision))} được điều chỉnh, bổ sung theo {by}. Với quý cơ quan: {changed}."


def amended_what(item: AmendedItem) -> str:
    """Return in words what became of a duty."""
    return _AMENDED[item.what]


_AMENDED = {
    "added": "nhiệm vụ mới",
    "restored": "giao lại",
    "moved": "đổi hạn",
    "reworded": "sửa nội dung",
    "cancelled": "thôi thực hiện",
}


def _all(decisions: Sequence[str]) -> str:
    return "; ".join(named(decision) for decision in decisions)
