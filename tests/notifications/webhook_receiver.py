"""A real HTTP receiver on the loopback, and webhooks that point to it.

Signatures are verified by OpenSSL through `cryptography`, which shares nothing with the code under test.
"""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import Engine, select

from dondoc.clock import running_from
from notifications.webhooks.delivering import Told, tell
from notifications.webhooks.feeding import feed
from notifications.webhooks.posting import Line
from notifications.webhooks.registry import NewWebhook, add_webhook
from tasks.database import reading, writing
from tasks.models import Webhook, WebhookDelivery
from tests.tasks.cast import at

MORNING = at("2025-09-08")
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
LINE = Line(LOOPBACK)


@dataclass(frozen=True)
class Heard:
    """One request as it came in."""

    path: str
    headers: Message
    body: bytes

    @property
    def id(self) -> str:
        return str(self.headers["webhook-id"])

    @property
    def said(self) -> dict[str, Any]:
        whole: dict[str, Any] = json.loads(self.body)
        return whole

    def verify(self, secret: str) -> None:
        """Raise cryptography's InvalidSignature unless the request bears the secret's signature."""
        mac = HMAC(base64.b64decode(secret.split("_", 1)[1]), SHA256())
        mac.update(f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body)
        version, signature = str(self.headers["webhook-signature"]).split(",")
        assert version == "v1"
        mac.verify(base64.b64decode(signature))


@dataclass
class Receiver:
    """Answers with the next of `answers`, with 200 when there is none left; `hold` makes it wait until it is set."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hold: threading.Event | None = None
    refuses: str = ""  # a word in a body that makes this receiver answer 500

    def address(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/nhan?he-thong=qlvb"


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.heard.append(Heard(self.path, self.headers, body))
            if receiver.hold:
                receiver.hold.wait(30)
            refused = receiver.refuses and receiver.refuses.encode() in body
            status = 500 if refused else receiver.answers.pop(0) if receiver.answers else 200
            try:
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(receiver.body)
            except OSError:
                pass  # the sender hung up, which is what some tests are about

        def do_GET(self) -> None:  # a redirect that is followed comes as a GET
            receiver.heard.append(Heard(self.path, self.headers, b""))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def receiving(receiver: Receiver | None = None, trust: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Serve on the receiver's port, a free one where it has none yet."""
    receiver = receiver or Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), _handler(receiver))
    server.daemon_threads = True
    if trust:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hold:
            receiver.hold.set()
        server.shutdown()
        server.server_close()


def add(engine: Engine, address: str, name: str = "Trục liên thông", **limits: Any) -> tuple[int, str]:
    """Add a webhook; return its id and its secret."""
    with writing(engine) as session:
        made = add_webhook(session, NewWebhook(name, address, **limits), LOOPBACK, "admin", MORNING)
        return made.id, made.secret


def told(engine: Engine, now: datetime = MORNING, **options: Any) -> Told:
    """Do what the flow does at `now`."""
    feed(engine, now)
    return tell(engine, options.pop("line", LINE), running_from(now), **options)


def deliveries(engine: Engine) -> list[WebhookDelivery]:
    with reading(engine) as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def webhook(engine: Engine, number: int) -> Webhook:
    with reading(engine) as session:
        return session.get_one(Webhook, number)
