"""Which column of a table holds what, read from its headings in the wordings that Vietnamese lists use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from catalog.drafts.joining import join_text
from catalog.drafts.numbers import read_number
from catalog.drafts.source import Row
from catalog.text import search_key

MAX_LABEL = 90  # characters; a longer cell is no heading


class Role(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    LEAD = "lead"
    SUPPORT = "support"
    DEADLINE = "deadline"
    START = "start"
    END = "end"
    FLAG = "flag"  # a column for one period, ticked where it applies
    EXTRA = "extra"


# Tried in this order on the accent-free heading: "thời gian thực hiện nhiệm vụ" is a time before it is a duty.
_WORDINGS: tuple[tuple[Role, str], ...] = (
    (
        Role.EXTRA,
        r"^(don vi tinh|dvt|so luong|kinh phi|du toan|nguon|dia diem|lanh dao|nguoi)\b|\b(ghi chu|phu trach)\b",
    ),
    (Role.EXTRA, r"^(co quan|don vi)? ?(trinh|ban hanh|ky(?! hieu)|tham dinh|phe duyet|theo doi|giam sat)\b"),
    (
        Role.NUMBER,
        r"^(s? ?t ?t|so tt|so thu tu|thu tu|no|ma|ma so|ma hieu|ma (nhiem vu|nv)|so hieu|ky hieu|muc)$|^stt\b|^tt\b",
    ),
    (Role.START, r"^(ngay |thoi gian |thoi diem )?(bat dau|khoi dong)$|\bthoi (gian|diem|han) bat dau$"),
    (Role.END, r"^(ngay |thoi gian |thoi diem |thoi han )?ket thuc$"),
    (
        Role.DEADLINE,
        r"^(du kien )?(thoi (gian|han|diem|ky|luong)|tien do|han|ky han|lo trinh|moc|ngay|thang)\b(?!.*\bkinh phi)",
    ),
    (Role.DEADLINE, r"\b(thoi (gian|han|diem)|tien do)\b"),
    (Role.DEADLINE, r"^(?!.*(san pham|ket qua|muc do|ty le|don vi|co quan)).*\bhoan thanh\b"),
    (Role.LEAD, r"\b(chu tri|dau moi)\b"),
    (Role.SUPPORT, r"\bphoi hop\b"),
    (Role.EXTRA, r"\b(san pham|ket qua|dau ra|muc tieu|chi tieu|can cu|yeu cau|kinh phi)\b"),
    (
        Role.LEAD,
        r"\b(co quan|don vi|to chuc|bo phan|dia phuong|phong|so nganh)\b.*\b(thuc hien|trach nhiem|tham muu|giao|trien khai)",
    ),
    (Role.LEAD, r"^(phan cong|trach nhiem|giao|to chuc) ?(thuc hien|nhiem vu|cho)?\b|^thuc hien$"),
    (Role.TEXT, r"\b(nhiem vu|noi dung|cong viec|hoat dong|giai phap|dau viec|ten de an|de an|viec)\b"),
    (Role.LEAD, r"^(cac )?(co quan|don vi|co quan don vi|so nganh|to chuc)$"),
)
_PERIOD = re.compile(
    r"^(quy (i|ii|iii|iv|[1-4])|thang \d{1,2}|nam \d{4}|20\d\d|[tq] ?\d{1,2}|(i|ii|iii|iv))( nam)?( \d{4})?$"
)
_COLUMN_NUMBER = re.compile(r"^\(?([0-9]{1,2}|[a-z])\)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Columns by role, with their printed headings; `numbers` are the number columns from left to right."""

    roles: tuple[Role, ...]
    labels: tuple[str, ...]
    place: str
    doubts: tuple[str, ...] = ()

    def column(self, role: Role) -> int | None:
        return next((index for index, each in enumerate(self.roles) if each is role), None)

    def columns(self, role: Role) -> tuple[int, ...]:
        return tuple(index for index, each in enumerate(self.roles) if each is role)


@lru_cache(maxsize=2_000)  # a list repeats the few cells that are asked about
def role_of(label: str, top: str = "") -> Role | None:
    """Return the role a heading names; `top` is the merged heading above it, which decides where it says nothing."""
    key = search_key(label)
    if top and _PERIOD.match(key):
        return Role.FLAG
    for role, wording in _WORDINGS:
        if key and re.search(wording, key):
            return role
    return role_of(f"{top} {label}") if top else None


def read_headings(
    rows: Sequence[Row], at: int, hidden: frozenset[int] = frozenset()
) -> tuple[Mapping, int] | None:
    """Return the mapping of the headings that start at row `at`, and how many rows they take; None if none do."""
    labels = _labels(rows[at])
    if labels is None:
        return None
    levels = [labels]
    while at + len(levels) < len(rows) and len(levels) < 3 and _continues(rows[at + len(levels)], levels[-1]):
        levels.append(_merged(levels[-1], rows[at + len(levels)]))
    for depth in range(len(levels), 0, -1):
        tops = labels if depth > 1 else [""] * len(labels)
        mapping = _mapping(levels[depth - 1], tops, rows[at].place, hidden)
        if mapping:
            return mapping, depth + _column_number_rows(rows, at + depth)
    return None


def _column_number_rows(rows: Sequence[Row], at: int) -> int:
    return 1 if at < len(rows) and is_column_numbers(rows[at]) else 0


def is_column_numbers(row: Row) -> bool:
    """Tell whether the row only counts the columns: (1) (2) (3), or A B 1 2."""
    texts = [cell.text.strip() for cell in row.cells if cell.text.strip()]
    if len(texts) < 3 or not all(_COLUMN_NUMBER.match(text) for text in texts):
        return False
    figures = [int(text.strip("()")) for text in texts if text.strip("()").isdigit()]
    return len(figures) >= 2 and figures == list(range(figures[0], figures[0] + len(figures)))


def _labels(row: Row) -> list[str] | None:
    """Return one label per column, a merged one repeated over its columns; None where a cell is too long for one."""
    labels: list[str] = []
    for cell in row.cells:
        if cell.covered == "left" and labels:
            labels.append(labels[-1])
            continue
        label = join_text(cell.text)
        if len(label) > MAX_LABEL:
            return None
        if read_number(label) and not role_of(label):
            return None  # a row of the list, or the row that counts the columns
        labels.append(label)
    return labels if sum(bool(label) for label in labels) >= 2 else None


def _continues(row: Row, tops: Sequence[str]) -> bool:
    """Tell whether a row is the second line of headings: it fills in under merged ones, and says no new thing."""
    below = [(tops[index], cell) for index, cell in enumerate(row.cells) if index < len(tops)]
    filled = [(top, cell) for top, cell in below if cell.text.strip()]
    if not filled or any(len(cell.text) > MAX_LABEL or cell.text.strip()[0].isdigit() for _, cell in filled):
        return False
    split = [top for top in tops if top and list(tops).count(top) > 1]
    if split and all(top in split or not top for top, _ in filled):
        return True
    return any(cell.covered == "above" for _, cell in below) and all(
        top in split or not top for top, _ in filled
    )


def _merged(labels: Sequence[str], row: Row) -> list[str]:
    below = [join_text(cell.text) for cell in row.cells] + [""] * len(labels)
    return [below[index] or label for index, label in enumerate(labels)]


def _mapping(
    labels: Sequence[str], tops: Sequence[str], place: str, hidden: frozenset[int]
) -> Mapping | None:
    roles = [
        role_of(label, top if top != label else "") or Role.EXTRA
        for label, top in zip(labels, tops, strict=True)
    ]
    doubts = [*_text_beside_number(roles, labels), *_settle(roles, labels, hidden)]
    found = set(roles)
    timed = found & {Role.DEADLINE, Role.END, Role.FLAG}
    if Role.TEXT not in found or not (Role.LEAD in found or (timed and Role.NUMBER in found)):
        return None
    combined = next((label for label in labels if _combined(label)), None)
    if combined:
        doubts.append(f"Cột “{combined}” ghi chung chủ trì và phối hợp; đã tách ở ô có ghi rõ, cần xem lại.")
    return Mapping(tuple(roles), tuple(labels), place, tuple(doubts))


def _text_beside_number(roles: list[Role], labels: Sequence[str]) -> list[str]:
    """Take the named column right of the number for the duties where no heading says so but a lead is named."""
    if Role.TEXT in roles or not {Role.NUMBER, Role.LEAD} <= set(roles):
        return []
    after = max(index for index, role in enumerate(roles) if role is Role.NUMBER) + 1
    if after >= len(roles) or roles[after] is not Role.EXTRA or not labels[after]:
        return []
    roles[after] = Role.TEXT
    return [f"Coi cột “{labels[after]}” là cột nhiệm vụ; cần xem lại."]


def _combined(label: str) -> bool:
    key = search_key(label)
    return "chu tri" in key and "phoi hop" in key


def _settle(roles: list[Role], labels: Sequence[str], hidden: frozenset[int]) -> list[str]:
    """Leave one column to each role but the number's; the first visible one keeps it, the rest are told."""
    doubts = []
    for role in (Role.TEXT, Role.LEAD, Role.SUPPORT, Role.DEADLINE, Role.START, Role.END):
        columns = [index for index, each in enumerate(roles) if each is role]
        kept = min(
            columns, key=lambda index: (index in hidden, _vague(role, labels[index]), index), default=None
        )
        for index in columns:
            if index == kept:
                continue
            roles[index] = Role.EXTRA
            if labels[index] != labels[kept if kept is not None else index]:
                doubts.append(
                    f"Có hơn một cột cho cùng một mục: dùng “{labels[kept or 0]}”, để riêng “{labels[index]}”."
                )
        if kept is not None and kept in hidden:
            doubts.append(f"Cột “{labels[kept]}” đang ẩn trong bảng tính nhưng vẫn được đọc.")
    return doubts


def _vague(role: Role, label: str) -> int:
    """Order headings of one role: the plainest wording first."""
    key = search_key(label)
    if role is Role.TEXT:
        group = re.search(r"\b(nhom|linh vuc|chuong trinh)\b", key)
        return 3 if group else 0 if "nhiem vu" in key else 1 if re.search(r"cong viec|noi dung", key) else 2
    if role is Role.LEAD:
        return 0 if "chu tri" in key else 1
    if role is Role.DEADLINE:
        return 0 if re.search(r"hoan thanh|thoi (gian|han)|tien do", key) else 1
    return 0
