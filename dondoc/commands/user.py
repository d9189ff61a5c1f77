"""`dondoc user`: who may sign in to the portal."""

import sys
from datetime import datetime
from getpass import getpass
from typing import Annotated, Any

import typer

from catalog.days import HANOI
from dondoc.commands.acting import administrator
from dondoc.commands.opening import By, InDirectory, acting, open_database
from dondoc.commands.output import AsOf, JsonFlag, print_json, print_table
from dondoc.commands.running import OutsideFailure
from dondoc.settings import UnusableSettingsError, read_settings
from tasks.accounts.accounts import (
    Change,
    NewUser,
    add_user,
    change_user,
    disable_user,
    enable_user,
    find_user,
    list_users,
    set_password,
    sign_out_user,
)
from tasks.accounts.identities import Proof, await_address, bind_subject, issuer_key, unbind
from tasks.actors import Role
from tasks.database import reading, writing
from tasks.models import User

app = typer.Typer(no_args_is_help=True, help="Tài khoản đăng nhập cổng thông tin.")

Login = Annotated[
    str, typer.Argument(metavar="TÊN", help="Tên đăng nhập: chữ thường không dấu, chữ số, . _ @ -")
]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn.")
]


@app.command("add")
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="Vai trò của tài khoản.")] = Role.AGENCY,
    agency: Annotated[
        str | None, typer.Option(help="Mã cơ quan của tài khoản; chỉ quản trị viên không cần.")
    ] = None,
    name: Annotated[str, typer.Option(help="Tên hiển thị, ví dụ chức danh.")] = "",
    directory: InDirectory = None,
    from_input: FromInput = False,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Thêm tài khoản; mật khẩu hỏi tại chỗ hoặc đọc từ đầu vào chuẩn."""
    now, engine = acting(moment), open_database()
    new = NewUser(login, role, agency, name, asked_password(from_input=from_input), directory)
    with writing(engine) as session:
        shown = _document(add_user(session, new, administrator(session, by), now))
    _tell(shown, f"Đã thêm tài khoản {shown['login']}.", as_json=as_json)


@app.command("password")
def password(
    login: Login, from_input: FromInput = False, by: By = None, moment: AsOf = None, as_json: JsonFlag = False
) -> None:
    """Đặt lại mật khẩu; các phiên đang đăng nhập của tài khoản kết thúc."""
    now, engine = acting(moment), open_database()
    with writing(engine) as session:
        user = set_password(
            session, login, asked_password(from_input=from_input), administrator(session, by), now
        )
        shown = _document(user)
    _tell(shown, f"Đã đặt lại mật khẩu của {shown['login']}.", as_json=as_json)


@app.command("disable")
def disable(login: Login, by: By = None, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Khóa tài khoản; các phiên đang đăng nhập kết thúc, những gì đã làm vẫn giữ."""
    now, engine = acting(moment), open_database()
    with writing(engine) as session:
        shown = _document(disable_user(session, login, administrator(session, by), now))
    _tell(shown, f"Đã khóa tài khoản {shown['login']}.", as_json=as_json)


@app.command("enable")
def enable(login: Login, by: By = None, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Mở khóa tài khoản: đăng nhập lại được bằng mật khẩu đã có."""
    now, engine = acting(moment), open_database()
    with writing(engine) as session:
        shown = _document(enable_user(session, login, administrator(session, by), now))
    _tell(shown, f"Đã mở khóa tài khoản {shown['login']}.", as_json=as_json)


@app.command("sign-out")
def sign_out(login: Login, by: By = None, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Kết thúc mọi phiên đang đăng nhập của tài khoản."""
    now, engine = acting(moment), open_database()
    with writing(engine) as session:
        shown = _document(sign_out_user(session, login, administrator(session, by), now))
    _tell(shown, f"Đã kết thúc mọi phiên của {shown['login']}.", as_json=as_json)


@app.command("change")
def change(
    login: Login,
    role: Annotated[Role, typer.Option(help="Vai trò từ nay.")],
    agency: Annotated[
        str | None, typer.Option(help="Mã cơ quan từ nay; chỉ quản trị viên không cần.")
    ] = None,
    name: Annotated[str, typer.Option(help="Tên hiển thị từ nay.")] = "",
    directory: InDirectory = None,
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Đổi vai trò, cơ quan và tên hiển thị; có hiệu lực ngay cả với người đang đăng nhập."""
    now, engine = acting(moment), open_database()
    with writing(engine) as session:
        wanted = Change(role, agency, name, directory)
        shown = _document(change_user(session, login, wanted, administrator(session, by), now))
    _tell(shown, f"Đã sửa tài khoản {shown['login']}.", as_json=as_json)


@app.command("link")
def link(
    login: Login,
    subject: Annotated[
        str, typer.Option("--subject", help="Mã định danh của người này tại nhà cung cấp.")
    ] = "",
    email: Annotated[
        str, typer.Option("--email", help="Địa chỉ thư đã xác minh của người sẽ đăng nhập lần đầu.")
    ] = "",
    by: By = None,
    moment: AsOf = None,
    as_json: JsonFlag = False,
) -> None:
    """Liên kết tài khoản với một người tại nhà cung cấp đăng nhập một lần (DONDOC_OIDC_ISSUER)."""
    if bool(subject) == bool(email):
        raise typer.BadParameter("Hãy ghi một trong hai: --subject hoặc --email.")
    now, proof = acting(moment), Proof(_issuer(), subject, email)
    with writing(open_database()) as session:
        bind = bind_subject if subject else await_address
        bind(session, login, proof, administrator(session, by), now)
        shown = _document(find_user(session, login))
    _tell({**shown, "subject": subject or None, "email": email or None}, "Đã liên kết.", as_json=as_json)


@app.command("unlink")
def unlink(login: Login, by: By = None, moment: AsOf = None, as_json: JsonFlag = False) -> None:
    """Gỡ liên kết đăng nhập một lần; các phiên mở bằng liên kết đó kết thúc."""
    now, issuer = acting(moment), _issuer()
    with writing(open_database()) as session:
        unbind(session, login, issuer, administrator(session, by), now)
        shown = _document(find_user(session, login))
    _tell(shown, f"Đã gỡ liên kết của {shown['login']}.", as_json=as_json)


@app.command("list")
def list_(as_json: JsonFlag = False) -> None:
    """Liệt kê các tài khoản."""
    with reading(open_database()) as session:
        users = [_document(user) for user in list_users(session)]
    if as_json:
        print_json({"total": len(users), "items": users})
        return
    print_table(
        ("Tên đăng nhập", "Vai trò", "Cơ quan", "Tên hiển thị", "Mật khẩu", "Khóa từ"),
        [
            (
                u["login"],
                u["role"],
                u["agency"],
                u["name"],
                "có" if u["has_password"] else "chưa",
                _local(u["disabled_at"]),
            )
            for u in users
        ],
    )


def asked_password(*, from_input: bool) -> str:
    """Return the password typed twice at the terminal, or the first line of standard input.

    Raises OutsideFailure where there is no terminal to ask at, or the two differ.
    """
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise OutsideFailure("Không có màn hình để hỏi mật khẩu; hãy đưa mật khẩu vào bằng --password-stdin.")
    first = getpass("Mật khẩu mới: ")
    if getpass("Nhập lại mật khẩu: ") != first:
        raise OutsideFailure("Hai lần nhập mật khẩu không giống nhau; chưa có gì thay đổi.")
    return first


def _issuer() -> str:
    issuer = read_settings().oidc_issuer
    if issuer is None:
        raise UnusableSettingsError("Chưa mở đăng nhập một lần; hãy đặt DONDOC_OIDC_ISSUER trước.")
    return issuer_key(issuer)


def _document(user: User) -> dict[str, Any]:
    return {
        "login": user.login,
        "role": user.role,
        "agency": user.agency.code if user.agency else None,
        "name": user.name,
        "has_password": bool(user.password),
        "disabled_at": user.disabled_at,
    }


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(HANOI) if instant else None


def _tell(document: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        print(sentence)
