"""The portal as an application: its pages, its static files, its headers."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine

from dondoc.clock import Clock
from dondoc.settings import Settings
from web import errors
from web.api.application import mount_api
from web.pages import (
    access_keys,
    account,
    accounts,
    agency,
    agency_access,
    amendments,
    calendar_feed,
    close_out,
    directory,
    directory_entry,
    duty,
    events,
    forecast,
    import_actions,
    imports,
    leader,
    mail_actions,
    mails,
    matrix,
    one_account,
    open_id,
    overview,
    pictures,
    report,
    report_actions,
    round_actions,
    rounds,
    sign_in,
    task,
    task_actions,
    tasks,
    webhooks,
)
from web.portal import Portal
from web.rendering import STATIC
from web.secret import signing_key
from web.security import BoundedBodies, SecureHeaders
from web.timing import ServerTiming

_READING = tuple(
    module.router
    for module in (
        overview,
        pictures,
        leader,
        tasks,
        task,
        duty,
        agency,
        matrix,
        rounds,
        report,
        events,
        mails,
    )
)
_SIGNED_IN = (
    *(
        module.router
        for module in (
            sign_in,
            open_id,
            account,
            accounts,
            one_account,
            imports,
            import_actions,
            task_actions,
            report_actions,
            round_actions,
            close_out,
        )
    ),
    agency_access.router,
    amendments.router,
    calendar_feed.router,
    directory.router,
    directory_entry.router,
    directory_entry.asking,
    access_keys.router,
    webhooks.router,
    events.forms,
    forecast.router,
    mail_actions.router,
)
LARGEST_BODY = 30_000_000  # bytes of one request, attachments included


class _CachedFiles(StaticFiles):
    """Static files under addresses that change with their content."""

    def file_response(self, *args: object, **options: object) -> object:  # type: ignore[override]  # starlette's is wider
        response = super().file_response(*args, **options)  # type: ignore[arg-type]  # passed through
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(settings: Settings, engine: Engine, clock: Clock, demo: bool = False) -> FastAPI:
    """Return the portal on a database at its newest tables. `demo`: only what reads, for anybody on this machine."""
    app = FastAPI(title="Đôn đốc nhiệm vụ", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.portal = Portal(settings, engine, clock, signing_key(settings), demo)
    app.mount("/static", _CachedFiles(directory=STATIC), name="static")
    for router in _READING if demo else (*_READING, *_SIGNED_IN):
        app.include_router(router)
    if not demo:
        mount_api(app, app.state.portal)
    errors.install(app)
    app.add_middleware(BoundedBodies, most=LARGEST_BODY)
    app.add_middleware(SecureHeaders, secure=settings.base_url.startswith("https:"))
    app.add_middleware(ServerTiming)
    return app
