"""The sweep over a small world: one mail a day, the truth of the day, nothing lost, nothing twice, loud about what it could not do."""

import contextlib
import shutil
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from catalog.calendar import WorkingCalendar
from notifications.digests import digest_mail
from notifications.mailing import Letter, addressees, compose, read_letterhead
from notifications.sweep import compose_urgent, sweep
from notifications.views import view_of
from tasks.activation import activate
from tasks.calendars import calendar_of
from tasks.database import open_engine, writing
from tasks.models import (
    Agency,
    Contact,
    ContactRole,
    Message,
    MessageState,
    Notice,
    NoticeState,
    Snapshot,
    Supporter,
)
from tasks.tracking import extensions as tracker_extensions
from tasks.tracking import tracker
from tests.tasks.cast import ALICE, BOB, HOME, SEAL, at, build

LETTERHEAD = read_letterhead("Đôn đốc <don-doc@so-noi-vu.example>", "https://don-doc.example/")
CALENDAR = WorkingCalendar()


def prepared(session, *, due="2025-08-14", leads="alice bob charlie", addresses=True):
    """A decision with one duty, activated on the day of issue, its assignments already told."""
    world = build(session, active=False)
    world.ids = world.duty("1.2", due, leads)
    if addresses:
        for code, agency in world.agencies.items():
            session.add(
                Contact(agency_id=agency.id, role=ContactRole.OFFICER, email=f"van-thu@{code}.example")
            )
            session.add(
                Contact(agency_id=agency.id, role=ContactRole.HEAD, email=f"thu-truong@{code}.example")
            )
    session.flush()
    activate(session, world.decision, at("2025-07-25"), calendar_of(session), "admin")
    return world


def morning(engine, day, hour=8):
    with writing(engine) as session:
        return sweep(session, at(day, hour), LETTERHEAD)


def said(swept):
    """The notices of a sweep without the weekly digests, which have tests of their own."""
    return {kind: number for kind, number in swept.notices.items() if not kind.startswith("digest")}


def delivered(engine):
    """Count everything queued as sent, as delivery does."""
    with writing(engine) as session:
        session.execute(update(Message).where(Message.state == "planned").values(state="sent"))
        session.execute(update(Notice).where(Notice.state == "queued").values(state="told"))


@pytest.fixture
def sqlite_engine(sqlite_template, tmp_path):
    """Makes a fresh SQLite database at each call, for the histories of one property."""
    numbers = count()

    def fresh():
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copyfile(sqlite_template, path)
        return open_engine(f"sqlite:///{path}")

    return fresh


def start(engine, **how):
    with writing(engine) as session:
        world = prepared(session, **how)
        ids = world.ids
    morning(engine, "2025-07-25")
    delivered(engine)
    return ids


def mails(engine, day):
    with writing(engine) as session:
        return session.execute(
            select(Agency.code, Message.stream, Message.kinds, Message.subject, Message.state, Message.mime)
            .join(Agency, Agency.id == Message.agency_id)
            .where(Message.speaks_for == date.fromisoformat(day))
            .order_by(Message.id)
        ).all()


def to_routine(engine, day):
    return {row.code: row.kinds for row in mails(engine, day) if row.stream.value == "routine"}


def test_activation_assigns_every_lead_once(engine):
    with writing(engine) as session:
        prepared(session)
    first = morning(engine, "2025-07-25")
    assert first.notices == {"assignment": 3}
    delivered(engine)
    assert said(morning(engine, "2025-07-28")) == {}


def test_a_second_sweep_of_the_day_says_nothing(engine):
    start(engine)
    assert said(morning(engine, "2025-08-07")) == {"reminder": 3}
    again = morning(engine, "2025-08-07", hour=16)
    assert (again.mails, again.notices, again.superseded) == (0, {}, 0)


def test_each_rung_goes_out_on_its_morning(engine):
    start(engine)
    spoken = {}
    day = date(2025, 7, 28)
    while day <= date(2025, 8, 29):
        kinds = (
            {kind for row in to_routine(engine, day.isoformat()).values() for kind in row}
            if morning(engine, day)
            else {}
        )
        if kinds:
            spoken[day.isoformat()] = kinds
        delivered(engine)
        day += timedelta(days=1)
    assert spoken == {
        "2025-07-31": {"reminder"},
        "2025-08-07": {"reminder"},
        "2025-08-12": {"reminder"},
        "2025-08-14": {"last_day"},
        "2025-08-15": {"overdue"},
        "2025-08-21": {"overdue"},
    }


def test_nothing_is_said_on_a_day_off(engine):
    start(engine, due="2025-09-01")
    for day in ("2025-08-30", "2025-08-31", "2025-09-01", "2025-09-02"):
        swept = morning(engine, day)
        assert (swept.working_day, swept.mails) == (False, 0)
    assert to_routine(engine, "2025-09-03") == {}
    assert morning(engine, "2025-09-03").notices["overdue"] == 3


def test_overdue_reaches_the_coordinator_in_one_mail(engine):
    start(engine)
    morning(engine, "2025-08-15")
    coordination = [row for row in mails(engine, "2025-08-15") if row.stream.value == "coordination"]
    assert [(row.code, row.kinds) for row in coordination] == [("home", ["escalation"])]
    body = message_from_bytes(coordination[0].mime, policy=default).get_body(("plain",)).get_content()
    for name in ("Sở Anh Đào", "Sở Bằng Lăng", "Ủy ban nhân dân phường Cúc Vàng"):
        assert name in body


def test_five_days_late_the_heads_are_written_to(engine):
    start(engine)
    for day in ("2025-08-15", "2025-08-21"):
        morning(engine, day)
        delivered(engine)
    with writing(engine) as session:
        last = session.scalars(select(Message).where(Message.speaks_for == date(2025, 8, 21))).all()
        heads = {row.agency.code for row in last if any("thu-truong@" in r.address for r in row.recipients)}
    assert {"alice", "bob", "charlie", "home"} <= heads


def test_the_coordinators_own_lateness_starts_at_its_leaders(engine):
    start(engine, leads="home")
    morning(engine, "2025-08-15")
    with writing(engine) as session:
        mail = session.scalar(select(Message).where(Message.stream == "coordination"))
        assert [r.address for r in mail.recipients] == ["thu-truong@home.example"]


def test_what_missed_its_day_is_superseded_and_said_anew_once(engine):
    start(engine)
    morning(engine, "2025-08-07")  # never sent: the server is down
    later = morning(engine, "2025-08-11")
    assert said(later) == {"reminder": 3}
    assert later.superseded == 4
    body = (
        message_from_bytes(mails(engine, "2025-08-11")[0].mime, policy=default)
        .get_body(("plain",))
        .get_content()
    )
    assert "còn 3 ngày làm việc" in body
    delivered(engine)
    assert said(morning(engine, "2025-08-12")) == {"reminder": 3}


def test_days_without_any_sweep_are_caught_up_once(engine):
    start(engine)
    caught = morning(engine, "2025-08-13")
    assert said(caught) == {"reminder": 3}
    with writing(engine) as session:
        passed = session.scalars(select(Notice.step).where(Notice.state == NoticeState.SUPERSEDED)).all()
    assert sorted(set(passed)) == [-10, -5]


def test_a_declaration_pauses_the_ladder_and_a_return_resumes_it(engine):
    ids = start(engine, leads="alice")
    with writing(engine) as session:
        tracker.declare(session, ids, ALICE, at("2025-08-11"))
    assert said(morning(engine, "2025-08-12")) == {}
    assert said(morning(engine, "2025-08-15")) == {}
    with writing(engine) as session:
        tracker.return_(session, ids, HOME, at("2025-08-18", 9), tracker.Grounds(reason="Thiếu văn bản"))
        assert compose_urgent(session, at("2025-08-18", 9), LETTERHEAD) == 1
    back = morning(engine, "2025-08-19")
    assert said(back) == {"escalation": 1, "overdue": 1}


def test_completion_ends_the_ladder(engine):
    ids = start(engine, leads="alice")
    with writing(engine) as session:
        tracker.declare(session, ids, ALICE, at("2025-08-08"))
        tracker.confirm(session, ids, HOME, at("2025-08-11"))
    assert all(
        said(morning(engine, day)) == {} for day in ("2025-08-12", "2025-08-14", "2025-08-15", "2025-08-21")
    )


def test_a_waiting_notice_ends_with_its_reason(engine):
    ids = start(engine, leads="alice")
    morning(engine, "2025-08-07")  # queued, never sent
    with writing(engine) as session:
        tracker.declare(session, ids, ALICE, at("2025-08-07", 10))
        tracker.confirm(session, ids, HOME, at("2025-08-07", 11))
    assert said(morning(engine, "2025-08-08")) == {}
    with writing(engine) as session:
        notice = session.scalar(select(Notice).where(Notice.kind == "reminder", Notice.step == -5))
        assert notice.state is NoticeState.SKIPPED
        assert "Lý do nhắc không còn" in notice.reason


def test_an_extension_starts_a_new_ladder_and_is_answered_at_once(engine):
    ids = start(engine, leads="alice")
    morning(engine, "2025-08-07")
    delivered(engine)
    with writing(engine) as session:
        tracker_extensions.ask_extension(
            session, ids[0], date(2025, 9, 15), "Chờ ý kiến", ALICE, at("2025-08-11")
        )
        tracker_extensions.grant_extension(session, ids[0], HOME, at("2025-08-11", 9))
        assert compose_urgent(session, at("2025-08-11", 9), LETTERHEAD) == 1
    assert said(morning(engine, "2025-08-12")) == {}
    assert said(morning(engine, "2025-08-15")) == {}
    assert said(morning(engine, "2025-08-28")) == {"reminder": 1}


def test_named_supporters_are_told_and_copied_on_overdue(engine):
    with writing(engine) as session:
        world = prepared(session, leads="alice bob")
        session.add(
            Supporter(duty_id=world.duties["1.2"].id, agency_id=world.agencies["seal"].id, role="support")
        )
        session.add(
            Supporter(duty_id=world.duties["1.2"].id, agency_id=world.agencies["charlie"].id, role="monitor")
        )
    morning(engine, "2025-07-25")
    delivered(engine)
    morning(engine, "2025-08-07")
    assert to_routine(engine, "2025-08-07")["seal"] == ["reminder"]
    assert "charlie" not in to_routine(engine, "2025-08-07")
    delivered(engine)
    morning(engine, "2025-08-15")
    assert to_routine(engine, "2025-08-15")["seal"] == ["overdue"]


def test_an_agency_without_an_address_is_told_to_the_coordinator(engine):
    with writing(engine) as session:
        world = prepared(session, leads="alice bob")
        session.query(Contact).filter(Contact.agency_id == world.agencies["bob"].id).delete()
    swept = morning(engine, "2025-07-25")
    assert [key.split(":")[-1] for key, _ in swept.skipped] == ["bob"]
    by_code = {(row.code, row.stream.value): row for row in mails(engine, "2025-07-25")}
    assert by_code["bob", "routine"].state is MessageState.SKIPPED
    told = (
        message_from_bytes(by_code["home", "coordination"].mime, policy=default)
        .get_body(("plain",))
        .get_content()
    )
    assert "Sở Bằng Lăng" in told


def test_mail_goes_to_the_addresses_of_the_day(engine):
    start(engine, leads="alice")
    with writing(engine) as session:
        session.execute(
            update(Contact).where(Contact.email == "van-thu@alice.example").values(email="moi@alice.example")
        )
    morning(engine, "2025-08-07")
    with writing(engine) as session:
        mail = session.scalar(select(Message).where(Message.speaks_for == date(2025, 8, 7)))
        assert [r.address for r in mail.recipients] == ["moi@alice.example"]


def test_a_template_that_raises_puts_one_mail_aside_and_the_rest_go(engine, monkeypatch):
    start(engine)
    from notifications import routine

    honest = routine.Gathered.letter

    def broken_for_bob(self, waiting):
        if waiting.addressee.code == "bob":
            raise ZeroDivisionError("mẫu hỏng")
        return honest(self, waiting)

    monkeypatch.setattr(routine.Gathered, "letter", broken_for_bob)
    swept = morning(engine, "2025-08-07")
    assert swept.failed == 1
    assert said(swept) == {"reminder": 2}
    dead = [row for row in mails(engine, "2025-08-07") if row.state is MessageState.DEAD]
    assert [row.code for row in dead] == ["bob"]
    monkeypatch.undo()
    delivered(engine)
    assert to_routine(engine, "2025-08-08") == {}
    assert said(morning(engine, "2025-08-08")) == {"reminder": 1}


def test_declarations_without_an_answer_are_put_to_who_confirms(engine):
    ids = start(engine, leads="alice home")
    with writing(engine) as session:
        tracker.declare(session, ids[:1], ALICE, at("2025-08-01"))
        tracker.declare(session, ids[1:], HOME, at("2025-08-01"))
    assert "unanswered" not in morning(engine, "2025-08-07").notices
    delivered(engine)
    morning(engine, "2025-08-08")
    told = {row.code: row.kinds for row in mails(engine, "2025-08-08") if row.stream.value == "coordination"}
    assert told == {"home": ["unanswered"], "seal": ["unanswered"]}
    delivered(engine)
    assert "unanswered" not in morning(engine, "2025-08-11").notices


def test_a_weekly_digest_says_what_changed_and_nothing_when_nothing_did(engine):
    start(engine)
    digests = {}
    day = date(2025, 7, 28)
    while day <= date(2025, 9, 12):
        morning(engine, day)
        for row in mails(engine, day.isoformat()):
            if row.stream.value.startswith("digest"):
                digests.setdefault(row.stream.value, []).append(day.isoformat())
        delivered(engine)
        day += timedelta(days=1)
    assert digests["digest_leaders"] == ["2025-08-18"]
    assert digests["digest_coordinator"][0] == "2025-07-28"
    assert "2025-08-18" in digests["digest_coordinator"]
    assert "2025-08-25" not in digests["digest_coordinator"]


def test_the_frozen_snapshot_of_a_digest_does_not_follow_later_corrections(engine):
    ids = start(engine)
    for day in ("2025-08-15", "2025-08-18"):
        morning(engine, day)
        delivered(engine)
    with writing(engine) as session:
        tracker.declare(session, ids[:1], ALICE, at("2025-08-19"))
        snapshot = session.scalar(select(Snapshot).where(Snapshot.kind == "digest_leaders"))
        assert snapshot.body["longest_late"]["total"] == 3


def test_two_decisions_share_the_one_mail_of_the_day(engine):
    with writing(engine) as session:
        prepared(session, leads="alice")
        other = build(session, key="quyet-dinh-2", active=False)
        other.duty("1.1", "2025-08-14", "alice")
        activate(session, other.decision, at("2025-07-25"), calendar_of(session), "admin")
    morning(engine, "2025-07-25")
    delivered(engine)
    morning(engine, "2025-08-07")
    assert len(to_routine(engine, "2025-08-07")) == 1
    with writing(engine) as session:
        of_the_day = select(Message.about).where(
            Message.speaks_for == date(2025, 8, 7), Message.stream == "routine"
        )
        about = session.scalar(of_the_day)
    assert len(about) == 2


DUE = date(2025, 8, 14)
NO_SHRINKING = (
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
)  # a history is a database: shrinking takes minutes
acts = st.sampled_from(["sweep", "sweep", "sweep", "lose", "declare", "return", "confirm"])


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(st.lists(st.tuples(st.integers(0, 6), acts), min_size=4, max_size=25))
def test_over_any_history_each_step_is_told_once_on_a_working_day_and_never_after_its_reason(
    sqlite_engine, history
):
    """Days missed, sweeps doubled, mails lost, declarations and returns in any order (SQLite; the rest runs on both)."""
    engine = sqlite_engine()
    ids = start(engine, leads="alice")
    day = date(2025, 7, 28)
    for ahead, action in history:
        day += timedelta(days=ahead)
        if action in {"sweep", "lose"}:
            sweep_and_check(engine, ids, day)
        else:
            try_to(engine, ids, day, action)
        if action == "sweep":
            delivered(engine)
    with writing(engine) as session:
        keys = session.scalars(select(Notice.key).where(Notice.state == NoticeState.TOLD)).all()
    assert len(keys) == len(set(keys))
    engine.dispose()


def sweep_and_check(engine, ids, day):
    with writing(engine) as session:
        life = tracker.load_tasks(session, ids)[0].life.value
    ladder = {kind for kind in morning(engine, day).notices if kind in {"reminder", "last_day", "overdue"}}
    if ladder:
        assert CALENDAR.is_working_day(day)
        assert life in {"not_started", "in_progress"}
        assert ladder == {"reminder" if day < DUE else "last_day" if day == DUE else "overdue"}


def try_to(engine, ids, day, action):
    grounds = tracker.Grounds(reason="Lý do")
    deeds = {
        "declare": (tracker.declare, ALICE),
        "return": (tracker.return_, HOME),
        "confirm": (tracker.confirm, HOME),
    }
    deed, actor = deeds[action]
    with contextlib.suppress(tracker.DomainError), writing(engine) as session:
        deed(session, ids, actor, at(day, 9), grounds)


@pytest.mark.parametrize("actor", [BOB, SEAL])
def test_who_may_not_confirm_changes_nothing(engine, actor):
    ids = start(engine, leads="alice")
    with pytest.raises(tracker.DomainError), writing(engine) as session:
        tracker.declare(session, ids, actor, at("2025-08-08"))
    assert morning(engine, "2025-08-12").notices["reminder"] == 1


def test_a_digest_made_again_from_its_snapshot_is_the_same_to_the_byte(engine):
    ids = start(engine)
    for day in ("2025-08-15", "2025-08-18"):
        morning(engine, day)
        delivered(engine)
    with writing(engine) as session:
        tracker.declare(session, ids[:1], ALICE, at("2025-08-19"))
    with writing(engine) as session:
        sent = session.scalars(select(Message).where(Message.stream == "digest_leaders")).first()
        of_the_day = select(Snapshot).where(
            Snapshot.kind == "digest_leaders", Snapshot.as_of == sent.speaks_for
        )
        snapshot = session.scalars(of_the_day).one()
        view = view_of(session, at(sent.speaks_for), LETTERHEAD)
        whom = addressees(session, [sent.agency_id])[sent.agency_id]
        mail = digest_mail(snapshot, None, whom, view, named_from=10)
        letter = Letter(
            whom, sent.stream, sent.speaks_for, tuple(sent.kinds), (), "digest_leaders", mail, officer=False, head=True,
            decision_id=sent.decision_id, key=sent.key,
        )  # fmt: skip
        assert compose(letter, LETTERHEAD, at(sent.speaks_for)).columns["mime"] == sent.mime
