"""The two cookies: who is signed in, and, before that, whose form it is. Neither is readable by scripts."""

import secrets
from datetime import timedelta
from hashlib import sha256

from fastapi import Request, Response
from itsdangerous import BadSignature, Signer

from tasks.accounts.sign_ins import LONGEST
from web.portal import Portal

BEFORE = timedelta(hours=2)  # how long a form may stay open before signing in


def token_in(request: Request, portal: Portal) -> str:
    """Return the sign-in's token, empty without one."""
    return request.cookies.get(_name(portal, "dondoc"), "")


def keep_signed_in(response: Response, portal: Portal, token: str) -> None:
    """Give the browser a sign-in's token."""
    _set(response, portal, "dondoc", token, LONGEST)


def forget(response: Response, portal: Portal) -> None:
    """Take the token back."""
    response.delete_cookie(
        _name(portal, "dondoc"), path="/", secure=portal.secure, httponly=True, samesite="lax"
    )


def seed_in(request: Request, portal: Portal) -> str:
    """Return what this browser's forms are marked with: its sign-in, else its seed from before; empty without either."""
    return token_in(request, portal) or _unsigned(
        portal, request.cookies.get(_name(portal, "dondoc-truoc"), "")
    )


def give_seed(response: Response, portal: Portal) -> str:
    """Give the browser a seed for the forms that it fills in before signing in."""
    seed = secrets.token_urlsafe(18)
    _set(response, portal, "dondoc-truoc", _signer(portal).sign(seed).decode(), BEFORE)
    return seed


def mark_of(portal: Portal, seed: str) -> str:
    """Return the mark that a form of the browser with this seed must carry."""
    return _signer(portal).get_signature(f"form:{sha256(seed.encode()).hexdigest()}").decode()


def _unsigned(portal: Portal, value: str) -> str:
    try:
        return _signer(portal).unsign(value).decode()
    except BadSignature:
        return ""


def _signer(portal: Portal) -> Signer:
    return Signer(portal.key, salt="dondoc", digest_method=sha256)


def _name(portal: Portal, name: str) -> str:
    return f"__Host-{name}" if portal.secure else name


def _set(response: Response, portal: Portal, name: str, value: str, age: timedelta) -> None:
    response.set_cookie(
        _name(portal, name),
        value,
        max_age=int(age.total_seconds()),
        path="/",
        secure=portal.secure,
        httponly=True,
        samesite="lax",
    )
