"""The command. Each group of commands is imported only when it is used, so that the first word answers at once."""

import gc
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from dondoc.commands.helping import VietnameseContext, speak_vietnamese

# name: (module, what the help says)
_COMMANDS = {
    "deadline": ("dondoc.commands.deadline", "Đọc một cách ghi thời hạn"),
    "agencies": ("dondoc.commands.agencies", "Danh bạ cơ quan và cách ghi nhóm cơ quan"),
    "catalog": ("dondoc.commands.catalog", "Quyết định và danh mục nhiệm vụ"),
    "calendar": ("dondoc.commands.calendar", "Ngày nghỉ và ngày làm bù"),
    "policy": ("dondoc.commands.policy", "Lịch đôn đốc đang áp dụng"),
    "notices": ("dondoc.commands.notices", "Xem trước các loại thư"),
    "event": ("dondoc.commands.event", "Ngày của các sự kiện mà nhiệm vụ chờ"),
    "indicators": ("dondoc.commands.indicators", "Chỉ tiêu và kiểm tra bảng số liệu"),
    "tasks": ("dondoc.commands.tasks", "Theo dõi và cập nhật nhiệm vụ"),
    "rounds": ("dondoc.commands.rounds", "Các lần báo cáo"),
    "report": ("dondoc.commands.report", "Báo cáo của một cơ quan"),
    "sweep": ("dondoc.commands.sweep", "Quét và xếp thư phải gửi trong ngày"),
    "deliver": ("dondoc.commands.deliver", "Gửi các thư đang chờ"),
    "outbox": ("dondoc.commands.outbox", "Hộp thư đi"),
    "simulate": ("dondoc.commands.simulate", "Diễn tập cả kỳ, không ghi và không gửi gì"),
    "export": ("dondoc.commands.export", "Xuất Excel, Word, lịch, PDF"),
    "user": ("dondoc.commands.user", "Tài khoản đăng nhập"),
    "link": ("dondoc.commands.link", "Đường dẫn đăng nhập của một cơ quan"),
    "token": ("dondoc.commands.token", "Khóa truy cập của hệ thống khác (API)"),
    "webhook": ("dondoc.commands.webhook", "Kết nối báo thay đổi cho hệ thống khác"),
    "flows": ("dondoc.commands.flows", "Các luồng Prefect"),
    "serve": ("dondoc.commands.serve", "Mở cổng thông tin trên máy này"),
    "demo": ("dondoc.commands.demo", "Chạy thử quyết định đầu tiên trong sáu tuần"),
    "backup": ("dondoc.commands.backup", "Sao lưu toàn bộ dữ liệu vào một tệp"),
    "restore": ("dondoc.commands.restore", "Phục hồi từ một bản sao"),
    "doctor": ("dondoc.commands.doctor", "Kiểm tra tình trạng hệ thống"),
}


class _LazyGroup(TyperGroup):
    """Imports a command's module when it is asked for; lists names without importing anything."""

    context_class = VietnameseContext

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        gc.disable()  # modules are here to stay: looking for garbage among them takes a tenth of a command's start
        try:
            command = typer.main.get_command(import_module(_COMMANDS[cmd_name][0]).app)
        finally:
            gc.enable()
        command.name = cmd_name
        return speak_vietnamese(command)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Lệnh"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


app = typer.Typer(
    cls=_LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Theo dõi, đôn đốc danh mục nhiệm vụ của cơ quan hành chính nhà nước.",
)


@app.callback()
def _root() -> None:
    """Hold the group; the commands are in `dondoc.commands`."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; the process ends with the exit status of interface.md."""
    from dondoc.commands.running import run  # deferred: the help needs none of it

    sys.exit(run(app, arguments))
