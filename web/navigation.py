"""The menu of each kind of person: the page that is open is marked, what is rarely needed is folded by matter."""

from dataclasses import dataclass

from tasks.actors import Role
from web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Fold:
    """Entries of one matter under one name, opened by a press."""

    label: str
    entries: tuple[Entry, ...]

    @property
    def current(self) -> bool:
        """Whether the page that is open is one of these."""
        return any(entry.current for entry in self.entries)


_Said = tuple[str, str] | tuple[str, tuple[tuple[str, str], ...]]

_READING = (
    ("/", "Tổng quan"),
    ("/lanh-dao", "Lãnh đạo"),
    ("/viec", "Nhiệm vụ"),
    ("/ma-tran", "Ma trận"),
    ("/bieu-do", "Biểu đồ"),
    ("/lan-bao-cao", "Báo cáo"),
)
_EVENTS = ("/su-kien", "Sự kiện")
_MAILS = ("/thu", "Hộp thư đi")
_DIRECTORY = ("/danh-ba", "Danh bạ")
_RECORD = ("/nhat-ky", "Nhật ký")
_KEEPING: tuple[_Said, ...] = (
    *_READING,
    (
        "Quyết định",
        (
            _EVENTS,
            ("/nhap-quyet-dinh", "Nhập quyết định"),
            ("/sua-doi", "Điều chỉnh, bổ sung"),
            ("/ket-thuc", "Kết thúc danh mục"),
        ),
    ),
    ("Thư", (_MAILS, ("/lich-gui", "Lịch gửi sắp tới"))),
)
_BY_ROLE: dict[Role, tuple[_Said, ...]] = {
    Role.ADMINISTRATOR: (
        *_KEEPING,
        (
            "Quản trị",
            (
                _DIRECTORY,
                ("/quan-tri/tai-khoan", "Tài khoản"),
                ("/quan-tri/khoa-truy-cap", "Khóa truy cập"),
                ("/quan-tri/webhook", "Báo thay đổi (webhook)"),
                _RECORD,
            ),
        ),
    ),
    Role.COORDINATOR: (*_KEEPING, ("Quản trị", (_DIRECTORY, _RECORD))),
    Role.LEADER: (*_READING, _EVENTS, _MAILS),
    Role.AGENCY: (
        ("/", "Việc của đơn vị"),
        ("/viec", "Tất cả nhiệm vụ"),
        ("/lich", "Lịch"),
        ("/thu", "Thư đã nhận"),
    ),
}


def menu(viewer: Viewer, path: str) -> tuple[Entry | Fold, ...]:
    """Return the viewer's menu: the pages of every day, then the rest folded by matter."""
    home = path == "/" or (
        viewer.role is Role.AGENCY and path.startswith("/co-quan/")
    )  # where "/" leads them

    def entry(target: str, label: str) -> Entry:
        return Entry(target, label, home if target == "/" else _covers(target, path))

    return tuple(
        entry(first, second)
        if isinstance(second, str)
        else Fold(first, tuple(entry(*said) for said in second))
        for first, second in _BY_ROLE[viewer.role]
    )


def _covers(target: str, path: str) -> bool:
    return path == target or path.startswith(f"{target}/")
