"""Whether a set of indicators fits the decision it is loaded with: its key, the duties, the rounds, the groups."""

from collections.abc import Iterator

from catalog.agencies import Directory
from catalog.decision import Decision
from catalog.errors import Fault
from catalog.figures.indicators import IndicatorSet

_CODES = "Hãy kiểm tra lại mã."


def misfits(found: IndicatorSet, decision: Decision, directory: Directory) -> tuple[Fault, ...]:
    """Return everything of the set that the decision or its directory does not have."""
    return tuple(_misfits(found, decision, directory))


def _misfits(found: IndicatorSet, decision: Decision, directory: Directory) -> Iterator[Fault]:
    file = f"bộ chỉ tiêu {found.key}"
    if found.decision != decision.key:
        said = f"bộ chỉ tiêu này của quyết định {found.decision}, không phải {decision.key}."
        yield Fault(said, file=file, remedy="Hãy chọn đúng tệp chỉ tiêu hoặc sửa mục decision.")
    duties = {duty.code for duty in decision.duties} | {heading.code for heading in decision.headings}
    rounds = {planned.code for planned in decision.rounds}
    for indicator in found.indicators:
        place = f"chỉ tiêu {indicator.code}"
        if indicator.duty not in duties:
            yield Fault(f"quyết định không có nhiệm vụ mang mã “{indicator.duty}”.", place, file, _CODES)
    cut_offs = [*found.cut_offs, *(cut for indicator in found.indicators for cut in indicator.cut_offs)]
    named = [cut.round for cut in cut_offs]
    for code in dict.fromkeys(code for code in named if code not in rounds):
        yield Fault(f"quyết định không có lần báo cáo mang mã “{code}”.", "ngày chốt số liệu", file, _CODES)
    for level in found.levels:
        for code in (code for code in level.groups if not directory.has_group(code)):
            said = f"danh bạ {directory.key} không có nhóm mang mã “{code}”."
            yield Fault(said, f"cấp {level.code}", file, _CODES)
