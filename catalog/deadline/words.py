"""The vocabulary of the deadline grammar: what each word or phrase is to the parser."""

from enum import StrEnum, auto


class T(StrEnum):
    """Kinds of token: shapes first, then words that steer the grammar, then words that colour the prose."""

    DATE = auto()  # day, month and year in figures
    ISO = auto()  # year first; becomes a DATE
    FRACTION = auto()  # two numbers: day/month or month/year
    CLOCK = auto()  # 17 giờ 30, 17h, 17:00; without minutes also a number of hours
    REFERENCE = auto()  # the number of a document: 13/2026/QĐ-UBND
    BROKEN = auto()  # figures that are no date: 15/8/205, 08 (chín)
    NUMBER = auto()
    WORD = auto()
    DASH = auto()
    SLASH = auto()
    COMMA = auto()
    HARD = auto()
    OPEN = auto()
    CLOSE = auto()
    STOP = auto()
    DOT = auto()
    COLON = auto()
    MARK = auto()
    END = auto()

    BEFORE = auto()
    LATEST = auto()
    UNTIL = auto()
    FROM = auto()
    AFTER = auto()
    IN = auto()
    ON = auto()
    DAY = auto()
    WORKDAY = auto()
    WEEK = auto()
    MONTH = auto()
    QUARTER = auto()
    YEAR = auto()
    WEEKDAY = auto()  # "thứ", before its number
    SUNDAY = auto()
    EDGE = auto()  # đầu, giữa, cuối
    HALF = auto()
    OF = auto()
    THIS = auto()
    NEXT = auto()
    NOW = auto()
    EVERY = auto()
    PERIODIC = auto()
    TIMES = auto()
    ONGOING = auto()
    ONWARD = auto()
    TRIGGER = auto()  # opens an event: sau khi, khi có, theo tiến độ
    SESSION = auto()  # an event that is named by its time: kỳ họp giữa năm 2026
    GATHERING = auto()  # an event only after "trước", "sau": hội nghị, Tết
    SEASON = auto()  # a span without fixed ends: năm học, nhiệm kỳ, vụ
    ISSUE = auto()  # ban hành, ký
    DOCUMENT = auto()
    NUMBERED = auto()  # số, before a number that is no date
    DATA = auto()  # tính đến, tầm nhìn: the date that follows is not a deadline
    NOTHING = auto()
    COMMENT = auto()
    AND = auto()
    OR = auto()
    DOUBT = auto()
    DENIAL = auto()
    STEP = auto()
    MATTER = auto()  # a noun whose month or year says which one it is: báo cáo quý III
    FILLER = auto()
    CHANGE = auto()  # between two times: the second takes the place of the first


_VOCABULARY: dict[T, str] = {
    T.BEFORE: "trước | trước thời điểm | trước thời hạn",
    T.LATEST: "chậm nhất | muộn nhất | trễ nhất | chậm nhất là | muộn nhất là | trễ nhất là | hạn | hạn cuối | hạn chót"
    " | hạn cuối cùng | thời hạn | thời hạn cuối | thời hạn cuối cùng | không quá | không được quá | không muộn hơn"
    " | không chậm hơn | không trễ hơn | không chậm quá | không muộn quá | hạn chậm nhất | hạn trả | đúng hạn"
    " | thời hạn hoàn thành | hạn hoàn thành | thời hạn báo cáo | hạn báo cáo | hạn nộp | thời hạn thực hiện"
    " | không để sau | không sau | không vượt quá | tối đa | chậm nhất trong | muộn nhất trong | thời hạn chậm nhất",
    T.UNTIL: "đến | tới | hết | cho đến | cho tới | đến hết | tới hết | cho đến hết | đến cuối cùng | kết thúc"
    " | kéo dài đến | đến thời điểm",
    T.FROM: "từ | kể từ | bắt đầu từ | tính từ | bắt đầu | áp dụng từ | tính kể từ",
    T.AFTER: "sau | so với | kể từ sau",
    T.IN: "trong | vào | tại | trong vòng | trong thời gian | trong suốt | suốt | cả | trong cả | giai đoạn"
    " | trong giai đoạn | thời kỳ | trong thời hạn | thời gian | thời điểm | lúc | các ngày | vào các ngày | vào lúc"
    " | trong các ngày | vào khoảng thời gian | trong các | vào các | nội trong | xong trong | thời gian thực hiện"
    " | trong khoảng thời gian | thời hạn là | trong nội | trong toàn",
    T.ON: "nhân dịp | vào dịp | dịp | trong dịp | đúng dịp | nhân kỷ niệm | nhân ngày",
    T.DAY: "ngày | mùng | mồng",
    T.WORKDAY: "ngày làm việc",
    T.WEEK: "tuần",
    T.MONTH: "tháng",
    T.QUARTER: "quý | quí | qúy | qúi",
    T.YEAR: "năm | của năm",
    T.WEEKDAY: "thứ",
    T.SUNDAY: "chủ nhật",
    T.EDGE: "đầu | giữa | cuối | đầu tiên | cuối cùng",
    T.HALF: "nửa",
    T.OF: "của",
    T.THIS: "nay | này | hiện tại",
    T.NEXT: "kế tiếp | tiếp theo | tiếp sau | liền sau | liền kề | kế sau | sau liền kề | tiếp liền | sau đó",
    T.NOW: "từ nay | từ thời điểm này | từ bây giờ | từ thời điểm hiện tại | hiện nay",
    T.EVERY: "hằng | hàng | mỗi | từng",
    T.PERIODIC: "định kỳ | định kì | kỳ báo cáo | kỳ báo cáo sau | kỳ tiếp theo | mỗi kỳ",
    T.TIMES: "lần",
    T.ONGOING: "thường xuyên | liên tục | lâu dài | thường xuyên liên tục | hoạt động thường xuyên",
    T.ONWARD: "trở đi | trở về sau | các năm tiếp theo | những năm tiếp theo | các năm sau | những năm sau"
    " | các năm kế tiếp | các giai đoạn tiếp theo | giai đoạn tiếp theo | các tháng tiếp theo | các quý tiếp theo"
    " | thời gian tiếp theo | các năm tiếp | các kỳ tiếp theo | các năm về sau | những năm về sau | về sau",
    T.TRIGGER: "sau khi | ngay sau khi | ngay sau | ngay khi | khi | khi có | khi được | khi cần | mỗi khi | trước khi"
    " | đến khi | cho đến khi | cho tới khi | tới khi | theo | tùy theo | tuỳ theo | tùy thuộc | tuỳ thuộc | đột xuất"
    " | căn cứ theo | phụ thuộc | cùng thời điểm | đồng thời với | cùng với thời điểm | trong quá trình | trong thời gian diễn ra"
    " | ngay trước khi | liền sau khi",
    T.SESSION: "kỳ họp | phiên họp | kì họp | các kỳ họp | các phiên họp",
    T.GATHERING: "hội nghị | đại hội | lễ | khai giảng | bầu cử | tết | cuộc họp | hội thảo | hội thi",
    T.SEASON: "năm học | nhiệm kỳ | nhiệm kì | vụ | mùa | niên độ | niên vụ | học kỳ | học kì",
    T.ISSUE: "ban hành | được ban hành | ký ban hành | ký | được ký ban hành | phát hành | ký phát hành",
    T.DOCUMENT: "quyết định | nghị quyết | nghị định | thông tư | công văn | chỉ thị | thông báo | luật | tờ trình"
    " | công điện | kết luận | văn bản | hướng dẫn số | quy định số",
    T.NUMBERED: "số | điều | khoản | điểm | mục | phụ lục | biểu | mẫu | biểu số | mẫu số",
    T.DATA: "tính đến | định hướng | định hướng đến | tầm nhìn | tầm nhìn đến | chốt số liệu đến | số liệu đến | chốt đến | có hiệu lực từ"
    " | có hiệu lực kể từ | có hiệu lực thi hành từ | có hiệu lực thi hành kể từ | hiệu lực từ | tính tới",
    T.NOTHING: "chưa xác định | chưa rõ | chưa có | chưa ấn định | chưa quy định | không xác định | không có | không"
    " quy định | không áp dụng | chưa thống nhất | chưa giao | chưa ban hành | chưa đề xuất",
    T.COMMENT: "đề xuất hạn | đề xuất thời hạn | đề nghị điều chỉnh | đề xuất điều chỉnh | đề nghị lùi | đề xuất lùi"
    " | đề nghị chuyển | đề xuất chuyển | đề nghị gia hạn | đề xuất gia hạn | đề nghị sửa | đề xuất sửa | đề nghị hạn"
    " | đề nghị thời hạn | ghi chú | đề nghị bỏ | đề xuất bỏ | đề nghị rút | đề xuất rút | đề xuất thời gian"
    " | đề nghị thời gian | đề nghị kéo dài | đề xuất kéo dài | xin lùi | xin gia hạn | xin điều chỉnh"
    " | đề xuất đổi | đề nghị đổi | xin chuyển",
    T.AND: "và | cùng với",
    T.OR: "hoặc | hay | hoặc là",
    T.DOUBT: "trước hết | rằm | khoảng | trừ | ngoại trừ | nếu | không | chưa | chẳng",
    T.DENIAL: "đã hoàn thành | đã xong | đã thực hiện | đã ban hành | đã trình | không thực hiện | không triển khai"
    " | không hoàn thành | chưa hoàn thành | chưa thực hiện | chưa triển khai | tạm dừng | hủy bỏ | huỷ bỏ | âm lịch"
    " | đã báo cáo | đã triển khai | dừng thực hiện | đã phê duyệt | không kịp | quá hạn | trễ hạn | chậm hạn | cùng kỳ năm trước"
    " | truoc | cham | thang | nhat | ngy | thag",
    T.STEP: "lấy ý kiến | trình | gửi | dự thảo | đề xuất | phê duyệt | lựa chọn | kiểm tra"
    " | xây dựng | thẩm định | nghiệm thu | tổng hợp | tham mưu | rà soát | riêng | công bố | khai mạc | bế mạc"
    " | bàn giao | khởi công | khánh thành | vận hành | thí điểm | đánh giá | đợt | bước | đối với | ứng dụng"
    " | cấp xã | cấp huyện | cấp tỉnh | thành phố | ubnd | cơ bản | toàn bộ | nộp | họp | triển khai thực hiện"
    " | tổ chức thực hiện | khảo sát | tập huấn | tuyên truyền | giải ngân | quyết toán | ký kết | chuẩn bị | sơ bộ"
    " | chính thức | bổ sung | góp ý | tham gia ý kiến | trong đó | số liệu | tuyển dụng | lập | giao | phân bổ",
    T.MATTER: "báo cáo | kế hoạch | tổng kết | sơ kết | chương trình | dự toán | nhiệm vụ | công tác | chỉ tiêu | đề án"
    " | kết quả | hoạt động | kinh phí | ngân sách | báo cáo tổng kết | báo cáo sơ kết | kịch bản | danh mục | đề cương",
    T.CHANGE: "sang | chuyển | chuyển sang | điều chỉnh sang | điều chỉnh thành | đổi thành | lùi | lùi sang"
    " | gia hạn | được gia hạn | gia hạn thêm | lùi thời hạn | chuyển thành | đổi sang | điều chỉnh đến | thay cho",
    T.FILLER: "hoàn thành | hoàn thiện | thực hiện | triển khai | xong | xử lý | tiến hành | tổ chức | đăng ký | phải"
    " | dự kiến | cần | là | phấn đấu | ngay | ban hành | làm xong"
    " | được | thực hiện xong | hoàn tất | bắt đầu thực hiện | tập trung | cơ bản hoàn thành | lại | ra | tiếp tục"
    " | duy trì | hoàn thành việc | vẫn | toàn | sáng | trưa | chiều | tối | cuối giờ chiều | đầu giờ chiều | đầu giờ sáng | phải hoàn thành | phải xong | cơ bản xong | thuộc",
}
# Phrases whose words would otherwise steer the grammar although they say nothing about time.
_NEUTRAL = (
    "theo dõi | kèm theo | trong khi | trước mắt | như trước | trước đây | trước đó | như sau | sau này | tuần lễ"
    " | trước tiên | trước pháp luật | thứ tự | từ đó | tự | từ xa | từ thiện | đến nay | liên quan đến | dẫn đến"
    " | trong sạch | trong nước | ngoài nước | hàng hóa | hàng hoá | hàng không | hàng hải | hàng đầu | ngân hàng"
    " | mặt hàng | bán hàng | khách hàng | hạn chế | giới hạn | quyền hạn | hữu hạn | hạn hán | đầu tư | đầu mối"
    " | người đứng đầu | đứng đầu | đầu ra | đầu vào | bắt đầu hoạt động | bắt đầu đi vào hoạt động | nhiều năm"
    " | thời kỳ mới | trong đó có | ý kiến | nếu có | phòng trừ | khấu trừ | miễn trừ | diệt trừ | loại trừ"
    " | đến cơ sở | từ cơ sở | từ trung ương | hết sức | trước và sau | trong và ngoài | theo đó | lễ hội"
    " | một cửa | từ nguồn | đến từng | không ngừng | không gian | không để | không khí | không dùng | không tổ chức"
    " | không chỉ | không tính | không kể | không phải | không phát sinh | không trùng | không bao gồm | hay không"
    " | mùa vụ | nghĩa vụ | chức vụ | công vụ | dịch vụ | vụ việc | nội vụ | sở nội vụ | vụ án | thường vụ | vụ trưởng"
    " | phục vụ | nghiệp vụ | trong trường hợp | kỷ niệm | nhật ký | chữ ký | năng lực số | chuyển đổi số | dân số"
    " | kinh tế số | công nghệ số | chính quyền số | xã hội số | một số | số hóa | số hoá | tổng số | chỉ số | đa số"
    " | thiểu số | dữ liệu số | hạ tầng số | tại chỗ | tại địa phương | điều tra | điều kiện | điều chỉnh | điều hành"
    " | điều phối | điều động | quan điểm | trọng điểm | địa điểm | mục tiêu | danh mục | hạng mục | chuyên mục"
    " | biểu dương | đại biểu | tiêu biểu | lễ tân | hết thời hạn | số lượng"
)


def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], T], ...]]:
    table: dict[str, list[tuple[tuple[str, ...], T]]] = {}
    entries = [(phrase, kind) for kind, joined in _VOCABULARY.items() for phrase in joined.split(" | ")]
    entries += [(phrase, T.WORD) for phrase in _NEUTRAL.split(" | ")]
    for phrase, kind in entries:
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append((words, kind))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in table.items()}


# By first word, the longest phrase first.
PHRASES = _phrases()
# Words that typists run together: "trướcngày 15/8", "quýIII".
GLUED = frozenset(
    word
    for words in ("ngày tháng quý quí năm", "trước sau từ đến hết trong vào", "hoàn thành chậm nhất đầu cuối")
    for word in words.split()
)
