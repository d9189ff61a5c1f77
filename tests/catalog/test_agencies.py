"""The directory is read whole or refused with every fault at its line."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from catalog.agencies import AgencyKind, Directory, directory_keys, read_directory

SMALL = """\
key: thu-nghiem
name: Thành phố Thử Nghiệm
contacts:
  - {role: officer, name: Văn thư, email: "van-thu@{code}.thu-nghiem.example"}
  - {role: head, name: Chủ tịch, email: "chu-tich@{code}.thu-nghiem.example", kinds: [commune]}
  - {role: head, name: Thủ trưởng, email: "thu-truong@{code}.thu-nghiem.example"}
groups:
  - {code: so-nganh, name: "Các sở, ngành", aliases: [sở, ngành], kinds: [department]}
agencies:
  - {code: so-noi-vu, name: Sở Nội vụ, kind: department}
  - {code: so-y-te, name: Sở Y tế, kind: department, groups: []}
  - {code: ubnd-xa-an, name: Ủy ban nhân dân xã An, kind: commune}
"""


def reading(tmp_path: Path, text: str, name: str = "d.yaml"):
    file = tmp_path / name
    file.write_bytes(text.encode())
    return read_directory(file)


@pytest.fixture(scope="module")
def hai_phong() -> Directory:
    directory, faults = read_directory("hai-phong")
    assert directory is not None, faults
    return directory


def test_the_shipped_directory_is_known_by_its_key():
    assert "hai-phong" in directory_keys()


def test_hai_phong_has_67_communes_45_wards_and_2_special_zones(hai_phong):
    communes = [hai_phong.agency(code) for code in hai_phong.members("cap-xa")]
    ranks = Counter(agency.name.removeprefix("Ủy ban nhân dân ").split()[0] for agency in communes)
    assert ranks == {"xã": 67, "phường": 45, "đặc": 2}
    assert hai_phong.members("dia-phuong") == hai_phong.members("cap-xa")
    assert len({agency.code for agency in hai_phong.agencies}) == len(hai_phong.agencies)


def test_what_the_decision_names_is_not_marked_assumed_and_the_rest_is(hai_phong):
    named = (
        "so-noi-vu so-xay-dung so-tai-chinh so-nong-nghiep-va-moi-truong so-khoa-hoc-va-cong-nghe so-ngoai-vu "
        "van-phong-ubnd thanh-tra-thanh-pho ban-tuyen-giao-va-dan-van uy-ban-mttq dang-uy-cac-co-quan-dang"
    )
    assert not any(hai_phong.agency(code).assumed for code in named.split())
    assumed = [agency for agency in hai_phong.agencies if agency.assumed]
    assert assumed
    assert all(agency.note for agency in assumed)
    unverified = {AgencyKind.ENTERPRISE, AgencyKind.VERTICAL}
    assert all(agency.assumed for agency in hai_phong.agencies if agency.kind in unverified)


def test_bodies_outside_the_committee_are_in_no_group(hai_phong):
    outside = {
        AgencyKind.VERTICAL,
        AgencyKind.PARTY,
        AgencyKind.COUNCIL,
        AgencyKind.FRONT,
        AgencyKind.LEADERSHIP,
    }
    assert all(not agency.groups for agency in hai_phong.agencies if agency.kind in outside)


def test_every_agency_has_an_officer_and_a_head_at_reserved_addresses(hai_phong):
    for agency in hai_phong.agencies:
        assert [contact.role for contact in agency.contacts] == ["officer", "head"]
        assert all(contact.email.endswith(".example") for contact in agency.contacts)


def test_members_come_in_the_order_of_the_dictionary(hai_phong):
    names = [hai_phong.agency(code).name for code in hai_phong.members("cap-xa")]
    assert names.index("Ủy ban nhân dân phường Ái Quốc") < names.index("Ủy ban nhân dân phường An Biên")
    assert names.index("Ủy ban nhân dân phường Dương Kinh") < names.index("Ủy ban nhân dân phường Đồ Sơn")


def test_an_agency_is_searched_without_accents(hai_phong):
    assert "so noi vu" in hai_phong.agency("so-noi-vu").search_key


def test_rules_give_groups_and_contacts_and_a_row_may_say_otherwise(tmp_path):
    directory, faults = reading(tmp_path, SMALL)
    assert faults == ()
    assert directory.members("so-nganh") == ("so-noi-vu",)
    assert [contact.name for contact in directory.agency("so-y-te").contacts] == ["Văn thư", "Thủ trưởng"]
    assert [contact.name for contact in directory.agency("ubnd-xa-an").contacts] == ["Văn thư", "Chủ tịch"]
    assert directory.agency("so-y-te").contacts[0].email == "van-thu@so-y-te.thu-nghiem.example"


def test_decomposed_text_and_windows_line_ends_read_the_same(tmp_path):
    plain, _ = reading(tmp_path, SMALL)
    other, faults = reading(tmp_path, unicodedata.normalize("NFD", SMALL).replace("\n", "\r\n"), "e.yaml")
    assert faults == ()
    assert other == plain


def test_every_fault_of_a_file_is_told_at_once_with_its_line(tmp_path):
    faulty = (
        SMALL.replace("groups: []", "groups: [so-nganh, khac]")
        + "  - {code: so-noi-vu, name: Sở Nội vụ hai, kind: department}\n"
        + "  - {code: so-khac, name: Sở Khác, kind: department, aliases: [SỞ Y TẾ]}\n"
        + "  - code: so-thu\n    name: Sở Thư\n    kind: department\n"
        + "    contacts:\n      - {role: officer, name: Văn thư, email: khong phai thu}\n"
    )
    directory, faults = reading(tmp_path, faulty)
    assert directory is None
    told = {fault.place: fault for fault in faults}
    assert "khac" in told["dòng 11"].message
    assert "dòng 10" in told["dòng 13"].message
    assert "so-y-te" in told["dòng 14"].message
    assert "khong phai thu" in told["dòng 19"].message
    assert all(fault.file == "d.yaml" and fault.remedy for fault in faults)


def test_wrong_fields_are_told_at_once_too(tmp_path):
    faulty = SMALL.replace("kind: commune}", "kind: province}").replace("name: Sở Y tế,", "nam: Sở Y tế,")
    directory, faults = reading(tmp_path, faulty)
    assert directory is None
    assert {fault.place for fault in faults} == {"dòng 11", "dòng 12"}
    assert len(faults) == 3  # a name is missing, "nam" is unknown, "province" is no kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key: a\nname: B\n", "không có cơ quan nào"),
        ("key: a\nname: B\ncommunes_of: 999\n", "mã 999"),
        ("", "trống"),
        ("- a\n- b\n", "gốc của tệp"),
        ("chỉ là chữ", "gốc của tệp"),
        ("key: a\nname: B\nagencies: [\n", "cú pháp"),
    ],
)
def test_a_file_that_is_no_directory_is_refused_in_one_sentence(tmp_path, text, said):
    directory, faults = reading(tmp_path, text)
    assert directory is None
    assert said in faults[0].message
    assert faults[0].remedy


def test_a_key_that_does_not_exist_is_told():
    directory, faults = read_directory("khong-co")
    assert directory is None
    assert "không tìm thấy" in faults[0].message


def test_every_province_of_the_package_gives_communes_with_codes_of_their_own(tmp_path):
    for province in (1, 31, 48, 79, 92):
        directory, faults = reading(tmp_path, f"key: a\nname: B\ncommunes_of: {province}\n")
        assert faults == ()
        assert len({agency.code for agency in directory.agencies}) == len(directory.agencies) > 30
