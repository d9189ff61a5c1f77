"""Browsers of the people of tests.tasks.cast, signed in; each posts forms as a page of ours would."""

from itertools import count
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, select

from tasks.accounts.sign_ins import Origin, open_sign_in
from tasks.actors import Role
from tasks.database import writing
from tasks.models import Agency, User
from tests.tasks.cast import at
from web.act import MARK, NUMBER
from web.cookies import mark_of

ON_SQLITE = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # the tasks' own tests take both
BASE = "http://127.0.0.1:8000"
MORNING = at("2025-09-08", 9)
NOBODY = "nobody"
PEOPLE = {
    "an": (Role.AGENCY, "alice"),
    "binh": (Role.AGENCY, "bob"),
    "chi": (Role.AGENCY, "charlie"),
    "huong": (Role.COORDINATOR, "home"),
    "son": (Role.AGENCY, "seal"),
    "lan": (Role.LEADER, "leaders"),
    "admin": (Role.ADMINISTRATOR, None),
}
_numbers = count(1)


def add_people(engine: Engine) -> None:
    with writing(engine) as session:
        agencies = dict(session.execute(select(Agency.code, Agency.id)).tuples().all())
        session.add_all(
            User(
                login=login, role=role.value, agency_id=agencies[agency] if agency else None, created_at=at("2025-07-25"),
                created_by="admin",
            )
            for login, (role, agency) in PEOPLE.items()
        )  # fmt: skip


class Browser(TestClient):
    """Somebody's browser; `nobody` is not signed in."""

    def __init__(self, app: FastAPI, engine: Engine, login: str = NOBODY) -> None:
        super().__init__(app, base_url=BASE, raise_server_exceptions=False, follow_redirects=False)
        self.served = app.state.portal
        self.seed = ""
        if login != NOBODY:
            with writing(engine) as session:
                user = session.scalars(select(User).where(User.login == login)).one()
                self.seed = open_sign_in(session, login, Origin("192.0.2.1", "Firefox"), MORNING, user=user)
            self.cookies.set("dondoc", self.seed)

    def submit(self, path: str, fields: dict[str, Any] | None = None, **options: Any) -> Response:
        """Post a form with the marks that our page would have given it."""
        marks = {MARK: mark_of(self.served, self.seed), NUMBER: f"so-{next(_numbers)}"}
        return self.post(path, data={**marks, **(fields or {})}, **options)
