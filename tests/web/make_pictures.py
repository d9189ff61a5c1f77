"""Makes docs/pictures anew from the demonstration's data: `make pictures` (a minute).

The demonstration is played in a folder of its own and the portal shown as on its last day; each page is taken as on a
laptop and as on a phone, and kept small by a palette.
"""

import argparse
import io
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from pydantic import SecretStr
from sqlalchemy import Engine, select

from catalog.days import HANOI
from dondoc.clock import running_from
from dondoc.settings import Settings
from tasks.accounts.sign_ins import Origin, open_sign_in
from tasks.actors import Role
from tasks.database import open_engine, reading, writing
from tasks.models import Agency, Round, Standing, Submission, Task, User
from tests.web.chromium import MISSING, executable
from web.app import create_app

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
NOW = datetime(2025, 9, 8, 9, tzinfo=HANOI)  # an hour after the demonstration's last sweep
LARGEST = 60_000  # bytes of a picture
COLOURS = 64
WIDTHS = {"1440": {"width": 1440, "height": 820}, "360": {"width": 360, "height": 780}}
AGENCY = "ban-quan-ly-khu-kinh-te"  # one of the silent
LOGINS = {"coordinator": "dieu-phoi", "leader": "lanh-dao", "agency": "khu-kinh-te"}


@dataclass(frozen=True)
class Shown:
    """One page: what its picture is called, who looks at it, where it is."""

    name: str
    who: str
    path: str


def main() -> None:
    asked = argparse.ArgumentParser(description="Chụp lại các trang chính của cổng vào docs/pictures.")
    asked.add_argument("--home", type=Path, help="Thư mục đã chạy dondoc demo; không có thì chạy mới.")
    home: Path | None = asked.parse_args().home
    with tempfile.TemporaryDirectory() as folder:
        if home is None:
            home = Path(folder)
            played = [Path(sys.executable).with_name("dondoc"), "demo", "--no-serve"]
            subprocess.run(
                played, check=True, env={**os.environ, "DONDOC_HOME": folder}, stdout=subprocess.DEVNULL
            )
        engine = open_engine(f"sqlite:///{home / 'dondoc.sqlite3'}")
        add_people(engine)
        with serving(engine, home) as base, sync_playwright() as playwright:
            path = executable(playwright) or sys.exit(MISSING)
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for shown in pages(engine):
                for width in WIDTHS:
                    take(browser, engine, base, shown, width)
            browser.close()
        engine.dispose()


def pages(engine: Engine) -> list[Shown]:
    with reading(engine) as session:
        key = session.scalars(select(Round.id).where(Round.code == "lan-1")).one()
        reported = session.scalars(
            select(Agency.code)
            .join(Standing, Standing.agency_id == Agency.id)
            .where(Standing.round_id == key, Standing.state.in_([Submission.SUBMITTED, Submission.ACCEPTED]))
            .order_by(Agency.sort_key)
        ).first()
        task = session.scalars(
            select(Task.id)
            .join(Agency)
            .where(Agency.code == AGENCY, Task.due.is_not(None))
            .order_by(Task.due)
        ).first()
    decision = "hai-phong-dan-van-2025-2"
    return [
        Shown("tong-quan", "coordinator", "/"),
        Shown("lanh-dao", "leader", "/lanh-dao"),
        Shown("ma-tran", "coordinator", f"/ma-tran/{decision}?mo=cap-xa"),
        Shown("bieu-do", "leader", "/bieu-do"),
        Shown("nhiem-vu", "coordinator", "/viec?tinh-trang=overdue&xep=han"),
        Shown("mot-viec", "coordinator", f"/viec/{task}"),
        Shown("lan-bao-cao", "coordinator", f"/lan-bao-cao/{decision}/lan-1?xem=chua-nop"),
        Shown("xem-bao-cao", "coordinator", f"/bao-cao/{key}/{reported}"),
        Shown("lich-gui", "coordinator", "/lich-gui"),
        Shown("viec-cua-don-vi", "agency", f"/co-quan/{AGENCY}"),
        Shown("soan-bao-cao", "agency", f"/bao-cao/{key}/{AGENCY}"),
    ]


def add_people(engine: Engine) -> None:
    """Add an account of each kind where the demonstration has none."""
    with writing(engine) as session:
        for role, agency in (
            (Role.COORDINATOR, "so-noi-vu"),
            (Role.LEADER, "lanh-dao-ubnd"),
            (Role.AGENCY, AGENCY),
        ):
            if session.scalar(select(User.id).where(User.login == LOGINS[role.value])) is None:
                where = session.scalar(select(Agency.id).where(Agency.code == agency))
                login = LOGINS[role.value]
                session.add(
                    User(login=login, role=role.value, agency_id=where, created_at=NOW, created_by="admin")
                )


@contextmanager
def serving(engine: Engine, home: Path) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(home=home, base_url=base, secret_key=SecretStr("khóa của máy chụp " * 3))
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, engine, running_from(NOW)), log_level="error")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield base
    server.should_exit = True
    thread.join(10)


def take(browser: Browser, engine: Engine, base: str, shown: Shown, width: str) -> None:
    with writing(engine) as session:
        user = session.scalars(select(User).where(User.login == LOGINS[shown.who])).one()
        seed = open_sign_in(session, user.login, Origin("192.0.2.1", "Chromium"), NOW, user=user)
    context = browser.new_context(viewport=WIDTHS[width], locale="vi-VN")  # type: ignore[arg-type]  # its own TypedDict
    context.add_cookies([{"name": "dondoc", "value": seed, "url": base}])
    page = context.new_page()
    answer = page.goto(base + shown.path)
    if answer is None or not answer.ok:
        sys.exit(f"{shown.path}: {answer and answer.status}")
    file = FOLDER / f"{shown.name}-{width}.png"
    file.write_bytes(small(page.screenshot()))
    sys.stdout.write(f"{file.name}: {file.stat().st_size:,} byte\n")
    context.close()


def small(png: bytes) -> bytes:
    """Return the picture in its own most frequent colours, as many as fit into LARGEST: plain surfaces keep theirs."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    used = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    for colours in (COLOURS, COLOURS // 2, COLOURS // 4):
        palette = Image.new("P", (1, 1))
        palette.putpalette([part for _, colour in used[:colours] for part in colour])
        out = io.BytesIO()
        picture.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


if __name__ == "__main__":
    main()
