"""The menu of each kind of person; the page that is open is marked."""

from dataclasses import dataclass

from tasks.actors import Role
from web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    label: str
    current: bool


_OVERSEER = (
    ("/", "Tổng quan"),
    ("/lanh-dao", "Lãnh đạo"),
    ("/viec", "Nhiệm vụ"),
    ("/ma-tran", "Ma trận"),
    ("/bieu-do", "Biểu đồ"),
    ("/lan-bao-cao", "Báo cáo"),
    ("/su-kien", "Sự kiện"),
    ("/thu", "Thư đã gửi"),
)
_DIRECTORY = ("/danh-ba", "Danh bạ")
_IMPORTING = ("/nhap-quyet-dinh", "Nhập quyết định")
_AMENDING = ("/sua-doi", "Điều chỉnh")
_FORECAST = ("/lich-gui", "Lịch gửi")
_CLOSE_OUT = ("/ket-thuc", "Kết thúc")
_KEYS = ("/quan-tri/khoa-truy-cap", "Khóa truy cập")
_WEBHOOKS = ("/quan-tri/webhook", "Báo thay đổi")
_RECORD = ("/nhat-ky", "Nhật ký")
_BY_ROLE: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.ADMINISTRATOR: (
        *_OVERSEER,
        _FORECAST,
        _IMPORTING,
        _AMENDING,
        _DIRECTORY,
        _CLOSE_OUT,
        ("/quan-tri/tai-khoan", "Tài khoản"),
        _KEYS,
        _WEBHOOKS,
        _RECORD,
    ),
    Role.COORDINATOR: (*_OVERSEER, _FORECAST, _IMPORTING, _AMENDING, _DIRECTORY, _CLOSE_OUT, _RECORD),
    Role.LEADER: _OVERSEER,
    Role.AGENCY: (
        ("/", "Việc của đơn vị"),
        ("/viec", "Tất cả nhiệm vụ"),
        ("/lich", "Lịch"),
        ("/thu", "Thư đã nhận"),
    ),
}


def menu(viewer: Viewer, path: str) -> tuple[Entry, ...]:
    """Return the viewer's menu."""
    return tuple(Entry(target, label, _covers(target, path)) for target, label in _BY_ROLE[viewer.role])


def _covers(target: str, path: str) -> bool:
    return path == target or (target != "/" and path.startswith(f"{target}/"))
