"""One request of another system: reading as of an instant, or writing exactly once with its record."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from catalog.days import HANOI, day_of
from notifications.mailing import read_letterhead
from notifications.sweep import compose_urgent
from tasks.accounts.deeds import About, record
from tasks.accounts.repeated_writes import (
    Answered,
    Claim,
    KeyReusedError,
    Sent,
    UnderWayError,
    claim_write,
    release_write,
    settle_write,
)
from tasks.actors import Actor
from tasks.asof import AsOf, after_acting, as_of
from tasks.database import reading, writing
from web.api.admission import Caller, caller_of
from web.api.etags import etag_of, same_for_reading, same_for_writing
from web.api.fields import AsOfDay, Frozen
from web.api.operations import FILE
from web.api.paging import Paged, Span, span_of
from web.api.parameters import refuse_unknown
from web.api.problems import ApiProblem, Kind, ProblemFault
from web.downloads import download
from web.portal import Portal, portal_of

_CACHING = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
_CHANGED = (
    "Đã thay đổi từ khi đọc (If-Match không còn khớp). Hãy đọc lại bản mới, gộp phần của mình rồi gửi lại."
)

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="ETag của lần đọc trước; chưa đổi thì trả lời 304, không có nội dung.",
        max_length=1_000,
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="ETag của lần đọc trước; đã đổi thì trả lời 412, không ghi gì.",
        max_length=1_000,
    ),
]
NeededIfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description="ETag của lần đọc trước, bắt buộc; đã đổi thì trả lời 412, không ghi gì.",
        max_length=1_000,
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Một chuỗi mới cho mỗi yêu cầu mới; gửi lại với cùng chuỗi thì chỉ thực hiện một lần. Giữ 24 giờ.",
        pattern=r"^[!-~]{1,128}$",
        examples=["5f0c7d3e-8a43-4a7e-9a55-0d1f9c1b2a10"],
    ),
]


@dataclass(frozen=True, slots=True)
class Reading:
    """What an operation that reads works with."""

    request: Request
    caller: Caller
    session: Session
    view: AsOf
    if_none_match: str | None

    def answer(self, model: Frozen) -> Response:
        """Return the representation, or that it is still the same."""
        return self._answer(model, {})

    def page(self, model: Paged, span: Span) -> Response:
        """Return a page of a list with the addresses of its neighbours."""
        return self._answer(model, span.links(model.total))

    def file(self, content: bytes, name: str, sha256: str) -> Response:
        """Return a file to be saved, or that it is still the same."""
        return self._sent(download(content, name, FILE), etag_of(sha256))

    def _sent(self, answer: Response, etag: str) -> Response:
        refuse_unknown(self.request)
        told = {**_CACHING, "ETag": etag}
        if same_for_reading(self.if_none_match, etag):
            return Response(status_code=304, headers=told)
        answer.headers.update(told)
        return answer

    def _answer(self, model: Frozen, headers: dict[str, str]) -> Response:
        body = model.model_dump_json()
        return self._sent(Response(body, headers=headers, media_type="application/json"), etag_of(body))


@dataclass(frozen=True, slots=True)
class Writing:
    """What an operation that writes works with."""

    request: Request
    portal: Portal
    caller: Caller
    now: datetime
    body: bytes
    key: str | None
    if_match: str | None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.caller.actor

    def check_unchanged(self, current: Callable[[AsOf], Frozen], session: Session) -> None:
        """Raise ApiProblem where If-Match names another representation than the one there is now."""
        if self.if_match is None:
            return
        etag = etag_of(current(after_acting(session, self.now)).model_dump_json())
        if not same_for_writing(self.if_match, etag):
            fault = ProblemFault(detail=_CHANGED, header="If-Match")
            raise ApiProblem(Kind.CHANGED, _CHANGED, [fault], {"ETag": etag})

    def perform(
        self, deed: str, subject: str, work: Callable[[Session], Frozen], detail: str = ""
    ) -> Response:
        """Do `work` in one transaction with its record, once for each key, and return the representation it gives.

        What must be mailed at once is composed in the same transaction. Whatever is raised undoes everything.
        """
        refuse_unknown(self.request)
        claim = self._claimed()
        if isinstance(claim, Answered):
            return _told(claim, {"Idempotency-Replayed": "true"})
        try:
            with writing(self.portal.engine) as session:
                answered = self._done(session, work)
                record(session, self.actor.login, deed, self.now, About(subject, detail, self.caller.network))
                if claim is not None:
                    settle_write(session, claim, answered)
        except BaseException:
            if claim is not None:
                with writing(self.portal.engine) as session:
                    release_write(session, claim)
            raise
        return _told(answered, {})

    def _done(self, session: Session, work: Callable[[Session], Frozen]) -> Answered:
        body = work(session).model_dump_json()
        settings = self.portal.settings
        session.flush()
        compose_urgent(session, self.now, read_letterhead(settings.mail_from, settings.base_url))
        return Answered(200, etag_of(body), body)

    def _claimed(self) -> Claim | Answered | None:
        if self.key is None:
            return None
        address = f"{self.request.method} {self.request.url.path}?{self.request.url.query}\n"
        sent = Sent(self.caller.token, self.key, sha256(address.encode() + self.body).hexdigest())
        try:
            with writing(self.portal.engine) as session:
                return claim_write(session, sent, self.now)
        except KeyReusedError as refusal:
            fault = ProblemFault(detail=str(refusal), header="Idempotency-Key")
            raise ApiProblem(Kind.KEY_REUSED, str(refusal), [fault]) from None
        except UnderWayError as refusal:
            raise ApiProblem(Kind.IN_PROGRESS, str(refusal), headers={"Retry-After": "2"}) from None


def _told(answered: Answered, headers: dict[str, str]) -> Response:
    told = {**_CACHING, **headers, "ETag": answered.etag}
    return Response(answered.body, answered.status, told, "application/json")


def reading_now(request: Request, if_none_match: IfNoneMatch = None) -> Iterator[Reading]:
    """Yield what is read as it is now."""
    yield from _reading(request, None, if_none_match)


def reading_then(
    request: Request, as_of: AsOfDay = None, if_none_match: IfNoneMatch = None
) -> Iterator[Reading]:
    """Yield what is read as it was at the end of a day. Raises ApiProblem for a day that has not come."""
    yield from _reading(request, as_of, if_none_match)


def _reading(request: Request, asked: AsOfDay, if_none_match: str | None) -> Iterator[Reading]:
    portal = portal_of(request)
    now = portal.clock()
    today = day_of(now)
    if asked is not None and asked > today:
        said = f"Ngày xem {asked:%d/%m/%Y} chưa đến; hôm nay là {today:%d/%m/%Y}."
        raise ApiProblem(Kind.REFUSED, said, [ProblemFault(detail=said, parameter="as_of")])
    moment = now if asked in {None, today} else datetime.combine(asked or today, time.max, HANOI)
    with reading(portal.engine) as session:
        yield Reading(request, caller_of(request), session, as_of(session, moment), if_none_match)


async def writing_once(
    request: Request, idempotency_key: IdempotencyKey = None, if_match: IfMatch = None
) -> Writing:
    """Return what a write works with, which may be conditional."""
    return await _writing(request, idempotency_key, if_match)


async def writing_on_version(
    request: Request, if_match: NeededIfMatch, idempotency_key: IdempotencyKey = None
) -> Writing:
    """Return what a write works with that must say which version it is made on."""
    return await _writing(request, idempotency_key, if_match)


async def _writing(request: Request, key: str | None, if_match: str | None) -> Writing:
    portal = portal_of(request)
    body = await request.body()
    return Writing(request, portal, caller_of(request), portal.clock(), body, key, if_match)


ReadsNow = Annotated[Reading, Depends(reading_now)]
ReadsThen = Annotated[Reading, Depends(reading_then)]
Writes = Annotated[Writing, Depends(writing_once)]
WritesOnVersion = Annotated[Writing, Depends(writing_on_version)]
AskedSpan = Annotated[Span, Depends(span_of)]
