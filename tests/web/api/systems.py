"""Other systems with their keys: one for each agency of the cast, one for the coordinator, and what they send."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine

from tasks.accounts.tokens import MOST_PER_MINUTE, NewToken, Scope, make_token
from tasks.database import writing
from tests.tasks.cast import at
from tests.web.people import BASE

MADE = at("2025-07-25")
API = "/api/v1"
REPORT = f"{API}/rounds/quyet-dinh/lan-1/reports"
EVERYTHING = tuple(Scope)


class System(TestClient):
    """Another system that sends its key with every request."""

    def __init__(self, app: FastAPI, secret: str | None) -> None:
        super().__init__(app, base_url=BASE, raise_server_exceptions=False, follow_redirects=False)
        if secret is not None:
            self.headers["authorization"] = f"Bearer {secret}"

    def write(self, path: str, said: dict[str, Any] | None = None, **headers: str | bytes) -> Response:
        """Post to an address below /api/v1; `if_match` and `idempotency_key` become headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(f"{API}{path}", json=said or {}, headers=named)

    def read(self, path: str, **query: Any) -> Response:
        return self.get(f"{API}{path}", params=query)


def make_key(
    engine: Engine, agency: str, scopes: Iterable[Scope] = EVERYTHING, name: str = "", **more: Any
) -> str:
    """Make a key and return its secret."""
    new = NewToken(
        name or f"he-thong-{agency}", agency, tuple(scopes), per_minute=more.pop("per_minute", MOST_PER_MINUTE),
        coordinator=more.pop("coordinator", agency == "home"), **more,
    )  # fmt: skip
    with writing(engine) as session:
        return make_token(session, new, "admin", MADE)[1]
