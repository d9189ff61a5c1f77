"""A sample of every mail, for `notices preview` and the test that renders each folder. No real decision, no real person."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from notifications.content.contexts import (
    AgencyLine,
    Assignment,
    BadAddress,
    Changes,
    CloseOut,
    Context,
    CoordinationMail,
    CoordinatorDigest,
    Extension,
    ExtensionMail,
    Item,
    LateDuty,
    LateRound,
    LateTask,
    LeadersDigest,
    Returned,
    ReturnedMail,
    RoundItem,
    RoundStanding,
    RoutineMail,
    SignInLink,
    Stage,
    StatusCount,
    Supported,
    Unanswered,
    Undated,
)
from notifications.content.contexts_amended import AmendedItem, AmendedMail, AmendedReport
from notifications.content.urgency import grouped

_DAY = date(2025, 9, 4)  # a Thursday
_BEFORE = date(2025, 8, 28)
_AGENCY, _COORDINATOR = "Sở Xây dựng", "Sở Nội vụ"
_DECISION = "Quyết định số 00/QĐ-UBND ngày 25/7/2025"
_SITE = "https://dondoc.example"
_URL = f"{_SITE}/viec"
_HANOI = timezone(timedelta(hours=7))

_GUIDE = "Xây dựng kế hoạch và tổ chức kiểm tra, giám sát việc thực hiện quy chế dân chủ ở cơ sở tại cơ quan, đơn vị trực thuộc"
_LAND = "Rà soát, giải quyết dứt điểm các vụ việc khiếu nại, tố cáo kéo dài về bồi thường, hỗ trợ, tái định cư khi Nhà nước thu hồi đất để thực hiện các dự án trên địa bàn"
_ONE_STOP = "Rà soát, cắt giảm, đơn giản hóa thủ tục hành chính thuộc phạm vi quản lý; công khai kết quả giải quyết để người dân, doanh nghiệp giám sát"
_MODEL = "Xây dựng, nhân rộng mô hình “Dân vận khéo” trong giải phóng mặt bằng"

_LATE = Item("1.1", _GUIDE, "Hoàn thành trước ngày 15/8/2025", date(2025, 8, 14), -13, "overdue", f"{_URL}/1")
_JUST_LATE = Item("3.2", _ONE_STOP, "chậm nhất ngày 03/9/2025", date(2025, 9, 3), -1, "overdue", f"{_URL}/2")
_TODAY = Item("2.3", _LAND, "trước ngày 05/9/2025", date(2025, 9, 4), 0, "due_soon", f"{_URL}/3")
_SOON = Item("4.5", _MODEL, "Trước ngày 12/9/2025", date(2025, 9, 11), 5, "due_soon", f"{_URL}/4")
_OPEN = Item("4.6", _ONE_STOP, "Trong quý III/2025", date(2025, 9, 30), 18, "open", f"{_URL}/5")
_ENDLESS = Item("5.1", _GUIDE, "Thường xuyên", None, 0, "open", f"{_URL}/6")
_UNDATED = Item("5.3", _MODEL, "Kỳ họp HĐND thành phố cuối năm 2025", None, 0, "no_date", f"{_URL}/7")
_HELPED = Supported(
    "3.1",
    _LAND,
    "Sở Nông nghiệp và Môi trường",
    "Trong quý III/2025",
    date(2025, 9, 30),
    18,
    "open",
    f"{_URL}/8",
)
_ROUND = RoundItem(
    "lan-1",
    "lần 1 trước ngày 05/9/2025",
    "Điều 3 khoản 1",
    date(2025, 9, 4),
    0,
    "round_last_day",
    f"{_SITE}/bao-cao/1",
)
_NAMES = tuple(f"Ủy ban nhân dân phường Mẫu {number}" for number in range(1, 38))


def sample_kinds() -> tuple[str, ...]:
    """Return every kind that can be previewed: notice kinds, then whole mails."""
    return tuple(_SAMPLES)


def sample(kind: str) -> tuple[str, Context]:
    """Return the template folder of `kind` and a sample for it; raises KeyError where there is no such kind."""
    return _SAMPLES[kind]


def _routine(day: date = _DAY, *items: Item, rounds: tuple[RoundItem, ...] = ()) -> RoutineMail:
    return RoutineMail(_AGENCY, day, (_DECISION,), _COORDINATOR, _URL, grouped(items, day), rounds)


def _round(day: date, days: int, stage: Stage) -> RoutineMail:
    return _routine(day, rounds=(replace(_ROUND, days=days, stage=stage),))


_NOTHING = CoordinationMail(_COORDINATOR, date(2025, 9, 5), (_DECISION,), f"{_SITE}/bang")
_ASSIGNED = Assignment(
    decision=_DECISION,
    issuer="Ủy ban nhân dân thành phố",
    title="Ban hành danh mục nhiệm vụ thực hiện công tác dân vận 6 tháng cuối năm 2025",
    leads=(
        replace(_LATE, days=14, status="open"),
        replace(_TODAY, days=27, status="open"),
        replace(_OPEN, days=45),
        _ENDLESS,
        _UNDATED,
    ),
    supports=(replace(_HELPED, days=45),),
    rounds=(
        replace(_ROUND, days=27, stage="announced"),
        replace(
            _ROUND,
            code="lan-2",
            text="lần 2 trước ngày 05/12/2025",
            due=date(2025, 12, 4),
            days=92,
            stage="announced",
        ),
    ),
)
_LATE_DUTIES = (
    LateDuty(
        "2.3",
        _LAND,
        "trước ngày 05/9/2025",
        date(2025, 9, 4),
        -1,
        ("Sở Tài chính", "Sở Văn hóa, Thể thao và Du lịch", "Sở Xây dựng"),
        f"{_SITE}/nhiem-vu/mau-2025/2.3",
    ),
    LateDuty(
        "1.1",
        _GUIDE,
        "Hoàn thành trước ngày 29/8/2025",
        date(2025, 8, 28),
        -4,
        _NAMES,
        f"{_SITE}/nhiem-vu/mau-2025/1.1",
    ),
)
_LATE_ROUND = LateRound(
    "lần 1 trước ngày 05/9/2025", date(2025, 9, 4), -1, 148, 98, 0, (*_NAMES, *("Sở Mẫu",) * 13), _URL
)
_WAITING = (
    Unanswered("Sở Tài chính", "4.5", _MODEL, date(2025, 8, 27), 5, f"{_URL}/21"),
    Unanswered(
        "Ủy ban nhân dân xã Mẫu 12",
        "3.2",
        _ONE_STOP,
        date(2025, 8, 26),
        6,
        f"{_URL}/22",
        not_applicable=True,
    ),
)
_SESSION = Undated("Kỳ họp Hội đồng nhân dân thành phố cuối năm 2025", ("5.3",), 1, f"{_SITE}/su-kien")
_CLOSING = CloseOut(
    _DECISION, date(2025, 12, 31), ("1.2", "2.1", "3.3", "4.2"), 812, f"{_SITE}/ket-thuc/mau-2025"
)
_UNREACHED = (
    BadAddress("Ủy ban nhân dân xã Mẫu 3"),
    BadAddress("Trung tâm Mẫu", "vanthu@mau.example", "hộp thư không tồn tại"),
)
_COUNTS = (
    StatusCount("done_on_time", 412, 371),
    StatusCount("done_late", 57, 50),
    StatusCount("awaiting_confirmation", 23, 31),
    StatusCount("overdue", 86, 64),
    StatusCount("due_soon", 240, 180),
    StatusCount("open", 1187, 1309),
    StatusCount("no_date", 1, 1),
    StatusCount("not_applicable", 12, 12),
)
_CHANGES = Changes(newly_late=29, completed=48, declared=23, returned=4, extended=6)
_LONGEST = (
    LateTask("Ủy ban nhân dân xã Mẫu 12", "1.1", _GUIDE, date(2025, 8, 14), -15, f"{_URL}/31"),
    LateTask("Ban Quản lý dự án đầu tư xây dựng Mẫu", "2.2", _LAND, date(2025, 8, 18), -13, f"{_URL}/32"),
    LateTask("Sở Xây dựng", "3.4.b1", _ONE_STOP, date(2025, 8, 20), -11, f"{_URL}/33"),
)
_NEW = (
    LateTask("Sở Tài chính", "2.3", _LAND, date(2025, 9, 4), -2, f"{_URL}/34"),
    LateTask("Sở Văn hóa, Thể thao và Du lịch", "2.3", _LAND, date(2025, 9, 4), -2, f"{_URL}/35"),
    LateTask("Ủy ban nhân dân phường Mẫu 1", "1.1", _GUIDE, date(2025, 9, 3), -3, f"{_URL}/36"),
)
_WORST = (
    AgencyLine("Ủy ban nhân dân xã Mẫu 12", 7, 19, f"{_SITE}/co-quan/12", 5),
    AgencyLine("Ban Quản lý dự án đầu tư xây dựng Mẫu", 5, 12, f"{_SITE}/co-quan/40", 5),
    AgencyLine("Sở Xây dựng", 3, 14, f"{_SITE}/co-quan/2", 4),
    AgencyLine("Sở Tài chính", 2, 12, f"{_SITE}/co-quan/3", 0),
    AgencyLine("Ủy ban nhân dân phường Mẫu 1", 1, 19, f"{_SITE}/co-quan/9", 0),
)
_STANDINGS = (
    RoundStanding(
        "lần 1 trước ngày 05/9/2025",
        date(2025, 9, 4),
        -2,
        148,
        98,
        5,
        3,
        2,
        43,
        f"{_SITE}/lan-bao-cao/mau-2025/lan-1",
    ),
)
_MONDAY = date(2025, 9, 8)
_COORDINATOR_DIGEST = CoordinatorDigest(
    _COORDINATOR, _MONDAY, date(2025, 9, 3), _DECISION, _COUNTS, _CHANGES, _NEW, 29, _LONGEST, 86,
    _WORST, 41, _STANDINGS, f"{_SITE}/bang",
)  # fmt: skip
_LEADERS_DIGEST = LeadersDigest(
    "Lãnh đạo Ủy ban nhân dân thành phố", _MONDAY, date(2025, 9, 3), _DECISION, _COORDINATOR, _COUNTS,
    _CHANGES, _NEW, 29, _LONGEST, 3, 10, _LONGEST, 86, _WORST, 41, _STANDINGS, f"{_SITE}/bang",
)  # fmt: skip
_RETURNED = ReturnedMail(
    _AGENCY,
    _DAY,
    _DECISION,
    _COORDINATOR,
    (
        Returned(
            "declaration",
            "1.1",
            _GUIDE,
            "Chưa có số, ký hiệu và ngày của văn bản ban hành kế hoạch.",
            date(2025, 8, 14),
            -13,
            f"{_URL}/1",
        ),
        Returned(
            "report",
            "lần 1 trước ngày 05/9/2025",
            "",
            "Số liệu phụ lục chưa khớp với phần lời.",
            date(2025, 9, 4),
            0,
            f"{_SITE}/bao-cao/1",
        ),
    ),
    _URL,
)
_GRANTED = ExtensionMail(
    _AGENCY,
    _DAY,
    _DECISION,
    _COORDINATOR,
    (
        Extension(
            "2.3",
            _LAND,
            date(2025, 9, 4),
            date(2025, 9, 25),
            date(2025, 9, 25),
            15,
            "Đồng ý, do phụ thuộc kết quả kiểm kê.",
            f"{_URL}/3",
        ),
    ),
    _URL,
    has_calendar=True,
)
_REFUSED = replace(
    _GRANTED,
    items=(
        replace(
            _GRANTED.items[0],
            due=date(2025, 9, 4),
            days=0,
            answer="Nhiệm vụ phải hoàn thành trước kỳ báo cáo lần 1.",
        ),
    ),
    has_calendar=False,
)
_WHY = "Quyết định số 99/QĐ-UBND ngày 03/9/2025: kéo dài theo hướng dẫn mới của Trung ương."
_AMENDED = AmendedMail(
    _AGENCY,
    _DAY,
    _DECISION,
    ("Quyết định số 99/QĐ-UBND ngày 03/9/2025",),
    _COORDINATOR,
    (
        AmendedItem(
            "added", "4.9", _MODEL, "Trong quý III/2025", None, date(2025, 9, 30), 18, _WHY, f"{_URL}/9"
        ),
        AmendedItem(
            "moved", "4.5", _MODEL, "Trước ngày 12/9/2025", date(2025, 9, 4), date(2025, 9, 11), 5, _WHY, f"{_URL}/4"
        ),
        AmendedItem("reworded", "5.1", _GUIDE, "Thường xuyên", None, None, 0, _WHY, f"{_URL}/6"),
        AmendedItem(
            "cancelled", "1.1", _GUIDE, "Hoàn thành trước ngày 15/8/2025", date(2025, 8, 14), date(2025, 8, 14), -13,
            _WHY, f"{_URL}/1",
        ),
    ),
    (AmendedReport("lần 2 trước ngày 01/10/2025", date(2025, 12, 4), date(2025, 9, 30), 18, f"{_SITE}/bao-cao/2"),),
    _URL,
)  # fmt: skip
_LINK = SignInLink(_AGENCY, f"{_SITE}/vao/vi-du", datetime(2025, 9, 4, 8, 15, tzinfo=_HANOI), _COORDINATOR)
_FULL_ROUTINE = replace(
    _routine(_DAY, _SOON, _TODAY, _LATE, _JUST_LATE, rounds=(_ROUND,)), supported=(_HELPED,), to_head=True
)
_FULL_COORDINATION = replace(
    _NOTHING,
    overdue=_LATE_DUTIES,
    rounds=(_LATE_ROUND,),
    unanswered=_WAITING,
    undated=(_SESSION,),
    bad_addresses=_UNREACHED,
    to_head=True,
)

_SAMPLES: dict[str, tuple[str, Context]] = {
    "assignment": ("routine", replace(_routine(date(2025, 7, 25)), assignments=(_ASSIGNED,))),
    "reminder": ("routine", _routine(_DAY, _SOON)),
    "last_day": ("routine", _routine(_DAY, _TODAY)),
    "overdue": ("routine", replace(_routine(_DAY, _LATE, _JUST_LATE), to_head=True)),
    "escalation": ("coordination", replace(_NOTHING, overdue=_LATE_DUTIES, rounds=(_LATE_ROUND,))),
    "round_open": ("routine", _round(date(2025, 8, 5), 20, "round_open")),
    "round_reminder": ("routine", _round(date(2025, 8, 26), 5, "round_reminder")),
    "round_last_day": ("routine", _round(_DAY, 0, "round_last_day")),
    "set_date": ("coordination", replace(_NOTHING, undated=(_SESSION,))),
    "unanswered": ("coordination", replace(_NOTHING, unanswered=_WAITING)),
    "close_out": (
        "coordination",
        replace(_NOTHING, close_outs=(_CLOSING,), day=date(2026, 1, 5)),
    ),
    "digest_coordinator": ("digest_coordinator", _COORDINATOR_DIGEST),
    "digest_leaders": ("digest_leaders", _LEADERS_DIGEST),
    "returned": ("returned", _RETURNED),
    "extension_granted": ("extension_granted", _GRANTED),
    "extension_refused": ("extension_refused", _REFUSED),
    "amended": ("amended", _AMENDED),
    "sign_in_link": ("sign_in_link", _LINK),
    "routine": ("routine", _FULL_ROUTINE),
    "coordination": ("coordination", _FULL_COORDINATION),
}
