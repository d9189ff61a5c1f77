"""Keys of other systems are made, shown once, and revoked in the portal."""

import re
from collections.abc import Callable

from sqlalchemy import Engine, select

from tasks.database import reading
from tasks.models import ApiToken, Deed
from tests.web.api.systems import System
from tests.web.people import Browser

PLACE = "/quan-tri/khoa-truy-cap"
NEW = {
    "ten": "mot-cua", "co-quan": "bob", "quyen": ["tasks:read", "tasks:write"], "thoi-han": "90", "moi-phut": "60",
    "ghi-chu": "Một cửa điện tử",
}  # fmt: skip


def test_the_secret_is_shown_once_and_works(browser: Callable[..., Browser], engine: Engine, app):
    admin = browser("admin")
    marks = {"_so": "mot-lan"}
    made = admin.submit(PLACE, {**NEW, **marks})
    secret = re.search(r"<pre>(dondoc_[\w-]{43})</pre>", made.text)[1]
    assert System(app, secret).read("/tasks").json()["total"] == 4
    again = admin.submit(PLACE, {**NEW, **marks})
    assert (again.status_code, again.headers["location"]) == (303, f"{PLACE}?da=xong")
    listed = admin.get(PLACE).text
    assert secret not in listed
    assert f"{secret[:13]}…" in listed
    assert "tasks:read, tasks:write" in listed
    with reading(engine) as session:
        kept = session.scalars(select(ApiToken)).one()
        assert (kept.made_by, kept.note, kept.per_minute) == ("admin", "Một cửa điện tử", 60)
        deeds = session.execute(select(Deed.action, Deed.subject).where(Deed.action.like("token%"))).all()
        assert deeds == [("token.add", "mot-cua")]


def test_a_revoked_key_is_refused_at_once(browser: Callable[..., Browser], engine: Engine, app):
    admin = browser("admin")
    secret = re.search(r"<pre>(dondoc_[\w-]{43})</pre>", admin.submit(PLACE, NEW).text)[1]
    with reading(engine) as session:
        number = session.scalars(select(ApiToken.id)).one()
    assert admin.submit(f"{PLACE}/{number}/thu-hoi").status_code == 303
    assert System(app, secret).read("/tasks").status_code == 401
    assert "Đã thu hồi" in admin.get(PLACE).text


def test_every_fault_of_a_new_key_is_told_and_what_was_typed_is_kept(
    browser: Callable[..., Browser], engine: Engine
):
    refused = browser("admin").submit(
        PLACE, {**NEW, "ten": "Tên Sai", "don-doc": "1", "quyen": [], "moi-phut": "0"}
    )
    assert refused.status_code == 422
    for sentence in (
        "Tên khóa «Tên Sai» chưa đúng",
        "Chưa chọn quyền nào",
        "không đôn đốc quyết định nào",
        "mỗi phút",
    ):
        assert sentence in refused.text
    assert 'value="Một cửa điện tử"' in refused.text
    with reading(engine) as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_name_is_never_given_twice(browser: Callable[..., Browser], engine: Engine):
    admin = browser("admin")
    assert admin.submit(PLACE, NEW).status_code == 200
    assert "Đã có khóa mot-cua" in admin.submit(PLACE, NEW).text
