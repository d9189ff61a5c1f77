"""A YAML file is read with its lines; what keeps it from being read is told in one sentence each."""

import unicodedata
from datetime import date

import pytest

from catalog.yaml_lines import MAX_BYTES, load_yaml, parse_yaml

SMALL = """\
# ghi chú
key: hai-phong
agencies:
  - code: so-noi-vu
    name: Sở Nội vụ
  - {code: so-y-te, name: Sở Y tế}
"""


def test_values_come_with_the_line_their_writer_sees():
    value, lines, faults = parse_yaml(SMALL, "a.yaml")
    assert faults == ()
    assert value["agencies"][1] == {"code": "so-y-te", "name": "Sở Y tế"}
    assert lines.of(("key",)) == 2
    assert lines.of(("agencies", 0, "name")) == 5
    assert lines.of(("agencies", 1)) == 6


def test_a_missing_field_is_placed_at_its_parent():
    _, lines, _ = parse_yaml(SMALL, "a.yaml")
    assert lines.of(("agencies", 1, "kind")) == 6
    assert lines.place(("agencies", 0, "contacts", 3)) == "dòng 4"


def test_days_and_numbers_keep_their_types():
    value, _, _ = parse_yaml("on: 2025-09-05\nyear: 2025\nnumber: null\n", "a.yaml")
    assert value == {"on": date(2025, 9, 5), "year": 2025, "number": None}


def test_decomposed_text_crlf_and_a_byte_order_mark_read_the_same(tmp_path):
    file = tmp_path / "a.yaml"
    decomposed = unicodedata.normalize("NFD", SMALL).replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + decomposed.encode())
    value, lines, faults = load_yaml(file)
    assert faults == ()
    assert value == parse_yaml(SMALL, "a.yaml")[0]
    assert lines.of(("agencies", 0, "name")) == 5


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("", "trống", ""),
        ("# chỉ có ghi chú\n", "trống", ""),
        ("a: 1\nb: [1, 2\nc: 3\n", "cú pháp", "dòng 3"),
        ("a: 1\n\tb: 2\n", "cú pháp", "dòng 2, cột 1"),
        ("a: 1\nb: 2\na: 3\n", "ghi hai lần (lần đầu ở dòng 1)", "dòng 3"),
        ("a: &x [1]\nb: *x\n", "bí danh", "dòng 2"),
        ("a: !!python/object/apply:os.system [ls]\n", "thẻ YAML", "dòng 1"),
        ("a: 2025-13-45\n", "không hiểu giá trị", "dòng 1"),
        ("? [a, b]\n: 1\n", "tên mục", "dòng 1"),
        ("[" * 100_000, "lồng quá", "dòng 1"),
        ("a: 1\n---\nb: 2\n", "cú pháp", "dòng 2, cột 1"),
        ("a: \x01\n", "cú pháp", ""),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_place(text, said, place):
    value, _, faults = parse_yaml(text, "a.yaml")
    assert value is None
    assert said in faults[0].message
    assert place in faults[0].place
    assert faults[0].remedy


def test_an_alias_bomb_is_refused_without_being_built():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
    value, _, faults = parse_yaml(bomb, "bomb.yaml")
    assert value is None
    assert "bí danh" in faults[0].message


def test_files_that_are_not_text_are_refused(tmp_path):
    cases = {
        "binary.yaml": (b"PK\x03\x04\x00\x00", "không phải tệp văn bản"),
        "tcvn.yaml": (b"a: 1\nname: S\xf4 N\xe9i v\xf4\n", "UTF-8"),
        "big.yaml": (b"a" * (MAX_BYTES + 1), "5 MB"),
    }
    for name, (data, said) in cases.items():
        (tmp_path / name).write_bytes(data)
        value, _, faults = load_yaml(tmp_path / name)
        assert value is None
        assert said in faults[0].message
    assert "không tìm thấy" in load_yaml(tmp_path / "none.yaml")[2][0].message
    assert "thư mục" in load_yaml(tmp_path)[2][0].message


def test_all_duplicate_keys_are_told_at_once():
    _, _, faults = parse_yaml("a: 1\na: 2\nb: 1\nb: 2\n", "a.yaml")
    assert [fault.place for fault in faults] == ["dòng 2", "dòng 4"]
