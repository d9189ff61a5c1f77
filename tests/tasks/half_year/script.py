"""What happens on which day. The departments' days are one rule; the rest is the cast's.

Deeds happen after the morning's sweep of their day.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from catalog.decision_file import shipped_keys
from tasks.amending.amendments import apply, prepare
from tasks.amending.close_out import CloseOut, close_out, prepare_close_out
from tasks.amending.merging import Merger, merge_agencies
from tasks.occasions import set_occasion
from tasks.reporting.content import Declares, Line, Paper
from tasks.rounds.agencies import Ruling, exempt_agencies, extend_agencies
from tasks.tracking.extensions import ask_extension, grant_extension
from tests.tasks.half_year.people import (
    CONFIRMER,
    COORDINATOR,
    DEPARTMENTS,
    EXEMPT,
    EXTENDED,
    HEIR,
    HOME,
    KEY,
    LATE,
    MERGED,
    NIL,
    PAPER,
    RETURNED,
    speaker,
)
from tests.tasks.half_year.stage import Scene

assert KEY in shipped_keys()

AMENDMENT = f"""\
amends: {KEY}
number: 3210/QĐ-UBND
issued_on: 2025-10-15
because: Theo đề nghị của Sở Nội vụ
add:
  - code: "5.4"
    section: "5"
    text: Báo cáo việc thực hiện dân chủ trong giải phóng mặt bằng các dự án giao thông
    lead: Ban Quản lý dự án đầu tư xây dựng công trình giao thông và nông nghiệp thành phố
    deadline: Hoàn thành trong tháng 11/2025
change:
  - {{code: "4.3", deadline: Hoàn thành trong tháng 11/2025}}
  - {{code: "2.6", lead: Sở Công Thương; Sở Tài chính}}
cancel:
  - {{code: "4.5", reason: Đã giao tại văn bản khác}}
"""


def departments_declare(scene: Scene, *duties: str) -> None:
    for agency in DEPARTMENTS:
        scene.declare(agency, *duties)


def departments_are_confirmed(scene: Scene, *duties: str) -> None:
    for agency in DEPARTMENTS:
        scene.confirm(agency, *duties)


def august_12(scene: Scene) -> None:
    departments_declare(scene, "1.2", "3.4.b")
    for agency in (EXTENDED, RETURNED):
        scene.declare(agency, "1.2", "3.4.b")
    scene.declare(MERGED, "1.2")


def august_13(scene: Scene) -> None:
    departments_are_confirmed(scene, "1.2", "3.4.b")
    scene.confirm(EXTENDED, "1.2", "3.4.b")
    scene.confirm(RETURNED, "3.4.b")
    scene.confirm(MERGED, "1.2")
    scene.return_(RETURNED, "1.2", "Kế hoạch chưa phân công cán bộ")


def august_27(scene: Scene) -> None:
    departments_declare(scene, "5.3")
    for agency in (EXTENDED, RETURNED):
        scene.declare(agency, "5.3")


def august_28(scene: Scene) -> None:
    scene.confirm(EXTENDED, "5.3")
    scene.confirm(RETURNED, "5.3")
    scene.report_nil("lan-1", NIL)
    scene.declare(HOME, "4.7")


def september_03(scene: Scene) -> None:
    scene.confirm(HOME, "4.7")
    for agency in DEPARTMENTS:
        scene.report("lan-1", agency)
    scene.report("lan-1", RETURNED, [Line(scene.task("3.2", RETURNED), result="Đã chọn hai mô hình")])


def september_04(scene: Scene) -> None:
    scene.hour = 23  # still the last day
    scene.report("lan-1", EXTENDED)


def september_05(scene: Scene) -> None:
    scene.declare(LATE, "5.3")
    scene.send_back("lan-1", RETURNED, "Chưa có số liệu đối thoại")


def september_08(scene: Scene) -> None:
    scene.confirm(LATE, "5.3")
    scene.accept("lan-1", *DEPARTMENTS, EXTENDED, NIL)
    paper_lines = [
        Line(scene.task("1.2", PAPER), Declares.DONE, "Đã ban hành", "12/KH-UBND", date(2025, 8, 13)),
        Line(scene.task("3.4.b", PAPER), Declares.DONE, "Đã sửa Quy chế"),
        Line(scene.task("5.3", PAPER), Declares.DONE, "Đã ký cam kết"),
        Line(scene.task("4.5", PAPER), Declares.NOT_APPLICABLE, "Không có vụ việc đông người"),
        Line(scene.task("3.2", PAPER), Declares.STARTED),
    ]
    arrived = Paper("45/BC-UBND", date(2025, 9, 3), received=date(2025, 9, 4))
    scene.record("lan-1", PAPER, paper_lines, arrived)


def september_09(scene: Scene) -> None:
    scene.report("lan-1", LATE)
    scene.accept("lan-1", PAPER, struck={scene.task("3.4.b", PAPER): "Chưa gửi kèm Quy chế"})


def september_10(scene: Scene) -> None:
    scene.report("lan-1", RETURNED, [Line(scene.task("3.2", RETURNED), result="Đã chọn hai mô hình")])
    scene.accept("lan-1", LATE)


def extension_asked(scene: Scene) -> None:
    number = scene.task("1.3", EXTENDED)
    why = "Phải tổng hợp thêm số liệu của các xã cũ"
    ask_extension(scene.session, number, date(2025, 10, 20), why, speaker(EXTENDED), scene.now)


def extension_granted(scene: Scene) -> None:
    grant_extension(scene.session, scene.task("1.3", EXTENDED), COORDINATOR, scene.now, "Đồng ý")


def october_16(scene: Scene, folder: Path) -> None:
    path = folder / "dieu-chinh.yaml"
    path.write_text(AMENDMENT, "utf-8")
    apply(scene.session, prepare(scene.session, path, lock=True), COORDINATOR.login, scene.now)
    scene.declare(EXTENDED, "1.3")


def november_10(scene: Scene) -> None:
    ruling = Ruling(COORDINATOR, scene.now, "Đang sắp xếp lại doanh nghiệp")
    exempt_agencies(scene.session, scene.round("lan-2"), [EXEMPT], ruling)


def november_12(scene: Scene) -> None:
    day = date(2025, 12, 10)
    set_occasion(scene.session, scene.decision, "ky-hop-hdnd-cuoi-nam-2025", day, COORDINATOR, scene.now)


def november_17(scene: Scene) -> None:
    merger = Merger("hai-phong", (MERGED,), HEIR, "Quyết định số 4000/QĐ-UBND", scene.day, COORDINATOR.login)
    merge_agencies(scene.session, merger, scene.now)


def november_26(scene: Scene) -> None:
    departments_declare(scene, "4.3")
    scene.declare(EXTENDED, "4.3")
    scene.declare(HOME, "3.1", "4.8")


def november_28(scene: Scene) -> None:
    departments_are_confirmed(scene, "4.3")
    scene.confirm(EXTENDED, "4.3")
    scene.declare(HEIR, "5.4")  # handed over by the agency that merged into it


def december_01(scene: Scene) -> None:
    ruling = Ruling(COORDINATOR, scene.now, "Chờ kết quả kỳ họp")
    extend_agencies(scene.session, scene.round("lan-2"), [EXTENDED], date(2025, 12, 10), ruling)
    scene.report_nil("lan-2", NIL)


def december_02(scene: Scene) -> None:
    told = [Line(scene.task(duty, HEIR), result="Đã thực hiện xong") for duty in ("5.4", "3.2")]
    scene.report("lan-2", HEIR, told)


def december_03(scene: Scene) -> None:
    scene.confirm(HEIR, "5.4")
    for agency in DEPARTMENTS:
        scene.report("lan-2", agency)


def december_08(scene: Scene) -> None:
    scene.confirm(HOME, "3.1", "4.8")
    told = [Line(scene.task("4.3", LATE), Declares.DONE, "Đã đối thoại hai cuộc")]
    told += [Line(scene.task(duty, LATE), result="Đã thực hiện") for duty in LEFT_TO_CLOSE_OUT]
    scene.report("lan-2", LATE, told)


LEFT_TO_CLOSE_OUT = ("3.2", "3.4.b2", "3.4.b3", "4.4")  # what a commune leads until 31/12 after the amendment


def january_05(scene: Scene) -> None:
    close_out(scene.session, closing(scene), [], COORDINATOR, scene.now)


def january_06(scene: Scene) -> None:
    close_out(scene.session, closing(scene), [], CONFIRMER, scene.now)


def closing(scene: Scene) -> CloseOut:
    return prepare_close_out(scene.session, scene.decision, None, scene.day)


def script(folder: Path) -> dict[date, Callable[[Scene], None]]:
    """Return what is done on each day on which anything is."""
    deeds: dict[str, Callable[[Scene], None]] = {
        "2025-08-12": august_12,
        "2025-08-13": august_13,
        "2025-08-18": lambda scene: scene.declare(RETURNED, "1.2"),
        "2025-08-19": lambda scene: scene.confirm(RETURNED, "1.2"),
        "2025-08-20": lambda scene: scene.declare(LATE, "1.2", "3.4.b"),
        "2025-08-22": lambda scene: scene.confirm(LATE, "1.2", "3.4.b"),
        "2025-08-27": august_27,
        "2025-08-28": august_28,
        "2025-08-29": lambda scene: departments_are_confirmed(scene, "5.3"),
        "2025-09-03": september_03,
        "2025-09-04": september_04,
        "2025-09-05": september_05,
        "2025-09-08": september_08,
        "2025-09-09": september_09,
        "2025-09-10": september_10,
        "2025-09-11": lambda scene: scene.accept("lan-1", RETURNED),
        "2025-09-22": extension_asked,
        "2025-09-24": extension_granted,
        "2025-09-26": lambda scene: departments_declare(scene, "1.3"),
        "2025-09-30": lambda scene: (
            departments_are_confirmed(scene, "1.3"),
            scene.declare(HOME, "2.4"),
        ),
        "2025-10-02": lambda scene: scene.confirm(HOME, "2.4"),
        "2025-10-10": lambda scene: scene.declare(LATE, "1.3"),
        "2025-10-13": lambda scene: scene.confirm(LATE, "1.3"),
        "2025-10-16": lambda scene: october_16(scene, folder),
        "2025-10-17": lambda scene: scene.confirm(EXTENDED, "1.3"),
        "2025-11-03": lambda scene: scene.declare(HOME, "5.1"),
        "2025-11-05": lambda scene: scene.confirm(HOME, "5.1"),
        "2025-11-10": november_10,
        "2025-11-12": november_12,
        "2025-11-17": november_17,
        "2025-11-26": november_26,
        "2025-11-28": november_28,
        "2025-12-01": december_01,
        "2025-12-02": december_02,
        "2025-12-03": december_03,
        "2025-12-05": lambda scene: scene.accept("lan-2", *DEPARTMENTS, HEIR, NIL),
        "2025-12-08": december_08,
        "2025-12-09": lambda scene: scene.report("lan-2", EXTENDED),
        "2025-12-10": lambda scene: (scene.accept("lan-2", LATE), scene.declare(HOME, "3.4.a")),
        "2025-12-11": lambda scene: scene.accept("lan-2", EXTENDED),
        "2025-12-12": lambda scene: scene.confirm(HOME, "3.4.a"),
        "2026-01-05": january_05,
        "2026-01-06": january_06,
    }
    return {date.fromisoformat(day): deed for day, deed in deeds.items()}
