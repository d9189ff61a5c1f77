"""The API as an application of its own below the portal: its routes, its errors, who is let in."""

import json
import re
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from tasks.errors import DomainError
from web.api.admission import OPEN, Admission, caller_of
from web.api.description import BASE, Parameters, describe, known_parameters
from web.api.operations import routes_of, scope_of
from web.api.parameters import note_unknown, unknown_of
from web.api.problems import (
    SENTENCES,
    ApiProblem,
    Kind,
    ProblemFault,
    of_failure,
    of_refusal,
    of_status,
    problem,
)
from web.api.resources import agencies, decisions, duties, reports, rounds, task_deeds, tasks
from web.api.validation import of_validation
from web.portal import Portal
from web.security import BoundedBodies

LARGEST_BODY = 5_000_000  # bytes of one request
_ROUTERS = (
    decisions.router,
    duties.router,
    tasks.router,
    task_deeds.router,
    rounds.router,
    reports.router,
    agencies.router,
)


def create_api(portal: Portal) -> FastAPI:
    """Return the API of a portal, to be mounted at web.api.description.BASE."""
    api = _with_routes()
    api.state.portal = portal
    api.add_route(OPEN, _description, methods=["GET"], include_in_schema=False)
    _answer_errors(api)
    api.add_middleware(BoundedBodies, most=LARGEST_BODY)
    api.add_middleware(Admission, portal=portal)
    return api


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, the same for every portal: made on first use, as it takes longer than a request."""
    return describe(_with_routes())


@cache
def _parameters() -> Parameters:
    return known_parameters(_with_routes(), document())


@cache
def _document_sent() -> bytes:
    return json.dumps(document(), ensure_ascii=False).encode()


def _description(_: Request) -> Response:
    return Response(_document_sent(), media_type="application/json")


def _with_routes() -> FastAPI:
    api = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(_checked)],
    )
    for router in _ROUTERS:
        api.include_router(router)
    return api


class _Below(Mount):
    """A mount that also catches addresses with line breaks in them, which are none of the portal's pages either."""

    def __init__(self, path: str, app: ASGIApp, name: str) -> None:
        super().__init__(path, app=app, name=name)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


def mount_api(app: FastAPI, portal: Portal) -> None:
    """Put the API below a portal; whatever else is below /api does not exist, and says so as a problem."""
    app.router.routes.append(_Below(BASE, create_api(portal), "api"))
    app.router.routes.append(_Below("/api", _no_such_version, "no-api"))


async def _no_such_version(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what is below /api and no version of it."""
    await of_status(404)(scope, receive, send)


def _checked(request: Request) -> None:
    """Refuse, before anything is read, a token without the scope and a body that is not JSON; note unknown parameters."""
    route = request.scope["route"]
    caller_of(request).check(scope_of(route))
    note_unknown(request, _parameters()[request.method, route.path_format])
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "GET" and kind != "application/json":
        raise ApiProblem(
            Kind.MEDIA,
            SENTENCES[Kind.MEDIA],
            [ProblemFault(detail=SENTENCES[Kind.MEDIA], header="Content-Type")],
        )


def _answer_errors(api: FastAPI) -> None:
    api.add_exception_handler(ApiProblem, _own)
    api.add_exception_handler(DomainError, _refused)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(IntegrityError, _collided)
    api.add_exception_handler(OperationalError, _database_away)
    api.add_exception_handler(Exception, _failed)


def _own(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiProblem)
    return error.response()


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return of_refusal(error)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _methods_at(request)
    return of_status(error.status_code, headers)


def _methods_at(request: Request) -> str:
    """Return every method of the address: each operation is a route of its own and knows only its own."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    found = {
        method
        for route in routes_of(request.app)
        if route.path_regex.match(path)
        for method in route.methods or ()
    }
    return ", ".join(sorted(found)) or "GET"


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return of_validation(error, unknown_of(request))


def _collided(_: Request, __: Exception) -> Response:
    return problem(Kind.CONFLICT, SENTENCES[Kind.CONFLICT])


def _database_away(_: Request, __: Exception) -> Response:
    return problem(Kind.UNAVAILABLE, SENTENCES[Kind.UNAVAILABLE])


def _failed(request: Request, error: Exception) -> Response:
    return of_failure(error, request)
