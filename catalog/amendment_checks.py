"""What can be wrong in an amendment whose file is well formed: against itself, the decision and what amended it before."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from catalog.agencies import Directory
from catalog.amendment import DATING, Amendment, amended
from catalog.calendar import WorkingCalendar
from catalog.decision import Decision
from catalog.decision_checks import Finding, check_references
from catalog.expansion import findings_of
from catalog.yaml_lines import KeyPath

_CODES = "Hãy kiểm tra lại mã."


@dataclass(frozen=True, slots=True)
class Amended:
    """What an amendment is held against: the decision as it reads now, its directory, and the amendments applied so far."""

    decision: Decision
    directory: Directory
    earlier: tuple[Amendment, ...] = ()


def check_amendment(
    amendment: Amendment, base: Amended, calendar: WorkingCalendar | None = None
) -> Iterator[Finding]:
    """Yield everything that keeps `amendment` from being applied to `base`, save what a draft may still leave open."""
    yield from _check_dates(amendment, base.decision)
    yield from _check_entries(amendment)
    yield from _check_codes(amendment, base)
    yield from _check_rounds(amendment, base.decision)
    yield from _check_order(amendment, base.earlier)
    after = amended(base.decision, amendment)
    if not after.duties:
        yield Finding(
            ("cancel",), "", "không thể bãi bỏ mọi nhiệm vụ của quyết định.", "Hãy giữ lại ít nhất một."
        )
        return
    places = _Places(amendment, base.decision, after)
    findings = (*check_references(after), *findings_of(after, base.directory, calendar))
    yield from (placed for finding in findings if (placed := places.of(finding)) is not None)


def _check_dates(amendment: Amendment, decision: Decision) -> Iterator[Finding]:
    issued, first = amendment.issued_on, decision.issued_on
    if issued and first and issued < first:
        message = f"ngày ban hành {issued:%d/%m/%Y} trước ngày ban hành quyết định gốc {first:%d/%m/%Y}."
        yield Finding(("issued_on",), "", message, "Hãy kiểm tra lại ngày.")


def _check_entries(amendment: Amendment) -> Iterator[Finding]:
    if not (amendment.touched or amendment.rounds):
        message = "tệp không thêm, sửa hay bãi bỏ nhiệm vụ hoặc lần báo cáo nào."
        yield Finding((), "", message, "Hãy ghi ít nhất một mục add, change, cancel hoặc rounds.")
    for index, entry in enumerate(amendment.change):
        if not entry.named:
            message = "không nêu nội dung nào thay đổi."
            remedy = "Hãy ghi cột cần đổi (text, lead, support, deadline, section, event, closed_by) hoặc bỏ mục này."
            yield Finding(("change", index), f"nhiệm vụ {entry.code}", message, remedy)
    counts = Counter(code for _, code in _codes(amendment))
    seen: set[str] = set()
    for path, code in _codes(amendment):
        if counts[code] > 1 and code in seen:
            yield Finding(path, "", f"mã nhiệm vụ “{code}” đã dùng ở trên.", "Hãy gộp vào một mục.")
        seen.add(code)


def _codes(amendment: Amendment) -> Iterator[tuple[KeyPath, str]]:
    for group in ("add", "change", "cancel"):
        for index, entry in enumerate(getattr(amendment, group)):
            yield (group, index, "code"), entry.code


def _check_codes(amendment: Amendment, base: Amended) -> Iterator[Finding]:
    known = {duty.code for duty in base.decision.duties}
    gone = {entry.code: earlier for earlier in base.earlier for entry in earlier.cancel}
    for path, code in _codes(amendment):
        if code in gone and code not in known:
            message = f"nhiệm vụ {code} đã bị bãi bỏ theo {gone[code].name}."
            remedy = "Hãy đặt mã khác." if path[0] == "add" else "Hãy bỏ mục này."
            yield Finding(path, "", message, remedy)
        elif path[0] == "add" and code in known:
            message = f"quyết định đã có nhiệm vụ mang mã “{code}”."
            yield Finding(path, "", message, "Hãy đặt mã khác, hoặc chuyển sang mục change.")
        elif path[0] != "add" and code not in known:
            yield Finding(
                path, "", f"quyết định {base.decision.key} không có nhiệm vụ mang mã “{code}”.", _CODES
            )
    every = known | {entry.code for entry in amendment.add}
    for index, entry in enumerate(amendment.add):
        if entry.after is not None and entry.after not in every:
            message = f"không có nhiệm vụ nào mang mã “{entry.after}” để đặt sau nó."
            yield Finding(("add", index, "after"), f"nhiệm vụ {entry.code}", message, _CODES)


def _check_rounds(amendment: Amendment, decision: Decision) -> Iterator[Finding]:
    known = {planned.code for planned in decision.rounds}
    for index, entry in enumerate(amendment.rounds):
        place = f"lần báo cáo {entry.code}"
        if entry.code in {other.code for other in amendment.rounds[:index]}:
            message = f"mã lần báo cáo “{entry.code}” đã dùng ở trên."
            yield Finding(("rounds", index, "code"), "", message, "Hãy gộp vào một mục.")
        elif entry.code not in known:
            missing = [name for name in ("text", "source") if not getattr(entry, name)]
            if missing:
                message = f"lần báo cáo mới thiếu mục {' và '.join(missing)}."
                remedy = "Hãy bổ sung; nếu là lần đã có, hãy kiểm tra lại mã."
                yield Finding(("rounds", index), place, message, remedy)
        elif not entry.named:
            yield Finding(
                ("rounds", index), place, "không nêu nội dung nào thay đổi.", "Hãy ghi text hoặc due."
            )


def _check_order(amendment: Amendment, earlier: Iterable[Amendment]) -> Iterator[Finding]:
    """Yield the rows that a later amendment has touched already: what is issued first cannot be applied after it."""
    if amendment.issued_on is None:
        return
    paths: list[tuple[KeyPath, str]] = [(path, f"nhiệm vụ {code}") for path, code in _codes(amendment)]
    paths += [
        (("rounds", i, "code"), f"lần báo cáo {entry.code}") for i, entry in enumerate(amendment.rounds)
    ]
    for path, row in paths:
        later = [other for other in earlier if row in _rows(other) and _issued_after(other, amendment)]
        for other in later[-1:]:
            message = (
                f"{row} đã được {other.name} điều chỉnh, không áp dụng tiếp văn bản ban hành trước đó "
                f"({amendment.issued_on:%d/%m/%Y})."
            )
            yield Finding(path, "", message, "Hãy kiểm tra ngày ban hành của tệp này.")


def _rows(amendment: Amendment) -> set[str]:
    return {f"nhiệm vụ {code}" for code in amendment.touched} | {
        f"lần báo cáo {entry.code}" for entry in amendment.rounds
    }


def _issued_after(other: Amendment, amendment: Amendment) -> bool:
    return bool(other.issued_on and amendment.issued_on and other.issued_on > amendment.issued_on)


class _Places:
    """Where a finding about the amended decision stands in the amendment's file; None for what the file does not say."""

    def __init__(self, amendment: Amendment, before: Decision, after: Decision) -> None:
        self._amendment = amendment
        self._after = after
        self._offsets = {
            group: len(getattr(before, group)) for group in ("sections", "headings", "footnotes", "events")
        }
        self._rows: dict[str, KeyPath] = {}
        for path, code in _codes(amendment):
            self._rows.setdefault(code, path[:2])
        self._rounds = {entry.code: index for index, entry in enumerate(amendment.rounds)}

    def of(self, finding: Finding) -> Finding | None:
        path: KeyPath | None = None
        match finding.path:
            case ("duties", int(index), *rest):
                path = self._duty(self._after.duties[index].code, tuple(rest))
            case ("rounds", int(index), *rest) if self._after.rounds[index].code in self._rounds:
                path = ("rounds", self._rounds[self._after.rounds[index].code], *rest)
            case (str(group), int(index), *rest) if index >= self._offsets.get(group, index + 1):
                path = (group, index - self._offsets[group], *rest)
        return None if path is None else replace(finding, path=path)

    def _duty(self, code: str, rest: KeyPath) -> KeyPath | None:
        row = self._rows.get(code)
        if row is None or row[0] == "cancel":
            return None
        if row[0] == "change" and not self._is_named(int(row[1]), str(rest[0]) if rest else ""):
            return None
        return (*row, *rest)

    def _is_named(self, index: int, column: str) -> bool:
        named = self._amendment.change[index].named
        if column == "deadline":
            return bool(named & DATING)
        return column in named
