"""`dondoc token`: the keys with which other systems use the API."""

from datetime import datetime
from typing import Annotated, Any

import typer

from catalog.days import HANOI
from dondoc.commands.acting import administrator
from dondoc.commands.opening import By, InDirectory, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from tasks.accounts.tokens import (
    PER_MINUTE,
    NewToken,
    Scope,
    list_tokens,
    make_token,
    revoke_token,
    token_named,
)
from tasks.actors import Role
from tasks.database import reading, writing
from tasks.models import ApiToken

app = typer.Typer(no_args_is_help=True, help="Khóa truy cập của hệ thống khác (API).")

Name = Annotated[
    str, typer.Argument(metavar="TÊN", help="Tên khóa: chữ thường không dấu, chữ số, . _ -; không dùng lại.")
]


@app.command("add")
def add(
    name: Name,
    agency: Annotated[str, typer.Option(help="Mã cơ quan mà khóa thay mặt.")],
    scope: Annotated[list[Scope], typer.Option(help="Quyền của khóa; ghi nhiều lần cho nhiều quyền.")],
    coordinator: Annotated[
        bool, typer.Option("--coordinator", help="Khóa của cơ quan đôn đốc: đọc mọi cơ quan.")
    ] = False,
    days: Annotated[int, typer.Option(help="Số ngày khóa còn hiệu lực.")] = 365,
    per_minute: Annotated[int, typer.Option(help="Số yêu cầu nhiều nhất mỗi phút.")] = PER_MINUTE,
    note: Annotated[str, typer.Option(help="Ghi chú: hệ thống nào, ai phụ trách.")] = "",
    directory: InDirectory = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Tạo khóa; chuỗi bí mật chỉ in ra một lần này."""
    now, engine = acting(moment), open_database()
    new = NewToken(name, agency, tuple(scope), days, coordinator, per_minute, note, directory)
    with writing(engine) as session:
        token, secret = make_token(session, new, administrator(session, by), now)
        shown = _document(token)
    if as_json:
        print_json({**shown, "secret": secret})
        return
    print(f"Đã tạo khóa {shown['name']}, hết hạn ngày {_local(shown['expires_at']):%d/%m/%Y}.")
    print("Chuỗi bí mật chỉ hiện một lần này; hãy chép ngay và giữ kín:")
    print(secret)


@app.command("list")
def list_(as_json: JsonFlag = False) -> None:
    """Liệt kê các khóa, mới nhất trước."""
    with reading(open_database()) as session:
        tokens = [_document(token) for token in list_tokens(session)]
    if as_json:
        print_json({"total": len(tokens), "items": tokens})
        return
    heads = ("Tên", "Bắt đầu bằng", "Cơ quan", "Vai trò", "Quyền", "Dùng lần cuối", "Hết hạn", "Thu hồi")
    print_table(
        heads,
        [
            (
                t["name"], f"{t['shown']}…", t["agency"], _role(t["role"]), ", ".join(t["scopes"]),
                _local(t["used_at"]), _local(t["expires_at"]), _local(t["revoked_at"]),
            )
            for t in tokens
        ],
    )  # fmt: skip


@app.command("revoke")
def revoke(name: Name, by: By = None, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Thu hồi khóa ngay; những gì khóa đã làm vẫn giữ."""
    now, engine = acting(moment), open_database()
    with writing(engine) as session:
        shown = _document(
            revoke_token(session, token_named(session, name).id, administrator(session, by), now)
        )
    if as_json:
        print_json(shown)
    else:
        print(f"Đã thu hồi khóa {shown['name']}.")


def _role(role: str) -> str:
    return "đôn đốc" if role == Role.COORDINATOR else "cơ quan"


def _document(token: ApiToken) -> dict[str, Any]:
    names = ("name", "note", "shown", "role", "scopes", "per_minute", "made_at", "made_by", "expires_at")
    return {
        **{name: getattr(token, name) for name in names},
        "agency": token.agency.code,
        "used_at": token.used_at,
        "revoked_at": token.revoked_at,
    }


def _local(instant: datetime | None) -> Any:
    return instant.astimezone(HANOI) if instant else None
