"""Who asks: the token in the Authorization header, and nothing else; cookies are not looked at.

Stands before the routes, so that nobody without a token learns which addresses there are.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Receive, Scope, Send

from tasks.accounts.tokens import NOTED, PREFIX, find_token, note_used, token_actor
from tasks.accounts.tokens import Scope as Allowed
from tasks.actors import Actor
from tasks.database import reading, writing
from tasks.models import ApiToken
from web.api.problems import SENTENCES, ApiProblem, Kind
from web.api.rates import Rates
from web.auth import origin_of
from web.portal import Portal
from web.viewer import Viewer

OPEN = "/openapi.json"  # describes the API, names nobody
_BEARER = re.compile(rf"bearer +({PREFIX}[A-Za-z0-9_-]{{20,100}})", re.IGNORECASE)
_REALM = 'Bearer realm="dondoc"'
_UNSAID = "Hãy gửi khóa truy cập trong tiêu đề: Authorization: Bearer dondoc_…"
_UNKNOWN = "Khóa truy cập không đúng, đã hết hạn hoặc đã bị thu hồi; hãy hỏi quản trị viên."


@dataclass(frozen=True, slots=True)
class Caller:
    """Another system at work."""

    token: int
    scopes: frozenset[str]
    viewer: Viewer
    network: str

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.viewer.actor

    @property
    def own_agency(self) -> str | None:
        """The code of the one agency whose matters it reads, None for the coordinator's.

        What is read is chosen by `viewer.own_id`: codes belong to a directory.
        """
        return None if self.viewer.oversees else self.viewer.actor.agency_code

    def check(self, scope: Allowed) -> None:
        """Raise ApiProblem unless the token may do that."""
        if scope.value not in self.scopes:
            raise ApiProblem(
                Kind.FORBIDDEN,
                f"Khóa này không có quyền {scope.value} ({scope.label}); hãy xin quản trị viên cấp khóa có quyền đó.",
                headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope.value}"'},
            )


def caller_of(request: Request) -> Caller:
    """Return who asks, found by Admission."""
    caller: Caller = request.state.caller
    return caller


class Admission:
    """Lets in who has a token in force, as often as it may ask."""

    def __init__(self, app: ASGIApp, *, portal: Portal) -> None:
        self._app = app
        self._portal = portal
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] == scope.get("root_path", "") + OPEN:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            request.state.caller = await run_in_threadpool(self._admit, request)
        except ApiProblem as refusal:
            await refusal.response()(scope, receive, send)
        except OperationalError:
            await ApiProblem(Kind.UNAVAILABLE, SENTENCES[Kind.UNAVAILABLE]).response()(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _admit(self, request: Request) -> Caller:
        now = self._portal.clock()
        said = request.headers.get("authorization")
        if said is None:
            raise ApiProblem(Kind.UNAUTHENTICATED, _UNSAID, headers={"WWW-Authenticate": _REALM})
        secret = _BEARER.fullmatch(said.strip())
        with reading(self._portal.engine) as session:
            token = find_token(session, secret[1], now) if secret else None
            if token is None:
                challenge = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
                raise ApiProblem(Kind.UNAUTHENTICATED, _UNKNOWN, headers=challenge)
            caller = _caller(token, origin_of(request).network)
            lately = token.used_at is not None and token.used_at > now - NOTED
            wait = self._rates.seconds_to_wait(token.id, token.per_minute, now)
        if not lately:
            self._note(caller.token, now)
        if wait:
            raise ApiProblem(
                Kind.TOO_MANY,
                f"Khóa này đã dùng hết số yêu cầu mỗi phút; hãy đợi {wait} giây rồi gửi lại.",
                headers={"Retry-After": str(wait)},
            )
        return caller

    def _note(self, token: int, now: datetime) -> None:
        with writing(self._portal.engine) as session:
            note_used(session, token, now)


def _caller(token: ApiToken, network: str) -> Caller:
    viewer = Viewer(token_actor(token), token.name, token.agency_id, sign_in=token.id)
    return Caller(token.id, frozenset(token.scopes), viewer, network)
