"""Whether the office's data and its regular runs are well: each check says what it found and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine, Select, exists, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.days import HANOI, day_of
from migrations import HEAD
from migrations.running import current_revision
from tasks.models import Agency, Contact, Decision, Message, MessageState, Standing, Task
from tasks.runs import last_runs

SWEPT_BY = time(9)  # Asia/Ho_Chi_Minh; the sweep begins at 07:30
WAITING = timedelta(minutes=30)  # a mail that waits longer than this deserves a look
LOOKED_BACK = timedelta(days=7)
NAMED = 5  # agencies named in one sentence
_UNSENT = (MessageState.PLANNED, MessageState.DEFERRED, MessageState.CLAIMED)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `detail` is what was found, `remedy` what to do; empty where nothing is to be done."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def check_database(engine: Engine) -> Check:
    """Look whether the database answers and has the tables that this code knows."""
    name, kind = "database", engine.dialect.name
    try:
        revision = current_revision(engine)
    except DBAPIError as error:
        cause = (str(error.orig).strip().splitlines() or [""])[0]
        return Check(
            name, ok=False, detail=f"Cơ sở dữ liệu {kind} không dùng được: {cause}.",
            remedy="Kiểm tra DONDOC_DATABASE_URL, máy chủ cơ sở dữ liệu và quyền ghi của thư mục.",
        )  # fmt: skip
    if revision == HEAD:
        return Check(name, ok=True, detail=f"{kind}, phiên bản bảng {HEAD}.")
    if revision is None:
        return Check(name, ok=True, detail=f"{kind}, chưa có bảng; lệnh đầu tiên sẽ tạo.")
    return Check(
        name, ok=False, detail=f"Bảng ở phiên bản {revision}, phần mềm này cần {HEAD}.",
        remedy="Cài cùng một phiên bản dondoc trên mọi máy; chạy một lệnh bất kỳ để nâng cấp bảng cũ.",
    )  # fmt: skip


def check_office(session: Session, now: datetime) -> Iterator[Check]:
    """Look at what the sweep, the outbox and the directory say of themselves."""
    yield _sweep(session, now)
    yield _unsent(session, now)
    yield _failed(session, now)
    yield _addresses(session)
    yield _assumed(session)


def speaks(session: Session) -> bool:
    """Tell whether any decision is active, so that something must run."""
    return session.scalar(select(exists().where(Decision.active_since.is_not(None)))) is True


def _sweep(session: Session, now: datetime) -> Check:
    name = "sweep"
    first = session.scalar(select(func.min(Decision.active_since)))
    local = now.astimezone(HANOI)
    expected = day_of(now) if local.time() >= SWEPT_BY else day_of(now) - timedelta(days=1)
    if first is None or day_of(first) > expected or (day_of(first) == expected == day_of(now)):
        return Check(
            name, ok=True, detail="Chưa đến lượt quét nào: chưa có quyết định kích hoạt từ hôm trước."
        )
    last = last_runs(session).get("sweep")
    remedy = "Bật dondoc serve hoặc các máy chạy luồng; quét ngay bằng dondoc flows run sweep."
    if last is None or last.succeeded_at is None:
        words = f" Lần gần nhất hỏng: {last.said}" if last and last.said else ""
        return Check(name, ok=False, detail=f"Chưa có lần quét nào xong.{words}", remedy=remedy)
    when = last.succeeded_at.astimezone(HANOI)
    detail = f"Lần quét xong gần nhất: {when:%H:%M ngày %d/%m/%Y}, cách đây {_age(now - when)}."
    if last.ok is False:
        return Check(name, ok=False, detail=f"{detail} Lần sau đó hỏng: {last.said}", remedy=remedy)
    return Check(name, ok=day_of(when) >= expected, detail=detail, remedy=remedy * (day_of(when) < expected))


def _unsent(session: Session, now: datetime) -> Check:
    waiting = select(func.count(), func.min(Message.created_at), func.max(Message.reason)).where(
        Message.state.in_(_UNSENT), Message.created_at < now - WAITING
    )
    number, oldest, reason = session.execute(waiting).one()
    if not number:
        return Check("unsent", ok=True, detail="Không có thư nào chờ quá 30 phút.")
    words = f" Lý do ghi nhận: {reason}" if reason else ""
    return Check(
        "unsent", ok=False, detail=f"{number} thư chưa gửi được; thư cũ nhất chờ {_age(now - oldest)}.{words}",
        remedy="Xem dondoc outbox list --status deferred, kiểm tra máy chủ thư rồi chạy dondoc deliver.",
    )  # fmt: skip


def _failed(session: Session, now: datetime) -> Check:
    since: date = day_of(now - LOOKED_BACK)
    states = (MessageState.DEAD, MessageState.REFUSED)
    rows = (
        select(Message.state, func.count())
        .where(Message.state.in_(states), Message.speaks_for >= since)
        .group_by(Message.state)
    )
    found = dict(session.execute(rows).tuples().all())
    if not found:
        return Check("dead", ok=True, detail="Không có thư bị từ chối hay gác lại trong 7 ngày.")
    return Check(
        "dead", ok=False,
        detail=f"Trong 7 ngày có {found.get(MessageState.DEAD, 0)} thư gác lại, "
        f"{found.get(MessageState.REFUSED, 0)} thư bị từ chối.",
        remedy="Xem dondoc outbox list --status dead và --status refused; sửa địa chỉ hoặc mẫu thư rồi dondoc outbox retry.",
    )  # fmt: skip


def _addresses(session: Session) -> Check:
    found = list(session.scalars(_without_address()))
    if not found:
        return Check("addresses", ok=True, detail="Mọi cơ quan có nhiệm vụ đều có địa chỉ thư dùng được.")
    more = f" và {len(found) - NAMED} cơ quan khác" if len(found) > NAMED else ""
    return Check(
        "addresses", ok=False,
        detail=f"{len(found)} cơ quan không có địa chỉ thư dùng được: {', '.join(found[:NAMED])}{more}.",
        remedy="Bổ sung hoặc sửa địa chỉ trong danh bạ: dondoc agencies export, rồi dondoc agencies load.",
    )  # fmt: skip


def _without_address() -> Select[tuple[str]]:
    owes = exists().where(Task.agency_id == Agency.id) | exists().where(Standing.agency_id == Agency.id)
    reachable = exists().where(Contact.agency_id == Agency.id, Contact.bounced_at.is_(None))
    return select(Agency.name).where(owes, ~reachable).order_by(Agency.sort_key)


def _assumed(session: Session) -> Check:
    number = (
        session.scalar(select(func.count()).select_from(Agency).where(Agency.assumed.is_(other=True))) or 0
    )
    if not number:
        return Check("assumed", ok=True, detail="Không có cơ quan nào còn là giả định.")
    return Check(
        "assumed", ok=True, detail=f"{number} cơ quan trong danh bạ còn là giả định, chưa ai xác nhận.",
        remedy="Đối chiếu danh bạ (dondoc agencies list) rồi bỏ dấu giả định trong tệp danh bạ.",
    )  # fmt: skip


def _age(span: timedelta) -> str:
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 120:
        return f"{minutes} phút"
    return f"{minutes // 60} giờ" if minutes < 48 * 60 else f"{minutes // 60 // 24} ngày"
