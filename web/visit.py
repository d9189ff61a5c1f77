"""One request for a page: who asks, as of which instant, with a session that only reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from catalog.days import HANOI, day_of
from notifications.content.urgency import working_days_left
from notifications.content.wording import time_left
from tasks.actors import Role
from tasks.asof import AsOf, as_of
from tasks.database import reading, steady_reading
from tasks.errors import DomainError
from tasks.queries.lists import TaskRow
from tasks.status import Status
from web.act import Act
from web.agency_names import agency_word
from web.auth import admitted
from web.dates import day_from
from web.navigation import menu
from web.portal import Portal, portal_of
from web.rendering import address, render
from web.viewer import Viewer

SAID = {
    "xong": "Đã thực hiện.",
    "luu": "Đã lưu.",
    "xac-nhan": "Đã xác nhận.",
    "tra-lai": "Đã trả lại; cơ quan được báo bằng thư.",
    "bao": "Đã ghi nhận; cơ quan đôn đốc sẽ xem và xác nhận.",
    "mat-khau": "Đã đổi mật khẩu; các phiên đăng nhập khác đã kết thúc.",
    "nop": "Đã nộp báo cáo. Trang này là bằng chứng đã nộp; có thể in ra để lưu.",
    "thu-hoi-lich": "Đã thu hồi địa chỉ lịch; chương trình lịch không đọc được nữa.",
    "bo-tep": "Đã bỏ tệp đính kèm; việc này được ghi vào nhật ký.",
    "danh-ba": "Đã cập nhật danh bạ.",
    "de-nghi": "Đã gửi đề nghị; cơ quan đôn đốc sẽ xem và cập nhật danh bạ.",
    "sua-doi": "Đã áp dụng văn bản điều chỉnh, bổ sung; các cơ quan liên quan được báo bằng thư.",
    "phien": "Đã kết thúc phiên đăng nhập.",
    "tai-khoan": "Đã cập nhật tài khoản.",
    "bao-lai": "Sẽ gửi trong giây lát; hãy tải lại trang để xem kết quả.",
}
"""What a page says first when it follows a form, by the word in its address."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page works with. `asked_day` is set when the page is shown as of the end of an earlier day."""

    request: Request
    portal: Portal
    session: Session
    viewer: Viewer
    now: datetime
    view: AsOf
    asked_day: date | None

    @property
    def today(self) -> date:
        """The day the page shows."""
        return self.view.today

    def link(self, path: str, **query: Any) -> str:
        """Return a link that keeps the day the page is shown as of."""
        return address(path, **query, ngay=self.asked_day.isoformat() if self.asked_day else None)

    @property
    def own_agency(self) -> str | None:
        """The code of the one agency whose matters the viewer reads, for links to them; None for who reads everything.

        What is read is chosen by `viewer.own_id`: codes belong to a directory.
        """
        return None if self.viewer.oversees else self.viewer.actor.agency_code

    def agency_word(self, code: str, directory: str) -> str:
        """Return how addresses and filters name an agency."""
        return agency_word(self.session, code, directory)

    def agency_link(self, code: str, directory: str) -> str:
        """Return a link to an agency's page, which names the directory where there are several."""
        return self.link(f"/co-quan/{self.agency_word(code, directory)}")

    def may_open(self, code: str, directory: str) -> bool:
        """Tell whether the viewer may open that agency's page."""
        actor = self.viewer.actor
        return self.viewer.oversees or (actor.agency_code, actor.directory) == (code, directory)

    def here(self, **changed: Any) -> str:
        """Return this page's own address with some parameters changed."""
        query = {name: self.request.query_params.getlist(name) for name in self.request.query_params}
        return address(self.request.url.path, **{**query, **changed})

    def time_left(self, task: TaskRow) -> str:
        """Say how much time an open task has, or by how much it is late; nothing for one that is finished."""
        if task.status in {Status.OVERDUE, Status.DUE_SOON, Status.OPEN, Status.NO_DATE}:
            return self.until(task.due, task.status)
        return ""

    def until(self, due: date | None, status: str = "open") -> str:
        """Say how far away a due day is, in working days."""
        days = working_days_left(self.today, due, self.view.calendar) if due else 0
        return time_left(due, days, self.today, status)

    def page(self, template: str, status_code: int = 200, **context: Any) -> HTMLResponse:
        """Render a page with what every page has."""
        given = {
            "visit": self,
            "viewer": self.viewer,
            "link": self.link,
            "menu": menu(self.viewer, self.request.url.path),
            "demo": self.portal.demo,
            "said": SAID.get(self.request.query_params.get("da", "")),
            **context,
        }
        return HTMLResponse(render(template, given), status_code=status_code)


def visit_of(*roles: Role) -> Callable[[Request], Iterator[Visit]]:
    """Return the dependency of a page that only `roles` may see."""

    def dependency(request: Request) -> Iterator[Visit]:
        portal = portal_of(request)
        with steady_reading(portal.engine) as session:
            viewer = admitted(request, portal, session, portal.clock(), roles)
            yield open_visit(request, portal, session, viewer)

    return dependency


@contextmanager
def visit_after(act: Act) -> Iterator[Visit]:
    """Yield the visit in which a form that was refused is shown again."""
    with reading(act.portal.engine) as session:
        yield open_visit(act.request, act.portal, session, act.viewer)


def open_visit(request: Request, portal: Portal, session: Session, viewer: Viewer) -> Visit:
    """Return the visit. Raises DomainError when the day asked for cannot be read or has not come."""
    now = portal.clock()
    asked = _asked_day(request.query_params.get("ngay", ""), day_of(now))
    moment = now if asked is None else datetime.combine(asked, time.max, HANOI)
    return Visit(request, portal, session, viewer, now, as_of(session, moment), asked)


def _asked_day(text: str, today: date) -> date | None:
    if not text.strip():
        return None
    asked = day_from(text)
    if asked is None:
        raise DomainError(f"Ngày xem «{text[:20]}» không đọc được; hãy ghi dạng 05/09/2025.")
    if asked > today:
        raise DomainError(f"Ngày xem {asked:%d/%m/%Y} chưa đến; hôm nay là {today:%d/%m/%Y}.")
    return None if asked == today else asked
