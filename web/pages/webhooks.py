"""The administrator's pages of other systems that are told of changes: the addresses, and what each was told."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.webhooks import registry
from notifications.webhooks.deliveries import Counts, counts, deliveries_of
from notifications.webhooks.feeding import add_test
from notifications.webhooks.kinds import CHOICES, NAMES, Kind
from notifications.webhooks.registry import NewWebhook, find_webhook
from notifications.webhooks.retry import GIVEN_UP_AFTER
from tasks.actors import Role
from tasks.errors import DomainError, NotFoundError
from tasks.models import Decision, DeliveryState, WebhookDelivery
from web.act import Act, act_of
from web.agency_names import agency_choices
from web.errors import refusals_of, status_of_refusal
from web.forms import Typed
from web.pages.task import RowNumber
from web.paging import PageNumber, Place, offset
from web.visit import Visit, visit_after, visit_of

router = APIRouter()

PLACE = "/quan-tri/webhook"
SIZE = 50
_ADMINISTRATOR = (Role.ADMINISTRATOR,)
_GROUPS = (("task.", "Nhiệm vụ"), ("report.", "Báo cáo"), ("round.", "Lần báo cáo"))

ToSee = Annotated[Visit, Depends(visit_of(*_ADMINISTRATOR))]
ToDo = Annotated[Act, Depends(act_of(*_ADMINISTRATOR))]


@router.get(PLACE)
def webhooks(visit: ToSee) -> Response:
    """Show every webhook and the form that adds one."""
    return _list(visit, Typed())


@router.post(PLACE)
def add(act: ToDo) -> Response:
    """Add a webhook and show its secret, this once: it stands in no address, and the form sent again shows nothing."""
    typed, secrets = act.typed(), list[str]()
    new = NewWebhook(
        name=typed.text("ten", "tên kết nối", required=True, longest=registry.LONGEST_NAME),
        address=typed.text("dia-chi", "địa chỉ nhận", required=True),
        kinds=_ticked(act),
        decision=typed.of("quyet-dinh") or None,
        agency=typed.of("co-quan") or None,
    )
    if typed.faults:
        return _again(act, typed, 422)

    def work(session: Session) -> str:
        opened = act.portal.settings.webhook_networks
        secrets.append(registry.add_webhook(session, new, opened, act.actor.login, act.now).secret)
        return f"{PLACE}?da=luu"

    try:
        done = act.perform("", "", work)  # recorded by notifications.webhooks.registry
    except DomainError as refusal:
        typed.faults["chung"] = "\n".join(refusals_of(refusal))
        return _again(act, typed, status_of_refusal(refusal))
    if not secrets:
        return done
    with visit_after(act) as visit:
        return _list(visit, Typed(), secret=secrets[0])


@router.get(f"{PLACE}/{{number}}")
def webhook(
    visit: ToSee,
    number: RowNumber,
    state: Annotated[str, Query(alias="trang-thai", max_length=20)] = "",
    page: PageNumber = 1,
) -> Response:
    """Show one webhook and what it was told, the newest first."""
    found = find_webhook(visit.session, number)
    wanted = DeliveryState(state) if state in set(DeliveryState) else None
    total, items = deliveries_of(visit.session, number, wanted, SIZE, offset(page, SIZE))
    return visit.page(
        "webhook.html",
        webhook=found,
        kinds=[NAMES[Kind(kind)] for kind in found.kinds],
        every=len(found.kinds) == len(CHOICES),
        names={kind.value: name for kind, name in NAMES.items()},
        wanted=wanted,
        items=items,
        place=Place(page, SIZE, total),
    )


@router.post(f"{PLACE}/{{number}}/dung")
def disable(act: ToDo, number: RowNumber) -> Response:
    """Stop telling an address."""

    def work(session: Session) -> str:
        registry.disable_webhook(session, number, act.actor.login, act.now)
        return f"{PLACE}/{number}?da=xong"

    return act.perform("", "", work)


@router.post(f"{PLACE}/{{number}}/bat-lai")
def enable(act: ToDo, number: RowNumber) -> Response:
    """Tell an address again, from where it was stopped."""

    def work(session: Session) -> str:
        registry.enable_webhook(session, number, act.actor.login, act.now)
        return f"{PLACE}/{number}?da=xong"

    return act.perform("", "", work)


@router.post(f"{PLACE}/{{number}}/xoa")
def remove(act: ToDo, number: RowNumber) -> Response:
    """Remove a webhook with what it was told."""

    def work(session: Session) -> str:
        registry.remove_webhook(session, number, act.actor.login, act.now)
        return f"{PLACE}?da=xong"

    return act.perform("", "", work)


@router.post(f"{PLACE}/{{number}}/thu")
def try_it(act: ToDo, number: RowNumber) -> Response:
    """Queue a delivery that tells nothing; the clock sends it within moments."""

    def work(session: Session) -> str:
        found = find_webhook(session, number)
        if found.disabled_at is not None:
            raise DomainError(f"Kết nối «{found.name}» đang dừng; hãy bật lại rồi gửi thử.")
        add_test(session, found, act.now)
        return f"{PLACE}/{number}?da=bao-lai"

    return act.perform("Gửi thử báo thay đổi", f"Kết nối số {number}", work)


@router.post(f"{PLACE}/{{number}}/lan-bao/{{delivery}}/gui-lai")
def send_again(act: ToDo, number: RowNumber, delivery: RowNumber) -> Response:
    """Let a delivery be sent again at once."""

    def work(session: Session) -> str:
        found = session.get(WebhookDelivery, delivery)
        if found is None or found.webhook_id != number:
            raise NotFoundError("Không có lần báo này; các lần báo cũ được xóa sau 30 đến 90 ngày.")
        registry.send_again(session, delivery, act.now)
        return f"{PLACE}/{number}?da=bao-lai"

    return act.perform("Gửi lại báo thay đổi", f"Lần báo số {delivery}", work)


def _ticked(act: Act) -> list[str]:
    return [kind.value for kind in CHOICES if kind.value in act.form.getlist("loai")]


def _again(act: Act, typed: Typed, status: int) -> Response:
    with visit_after(act) as visit:
        return _list(visit, typed, status, ticked=_ticked(act))


def _list(
    visit: Visit, typed: Typed, status: int = 200, secret: str = "", ticked: list[str] | None = None
) -> Response:
    decisions = select(Decision.key, Decision.title).order_by(Decision.id)
    return visit.page(
        "webhooks.html",
        status,
        typed=typed,
        secret=secret,
        ticked=ticked or [],
        webhooks=registry.list_webhooks(visit.session),
        counts=counts(visit.session),
        nothing=Counts(),
        groups=[
            (label, [(kind.value, NAMES[kind]) for kind in CHOICES if kind.startswith(prefix)])
            for prefix, label in _GROUPS
        ],
        decisions=visit.session.execute(decisions).tuples().all(),
        agencies=agency_choices(visit.session),
        days=GIVEN_UP_AFTER.days,
        every=len(CHOICES),
    )
