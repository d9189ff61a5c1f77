"""Who asks: found by the cookie, for pages and for forms alike. The one place that lets anybody in."""

from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request
from sqlalchemy.orm import Session

from tasks.accounts.sign_ins import NOTED, Origin, find_sign_in, note_seen, person_of
from tasks.actors import Role
from tasks.database import writing
from tasks.errors import DomainError, NotAllowedError
from tasks.models import SignIn
from web.cookies import mark_of, token_in
from web.portal import Portal
from web.viewer import GUEST, ROLE_NAMES, Viewer

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})  # other names may be another site's, led here


class SignInNeededError(DomainError):
    """Nobody is signed in; the page is shown after signing in."""


def viewer_of(request: Request, portal: Portal, session: Session, now: datetime) -> Viewer | None:
    """Return who is signed in, None for nobody."""
    token = token_in(request, portal)
    found = find_sign_in(session, token, now) if token else None
    if found is None:
        return None
    if found.seen_at <= now - NOTED:
        with writing(portal.engine) as other:
            note_seen(other, found, now)
    return _viewer(found, mark_of(portal, token))


def admitted(
    request: Request, portal: Portal, session: Session, now: datetime, roles: tuple[Role, ...]
) -> Viewer:
    """Return who asks for a page of `roles`. Raises SignInNeededError and NotAllowedError."""
    if portal.demo:
        if request.url.hostname not in LOOPBACK:
            raise NotAllowedError("Bản chạy thử chỉ xem được trên chính máy đang chạy nó, tại 127.0.0.1.")
        viewer: Viewer | None = GUEST
    else:
        viewer = viewer_of(request, portal, session, now)
    if viewer is None:
        raise SignInNeededError("Hãy đăng nhập để xem trang này.")
    if viewer.role not in roles:
        raise NotAllowedError(f"Trang này không dành cho tài khoản {ROLE_NAMES[viewer.role].lower()}.")
    return viewer


def origin_of(request: Request) -> Origin:
    """Return where the request comes from."""
    return Origin(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def is_from_here(request: Request, portal: Portal) -> bool:
    """Tell whether a form was sent from one of our own pages, as far as the browser says."""
    site = request.headers.get("sec-fetch-site")
    if (
        site is not None
    ):  # said by the browser itself, also where a page without referrers sends the origin "null"
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in {request.url.netloc, urlsplit(portal.settings.base_url).netloc}


def own_path(text: str) -> str:
    """Return a path of this portal to go on to, "/" for anything that leads elsewhere."""
    parts = urlsplit(text)
    leads_here = (
        text.startswith("/") and not text.startswith(("//", "/\\")) and not (parts.netloc or parts.scheme)
    )
    return text if leads_here and "\\" not in text and text.isprintable() else "/"


def _viewer(found: SignIn, mark: str) -> Viewer:
    actor = person_of(found)
    agency = found.user.agency if found.user else found.agency
    name = (found.user.name if found.user else "") or found.login
    return Viewer(actor, name, agency.id if agency else None, mark, found.id, account=found.user is not None)
