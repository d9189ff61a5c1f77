"""What the words of a heading or a row's label say about the figures beside it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from catalog.text import search_key


class Stage(StrEnum):
    """Where a figure stands in the flow of letters or dossiers: opening + received = resolved + outstanding."""

    OPENING = "opening"
    RECEIVED = "received"
    RESOLVED = "resolved"
    OUTSTANDING = "outstanding"


@dataclass(frozen=True, slots=True)
class Wording:
    """`total`: a total ("Cộng"). `sum_like`: only perhaps the sum of what stands beside it, as the figures decide: a
    count called a total ("Tổng số đơn thư"), or a whole of which the table may list a part ("Toàn thành phố", which
    is `total` too).

    `ratio`: a percentage. `detail`: an "of which", which need not add up; `breakdown`: a "made of" or "by", which
    should. `apart`: never added (averages, ranks).
    """

    total: bool = False
    sum_like: bool = False
    ratio: bool = False
    detail: bool = False
    breakdown: bool = False
    apart: bool = False
    stage: Stage | None = None

    @property
    def adds(self) -> bool:
        """Whether figures of this line may be parts of a sum."""
        return not (self.total or self.ratio or self.detail or self.breakdown or self.apart)


_TOTAL = re.compile(
    r"(tong|tong cong|cong)( (toan|ca|chung|ky|giai doan|nam|cac|muc|phan|[a-d]|[ivx]+|\d+)\b.*)?"
    r"|tong so( (toan|ca|chung|[a-d]|[ivx]+|\d+)\b.*)?"
)
_WHOLE = re.compile(r"toan (thanh pho|tinh|huyen|quoc|nganh|xa|phuong)|ca nuoc")
_CUMULATIVE = re.compile(r"0?[69] thang( dau nam)?( nam \d{4})?|ca nam( \d{4})?|luy ke.*")
_PERIOD = re.compile(r"(quy|thang) ([ivx]+|\d+)\b.*")
_SUM_LIKE = re.compile(r"tong\b.*")
_RATIO = re.compile(r".*\b(ty le|ti le|ti trong|ty trong)\b.*")
_APART = re.compile(
    r".*\b(binh quan|trung binh|xep hang|xep loai|thu hang|mat do|he so|so voi|so sanh|nam thanh lap)\b.*"
)
_DETAIL = re.compile(r"(trong do|rieng)\b.*")
_BREAKDOWN = re.compile(r"(gom|bao gom|chia ra|chia theo|phan theo|phan loai|theo)\b.*")
_STAGES = (  # the first that fits: "chưa giải quyết" before "giải quyết"
    (Stage.OUTSTANDING, r"\b(dang|chua|con) (phai |duoc |trong qua trinh )*(xu ly|giai quyet)"),
    (Stage.OUTSTANDING, r"\b(ton cuoi|con ton|ton dong|chuyen (sang )?ky sau|chuyen (sang )?nam sau)\b"),
    (Stage.OPENING, r"\b(ky|nam|thang|quy) truoc\b|\bton (dau|ky truoc)|\bdau ky\b|\bky truoc chuyen"),
    (Stage.RESOLVED, r"\b(da|duoc|so) (duoc )?(xu ly|giai quyet)|\bgiai quyet xong|^giai quyet$|\bda tra\b"),
    (Stage.RECEIVED, r"\b(tiep nhan|phat sinh|trong ky|nhan moi|moi nhan)\b|^(da )?nhan$|\b(so|da) nhan\b"),
    (Stage.OUTSTANDING, r"^ton$"),
)
_STAGE_PATTERNS = tuple((stage, re.compile(pattern)) for stage, pattern in _STAGES)


@lru_cache(maxsize=4096)
def wording(name: str) -> Wording:
    """Read a heading or label; what is in brackets (a unit, a note) does not count as wording, save "%"."""
    key = search_key(re.sub(r"\([^)]*\)", " ", name))
    ratio = "%" in name or _RATIO.fullmatch(key) is not None
    whole = _WHOLE.fullmatch(key) is not None
    total = not ratio and (whole or _TOTAL.fullmatch(key) is not None)
    return Wording(
        total=total,
        sum_like=whole or (not total and not ratio and _SUM_LIKE.fullmatch(key) is not None),
        ratio=ratio,
        detail=_DETAIL.fullmatch(key) is not None,
        breakdown=_BREAKDOWN.fullmatch(key) is not None,
        apart=not ratio and _APART.fullmatch(key) is not None,
        stage=None if ratio else _stage(key),
    )


def is_cumulative(name: str) -> bool:
    """Whether the label sums up the periods before it, where periods are listed: "6 tháng", "Cả năm"."""
    return _CUMULATIVE.fullmatch(search_key(re.sub(r"\([^)]*\)", " ", name))) is not None


def is_period(name: str) -> bool:
    return _PERIOD.fullmatch(search_key(name)) is not None


def is_index_heading(name: str) -> bool:
    """Whether a column only numbers the rows."""
    return search_key(name) in {"stt", "tt", "so tt", "so thu tu", "thu tu"}


def is_label_heading(name: str) -> bool:
    """Whether a column names the rows even where it holds nothing but figures: years, months."""
    return search_key(name) in {
        "nam",
        "giai doan",
        "ky",
        "thang",
        "quy",
        "nien do",
        "ma",
        "ma so",
        "ky bao cao",
    }


def _stage(key: str) -> Stage | None:
    return next((stage for stage, pattern in _STAGE_PATTERNS if pattern.search(key)), None)
