"""The cookies: who is signed in, before that whose form it is, and who was sent to a provider. No script reads them."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from itsdangerous import BadSignature, Signer, URLSafeSerializer

from tasks.accounts.sign_ins import LONGEST
from web.portal import Portal

BEFORE = timedelta(hours=2)  # how long a form may stay open before signing in
AWAY = timedelta(minutes=10)  # how long somebody may take at a provider
_SENT = "dondoc-mot-lan"


def token_in(request: Request, portal: Portal) -> str:
    """Return the sign-in's token, empty without one."""
    return request.cookies.get(_name(portal, "dondoc"), "")


def keep_signed_in(response: Response, portal: Portal, token: str) -> None:
    """Give the browser a sign-in's token."""
    _set(response, portal, "dondoc", token, LONGEST)


def forget(response: Response, portal: Portal) -> None:
    """Take the token back."""
    _delete(response, portal, "dondoc")


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


def keep_sent(response: Response, portal: Portal, sent: Mapping[str, str], now: datetime) -> None:
    """Let the browser carry what it was sent to a provider with, signed, until it comes back."""
    until = int((now + AWAY).timestamp())
    _set(response, portal, _SENT, _serializer(portal).dumps({**sent, "until": until}), AWAY)


def sent_in(request: Request, portal: Portal, now: datetime) -> dict[str, str]:
    """Return what this browser was sent to a provider with, empty where it was not, or too long ago."""
    try:
        found: dict[str, Any] = _serializer(portal).loads(request.cookies.get(_name(portal, _SENT), ""))
    except BadSignature:
        return {}
    return found if now.timestamp() < found.pop("until") else {}


def forget_sent(response: Response, portal: Portal) -> None:
    """Take back what the browser was sent to a provider with: it counts once."""
    _delete(response, portal, _SENT)


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


def _serializer(portal: Portal) -> URLSafeSerializer:
    return URLSafeSerializer(portal.key, salt=_SENT, signer_kwargs={"digest_method": sha256})


def _delete(response: Response, portal: Portal, name: str) -> None:
    response.delete_cookie(_name(portal, name), path="/", secure=portal.secure, httponly=True, samesite="lax")


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
