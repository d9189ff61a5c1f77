"""What is said of an operation beside its path: its name, the scope it needs, what it answers."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from tasks.accounts.tokens import Scope

FILE = "application/octet-stream"  # whatever an attachment says it is: it is saved, never shown
SCHEME = "token"  # the name of the security scheme


def operation(name: str, scope: Scope, model: type[BaseModel], summary: str) -> dict[str, Any]:
    """Return what a route is declared with. `name` is its operationId, which never changes."""
    return {
        "operation_id": name,
        "summary": summary,
        "response_model": model,
        "openapi_extra": {"security": [{SCHEME: [scope.value]}]},
    }


def file_operation(name: str, scope: Scope, summary: str) -> dict[str, Any]:
    """Return what a route that answers with a file is declared with."""
    schema = {"type": "string", "format": "binary"}
    return {
        "operation_id": name,
        "summary": summary,
        "response_class": Response,
        "responses": {200: {"content": {FILE: {"schema": schema}}}},
        "openapi_extra": {"security": [{SCHEME: [scope.value]}]},
    }


def scope_of(route: APIRoute) -> Scope:
    """Return the scope that an operation needs."""
    assert route.openapi_extra is not None
    return Scope(route.openapi_extra["security"][0][SCHEME][0])


def routes_of(app: FastAPI) -> Iterator[APIRoute]:
    """Return every operation, in whichever router."""
    for entry in app.routes:
        router = getattr(entry, "original_router", None)
        yield from (route for route in (router.routes if router else [entry]) if isinstance(route, APIRoute))
