"""Mails that answer something a person did: sent at once, any day, beside the one routine mail."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from notifications.amended import AmendedMails
from notifications.content.contexts import Extension as ExtensionAnswer
from notifications.content.contexts import ExtensionMail, Returned, ReturnedMail
from notifications.content.contexts_amended import AmendedMail
from notifications.mailing import Addressee, Composed, Letter, Letterhead, addressees, compose, store
from notifications.views import View
from tasks.among import among
from tasks.models import (
    Extension,
    Message,
    MessageState,
    Notice,
    NoticeState,
    StandingEvent,
    Stream,
    Task,
    TaskEvent,
)

_KINDS = ("returned", "extension_granted", "extension_refused", "amended")
_OVER = "Những thay đổi này không còn liên quan đến cơ quan."


def compose_transactional(session: Session, view: View, letterhead: Letterhead) -> int:
    """Turn what waits to be said at once into mails, one for each agency, decision and kind; return how many."""
    rows = session.execute(
        select(
            Notice.id,
            Notice.key,
            Notice.kind,
            Notice.agency_id,
            Notice.decision_id,
            Notice.task_id,
            Notice.standing_id,
        )
        .where(
            Notice.state == NoticeState.PENDING,
            Notice.stream == Stream.TRANSACTIONAL,
            Notice.kind.in_(_KINDS),
        )
        .order_by(Notice.agency_id, Notice.decision_id, Notice.kind, Notice.id)
    ).all()
    whom = addressees(session, {row.agency_id for row in rows})
    said = _Said(session, view, whom)
    mails = 0
    for (agency, decision, kind), run in groupby(
        rows, key=lambda row: (row.agency_id, row.decision_id, row.kind)
    ):
        notices = list(run)
        letter = said.letter(agency, decision, kind, notices)
        if letter is None:
            _skip(session, [row.id for row in notices], view.now)
            continue
        composed = compose(letter, letterhead, view.now)
        store(session, [composed])
        number = session.scalars(select(Message.id).where(Message.key == composed.columns["key"])).one()
        _settle(session, number, composed, [row.id for row in notices])
        mails += composed.state is MessageState.PLANNED
    return mails


class _Said:
    """Makes the letters of one pass; what amendments changed is read once for all of them."""

    def __init__(self, session: Session, view: View, whom: Mapping[int, Addressee]) -> None:
        self._session = session
        self._view = view
        self._whom = whom
        self._amended: dict[int, AmendedMails] = {}

    def letter(self, agency: int, decision: int, kind: str, notices: list[Row[Any]]) -> Letter | None:
        """Return what is said to the agency, None where nothing of it concerns it any longer."""
        addressee = self._whom[agency]
        mail: ReturnedMail | ExtensionMail | AmendedMail | None
        about, calendar = tuple(str(row.task_id or row.standing_id) for row in notices), None
        if kind == "amended":
            changes = self._amended.setdefault(decision, AmendedMails(self._session, self._view, decision))
            amendments = [_subject_id(row.key) for row in notices]
            mail, about = changes.mail(addressee, amendments), changes.about(addressee, amendments)
            calendar = changes.calendar(addressee, amendments)
        else:
            mail = _Answers(self._session, self._view, addressee.name, decision).mail(kind, notices)
        if mail is None:
            return None
        return Letter(
            addressee=addressee,
            stream=Stream.TRANSACTIONAL,
            speaks_for=self._view.today,
            kinds=(kind,),
            about=about,
            template=kind,
            mail=mail,
            decision_id=decision,
            key=f"{notices[0].key}:{self._view.today.isoformat()}",
            calendar=calendar,
        )


class _Answers:
    """Reads what one agency is answered."""

    def __init__(self, session: Session, view: View, agency_name: str, decision: int) -> None:
        self._session = session
        self._view = view
        self._agency_name = agency_name
        self._decision = view.decisions[decision]

    def mail(self, kind: str, notices: list[Row[Any]]) -> ReturnedMail | ExtensionMail:
        usual: dict[str, Any] = {
            "agency_name": self._agency_name,
            "day": self._view.today,
            "decision": self._decision.name,
            "coordinator_name": self._decision.coordinator,
            "url": self._view.url("viec"),
        }
        if kind == "returned":
            return ReturnedMail(items=tuple(self._returned(row) for row in notices), **usual)
        return ExtensionMail(items=tuple(self._answered(row) for row in notices), **usual)

    def _returned(self, notice: Row[Any]) -> Returned:
        return self._returned_task(notice) if notice.task_id else self._returned_report(notice)

    def _returned_task(self, notice: Row[Any]) -> Returned:
        event = self._session.scalars(_last_return(TaskEvent, TaskEvent.task_id == notice.task_id)).one()
        task = event.task
        return Returned(
            what="declaration",
            subject=task.duty.code,
            text=task.duty.text,
            reason=event.reason,
            due=task.due,
            days=self._view.days(task.due),
            url=self._view.url(f"viec/{task.id}"),
        )

    def _returned_report(self, notice: Row[Any]) -> Returned:
        of_standing = StandingEvent.standing_id == notice.standing_id
        event = self._session.scalars(_last_return(StandingEvent, of_standing)).one()
        standing = event.standing
        return Returned(
            what="report",
            subject=standing.round.text,
            text="",
            reason=event.reason,
            due=standing.due,
            days=self._view.days(standing.due),
            url=self._view.url(f"bao-cao/{standing.round_id}"),
        )

    def _answered(self, notice: Row[Any]) -> ExtensionAnswer:
        extension = self._session.get_one(Extension, _subject_id(notice.key))
        task = self._session.get_one(Task, extension.task_id)
        return ExtensionAnswer(
            duty_code=task.duty.code,
            text=task.duty.text,
            due_before=extension.due_before,
            due_asked=extension.due_asked,
            due=task.due,
            days=self._view.days(task.due),
            answer=extension.answer,
            url=self._view.url(f"viec/{task.id}"),
        )


def _last_return(events: Any, of_subject: Any) -> Select[Any]:
    return select(events).where(of_subject, events.action == "return").order_by(events.id.desc()).limit(1)


def _subject_id(key: str) -> int:
    """Return the id in a key such as "extension_granted:extension:12:+0:2025-08-14:so-xay-dung"."""
    return int(key.split(":")[2])


def _skip(session: Session, notices: list[int], now: datetime) -> None:
    over = update(Notice).where(among(Notice.id, notices))
    values = {"state": NoticeState.SKIPPED, "reason": _OVER, "settled_at": now}
    session.execute(over.values(**values).execution_options(synchronize_session=False))


def _settle(session: Session, number: int, composed: Composed, notices: list[int]) -> None:
    skipped = composed.state is MessageState.SKIPPED
    state = NoticeState.SKIPPED if skipped else NoticeState.QUEUED
    values = {"state": state, "message_id": number, "reason": composed.columns["reason"]}
    told = update(Notice).where(among(Notice.id, notices)).values(**values)
    session.execute(told.execution_options(synchronize_session=False))
