"""What is wrong with how a command was called, in Vietnamese: the command-line library speaks English only."""

import re
from typing import Any

# the library's sentence, and ours with its parts
_SENTENCES = (
    (r"No such command '?(.+?)'?\.?", "không có lệnh «{0}»."),
    (r"Missing command\.?", "chưa nêu lệnh cần chạy."),
    (r"No such option: (.+?)(?: \(.*\)| Did you mean .*)?", "không có tùy chọn {0}."),
    (r"Got unexpected extra arguments? \((.+)\)", "thừa tham số: {0}."),
    (r"Option '?(.+?)'? requires an argument\.?", "tùy chọn {0} cần một giá trị."),
    (r"Option '?(.+?)'? does not take a value\.?", "tùy chọn {0} không nhận giá trị."),
    (r"Input should be a valid (?:integer|number).*", "giá trị phải là số."),
    (r"Input should be a valid boolean.*", "giá trị phải là có hoặc không."),
    (r"Input should be greater than or equal to (\S+)", "giá trị phải từ {0} trở lên."),
    (r"Input should be less than or equal to (\S+)", "giá trị nhiều nhất là {0}."),
    (r"(?:Value error, )?'(.+)' is not one of (.+?)\.?", "«{0}» không phải là một trong: {1}."),
)


def usage_sentence(error: Any) -> str:
    """Return the sentence for a usage error of the command-line library, naming the command to ask for help.

    A group of commands called without one is answered by its help.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.message)  # the help itself
    command = error.ctx.command_path if getattr(error, "ctx", None) else "dondoc"
    return f"Lệnh chưa đúng: {_what(error)} Xem cách dùng: {command} --help"


def _what(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if type(error).__name__ == "MissingParameter":
        return f"thiếu {_name(parameter)}."
    message = str(error.message)
    for pattern, ours in _SENTENCES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            told = ours.format(*match.groups())
            return told if parameter is None else f"{_name(parameter)}: {told}"
    return message if message.endswith((".", "?", "!")) else f"{message}."


def _name(parameter: Any) -> str:
    """Return how a person knows the parameter: the option as typed, an argument by its place."""
    if parameter is None:
        return "tham số"
    options = [option for option in parameter.opts if option.startswith("-")]
    return f"tùy chọn {options[0]}" if options else f"tham số {str(parameter.name).upper()}"
