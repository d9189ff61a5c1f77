"""`dondoc webhook`: other systems that are told of status changes."""

from typing import Annotated, Any

import typer

from catalog.days import HANOI
from dondoc.clock import running_from, system_clock
from dondoc.commands.acting import administrator
from dondoc.commands.opening import By, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, Limit, Offset, print_json, print_table
from dondoc.commands.running import OutsideFailure
from dondoc.settings import read_settings
from notifications.webhooks import registry
from notifications.webhooks.deliveries import Counts, counts, deliveries_of
from notifications.webhooks.delivering import tell
from notifications.webhooks.feeding import add_test
from notifications.webhooks.kinds import CHOICES, NAMES, Kind
from notifications.webhooks.posting import Line
from notifications.webhooks.registry import NewWebhook, find_webhook
from tasks.database import reading, writing
from tasks.errors import DomainError
from tasks.models import DeliveryState, Webhook, WebhookDelivery

app = typer.Typer(no_args_is_help=True, help="Kết nối báo thay đổi cho hệ thống khác (webhook).")

STATE_NAMES = {
    DeliveryState.WAITING: "chờ báo",
    DeliveryState.CLAIMED: "đang báo",
    DeliveryState.DELIVERED: "đã báo",
    DeliveryState.DEAD: "gác lại",
}
_NOTHING = Counts()

Number = Annotated[int, typer.Argument(metavar="SỐ", help="Số của kết nối; xem dondoc webhook list.")]
Address = Annotated[str, typer.Argument(metavar="ĐỊA_CHỈ", help="Địa chỉ https:// nhận báo thay đổi.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", help=f"Chỉ báo loại này, ghi được nhiều lần: {', '.join(CHOICES)}."),
]
DecisionKey = Annotated[str | None, typer.Option("--decision", help="Chỉ báo về quyết định này.")]
AgencyCode = Annotated[str | None, typer.Option("--agency", help="Chỉ báo về cơ quan này.")]
Status = Annotated[DeliveryState | None, typer.Option("--status", help="Chỉ những lần báo ở trạng thái này.")]


@app.command("add")
def add(
    address: Address,
    name: Annotated[str, typer.Option(help="Tên của kết nối, ví dụ tên hệ thống nhận.")],
    kinds: Kinds = None,
    decision: DecisionKey = None,
    agency: AgencyCode = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Thêm kết nối; khóa ký được in ra đúng một lần này."""
    new = NewWebhook(name, address, kinds or (), decision, agency)
    opened = read_settings().webhook_networks
    with writing(open_database()) as session:
        webhook = registry.add_webhook(session, new, opened, administrator(session, by), acting(as_of))
        shown = {**_document(webhook, _NOTHING), "secret": webhook.secret}
    if as_json:
        print_json(shown)
        return
    print(f"Đã thêm kết nối số {shown['id']} tới {shown['address']}.")
    print(f"Khóa ký (chỉ hiện lần này, hãy giao cho bên nhận qua kênh an toàn): {shown['secret']}")


@app.command("list")
def list_(as_json: JsonFlag = False) -> None:
    """Liệt kê các kết nối, còn báo được hay không."""
    with reading(open_database()) as session:
        found = counts(session)
        items = [
            _document(webhook, found.get(webhook.id, _NOTHING)) for webhook in registry.list_webhooks(session)
        ]
    if as_json:
        print_json({"total": len(items), "items": items})
        return
    rows = [
        (
            one["id"], one["name"], one["address"], f"{len(one['kinds'])}/{len(CHOICES)}", one["decision"], one["agency"],
            one["waiting"], one["dead"], _well(one),
        )
        for one in items
    ]  # fmt: skip
    heads = ("Số", "Tên", "Địa chỉ", "Loại", "Quyết định", "Cơ quan", "Chờ báo", "Gác lại", "Tình trạng")
    print_table(heads, rows, right=[0, 3, 6, 7])


@app.command("disable")
def disable(number: Number, by: By = None, as_of: AsOf = None, as_json: JsonFlag = False) -> None:
    """Tạm dừng một kết nối."""
    with writing(open_database()) as session:
        webhook = registry.disable_webhook(session, number, administrator(session, by), acting(as_of))
        shown = _document(webhook, _NOTHING)
    _tell(shown, f"Đã dừng kết nối số {number}; khi bật lại sẽ báo tiếp từ chỗ dừng.", as_json=as_json)


@app.command("enable")
def enable(number: Number, by: By = None, as_of: AsOf = None, as_json: JsonFlag = False) -> None:
    """Bật lại một kết nối đã dừng; những thay đổi trong lúc dừng được báo tiếp."""
    with writing(open_database()) as session:
        webhook = registry.enable_webhook(session, number, administrator(session, by), acting(as_of))
        shown = _document(webhook, _NOTHING)
    _tell(shown, f"Đã bật lại kết nối số {number}.", as_json=as_json)


@app.command("remove")
def remove(number: Number, by: By = None, as_of: AsOf = None, as_json: JsonFlag = False) -> None:
    """Xóa kết nối cùng các lần báo của nó."""
    with writing(open_database()) as session:
        name = registry.remove_webhook(session, number, administrator(session, by), acting(as_of))
    _tell({"id": number, "name": name}, f"Đã xóa kết nối «{name}».", as_json=as_json)


@app.command("test")
def try_it(number: Number, as_of: AsOf = None, as_json: JsonFlag = False) -> None:
    """Gửi thử ngay một lần báo; bên nhận không trả lời thì kết thúc với mã 3."""
    now, engine = acting(as_of), open_database()
    with writing(engine) as session:
        delivery = add_test(session, _active(session, number), now).id
    tell(engine, Line(read_settings().webhook_networks), _clock(as_of), only=delivery)
    with reading(engine) as session:
        shown = _delivery(session.get_one(WebhookDelivery, delivery))
    _tell(shown, f"Kết nối số {number}: {STATE_NAMES[shown['status']]}.", as_json=as_json)
    if shown["status"] in {DeliveryState.WAITING, DeliveryState.DEAD}:
        raise OutsideFailure(f"Bên nhận chưa nhận lần báo thử: {shown['reason']} Hệ thống sẽ tự báo lại.")


@app.command("deliveries")
def deliveries(
    number: Number,
    status: Status = None,
    limit: Limit = 50,
    offset: Offset = 0,
    as_json: JsonFlag = False,
) -> None:
    """Liệt kê các lần báo của một kết nối, mới nhất trước."""
    with reading(open_database()) as session:
        find_webhook(session, number)
        total, found = deliveries_of(session, number, status, limit, offset)
        items = [_delivery(one) for one in found]
    if as_json:
        print_json({"total": total, "items": items})
        return
    rows = [
        (
            one["id"], one["sequence"], one["name"], STATE_NAMES[one["status"]], one["attempts"], one["settled_at"],
            one["reason"],
        )
        for one in items
    ]  # fmt: skip
    print_table(
        ("Số", "Thứ tự", "Thay đổi", "Trạng thái", "Lần thử", "Xong lúc", "Lý do"), rows, right=[0, 1, 4]
    )
    print(f"{len(items)} trên tổng số {total} lần báo.")


@app.command("resend")
def resend(
    delivery: Annotated[
        int, typer.Argument(metavar="SỐ_LẦN_BÁO", help="Số của lần báo; xem dondoc webhook deliveries.")
    ],
    as_of: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Cho báo lại một lần báo; mã webhook-id giữ nguyên để bên nhận nhận ra."""
    with writing(open_database()) as session:
        shown = _delivery(registry.send_again(session, delivery, acting(as_of)))
    _tell(shown, f"Lần báo số {delivery} sẽ được gửi lại ngay.", as_json=as_json)


def _active(session: Any, number: int) -> Webhook:
    webhook = find_webhook(session, number)
    if webhook.disabled_at is not None:
        raise DomainError(f"Kết nối số {number} đang dừng; hãy bật lại bằng dondoc webhook enable {number}.")
    return webhook


def _clock(as_of: str | None) -> Any:
    return system_clock if as_of is None else running_from(acting(as_of))


def _document(webhook: Webhook, found: Counts) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "address": webhook.address,
        "kinds": webhook.kinds,
        "decision": webhook.decision.key if webhook.decision else None,
        "agency": webhook.agency.code if webhook.agency else None,
        "made_at": webhook.made_at.astimezone(HANOI),
        "made_by": webhook.made_by,
        "disabled_at": webhook.disabled_at.astimezone(HANOI) if webhook.disabled_at else None,
        "disabled_reason": webhook.disabled_reason,
        "failing_since": webhook.failing_since.astimezone(HANOI) if webhook.failing_since else None,
        "waiting": found.waiting,
        "delivered": found.delivered,
        "dead": found.dead,
    }


def _well(one: dict[str, Any]) -> str:
    if one["disabled_at"]:
        return f"Đã dừng: {one['disabled_reason']}"
    if one["failing_since"]:
        return f"Không báo được từ {one['failing_since']:%H:%M %d/%m/%Y}"
    return "Tốt"


def _delivery(one: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "sequence": one.sequence,
        "type": one.kind,
        "name": NAMES[Kind(one.kind)],
        "webhook_id": one.message_id,
        "status": one.state,
        "attempts": one.attempts,
        "next_attempt_at": None if one.settled_at else one.next_attempt_at.astimezone(HANOI),
        "settled_at": one.settled_at.astimezone(HANOI) if one.settled_at else None,
        "answer": one.answer,
        "reason": one.reason,
    }


def _tell(document: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        print(sentence)
