"""A list whose columns are lost: at least 24 of the 28 duties right, and every other one told."""

from pathlib import Path

import pytest

from catalog.decision_file import read_decision
from catalog.drafts.drafting import draft_decision
from documents.importing.tables_in import read_source

DATA = Path(__file__).parent.parent / "data" / "import"


@pytest.fixture(scope="module")
def decision():
    return draft_decision(read_source(DATA / "hai-phong-quyet-dinh-2025.txt"))


def test_nearly_all_duties_come_apart_and_each_miss_is_told(decision):
    catalogue, faults = read_decision("hai-phong-dan-van-2025-2")
    assert catalogue, faults
    found = {row.code: row for row in decision.duties}
    assert set(found) == {duty.code for duty in catalogue.duties}
    missed = [
        duty.code
        for duty in catalogue.duties
        if (duty.text, duty.lead, duty.support, duty.deadline)
        != (found[duty.code].text, found[duty.code].lead, found[duty.code].support, found[duty.code].deadline)
    ]
    assert len(missed) <= 4
    assert all(found[code].warnings for code in missed)


def test_the_prose_gives_rounds_coordinator_and_expected_agencies(decision):
    prose = decision.prose
    assert [(each.code, each.text, each.source) for each in prose.rounds] == [
        ("lan-1", "lần 1 trước ngày 05/9/2025", "Điều 3 khoản 1"),
        ("lan-2", "lần 2 trước ngày 05/12/2025", "Điều 3 khoản 1"),
    ]
    assert prose.ad_hoc
    assert prose.ad_hoc.text == "báo cáo đột xuất (khi cần thiết theo yêu cầu)"
    assert (prose.coordinator, prose.issuer) == ("Sở Nội vụ", "Ủy ban nhân dân thành phố Hải Phòng")
    assert prose.expected.startswith("các sở, ngành, Ủy ban nhân dân cấp xã, đơn vị sự nghiệp công lập")
    assert (prose.number, prose.issued_on, prose.year) == (None, None, 2025)


def test_the_footnote_is_a_reference_and_not_text(decision):
    first = decision.duties[0]
    assert first.text.endswith("dân chủ ở cơ sở;")
    assert first.footnotes == (1,)
    assert decision.footnotes[0][1].startswith("Quyết định số 23-QĐ/TW ngày 30/7/2021")


ANOTHER = """QUYẾT ĐỊNH
Phân công nhiệm vụ chuyển đổi số của tỉnh năm 2026

STT Nội dung công việc Đơn vị chủ trì Đơn vị phối hợp Thời hạn
I NHIỆM VỤ CHUNG
1
Xây dựng kế hoạch bồi dưỡng kỹ năng số cho cán bộ cấp xã
trên địa bàn tỉnh
Sở Khoa học và
Công nghệ
Sở Nội vụ; UBND
các xã, phường
Quý II/2026
2
Công bố danh mục thủ tục hành chính toàn trình
Văn phòng UBND tỉnh
Các sở, ban, ngành
Trước ngày 30/6/2026
2
STT Nội dung công việc Đơn vị chủ trì Đơn vị phối hợp Thời hạn
3
Tổ chức hội nghị tổng kết
Sở Nội vụ
Tháng 12/2026
"""


def test_another_list_without_columns_comes_apart_by_the_same_rules(tmp_path):
    path = tmp_path / "khac.txt"
    path.write_text(ANOTHER.replace("\n", "\r\n"), encoding="utf-8")
    draft = draft_decision(read_source(path))
    assert [(row.code, row.lead, row.support, row.deadline) for row in draft.duties] == [
        ("1", "Sở Khoa học và Công nghệ", "Sở Nội vụ; UBND các xã, phường", "Quý II/2026"),
        ("2", "Văn phòng UBND tỉnh", "Các sở, ban, ngành", "Trước ngày 30/6/2026"),
        ("3", "Sở Nội vụ", "", "Tháng 12/2026"),
    ]


def test_tabs_make_a_table(tmp_path):
    path = tmp_path / "cot.txt"
    rows = ["TT\tNhiệm vụ\tChủ trì\tPhối hợp\tThời hạn", "1\tViệc A\tSở Y tế\t\tQuý I/2026"]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert [(row.text, row.lead) for row in draft_decision(read_source(path)).duties] == [
        ("Việc A", "Sở Y tế")
    ]
