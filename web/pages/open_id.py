"""Signing in through the OpenID provider of the settings: the way there, and the way back."""

import logging
from dataclasses import asdict
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from tasks.accounts.attempts import (
    OPEN_ID_FAILURE_FROM_NETWORK,
    OPEN_ID_START_FROM_NETWORK,
    count,
    spend,
    wait_for,
)
from tasks.accounts.deeds import About, record
from tasks.accounts.identities import Proof, issuer_key, sign_in_proved
from tasks.accounts.sign_ins import Refused
from tasks.database import reading, writing
from tasks.errors import NotFoundError, TooManyError
from web.auth import origin_of, own_path
from web.cookies import forget_sent, keep_sent, sent_in
from web.forms import Typed
from web.open_id import RETURN_PATH, Asked, NotProvenError, ProviderAwayError, provider_of
from web.pages.sign_in import sign_in_form, signed_in
from web.portal import Portal, portal_of

router = APIRouter()

_log = logging.getLogger(__name__)
_LONGEST_TARGET = 1_000  # characters of the page to go on to; a cookie holds no more than 4 KB
_AWAY = "Chưa liên hệ được nhà cung cấp {name}. Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu."
_NOT_PROVEN = "Đăng nhập bằng {name} chưa hoàn tất hoặc đã quá hạn. Hãy bấm nút đăng nhập để làm lại từ đầu."
_CANCELLED = (
    "Việc đăng nhập bằng {name} đã bị hủy hoặc bị từ chối tại nhà cung cấp. Hãy làm lại hoặc dùng mật khẩu."
)

Text = Annotated[str, Query(max_length=4_000)]


class CancelledError(NotProvenError):
    """The provider says that the person, or the provider, did not want to go on."""


@router.get("/dang-nhap/mot-lan")
def leave(request: Request, tiep: str = "") -> Response:
    """Send the browser to the provider. A link and no form: the policy lets no form of ours end elsewhere."""
    portal = _portal(request)
    asked_for = own_path(tiep)
    target = asked_for if len(asked_for) <= _LONGEST_TARGET else "/"
    now = portal.clock()
    with writing(portal.engine) as session:
        spend(session, ((OPEN_ID_START_FROM_NETWORK, origin_of(request).network),), now)
    asked = Asked.fresh()
    try:
        with provider_of(portal.settings) as provider:
            response = RedirectResponse(provider.address_for(asked), status_code=303)
    except ProviderAwayError as error:
        return _away(portal, target, error)
    keep_sent(response, portal, {**asdict(asked), "target": target}, now)
    return response


@router.get(RETURN_PATH)
def come_back(
    request: Request, state: Text = "", code: Text = "", iss: Text = "", error: Text = ""
) -> Response:
    """Sign in whom the provider proves; what the browser was sent with counts once."""
    portal = _portal(request)
    _refuse_guessing(request, portal)
    sent = sent_in(request, portal, portal.clock())
    target = own_path(sent.pop("target", "/"))
    try:
        if error:  # whatever the state: some providers leave it out here, and nobody is signed in by it
            raise CancelledError(f"the provider says: {error[:80]}")
        asked = _asked(portal, sent, state, iss)
        with provider_of(portal.settings) as provider:
            proof = provider.proof_of(code, asked)
    except NotProvenError as failure:
        _note_failure(request, portal, failure)
        sentence = _CANCELLED if isinstance(failure, CancelledError) else _NOT_PROVEN
        response = _told(portal, target, _named(portal, sentence), 403)
    except ProviderAwayError as failure:
        response = _away(portal, target, failure)
    else:
        response = _signed_in(request, portal, proof, target)
    forget_sent(response, portal)
    return response


def _portal(request: Request) -> Portal:
    portal = portal_of(request)
    if portal.settings.oidc_issuer is None:
        raise NotFoundError("Hệ thống này chưa mở đăng nhập một lần. Hãy đăng nhập bằng mật khẩu.")
    return portal


def _refuse_guessing(request: Request, portal: Portal) -> None:
    with reading(portal.engine) as session:
        network = origin_of(request).network
        wait = wait_for(session, OPEN_ID_FAILURE_FROM_NETWORK, network, portal.clock())
    if wait:
        raise TooManyError(wait)


def _asked(portal: Portal, sent: dict[str, str], state: str, iss: str) -> Asked:
    """Return what this browser was sent with. Raises NotProvenError unless it is this browser that comes back."""
    if not sent or not compare_digest(state.encode(), sent["state"].encode()):
        raise NotProvenError("the state is not this browser's")
    if iss and issuer_key(iss) != issuer_key(portal.settings.oidc_issuer or ""):  # RFC 9207
        raise NotProvenError("the answer is another provider's")
    return Asked(**sent)


def _signed_in(request: Request, portal: Portal, proof: Proof, target: str) -> Response:
    with writing(portal.engine) as session:
        outcome = sign_in_proved(session, proof, origin_of(request), portal.clock())
    if isinstance(outcome, Refused):
        return _told(portal, target, outcome.sentence, 403)
    return signed_in(portal, outcome, target)


def _note_failure(request: Request, portal: Portal, failure: NotProvenError) -> None:
    now, network = portal.clock(), origin_of(request).network
    with writing(portal.engine) as session:
        count(session, OPEN_ID_FAILURE_FROM_NETWORK, network, now)
        record(session, "", "sign_in.failed", now, About("đăng nhập một lần", str(failure), network))


def _away(portal: Portal, target: str, error: ProviderAwayError) -> Response:
    _log.error("The OpenID provider could not be used: %s", error)
    return _told(portal, target, _named(portal, _AWAY), 503)


def _told(portal: Portal, target: str, sentence: str, status: int) -> Response:
    return sign_in_form(portal, Typed(faults={"mot-lan": sentence}), target, status)


def _named(portal: Portal, sentence: str) -> str:
    return sentence.format(name=portal.settings.oidc_name)
