"""The words of the grammar: which nouns name a class of bodies, which begin a body's name, which end it.

Phrases are written as the administration writes them and matched by `catalog.groups.name_words`, so case and tone placement
make no difference. Only what is true of any city belongs here; what is true of one is in its directory.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

from catalog.groups.name_words import word_key
from catalog.groups.tokens import Mark, Token

V = TypeVar("V")


class Phrases(Generic[V]):
    """A table of phrases, looked up at a place in the tokens; the longest phrase wins."""

    def __init__(self, table: Mapping[str, V]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for phrase, value in table.items():
            keys = tuple(map(word_key, phrase.split()))
            self._by_first.setdefault(keys[0], []).append((keys, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def match(self, tokens: Sequence[Token], at: int) -> tuple[V, int] | None:
        """Return the value of the longest phrase that begins at `at`, and where it ends (exclusive)."""
        if at >= len(tokens):
            return None
        for keys, value in self._by_first.get(tokens[at].key, ()):
            end = at + len(keys)
            if end <= len(tokens) and all(
                token.key == key and token.mark is Mark.WORD
                for token, key in zip(tokens[at:end], keys, strict=True)
            ):
                return value, end
        return None

    def within(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        return any(self.match(tokens, at) is not None for at in range(start, end))


def _set(*lines: str) -> Phrases[bool]:
    return Phrases(dict.fromkeys(_split(lines), True))


def _split(lines: Iterable[str]) -> list[str]:
    return [phrase.strip() for line in lines for phrase in line.split(",")]


class Family(StrEnum):
    """How a common noun behaves in a list of bodies."""

    BRANCH = "branch"  # sở, ban, ngành: a description narrows the group
    MINISTRY = "ministry"  # bộ: makes "ban, ngành" after it those of the centre
    LOCALITY = "locality"  # xã, phường, địa phương
    BODY = "body"  # cơ quan, đơn vị: a description makes it another, open set
    UNIT = "unit"  # đơn vị sự nghiệp, doanh nghiệp nhà nước: a description narrows the group
    OTHER = "other"  # trường, hiệp hội: no directory lists them


_NOUN_LINES = {
    Family.BRANCH: ["sở, ban, ngành"],
    Family.MINISTRY: ["bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ, cơ quan trung ương"],
    Family.LOCALITY: [
        "xã, phường, đặc khu, thị trấn, cấp xã, cấp cơ sở, quận, huyện, thị xã, thành phố, tỉnh, cấp huyện, cấp tỉnh",
        "địa phương, chính quyền địa phương, chính quyền cơ sở, chính quyền các cấp, thôn, tổ dân phố, khu dân cư",
    ],
    Family.BODY: ["cơ quan, đơn vị, tổ chức, doanh nghiệp"],
    Family.UNIT: ["đơn vị sự nghiệp, doanh nghiệp nhà nước"],
    Family.OTHER: [
        "đoàn thể, hội, hiệp hội, trường, viện, học viện, trường học, nhà trường, cơ sở, tập đoàn, tổng công ty",
        "công ty, hợp tác xã, chủ đầu tư, nhà đầu tư, nhà thầu, nhà khoa học, chuyên gia, trung tâm, bệnh viện",
        "ngân hàng, hộ kinh doanh, hộ gia đình, người dân, nhân dân, cá nhân, phòng, phòng ban, khối, chi nhánh",
        "ban quản lý, ban quản lý dự án, ban chỉ đạo, quỹ, câu lạc bộ, đại học, cấp, cấp ủy, lực lượng, vụ, cục",
        "tổng cục, chi cục, đối tác, báo, đài, bộ phận, đảng bộ, chi bộ, đảng ủy, tổ chức tín dụng",
        "phương tiện thông tin đại chúng, cơ sở giáo dục, nhà máy, trạm y tế",
    ],
}
NOUNS: dict[str, Family] = {
    phrase: family for family, lines in _NOUN_LINES.items() for phrase in _split(lines)
}
# words that begin like a noun of the table and are none
FALSE_FRIENDS = _set(
    "xã hội, ban hành, hội nhập, hội nghị, hội thảo, ngành nghề, bộ máy, tỉnh táo, tổ chức thực hiện, tổ chức triển khai",
    "hội viên, báo cáo, báo chí, tỉnh ủy, thành ủy, huyện ủy, bộ chính trị, bộ đội, bộ chỉ huy, bộ tư lệnh, ban bí thư",
    "bộ trưởng, vụ việc, bộ tiêu chí, xã viên, cấp phép, cấp giấy, tổ chức cán bộ, tổ chức bộ máy, thành phố thông minh",
)
# other forms of the nouns: what is written, what is meant
OTHER_FORMS = {
    "DN": "doanh nghiệp",
    "DNNN": "doanh nghiệp nhà nước",
    "ĐVSN": "đơn vị sự nghiệp",
    "HTX": "hợp tác xã",
} | {"đơn vị sự nghiệp công lập": "đơn vị sự nghiệp"}

COMMITTEE = _set("ủy ban nhân dân, UBND, ủy ban, chính quyền")
QUANTIFIERS = Phrases(
    {"một số": True, "một vài": True, "một hoặc một số": True}
    | dict.fromkeys(
        _split(["các, những, mọi, tất cả, tất cả các, toàn bộ, toàn thể, mỗi, từng, các cấp"]), False
    )
)  # True: only some of them are meant

SELECTING = _set(
    "liên quan, có liên quan, được lựa chọn, được chọn, được giao, được phân công, có thẩm quyền, có chức năng",
    "chức năng, đủ điều kiện, phù hợp, có nhu cầu, chuyên ngành, quản lý chuyên ngành",
)
RELATED = _set("liên quan")
NEUTRAL = _set(
    "khác, còn lại, nêu trên, nói trên, trên, công lập, cấp thành phố, cấp tỉnh, của, trực thuộc, thuộc, UBND",
    "ủy ban nhân dân, trên toàn, toàn, trong, đó, nói chung",
)
LOCATIVE = _set("trên địa bàn, trong địa bàn, đóng trên địa bàn, hoạt động trên địa bàn, ở địa bàn")
GENERIC_SHORT = frozenset(
    {"ĐH", "CĐ", "NC", "THPT", "THCS", "TH", "MN", "TCCN"}
)  # kinds of schools, not names

LEADS, SUPPORTS, WITH, INVITES, PLAIN = "leads", "supports", "with", "invites", "plain"
INTRODUCTIONS = Phrases(
    dict.fromkeys(_split(["đề nghị, kính đề nghị, trân trọng đề nghị, mời"]), INVITES)
    | dict.fromkeys(
        _split(["phối hợp với, phối hợp cùng, phối hợp cùng với, phối hợp chặt chẽ với"]), SUPPORTS
    )
    | dict.fromkeys(
        _split(["có sự phối hợp của, sự phối hợp của, với sự phối hợp của, sự tham gia của"]), SUPPORTS
    )
    | dict.fromkeys(_split(["với sự tham gia của, có sự tham gia của"]), SUPPORTS)
    | dict.fromkeys(_split(["cùng, cùng với, với"]), WITH)
    | dict.fromkeys(_split(["và, hoặc, giao, do, trong đó, riêng, là, gồm, bao gồm, hay"]), PLAIN)
)
LABELS = Phrases(
    dict.fromkeys(
        _split(["chủ trì, cơ quan chủ trì, đơn vị chủ trì, cơ quan đơn vị chủ trì, chịu trách nhiệm"]), LEADS
    )
    | dict.fromkeys(
        _split(["phối hợp, cơ quan phối hợp, đơn vị phối hợp, cơ quan đơn vị phối hợp"]), SUPPORTS
    )
    | dict.fromkeys(_split(["gồm, bao gồm, như"]), PLAIN)
)  # before a colon
POSTS = _set(
    "giám đốc, phó giám đốc, tổng giám đốc, thủ trưởng, chủ tịch, phó chủ tịch, chánh, phó chánh, trưởng, phó trưởng",
    "lãnh đạo, người đứng đầu, đứng đầu, cục trưởng, vụ trưởng, viện trưởng, hiệu trưởng, trưởng ban, bí thư, bộ trưởng",
    "đại diện, đại diện lãnh đạo, cán bộ, công chức, đồng chí, ông, bà",
)

# verbs that end a name and begin what the body has to do
TAIL_VERBS = _set(
    "chủ trì, phối hợp, tổng hợp, theo dõi, đôn đốc, triển khai, thực hiện, tổ chức thực hiện, tổ chức triển khai",
    "trực tiếp, chịu trách nhiệm, hướng dẫn, căn cứ, chủ động, thường xuyên, tiếp tục, tăng cường, rà soát, đề xuất",
    "cung cấp, báo cáo, tham mưu, giám sát, kiểm tra, làm, là, theo, tại, để, khi, trong quá trình, xây dựng kế hoạch",
    "cùng, đầu mối, giúp, có trách nhiệm, tham gia, đề nghị, thẩm định, trình",
)
CHAIRS = _set("chủ trì, làm chủ trì")
MONITORS = _set("tổng hợp, theo dõi, đôn đốc, giám sát")
JOINS = _set("phối hợp, tham gia")
_BEFORE_OBJECTS = [
    "của",
    "theo",
    "qua",
    "gửi",
    "về",
    "do",
    "thuộc",
    "tới",
    "đến",
    "cho",
    "tại",
    "ở",
    "từ",
    "trình",
    "giúp",
    "mưu",
    "cáo",
    "dẫn",
    "trợ",
    "xuất",
]
OBJECTS_OF = frozenset(map(word_key, _BEFORE_OBJECTS))  # the last word of what takes a body as its object

# nouns that begin a body's proper name; in the first line those that do not stand under one another
_TOP_HEADS = "sở, bộ, ủy ban nhân dân, UBND, tập đoàn, tỉnh ủy, thành ủy, tổng công ty"
TOP_HEADS = _set(_TOP_HEADS)
HEADS = _set(
    _TOP_HEADS,
    "ban, vụ, cục, tổng cục, chi cục, viện, trường, học viện, đại học, trung tâm, văn phòng, VP, thanh tra, công an",
    "CA, CATP, thuế, hải quan, kho bạc, ngân hàng, bảo hiểm xã hội, BHXH, tòa án, viện kiểm sát, công ty, hiệp hội",
    "hội đồng, liên minh, liên đoàn, liên hiệp, mặt trận, MTTQ, ủy ban, UB, UBMTTQ, UBKT, đảng ủy, huyện ủy, quỹ",
    "cổng thông tin, chi nhánh, dự án, đề án, chương trình, bệnh viện, nhà xuất bản, thư viện, bảo tàng, nhà hát",
    "điện lực, bưu điện, tạp chí, trạm, xí nghiệp, nhà máy, hợp tác xã, HTX, kiểm toán, chính phủ, quốc hội",
    "thủ tướng, chủ tịch, giám đốc, lãnh đạo, đồn, bộ đội biên phòng, lực lượng, cảnh sát, cụm, ban quản lý, BQL",
    "BQLDA, BCĐ, BCH, bộ chỉ huy, bộ tư lệnh, quân khu, cảng vụ, thông tấn xã, đài tiếng nói, đài truyền hình",
    "đài phát thanh, vườn quốc gia, đại hội, tổ công tác, tổ giúp việc, ngành, đơn vị, cơ quan, tổ chức, HĐND",
    "doanh nghiệp, chủ đầu tư, trung ương, thống kê, thành đoàn, tỉnh đoàn, hội đồng nhân dân, doanh nghiệp tư nhân",
)
# these begin a name only before a capital: "Hội Nông dân", but "Hội nhập quốc tế"
WEAK_HEADS = _set(
    "hội, đoàn, phòng, báo, đài, tổ, nhóm, khoa, cảng, cổng, khối, đội, nhà, khu, xã, phường, đặc khu, ga"
)
