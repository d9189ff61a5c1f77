"""`dondoc link`: a sign-in link for an agency, to be handed over by the coordinator."""

from typing import Annotated

import typer

from dondoc.commands.acting import coordinator
from dondoc.commands.opening import By, InDirectory, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, show
from dondoc.settings import read_settings
from tasks.accounts.accounts import find_agency
from tasks.accounts.sign_in_links import BY_HAND, make_link
from tasks.database import writing

app = typer.Typer(help="Tạo đường dẫn đăng nhập dùng một lần cho một cơ quan.")


@app.command()
def link(
    agency: Annotated[str, typer.Argument(metavar="CƠ_QUAN", help="Mã cơ quan trong danh bạ.")],
    directory: InDirectory = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """In ra đường dẫn; dùng được một lần trong ba ngày, mở ra phải bấm nút Đăng nhập."""
    now, settings = acting(moment), read_settings()
    with writing(open_database(settings)) as session:
        row = find_agency(session, agency, directory)
        token = make_link(
            session,
            row,
            row.code,
            coordinator(session, by),
            now,
            BY_HAND,
        )
        name, code = row.name, row.code
    url = f"{settings.base_url.rstrip('/')}/vao/{token}"
    until = now + BY_HAND
    if as_json:
        print_json({"agency": code, "url": url, "valid_until": until})
        return
    print(f"{name}: {url}")
    print(f"Dùng một lần, đến {show(until)}. Chỉ giao cho người của cơ quan này.")
