"""A cell is cut into bodies and groups with nothing dropped, nothing torn and every role as the words say."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.agencies import Directory, read_directory
from catalog.groups.parser import Part, resolve_cell

DATA = Path(__file__).parents[1] / "data"
KINDS = {"a": "agency", "g": "group", "o": "open_group", "u": "unresolved"}
ROLES = {"": "lead", "s": "support", "i": "invited"}
HAND_ROW = re.compile(r"(?P<kind>[agou])(?P<choose>\??)(?:>(?P<role>[si]))? (?P<text>.+)")


@cache
def directory() -> Directory:
    found, faults = read_directory("hai-phong")
    assert found is not None, faults
    return found


def cells() -> list[str]:
    return [
        json.loads(line)["text"] for line in (DATA / "agency-cells.jsonl").read_text("utf-8").splitlines()
    ]


def written() -> list[dict]:
    return [
        json.loads(line) for line in (DATA / "agency-cells-written.jsonl").read_text("utf-8").splitlines()
    ]


def by_hand() -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    every = cells()
    rows = []
    for line in (DATA / "agency-cells-by-hand.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        number, parts = line.split(" ", 1)
        expected = []
        for part in parts.split(" | "):
            row = HAND_ROW.fullmatch(part)
            assert row, part
            expected.append((KINDS[row["kind"]], row["text"], ROLES[row["role"] or ""], bool(row["choose"])))
        rows.append((every[int(number) - 1], expected))
    return rows


def decision_cells() -> list[tuple[str, str, str]]:
    duties = json.loads((DATA / "duty-cells-dan-van-2025-2.json").read_text("utf-8"))
    return [
        (code, column, duty[column])
        for code, duty in duties.items()
        for column in ("lead", "support")
        if duty[column]
    ]


def read(cell: str, column: str = "lead") -> tuple[Part, ...]:
    return resolve_cell(cell, directory(), column)


def words(text: str) -> list[str]:
    return re.findall(r"[\w\u0300-\u036f]+", unicodedata.normalize("NFC", text))


def codes(cell: str, column: str = "lead") -> list[str]:
    return [code for part in read(cell, column) for code in part.codes]


# -- segmentation ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "expected"), by_hand())
def test_cells_of_another_city_are_cut_as_a_reader_cuts_them(cell, expected):
    assert [(part.kind, part.text, part.role, part.choose) for part in read(cell)] == expected


def test_at_least_sixty_cells_were_worked_out_by_hand():
    assert len(by_hand()) >= 60


@pytest.mark.parametrize("row", written(), ids=lambda row: row["text"])
def test_further_cells_keep_the_reading_that_was_recorded_and_read_through(row):
    found = []
    for part in read(row["text"]):
        marks = [part.role] if part.role != "lead" else []
        marks += ["choose"] if part.choose else []
        found.append([part.kind, part.text, " ".join(part.codes), *marks])
    assert found == row["parts"]


@pytest.mark.parametrize("cell", cells())
def test_no_word_of_a_cell_is_lost_and_their_order_is_kept(cell):
    assert [word for part in read(cell) for word in words(part.text)] == words(cell)


# -- the decision ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "column", "cell"), decision_cells())
def test_every_cell_of_the_decision_resolves_with_nothing_left_over(code, column, cell):
    parts = read(cell, column)
    assert [part.text for part in parts if part.kind == "unresolved"] == []
    assert [word for part in parts for word in words(part.text)] == words(cell)
    assert all(part.members for part in parts if part.kind in {"agency", "group"})


def members(code: str, column: str) -> set[str]:
    cell = next(cell for duty, where, cell in decision_cells() if (duty, where) == (code, column))
    return {agency for part in read(cell, column) if part.role == "lead" for agency in part.members}


def test_the_widest_duty_reaches_all_departments_communes_units_and_enterprises():
    assert len(members("1.1", "lead")) >= 130


def test_the_duty_of_the_communes_reaches_the_114_of_them_and_nobody_else():
    assert members("3.4.b2", "lead") == set(directory().members("cap-xa"))
    assert len(members("3.4.b2", "lead")) == 114


def test_a_single_department_leads_alone():
    assert members("2.2", "lead") == {"so-xay-dung"}


def test_the_invitation_of_3_4_b3_makes_no_supporters():
    cell = next(cell for duty, where, cell in decision_cells() if (duty, where) == ("3.4.b3", "support"))
    assert [(part.role, part.codes) for part in read(cell, "support")] == [
        ("monitor", ("so-noi-vu",)),
        ("invited", ("uy-ban-mttq",)),
        ("invited", ("dang-uy-cac-co-quan-dang",)),
    ]


def test_the_five_groups_of_article_3_are_expected_to_report():
    cell = (
        "các sở, ngành, Ủy ban nhân dân cấp xã, đơn vị sự nghiệp công lập thuộc Ủy ban nhân dân thành phố, "
        "các doanh nghiệp nhà nước thuộc Ủy ban nhân dân thành phố"
    )
    assert codes(cell) == ["so-nganh", "cap-xa", "don-vi-su-nghiep", "doanh-nghiep-nha-nuoc"]


# -- names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Sở NN&MT", "so-nong-nghiep-va-moi-truong"),
        ("Sở NNMT", "so-nong-nghiep-va-moi-truong"),
        ("Sở KH và CN", "so-khoa-hoc-va-cong-nghe"),
        ("Sở GD-ĐT", "so-giao-duc-va-dao-tao"),
        ("Sở VH,TT&DL", "so-van-hoa-the-thao-va-du-lich"),
        ("VP UBND TP", "van-phong-ubnd"),
        ("Công an TPHP", "cong-an-thanh-pho"),
        ("UBND P. Lê Chân", "ubnd-phuong-le-chan"),
        ("Uỷ ban nhân dân phường Thủy Nguyên", "ubnd-phuong-thuy-nguyen"),
        ("xã An Lão", "ubnd-xa-an-lao"),
        ("so khoa hoc va cong nghe", "so-khoa-hoc-va-cong-nghe"),
        ("Sở Giáo dục và Đạo tạo", "so-giao-duc-va-dao-tao"),
        ("Sở Công thương", "so-cong-thuong"),
    ],
)
def test_short_forms_slips_and_tone_placement_find_their_agency(cell, code):
    (part,) = read(cell)
    assert (part.kind, part.codes, part.members) == ("agency", (code,), (code,))


@pytest.mark.parametrize("agency", directory().agencies, ids=lambda agency: agency.code)
def test_every_agency_is_found_by_each_of_its_names(agency):
    for name in (agency.name, *agency.aliases):
        (part,) = read(name)
        assert part.codes == (agency.code,)


@pytest.mark.parametrize(
    "cell",
    [
        "Sở Nội vụ Hà Nội",
        "Công an thành phố Hà Nội",
        "UBND thành phố Đà Nẵng",
        "Ủy ban nhân dân phường Bến Nghé",
        "UBND xã Kiên Hải",
        "Thanh tra Chính phủ",
        "Cục Đường bộ Bộ Xây dựng",
        "Sở Tài chính - Kế hoạch",
    ],
)
def test_a_body_of_another_place_is_reported_whole(cell):
    (part,) = read(cell)
    assert (part.kind, part.text, part.codes) == ("unresolved", cell, ())


def test_another_citys_directory_reads_its_own_names_and_lacks_what_it_lacks(tmp_path):
    file = tmp_path / "da-nang.yaml"
    file.write_text(
        "key: da-nang\nname: Thành phố Đà Nẵng\n"
        "groups: [{code: so, name: Các sở, aliases: [sở, ngành], kinds: [department]}]\n"
        "agencies:\n  - {code: so-du-lich, name: Sở Du lịch, kind: department}\n"
        "  - {code: cong-an, name: Công an thành phố, kind: vertical}\n",
        "utf-8",
    )
    other, faults = read_directory(file)
    assert other is not None, faults
    parts = resolve_cell(
        "Sở Du lịch, Công an TP Đà Nẵng; các sở, ngành; UBND các xã, phường; Sở Nội vụ", other
    )
    assert [(part.kind, part.codes) for part in parts] == [
        ("agency", ("so-du-lich",)),
        ("agency", ("cong-an",)),
        ("group", ("so",)),
        ("open_group", ()),
        ("unresolved", ()),
    ]


# -- roles and choices ----------------------------------------------------------------------------------------


def roles(cell: str, column: str = "lead") -> list[str]:
    return [part.role for part in read(cell, column)]


def test_who_leads_with_others_makes_them_supporters():
    assert roles("Sở Y tế chủ trì, phối hợp với Sở Tài chính; UBND các xã, phường") == [
        "lead",
        "support",
        "support",
    ]
    assert roles("Sở Y tế chủ trì; Sở Tài chính, Sở Nội vụ phối hợp") == ["lead", "support", "support"]
    assert roles("Chủ trì: Sở Nội vụ\nPhối hợp: Sở Tài chính, Sở Tư pháp") == ["lead", "support", "support"]


def test_watching_makes_a_monitor_unless_nobody_else_is_left_to_lead():
    assert roles("Sở Nội vụ tổng hợp, theo dõi chung", "support") == ["monitor"]
    assert roles("Các sở, ngành; Sở Nội vụ tổng hợp") == ["lead", "monitor"]
    assert roles("Sở Nội vụ tổng hợp, theo dõi") == ["lead"]


def test_an_invitation_ends_with_its_clause():
    cell = "Sở Nội vụ; đề nghị Liên đoàn Lao động thành phố và Hội Nông dân phối hợp; Sở Tài chính"
    assert roles(cell, "support") == ["support", "invited", "invited", "support"]


def test_the_object_of_a_verb_is_no_party():
    assert codes("Sở Nội vụ tham mưu UBND thành phố") == ["so-noi-vu"]
    assert codes("Sở Nội vụ hướng dẫn các sở, ngành, địa phương thực hiện") == ["so-noi-vu"]


def test_a_choice_reaches_back_over_va_and_no_further():
    choices = [
        part.choose for part in read("Sở Y tế; các sở, ngành; các sở, ban, ngành và UBND cấp xã liên quan")
    ]
    assert choices == [False, False, True, True]


def test_the_members_of_several_groups_are_counted_once():
    (part,) = read("các cơ quan, đơn vị, tổ chức, doanh nghiệp")
    assert part.codes == ("co-quan-don-vi", "doanh-nghiep-nha-nuoc")
    assert len(part.members) == len(set(part.members)) == len(directory().members("co-quan-don-vi"))


def test_private_enterprises_are_an_open_group_without_members():
    (part,) = read(
        "doanh nghiệp và tổ chức khác có thuê mướn, sử dụng lao động thuộc khu vực ngoài nhà nước", "support"
    )
    assert (part.kind, part.codes, part.members) == ("open_group", (), ())


# -- invariants -----------------------------------------------------------------------------------------------

VOCABULARY = sorted({word for cell in cells() for word in re.findall(r"\w+|[^\w\s]|\n", cell)}) + list(
    "()[];:,.-–/&+\n"
)
soups = st.lists(st.sampled_from([*VOCABULARY, "1.", "a)", "và", "các", "TP."]), max_size=25).map(" ".join)
joined = st.builds(
    lambda parts, mark: mark.join(parts),
    st.lists(st.sampled_from(cells()), min_size=1, max_size=3),
    st.sampled_from(["; ", ", ", "\n", " và ", " ", "."]),
)


@given(st.one_of(st.text(max_size=80), soups, joined))
def test_whatever_the_cell_every_word_is_in_one_part_in_order(cell):
    assert [word for part in read(cell) for word in words(part.text)] == words(cell)


@given(st.one_of(soups, joined))
def test_decomposed_text_reads_as_composed_text_does(cell):
    assert read(unicodedata.normalize("NFD", cell)) == read(cell)


@given(st.one_of(soups, joined), st.sampled_from(["lead", "support"]))
def test_codes_and_members_agree_with_the_kind(cell, column):
    for part in read(cell, column):
        assert bool(part.codes) == (part.kind in {"agency", "group"})
        assert part.kind != "agency" or part.members == part.codes
        assert all(directory().has_agency(code) for code in part.members)
