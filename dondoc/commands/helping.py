"""The help of every command in Vietnamese: the command-line library's own words are English only.

Done through what the library lets a command choose, its context and formatter, and plain text instead of framed panels,
whose words cannot be chosen.
"""

import re
from collections.abc import Sequence
from typing import Any

import typer

_HEADINGS = {"Options": "Tùy chọn", "Arguments": "Tham số", "Commands": "Lệnh"}
_USAGE = (("[OPTIONS]", "[TÙY CHỌN]"), ("COMMAND [ARGS]...", "LỆNH [THAM SỐ]..."))
_WORDS = (
    (r"^Show this message and exit\.$", "Hiện hướng dẫn này."),
    (r"\brequired\](?=$)", "bắt buộc]"),
    (r"(?<=[\[;])( ?)default: ", r"\1mặc định: "),
    (r"\(dynamic\)", "tự tính"),
)
_COMPLETION = {
    "install_completion",
    "show_completion",
}  # would be told in English, and for a part of the command only


_Plain: Any = typer.Context.formatter_class


class _Formatter(_Plain):  # type: ignore[misc]  # the library gives its formatter no public type
    """Writes help with our words where the library would put its own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        del prefix
        for theirs, ours in _USAGE:
            args = args.replace(theirs, ours)
        super().write_usage(prog, args, "Cách dùng: ")

    def section(self, name: str) -> Any:
        return super().section(_HEADINGS.get(name, name))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().write_dl([(name, _in_vietnamese(text)) for name, text in rows], *args, **more)


class VietnameseContext(typer.Context):
    """The context of our commands."""

    formatter_class = _Formatter


def speak_vietnamese(command: Any) -> Any:
    """Let a command and all those under it write their help in Vietnamese; return it."""
    command.context_class = VietnameseContext
    command.rich_markup_mode = None
    command.params = [each for each in command.params if each.name not in _COMPLETION]
    for each in getattr(command, "commands", {}).values():
        speak_vietnamese(each)
        each.short_help = each.short_help or each.help  # whole: the library cuts what it shortens itself
    return command


def _in_vietnamese(text: str) -> str:
    for theirs, ours in _WORDS:
        text = re.sub(theirs, ours, text)
    return text
