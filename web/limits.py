"""Bounds on what costs much or may be guessed at: a route that has them answers 429 with Retry-After once they are used up.

Only what somebody signed in asks is counted: the route itself turns everybody else away, at little cost.
"""

from collections.abc import Callable

from fastapi import Request

from tasks.accounts.attempts import (
    EXPORT_FROM_NETWORK,
    EXPORT_OF_LOGIN,
    PASSWORD_CHANGE_FROM_NETWORK,
    PASSWORD_CHANGE_OF_LOGIN,
    UPLOAD_FROM_NETWORK,
    UPLOAD_OF_LOGIN,
    Bound,
    spend,
)
from tasks.database import reading, writing
from web.auth import origin_of, viewer_of
from web.portal import portal_of


def bounded(of_login: Bound, from_network: Bound) -> Callable[[Request], None]:
    """Return the dependency of a route that one account, and one network address, may ask for only so often."""

    def dependency(request: Request) -> None:
        portal = portal_of(request)
        if portal.demo:  # for this machine alone
            return
        now = portal.clock()
        with reading(portal.engine) as session:
            viewer = viewer_of(request, portal, session, now)
        if viewer is not None:
            uses = ((of_login, viewer.actor.login), (from_network, origin_of(request).network))
            with writing(portal.engine) as session:
                spend(session, uses, now)

    return dependency


EXPORT = bounded(EXPORT_OF_LOGIN, EXPORT_FROM_NETWORK)
UPLOAD = bounded(UPLOAD_OF_LOGIN, UPLOAD_FROM_NETWORK)
PASSWORD_CHANGE = bounded(PASSWORD_CHANGE_OF_LOGIN, PASSWORD_CHANGE_FROM_NETWORK)
