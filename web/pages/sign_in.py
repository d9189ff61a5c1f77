"""Signing in, by password or by a link asked for with one press, and signing out."""

import logging
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tasks.accounts.attempts import REDEEM_FROM_NETWORK, count, is_spent
from tasks.accounts.deeds import About, record
from tasks.accounts.identities import issuer_key
from tasks.accounts.sign_in_links import redeem
from tasks.accounts.sign_ins import Refused, end_sign_in, sign_in
from tasks.database import reading, writing
from tasks.models import SignIn
from web.act import Act, act_of, marked_form
from web.auth import origin_of, own_path, viewer_of
from web.cookies import forget, give_seed, keep_signed_in, mark_of
from web.forms import Typed
from web.linkmail import count_asked, send_link
from web.open_id import ProviderAwayError, provider_of
from web.portal import Portal, portal_of
from web.rendering import render
from web.viewer import EVERYBODY

router = APIRouter()

_log = logging.getLogger(__name__)

_USED_UP = "Đường dẫn đã dùng, đã hết hạn hoặc không đúng. Hãy xin đường dẫn mới."


@router.get("/dang-nhap")
def sign_in_page(request: Request, tiep: str = "") -> Response:
    """Show the form; who is signed in already goes on."""
    portal = portal_of(request)
    with reading(portal.engine) as session:
        if viewer_of(request, portal, session, portal.clock()) is not None:
            return RedirectResponse(own_path(tiep), status_code=303)
    return sign_in_form(portal, Typed(), own_path(tiep))


@router.post("/dang-nhap")
def sign_in_by_password(request: Request, typed: Annotated[Typed, Depends(marked_form)]) -> Response:
    """Sign in."""
    portal, target = portal_of(request), own_path(typed.of("tiep"))
    with writing(portal.engine) as session:
        outcome = sign_in(session, typed.of("ten"), typed.of("mat-khau"), origin_of(request), portal.clock())
    if isinstance(outcome, Refused):
        typed.faults["ten"] = outcome.sentence
        return sign_in_form(portal, typed, target, 403)
    return signed_in(portal, outcome, target)


@router.post("/dang-xuat")
def sign_out(act: Annotated[Act, Depends(act_of(*EVERYBODY))]) -> Response:
    """End this sign-in, and lead on to the provider that vouched for it to end its own."""
    with writing(act.portal.engine) as session:
        vouched = session.get_one(SignIn, act.viewer.sign_in).issuer
        end_sign_in(session, act.viewer.sign_in, act.actor.login, act.now)
        record(session, act.actor.login, "sign_out", act.now, About(network=origin_of(act.request).network))
    there = _farewell(act.portal, vouched)
    if there is None:
        response: Response = RedirectResponse("/dang-nhap", status_code=303)
    else:  # by a page, since the policy lets no form of ours end elsewhere
        response = outside(act.portal, "signed_out.html", there=there, provider=act.portal.settings.oidc_name)
        response.headers["Refresh"] = f"0; url={there}"
    forget(response, act.portal)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.get("/xin-duong-dan")
def ask_link_page(request: Request) -> Response:
    """Show the form that asks for a link."""
    return outside(portal_of(request), "ask_link.html", asked=False)


@router.post("/xin-duong-dan")
def ask_link(
    request: Request, typed: Annotated[Typed, Depends(marked_form)], later: BackgroundTasks
) -> Response:
    """Send a link to a registered address; the answer is the same for any other, and as fast."""
    portal = portal_of(request)
    asked = count_asked(portal, typed.of("dia-chi"), origin_of(request).network)
    later.add_task(send_link, portal, asked)
    response = outside(portal, "ask_link.html", asked=True)
    response.headers["Connection"] = "close"  # the next answer on it would wait for the mail, and so tell
    return response


@router.get("/vao/{token}")
def link_page(request: Request, token: str) -> Response:
    """Show the button: mail scanners open links, so opening one uses nothing up."""
    response = outside(portal_of(request), "link.html", token=token)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@router.post("/vao/{token}")
def redeem_link(request: Request, token: str, _: Annotated[Typed, Depends(marked_form)]) -> Response:
    """Use the link up and sign in."""
    portal, origin = portal_of(request), origin_of(request)
    now = portal.clock()
    with writing(portal.engine) as session:
        spent = is_spent(session, REDEEM_FROM_NETWORK, origin.network, now)
        outcome = None if spent else redeem(session, token, origin, now)
        if outcome is None:
            count(session, REDEEM_FROM_NETWORK, origin.network, now)
    if outcome is None:
        return outside(portal, "ask_link.html", 403, asked=False, fault=_USED_UP)
    return signed_in(portal, outcome, "/")


def _farewell(portal: Portal, vouched: str | None) -> str | None:
    """Return where the provider that vouched for a sign-in ends its own; None without one, or while it is away."""
    issuer = portal.settings.oidc_issuer
    if vouched is None or issuer is None or vouched != issuer_key(issuer):
        return None
    try:
        with provider_of(portal.settings) as provider:
            return provider.farewell()
    except ProviderAwayError as error:
        _log.warning("The OpenID provider could not be told of a sign-out: %s", error)
        return None


def sign_in_form(portal: Portal, typed: Typed, target: str, status: int = 200) -> HTMLResponse:
    """Return the page to sign in at, with a button for the provider where there is one."""
    provider = portal.settings.oidc_name if portal.settings.oidc_issuer else ""
    return outside(portal, "sign_in.html", status, tiep=target, typed=typed, provider=provider)


def outside(portal: Portal, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Return a page for somebody who is not signed in, whose form carries a fresh mark."""
    response = HTMLResponse(status_code=status)
    seed = give_seed(response, portal)
    response.body = render(template, {"mark": mark_of(portal, seed), "fault": "", **context}).encode()
    response.headers["content-length"] = str(len(response.body))
    return response


def signed_in(portal: Portal, token: str, target: str) -> Response:
    """Return the answer that gives the browser its sign-in and goes on."""
    response = RedirectResponse(target, status_code=303)
    keep_signed_in(response, portal, token)
    return response
