"""Who plays in the half-year of the real decision, by the codes of the shipped directory.

Every agency that is not named as part of the cast is silent, save the fourteen departments, which are on time.
"""

from tasks.actors import Actor, Role

KEY = "hai-phong-dan-van-2025-2"

DEPARTMENTS = (
    "van-phong-ubnd", "so-noi-vu", "so-tai-chinh", "so-xay-dung", "so-nong-nghiep-va-moi-truong",
    "so-khoa-hoc-va-cong-nghe", "so-ngoai-vu", "thanh-tra-thanh-pho", "so-cong-thuong", "so-giao-duc-va-dao-tao",
    "so-tu-phap", "so-van-hoa-the-thao-va-du-lich", "so-y-te", "ban-quan-ly-khu-kinh-te",
)  # fmt: skip
HOME, SEAL = "so-noi-vu", "van-phong-ubnd"  # the coordinator, and who confirms what the coordinator leads

ON_TIME = "so-y-te"  # one of the departments
LATE = "ubnd-phuong-le-chan"
SILENT = "ubnd-phuong-hong-bang"
NIL = "vuon-quoc-gia-cat-ba"
RETURNED = "ubnd-xa-vinh-bao"
EXTENDED = "ubnd-xa-tien-lang"
EXEMPT = "cong-ty-thoat-nuoc"
MERGED = "bql-du-an-giao-thong-nong-nghiep"
HEIR = "bql-du-an-dan-dung-cong-nghiep"
PAPER = "ubnd-dac-khu-cat-hai"  # reports on paper, and answers one duty with not applicable

CAST = (ON_TIME, LATE, SILENT, NIL, RETURNED, EXTENDED, EXEMPT, MERGED, HEIR, PAPER, HOME)

COORDINATOR = Actor("dieu-phoi.so-noi-vu", Role.COORDINATOR, HOME)
CONFIRMER = Actor("tong-hop.van-phong-ubnd", Role.AGENCY, SEAL)


def speaker(agency: str) -> Actor:
    """Return the officer who speaks for the agency: never the person who confirms."""
    role = Role.COORDINATOR if agency == HOME else Role.AGENCY
    return Actor(f"van-thu.{agency}", role, agency)


def confirmer(agency: str) -> Actor:
    return CONFIRMER if agency == HOME else COORDINATOR
