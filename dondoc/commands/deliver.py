"""`dondoc deliver`: send what is due. Ends with status 3 when something due could not leave."""

import signal
import sys
from typing import Annotated

import typer

from dondoc.commands.opening import letterhead
from dondoc.commands.output import AsOf, JsonFlag, print_json
from dondoc.commands.progress import counting
from dondoc.commands.running import OutsideFailure
from flows.office import Office, recorded
from notifications.delivering.delivery import Delivery, Options, deliver
from notifications.delivering.sending import quiet_hours, transport_for
from notifications.delivering.smtp import SmtpServer
from tasks.database import reading

app = typer.Typer(help="Gửi các thư đang chờ.")

Most = Annotated[int | None, typer.Option("--limit", min=1, help="Gửi nhiều nhất bấy nhiêu thư.")]
Workers = Annotated[
    int, typer.Option("--workers", min=1, max=32, help="Số kết nối cùng lúc tới máy chủ thư.")
]


@app.command()
def run_delivery(
    limit: Most = None, workers: Workers = 4, as_of: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Gửi các thư của ngày đang chờ; thư chưa gửi được được giữ lại và gửi lại sau."""
    with Office(as_of) as office, recorded(office, "deliver") as outcome:
        transport = transport_for(office.settings, letterhead(office.settings).sender.address)
        with reading(office.engine) as session:
            quiet = quiet_hours(session)
        with counting("Gửi thư", quiet=as_json) as move:
            options = Options(
                connections=workers,
                limit=limit,
                rate=office.settings.mail_rate,
                quiet_hours=quiet,
                progress=lambda done: move(
                    done.sent + done.refused + done.deferred + done.dead, done.expected
                ),
                stop=_stopped_by_signal(),
            )
            done = deliver(office.engine, transport, office.clock, options)
        outcome.ok, outcome.said = done.complete, _sentence(done)
    if done.sent and not isinstance(transport, SmtpServer):
        place = f"Chưa cấu hình máy chủ thư: {done.sent} thư đã ghi thành tệp .eml trong thư mục {transport.place}."
        print(place, file=sys.stderr if as_json else sys.stdout)
    if as_json:
        print_json(_document(done))
    else:
        print(_sentence(done))
    _tell_what_waits(done)


def _stopped_by_signal() -> "_Stop":
    """Let SIGINT and SIGTERM end the delivery in order: mails in hand are finished and settled."""
    stop = _Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop.ask)
    return stop


class _Stop:
    def __init__(self) -> None:
        self._asked = False

    def ask(self, *_: object) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked


def _document(done: Delivery) -> dict[str, float]:
    return {name: getattr(done, name) for name in ("sent", "refused", "deferred", "dead", "elapsed_s")}


def _sentence(done: Delivery) -> str:
    seconds = f"{done.elapsed_s:.1f}".replace(".", ",")
    return (
        f"Đã gửi {done.sent} thư trong {seconds} giây; bị từ chối {done.refused}, còn chờ gửi lại {done.deferred}, "
        f"gác lại {done.dead}."
    )


def _tell_what_waits(done: Delivery) -> None:
    """Say on standard error why mails wait; raise OutsideFailure when one that was due could not leave."""
    if done.quiet:
        print("Đang trong giờ yên lặng của lịch đôn đốc: chưa gửi thư nào.", file=sys.stderr)
    if done.held:
        held = f"{done.held} thư đang do một lượt gửi khác giữ; nếu lượt đó đã dừng, thư được gửi lại khi hết hạn giữ."
        print(held, file=sys.stderr)
    if done.complete:
        return
    reason = done.outage or "Có thư chưa gửi được."
    raise OutsideFailure(
        f"{reason} Còn chờ gửi lại {done.deferred} thư, bị từ chối {done.refused}, gác lại {done.dead}; "
        "xem dondoc outbox list, rồi chạy lại dondoc deliver."
    )
