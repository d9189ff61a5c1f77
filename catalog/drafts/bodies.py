"""Telling a body's name from a duty's text by the words that names of bodies begin with, in any province or ministry.

Only as much as placing a column needs; who is meant is for `catalog.groups.parser` to say.
"""

import re

_HEADS = (
    "sở|ủy ban|uỷ ban|ubnd|ubmttq|ub mttq|văn phòng|vp|thanh tra|ban|bộ|cục|chi cục|vụ|tổng cục|công an|trung tâm|"
    "viện|trường|đại học|học viện|báo|đài|quỹ|hội|liên minh|liên đoàn|đoàn|mặt trận|mttq|thuế|hải quan|kho bạc|"
    "ngân hàng|bảo hiểm|tòa án|toà án|thành ủy|thành uỷ|tỉnh ủy|tỉnh uỷ|đảng ủy|đảng uỷ|thành đoàn|tỉnh đoàn|hđnd|"
    "tập đoàn|tổng công ty|công ty|doanh nghiệp|phòng|cơ quan|đơn vị|địa phương|thủ trưởng|giám đốc|chủ tịch|"
    "chánh|bql|bệnh viện|bưu điện|viễn thông|tổ chức|tổ công tác|tổ|nhóm|huyện|quận|xã|phường|đặc khu|thị xã|thành phố|"
    "ngành|chính quyền|hợp tác xã|cảng|vườn quốc gia|hạt kiểm lâm|chi nhánh|dự án|hiệp hội|trạm"
)
_QUANTIFIER = r"(?:các |những |mỗi |toàn bộ |tất cả |một số |đề nghị |mời |giao )*"
_BODY = re.compile(rf"^[-+*•(]?\s*{_QUANTIFIER}(?:{_HEADS})\b", re.IGNORECASE)
_NAME_START = re.compile(
    rf"^[-+*•(]?\s*(?:Các |Những |Tất cả |Toàn bộ |Một số |Đề nghị )*(?:{_HEADS})\b", re.IGNORECASE
)
_TAIL = re.compile(
    r"^(?:(?:và )?(?:có )?liên quan|theo dõi|đôn đốc|tổng hợp|tham mưu|phối hợp|hướng dẫn|chủ trì|thể thao|du lịch|"
    r"xã hội|công nghệ|gia đình|phát triển|thương binh|các |theo |tại |thuộc |trực thuộc |trên địa bàn|cấp )",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[;,.\n/]\s*|\s+và\s+")
MAX_WORDS = 90  # a cell of bodies longer than this is prose


def begins_body(text: str) -> bool:
    """Tell whether a line starts a new body's name: a capital letter, then a word that such names begin with."""
    return bool(text[:1].isupper() and _NAME_START.match(text))


def names_bodies(text: str) -> bool:
    """Tell whether a whole cell reads as a list of bodies and of what they do in it."""
    if not begins_body(text.strip()) or len(text.split()) > MAX_WORDS:
        return False
    segments = [part for part in _SEPARATOR.split(text) if part.strip()]
    fitting = sum(_fits(part) and len(part.split()) <= 18 for part in segments)
    return fitting >= 0.7 * len(segments)


def _fits(segment: str) -> bool:
    """Tell whether a segment is a body, what it does, or the second half of a name ("Nông nghiệp và Môi trường")."""
    named = segment[:1].isupper() and len(segment.split()) <= 5
    return bool(named or _BODY.match(segment) or _TAIL.match(segment))
