"""One posted form: who sends it, what it says, and its being carried out exactly once with its record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import cast

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from notifications.mailing import read_letterhead
from notifications.sweep import compose_urgent
from tasks.accounts.attempts import KEPT
from tasks.accounts.deeds import About, record
from tasks.actors import Actor, Role
from tasks.database import insert_new, reading, writing
from tasks.errors import NotAllowedError
from tasks.models import FormReceipt
from web.auth import admitted, is_from_here, origin_of
from web.cookies import mark_of, seed_in
from web.forms import Typed
from web.portal import Portal, portal_of
from web.viewer import Viewer

MARK, NUMBER = "_dau", "_so"  # the hidden fields of every form
FIELDS, FILES = 3_000, 20  # the most that one form may have
FIELD_SIZE = 200_000  # bytes
STALE = "Biểu mẫu đã cũ hoặc không gửi từ trang này. Hãy mở lại trang rồi gửi lại; những gì đã lưu vẫn còn."

Work = Callable[[Session], str]


@dataclass(frozen=True, slots=True)
class Act:
    """One form, sent by somebody who is signed in."""

    request: Request
    portal: Portal
    viewer: Viewer
    now: datetime
    form: FormData

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.viewer.actor

    def typed(self) -> Typed:
        """Return what was typed."""
        return typed_of(self.form)

    def numbers(self, name: str) -> list[int]:
        """Return the whole numbers ticked under `name`; anything else is left out."""
        return [
            int(text)
            for text in self.form.getlist(name)
            if isinstance(text, str) and text.isdecimal() and len(text) < 10
        ]

    def files(self, name: str) -> list[UploadFile]:
        """Return the files chosen under `name`."""
        return [
            entry for entry in self.form.getlist(name) if isinstance(entry, UploadFile) and entry.filename
        ]

    def perform(self, deed: str, subject: str, work: Work, detail: str = "") -> Response:
        """Do `work` in one transaction with its record, once for each form, and lead on to the page that it returns.

        What must be mailed at once is composed in the same transaction. A DomainError undoes everything. An empty `deed`
        is recorded by what `work` calls.
        """
        number = str(self.form.get(NUMBER, ""))[:64]
        with writing(self.portal.engine) as session:
            location = _done_before(session, number, self.now)
            if location is None:
                location = work(session)
                settings = self.portal.settings
                session.flush()
                compose_urgent(session, self.now, read_letterhead(settings.mail_from, settings.base_url))
                network = origin_of(self.request).network
                if deed:
                    record(session, self.actor.login, deed, self.now, About(subject, detail, network))
                session.get_one(FormReceipt, number).location = location
        return RedirectResponse(location, status_code=303)


def act_of(*roles: Role) -> Callable[[Request], object]:
    """Return the dependency of a form that only `roles` may send."""

    async def dependency(request: Request) -> Act:
        form = await request.form(max_files=FILES, max_fields=FIELDS, max_part_size=FIELD_SIZE)
        return await run_in_threadpool(_admit, request, form, roles)

    return dependency


async def marked_form(request: Request) -> Typed:
    """Return what was typed into a form that is sent before signing in. Raises NotAllowedError for one not ours."""
    form = await request.form(max_files=0, max_fields=20, max_part_size=FIELD_SIZE)
    check_mark(request, portal_of(request), form)
    return typed_of(form)


def check_mark(request: Request, portal: Portal, form: FormData) -> None:
    """Raise NotAllowedError unless the form comes from a page that we gave this very browser."""
    seed = seed_in(request, portal)
    carried = str(form.get(MARK, ""))
    if not (
        seed
        and is_from_here(request, portal)
        and compare_digest(carried.encode(), mark_of(portal, seed).encode())
    ):
        raise NotAllowedError(STALE)


def typed_of(form: FormData) -> Typed:
    """Return the texts of a form; of a repeated field the last."""
    return Typed({name: value for name, value in form.multi_items() if isinstance(value, str)})


def _admit(request: Request, form: FormData, roles: tuple[Role, ...]) -> Act:
    portal = portal_of(request)
    now = portal.clock()
    with reading(portal.engine) as session:
        viewer = admitted(request, portal, session, now, roles)
    if viewer.guest:
        raise NotAllowedError("Bản chạy thử chỉ để xem.")
    check_mark(request, portal, form)
    return Act(request, portal, viewer, now, form)


def _done_before(session: Session, number: str, now: datetime) -> str | None:
    """Claim the form's number; return where the form led to when it was carried out before."""
    if not number:
        raise NotAllowedError(STALE)
    session.execute(delete(FormReceipt).where(FormReceipt.at < now - KEPT))
    claim = insert_new(session, FormReceipt).values(number=number, at=now, location="")
    counted = claim.execution_options(preserve_rowcount=True)  # else PostgreSQL's driver does not say
    if session.connection().execute(counted).rowcount == 1:
        return None
    return cast("str", session.scalar(select(FormReceipt.location).where(FormReceipt.number == number)))
